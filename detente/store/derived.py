"""Tables made from others: only what is not just so yet is written; the same evidence gives the same rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator

from detente.errors import UsageError
from detente.records import THREAD_STATES, Thread
from detente.serial import from_json
from detente.store.filters import iso_day
from detente.store.parties import Query, seek_party
from detente.store.rows import Row, insert_row, thread_row

PARTY = "number IN (SELECT thread FROM thread_parties WHERE {})"


def put_threads(db: sqlite3.Connection, threads: Iterable[Thread]) -> Counter[str]:
    """Make the threads of a store those that are given, inside a transaction.

    Gives back how many are 'new', 'changed', 'as before' and 'gone'.
    """
    outcomes = Counter[str]()
    old = dict(db.execute("SELECT id, record FROM threads"))
    for thread in threads:
        row = thread_row(thread)
        before = old.pop(thread.id, None)
        outcome = "new" if before is None else "as before" if before == row["record"] else "changed"
        outcomes[outcome] += 1
        if outcome != "as before":
            _put_thread(db, row, thread)
    db.executemany("DELETE FROM threads WHERE id = ?", ([id_] for id_ in old))
    outcomes["gone"] = len(old)
    return outcomes


def _put_thread(db: sqlite3.Connection, row: Row, thread: Thread) -> None:
    db.execute("DELETE FROM threads WHERE id = ?", [thread.id])
    number = insert_row(db, "threads", row)
    events = {e for s in thread.steps for e in (s.event, *s.also)}
    db.executemany("INSERT INTO thread_events VALUES (?, ?)", [(number, e) for e in sorted(events)])
    parties = [(number, p.code, p.name) for p in thread.parties]
    db.executemany("INSERT INTO thread_parties VALUES (?, ?, ?)", parties)


def read_threads(
    rows: Query, between: tuple[str, str] | None, states: tuple[str, ...], since: str | None
) -> Iterator[Thread]:
    """The threads that fit, by the day on which they opened. Raises UsageError as `Reader.threads` does."""
    if between is not None and (isinstance(between, str) or len(between) != 2):
        raise UsageError(f"between {between!r}", "names no two parties", "Give two codes or names")
    for state in states:
        if state not in THREAD_STATES:
            raise UsageError(f"state {state!r}", "there is no such state", f"Use {', '.join(THREAD_STATES)}")
    conditions, values = ["TRUE"], list[str]()
    for name in between or ():
        sought = [(column, value) for column, value in seek_party(name, rows) if column != "text"]
        conditions.append(PARTY.format(" OR ".join(f"{column} = ?" for column, _ in sought)))
        values += [value for _, value in sought]
    if states:
        conditions.append(f"state IN ({', '.join('?' * len(states))})")
        values += states
    if day := iso_day(since):
        conditions.append("last_day >= ?")
        values.append(day)
    query = f"SELECT record FROM threads WHERE {' AND '.join(conditions)} ORDER BY day NULLS LAST, id"
    for (record,) in rows(query, *values):
        yield from_json(Thread, record)
