"""What is planned or offered for days that a report names, as a calendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any

from icalendar import Calendar, Event

from detente import __version__
from detente.export.selection import Selection, describe_event, first_day, last_day, list_names, one_a_report
from detente.store import ToldEvent

AHEAD = frozenset({"planned", "offered"})


def write_ical(chosen: Selection, stream: IO[Any]) -> None:
    """Write an entry of whole days for each event; all are TENTATIVE, with detente's status as a category."""
    calendar = Calendar()
    calendar.add("prodid", f"-//detente {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", chosen.name)
    for entry in map(_tell_entry, chosen.told):
        calendar.add_component(entry)
    stream.write(calendar.to_ical().decode())


def is_ahead(told: ToldEvent) -> bool:
    """Whether an event is planned or offered, for days that the words tell (not only the tense)."""
    event = told.event
    return event.status in AHEAD and event.when.basis == "stated" and first_day(event) is not None


def _tell_entry(told: ToldEvent) -> Event:
    event, where = told.event, told.event.where
    first, last = (date.fromisoformat(day or "") for day in (first_day(event), last_day(event)))
    entry = Event()
    entry.add("uid", f"{event.id}@detente")
    entry.add("dtstamp", _stamp(told, first))
    entry.add("dtstart", first)
    entry.add("dtend", last + timedelta(days=1))
    entry.add("summary", describe_event(event))
    entry.add("description", "\n".join((f"“{told.lead.quote}”", *_cite_reports(told))))
    entry.add("status", "TENTATIVE")
    entry.add("categories", [event.status, event.type])
    if where is not None:
        entry.add("location", list_names((where.name, where.country), ", "))
        if where.lat is not None and where.lon is not None:
            entry.add("geo", (where.lat, where.lon))
    return entry


def _stamp(told: ToldEvent, otherwise: date) -> datetime:
    """When the last report was published: the same store gives the same calendar."""
    day = max((m.published for m in told.mentions if m.published), default=otherwise.isoformat())
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _cite_reports(told: ToldEvent) -> Iterator[str]:
    for m in one_a_report(told):
        yield list_names((m.report_source, m.published, m.title, m.url), ", ")
