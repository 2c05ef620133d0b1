"""Moves → chains: each move in its order answers the earlier one that most speaks for, or opens a chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from detente.link.sketch import number_day
from detente.records import MOVES
from detente.records import Move as Relation
from detente.threads.dating import STATED
from detente.threads.links import ENOUGH, LOOSE, OFFERS, Answer, Node, weigh_answer
from detente.threads.moves import Move, is_said_anew, join_moves
from detente.threads.topics import topic_words
from detente.threads.words import Kind

RETOLD_WITHIN = 3  # days between two tellings of one move
EVERY = frozenset[Relation](MOVES)  # type: ignore[arg-type]
LASTING: frozenset[Kind] = frozenset({"acceptance", "refusal"})


def chain_moves(moves: Iterable[Move]) -> list[list[Node]]:
    """The chains of two moves or more, each in order; `moves` come in order."""
    nodes: list[Node] = []
    for move in moves:
        answer = _find_answer(nodes, move)
        retold = _find_retold(nodes, move, answer)
        if retold is not None:
            retold.move = join_moves(retold.move, move)
            retold.words |= topic_words(move)
            continue
        nodes.append(_make_node(move, answer))
    for node in nodes:
        if node.answer is None and node.move.kind in LASTING:
            _look_ahead(nodes, node)
    return _gather(nodes)


def _make_node(move: Move, answer: Answer | None) -> Node:
    words, acts = topic_words(move), move.acts
    if answer:
        earlier = answer.earlier
        if not move.joint:
            earlier.answered_by.add((move.kind, move.who))
        words, acts = words | earlier.words, acts | earlier.acts
    return Node(move, answer, words, acts, set())


def _find_answer(nodes: Sequence[Node], move: Move) -> Answer | None:
    """The answer that most speaks for, of equals the latest move's; None where none weighs enough."""
    best: Answer | None = None
    passed = set[Relation]()
    for node in reversed(nodes):
        answer = weigh_answer(node, move, passed)
        if answer is None:
            continue
        if answer.features[0].weight > LOOSE:
            passed.add(answer.relation)
        if answer.weight >= max(ENOUGH, best.weight + 0.01 if best else 0.0):
            best = answer
    return best


def _look_ahead(nodes: Sequence[Node], node: Node) -> None:
    """Tie an acceptance or refusal to what comes later only because its day isn't known."""
    for later in nodes[nodes.index(node) + 1 :]:
        if later.move.place.doubt == STATED or later.root is node.root or not _is_near(node.move, later.move):
            continue
        answer = weigh_answer(later, replace(node.move, place=later.move.place), EVERY)
        if answer and answer.weight >= ENOUGH and (not node.answer or answer.weight > node.answer.weight):
            node.answer = answer


def _find_retold(nodes: Sequence[Node], move: Move, answer: Answer | None) -> Node | None:
    """The node that told `move` before in other words: of one kind and side, within days, on one topic."""
    for node in reversed(nodes):
        other = node.move
        if other.kind == move.kind and _is_near(other, move) and _tells_same(node, move, answer):
            return node
    return None


def _tells_same(node: Node, move: Move, answer: Answer | None) -> bool:
    other = node.move
    one_answer = bool(answer and node.answer and answer.earlier is node.answer.earlier)
    shared = bool(topic_words(other) & topic_words(move))
    if move.kind in LASTING:
        return bool(other.who & move.who) and (one_answer or (not answer and other.parties == move.parties))
    if move.kind == "plan":
        return other.who == move.who and one_answer and shared
    if move.kind not in OFFERS or other.who != move.who or is_said_anew(move.lead):
        return False
    return shared and (one_answer or other.place.day == move.place.day)


def _is_near(one: Move, other: Move) -> bool:
    days = (number_day(other.place.day) or 0) - (number_day(one.place.day) or 0)
    return 0 <= days <= RETOLD_WITHIN


def _gather(nodes: Iterable[Node]) -> list[list[Node]]:
    """The nodes by chain, each after what it answers, without those that nothing ties to another."""
    chains: dict[Node, list[Node]] = {}
    for node in nodes:
        chains.setdefault(node.root, []).append(node)
    return [sorted(chain, key=lambda n: n.order) for chain in chains.values() if len(chain) > 1]
