"""Average linkage over candidate pairs, with links that people demand or forbid.

The order of input is without effect. Clusters that no candidate pair ties don't touch each other, so a new
report leaves alone what it has no pair with.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

Pair = tuple[str, str]


def cluster(
    ids: Iterable[str],
    likeness: Mapping[Pair, float],
    threshold: float,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> list[tuple[str, ...]]:
    """The clusters of `ids`, each sorted, in the order of their first ids.

    `likeness` has the probability that two ids belong together, for candidate pairs; all others have 0.
    The two clusters with the highest mean likeness between their members are merged, as long as that is
    `threshold` or more; of equals, those with the lowest first ids. `together` are merged first, and
    `apart` never.
    Raises KeyError where a pair names an unknown id.
    """
    return _Linkage(sorted(ids), likeness, together, apart).run(threshold)


class _Linkage:
    """Clusters under way: their members, the sums of likeness between them, and what is forbidden."""

    def __init__(
        self,
        ids: list[str],
        likeness: Mapping[Pair, float],
        together: Iterable[Pair],
        apart: Iterable[Pair],
    ) -> None:
        self.members: dict[str, list[str]] = {i: [i] for i in ids}
        self.sums: dict[str, dict[str, float]] = defaultdict(dict)
        self.barred: dict[str, set[str]] = defaultdict(set)
        for (a, b), value in sorted(likeness.items()):
            self.sums[a][b] = self.sums[b][a] = value
        for a, b in apart:
            self.barred[a].add(b)
            self.barred[b].add(a)
        home = {i: i for i in ids}
        for a, b in sorted(together):
            one, other = sorted((self._find(home, a), self._find(home, b)))
            if one != other:
                home[other] = one
                self._join(one, other)

    def _find(self, home: dict[str, str], id_: str) -> str:
        while home[id_] != id_:
            id_ = home[id_]
        return id_

    def mean(self, a: str, b: str) -> float:
        """The mean likeness of two clusters' members, rounded so that sums in any order are equal."""
        return round(self.sums[a][b] / (len(self.members[a]) * len(self.members[b])), 9)

    def run(self, threshold: float) -> list[tuple[str, ...]]:
        """Merges until nothing is alike enough."""
        heap: list[tuple[float, str, str]] = [
            (-self.mean(a, b), a, b)
            for a, others in self.sums.items()
            for b in others
            if a < b and self._allowed(a, b)
        ]
        heapq.heapify(heap)
        while heap and -heap[0][0] >= threshold:
            value, a, b = heapq.heappop(heap)
            if a not in self.members or b not in self.members or -value != self.mean(a, b):
                continue
            self._join(a, b)
            for c in self.sums[a]:
                if self._allowed(a, c):
                    heapq.heappush(heap, (-self.mean(a, c), min(a, c), max(a, c)))
        return sorted(tuple(sorted(found)) for found in self.members.values())

    def _allowed(self, a: str, b: str) -> bool:
        return b not in self.barred[a]

    def _join(self, a: str, b: str) -> None:
        """Puts cluster `b` into `a`, which has the lower first id."""
        self.members[a] += self.members.pop(b)
        for c, value in self.sums.pop(b, {}).items():
            del self.sums[c][b]
            if c != a:
                self.sums[a][c] = self.sums[c][a] = self.sums[a].get(c, 0.0) + value
        for c in self.barred.pop(b, set()):
            self.barred[c].discard(b)
            self.barred[c].add(a)
            self.barred[a].add(c)
