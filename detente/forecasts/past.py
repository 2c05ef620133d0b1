"""Events as they were known on a day: what was published later is left out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from detente.link.merge import merge_part, settle_status
from detente.records import Event, EventMention, When


def known_by(
    day: str, events: Iterable[Event | EventMention], mentions: Mapping[str, EventMention]
) -> Iterator[Event | EventMention]:
    """What reports had told by the ISO day `day`, and what only reports of unknown day tell.

    Status, parties and days of an event are those that the reports published by then give it. `mentions` are
    those of the events, by id.
    """
    for event in events:
        known = _narrow(event, day, mentions) if isinstance(event, Event) else event
        if known is not None and any(d is None or d <= day for d in published(known)):
            yield known


def published(event: Event | EventMention) -> list[str | None]:
    """The days of the reports that tell an event."""
    return [step.published for step in event.history] if isinstance(event, Event) else [event.published]


def _narrow(event: Event, day: str, mentions: Mapping[str, EventMention]) -> Event | None:
    steps = tuple(s for s in event.history if s.published and s.published <= day)
    if steps == event.history or not any(published(event)):
        return event
    if not steps:
        return None
    ids = [id_ for step in steps for id_ in step.mentions]
    if all(id_ in mentions for id_ in ids):
        return merge_part(event, [mentions[id_] for id_ in ids])
    unknown = When(None, None, None, "unknown")  # whose days these are, only the mentions tell
    return replace(
        event, history=steps, status=settle_status(steps), mentions=tuple(ids), when=unknown,
        contradictions=tuple(c for c in event.contradictions
                             if all({*account.mentions} <= {*ids} for account in c.accounts)),
    )  # fmt: skip
