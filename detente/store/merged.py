"""What merging keeps in a store: the mentions that it has seen, the ties between them, and the events.

Mentions go by their numbers in the table here. A mention that is written anew or judged is no longer among
those seen, and its ties are gone; see the triggers in schema.py.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.records import Event, EventMention, Report
from detente.store.faults import transaction
from detente.store.judged import NEW, RECORDS, tell_mention
from detente.store.rows import event_row, insert_row, read_report

SOME = 10_000  # numbers in one query
MANY = 200_000  # ties at once
CACHE = 262_144  # KiB that SQLite may hold while merging: ties fall all over their index
T = TypeVar("T")
Ints = NDArray[np.int64]
Ties = tuple[Ints, Ints, NDArray[np.float64]]  # pairs of mentions, and how likely each is one happening
NUMBERS = np.dtype([("number", "i8"), ("event", "i8")])
TIES = np.dtype([("one", "i8"), ("other", "i8"), ("probability", "f8")])
NEAR = """SELECT number FROM linked
    WHERE first_week BETWEEN ?1 - ?3 AND ?2 AND last_week >= ?1 ORDER BY number"""


class Merged:
    """The tables of merging. Every method raises StoreError as the store's do; those that write are to be
    called inside `writing`.
    """

    def __init__(self, db: sqlite3.Connection, explained: Callable[[], AbstractContextManager[None]]) -> None:
        self._db, self._explained = db, explained

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is done inside, or nothing; no other program writes to the store meanwhile."""
        with self._explained():
            self._db.execute(f"PRAGMA cache_size = -{CACHE}")
            with transaction(self._db):
                yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read inside is of one state of the store; other programs may write meanwhile."""
        with self._explained(), transaction(self._db, "DEFERRED"):
            yield

    def read_version(self) -> int:
        """A number that is another one when other programs have written."""
        return int(next(self._rows("PRAGMA data_version"))[0])

    def begin(self, mark: str, run: str) -> None:
        """Put merging into the hands of `run`; forget ties found in another way than `mark` stands for."""
        if list(self._rows("SELECT mark FROM linked_by")) != [(mark,)]:
            for table in ("ties", "linked", "linked_by"):
                self._db.execute(f"DELETE FROM {table}")
            self._db.execute("INSERT INTO linked_by (mark) VALUES (?)", [mark])
        self._db.execute("UPDATE linked_by SET run = ?", [run])

    def is_run_by(self, run: str) -> bool:
        """Whether no other run of merging has begun since `run` did."""
        return list(self._rows("SELECT run FROM linked_by")) == [(run,)]

    def find_new(self) -> Ints:
        """The mentions that were never compared with others, or have changed since, by day."""
        return self._column(f"{NEW} ORDER BY m.day, m.number")

    def choose_new(self, numbers: Ints) -> Ints:
        """Those of some mentions that are new, and still there."""
        return self._choose(f"{NEW} AND m.number IN ({{}})", numbers)

    def are_seen(self, numbers: Ints) -> bool:
        """Whether mentions that were compared are as they were then, and still there."""
        return len(self._choose("SELECT number FROM linked WHERE number IN ({})", numbers)) == len(numbers)

    def ungroup(self, numbers: Ints) -> None:
        """Take mentions out of their events, which stay until their mentions are put into others."""
        free = ((number,) for number in numbers.tolist())
        self._db.executemany("UPDATE linked SET event = NULL WHERE number = ? AND event IS NOT NULL", free)

    def find_near(self, weeks: Iterable[tuple[int, int]], widest: int) -> Ints:
        """The merged mentions that are looked for in any of these spans of weeks, no wider than `widest`."""
        found = [self._column(NEAR, first, last, widest) for first, last in weeks]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    def read_mentions(self, numbers: Sequence[int]) -> Iterator[EventMention]:
        """The mentions with these numbers, in their order; none may be judged to be no such act."""
        for part in _split(numbers):
            query = f"{RECORDS} WHERE number IN ({_marks(part)}) ORDER BY number"
            found = {row[3]: row for row in self._rows(query, *part)}
            for number in part:
                mention = tell_mention(self._rows, *found[number][:3])
                if mention is not None:
                    yield mention

    def read_reports(self, ids: Sequence[str]) -> Iterator[Report]:
        """The reports with these ids."""
        for part in _split(ids):
            query = f"SELECT text, record FROM reports WHERE id IN ({_marks(part)})"
            yield from (read_report(*row) for row in self._rows(query, *part))

    def add(self, numbers: Ints, weeks: tuple[Ints, Ints], ties: Ties) -> None:
        """Keep mentions as seen, with their weeks and their ties to those seen."""
        seen = zip(numbers.tolist(), *(week.tolist() for week in weeks), strict=True)
        self._db.executemany("INSERT INTO linked VALUES (?, ?, ?, NULL)", seen)
        one, other = np.minimum(*ties[:2]), np.maximum(*ties[:2])
        order = np.lexsort((other, one))
        for at in range(0, len(order), SOME):
            part = order[at : at + SOME]
            rows = zip(*(column[part].tolist() for column in (one, other, ties[2])), strict=True)
            self._db.executemany("INSERT INTO ties VALUES (?, ?, ?)", rows)

    def read_linked(self) -> tuple[Ints, Ints]:
        """The mentions seen, by id, and the event of each, 0 for none."""
        linked = np.fromiter(self._rows("SELECT number, coalesce(event, 0) FROM linked"), dtype=NUMBERS)
        linked.sort(order="number")
        by_id = self._column("SELECT number FROM mentions ORDER BY id")
        numbers = by_id[np.isin(by_id, linked["number"])]
        return numbers, linked["event"][np.searchsorted(linked["number"], numbers)]

    def read_ties(self, least: float = 0.0) -> Iterator[Ties]:
        """The pairs of mentions that may well tell one happening, with probabilities of `least` or more.

        They come some at a time.
        """
        rows = self._rows("SELECT one, other, probability FROM ties WHERE probability >= ?", least)
        while len(ties := np.fromiter(islice(rows, MANY), dtype=TIES)):
            yield ties["one"], ties["other"], ties["probability"]

    def find_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """The numbers of those of these ids whose mentions are seen."""
        query = "SELECT m.number FROM mentions m JOIN linked l ON l.number = m.number WHERE id = ?"
        return {id_: number for id_ in ids for (number,) in self._rows(query, id_)}

    def count_members(self) -> tuple[Ints, Ints]:
        """The events, by number, and how many mentions each was made of."""
        rows = self._rows("SELECT number, mentions FROM events INDEXED BY events_by_mentions")
        sizes = np.fromiter(rows, dtype=NUMBERS)
        sizes.sort(order="number")
        return sizes["number"], sizes["event"]

    def put_events(self, events: Iterable[Event]) -> Counter[str]:
        """Write those events that aren't just so yet; counts the 'new' and 'changed'."""
        found = Counter[str]()
        for event in events:
            number, outcome = self._put_event(event)
            found[outcome] += 1
            for part in _split(event.mentions):
                mine = f"SELECT number FROM mentions WHERE id IN ({_marks(part)})"
                self._db.execute(f"UPDATE linked SET event = ? WHERE number IN ({mine})", [number, *part])
        return found

    def drop_events(self, kept: Collection[str] | None = None) -> int:
        """Delete the events that no mention is of any more, or that aren't `kept`; says how many."""
        if kept is None:
            return self._db.execute("""DELETE FROM events WHERE number NOT IN
                (SELECT event FROM linked WHERE event IS NOT NULL)""").rowcount
        gone = [(id_,) for (id_,) in self._rows("SELECT id FROM events") if id_ not in kept]
        self._db.executemany("DELETE FROM events WHERE id = ?", gone)
        return len(gone)

    def count_events(self) -> int:
        """How many events there are."""
        return int(next(self._rows("SELECT count(*) FROM events"))[0])

    def _put_event(self, event: Event) -> tuple[int | None, str]:
        row = event_row(event)
        query = "SELECT number, record FROM events WHERE id = ?"
        number, before = self._db.execute(query, [event.id]).fetchone() or (None, None)
        if before == row["record"]:
            return number, "as before"
        self._db.execute("DELETE FROM events WHERE id = ?", [event.id])
        number = insert_row(self._db, "events", row)
        mentions = [(number, mention) for mention in event.mentions]
        self._db.executemany("INSERT INTO event_mentions VALUES (?, ?)", mentions)
        sides = (("actor", event.actor), ("recipient", event.recipient))
        parties = [(number, side, p.code, p.name) for side, found in sides for p in found]
        self._db.executemany("INSERT INTO event_parties VALUES (?, ?, ?, ?)", parties)
        return number, "new" if before is None else "changed"

    def _choose(self, query: str, numbers: Ints) -> Ints:
        parts = [self._column(query.format(_marks(part)), *part) for part in _split(numbers.tolist())]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def _column(self, query: str, *values: object) -> Ints:
        return np.fromiter((row[0] for row in self._rows(query, *values)), dtype=np.int64)

    def _rows(self, query: str, *values: object) -> Iterator[Any]:
        with self._explained():
            yield from self._db.execute(query, values)


def _split(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[at : at + SOME] for at in range(0, len(values), SOME))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
