"""What a store keeps whatever happens: kills, older versions, readers beside writers."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from benchmarks.kill_store import kill_many
from detente.link import link_events
from detente.records import Coding
from detente.store import Filter, Store
from detente.store.schema import APPLICATION_ID, MIGRATIONS
from tests.factories import TEXT, make_coding, make_report

CODINGS = [
    make_coding(make_report(f"{TEXT} No. {n}.", path=f"in/{n}.txt", given_id=f"row {n}")) for n in range(4)
]


@pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")
def test_what_is_killed_leaves_a_whole_store(tmp_path: Path) -> None:
    assert kill_many(6, tmp_path) > 0


def table_columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]


def make_version(path: Path, version: int, codings: list[Coding]) -> dict[str, list[tuple[object, ...]]]:
    """A store of a version of the schema with what that held of some codings; gives its rows by table."""
    full = path.with_suffix(".new")
    with Store(full) as store:
        for coding in codings:
            store.add(coding)
        store.put_events(link_events(store.mentions(), store.reports()))
    db = sqlite3.connect(path, isolation_level=None)
    for migration in MIGRATIONS[:version]:
        for statement in migration:
            db.execute(statement)
    db.execute("ATTACH ? AS new", [str(full)])
    old: dict[str, list[tuple[object, ...]]] = {}
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'quotes%'"
    for (table,) in db.execute(tables).fetchall():
        known = [name for _, name, *_ in db.execute(f"PRAGMA new.table_info({table})")]
        shared = [name for name in table_columns(db, table) if name in known]
        if table.startswith("judgement") or not shared:  # put in by hand below, or gone since
            continue
        columns = ", ".join(f'"{name}"' for name in shared)
        db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        old[f"SELECT {columns} FROM {table}"] = db.execute(f"SELECT {columns} FROM main.{table}").fetchall()
    if "mentions" in table_columns(db, "judgements"):
        given = json.dumps([c.mentions[0].id for c in codings[:2]])
        db.execute("INSERT INTO judgements VALUES ('j', 'different', ?, 'ML', '2020-01-01', 'no')", [given])
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    return old


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_store_of_every_version_comes_up_to_date_whole(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.db"
    old = make_version(path, version, CODINGS)
    assert len(old) >= 4
    with Store(path) as store:
        assert store._one("PRAGMA user_version") == (len(MIGRATIONS),)
        assert store._one("PRAGMA integrity_check") == ("ok",)
        for query, rows in old.items():
            assert store._db.execute(query).fetchall() == rows, query
        if version == 3:
            assert [(j.verdict, j.by, j.why) for j in store.judgements()] == [("different", "ML", "no")]
        assert list(store.codings()) == CODINGS
        assert len(list(store.mentions(Filter(search="proposal")))) == len(CODINGS)
        assert [store.add(coding) for coding in CODINGS] == ["unchanged"] * len(CODINGS)


def test_a_reader_keeps_reading_while_another_process_fills_the_store(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    with Store(path) as writing, Store(path, readonly=True) as reading:
        for number, coding in enumerate(CODINGS, 1):
            writing.add(coding)
            assert reading.counts().reports == number
            assert all(len(found) == 1 for found in reading.codings())


def test_the_settings_that_outlast_a_power_cut(tmp_path: Path) -> None:
    with Store(tmp_path / "events.db") as store:
        settings = {
            name: store._one(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}
