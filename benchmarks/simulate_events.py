"""Simulated event tables with known turns, as hard as news data: seeded, the same seed gives the same table.

A pair has phases of 60 days and more, each with its own share of conflict among its events; the number of
events changes at a turn too, but at random, so it tells nothing. Numbers a day are Poisson or, in
every second table, negative binomial; the events of a day lean the same way. On top come a coverage that
grows or shrinks over the whole time, weekends with less of it, weeks without any, and in every fourth
table a slow drift of tone that is no turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

PAIR = ("AAA", "BBB")
FIRST = date(2010, 1, 1)
SHORTEST_PHASE = 60  # days
# PLOVER's scores of acts, and how often they come in news: many words, few deeds.
CONFLICT = np.array([-2.0, -3.0, -3.5, -6.0, -7.0, -9.0])
CONFLICT_SHARES = np.array([0.22, 0.30, 0.16, 0.08, 0.10, 0.14])
COOPERATION = np.array([0.0, 2.5, 4.0, 5.0, 6.5, 10.0])
COOPERATION_SHARES = np.array([0.12, 0.50, 0.12, 0.14, 0.06, 0.06])


@dataclass(frozen=True)
class Simulated:
    """An event table, the days on which its phases after the first start, and how it was made."""

    rows: list[dict[str, object]]
    turns: tuple[str, ...]
    days: int
    rate: float
    kind: str


def simulate_events(seed: int, turns: bool = True, persistence: float = 0.0) -> Simulated:
    """A table of two to three years; without `turns` its tone stays what it is (up to the drift).

    `persistence` is how much of a day's lean stays on the next day: 0.8 makes moods of a week or so, which
    are no turns.
    """
    random = np.random.default_rng([seed, int(turns)])
    length = int(random.integers(730, 1096))
    starts = _place_turns(random, length, int(random.integers(1, 5))) if turns else []
    rate = float(np.exp(random.uniform(np.log(0.4), np.log(4))))
    shares, volume = _fill_phases(random, length, starts)
    if seed % 4 == 0:
        shares += np.linspace(-0.06, 0.06, length) * random.choice([-1, 1])
    volume *= rate * np.exp(np.linspace(-0.5, 0.5, length) * random.uniform(-0.8, 0.8))
    weekend = np.array([(FIRST + timedelta(days=d)).weekday() >= 5 for d in range(length)])
    volume *= np.where(weekend, random.uniform(0.3, 1), 1)
    for gap in _place_gaps(random, length, starts):
        volume[gap] = 0
    negative_binomial = seed % 2 == 1
    if negative_binomial:
        shape = random.uniform(0.8, 3)
        volume *= random.gamma(shape, 1 / shape, length)
    rows = _draw_rows(random, random.poisson(volume), np.clip(shares, 0.02, 0.98), persistence)
    kind = ("negative binomial" if negative_binomial else "Poisson") + (", drift" if seed % 4 == 0 else "")
    return Simulated(rows, tuple(_iso(s) for s in starts), length, rate, kind)


def _iso(day: int) -> str:
    return (FIRST + timedelta(days=int(day))).isoformat()


def _place_turns(random: np.random.Generator, length: int, number: int) -> list[int]:
    while True:
        starts = sorted(random.integers(SHORTEST_PHASE, length - SHORTEST_PHASE, number).tolist())
        if all(b - a >= SHORTEST_PHASE for a, b in pairwise(starts)):
            return starts


def _fill_phases(
    random: np.random.Generator, length: int, starts: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """The share of conflict and the relative volume of each day."""
    shares, volume = np.empty(length), np.empty(length)
    share, level = random.uniform(0.15, 0.85), 1.0
    for begin, end in zip([0, *starts], [*starts, length], strict=True):
        shares[begin:end], volume[begin:end] = share, level
        step = random.uniform(0.3, 0.6)
        up = share + step <= 0.9 and (share - step < 0.1 or random.random() < 0.5)
        share = share + step if up else max(share - step, 0.05)
        level = float(np.exp(random.normal(0, 0.4)))
    return shares, volume


def _place_gaps(random: np.random.Generator, length: int, starts: list[int]) -> list[slice]:
    """Up to three stretches of 5 to 40 days without coverage, 14 days and more from any turn."""
    gaps = []
    for _ in range(int(random.integers(0, 4))):
        days = int(random.integers(5, 41))
        begin = int(random.integers(30, length - 30 - days))
        if all(not begin - 14 <= s <= begin + days + 14 for s in starts):
            gaps.append(slice(begin, begin + days))
    return gaps


def _draw_rows(
    random: np.random.Generator, counts: np.ndarray, shares: np.ndarray, persistence: float
) -> list[dict[str, object]]:
    moods = random.normal(0, 0.6, len(shares))
    for day in range(1, len(moods)):
        moods[day] = persistence * moods[day - 1] + np.sqrt(1 - persistence**2) * moods[day]
    lean = np.log(shares / (1 - shares)) + moods
    rows: list[dict[str, object]] = []
    for day, number in enumerate(counts):
        hostile = random.random(number) < 1 / (1 + np.exp(-lean[day]))
        for bad in hostile:
            scores, chances = (CONFLICT, CONFLICT_SHARES) if bad else (COOPERATION, COOPERATION_SHARES)
            score = random.choice(scores, p=chances)
            actor, recipient = PAIR if random.random() < 0.5 else PAIR[::-1]
            rows.append({"date": _iso(day), "actor": actor, "recipient": recipient, "score": float(score)})
    return rows
