"""What two moves show of whether the later one answers the earlier one: signs, each a measure and its level.

Each sign has a weight in weights.yaml. The weights of a pair add up to log-odds against answering nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from detente.errors import DataError
from detente.records import Move as Relation
from detente.tables import Source, data_file, read_yaml
from detente.threads.moves import FAR, Move, is_code, told_apart
from detente.threads.nodes import OFFERS, Node, days_apart
from detente.threads.words import name_kind

Level = tuple[str, str]  # a measure and what it found
Weights = Mapping[Level, float]
TELLING = 2  # words of a topic from which sharing none of them means something
MANY = 3  # shared words, or later moves, from which more of them tell nothing more
GAPS = (
    (1, "a day or less"),
    (7, "a week or less"),
    (30, "a month or less"),
    (92, "three months or less"),
    (365, "a year or less"),
)
APART = {0: "one sentence tells both", 1: "the next sentence tells it", 2: "told nearby"}
# relations by what they need of the parties
DOING: frozenset[Relation] = frozenset({"fulfils", "plans", "breaks"})


@dataclass(frozen=True, slots=True)
class Sign:
    """A measure, the level found, and the same as words for a reader."""

    measure: str
    level: str
    words: str


def find_signs(node: Node, move: Move, relation: Relation, since: Mapping[Relation, int]) -> Iterator[Sign]:
    """All signs of `move` standing in `relation` to the earlier move of `node`.

    `since` counts the moves between that it could answer, by the relation in which it would.
    """
    yield Sign("kind", move.kind, f"'{move.lead.trigger.text}' is {name_kind(move.kind)}")
    yield Sign("kinds", f"{move.kind} after {node.move.kind}", f"it comes after {name_kind(node.move.kind)}")
    yield from _compare_parties(node.move, move, relation)
    yield from _compare_places(node.move, move)
    yield from _count_between(since, relation)
    yield from _compare_topics(node, move)
    yield from _read_words(node, move, relation)
    yield from _recall_answers(node, move, relation)


def _compare_parties(earlier: Move, later: Move, relation: Relation) -> Iterator[Sign]:
    """Who speaks to whom."""
    sort = "doing" if relation in DOING else "again" if relation == "proposes" else "answer"
    back, forth = later.whom & earlier.who, later.who & earlier.whom
    names = ", ".join(sorted(later.who))
    if earlier.who & later.who:
        level = "same side" if earlier.who == later.who else "partly the same side"
        yield Sign(sort, level, f"{names} spoke before" if sort != "doing" else f"{names} took part before")
    elif back and forth:
        yield Sign(sort, "each other", f"{names} answers who addressed it")
    elif forth:
        level = "addressed, names nobody" if not later.named else "addressed, names others"
        yield Sign(sort, level, f"it was said to {names}")
    elif back and not any(map(is_code, earlier.whom)):
        yield Sign(sort, "speaks to its maker", f"{names} answers {', '.join(sorted(back))}")
    elif back:
        yield Sign(sort, "speaks to its maker, not addressed", f"it was not said to {names}")
    else:
        yield Sign(sort, "other sides", f"it was neither said by {names} nor to it")
    shared = sorted(earlier.parties & later.parties)
    yield Sign("shared", str(min(len(shared), 2)), f"parties of both: {', '.join(shared) or 'none'}")
    if earlier.joint or later.joint:
        yield Sign("joint", "both" if earlier.joint and later.joint else "one", "several did it together")
    if all(
        any(map(is_code, side)) for side in (later.parties - earlier.parties, earlier.parties - later.parties)
    ):
        yield Sign("shared", "each has others", "each has a party that the other one lacks")


def _compare_places(earlier: Move, later: Move) -> Iterator[Sign]:
    """How close the two are, in time and in a report."""
    apart = told_apart(earlier, later)
    if apart in APART:
        yield Sign("told", APART[apart], APART[apart])
    elif told_apart(later, earlier) == 0:
        yield Sign("told", "one sentence, the other way round", "one sentence tells both")
    elif {m.report_id for m in earlier.mentions} & {m.report_id for m in later.mentions}:
        yield Sign("told", "one report tells both", "one report tells both")
    gap = days_apart(earlier, later)
    words = next((words for most, words in GAPS if gap <= most), "more than a year")
    yield Sign("gap", words, f"{gap} days lie between")


def _count_between(since: Mapping[Relation, int], relation: Relation) -> Iterator[Sign]:
    """How many other moves it could answer that came later."""
    same, every = since[relation], sum(since.values())
    yield Sign("since", str(min(same, MANY)), f"{same or 'no'} moves that it could answer so came later")
    yield Sign("back", str(min(every, MANY + 1)), f"{every or 'no'} moves that it could answer came later")


def _compare_topics(node: Node, move: Move) -> Iterator[Sign]:
    """What both are about: one happening, one type of act, the same words."""
    themes = {m.theme for m in move.mentions if m.theme}
    if themes & {m.id for m in node.move.mentions}:
        yield Sign("topic", "theme", "it is said of just that")
    if {node.move.event, *node.move.also} & {move.event, *move.also}:
        yield Sign("topic", "one happening", "reports tell both as one happening")
    own, chain = node.move.words & move.words, node.words & move.words
    told = ", ".join(f"'{w}...'" for w in sorted(own or chain))
    if own:
        yield Sign("words", str(min(len(own), MANY)), f"both are about {told}")
    elif chain:
        yield Sign("words", "of its thread", f"its thread is about {told}")
    elif min(len(node.words), len(move.words)) >= TELLING and told_apart(node.move, move) == FAR:
        yield Sign("words", "none", "no word of the one is in the other")
    if acts := sorted(move.acts & node.acts):
        level = "one mode" if " " in acts[-1] else "meeting" if acts == ["CONSULT"] else "one type"
        yield Sign("act", level, f"both are about the act {acts[0]}")


def _read_words(node: Node, move: Move, relation: Relation) -> Iterator[Sign]:
    """The words of the later move that point back, or say that it answers."""
    pointed = dict(move.pointers)
    kinds = ("proposal", "condition") if node.move.kind == "condition" else (node.move.kind,)
    if move.kind in OFFERS:
        pointed.pop(move.kind, None)  # its own name: 'the North's demand that ...'
    found = next((pointed[k] for k in kinds if k in pointed), None)
    if found:
        yield Sign("points", "to that", f"'{_plain(found)}' points back to {name_kind(node.move.kind)}")
    elif others := [(k, v) for k, v in sorted(pointed.items()) if k != "plan"]:
        kind, other = others[0]
        yield Sign("points", "to another kind", f"'{_plain(other)}' points to {name_kind(kind)}")
    for cue, words in move.cues.items():
        yield Sign("cue", f"{cue}, {relation}", f"'{_plain(words)}'")


def _recall_answers(node: Node, move: Move, relation: Relation) -> Iterator[Sign]:
    """What the earlier move was, and how it had been answered before."""
    if node.answer is None:
        yield Sign("before", f"an opening {node.move.kind}", "it answered nothing itself")
    kinds = {kind for kind, _ in node.answered_by}
    if "acceptance" in kinds:
        yield Sign("before", f"accepted, {relation}", "it had been accepted")
    if "refusal" in kinds:
        yield Sign("before", f"refused, {relation}", "it had been turned down")
    if {kind for kind, who in node.answered_by if who & move.who and kind == move.kind}:
        yield Sign("before", "answered so by the same", f"{', '.join(sorted(move.who))} had answered it so")


def _plain(words: str) -> str:
    return " ".join(words.split())


@cache
def load_weights() -> Weights:
    """The weights of signs, as fitted. Raises DataError naming file, line and cure."""
    return read_weights(data_file("threads", "weights.yaml"))


def read_weights(source: Source) -> Weights:
    """The weights of one table: measures, each with its levels. Raises DataError as `load_weights` does."""
    weights: dict[Level, float] = {}
    for measure, levels in read_yaml(source).items():
        if measure == "__line__":
            continue
        if not isinstance(levels, dict):
            raise DataError(
                f"{source}:1", f"{measure!r} has no levels", "Write 'level: weight' lines under it"
            )
        for level, weight in levels.items():
            if level == "__line__":
                continue
            if not isinstance(weight, int | float):
                fault = f"the weight of {measure} {level!r} is no number"
                raise DataError(f"{source}:{levels['__line__']}", fault, "Write a number")
            weights[measure, str(level)] = float(weight)
    return weights
