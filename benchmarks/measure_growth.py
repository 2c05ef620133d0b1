"""How time, memory and the store grow with the number of reports.

Run as `python -m benchmarks.measure_growth [--minutes 5] [--first 1000]`.

Codes 1,000, 2,000, 4,000, ... made-up reports (benchmarks/make_reports.py) into a store on all cores, as
`detente add` does, until the next step would not end in time; up to 100,000. What was not reached is
extrapolated from the last two steps, and said to be.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_reports import make_reports
from detente.pipeline import BUILTIN, batch_reports, try_code
from detente.pool import count_cores, share_out
from detente.records import Coding, Report
from detente.store import Store

MOST = 100_000


@dataclass(frozen=True)
class Point:
    """What a number of reports took: wall-clock seconds, peak bytes of memory, and what came out."""

    reports: int
    seconds: float
    worker_peak: int
    own_peak: int
    store_bytes: int
    mentions: int

    def line(self) -> str:
        """The point as a line of the table."""
        return (
            f"{self.reports:>8,} {self.seconds:>9,.0f} {self.reports / self.seconds:>10.1f}"
            f" {self.worker_peak / 1e6:>10,.0f} {self.own_peak / 1e6:>8,.0f} {self.store_bytes / 1e6:>8,.1f}"
            f" {self.mentions:>9,}"
        )


def read_peak() -> int:
    """The most memory, in bytes, that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def code_and_weigh(reports: Sequence[Report | str]) -> list[tuple[Coding, int]]:
    """Codings, each with the most memory that the process held so far."""
    outcomes = [try_code(r, BUILTIN, None) for r in reports]
    return [(coding, read_peak()) for coding in outcomes if isinstance(coding, Coding)]


def measure(number: int, folder: Path) -> Point:
    """Codes so many reports into a new store."""
    start, peak, mentions = time.perf_counter(), 0, 0
    path = folder / f"{number}.db"
    with Store(path) as store:
        for _, found in share_out(code_and_weigh, batch_reports(make_reports(number)), count_cores()):
            if found is None:
                raise SystemExit("a process was ended from outside; measure again")
            coding, weight = found
            store.add(coding)
            peak, mentions = max(peak, weight), mentions + len(coding)
    return Point(number, time.perf_counter() - start, peak, read_peak(), path.stat().st_size, mentions)


def extrapolate(points: Sequence[Point]) -> str:
    """The time that `MOST` reports would take at the pace of the last step from one size to the next."""
    last, before = points[-1], points[-2]
    pace = (last.seconds - before.seconds) / (last.reports - before.reports)
    seconds = last.seconds + (MOST - last.reports) * pace
    told = f"{MOST:,} reports at the pace of the last {last.reports - before.reports:,}"
    return f"Not measured: {told} take {seconds / 3600:.1f} h"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--first", type=int, default=1_000)
    given = parser.parse_args()
    began, number, points = time.perf_counter(), given.first, list[Point]()
    words = sum(len(r.text.split()) for r in make_reports(number)) / number
    print(f"Reports of {words:.0f} words into a store, {count_cores()} workers; memory in MB")
    print(" reports   seconds   a second     worker      own    store  mentions")
    with tempfile.TemporaryDirectory() as folder:
        while number <= MOST:
            points.append(measure(number, Path(folder)))
            print(points[-1].line(), flush=True)
            left = given.minutes * 60 - (time.perf_counter() - began)
            number *= 2
            if number * points[-1].seconds / points[-1].reports > left:
                break
    if points[-1].reports < MOST and len(points) > 1:
        print(extrapolate(points))


if __name__ == "__main__":
    main()
