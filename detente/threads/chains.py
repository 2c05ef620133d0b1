"""Moves → chains: each move in its order answers the earlier one that most speaks for, or opens a chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.link.sketch import number_day
from detente.threads.links import ENOUGH, Answer, Node, weigh_answer
from detente.threads.moves import STANDING_ALONE, Move, join_moves
from detente.threads.topics import topic_words
from detente.threads.words import Kind, load_move_words

RETOLD_WITHIN = 3  # days between two tellings of one move
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
    return _gather(nodes)


def _make_node(move: Move, answer: Answer | None) -> Node:
    words, types = topic_words(move), frozenset({move.lead.type})
    if answer:
        earlier = answer.earlier
        earlier.answered_by.add((move.kind, move.who))
        words, types = words | earlier.words, types | earlier.types
    return Node(move, answer, words, types, set())


def _find_answer(nodes: Sequence[Node], move: Move) -> Answer | None:
    """The answer that most speaks for; of equals the one to the latest move. None where none weighs enough."""
    best: Answer | None = None
    latest = True
    for node in reversed(nodes):
        answer = weigh_answer(node, move, latest)
        if answer is None:
            continue
        latest = False
        if answer.weight >= max(ENOUGH, best.weight + 0.01 if best else 0.0):
            best = answer
    return best


def _find_retold(nodes: Sequence[Node], move: Move, answer: Answer | None) -> Node | None:
    """The node that told `move` before in other words: of one kind and side, within days, on one topic."""
    words = load_move_words()
    opening = move.lead.sentence[: move.lead.trigger.end - move.lead.sentence_start]
    if words.find_cue("again", opening):
        return None
    for node in reversed(nodes):
        other = node.move
        if other.kind != move.kind or other.kind in STANDING_ALONE or not _is_near(other, move):
            continue
        one_answer = bool(answer and node.answer and answer.earlier is node.answer.earlier)
        if move.kind in LASTING:
            if other.who & move.who and (one_answer or (not answer and other.parties == move.parties)):
                return node
        elif (
            other.who == move.who
            and (one_answer or other.place.day == move.place.day)
            and topic_words(other) & topic_words(move)
        ):
            return node
    return None


def _is_near(one: Move, other: Move) -> bool:
    days = (number_day(other.place.day) or 0) - (number_day(one.place.day) or 0)
    return 0 <= days <= RETOLD_WITHIN


def _gather(nodes: Iterable[Node]) -> list[list[Node]]:
    """The nodes by chain, in order, without those that nothing ties to another."""
    chains: dict[Node, list[Node]] = {}
    for node in nodes:
        chain = chains[node.answer.earlier] if node.answer else []
        chain.append(node)
        chains[node] = chain
    return [chain for chain in {id(c): c for c in chains.values()}.values() if len(chain) > 1]
