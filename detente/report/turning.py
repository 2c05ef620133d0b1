"""The turns of a relationship, as bands of its timeline and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from detente.draw import Band, parse_day
from detente.records import Event
from detente.report.wording import format_day, format_span, name_act
from detente.turns import Turn, find_turns

MOST_CARRIERS = 6


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn in words; `carriers` are the acts that carry it, as (mention, day and act)."""

    day: str
    days: str
    way: str
    change: str
    carriers: tuple[tuple[str, str], ...]


def seek_turns(events: Iterable[Event], pair: tuple[str, str]) -> tuple[Turn, ...]:
    """The turns between two parties, by code or name, in what happened."""
    return find_turns(_make_rows(events), pair).turns


def _make_rows(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """What happened on known days, as rows that `find_turns` takes."""
    for e in events:
        if e.status == "happened" and e.when.earliest and e.when.latest:
            sides = ((p.code or p.name for p in side) for side in (e.actor, e.recipient))
            actor, recipient = map(";".join, sides)
            yield {
                "lead": e.lead, "date": e.when.earliest, "earliest": e.when.earliest, "latest": e.when.latest,
                "type": e.type, "mode": e.mode, "score": e.score, "actor": actor, "recipient": recipient,
            }  # fmt: skip


def make_bands(turns: Iterable[Turn]) -> list[Band]:
    """Turns as bands behind a timeline."""
    return [Band(t.earliest, t.latest, t.day, t.difference, f"turn for the {_name_way(t)}") for t in turns]


def view_turn(turn: Turn) -> TurnView:
    """A turn in words."""
    carriers = (carrier.event for carrier in turn.carried_by[:MOST_CARRIERS])
    return TurnView(
        day=format_day(parse_day(turn.day)),
        days=format_span(parse_day(turn.earliest), parse_day(turn.latest)),
        way=_name_way(turn),
        change=f"{turn.before:+.1f} → {turn.after:+.1f}".replace("-", "−"),
        carriers=tuple(
            (
                str(event.extra["lead"]),
                f"{format_day(parse_day(event.day))}, {name_act(event.extra['type'], event.extra['mode'])}",
            )
            for event in carriers
        ),
    )


def _name_way(turn: Turn) -> str:
    return "better" if turn.difference > 0 else "worse"
