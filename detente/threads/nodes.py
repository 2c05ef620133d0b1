"""Moves in their chains, and how a move of one kind relates to an earlier one of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.link.sketch import number_day
from detente.records import Move as Relation
from detente.threads.moves import Move
from detente.threads.words import Kind

OFFERS: frozenset[Kind] = frozenset({"proposal", "demand", "condition"})
WORDS = frozenset({"THREATEN", "ACCUSE"})  # pressure that breaks nothing yet
JOINT: frozenset[Kind] = frozenset({"acceptance", "plan"})  # what several hold to, whoever said it
# which kinds a move of a kind can answer, and how it then relates to them
_ROWS: tuple[tuple[str, Relation, str], ...] = (
    ("proposal demand", "counters", "proposal demand condition refusal"),
    ("proposal", "responds", "break"),
    ("demand", "conditions", "acceptance"),
    ("condition", "conditions", "proposal demand condition refusal acceptance"),
    ("acceptance", "accepts", "proposal demand condition acceptance concession"),
    ("refusal", "rejects", "proposal demand condition acceptance plan"),
    ("break", "breaks", "acceptance plan deed concession proposal demand"),
    ("demand", "responds", "pressure break"),
    ("break", "responds", "refusal break pressure"),
    ("plan", "plans", "acceptance"),
    ("concession", "accepts", "proposal demand condition"),
    ("concession", "fulfils", "acceptance plan"),
    ("concession", "responds", "refusal"),
    ("deed", "fulfils", "acceptance plan proposal demand condition"),
    ("pressure", "breaks", "acceptance"),
    ("pressure", "responds", "proposal demand condition refusal break pressure"),
)
RELATIONS: Mapping[tuple[str, str], Relation] = {
    (later, earlier): relation
    for laters, relation, earliers in _ROWS
    for later in laters.split()
    for earlier in earliers.split()
}
OPENING: Mapping[Kind, Relation] = {
    "proposal": "proposes", "demand": "proposes", "condition": "proposes", "acceptance": "accepts",
    "refusal": "rejects", "break": "breaks", "plan": "plans", "concession": "fulfils", "deed": "fulfils",
    "pressure": "responds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """What speaks for or against one move answering another: a sentence and its weight."""

    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """That a move answers an earlier one, how, and what speaks for it."""

    earlier: Node
    relation: Relation
    features: tuple[Feature, ...]

    @property
    def weight(self) -> float:
        """The weights of all features."""
        return sum(f.weight for f in self.features)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it, the weightiest first, then what speaks against it."""
        ranked = sorted(self.features, key=lambda f: -f.weight)
        return tuple(f"{f.words} ({f.weight:+.1f})" for f in ranked)


@dataclass(slots=True, eq=False)
class Node:
    """A move with what it answers. `words` and `acts` are those of its chain up to it: an acceptance is about
    what it accepts. `answered_by` are the kinds and sides of what answers it.
    """

    move: Move
    answer: Answer | None
    words: frozenset[str]
    acts: frozenset[str]
    answered_by: set[tuple[Kind, frozenset[str]]]

    @property
    def path(self) -> Iterator[Node]:
        """The node, what it answers, what that answers, and so on."""
        node: Node | None = self
        while node:
            yield node
            node = node.answer.earlier if node.answer else None

    @property
    def root(self) -> Node:
        """The opening of its chain."""
        *_, first = self.path
        return first

    @property
    def relation(self) -> Relation:
        """What the move does: to what it answers, or as an opening."""
        return self.answer.relation if self.answer else OPENING[self.move.kind]


def find_relation(earlier: Move, later: Move) -> Relation | None:
    """How the later move relates to the earlier one, if it can.

    Who offers again, and a third side that offers, proposes anew; the side that was addressed counters, or
    sets conditions where it says so. Words of pressure break nothing yet.
    """
    if later.kind in ("proposal", "demand") and earlier.kind in OFFERS:
        if later.kind == "demand" and earlier.kind == "proposal" and "condition" in later.cues:
            return "conditions"
        if later.who == earlier.who:
            return None if "reply" in later.cues or "instead" in later.cues else "proposes"
        if _is_third(earlier, later):
            return "proposes"
    if later.kind == "pressure" and earlier.kind == "acceptance" and later.lead.type in WORDS:
        return "responds"
    return RELATIONS.get((later.kind, earlier.kind))


def _is_third(earlier: Move, later: Move) -> bool:
    """Whether neither the maker of the earlier one nor whom it addressed makes the later one."""
    to_maker_alone = later.whom & earlier.who and not later.whom & earlier.whom
    return not later.who & earlier.parties and not to_maker_alone


def days_apart(earlier: Move, later: Move) -> int:
    """How many days lie between two moves; less than 0 where the later one is older."""
    return (number_day(later.place.day) or 0) - (number_day(earlier.place.day) or 0)
