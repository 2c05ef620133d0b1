"""Average linkage over candidate pairs, with links that people demand or forbid.

The order of input is without effect, and clusters that no pair ties don't touch each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from detente.link.sketch import Ints

Pairs = tuple[Ints, Ints]
Values = NDArray[np.float64]
DIGITS = 9  # of a mean that count
LEAST_STEP = 10.0**-DIGITS
NO_PAIRS: Pairs = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def cluster(
    number: int,
    pairs: Pairs,
    likeness: Values,
    threshold: float,
    together: Pairs = NO_PAIRS,
    apart: Pairs = NO_PAIRS,
) -> Ints:
    """For each of `number` rows, the lowest row of its cluster.

    `likeness` has the probability that the rows of each of `pairs` belong together (each pair once); all
    other pairs have 0. The two clusters with the highest mean likeness between their members are merged, as
    long as that is `threshold` or more; of equals, those with the lowest first rows. `together` are merged
    first, and `apart` never.

    Of two clusters that are each other's likeliest, no merge elsewhere makes either likelier to a third, as a
    mean is never over what it is the mean of. So all such pairs are merged at once, round by round (Müllner,
    2011, arXiv:1109.2378, section 3.2), and the result is that of merging one pair after the other.
    """
    home = join_rows(number, together)
    state = _State(np.bincount(home, minlength=number), *_contract(*pairs, likeness, home), apart, number)
    state.bar(home)
    while (merged := state.merge_likeliest(threshold)) is not None:
        home = merged[home]
    return home


def join_rows(number: int, pairs: Pairs) -> Ints:
    """For each row the lowest row that it is tied to."""
    table = coo_array((np.ones(len(pairs[0])), pairs), shape=(number, number))
    _, label = connected_components(table, directed=False)
    lowest = np.full(number, number)
    np.minimum.at(lowest, label, np.arange(number))
    home: Ints = lowest[label]
    return home


def _contract(one: Ints, other: Ints, sums: Values, home: Ints) -> tuple[Ints, Ints, Values]:
    """Pairs of clusters with the sums of likeness between their members; none of a cluster with itself."""
    a, b = home[one], home[other]
    a, b = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((b, a))
    order = order[(a != b)[order]]
    a, b, sums = a[order], b[order], sums[order]
    starts = np.flatnonzero(np.concatenate([[True], (a[1:] != a[:-1]) | (b[1:] != b[:-1])])[: len(a)])
    return a[starts], b[starts], np.add.reduceat(sums, starts) if len(starts) else sums


class _State:
    """Clusters under way: their sizes, the sums of likeness between them, and what is forbidden."""

    def __init__(self, sizes: Ints, a: Ints, b: Ints, sums: Values, apart: Pairs, number: int) -> None:
        self.sizes, self.a, self.b, self.sums, self.apart, self.number = sizes, a, b, sums, apart, number

    def bar(self, home: Ints) -> None:
        """Hold apart the clusters in which rows are now that mustn't meet."""
        one, other = home[self.apart[0]], home[self.apart[1]]
        self.apart = np.minimum(one, other), np.maximum(one, other)

    def merge_likeliest(self, threshold: float) -> Ints | None:
        """Merges all clusters that are each other's likeliest; gives the new home of each row, or None.

        A cluster that no other is alike enough to has found its end, as means only fall.
        """
        # rounded, so that sums in any order are equal
        mean = np.round(self.sums / (self.sizes[self.a] * self.sizes[self.b]), DIGITS)
        barred = np.isin(self.a * self.number + self.b, self.apart[0] * self.number + self.apart[1])
        live = np.flatnonzero((mean >= threshold) & ~barred)
        if not len(live):
            return None
        live = live[np.lexsort((self.b[live], self.a[live], -mean[live]))]
        rank = np.arange(len(live))
        best = np.full(self.number, len(live))
        np.minimum.at(best, self.a[live], rank)
        np.minimum.at(best, self.b[live], rank)
        chosen = live[(best[self.a[live]] == rank) & (best[self.b[live]] == rank)]
        home = np.arange(self.number)
        home[self.b[chosen]] = self.a[chosen]
        self.sizes[self.a[chosen]] += self.sizes[self.b[chosen]]
        open_ = (best[self.a] < len(live)) & (best[self.b] < len(live))
        self.a, self.b, self.sums = _contract(self.a[open_], self.b[open_], self.sums[open_], home)
        self.bar(home)
        return home
