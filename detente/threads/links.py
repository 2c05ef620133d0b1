"""What a move answers: earlier moves are weighed, feature by feature, and the weightiest one counts if it weighs enough.

The idea is that of adjacency pairs: an answer makes an offer before it expectable (Schegloff and Sacks, 1973).
The weights are judgements, checked on the part of corpus/threads that is not kept back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detente.link.sketch import number_day
from detente.records import Move as Relation
from detente.threads.moves import Move, sentences_apart
from detente.threads.topics import topic_words
from detente.threads.words import Kind, load_move_words

ENOUGH = 2.5  # weight from which a move answers another
LONGEST_GAP = 250  # days between a move and its answer
OFFERS: frozenset[Kind] = frozenset({"proposal", "demand", "condition"})
BINDING: frozenset[Kind] = frozenset({"acceptance", "plan"})
# which kinds a move of a kind can answer, and how it then relates to them
RELATIONS: Mapping[Kind, Mapping[Kind, Relation]] = {
    "proposal": {k: "counters" for k in (*OFFERS, "refusal")} | {"pressure": "responds", "break": "responds"},
    "demand": {k: "counters" for k in (*OFFERS, "refusal")} | {"pressure": "responds"},
    "condition": {k: "conditions" for k in (*OFFERS, "refusal", "acceptance")},
    "acceptance": {k: "accepts" for k in OFFERS},
    "refusal": {k: "rejects" for k in OFFERS} | {"plan": "rejects"},
    "break": {k: "breaks" for k in ("acceptance", "plan", "deed", "concession", "proposal")},
    "plan": {"acceptance": "plans", "proposal": "accepts"},
    "concession": {k: "accepts" for k in OFFERS} | {"acceptance": "fulfils", "plan": "fulfils", "refusal": "responds"},
    "deed": {"acceptance": "fulfils", "plan": "fulfils", "proposal": "fulfils", "demand": "fulfils"},
    "pressure": {"acceptance": "breaks", "refusal": "responds", "break": "responds", "pressure": "responds"},
}  # fmt: skip
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
    """A move with what it answers. `words` and `types` are those of its chain: an acceptance is about what is accepted."""

    move: Move
    answer: Answer | None
    words: frozenset[str]
    types: frozenset[str]
    answered_by: set[tuple[Kind, frozenset[str]]]

    @property
    def relation(self) -> Relation:
        """What the move does: to what it answers, or as an opening."""
        return self.answer.relation if self.answer else OPENING[self.move.kind]


def weigh_answer(node: Node, move: Move, latest: bool) -> Answer | None:
    """What speaks for `move` answering the earlier move of `node`; None where it can't. `latest`: no other that
    it could answer came after that one.
    """
    relation = RELATIONS[move.kind].get(node.move.kind)
    gap = _days_apart(node.move, move)
    facing = _weigh_parties(node.move, move, relation)
    if relation is None or facing is None or not 0 <= gap <= LONGEST_GAP:
        return None
    features = [
        facing,
        *_weigh_words(node, move),
        *_weigh_nearness(node.move, move, gap, latest),
        *_weigh_topic(node, move),
        *_weigh_kind(node, move, relation),
    ]
    return Answer(node, relation, tuple(f for f in features if f.weight))


def _days_apart(earlier: Move, later: Move) -> int:
    return (number_day(later.place.day) or 0) - (number_day(earlier.place.day) or 0)


def _weigh_parties(earlier: Move, later: Move, relation: Relation | None) -> Feature | None:
    """Whether the one is said to the other; None where they can't belong together."""
    back, forth = later.whom & earlier.who, later.who & earlier.whom
    names = ", ".join(sorted(later.who))
    if relation in ("fulfils", "plans", "breaks") or later.joint or earlier.joint:
        return _weigh_common(earlier, later)
    if earlier.who & later.who:
        return None
    if back and forth:
        return Feature(1.0, f"{names} answers who addressed it")
    if back and not any(_is_code(name) for name in earlier.whom):
        return Feature(0.8, f"{names} answers {', '.join(sorted(back))}")
    if forth and not later.whom:
        return Feature(0.8, f"it was said to {names}")
    if back or forth:
        return Feature(0.3, f"{', '.join(sorted(back or forth))} is on both sides")
    return None


def _weigh_common(earlier: Move, later: Move) -> Feature | None:
    """How many took part in both; None where the later one is between one of them and somebody else."""
    shared = earlier.parties & later.parties
    others = [name for name in later.parties - shared if _is_code(name)]
    if not shared or (len(shared) == 1 and others):
        return None
    return Feature(1.0 if len(shared) > 1 else 0.5, f"{', '.join(sorted(shared))} took part in both")


def _is_code(name: str) -> bool:
    return name == name.upper()


def _weigh_words(node: Node, move: Move) -> Iterator[Feature]:
    """The words of the later move that point back."""
    words, lead = load_move_words(), move.lead
    pointed = {k: v for m in move.mentions for k, v in words.find_pointers(m.quote).items()}
    kinds: tuple[Kind, ...] = ("proposal", "condition") if node.move.kind == "condition" else (node.move.kind,)
    if found := next((pointed[k] for k in kinds if k in pointed), None):
        yield Feature(1.5, f"'{_plain(found)}' points back to a {node.move.kind}")
    sentence = lead.sentence
    if reply := words.find_cue("reply", sentence):
        yield Feature(0.7, f"'{_plain(reply)}' says that it answers something")
    if soon := words.find_cue("soon", sentence):
        yield Feature(0.3, f"'{_plain(soon)}' says that something went just before")
    if move.kind in OFFERS and (instead := words.find_cue("instead", lead.quote)):
        yield Feature(0.7, f"'{_plain(instead)}' puts it in place of something")


def _plain(words: str) -> str:
    return " ".join(words.split())


def _weigh_nearness(earlier: Move, later: Move, gap: int, latest: bool) -> Iterator[Feature]:
    """How close the two are, in time and in a report."""
    apart = [
        n for a in earlier.mentions for b in later.mentions if (n := sentences_apart(a, b)) is not None
    ]
    nearest = min(apart, default=3)
    told = {0: (1.2, "one sentence tells both"), 1: (1.2, "the next sentence tells it"), 2: (0.5, "told nearby")}
    if nearest in told:
        yield Feature(*told[nearest])
    if latest:
        yield Feature(1.0, "nothing else that it could answer came later")
    if gap > 30:
        yield Feature(-0.5 if gap <= 92 else -1.0, f"{gap} days lie between")


def _weigh_topic(node: Node, move: Move) -> Iterator[Feature]:
    """What both are about: one happening, one type of act, the same words."""
    themes = {m.theme for m in move.mentions if m.theme}
    events = {node.move.event, *node.move.also}
    if themes & {m.id for m in node.move.mentions}:
        yield Feature(3.0, "it is said of just that")
    elif events & {move.event, *move.also}:
        yield Feature(2.0, "reports tell both as one happening")
    shared = node.words & topic_words(move)
    if shared:
        words = ", ".join(f"'{w}...'" for w in sorted(shared))
        yield Feature(min(0.5 * len(shared), 1.5), f"both are about {words}")
    if move.kind == "deed" and move.lead.type in node.types:
        yield Feature(0.8, f"a {move.lead.type} was spoken of")


def _weigh_kind(node: Node, move: Move, relation: Relation) -> Iterator[Feature]:
    """What the kinds of both make likely."""
    if move.kind in ("acceptance", "refusal"):
        yield Feature(0.5, f"'{move.lead.trigger.text}' answers something")
    if move.kind in ("deed", "concession", "break", "plan", "pressure"):
        yield Feature(-0.7, f"a {move.kind} may stand alone")
    breach = load_move_words().find_cue("breach", move.lead.sentence)
    if relation == "breaks" and move.kind == "pressure":
        found = Feature(1.0, f"'{breach}' says that something was broken")
        yield found if breach else Feature(-2.0, "no word says that anything was broken")
    if relation == "responds":
        yield Feature(-1.2, "it may have another occasion")
    if relation == "fulfils" and node.move.kind in OFFERS:
        yield Feature(-1.0, "nobody is known to have agreed to it")
    had = {kind for kind, who in node.answered_by if who & move.who}
    if move.kind in ("acceptance", "refusal", "break") and had:
        yield Feature(-1.5, f"{', '.join(sorted(move.who))} had answered it before")
    if relation == "fulfils" and any(kind == "refusal" for kind, _ in node.answered_by):
        yield Feature(-2.0, "it had been turned down")
