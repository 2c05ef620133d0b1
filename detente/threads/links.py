"""What a move answers: earlier moves are weighed by signs; the likeliest counts if it is likely enough.

The idea is that of adjacency pairs, of which the first part makes the second one expectable (Schegloff and
Sacks, 1973), ranked as the antecedents of a mention are in coreference (Durrett and Klein, 2013): the weights
of all that a move may answer, and of answering nothing, are log-odds that compete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.records import Move as Relation
from detente.threads.moves import Move, is_code, told_apart
from detente.threads.nodes import Answer, Feature, Node, days_apart, find_relation
from detente.threads.signs import Sign, Weights, find_signs, load_weights

ENOUGH = -0.4  # log-odds against answering nothing; below 0, as a link missed costs more than a wrong one
LONGEST_GAP = 1000  # days between a move and its answer
WORTH_TELLING = 0.2  # log-odds; lighter weights are left out of the reasons


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier move that a move may answer, how, and the signs of it."""

    node: Node
    relation: Relation
    signs: tuple[Sign, ...]


def find_candidates(nodes: Iterable[Node], move: Move) -> Iterator[Candidate]:
    """What `move` may answer of `nodes`, which come with the latest first."""
    since = Counter[Relation]()
    for node in nodes:
        gap = days_apart(node.move, move)
        if gap > LONGEST_GAP:
            break
        relation = find_relation(node.move, move)
        if (
            relation is None
            or gap < 0
            or _is_within(node.move, move)
            or not _concerns(node.move, move, relation)
        ):
            continue
        yield Candidate(node, relation, tuple(find_signs(node, move, relation, since)))
        since[relation] += 1


def weigh(candidate: Candidate, weights: Weights | None = None) -> Answer:
    """The answer that a candidate makes, with the weights of its signs."""
    weights = load_weights() if weights is None else weights
    found = [Feature(weights.get((s.measure, s.level), 0.0), s.words) for s in candidate.signs]
    return Answer(candidate.node, candidate.relation, tuple(f for f in found if f.weight))


def _is_within(earlier: Move, later: Move) -> bool:
    """Whether the later one only names what the earlier one is about: a noun in its clause, or around it."""
    one, other = earlier.lead, later.lead
    around = min(one, other, key=lambda m: (m.start, -m.end))
    inside = one.report_id == other.report_id and max(one.end, other.end) == around.end
    return inside and later.kind not in ("acceptance", "refusal", "break")


def _concerns(earlier: Move, later: Move, relation: Relation) -> bool:
    """Whether the maker of the later one can answer: mostly parties of the earlier one, or who names it.

    A third side may only propose; one side alone answers nothing of its own. Who isn't identified may be
    anybody where a report tells the one right after the other.
    """
    if relation == "proposes":
        return bool(earlier.parties & later.parties)
    if relation in ("accepts", "rejects", "counters") and earlier.who == later.who and len(later.who) == 1:
        return False
    if earlier.kind in later.pointers:
        return True
    if told_apart(earlier, later) <= 1 and not all(any(map(is_code, m.who)) for m in (earlier, later)):
        return True
    inside = later.who & earlier.parties
    to_maker = later.whom & earlier.who and not any(map(is_code, earlier.whom))
    return bool(to_maker) or len(inside) > len(later.who - inside)
