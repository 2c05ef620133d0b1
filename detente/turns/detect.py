"""Where a weighted series changes its mean: PELT, and an online detector that reads along.

Both take values with their variances, so a day with many events counts for more than a day with one.

What the online detector is told beforehand (PRIOR_SD, EXPECTED_PHASE) and FEW are judgements; docs/method.md
names the sources of the methods, and how well they do on simulated tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruptures import Pelt
from ruptures.base import BaseCost

from detente.turns.records import Settings

Array = NDArray[np.float64]
MOST_STEPS = 700  # places at which PELT looks; longer series are looked at in strides, then refined
CREDIBLE = 0.9
FEW = 10  # degrees of freedom under which the spread within periods isn't told apart
PRIOR_SD = 5.0  # of a phase's mean, in points of a scale from -10 to 10
EXPECTED_PHASE = 180.0  # days between two turns that the online detector expects


class WeightedMean(BaseCost):  # type: ignore[misc]
    """ruptures' cost of a segment: its weighted sum of squares around its weighted mean.

    Takes a signal of two columns, the values and their weights (1 / variance).
    """

    model = "weighted mean"
    min_size = 1

    def fit(self, signal: Array) -> WeightedMean:
        """Keep the running sums that `error` needs."""
        self.signal = signal
        values, weights = signal.T
        self.sums = _run(np.stack([weights, weights * values, weights * values**2]))
        return self

    def error(self, start: int, end: int) -> float:
        """The cost of the values from `start` up to `end`, `end` not included."""
        weight, first, second = self.sums[:, end] - self.sums[:, start]
        return float(second - first * first / weight)


def _run(rows: Array) -> Array:
    """Running sums along the last axis, with a zero before the first."""
    return np.concatenate([np.zeros((*rows.shape[:-1], 1)), np.cumsum(rows, axis=-1)], axis=-1)


def estimate_variances(values: Array, counts: Array, within: float, freedom: float) -> Array:
    """The variance of each period's mean, were nothing to change.

    A mean of n events that cluster by day varies by tau² + sigma²/n (the random-effects model of
    DerSimonian and Laird 1986). sigma² is the pooled variance `within` periods, with its degrees of
    `freedom`; tau² is estimated from the differences of neighbours (Rice 1984), which turns
    hardly touch. Zero throughout where the values don't vary.
    """
    sigma = within if freedom >= FEW else 0.0
    steps = np.diff(values) ** 2
    noise = sigma * (1 / counts[1:] + 1 / counts[:-1])
    tau = max(float(np.mean(steps - noise)) / 2, 0.0) if len(steps) else 0.0
    return np.asarray(tau + sigma / counts)


def find_changes(values: Array, variances: Array, penalty: float) -> list[int]:
    """The places at which PELT (Killick, Fearnhead and Eckley 2012) starts a new segment.

    `penalty` is charged for each change, times log(n); with variances of their true size, 2 would be the
    Bayesian information criterion's charge for a place and a mean.
    """
    stride = max(1, len(values) // MOST_STEPS)
    signal = np.column_stack([values, 1 / variances])
    search = Pelt(custom_cost=WeightedMean(), min_size=2, jump=stride).fit(signal)
    return [int(k) for k in search.predict(pen=penalty * np.log(len(values)))[:-1]]


def split_gains(values: Array, weights: Array) -> Array:
    """By how much each split of the last axis lowers the weighted sum of squares; 0 is a split after one."""
    sums = _run(np.stack([weights, weights * values]))
    weight, total = sums[0][..., 1:-1], sums[1][..., 1:-1]
    all_weight, all_total = sums[0][..., -1:], sums[1][..., -1:]
    return np.asarray(
        total**2 / weight + (all_total - total) ** 2 / (all_weight - weight) - all_total**2 / all_weight
    )


def place_interval(gains: Array) -> tuple[int, int, int]:
    """The likeliest of the splits, and the first and last of those that hold it with 90 %.

    The posterior of a single change under a flat prior, with Gaussian noise of known variance (Smith 1975).
    """
    chances = np.exp((gains - gains.max()) / 2)
    running = np.cumsum(chances / chances.sum())
    tail = (1 - CREDIBLE) / 2
    low, high = np.searchsorted(running, [tail, 1 - tail])
    return int(np.argmax(gains)), int(low), min(int(high), len(gains) - 1)


def leave_enough(events: NDArray[np.int64], side: int) -> NDArray[np.bool_]:
    """Which splits of the last axis leave so many events on each side."""
    before = np.cumsum(events, axis=-1)
    return np.asarray((before[..., :-1] >= side) & (before[..., -1:] - before[..., :-1] >= side))


def permute_split(
    values: Array, weights: Array, events: NDArray[np.int64], blocks: NDArray[np.int64], settings: Settings
) -> float:
    """The share of shuffles (the series itself counted) with a split at least as clear as the clearest one.

    Whole `blocks` of neighbours are shuffled, so that what clusters stays together; as the shuffles may be
    split wherever the series may, with `settings.side` events on each side, the search for the place is
    allowed for, and no more than that.
    """
    random = np.random.default_rng(settings.seed)
    names, which = np.unique(blocks, return_inverse=True)
    keys = random.random((settings.permutations, len(names)))[:, which]
    order = np.argsort(keys, axis=1, kind="stable")

    def clearest(order: NDArray[np.intp]) -> Array:
        gains = split_gains(values[order], weights[order])
        return np.asarray(gains.max(axis=-1, where=leave_enough(events[order], settings.side), initial=0.0))

    best, observed = clearest(order), clearest(np.arange(len(values)))
    return float((1 + np.sum(best >= observed - 1e-9)) / (settings.permutations + 1))


@dataclass(frozen=True, slots=True)
class Noticed:
    """A change that the online detector took for likelier than not: where it starts, and when it saw that."""

    place: int
    seen: int


def follow_online(
    values: Array, variances: Array, days: NDArray[np.int64], certain: float = 0.5
) -> list[Noticed]:
    """Bayesian online change point detection (Adams and MacKay 2007), one period after the other.

    Phases have a Gaussian mean (0 with a standard deviation of 5) and the given variances; a change comes
    at a constant rate, once in 180 days. A change is noticed when the phases that
    start after the last noticed one hold more than `certain` of the posterior.
    """
    chances = np.zeros(len(values) + 1)
    chances[0] = 1.0
    precision = np.full(len(values) + 1, 1 / PRIOR_SD**2)
    weighted = np.zeros(len(values) + 1)
    found: list[Noticed] = []
    begun = 0
    for now, (value, variance) in enumerate(zip(values, variances, strict=True)):
        if now:
            hazard = 1 - np.exp(-(days[now] - days[now - 1]) / EXPECTED_PHASE)
            chances[now] = hazard
            chances[:now] *= 1 - hazard
        live = slice(0, now + 1)
        spread = variance + 1 / precision[live]
        miss = value - weighted[live] / precision[live]
        chances[live] *= np.exp(-(miss**2) / (2 * spread)) / np.sqrt(spread)
        chances[live] /= chances[live].sum()
        precision[live] += 1 / variance
        weighted[live] += value / variance
        later = chances[begun + 1 : now + 1]
        if later.sum() > certain:
            begun = begun + 1 + int(np.argmax(later))
            found.append(Noticed(begun, now))
    return found


def as_array(numbers: Any) -> Array:
    """Any sequence of numbers as an array of floats."""
    return np.asarray(list(numbers), dtype=np.float64)
