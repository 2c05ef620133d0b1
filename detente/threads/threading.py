"""Events in, threads out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from detente.records import (
    Event,
    EventMention,
    Participant,
    Party,
    Thread,
    ThreadLink,
    ThreadStep,
    content_id,
)
from detente.threads.chains import chain_moves
from detente.threads.moves import read_moves
from detente.threads.nodes import Node
from detente.threads.outcome import find_outcome
from detente.threads.topics import name_topic
from detente.threads.words import name_kind


def find_threads(events: Iterable[Event], mentions: Iterable[EventMention]) -> list[Thread]:
    """The negotiations and crises that events tell, by the day on which they opened.

    `events` are those of `link_events`, `mentions` what they were made of; the order of both is without
    effect. A thread has two steps or more; what answers nothing, and nothing answers, is in none.
    """
    return make_threads(chain_moves(read_moves(events, mentions)))


def make_threads(chains: Iterable[Sequence[Node]]) -> list[Thread]:
    """The threads of chains of moves, in the same order."""
    threads = map(_make_thread, chains)
    return sorted(threads, key=lambda t: (t.opened or "9999", t.id))


def _make_thread(chain: Sequence[Node]) -> Thread:
    outcome = find_outcome(chain)
    steps = tuple(map(_make_step, chain))
    first = min((m for n in chain for m in n.move.mentions), key=_by_publication)
    days = [step.day for step in steps if step.day]
    return Thread(
        id=content_id("thread", first.id),
        topic=name_topic([node.move for node in chain]),
        parties=_name_parties(chain),
        state=outcome.state,
        ball=outcome.ball,
        opened=min(days, default=None),
        last=max(days, default=None),
        steps=steps,
        reasons=outcome.reasons,
    )


def _by_publication(mention: EventMention) -> tuple[str, str, int]:
    return mention.published or "9999", mention.report_id, mention.trigger.start


def _make_step(node: Node) -> ThreadStep:
    move = node.move
    return ThreadStep(
        event=move.event,
        day=move.place.day if move.place.day != "9999" else None,
        move=node.relation,
        actor=tuple(sorted(move.who)),
        recipient=tuple(sorted(move.whom)),
        quote=move.lead.quote,
        mention=move.lead.id,
        mentions=tuple(m.id for m in move.mentions),
        also=move.also,
        answers=_make_link(node),
        reasons=(
            f"'{move.lead.trigger.text}' ({move.lead.type}, {move.lead.status}) is {name_kind(move.kind)}",
        ),
    )


def _make_link(node: Node) -> ThreadLink | None:
    if node.answer is None:
        return None
    earlier = node.answer.earlier.move
    return ThreadLink(earlier.event, earlier.lead.id, node.answer.relation, node.answer.reasons)


def _name_parties(chain: Sequence[Node]) -> tuple[Participant, ...]:
    """Those who take part, by how many mentions name them; those without a code only where nobody has one."""
    named: dict[str, Party] = {}
    count = Counter[str]()
    for mention in (m for n in chain for m in n.move.mentions):
        for party in (*mention.actor, *mention.recipient):
            key = party.code or (party.name or party.text).casefold()
            named.setdefault(key, party)
            count[key] += 1
    coded = {key for key, party in named.items() if party.code}
    ranked = sorted(coded or named, key=lambda key: (-count[key], key))
    return tuple(
        Participant(named[k].code, named[k].name or named[k].text, named[k].kind, count[k]) for k in ranked
    )
