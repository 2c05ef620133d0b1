"""How much memory coding one long report takes.

Run as `python -m benchmarks.measure_memory [CHARACTERS ...]`. Each length is coded in a process of its own: a
text of varied paragraphs (benchmarks/make_reports.py), as one report. Told is the most memory that the
process ever held, with the program and its models.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from multiprocessing import get_context

from benchmarks.make_reports import make_reports
from benchmarks.measure_growth import read_peak
from detente.pipeline import code_report
from detente.read import read_text

LENGTHS = [3_000, 300_000, 1_000_000, 2_000_000]
EVER = 1_000_000  # reports, more than are needed


def make_text(length: int) -> str:
    """A text of so many characters."""

    def texts() -> Iterator[str]:
        left = length
        for report in make_reports(EVER):
            if left <= 0:
                return
            yield report.text[:left]
            left -= len(report.text) + 2

    return "\n\n".join(texts())


def measure(length: int) -> str:
    """Codes one report of so many characters, and tells what it took."""
    report = read_text(make_text(length), published="2005-05-05")
    start = time.process_time()
    mentions = len(code_report(report))
    seconds = time.process_time() - start
    return f"{len(report.text):>10,} {seconds:>9,.0f} {mentions:>9,} {read_peak() / 1e6:>8,.0f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lengths", type=int, nargs="*", default=LENGTHS, metavar="CHARACTERS")
    print("characters processor  mentions  peak MB", flush=True)
    for length in parser.parse_args().lengths:
        with get_context("spawn").Pool(1) as pool:
            print(pool.apply(measure, (length,)), flush=True)


if __name__ == "__main__":
    main()
