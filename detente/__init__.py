"""Reads reports on diplomacy and conflict into an evidence-linked record."""

__version__ = "0.1.0"
