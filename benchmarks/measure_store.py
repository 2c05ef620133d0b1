"""How a store does with very many mentions: merging, adding, and the queries of one pair.

Run as `python -m benchmarks.measure_store --mentions 1000000`. Fills a new store with simulated reports by
its own writing path, merges them, adds 100 reports and merges again, and asks for what a page on the pair
with most mentions asks for. Times are on the clock, with those of the processor behind; as machines differ
and are shared, the ratios are to go by: merging is set beside reading the mentions once. Memory is the
highest that the process ever held.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from fastapi.testclient import TestClient

from benchmarks.simulate_reports import simulate_codings
from detente import Store, find_threads, link_store, make_series
from detente.records import Coding, Event, EventMention
from detente.store import Filter
from detente.web import make_app

ADDED = 100  # reports
SHOWN = 100  # events and mentions on a page
T = TypeVar("T")


def main() -> None:
    """Prints times, sizes and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentions", type=int, default=20_000, help="how many mentions, about")
    parser.add_argument("--folder", type=Path, help="where to make the store; default: a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder, Store(Path(folder) / "many.db") as store:
        # filling isn't what is measured: no waiting for the disk
        store._db.executescript("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 50000")
        measure(store, given.mentions)


def measure(store: Store, mentions: int) -> None:
    """Fills and measures one store."""
    codings = simulate_codings(mentions)
    late = list(islice(codings, ADDED))
    timed("adding", lambda: add(store, codings))
    counts = store.counts()
    print(f"{counts.reports:,} reports, {counts.mentions:,} mentions", flush=True)
    reading = timed("reading all mentions once", lambda: sum(1 for _ in store.mentions()))
    print(f"highest memory: {peak_memory():.2f} GB", flush=True)
    merging = timed("merging all", lambda: print(dict(link_store(store))))
    print(f"  {merging / reading:.2f} of reading them; highest memory: {peak_memory():.2f} GB", flush=True)
    add(store, late)
    again = timed(f"merging after {ADDED} reports more", lambda: print(dict(link_store(store))))
    print(f"  {again / merging:.3f} of merging all")
    measure_pair(store)
    print(f"{store.path.stat().st_size / 1e9:.2f} GB on disk, highest memory: {peak_memory():.2f} GB")


def measure_pair(store: Store) -> None:
    """Times what a page on one pair asks for."""
    one, two = store.pairs(1)[0].codes
    pair = one, two
    rows = list(store.tabulate_events(pair))
    print(f"{one} and {two}, {len(rows):,} events:")
    timed(f"  the first {SHOWN} events", lambda: list(islice(store.events(between=pair), SHOWN)))
    timed("  all events as rows", lambda: list(store.tabulate_events(pair)))
    timed("  the series by week, with that", lambda: make_series(store.tabulate_events(pair), pair, "week"))
    timed(f"  {SHOWN} mentions", lambda: list(store.mentions(Filter(between=pair, limit=SHOWN))))
    events = [event for event, _ in store.events(between=pair)]
    timed("  threading them", lambda: store.put_threads(find_threads(events, told_by(store, events))))
    timed("  their threads", lambda: list(store.threads(between=pair)))
    page = f"/pair?a={one}&b={two}"
    client = TestClient(make_app(store.path), base_url="http://127.0.0.1")
    for what in ("the pair's page", "again"):
        timed(f"  {what}", lambda: client.get(page).raise_for_status())


def told_by(store: Store, events: Iterable[Event]) -> Iterator[EventMention]:
    """The mentions of events."""
    return store.merged.read_mentions(
        sorted(store.merged.find_numbers(i for e in events for i in e.mentions).values())
    )


def add(store: Store, codings: Iterable[Coding]) -> None:
    """Adds codings to a store."""
    for coding in codings:
        store.add(coding)


def timed(what: str, work: Callable[[], T]) -> float:
    """Does some work and gives the seconds that it took."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(f"{what}: {seconds:.3f} s ({cpu:.3f} s of the processor)", flush=True)
    return seconds


def peak_memory() -> float:
    """The highest memory that this process held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
