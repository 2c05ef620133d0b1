"""Protest and violence that happened, as rows like ACLED's.

Source of the columns and scales: ACLED's codebook (2024). Deaths aren't counted, and ACLED's regions and
scales of sources are lists of its own: these columns stay empty.
"""

from __future__ import annotations

from typing import IO, Any

from detente.export.codes import find_state
from detente.export.flat import Row
from detente.export.selection import Selection, first_day, list_names
from detente.export.tabular import write_csv
from detente.export.violence import CIVILIANS, Camp, find_camp, load_violence, rate_days, rate_place
from detente.records import Where
from detente.store import ToldEvent

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction",
    "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude",
    "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
BY_RECIPIENT = "by recipient"
VIOLENCE = "Political violence"
UNTOLD = VIOLENCE, None, None  # disorder, event and sub-event where nobody knows who was attacked
# the most days between first and last day for precision 1 (the day) and 2 (the week); 3 is longer
DAYS = (0, 7)


def write_acled(chosen: Selection, stream: IO[Any]) -> None:
    """Write a row of ACLED_COLUMNS for each event."""
    write_csv(map(_tell_row, chosen.told), ACLED_COLUMNS, stream)


def is_disorder(told: ToldEvent) -> bool:
    """Whether an event is protest or violence that happened, of a kind that ACLED counts."""
    event = told.event
    return event.status == "happened" and (event.mode or "else") in load_violence()["acled"].get(
        event.type, ()
    )


def _tell_row(told: ToldEvent) -> Row:
    event, day, where = told.event, first_day(told.event), told.event.where
    camps = find_camp(told, "actor"), find_camp(told, "recipient")
    disorder, type_, sub = _find_type(told, camps[1])
    one, two = load_violence()["crowds"].get(type_, camps[0].kind), camps[1].kind
    return {
        "event_id_cnty": f"{(where and where.country) or ''}{event.id}", "event_date": day,
        "year": day and day[:4], "time_precision": rate_days(event, DAYS), "disorder_type": disorder,
        "event_type": type_, "sub_event_type": sub,
        "actor1": camps[0].name, "assoc_actor_1": camps[0].others, "inter1": one,
        "actor2": camps[1].name, "assoc_actor_2": camps[1].others, "inter2": two,
        "interaction": f"{one}-{two}" if one and two else one and f"{one} only",
        "civilian_targeting": "Civilian targeting" if two == CIVILIANS and disorder == VIOLENCE else None,
        **_tell_place(where),
        "source": list_names(m.report_source for m in told.mentions),
        "notes": told.lead.quote,
    }  # fmt: skip


def _find_type(told: ToldEvent, recipient: Camp) -> tuple[str | None, str | None, str | None]:
    """ACLED's disorder, event and sub-event. An attack is a battle or not by who is attacked."""
    tables, event = load_violence(), told.event
    found = tables["acled"][event.type][event.mode or "else"]
    if found == BY_RECIPIENT:
        if recipient.kind is None:
            return UNTOLD
        found = tables["unarmed" if recipient.kind == CIVILIANS else "armed"]
    type_, sub = found
    return tables["disorder"][type_], type_, sub


def _tell_place(where: Where | None) -> Row:
    if where is None:
        return {}
    state = find_state(where.country)
    return {
        "iso": state.iso, "country": state.name, "location": where.name,
        "admin1": where.name if where.level == "admin1" else None,
        "admin2": where.name if where.level == "admin2" else None,
        "latitude": where.lat, "longitude": where.lon, "geo_precision": rate_place(where, "acled"),
    }  # fmt: skip
