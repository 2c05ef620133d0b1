"""Two mentions compared: how alike are acts, parties, days, places, statuses and words.

Each comparison gives a level; each level has a weight in weights.yaml, which speaks for or against one
happening. The weights of a pair add up to log-odds (Fellegi and Sunter, 1969; here fitted by logistic
regression).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from detente.errors import DataError
from detente.link.sketch import Sketch
from detente.tables import data_file, read_yaml

FAMILIES = {
    "AGREE": "talk", "CONSULT": "talk", "SUPPORT": "talk", "CONCEDE": "yield", "RETREAT": "yield",
    "AID": "help", "COOPERATE": "help", "REQUEST": "words", "ACCUSE": "words", "REJECT": "words",
    "THREATEN": "words", "PROTEST": "words", "SANCTION": "press", "COERCE": "press", "MOBILIZE": "force",
    "ASSAULT": "force",
}  # fmt: skip
REAL = frozenset({"happened", "alleged", "denied", "hedged", "negated"})  # told of as something past
AHEAD = frozenset({"planned", "predicted", "conditional", "threatened", "offered"})
WANTED = frozenset({"demanded", "offered", "refused"})
JOINT = (("act", "words"), ("words", "report"), ("days", "status"))  # measures that tell more together
BASE = ("base", "base")
WORTH_TELLING = 0.3  # log-odds; lighter weights are left out of the reasons
PLACED = frozenset({"city", "site", "feature", "admin2"})  # levels that say where, not only in which country

Level = tuple[str, str]  # a measure and what it found


@dataclass(frozen=True, slots=True)
class Likeness:
    """The levels of a pair, the log-odds that both tell one happening, and why."""

    levels: tuple[Level, ...]
    odds: float

    @property
    def probability(self) -> float:
        """The odds as a probability, 0 to 1."""
        return 1 / (1 + math.exp(-self.odds))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for one happening and what against it, each with its weight; the heaviest first."""
        weights = load_weights()
        told = [(weights.get((name, level), 0.0), level) for name, level in self.levels]
        heavy = sorted((w for w in told if abs(w[0]) >= WORTH_TELLING), key=lambda w: (-abs(w[0]), w[1]))
        return tuple(f"{level} ({weight:+.1f})" for weight, level in heavy)


def compare(a: Sketch, b: Sketch, weights: Mapping[Level, float] | None = None) -> Likeness:
    """How alike two mentions are, by the shipped weights or by others."""
    levels = find_levels(a, b)
    table = weights or load_weights()
    return Likeness(levels, table[BASE] + sum(table.get(level, 0.0) for level in levels))


def find_levels(a: Sketch, b: Sketch) -> tuple[Level, ...]:
    """The level of each measure, then of the measures that tell more together."""
    single = {name: measure(a, b) for name, measure in MEASURES.items()}
    joint = ((f"{one} and {other}", f"{single[one]}; {single[other]}") for one, other in JOINT)
    return (*single.items(), *joint)


def compare_act(a: Sketch, b: Sketch) -> str:
    """Type and mode."""
    one, other = a.mention, b.mention
    if one.type == other.type:
        modes = {one.mode, other.mode} - {None}
        return "same type, other mode" if len(modes) == 2 else "same type"
    return "related type" if FAMILIES.get(one.type) == FAMILIES.get(other.type) else "other type"


def compare_parties(a: Sketch, b: Sketch) -> str:
    """Actors and recipients; a side that nobody was found for fits any."""
    if not (a.parties & b.parties):
        return "no party in common"
    actors, recipients = _side(a.actor, b.actor), _side(a.recipient, b.recipient)
    if actors == recipients == "same":
        return "same parties"
    if "other" not in (actors, recipients):
        if "part" in (actors, recipients):
            return "parties overlap"
        return (
            "same actor, one recipient unknown" if actors == "same" else "same recipient, one actor unknown"
        )
    if a.parties == b.parties:
        return "same parties, other sides"
    if actors in ("same", "part"):
        return "same actor, other recipient"
    if recipients in ("same", "part"):
        return "same recipient, other actor"
    return "a party in common, on other sides"


def _side(one: frozenset[str], other: frozenset[str]) -> str:
    if one == other and one:
        return "same"
    if not one or not other:
        return "unknown"
    return "part" if one & other else "other"


def compare_days(a: Sketch, b: Sketch) -> str:
    """The days of the acts where both are stated, else those of the reports too."""
    if a.first is None or b.first is None or a.last is None or b.last is None:
        return "a day unknown"
    gap = max(a.first - b.last, b.first - a.last, 0)
    if a.dated and b.dated:
        return _grade("stated days", gap)
    if gap:
        return "days apart" if gap > 2 else "days nearly meet"
    if a.dated or b.dated:
        dated, other = (a, b) if a.dated else (b, a)
        near = other.told is None or abs((dated.first or 0) - other.told) <= 1
        return "day fits, told at once" if near else "day fits"
    if a.mention.report_id == b.mention.report_id:
        return "told together, no day stated"
    if a.told is None or b.told is None:
        return "days overlap"
    return _grade("told", abs(a.told - b.told))


def _grade(what: str, gap: int) -> str:
    if gap == 0:
        return f"{what}: same"
    return f"{what}: 1 apart" if gap == 1 else f"{what}: 2-3 apart" if gap <= 3 else f"{what}: more apart"


def compare_places(a: Sketch, b: Sketch) -> str:
    """The places, where both have one."""
    one, other = a.mention.where, b.mention.where
    if one is None or other is None or one.name is None or other.name is None:
        return "a place unknown"
    if one.name == other.name:
        return "same place"
    return "other place" if one.level in PLACED and other.level in PLACED else "another kind of place"


def compare_status(a: Sketch, b: Sketch) -> str:
    """Whether both statuses can be those of one happening."""
    one, other = a.mention.status, b.mention.status
    if one == other:
        return "same status"
    pair = {one, other}
    if pair <= REAL:
        return "told of as past, with other certainty"
    if pair <= AHEAD:
        return "told of as ahead, otherwise"
    if pair <= WANTED:
        return "asked for or refused"
    if pair & {"demanded", "refused"}:
        return "asked for, and told of otherwise"
    return "first ahead, then past"


def compare_triggers(a: Sketch, b: Sketch) -> str:
    """The words that carry the act."""
    return "same word" if a.stem == b.stem else "other word"


def compare_words(a: Sketch, b: Sketch) -> str:
    """The other words of both clauses, as a share of the shorter one."""
    fewer = min(len(a.words), len(b.words))
    if not fewer:
        return "no other words"
    shared = len(a.words & b.words)
    share = shared / fewer
    if not shared:
        return "no words shared"
    if share >= 0.6:
        return "most words shared" if shared > 1 else "a bare clause's word shared"
    return "some words shared" if share >= 0.3 else "few words shared"


def compare_reports(a: Sketch, b: Sketch) -> str:
    """Whether one report tells both, in one sentence or one as the theme of the other."""
    one, other = a.mention, b.mention
    if one.report_id != other.report_id:
        return "two reports"
    if one.theme == other.id or other.theme == one.id:
        return "one is the other's theme"
    where = "one sentence" if one.sentence_start == other.sentence_start else "one report"
    return f"{where}, same type" if one.type == other.type else f"{where}, other type"


MEASURES: Mapping[str, Callable[[Sketch, Sketch], str]] = {
    "act": compare_act,
    "parties": compare_parties,
    "days": compare_days,
    "place": compare_places,
    "status": compare_status,
    "trigger": compare_triggers,
    "words": compare_words,
    "report": compare_reports,
}


@cache
def load_weights() -> dict[tuple[str, str], float]:
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
