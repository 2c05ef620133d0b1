"""Kills processes that add to, link and migrate a store, at random moments, and looks at what they leave.

Run as `python -m benchmarks.kill_store [KILLS]`. After each kill the store must open, pass SQLite's own
check, hold no report in part, and take the rest of the work when that is run again.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.simulate_reports import simulate_codings
from detente.link import link_events, link_store, stored
from detente.store import Store
from detente.store.schema import APPLICATION_ID, MIGRATIONS
from tests.factories import TEXT, make_coding, make_mention, make_report

REPORTS = 40
MENTIONS = 5
BATCH = 20  # mentions merged in one transaction
LONGEST = 0.4  # seconds after which a process is killed at the latest; it starts its work within some 0.01


def add_all(path: Path) -> None:
    """Adds reports, each with its mentions, one after the other."""
    with Store(path) as store:
        for number in range(REPORTS):
            report = make_report(f"{TEXT} Number {number}.")
            mentions = tuple(make_mention(report, confidence=0.5 + i / 100) for i in range(MENTIONS))
            store.add(make_coding(report, mentions))


def fill(path: Path) -> None:
    """Makes a store of simulated reports, to be merged."""
    with Store(path) as store:
        for coding in simulate_codings(REPORTS * MENTIONS):
            store.add(coding)


def link_all(path: Path) -> None:
    """Merges the mentions of a store into events in small batches, forgets it all, and merges again."""
    stored.BATCH = BATCH
    with Store(path) as store:
        while True:
            link_store(store)
            store._db.executescript("DELETE FROM linked; DELETE FROM events WHERE number % 2")


def check_merging(path: Path) -> None:
    """Raises AssertionError where what was cut off doesn't go on to what merging at once gives."""
    with Store(path) as store:
        check_whole(store)
        link_store(store)
        assert store.count_unmerged() == 0
        wanted = link_events(store.mentions(), store.reports())
        assert {e.id: e for e, _ in store.events()} == {e.id: e for e in wanted}


def make_old(path: Path) -> None:
    """Makes a store of the first version with a report in it."""
    with sqlite3.connect(path) as db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute(
            "INSERT INTO reports VALUES (1, 'a', '', '', '', '', '', '', '', 'text', '', '', '', '', '{}')"
        )
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
    db.close()


def migrate_all(path: Path) -> None:
    """Brings a store up to date."""
    Store(path).close()


def check_whole(store: Store) -> None:
    """Raises AssertionError where the file is damaged, or an event is there in part."""
    assert store._one("PRAGMA integrity_check") == ("ok",)
    assert store._one("PRAGMA foreign_key_check") is None
    assert store._one("PRAGMA user_version") == (len(MIGRATIONS),)
    for event, _ in store.events():
        held = store._one(
            "SELECT count(*) FROM event_mentions JOIN events ON event = number WHERE id = ?", event.id
        )
        assert held == (len(event.mentions),), "an event without some of its mentions"


def check_reports(path: Path) -> int:
    """How many reports a store holds. Raises AssertionError where one is there in part."""
    with Store(path) as store:
        check_whole(store)
        for coding in store.codings():
            assert len(coding) == MENTIONS, f"a report with {len(coding)} of {MENTIONS} mentions"
            assert len(coding.passed_over) == 1
        return store.counts().reports


def kill_once(work: Callable[[Path], None], path: Path, chance: random.Random) -> bool:
    """Runs some work in a process and kills it; says whether it was still at work."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(path,))
    process.start()
    time.sleep(LONGEST * chance.random() ** 2)
    process.kill()
    process.join()
    return process.exitcode != 0


def kill_many(kills: int, folder: Path, seed: int = 1) -> int:
    """Kills that many processes, by turns adding, linking and migrating; gives how many died at work."""
    chance = random.Random(seed)
    at_work = 0
    for number in range(kills):
        path = folder / f"{number}.db"
        kind = number % 3
        if kind == 0:
            at_work += kill_once(add_all, path, chance)
            held = check_reports(path)
            add_all(path)
            assert held <= check_reports(path) == REPORTS
        elif kind == 1:
            fill(path)
            at_work += kill_once(link_all, path, chance)
            check_merging(path)
        else:
            make_old(path)
            at_work += kill_once(migrate_all, path, chance)
            with Store(path) as store:
                assert store._one("SELECT text FROM reports") == ("text",)
                assert store._one("PRAGMA user_version") == (len(MIGRATIONS),)
        for left in folder.glob(f"{number}.db*"):
            left.unlink()
    return at_work


def main() -> None:
    """Prints how many were killed at work; a store that is left broken stops it with what is wrong."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        at_work = kill_many(kills, Path(folder))
    print(f"{kills} kills, {at_work} of them at work: every store opened whole and went on")


if __name__ == "__main__":
    main()
