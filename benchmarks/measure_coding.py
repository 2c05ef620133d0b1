"""How fast the coder is beside bare spaCy on one core, and which step takes how much of its time.

Run as `python -m benchmarks.measure_coding`, over the example reports. Both are timed in turns in the same
run, and the middle of the rounds' ratios is the figure to go by, since machines differ and are shared.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import spacy

from detente.classifier import load_classifier
from detente.events.finder import ActFinder
from detente.events.learned import Hints
from detente.lexicon import load_lexicon
from detente.parse import MODELS, parse_report
from detente.pipeline import code_text
from detente.read import read_reports
from detente.records import Report
from detente.says import statements_in
from detente.when import find_dates
from detente.where import places_in
from detente.who import actors_in

ROUNDS = 5


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_ratio(reports: Sequence[Report]) -> None:
    """Prints words a second of both and their ratio."""
    bare = spacy.load(next(name for name in MODELS if spacy.util.is_package(name)))
    texts = [r.text for r in reports]
    words = sum(len(text.split()) for text in texts)
    pairs = []
    for _ in range(ROUNDS):
        parsing = timed(lambda: list(bare.pipe(texts)))
        pairs.append((parsing, timed(lambda: [code_text(r) for r in reports])))
    parsing, coding = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(parsing / coding for parsing, coding in pairs)
    print(f"{words:,} words of {len(reports)} reports, {ROUNDS} rounds, words a second of processor time:")
    print(f"  bare spaCy {words / parsing:,.0f}, whole path {words / coding:,.0f}")
    middle = statistics.median(ratios)
    print(f"  ratio {middle:.2f} (middle of the rounds; {ratios[0]:.2f} to {ratios[-1]:.2f})")


def measure_steps(reports: Sequence[Report]) -> None:
    """Prints the share of the time that each step takes."""
    spent: Counter[str] = Counter()

    @contextmanager
    def step(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        spent[name] += time.process_time() - start  # type: ignore[assignment]

    for report in reports:
        with step("all"):
            code_text(report)
        with step("parse"):
            passages = parse_report(report)
        with step("who"):
            parties = actors_in(passages, on=report.published)
        with step("classifier"):
            hints = Hints(load_classifier(), passages)
        with step("acts"):
            ActFinder(parties, load_lexicon(), hints).find(passages)
        with step("says"):
            list(statements_in(passages, parties))
        with step("when"):
            find_dates(report.text, report.published)
        with step("where"):
            places_in(passages, report.text)
    whole = spent.pop("all")
    print("Share of the time of each step:")
    for name, seconds in spent.most_common():
        print(f"  {name:10} {seconds / whole:4.0%}")
    print(f"  {'the rest':10} {1 - spent.total() / whole:4.0%}")


def main() -> None:
    """Prints both."""
    reports = list(read_reports("examples"))
    for report in reports:
        code_text(report)
    measure_ratio(reports)
    measure_steps(reports)


if __name__ == "__main__":
    main()
