"""Events with the mentions that tell them, as those who write them for other programs need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.records import Event, EventMention
from detente.serial import from_json
from detente.store.judged import RECORDS, read_told
from detente.store.parties import Query

MENTIONS = f"{RECORDS} WHERE id IN (SELECT mention FROM event_mentions WHERE event = ?)"
EVENTS = "SELECT number, record, lead IN (SELECT theme FROM mentions WHERE theme NOT NULL) FROM events"


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event with all mentions that tell it, the leading one first.

    `theme` is the act that the leading mention is about, as the visit in 'refused the visit'; `inside` says
    whether the leading mention is such a theme of another, which then tells the refusal or demand itself.
    """

    event: Event
    mentions: tuple[EventMention, ...]
    theme: EventMention | None
    inside: bool

    @property
    def lead(self) -> EventMention:
        """The mention that tells the event best."""
        return self.mentions[0]


def read_told_events(rows: Query, where: str, *values: object) -> Iterator[ToldEvent]:
    """The events of a condition on the table events; those whose mentions are all gone are left out."""
    for number, record, inside in rows(f"{EVENTS} WHERE {where}", *values):
        event = from_json(Event, record)
        found = read_told(rows, MENTIONS, number)
        mentions = sorted(found, key=lambda m: (m.id != event.lead, m.published or "", m.id))
        if mentions:
            yield ToldEvent(event, tuple(mentions), _read_theme(rows, mentions[0].theme), bool(inside))


def _read_theme(rows: Query, theme: str | None) -> EventMention | None:
    return next(read_told(rows, f"{RECORDS} WHERE id = ?", theme), None) if theme else None
