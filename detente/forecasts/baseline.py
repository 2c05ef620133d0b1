"""How often such acts come anyway: the base rate of a type of act between two parties, as known beforehand.

Acts are taken to come at a steady rate (a Poisson process). The rate of the pair is drawn towards that of all
pairs in the record: a gamma prior worth half an act (Jeffreys' shape), with the rate of all pairs as its mean
(Gelman and others, 'Bayesian Data Analysis', 3rd ed. 2013, section 2.6).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from detente.forecasts.happenings import Happening
from detente.ledger import BaseRate

SHAPE = 0.5  # acts that the prior is worth
Pair = frozenset[str]


class BaseRates:
    """The acts of a record by type and pair; what is asked as of a day uses nothing from that day on."""

    def __init__(self, happenings: Iterable[Happening]) -> None:
        self.seen: dict[Pair, int] = {}  # when a pair is first met, as a day number
        self.acts: dict[tuple[str, Pair], list[int]] = defaultdict(list)
        self.of_type: dict[str, list[int]] = defaultdict(list)
        for h in happenings:
            day = _number(h.day or (h.told[0][0] if h.told else None))
            told = [n for d, _ in h.told if (n := _number(d))]
            if day is None:
                continue
            pair = h.parties
            self.seen[pair] = min([self.seen.get(pair, day), day, *told])
            if h.status == "happened":
                self.acts[h.type, pair].append(max([day, *told[:1]]))
                self.of_type[h.type].append(max([day, *told[:1]]))
        for days in (*self.acts.values(), *self.of_type.values()):
            days.sort()
        self.firsts = sorted(self.seen.values())

    def rate(self, type_: str, pair: Pair, issued: str, window: int) -> BaseRate | None:
        """The chance of an act of a type among `pair` in `window` days; None where nothing was known.

        `issued` is the ISO day on which the forecast was made.
        """
        now = _number(issued)
        first = min((d for p, d in self.seen.items() if pair <= p), default=now)
        before = [d for d in self.firsts if now is not None and d < now]
        if now is None or first is None or not before or window < 1:
            return None
        pair_days = sum(now - d for d in before)
        acts = bisect_left(self.of_type.get(type_, []), now)
        usual = (acts + SHAPE) / pair_days
        days = max(now - first, 0)
        own = sum(bisect_left(d, now) for (t, p), d in self.acts.items() if t == type_ and pair <= p)
        rate = (own + SHAPE) / (days + SHAPE / usual)
        return BaseRate(round(1 - math.exp(-rate * window), 4), own, days, window)


def _number(day: str | None) -> int | None:
    return date.fromisoformat(day).toordinal() if day else None
