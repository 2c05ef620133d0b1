"""Events that answer each other become threads: offers, refusals, counter-offers, and where they led."""

from detente.threads.threading import find_threads

__all__ = ["find_threads"]
