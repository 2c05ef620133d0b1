"""What is written: events with the mentions that tell them, and what all formats need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations, product
from typing import Literal

from detente.records import Event, EventMention, Participant, Party
from detente.store import ToldEvent

Side = Literal["actor", "recipient"]
SIDES: tuple[Side, Side] = ("actor", "recipient")
Pair = tuple[Participant | None, Participant | None]
# hexadecimal digits of an id that make a number which every program holds exactly (52 bits)
EXACT_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Selection:
    """The events to write, and the name of the store or view that they come from."""

    name: str
    told: Iterable[ToldEvent]


def pair_parties(event: Event) -> Iterator[Pair]:
    """Each actor with each recipient; of those who act together on nobody, each with each other, both ways.

    A side that nobody is known on is None. Formats that know one actor and one recipient have a row for each
    pair, as coders of such data make them.
    """
    if len(event.actor) > 1 and not event.recipient:
        yield from permutations(event.actor, 2)
    else:
        yield from product(event.actor or (None,), event.recipient or (None,))


def find_party(told: ToldEvent, participant: Participant | None, side: Side) -> Party | None:
    """The party of a mention that a participant stands for: that of the leading mention where it names it."""
    return next(find_parties(told, participant, side), None)


def find_parties(told: ToldEvent, participant: Participant | None, side: Side) -> Iterator[Party]:
    """The parties of all mentions that a participant stands for, those of the leading mention first.

    One of those who act together on nobody is an actor, on whichever side of a pair it stands.
    """
    wanted = participant and (participant.code or participant.name)
    parties = (p for on in (side, "actor") for m in told.mentions for p in getattr(m, on))
    return (p for p in parties if (p.code or p.name or p.text) == wanted)


def first_day(event: Event) -> str | None:
    """The first day on which an event may have taken place."""
    return event.when.earliest or event.when.latest


def last_day(event: Event) -> str | None:
    """The last day on which an event may have taken place."""
    return event.when.latest or event.when.earliest


def one_a_report(told: ToldEvent) -> list[EventMention]:
    """One mention for each report that tells an event, the leading one's report first."""
    return list({m.report_id: m for m in reversed(told.mentions)}.values())[::-1]


def list_names(values: Iterable[str | None], between: str = "; ") -> str:
    """The values that are there, each once."""
    return between.join(dict.fromkeys(filter(None, values)))


def describe_event(event: Event) -> str:
    """'North Korea → South Korea: meets or talks (planned)'; what happened has no brackets."""
    from detente.report.wording import name_act  # loads all that draws pages

    sides = (", ".join(p.name for p in side) for side in (event.actor, event.recipient))
    parties = " → ".join(filter(None, sides))
    status = "" if event.status == "happened" else f" ({event.status})"
    return f"{parties or 'Somebody'}: {name_act(event.type, event.mode)}{status}"


def number_id(id_: str) -> int:
    """A whole number for a hexadecimal id, the same on every machine."""
    return int(id_[:EXACT_DIGITS], 16)
