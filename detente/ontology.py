"""The act types with their modes, quads and scores, read from ontologies/*.yaml or a plugin's file.

detente codes in PLOVER. Another ontology is a view of that: its `crosswalk` says which of its types a PLOVER
type is, by mode and status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from detente.errors import DataError, UsageError
from detente.plugins import find_parts
from detente.records import CODED, STATUSES
from detente.tables import Source, data_file, read_yaml

CONDITIONS = ("types", "modes", "statuses")

FUTURE = frozenset({"planned", "offered", "predicted"})
BECOMES_AGREE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT"})
YIELDING = frozenset({"CONCEDE", "RETREAT", "AGREE", "AID", "COOPERATE"})
BECOMES_THREATEN = frozenset({"COERCE", "PROTEST", "SANCTION", "ASSAULT", "MOBILIZE"})
BY_STATUS = {"threatened": "THREATEN", "demanded": "REQUEST", "refused": "REJECT"}


@dataclass(frozen=True, slots=True)
class ActType:
    """One act type: its quad, its score and the scores of its modes."""

    name: str
    quad: str
    score: float
    modes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Acts of these types, modes and statuses (None: of any) are of the type `to` in another ontology.
    The mode None is that of acts without one.

    `triggers` are beginnings of the words that may tell them.
    """

    to: str
    types: frozenset[str] | None
    modes: frozenset[str | None] | None
    statuses: frozenset[str] | None
    triggers: tuple[str, ...] = ("",)

    def fits(self, type_: str, mode: str | None, status: str, trigger: str) -> bool:
        """Whether an act with that type, mode and status, told by that word, is one of these."""
        pairs = ((self.types, type_), (self.modes, mode), (self.statuses, status))
        told = trigger.lower().startswith(self.triggers)
        return told and all(wanted is None or value in wanted for wanted, value in pairs)


@dataclass(frozen=True, slots=True)
class Ontology:
    """Act types by name, and the names of contexts; for a view of PLOVER, the rows that lead from there."""

    name: str
    types: dict[str, ActType]
    contexts: tuple[str, ...]
    crosswalk: tuple[Crossing, ...] = ()

    def score(self, type_: str, mode: str | None = None) -> float:
        """The score of a type, or of its mode where that has one of its own."""
        act = self.types[type_]
        return act.modes.get(mode, act.score) if mode else act.score

    def translate(self, type_: str, mode: str | None, status: str, trigger: str = "") -> ActType | None:
        """The type here of an act coded in PLOVER; None where this ontology has none for it."""
        rows = (self.types[row.to] for row in self.crosswalk if row.fits(type_, mode, status, trigger))
        return next(rows, None)

    def pick_type(self, shares: Mapping[str, float]) -> str:
        """The likeliest type of the quad whose types have the largest share together.

        Types of one quad are hard to tell apart and split its share; taking the quad first errs less.
        """
        sums: dict[str, float] = defaultdict(float)
        for name, share in shares.items():
            sums[self.types[name].quad] += share
        return max(shares, key=lambda name: (sums[self.types[name].quad], shares[name]))


@cache
def load_ontology(name: str = CODED) -> Ontology:
    """The ontology of that name. Raises UsageError where there is none, DataError for a faulty file."""
    own = data_file("ontologies", f"{name}.yaml")
    if own.is_file():
        return read_ontology(own)
    names = tuple(f.name.removesuffix(".yaml") for f in data_file("ontologies").iterdir())
    added = find_parts("ontologies", names)
    if name not in added:
        known = ", ".join((*sorted(names), *added))
        raise UsageError(f"ontology {name!r}", "there is none of that name", f"Use {known}")
    return read_ontology(added[name].value)


def read_ontology(source: Source) -> Ontology:
    """The ontology in a file. Raises DataError naming file and line where it is faulty."""
    table = read_yaml(source)
    if missing := [key for key in ("name", "types") if key not in table]:
        raise DataError(f"{source}:1", f"lacks {' and '.join(missing)}", "See ontologies/cameo-roots.yaml")
    types = {}
    for type_, row in table["types"].items():
        if type_ == "__line__":
            continue
        if "quad" not in row or "score" not in row:
            raise DataError(f"{source}:{row['__line__']}", f"{type_} lacks quad or score", "Add both")
        modes = {m: float(s) for m, s in row.get("modes", {}).items() if m != "__line__"}
        types[type_] = ActType(type_, row["quad"], float(row["score"]), modes)
    rows = tuple(_read_crossing(row, types, source) for row in table.get("crosswalk", ()))
    return Ontology(table["name"], types, tuple(table.get("contexts", ())), rows)


def _read_crossing(row: dict[str, Any], types: dict[str, ActType], source: Source) -> Crossing:
    subject, coded = f"{source}:{row['__line__']}", load_ontology().types
    if unknown := set(row) - {*CONDITIONS, "triggers", "to", "__line__"}:
        cure = f"Use {', '.join(CONDITIONS)}, triggers and to"
        raise DataError(subject, f"unknown keys {sorted(unknown)}", cure)
    if row.get("to") not in types:
        raise DataError(
            subject, f"leads to {row.get('to')!r}, which is no type here", "Name one under 'types'"
        )
    modes = {None, *(mode for act in coded.values() for mode in act.modes)}
    for key, known in zip(CONDITIONS, (coded, modes, STATUSES), strict=True):
        if wrong := [value for value in row.get(key, ()) if value not in known]:
            raise DataError(subject, f"{key} names {wrong[0]!r}, which PLOVER lacks", "See docs/record.md")
    types_, modes_, statuses = (frozenset(row[key]) if key in row else None for key in CONDITIONS)
    return Crossing(row["to"], types_, modes_, statuses, tuple(row.get("triggers", ("",))))


def single_label(type_: str, status: str) -> str:
    """PLOVER's one label for an act and its status (the manual's rules for future and threatened acts)."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status == "negated" and type_ in YIELDING:
        return "REJECT"
    if status not in FUTURE:
        return type_
    return "AGREE" if type_ in BECOMES_AGREE else "THREATEN" if type_ in BECOMES_THREATEN else type_
