"""What else a series shows: swings between threat and charm, silences, and rises as before past crises.

Swings are those of Bry and Boschan (1971). UNLIKELY is the usual 5 %; the other numbers are judgements, tried
on made-up series only (docs/method.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from statistics import fmean, median

import numpy as np

from detente.turns.detect import Array, as_array
from detente.turns.records import Cycle, Phase, Rise, Series, Silence
from detente.turns.series import add_days, days_between

FEWEST_GAPS = 10  # fewer tell no rate
UNLIKELY = 0.05
WINDOW = 28  # days over which conflict is summed
APART = 90  # days between the starts of two crises
LEAD = 7  # days before a crisis at which the rise is measured
FEWEST_CRISES = 3
TIMES = 2.0  # how much more than the median of days with conflict it must be
TOP = 0.95  # quantile of the pair's own 28-day conflict above which there is a crisis


def find_cycles(phases: Sequence[Phase]) -> tuple[tuple[Cycle, ...], str | None]:
    """The full swings in a row of phases, and why there are none.

    A cycle runs from the start of a low phase over a high one to the start of the next low, as business
    cycles are dated (Bry and Boschan 1971), but on phases that passed the test for turns. It describes
    what was; that it would come again is not said.
    """
    levels = [p.tone for p in phases]
    lows = [
        i for i in range(len(levels))
        if (i == 0 or levels[i] < levels[i - 1]) and (i == len(levels) - 1 or levels[i] < levels[i + 1])
    ]  # fmt: skip
    cycles = []
    for low, next_low in pairwise(lows):
        high = max(phases[low:next_low], key=lambda p: p.tone)
        swing = high.tone - fmean([levels[low], levels[next_low]])
        start, end = phases[low].start, phases[next_low].start
        cycles.append(Cycle(start, high.start, end, days_between(start, end), swing))
    return tuple(cycles), None if cycles else "Cycles: the turns make no full swing from low to high to low"


def find_silences(series: Series, missing: Iterable[str] = ()) -> tuple[tuple[Silence, ...], str | None]:
    """The gaps between events that are too long for the pair's own rate, and why none could be looked for.

    Gaps follow an exponential distribution where events come at a steady rate and a Lomax distribution
    where the rate itself varies (gamma), fitted by the mean and variance of all other gaps. A gap is a
    silence where the chance that the longest of so many would reach it is under 5 %. Days on which nothing
    was collected (`missing`) don't count.
    """
    days: list[str] = sorted({e.day for e in series.events})
    lost = set(missing)
    stretches = [(a, b, _count_days(a, b, lost)) for a, b in pairwise(days)]
    if len(stretches) < FEWEST_GAPS:
        return (
            (),
            f"Silence: {len(stretches)} gaps between days with events are too few; {FEWEST_GAPS} are needed",
        )
    lengths = as_array(length for *_, length in stretches)
    found = []
    for i, (begin, end, length) in enumerate(stretches):
        chance = _chance_of_longest(length, np.delete(lengths, i))
        if chance < UNLIKELY:
            found.append(Silence(add_days(begin, 1), add_days(end, -1), int(length) - 1, chance))
    if series.until and series.until > days[-1]:
        length = _count_days(days[-1], series.until, lost) + 1
        chance = _chance_of_longest(length, lengths)
        if chance < UNLIKELY:
            found.append(Silence(add_days(days[-1], 1), None, length - 1, chance))
    return tuple(found), None


def _count_days(first: str, last: str, missing: Collection[str]) -> int:
    return days_between(first, last) - sum(first < day < last for day in missing)


def _chance_of_longest(length: float, others: Array) -> float:
    """The chance that the longest gap is at least so long, from the mean and variance of the others."""
    mean = -1 / float(np.log1p(-1 / max(others.mean(), 1.05)))  # of the distribution that days round up
    spread, excess = float(others.var()) / mean**2, length - 1
    if spread > 1.05:
        shape = 2 * spread / (spread - 1)
        single = (1 + excess / (mean * (shape - 1))) ** -shape
    else:
        single = float(np.exp(-excess / mean))
    return float(-np.expm1((len(others) + 1) * np.log1p(-min(single, 1 - 1e-12))))


def find_rises(series: Series) -> tuple[tuple[Rise, ...], str | None]:
    """Days on which conflict rose as steeply as before most past crises, and why none could be looked for.

    Conflict is summed over 28 days. A crisis starts where that sum reaches the top 5 % of all days so far
    that saw conflict, and twice their median, at least 90 days after the start of the one before. The rise
    is the sum less that of the 28 days before, measured a week ahead of each start. Only what was
    known on the day is used, and nothing is said before three crises.
    """
    if series.by != "day":
        return (), f"Warnings: they are looked for by day, not by {series.by}"
    conflict = as_array(p.conflict for p in series.periods)
    sums = _trailing(conflict, WINDOW)
    rise = sums - np.concatenate([np.zeros(WINDOW), sums])[: len(sums)]
    starts = _find_crises(sums)
    if len(starts) < FEWEST_CRISES:
        return (), f"Warnings: {len(starts)} past crises are too few; {FEWEST_CRISES} are needed"
    return tuple(_warn(series, rise, starts)), None


def _trailing(values: Array, width: int) -> Array:
    running = np.concatenate([np.zeros(width), np.cumsum(values)])
    return np.asarray(running[width:] - running[:-width])


def _find_crises(sums: Array) -> list[int]:
    """The days on which a crisis starts, told from what came before."""
    starts: list[int] = []
    for day in range(2 * WINDOW, len(sums)):
        if starts and day - starts[-1] < APART:
            continue
        past = sums[WINDOW:day]
        past = past[past > 0]
        if len(past) >= WINDOW and sums[day] > max(np.quantile(past, TOP), TIMES * np.median(past)):
            starts.append(day)
    return starts


def _warn(series: Series, rise: Array, starts: Sequence[int]) -> Iterable[Rise]:
    given: list[int] = []
    for day in range(starts[FEWEST_CRISES - 1] + APART // 2, len(rise)):
        past = [s for s in starts if s < day]
        usual = median(float(rise[max(s - LEAD, 0)]) for s in past)
        recent = (given and day - given[-1] < WINDOW) or day - past[-1] < WINDOW
        if recent or rise[day] <= 0 or rise[day] < usual:
            continue
        known = [g for g in given if g + WINDOW <= day]
        followed = sum(any(g < s <= g + WINDOW for s in starts) for g in known)
        yield Rise(series.periods[day].start, float(rise[day]), usual, len(past), len(known), followed)
        given.append(day)
