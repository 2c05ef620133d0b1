"""Who fights whom, and how exactly day and place are known: what ACLED's and UCDP's rows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from detente.export.codes import StateCodes, find_state
from detente.export.selection import Side, find_party, first_day, last_day
from detente.records import Event, Participant, Where
from detente.store import ToldEvent
from detente.tables import data_file, drop_lines, read_yaml

STATE, EXTERNAL, CIVILIANS = "State forces", "External/Other forces", "Civilians"


@dataclass(frozen=True, slots=True)
class Camp:
    """One side of an event: who stands first, who with them, ACLED's kind of actor, and the first's state."""

    name: str | None
    others: str
    kind: str | None
    state: StateCodes


@cache
def load_violence() -> dict[str, Any]:
    """The tables in violence.yaml."""
    found: dict[str, Any] = drop_lines(read_yaml(data_file("export", "violence.yaml")))
    return found


def find_camp(told: ToldEvent, side: Side) -> Camp:
    """Who stands on a side of an event."""
    participants = getattr(told.event, side)
    first = participants[0] if participants else None
    others = "; ".join(p.name for p in participants[1:])
    name = first.name if first else None
    return Camp(name, others, _find_kind(told, first, side), find_state(first and first.code))


def rate_days(event: Event, most: Sequence[int]) -> int | None:
    """How exactly the day is known: 1 where first and last day are at most `most[0]` days apart, etc."""
    first, last = first_day(event), last_day(event)
    if first is None or last is None:
        return None
    apart = (date.fromisoformat(last) - date.fromisoformat(first)).days
    return next((step for step, days in enumerate(most, 1) if apart <= days), len(most) + 1)


def rate_place(where: Where | None, scale: str) -> int | None:
    """How exactly the place is known, on the scale of 'acled' or 'ucdp'."""
    precision: dict[str, int] = load_violence()["precision"][scale]
    return precision.get(where.level or "") if where else None


def _find_kind(told: ToldEvent, participant: Participant | None, side: Side) -> str | None:
    """ACLED's kind of actor. A state that is attacked stands for its forces, but its officials and offices
    don't.
    """
    if participant is None:
        return None
    party, tables = find_party(told, participant, side), load_violence()
    sector = party and party.sector
    if side == "recipient" and sector == "GOV" and participant.kind != "state":
        return CIVILIANS
    kind: str | None = tables["actors"].get(sector) or tables["kinds"].get(participant.kind)
    return _name_forces(participant.code, told.event.where) if kind == STATE else kind


def _name_forces(code: str | None, where: Where | None) -> str:
    """What forces are called: those of a group, of a state outside its own land, of a state."""
    group: str | None = load_violence()["groups"].get((code or "").partition(":")[0])
    abroad = where is not None and where.country is not None and where.country != code
    return group or (EXTERNAL if code and abroad else STATE)
