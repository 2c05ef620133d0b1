"""Date phrases → TIMEX3 values → days, and which of them dates an event."""

from detente.when.intervals import to_interval
from detente.when.tagger import find_dates

__all__ = ["find_dates", "to_interval"]
