"""Moves → chains: each move in its order answers the earlier one that most speaks for, or opens a chain.

MOST bounds the work; RETOLD_WITHIN is a judgement, checked on the part of corpus/threads that is not kept
from tuning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from detente.threads.dating import STATED, Place
from detente.threads.links import ENOUGH, Candidate, find_candidates, weigh
from detente.threads.moves import Move, is_said_anew, join_moves
from detente.threads.nodes import OFFERS, Answer, Node, days_apart
from detente.threads.words import Kind

MOST = 200  # moves, the latest ones, that are weighed as what a move answers
RETOLD_WITHIN = 3  # days between two tellings of one move
Chooser = Callable[[Move, Sequence[Candidate]], Answer | None]
LASTING: frozenset[Kind] = frozenset({"acceptance", "refusal"})


def chain_moves(moves: Iterable[Move], choose: Chooser | None = None) -> list[list[Node]]:
    """The chains of two moves or more, each in order; `moves` come in order.

    `choose` says which of the candidates a move answers, if any: the likeliest, unless it is given.
    """
    nodes: list[Node] = []
    index = _Index()
    choose = choose or choose_likeliest
    for move in moves:
        answer = choose(move, list(find_candidates(index.find(move), move)))
        retold = _find_retold(nodes, move, answer)
        if retold is not None:
            retold.move = join_moves(retold.move, move)
            retold.words |= move.words
            continue
        nodes.append(_make_node(move, answer))
        index.add(nodes[-1])
    for at, node in enumerate(nodes):
        if node.answer is None and node.move.kind in LASTING:
            _look_ahead(nodes[at + 1 :], node)
    return _gather(nodes)


def choose_likeliest(move: Move, candidates: Sequence[Candidate]) -> Answer | None:
    """The answer with most weight, of equals the one to the latest move; None where none weighs enough."""
    answers = [answer for answer in map(weigh, candidates) if answer.weight >= ENOUGH]
    return max(answers, key=lambda a: round(a.weight, 2), default=None)


class _Index:
    """The nodes that a move may answer: of its parties and reports, and agreements where it names one."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.found: dict[str, list[int]] = defaultdict(list)

    def add(self, node: Node) -> None:
        for key in self._keys(node.move):
            self.found[key].append(len(self.nodes))
        if node.move.kind == "acceptance":
            self.found["agreements"].append(len(self.nodes))
        self.nodes.append(node)

    def find(self, move: Move) -> Iterator[Node]:
        """The latest one first."""
        keys = [*self._keys(move), *(["agreements"] if "acceptance" in move.pointers else [])]
        for at in sorted({at for key in keys for at in self.found[key][-MOST:]}, reverse=True)[:MOST]:
            yield self.nodes[at]

    def _keys(self, move: Move) -> Iterator[str]:
        yield from move.parties
        yield from {m.report_id for m in move.mentions}


def _make_node(move: Move, answer: Answer | None) -> Node:
    words, acts = move.words, move.acts
    if answer:
        earlier = answer.earlier
        if not move.joint:
            earlier.answered_by.add((move.kind, move.who))
        words, acts = words | earlier.words, acts | earlier.acts
    return Node(move, answer, words, acts, set())


def _look_ahead(nodes: Sequence[Node], node: Node) -> None:
    """Tie an acceptance or refusal to one of `nodes` that comes later only because its day isn't known."""
    near = takewhile(lambda later: days_apart(node.move, later.move) <= RETOLD_WITHIN, nodes)
    for later in near:
        if later.move.place.doubt == STATED or later.root is node:
            continue
        answer = choose_likeliest(
            node.move, list(find_candidates([later], replace(node.move, place=later.move.place)))
        )
        if answer and (not node.answer or answer.weight > node.answer.weight):
            node.answer = answer


def _find_retold(nodes: Sequence[Node], move: Move, answer: Answer | None) -> Node | None:
    """The node that told `move` before in other words: of one kind and side, within days, on one topic."""
    for node in reversed(nodes):
        if days_apart(node.move, move) > RETOLD_WITHIN:
            break
        if node.move.kind == move.kind and _tells_same(node, move, answer):
            return node
    return None


def _tells_same(node: Node, move: Move, answer: Answer | None) -> bool:
    other = node.move
    one_answer = bool(answer and node.answer and answer.earlier is node.answer.earlier)
    shared = bool(other.words & move.words)
    if move.kind in LASTING:
        return bool(other.who & move.who) and (one_answer or (not answer and other.parties == move.parties))
    if move.kind == "plan":
        return other.who == move.who and one_answer and shared
    if move.kind not in OFFERS or other.who != move.who or is_said_anew(move.lead):
        return False
    return shared and (one_answer or other.place.day == move.place.day)


def _gather(nodes: Iterable[Node]) -> list[list[Node]]:
    """The nodes by chain, without those that nothing ties to another: by the latest place up to them, so each
    after what it answers.
    """
    order: dict[Node, tuple[Place, int]] = {}
    opening: dict[Node, Node] = {}
    chains: dict[Node, list[Node]] = {}
    for node in nodes:
        for later in _unordered(node, order):
            earlier = later.answer.earlier if later.answer else None
            place, number = order[earlier] if earlier else (later.move.place, 0)
            order[later] = max(place, later.move.place), number + 1
            opening[later] = opening[earlier] if earlier else later
        chains.setdefault(opening[node], []).append(node)
    return [sorted(chain, key=order.__getitem__) for chain in chains.values() if len(chain) > 1]


def _unordered(node: Node, ordered: Container[Node]) -> list[Node]:
    """What a node answers, what that answers, and so on up to what is ordered: the earliest first."""
    return list(takewhile(lambda earlier: earlier not in ordered, node.path))[::-1]
