"""Where a chain of moves has led: its state and whose turn it is, each with the step that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.records import Move as Relation
from detente.records import ThreadState
from detente.threads.nodes import Node

ASKING: frozenset[Relation] = frozenset({"proposes", "counters", "conditions"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state of a chain, whose turn it is (nobody's: empty), and why."""

    state: ThreadState
    ball: tuple[str, ...]
    reasons: tuple[str, ...]


def find_outcome(chain: Sequence[Node]) -> Outcome:
    """The outcome of a chain in order: each step leaves it as it is or moves it on."""
    found = Outcome("open", (), ("no step moves it on",))
    for node in chain:
        found = _move_on(found, node, _others(chain, node))
    return found


def _others(chain: Sequence[Node], node: Node) -> tuple[str, ...]:
    """Whose turn is next when `node` has spoken: those it addresses, else all other sides of the chain."""
    parties = {name for n in chain for name in n.move.parties}
    return tuple(sorted((node.move.whom & parties) or parties - node.move.who))


def _move_on(before: Outcome, node: Node, others: tuple[str, ...]) -> Outcome:
    relation, words = node.relation, f"'{node.move.lead.trigger.text}' on {node.move.place.day}"
    if relation in ASKING and before.state != "fulfilled":
        state: ThreadState = "agreed" if before.state == "agreed" and relation == "conditions" else "open"
        return Outcome(state, others, (f"{words} waits for an answer",))
    if relation == "rejects":
        return Outcome("broken off", (), (f"{words} turns it down, and nobody has taken it up again",))
    if relation == "accepts":
        return Outcome("agreed", (), (f"{words} accepts what was asked",))
    if relation == "plans":
        return Outcome("agreed", (), (f"{words} says when or how it will be done",))
    if relation == "fulfils":
        return Outcome("fulfilled", (), (f"{words} does what was agreed",))
    if relation == "breaks":
        return Outcome("broken off", (), (f"{words} ends what was agreed or under way",))
    return before
