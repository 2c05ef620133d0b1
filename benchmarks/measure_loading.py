"""How long the tables take to load beside the parser's model, and how the date tagger's time grows.

Run as `python -m benchmarks.measure_loading`. Seconds of processor time; the ratios are the figures to go by,
since machines differ and are shared.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from detente.lexicon import load_lexicon
from detente.ontology import load_ontology
from detente.parse import load_parser
from detente.when import find_dates
from detente.where.gazetteer import open_gazetteer
from detente.who.names import load_names

RUNS = ("the ", "1 ", "early ", "May 5, ", "one and ")  # words that a pattern could backtrack on
SHORT, LONG = 2_000, 20_000  # of them in a row


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Prints the share of each table in what the parser takes to load, then the growth over long runs."""
    parser = timed(load_parser)
    print(f"parser's model: {parser:.2f} s")
    for name, load in (
        ("ontology", load_ontology),
        ("frames", load_lexicon),
        ("names", load_names),
        ("places", open_gazetteer),
    ):
        took = timed(load)
        print(f"{name}: {took:.2f} s, {took / parser:.2f} of the parser's model")
    for run in RUNS:
        short, long = (timed(lambda n=n, run=run: find_dates(run * n, "2013-07-05")) for n in (SHORT, LONG))
        print(f"find_dates on {run!r} {LONG // SHORT} times as often: {long / short:.1f} times as long")


if __name__ == "__main__":
    main()
