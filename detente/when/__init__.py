"""Date phrases → TIMEX3 values → days, and which of them dates an event."""

from detente.when.dating import event_when
from detente.when.intervals import to_interval
from detente.when.tagger import find_dates

__all__ = ["event_when", "find_dates", "to_interval"]
