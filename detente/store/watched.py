"""What watching keeps in a store: the state in which files, lists and pages were last read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from detente.store.faults import transaction


@dataclass(frozen=True, slots=True)
class Seen:
    """A file, list or page that was watched.

    `state` tells whether it has changed since it was last read, '' where that isn't known; `failures` is how
    often in a row it couldn't be read, `due` the time (seconds since 1970) before which it isn't tried again.
    """

    name: str
    state: str
    failures: int = 0
    due: float = 0.0


class Watched:
    """The table of watching. Every method raises StoreError as the store's do."""

    def __init__(self, db: sqlite3.Connection, explained: Callable[[], AbstractContextManager[None]]) -> None:
        self._db, self._explained = db, explained

    def find(self, name: str) -> Seen | None:
        """What is kept of a name."""
        query = "SELECT name, state, failures, due FROM watched WHERE name = ?"
        with self._explained():
            row = self._db.execute(query, [name]).fetchone()
        return Seen(*row) if row else None

    def holds_report(self, origin: str) -> bool:
        """Whether the store has a report that was read from this address."""
        with self._explained():
            query = "SELECT 1 FROM reports WHERE origin = ?"
            return self._db.execute(query, [origin]).fetchone() is not None

    def put(self, seen: Iterable[Seen]) -> None:
        """Keep what was seen, in place of what was kept, all or nothing."""
        rows = [(s.name, s.state, s.failures, s.due) for s in seen]
        with self._explained(), transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?)", rows)
