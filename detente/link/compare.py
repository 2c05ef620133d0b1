"""Pairs of mentions compared: how alike are acts, parties, days, places, statuses and words.

Each measure gives a level; each level has a weight in weights.yaml, which speaks for or against one
happening. The weights of a pair add up to log-odds (Fellegi and Sunter, 1969; here fitted by logistic
regression). Many pairs are compared at once: a level is a number, its place in LEVELS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from detente.errors import DataError
from detente.link.sketch import NONE, Flags, Ints, Sketches
from detente.records import STATUSES
from detente.tables import data_file, read_yaml

AHEAD = frozenset({"planned", "predicted", "conditional", "threatened", "offered"})
PAST = frozenset({"happened", "alleged", "denied", "hedged", "negated"})
WANTED = frozenset({"demanded", "offered", "refused"})
JOINT = (("act", "words"), ("words", "report"), ("days", "status"))  # measures that tell more together
BASE = ("base", "base")
WORTH_TELLING = 0.3  # log-odds; lighter weights are left out of the reasons

Level = tuple[str, str]  # a measure and what it found
Weights = Mapping[Level, float]
Odds = NDArray[np.float64]
Found = dict[str, Ints]  # for each measure, the levels of pairs

LEVELS: dict[str, tuple[str, ...]] = {
    "act": ("same type", "same type, other mode", "related type", "other type"),
    "parties": (
        "no party in common", "same parties", "parties overlap", "same actor, one recipient unknown",
        "same recipient, one actor unknown", "same parties, other sides", "same actor, other recipient",
        "same recipient, other actor", "a party in common, on other sides",
    ),
    "days": (
        "a day unknown",
        "stated days: same", "stated days: 1 apart", "stated days: 2-3 apart", "stated days: more apart",
        "days nearly meet", "days apart", "day fits, told at once", "day fits",
        "told together, no day stated", "days overlap",
        "told: same", "told: 1 apart", "told: 2-3 apart", "told: more apart",
    ),
    "place": ("a place unknown", "same place", "other place", "another kind of place"),
    "status": (
        "same status", "told of as past, with other certainty", "told of as ahead, otherwise",
        "asked for or refused", "asked for, and told of otherwise", "first ahead, then past",
    ),
    "trigger": ("same word", "other word"),
    "words": (
        "no other words", "no words shared", "most words shared", "a bare clause's word shared",
        "some words shared", "few words shared",
    ),
    "report": (
        "two reports", "one is the other's theme", "one sentence, same type", "one sentence, other type",
        "one report, same type", "one report, other type",
    ),
}  # fmt: skip


def _choose(measure: str, *cases: tuple[Flags, str], otherwise: str) -> Ints:
    """The level of the first case that holds, as its number."""
    number = LEVELS[measure].index
    conditions, levels = [condition for condition, _ in cases], [number(level) for _, level in cases]
    found: Ints = np.select(conditions, levels, number(otherwise))
    return found


def compare_acts(s: Sketches, a: Ints, b: Ints) -> Ints:
    """Type and mode."""
    same = s.type[a] == s.type[b]
    modes = (s.mode[a] != s.mode[b]) & (s.mode[a] != NONE) & (s.mode[b] != NONE)
    return _choose(
        "act", (same & modes, "same type, other mode"), (same, "same type"),
        (s.family[a] == s.family[b], "related type"), otherwise="other type",
    )  # fmt: skip


def compare_parties(s: Sketches, a: Ints, b: Ints) -> Ints:
    """Actors and recipients; a side that nobody was found for fits any."""
    same_a, unknown_a, other_a = _compare_sides(s.actor, a, b)
    same_r, unknown_r, other_r = _compare_sides(s.recipient, a, b)
    shared = _count_shared(s.parties, a, b)
    size = _count(s.parties)
    equal = (shared == size[a]) & (shared == size[b])
    fits = ~other_a & ~other_r
    part_a, part_r = (
        ~(same | unknown | other)
        for same, unknown, other in ((same_a, unknown_a, other_a), (same_r, unknown_r, other_r))
    )
    return _choose(
        "parties", (shared == 0, "no party in common"), (same_a & same_r, "same parties"),
        (fits & (part_a | part_r), "parties overlap"),
        (fits & same_a, "same actor, one recipient unknown"), (fits, "same recipient, one actor unknown"),
        (equal, "same parties, other sides"), (same_a | part_a, "same actor, other recipient"),
        (same_r | part_r, "same recipient, other actor"), otherwise="a party in common, on other sides",
    )  # fmt: skip


def _compare_sides(side: csr_array, a: Ints, b: Ints) -> tuple[Flags, Flags, Flags]:
    """Whether sides of pairs are the same, one is unknown, or both have nobody in common."""
    size, shared = _count(side), _count_shared(side, a, b)
    unknown = (size[a] == 0) | (size[b] == 0)
    same = (shared == size[a]) & (shared == size[b]) & ~unknown
    return same, unknown, (shared == 0) & ~unknown


def _count(table: csr_array) -> Ints:
    count: Ints = np.diff(table.indptr)
    return count


def _count_shared(table: csr_array, a: Ints, b: Ints) -> Ints:
    """How many columns the two rows of each pair have in common."""
    both = table[a].multiply(table[b])
    shared: Ints = np.asarray(both.sum(axis=1)).ravel()
    return shared


def compare_days(s: Sketches, a: Ints, b: Ints) -> Ints:
    """The days of the acts where both are stated, else those of the reports too."""
    unknown = (s.first[a] == NONE) | (s.last[a] == NONE) | (s.first[b] == NONE) | (s.last[b] == NONE)
    gap = np.maximum(np.maximum(s.first[a] - s.last[b], s.first[b] - s.last[a]), 0)
    one, other = s.dated[a], s.dated[b]
    told = np.where(one, s.told[b], s.told[a])
    since = np.abs(np.where(one, s.first[a], s.first[b]) - told)
    between = np.abs(s.told[a] - s.told[b])
    untold = (s.told[a] == NONE) | (s.told[b] == NONE)
    return _choose(
        "days", (unknown, "a day unknown"), *_grade("stated days", gap, one & other),
        (gap > 2, "days apart"), (gap > 0, "days nearly meet"),
        ((one | other) & ((told == NONE) | (since <= 1)), "day fits, told at once"),
        (one | other, "day fits"), (s.report[a] == s.report[b], "told together, no day stated"),
        (untold, "days overlap"), *_grade("told", between, ~untold), otherwise="days overlap",
    )  # fmt: skip


def _grade(what: str, gap: Ints, where: Flags) -> Iterator[tuple[Flags, str]]:
    steps = ((gap == 0, "same"), (gap == 1, "1 apart"), (gap <= 3, "2-3 apart"), (gap > 3, "more apart"))
    return ((where & step, f"{what}: {words}") for step, words in steps)


def compare_places(s: Sketches, a: Ints, b: Ints) -> Ints:
    """The places, where both have one."""
    return _choose(
        "place", ((s.place[a] == NONE) | (s.place[b] == NONE), "a place unknown"),
        (s.place[a] == s.place[b], "same place"), (s.placed[a] & s.placed[b], "other place"),
        otherwise="another kind of place",
    )  # fmt: skip


def compare_statuses(s: Sketches, a: Ints, b: Ints) -> Ints:
    """Whether both statuses can be those of one happening."""
    levels: Ints = _status_levels()[s.status[a], s.status[b]]
    return levels


@cache
def _status_levels() -> Ints:
    levels = np.zeros((len(STATUSES), len(STATUSES)), dtype=np.int64)
    for one, other in product(range(len(STATUSES)), repeat=2):
        levels[one, other] = LEVELS["status"].index(_compare_status({STATUSES[one], STATUSES[other]}))
    return levels


def _compare_status(pair: set[str]) -> str:
    if len(pair) == 1:
        return "same status"
    if pair <= PAST:
        return "told of as past, with other certainty"
    if pair <= AHEAD:
        return "told of as ahead, otherwise"
    if pair <= WANTED:
        return "asked for or refused"
    if pair & {"demanded", "refused"}:
        return "asked for, and told of otherwise"
    return "first ahead, then past"


def compare_triggers(s: Sketches, a: Ints, b: Ints) -> Ints:
    """The words that carry the act."""
    return _choose("trigger", (s.stem[a] == s.stem[b], "same word"), otherwise="other word")


def compare_words(s: Sketches, a: Ints, b: Ints) -> Ints:
    """The other words of both clauses, as a share of the shorter one."""
    size, shared = _count(s.words), _count_shared(s.words, a, b)
    fewer = np.minimum(size[a], size[b])
    share = shared / np.maximum(fewer, 1)
    return _choose(
        "words", (fewer == 0, "no other words"), (shared == 0, "no words shared"),
        ((share >= 0.6) & (shared > 1), "most words shared"),
        (share >= 0.6, "a bare clause's word shared"),
        (share >= 0.3, "some words shared"), otherwise="few words shared",
    )  # fmt: skip


def compare_reports(s: Sketches, a: Ints, b: Ints) -> Ints:
    """Whether one report tells both, in one sentence or one as the theme of the other."""
    sentence, type_ = s.sentence[a] == s.sentence[b], s.type[a] == s.type[b]
    return _choose(
        "report", (s.report[a] != s.report[b], "two reports"),
        ((s.theme[a] == b) | (s.theme[b] == a), "one is the other's theme"),
        (sentence & type_, "one sentence, same type"), (sentence, "one sentence, other type"),
        (type_, "one report, same type"), otherwise="one report, other type",
    )  # fmt: skip


# the quick ones first
MEASURES: Mapping[str, Callable[[Sketches, Ints, Ints], Ints]] = {
    "act": compare_acts,
    "days": compare_days,
    "place": compare_places,
    "status": compare_statuses,
    "trigger": compare_triggers,
    "report": compare_reports,
    "parties": compare_parties,
    "words": compare_words,
}


def find_levels(sketches: Sketches, a: Ints, b: Ints) -> Found:
    """The level of each measure for each pair of rows."""
    return {name: measure(sketches, a, b) for name, measure in MEASURES.items()}


def name_levels(found: Found, at: int) -> tuple[Level, ...]:
    """The levels of one pair in words, with those of the measures that tell more together."""
    single = {name: LEVELS[name][levels[at]] for name, levels in found.items()}
    joint = ((f"{one} and {other}", f"{single[one]}; {single[other]}") for one, other in JOINT)
    return (*single.items(), *joint)


def explain_levels(levels: tuple[Level, ...]) -> tuple[str, ...]:
    """What speaks for one happening and what against it, each with its weight; the heaviest first."""
    weights = load_weights()
    told = [(weights.get(level, 0.0), level[1]) for level in levels]
    heavy = sorted((w for w in told if abs(w[0]) >= WORTH_TELLING), key=lambda w: (-abs(w[0]), w[1]))
    return tuple(f"{level} ({weight:+.1f})" for weight, level in heavy)


class Scale:
    """Weighs pairs by a table of weights."""

    def __init__(self, weights: Weights | None = None) -> None:
        weights = load_weights() if weights is None else weights
        self.base = weights[BASE]
        self.single = {
            name: np.array([weights.get((name, level), 0.0) for level in levels])
            for name, levels in LEVELS.items()
        }
        self.joint = {
            (one, other): np.array([
                [weights.get((f"{one} and {other}", f"{x}; {y}"), 0.0) for y in LEVELS[other]]
                for x in LEVELS[one]
            ])
            for one, other in JOINT
        }  # fmt: skip

    def weigh(self, found: Found) -> Odds:
        """The log-odds of pairs that they tell one happening."""
        odds = np.full(len(found["act"]), self.base)
        for name in MEASURES:
            odds += self.single[name][found[name]]
        for (one, other), table in self.joint.items():
            odds += table[found[one], found[other]]
        return odds

    def weigh_likely(self, sketches: Sketches, a: Ints, b: Ints, least: float) -> tuple[Ints, Ints, Odds]:
        """The pairs with odds of `least` or more, with their odds.

        Measures are taken one by one, and a pair is dropped as soon as the best levels of the others
        couldn't lift it so high.
        """
        found: Found = {}
        for name, measure in MEASURES.items():
            found[name] = measure(sketches, a, b)
            hopeful = np.flatnonzero(self._best(found) >= least - 1e-9)
            a, b = a[hopeful], b[hopeful]
            found = {known: levels[hopeful] for known, levels in found.items()}
        odds = self.weigh(found)
        kept = odds >= least
        return a[kept], b[kept], odds[kept]

    def _best(self, found: Found) -> Odds:
        """The odds that pairs may come to, where some measures aren't taken yet."""
        missing = sum(float(w.max()) for name, w in self.single.items() if name not in found)
        odds = np.full(len(found["act"]), self.base + missing)
        for name, levels in found.items():
            odds += self.single[name][levels]
        for (one, other), table in self.joint.items():
            if one in found and other in found:
                odds += table[found[one], found[other]]
            elif one in found or other in found:
                name, best = (one, table.max(axis=1)) if one in found else (other, table.max(axis=0))
                odds += best[found[name]]
            else:
                odds += table.max()
        return odds


@cache
def load_weights() -> dict[Level, float]:
    """The weight of each level. Raises DataError where the table is faulty."""
    source = data_file("link", "weights.yaml")
    table = read_yaml(source)
    weights = {BASE: float(table["base"])}
    for name, levels in table.items():
        if name in ("base", "__line__"):
            continue
        if name not in MEASURES and tuple(name.split(" and ")) not in JOINT:
            raise DataError(
                f"{source}:{levels['__line__']}", f"there is no measure {name!r}", "Mend the name"
            )
        weights |= {(name, level): float(w) for level, w in levels.items() if level != "__line__"}
    return weights
