"""Dated events as the JSON of TimelineJS (timeline.knightlab.com)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import IO, Any

from detente.export.flat import Row
from detente.export.selection import Selection, describe_event, first_day, last_day, one_a_report
from detente.export.tabular import write_list
from detente.records import EventMention
from detente.store import ToldEvent


def write_timeline(chosen: Selection, stream: IO[Any]) -> None:
    """Write a slide for each event. What did not happen has its status in the headline, in brackets.

    TimelineJS shows texts as HTML, so words of reports are escaped; only http addresses become links.
    """
    write_list(map(_tell_slide, chosen.told), stream, ('{"events": ', "}"))


def has_day(told: ToldEvent) -> bool:
    """Whether an event has a day."""
    return first_day(told.event) is not None


def _tell_slide(told: ToldEvent) -> Row:
    event = told.event
    first, last = first_day(event) or "", last_day(event) or ""
    reports = ", ".join(dict.fromkeys(_link_reports(told)))
    slide: Row = {
        "unique_id": event.id, "start_date": _tell_day(first), "group": event.quad,
        "text": {
            "headline": escape(describe_event(event)),
            "text": f"<p>“{escape(told.lead.quote)}”</p><p>{reports}</p>",
        },
    }  # fmt: skip
    return slide | ({"end_date": _tell_day(last)} if last != first else {})


def _tell_day(day: str) -> dict[str, int]:
    return dict(zip(("year", "month", "day"), map(int, day.split("-")), strict=True))


def _link_reports(told: ToldEvent) -> Iterator[str]:
    return (_link_report(m) for m in one_a_report(told))


def _link_report(mention: EventMention) -> str:
    name = mention.report_source or mention.title or mention.report_id
    words = escape(", ".join(filter(None, (name, mention.published))))
    url = mention.url or ""
    return f'<a href="{escape(url)}">{words}</a>' if url.startswith(("http://", "https://")) else words
