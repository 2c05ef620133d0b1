"""What a move answers: earlier moves are weighed by features; the weightiest counts if it weighs enough.

The idea is that of adjacency pairs, of which the first part makes the second one expectable (Schegloff and
Sacks, 1973). The weights are judgements, checked on the part of corpus/threads that is not kept back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from detente.link.sketch import number_day
from detente.records import Move as Relation
from detente.threads.moves import Move, told_apart
from detente.threads.words import Kind, name_kind

ENOUGH = 2.8  # weight from which a move answers another
TELLING = 2  # words of a topic from which sharing none of them means something
LOOSE = 0.3  # weight up to which parties hardly tell that one move is said to the maker of the other
LONGEST_GAP = 250  # days between a move and its answer
OFFERS: frozenset[Kind] = frozenset({"proposal", "demand", "condition"})
JOINT: frozenset[Kind] = frozenset({"acceptance", "plan"})  # what several hold to, whoever said it
# what nobody answers where it is not known what it was an answer to
NEVER_FIRST: frozenset[Kind] = frozenset({"deed", "plan", "concession", "break"})
# which kinds a move of a kind can answer, and how it then relates to them
_ROWS: tuple[tuple[str, Relation, str], ...] = (
    ("proposal demand", "counters", "proposal demand condition refusal"),
    ("proposal demand", "responds", "pressure"),
    ("proposal", "responds", "break"),
    ("condition", "conditions", "proposal demand condition refusal acceptance"),
    ("acceptance", "accepts", "proposal demand condition acceptance"),
    ("refusal", "rejects", "proposal demand condition acceptance plan"),
    ("break", "breaks", "acceptance plan deed concession proposal"),
    ("plan", "plans", "acceptance"),
    ("concession", "accepts", "proposal demand condition"),
    ("concession", "fulfils", "acceptance plan"),
    ("concession", "responds", "refusal"),
    ("deed", "fulfils", "acceptance plan proposal demand condition"),
    ("pressure", "breaks", "acceptance"),
    ("pressure", "responds", "refusal break pressure"),
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


def weigh_answer(node: Node, move: Move, passed: Set[Relation]) -> Answer | None:
    """What speaks for `move` answering the earlier move of `node`; None where it can't.

    `passed` are the relations in which it could answer what came after that one.
    """
    relation, gap = _find_relation(node.move, move), days_apart(node.move, move)
    if relation is None or not 0 <= gap <= LONGEST_GAP or _is_within(node.move, move):
        return None
    facing = _weigh_parties(node.move, move, relation)
    if facing is None or (node.answer is None and node.move.kind in NEVER_FIRST):
        return None
    features = [
        facing,
        *_weigh_words(node, move),
        *_weigh_nearness(node.move, move, gap, relation not in passed),
        *_weigh_topic(node, move),
        *_weigh_kind(node, move, relation),
    ]
    return Answer(node, relation, tuple(f for f in features if f.weight))


def _is_within(earlier: Move, later: Move) -> bool:
    """Whether the later one only names what the earlier one is about: a noun in its clause, or around it."""
    one, other = earlier.lead, later.lead
    around = min(one, other, key=lambda m: (m.start, -m.end))
    inside = one.report_id == other.report_id and max(one.end, other.end) == around.end
    return inside and later.kind not in ("acceptance", "refusal", "break")


def _find_relation(earlier: Move, later: Move) -> Relation | None:
    """How the later move relates to the earlier one, if it can: who asks again proposes anew."""
    if later.kind in OFFERS and earlier.kind in OFFERS and later.who == earlier.who:
        return None if "reply" in later.cues or "instead" in later.cues else "proposes"
    return RELATIONS.get((later.kind, earlier.kind))


def days_apart(earlier: Move, later: Move) -> int:
    """How many days lie between two moves; less than 0 where the later one is older."""
    return (number_day(later.place.day) or 0) - (number_day(earlier.place.day) or 0)


def _weigh_parties(earlier: Move, later: Move, relation: Relation) -> Feature | None:
    """Whether the one is said to the other; None where they can't belong together."""
    back, forth = later.whom & earlier.who, later.who & earlier.whom
    names = ", ".join(sorted(later.who))
    if not (back and forth) and not all(any(map(_is_code, m.who)) for m in (earlier, later)):
        if forth and any(map(_is_code, forth)):
            return Feature(0.4, f"it was said to {', '.join(sorted(forth))}")
        near = told_apart(earlier, later) <= 1 and later.kind in ("acceptance", "refusal")
        return Feature(LOOSE, "who made one of them isn't identified") if near else None
    if relation in ("fulfils", "plans", "breaks") or later.joint or earlier.kind in JOINT:
        alone = relation in ("accepts", "rejects") and earlier.who == later.who
        return None if alone else _weigh_common(earlier, later)
    if relation == "proposes":
        same = earlier.who == later.who and (earlier.whom & later.whom or not later.named)
        return Feature(0.8, f"{names} asked for something before") if same else None
    if earlier.who & later.who:
        return None
    if back and forth:
        return Feature(1.0, f"{names} answers who addressed it")
    if back and not any(_is_code(name) for name in earlier.whom):
        return Feature(0.8, f"{names} answers {', '.join(sorted(back))}")
    if forth and not later.named:
        return Feature(0.8, f"it was said to {names}")
    if forth:
        return Feature(0.4, f"it was said to {', '.join(sorted(forth))}, who answers somebody else, too")
    return Feature(-0.5, f"it was not said to {names}") if back else None


def _weigh_common(earlier: Move, later: Move) -> Feature | None:
    """How many took part in both; None where the later one is between one of them and somebody else."""
    shared = earlier.parties & later.parties
    if later.kind in ("acceptance", "refusal") and "acceptance" in later.pointers:
        return Feature(LOOSE, "whoever says so says it of the agreement")
    if later.kind == "acceptance" and later.joint and later.who & earlier.whom:
        return Feature(0.6, f"it was said to {', '.join(sorted(later.who & earlier.whom))}")
    others = [name for name in later.parties - shared if _is_code(name)]
    if not shared or (len(shared) == 1 and others):
        return None
    return Feature(1.0 if len(shared) > 1 else 0.2, f"{', '.join(sorted(shared))} took part in both")


def _is_code(name: str) -> bool:
    return name == name.upper()


def _weigh_words(node: Node, move: Move) -> Iterator[Feature]:
    """The words of the later move that point back."""
    pointed = dict(move.pointers)
    kinds = ("proposal", "condition") if node.move.kind == "condition" else (node.move.kind,)
    if move.kind in OFFERS:
        pointed.pop(move.kind, None)  # its own name: 'the North's demand that ...'
    found = next((pointed[k] for k in kinds if k in pointed), None)
    if found:
        yield Feature(1.5, f"'{_plain(found)}' points back to {name_kind(node.move.kind)}")
    elif others := [(k, v) for k, v in sorted(pointed.items()) if k != "plan"]:
        kind, other = others[0]
        yield Feature(-0.7, f"'{_plain(other)}' points to {name_kind(kind)}")
    if reply := move.cues.get("reply"):
        yield Feature(0.7, f"'{_plain(reply)}' says that it answers something")
    if soon := move.cues.get("soon"):
        yield Feature(0.3, f"'{_plain(soon)}' says that something went just before")
    if move.kind in OFFERS and (instead := move.cues.get("instead")):
        yield Feature(0.7, f"'{_plain(instead)}' puts it in place of something")


def _plain(words: str) -> str:
    return " ".join(words.split())


def _weigh_nearness(earlier: Move, later: Move, gap: int, latest: bool) -> Iterator[Feature]:
    """How close the two are, in time and in a report."""
    near = {
        0: (1.2, "one sentence tells both"),
        1: (1.2, "the next sentence tells it"),
        2: (0.5, "told nearby"),
    }
    apart = told_apart(earlier, later)
    if apart in near:
        yield Feature(*near[apart])
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
    elif events & {move.event, *move.also} and node.move.kind != move.kind:
        yield Feature(2.0, "reports tell both as one happening")
    shared = node.words & move.words
    if shared:
        words = ", ".join(f"'{w}...'" for w in sorted(shared))
        yield Feature(min(0.5 * len(shared), 1.5), f"both are about {words}")
    elif min(len(node.words), len(move.words)) >= TELLING and told_apart(node.move, move) > 1:
        weight = -0.3 if move.kind in ("acceptance", "refusal") else -0.6
        yield Feature(weight, "no word of the one is in the other")
    if acts := sorted(move.acts & node.acts):
        yield Feature(
            1.5 if " " in acts[-1] else 0.5 if acts == ["CONSULT"] else 1.0,
            f"both are about the act {acts[0]}",
        )


def _weigh_kind(node: Node, move: Move, relation: Relation) -> Iterator[Feature]:
    """What the kinds of both make likely."""
    if move.kind in ("acceptance", "refusal"):
        weak = node.move.kind == "acceptance" or move.lead.status == "refused"
        yield Feature(0.3 if weak else 1.0, f"'{move.lead.trigger.text}' answers something")
    if move.kind in ("deed", "concession", "break", "plan", "pressure"):
        yield Feature(-0.7, f"{name_kind(move.kind)} may stand alone")
    if relation == "counters" and node.move.kind == "refusal" and "reply" not in move.cues:
        yield Feature(-0.7, "no word says that it answers a refusal")
    if relation == "proposes":
        again = move.cues.get("again")
        yield (
            Feature(1.0, f"'{again}' says that it was said before")
            if again
            else Feature(-0.3, "it may be a new matter")
        )
    breach = move.cues.get("breach")
    if relation == "breaks" and move.kind == "pressure":
        found = Feature(1.0, f"'{breach}' says that something was broken")
        yield found if breach else Feature(-2.0, "no word says that anything was broken")
    if relation == "accepts" and node.move.kind == "acceptance" and "acceptance" not in move.pointers:
        yield Feature(-0.7, "it may be another agreement")
    if relation == "responds":
        yield Feature(-1.2, "it may have another occasion")
    if relation == "fulfils" and node.move.kind in OFFERS:
        yield Feature(-1.0, "nobody is known to have agreed to it")
    if move.kind in OFFERS and any(kind == "acceptance" for kind, _ in node.answered_by):
        yield Feature(-1.0, "that was accepted")
    had = [(kind, who & move.who) for kind, who in node.answered_by if who & move.who]
    if move.kind in ("acceptance", "refusal", "break") and had:
        taken_up = move.kind == "acceptance" and all(kind == "refusal" for kind, _ in had)
        names = ", ".join(sorted({name for _, side in had for name in side}))
        yield Feature(-0.7 if taken_up else -1.5, f"{names} had answered it before")
