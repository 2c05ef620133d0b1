"""Turning points of a relationship, from any table of dated and scored events.

`make_series` sums the events of a pair by day, week or month; `find_turns` looks for changes that stay,
and shows for each how sure it is, which events carry it and what went before.
"""

from detente.turns.records import (
    Carrier,
    Cycle,
    DatedEvent,
    Period,
    Phase,
    Rise,
    Series,
    Settings,
    Silence,
    Turn,
    Turns,
)
from detente.turns.search import find_turns
from detente.turns.series import make_series

__all__ = [
    "Carrier", "Cycle", "DatedEvent", "Period", "Phase", "Rise", "Series", "Settings", "Silence", "Turn",
    "Turns", "find_turns", "make_series",
]  # fmt: skip
