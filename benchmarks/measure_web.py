"""How quick the web app is on a large store: python -m benchmarks.measure_web [--store FILE] [--events N]

Makes a store of simulated events (or takes the one that an earlier run made), serves it, and prints for its
busiest pair the seconds to the first paint of its page in Chromium, where there is one, and to the answers to
filters and other pages. The store is made up: parties are drawn by Zipf's law, days evenly over ten years.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np
from fastapi.testclient import TestClient

from detente import find_threads
from detente.link.candidates import find_weeks
from detente.link.sketch import sketch_mentions
from detente.link.stored import mark_way, put_groups
from detente.ontology import load_ontology
from detente.records import Coding, EventMention, Party, Report, Says, Span, Status, When, Where, content_id
from detente.store import Browser, Store
from detente.web import make_app

FIRST, DAYS = date(2010, 1, 1), 3652
A_REPORT = 20  # mentions of a report
THREADED = 2_000  # events; threading all of so dense a store takes over eight minutes
PARTIES = "USA CHN RUS IRN ISR PRK KOR JPN IND PAK TUR UKR FRA DEU GBR EGY SAU SYR IRQ AFG VEN CUB".split()
STATUSES: list[Status] = ["happened"] * 6 + [
    "planned",
    "offered",
    "demanded",
    "threatened",
    "refused",
    "denied",
    "alleged",
]
PLACES = [
    ("Geneva", "CHE", 46.2, 6.1),
    ("Vienna", "AUT", 48.2, 16.4),
    ("Doha", "QAT", 25.3, 51.5),
    None,
    None,
]
TRIES = 5
RUN = "measuring"  # of merging
FILTERS = (
    "status=offered", "status=happened&type=CONSULT", "says=official", "sure=80", "place=Geneva",
    "since=2014-01-01&until=2014-12-31", "search=talks", "acts=first",
)  # fmt: skip


def simulate_codings(number: int, seed: int = 0) -> Iterator[Coding]:
    """Codings with `number` mentions in all, of made-up acts between states."""
    draw = random.Random(seed)
    weights = [1 / rank for rank in range(1, len(PARTIES) + 1)]
    for start in range(0, number, A_REPORT):
        day = FIRST + timedelta(days=draw.randrange(DAYS))
        text = "".join(
            f"Sentence {n} tells that one side held talks with the other. " for n in range(A_REPORT)
        )
        report = Report(
            content_id("simulated", start),
            text,
            f"Report {start}",
            day.isoformat(),
            source=f"Outlet {start % 50}",
        )
        rows = (_draw_mention(draw, report, n, weights) for n in range(min(A_REPORT, number - start)))
        yield Coding(report, tuple(rows), ())


def _draw_mention(draw: random.Random, report: Report, n: int, weights: list[float]) -> EventMention:
    type_, known = draw.choice(list(load_ontology().types.items()))
    start = report.text.index(f"Sentence {n} ")
    end = report.text.index(". ", start) + 1
    at = report.text.index("held", start)
    one, other = (draw.choices(PARTIES, weights)[0] for _ in range(2))
    other = other if other != one else PARTIES[(PARTIES.index(one) + 1) % len(PARTIES)]
    day = (date.fromisoformat(report.published or "") - timedelta(days=draw.randrange(5))).isoformat()
    place = draw.choice(PLACES)
    says = Says("one side", at, at + 4, "official") if draw.random() < 0.3 else None
    return EventMention(
        id=content_id(report.id, n), report_id=report.id, title=report.title, published=report.published,
        url=None, start=start, end=end, quote=report.text[start:end], sentence=report.text[start:end],
        sentence_start=start, trigger=Span(at, at + 4, "held"),
        actor=(Party("one side", start, start + 8, one, one, "state"),),
        recipient=(Party("the other", start, start + 8, other, other, "state"),),
        type=type_, mode=None, quad=known.quad, score=known.score, contexts=(),
        status=draw.choice(STATUSES), theme=None, certainty=None, when=When(None, day, day, "stated"),
        where=Where(place[0], place[0], place[1], place[2], place[3], None, "city") if place else None,
        says=says, confidence=round(draw.uniform(0.4, 1), 2), coder="simulated", reasons=(),
        report_source=report.source,
    )  # fmt: skip


def make_store(path: Path, number: int) -> None:
    """A store with `number` mentions, each an event of its own, as merging leaves it; the latest threaded."""
    with Store(path) as store:
        for coding in simulate_codings(number):
            store.add(coding)
        with store.merged.writing():
            store.merged.begin(mark_way(), RUN)
            _keep_apart(store)
        put_groups(store, RUN)
        latest = sorted((event for event, _ in store.events()), key=lambda e: e.when.earliest or "")[
            -THREADED:
        ]
        told = {mention for event in latest for mention in event.mentions}
        store.put_threads(find_threads(latest, [m for m in store.mentions() if m.id in told]))


def _keep_apart(store: Store) -> None:
    """Have all mentions count as compared, and none as tied to another."""
    new = store.merged.find_new()
    weeks = find_weeks(sketch_mentions(store.merged.read_mentions(new.tolist())))
    nobody = np.zeros(0, dtype=np.int64)
    store.merged.add(new, weeks, (nobody, nobody, np.zeros(0)))


def measure(work: Callable[[], object]) -> str:
    """The median and the longest of some tries, and the median of the processor's time, in milliseconds."""
    taken, worked = [], []
    for _ in range(TRIES):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        taken.append(1000 * (time.perf_counter() - begin))
        worked.append(1000 * (time.process_time() - busy))
    median, longest = statistics.median(taken), max(taken)
    return (
        f"median {median:6.0f} ms, longest {longest:6.0f} ms, processor {statistics.median(worked):6.0f} ms"
    )


def measure_answers(path: Path, pair: tuple[str, str]) -> None:
    """Print the times to whole answers, without the browser's share."""
    with TestClient(make_app(path), base_url="http://127.0.0.1") as client:
        begin, busy = time.perf_counter(), time.process_time()
        client.get(f"/pair?a={pair[0]}&b={pair[1]}")
        taken, worked = time.perf_counter() - begin, time.process_time() - busy
        print(f"nothing kept yet: {1000 * taken:.0f} ms, processor {1000 * worked:.0f} ms")
        time.sleep(10)  # turns are looked for behind the scenes
        pages = [f"/pair?a={pair[0]}&b={pair[1]}"]
        pages += [f"{pages[0]}&{query}" for query in FILTERS] + [
            "/",
            "/map",
            "/search?q=talks",
            "/api/events?limit=100",
        ]
        for page in pages:
            print(f"{page:60} {measure(lambda page=page: client.get(page).raise_for_status())}")


@contextmanager
def run_server(path: Path) -> Iterator[str]:
    """The app in a process of its own; gives its address."""
    command = [sys.executable, "-m", "detente", "serve", str(path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        told = process.stderr.readline() if process.stderr else ""
        found = re.search(r"http://[^/]+", told)
        try:
            if found is None:
                raise RuntimeError(told)
            httpx.get(found[0] + "/favicon.ico", timeout=30)
            yield found[0]
        finally:
            process.terminate()


def measure_paint(path: Path, pair: tuple[str, str]) -> None:
    """Print the times of first paints in Chromium, each by a server that has just started."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(TRIES):
            with run_server(path) as address:
                page = browser.new_page()
                page.goto(f"{address}/pair?a={pair[0]}&b={pair[1]}")
                page.wait_for_timeout(500)  # the entry comes after the paint
                paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
                page.locator("section.turns:not([data-wait])").wait_for()  # turns are looked for meanwhile
                begin = time.perf_counter()
                page.locator("details.filters summary").click()
                page.locator("input[name=status][value=offered]").check()
                page.wait_for_selector(".chips li")
                taken = 1000 * (time.perf_counter() - begin)
                print(f"first paint {paint:.0f} ms, filter by the mouse {taken:.0f} ms")
                page.close()
        browser.close()


def main() -> None:
    """Make the store where it isn't there, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--events", type=int, default=100_000)
    given = parser.parse_args()
    path = given.store or Path(tempfile.mkdtemp()) / "large.db"
    if not path.exists():
        make_store(path, given.events)
    with Browser(path) as store:
        busiest = store.movements("0001-01-01", "9999-12-31", 1)[0]
    print(f"{path}: busiest pair {' '.join(busiest.keys)} with {busiest.events} events that happened")
    measure_answers(path, busiest.keys)
    if shutil.which("chromium"):
        measure_paint(path, busiest.keys)


if __name__ == "__main__":
    main()
