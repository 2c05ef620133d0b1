"""How well turns are found in simulated event tables: python -m benchmarks.measure_turns [--tune | --curve]

Prints, for each detector, the share of the true turns that it finds within 7 days and its false alarms a
year and pair. The seeds of the two runs differ: thresholds are chosen with --tune, and measured without.
--curve measures find_turns at ever looser thresholds, beside ruptures: what more false alarms would buy.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from ruptures import Pelt

from benchmarks.simulate_events import FIRST, PAIR, Simulated, simulate_events
from detente.turns import Settings, find_turns, make_series
from detente.turns.detect import follow_online
from detente.turns.search import make_track

NEAR = 7  # days within which a turn counts as found
ROUGHLY = 30  # days within which it counts as found roughly
TUNING, MEASURING = range(1000, 1060), range(200)
PENALTIES = (1.0, 1.5, 2.0)
CURVE = (  # from strict to loose: penalty, highest p-value, least difference
    Settings(),
    Settings(penalty=1.0, alpha=0.2, difference=0.5),
    Settings(penalty=0.5, alpha=0.2, difference=0.5),
    Settings(penalty=0.5, alpha=0.35, difference=0.5),
    Settings(penalty=0.5, alpha=0.5, difference=0.5),
)
MULTIPLES = (1.0, 1.2, 2.0, 8.0)  # of the noise times log(n), as ruptures' penalty
Detector = Callable[[Simulated], list[str]]


@dataclass
class Tally:
    """What a detector found: true turns, those found, those roughly, false alarms, and years looked at."""

    true: int = 0
    found: int = 0
    roughly: int = 0
    false: int = 0
    years: float = 0.0
    parts: dict[str, list[int]] = field(default_factory=dict)

    def add(self, table: Simulated, days: list[str]) -> None:
        """Count one table: each true turn takes the nearest found day within reach, once."""
        left = [date.fromisoformat(d) for d in days]
        for turn in map(date.fromisoformat, table.turns):
            near = min(left, key=lambda d: abs(d - turn), default=None)
            hit = near is not None and abs(near - turn).days <= NEAR
            self.roughly += near is not None and abs(near - turn).days <= ROUGHLY
            if hit:
                left.remove(near)
            self.true, self.found = self.true + 1, self.found + hit
            for part in (table.kind, _rate(table)):
                counts = self.parts.setdefault(part, [0, 0])
                counts[0], counts[1] = counts[0] + hit, counts[1] + 1
        self.false += len(left)
        self.years += table.days / 365.25

    def line(self) -> str:
        """The share found and the false alarms a year."""
        share = (
            f"{self.found}/{self.true} = {self.found / self.true:.1%}"
            f" ({self.roughly / self.true:.1%} within {ROUGHLY} days), "
        ) if self.true else ""  # fmt: skip
        return f"{share}{self.false / self.years:.2f} false alarms a year"


def _rate(table: Simulated) -> str:
    return "under 1 event a day" if table.rate < 1 else "1 event a day and more"


def detente_turns(settings: Settings) -> Detector:
    """find_turns with these settings."""
    return lambda table: [t.day for t in find_turns(table.rows, PAIR, settings=settings)]


def online_alone(certain: float) -> Detector:
    """The online detector without any test."""

    def find(table: Simulated) -> list[str]:
        track = make_track(make_series(table.rows, PAIR))
        found = follow_online(track.values, track.variances, track.days, certain)
        return [track.periods[n.place].start for n in found]

    return find


def ruptures_defaults(multiple: float, tone: bool) -> Detector:
    """ruptures' Pelt as it comes (l2, min_size 2, jump 5) on daily sums, or on daily means with holes filled.

    ruptures has no default penalty: `multiple` times the variance of the noise (from neighbouring days)
    times log(n), 2 being the Bayesian information criterion.
    """

    def find(table: Simulated) -> list[str]:
        periods = make_series(table.rows, PAIR, since=FIRST.isoformat()).periods
        values = np.array([p.net for p in periods])
        if tone:
            last = 0.0
            values = np.array([last := last if p.tone is None else p.tone for p in periods])
        noise = float(np.mean(np.diff(values) ** 2)) / 2
        cuts = Pelt().fit(values).predict(pen=multiple * noise * np.log(len(values)))
        return [periods[cut].start for cut in cuts[:-1]]

    return find


def run_all(detectors: dict[str, Detector], tables: Iterable[Simulated]) -> dict[str, Tally]:
    """Each detector on each table."""
    tallies = {name: Tally() for name in detectors}
    for table in tables:
        for name, find in detectors.items():
            tallies[name].add(table, find(table))
    return tallies


def measure_intervals(tables: Iterable[Simulated]) -> str:
    """How many of the true turns with a found one within 30 days lie in its interval."""
    held, near = 0, 0
    for table in tables:
        for turn in find_turns(table.rows, PAIR):
            day = date.fromisoformat(turn.day)
            true = [t for t in table.turns if abs((date.fromisoformat(t) - day).days) <= ROUGHLY]
            near += len(true)
            held += sum(turn.earliest <= t <= turn.latest for t in true)
    share = f"{held}/{near} = {held / max(near, 1):.1%}"
    return f"{share} of the turns within {ROUGHLY} days of a found one lie in its interval"


def show(title: str, tallies: dict[str, Tally], parts: bool = False) -> None:
    """Print the tallies."""
    print(f"\n{title}")
    for name, tally in tallies.items():
        print(f"  {name}: {tally.line()}", flush=True)
        for part, (found, true) in sorted(tally.parts.items() if parts else ()):
            print(f"      {part}: {found}/{true} = {found / true:.1%}")


def main() -> None:
    """Tune or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="try several thresholds on the tuning seeds")
    parser.add_argument("--curve", action="store_true", help="find_turns from strict to loose")
    parser.add_argument("--tables", type=int, help="at most so many tables")
    given = parser.parse_args()
    defaults = {
        f"ruptures, {words}, penalty {m:g}": ruptures_defaults(m, tone)
        for tone, words in ((False, "daily sums"), (True, "daily means"))
        for m in MULTIPLES
    }
    seeds = list(TUNING if given.tune else MEASURING)[: given.tables]
    quiet = seeds[: max(len(seeds) // 4, 1)]
    chosen = (
        CURVE if given.curve else [Settings(penalty=p) for p in PENALTIES] if given.tune else [Settings()]
    )
    ours = {
        f"find_turns, penalty {s.penalty:g}, p to {s.alpha:g}, {s.difference:g} points": detente_turns(s)
        for s in chosen
    }
    online = {f"online alone, {c:g}": online_alone(c) for c in ((0.5, 0.9, 0.99) if given.tune else (0.9,))}
    detectors = ours | online | defaults
    tables = [simulate_events(seed) for seed in seeds]
    show(f"{len(tables)} tables with turns", run_all(detectors, tables), parts=True)
    show(f"{len(quiet)} tables without", run_all(detectors, [simulate_events(s, turns=False) for s in quiet]))
    moody = [simulate_events(s, turns=False, persistence=0.8) for s in quiet]
    show(f"{len(quiet)} tables without, with moods of a week", run_all(ours | online, moody))
    print(measure_intervals(tables))


if __name__ == "__main__":
    main()
