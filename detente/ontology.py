"""The act types with their modes, quads and scores, read from ontologies/*.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from detente.errors import DataError
from detente.tables import data_file, read_yaml

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
class Ontology:
    """Act types by name, and the names of contexts."""

    name: str
    types: dict[str, ActType]
    contexts: tuple[str, ...]

    def score(self, type_: str, mode: str | None = None) -> float:
        """The score of a type, or of its mode where that has one of its own."""
        act = self.types[type_]
        return act.modes.get(mode, act.score) if mode else act.score


@cache
def load_ontology(name: str = "plover") -> Ontology:
    """The ontology of that name. Raises DataError where its file is faulty."""
    source = data_file("ontologies", f"{name}.yaml")
    table = read_yaml(source)
    types = {}
    for type_, row in table["types"].items():
        if type_ == "__line__":
            continue
        if "quad" not in row or "score" not in row:
            raise DataError(f"{source}:{row['__line__']}", f"{type_} lacks quad or score", "Add both")
        modes = {m: float(s) for m, s in row.get("modes", {}).items() if m != "__line__"}
        types[type_] = ActType(type_, row["quad"], float(row["score"]), modes)
    return Ontology(table["name"], types, tuple(table["contexts"]))


def single_label(type_: str, status: str) -> str:
    """PLOVER's one label for an act and its status (the manual's rules for future and threatened acts)."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status == "negated" and type_ in YIELDING:
        return "REJECT"
    if status not in FUTURE:
        return type_
    return "AGREE" if type_ in BECOMES_AGREE else "THREATEN" if type_ in BECOMES_THREATEN else type_
