"""The store: reports, their mentions and what was passed over, in one SQLite file.

One transaction a report, so whatever stops a run, every report is wholly in the store or not at all.
Other programs may read the file at any time; indexed columns stand beside each whole record as JSON.
"""

from detente.store.browsing import Browser, EventFilter, EventRow, PlaceCount
from detente.store.filters import Filter
from detente.store.reading import Counts, Pair
from detente.store.schema import is_database
from detente.store.telling import ToldEvent
from detente.store.writing import CODER, Store

__all__ = [
    "CODER", "Browser", "Counts", "EventFilter", "EventRow", "Filter", "Pair", "PlaceCount", "Store",
    "ToldEvent", "is_database",
]  # fmt: skip
