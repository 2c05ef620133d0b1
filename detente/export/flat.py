"""Mentions and reports as flat rows, and as frames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from detente.records import Event, EventMention, Participant, Party, Report, Thread

if TYPE_CHECKING:
    import polars

    from detente.turns import Period

# The flat columns and their kinds: t text, i whole number, f number.
COLUMNS = {
    "id": "t", "report_id": "t", "title": "t", "published": "t", "url": "t",
    "report_given_id": "t", "report_source": "t", "report_author": "t", "report_path": "t",
    "start": "i", "end": "i", "earliest": "t", "latest": "t", "when": "t", "basis": "t",
    "actor_code": "t", "actor_name": "t", "actor_sector": "t", "actor_text": "t",
    "recipient_code": "t", "recipient_name": "t", "recipient_sector": "t", "recipient_text": "t",
    "type": "t", "mode": "t", "quad": "t", "score": "f", "contexts": "t", "status": "t", "theme": "t",
    "certainty_low": "f", "certainty_high": "f", "certainty": "t",
    "place": "t", "place_text": "t", "place_level": "t", "country": "t", "lat": "f", "lon": "f",
    "geonames_id": "i", "says_kind": "t", "says_name": "t", "says_code": "t", "says_text": "t",
    "confidence": "f", "trigger": "t", "quote": "t", "sentence": "t", "coder": "t", "reasons": "t",
}  # fmt: skip
REPORT_COLUMNS = {
    "id": "t", "given_id": "t", "title": "t", "published": "t", "source": "t", "author": "t", "url": "t",
    "path": "t", "characters": "i", "mentions": "i", "notes": "t",
}  # fmt: skip
EVENT_COLUMNS = {
    "id": "t", "earliest": "t", "latest": "t", "basis": "t",
    "actor_code": "t", "actor_name": "t", "recipient_code": "t", "recipient_name": "t",
    "type": "t", "mode": "t", "quad": "t", "score": "f", "status": "t",
    "place": "t", "place_level": "t", "country": "t", "lat": "f", "lon": "f",
    "mentions": "i", "reports": "i", "outlets": "i", "contradictions": "t", "lead": "t", "quote": "t",
}  # fmt: skip
# one row a step: a thread's own columns stand in each
THREAD_COLUMNS = {
    "thread": "t", "topic": "t", "parties": "t", "state": "t", "ball": "t", "opened": "t", "last": "t",
    "step": "i", "day": "t", "actor": "t", "move": "t", "recipient": "t", "answers": "i", "event": "t",
    "mention": "t", "answers_event": "t", "answers_mention": "t", "quote": "t", "reasons": "t",
}  # fmt: skip
PERIOD_COLUMNS = {
    "start": "t", "events": "i", "weight": "f", "cooperation": "f", "conflict": "f", "net": "f",
    "balance": "f", "tone": "f",
}  # fmt: skip
BATCH = 10_000  # mentions held as Python objects while a frame is built
# What a spreadsheet would run as a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"(?![+-]?\d+(\.\d+)?\Z)[=+\-@＝＋－＠\t\r\n]")
Row = dict[str, Any]


def mentions_frame(mentions: Iterable[EventMention]) -> polars.DataFrame:
    """The mentions as a polars frame with the flat COLUMNS; days are ISO strings, lists joined by ';'."""
    return rows_frame(map(flatten_mention, mentions), COLUMNS)


def rows_frame(rows: Iterable[Row], columns: Mapping[str, str]) -> polars.DataFrame:
    """Flat rows as a polars frame with those columns."""
    import polars

    kinds = {"t": polars.String, "i": polars.Int64, "f": polars.Float64, "b": polars.Boolean}
    schema = {name: kinds[kind] for name, kind in columns.items()}
    found = iter(rows)
    frames = [polars.DataFrame([], schema=schema)]
    while batch := list(islice(found, BATCH)):
        frames.append(polars.DataFrame(batch, schema=schema))
    return polars.concat(frames)


def flatten_mention(m: EventMention) -> Row:
    """A mention as one row of the flat COLUMNS; parties stand in the same order in each of their columns."""
    certainty, where, says = m.certainty, m.where, m.says
    return {
        "id": m.id, "report_id": m.report_id, "title": m.title, "published": m.published, "url": m.url,
        "report_given_id": m.report_given_id, "report_source": m.report_source,
        "report_author": m.report_author, "report_path": m.report_path,
        "start": m.start, "end": m.end, "earliest": m.when.earliest, "latest": m.when.latest,
        "when": m.when.text, "basis": m.when.basis,
        **_flatten_parties("actor", m.actor), **_flatten_parties("recipient", m.recipient),
        "type": m.type, "mode": m.mode, "quad": m.quad, "score": m.score,
        "contexts": join_cells(m.contexts), "status": m.status, "theme": m.theme,
        "certainty_low": certainty and certainty.low, "certainty_high": certainty and certainty.high,
        "certainty": certainty and certainty.phrase,
        "place": where and where.name, "place_text": where and where.text,
        "place_level": where and where.level, "country": where and where.country,
        "lat": where and where.lat, "lon": where and where.lon,
        "geonames_id": where and where.geonames_id,
        "says_kind": says and says.kind, "says_name": says and says.name,
        "says_code": says and says.code, "says_text": says and says.text,
        "confidence": m.confidence, "trigger": m.trigger.text, "quote": m.quote,
        "sentence": m.sentence, "coder": m.coder, "reasons": join_cells(m.reasons),
    }  # fmt: skip


def flatten_report(report: Report, mentions: int) -> Row:
    """A report, of which `mentions` are stored, as one row of REPORT_COLUMNS."""
    return {
        "id": report.id, "given_id": report.given_id, "title": report.title, "published": report.published,
        "source": report.source, "author": report.author, "url": report.url, "path": report.path,
        "characters": len(report.text), "mentions": mentions, "notes": join_cells(report.notes),
    }  # fmt: skip


def events_frame(events: Iterable[tuple[Event, str]]) -> polars.DataFrame:
    """Events, each with the quote of its leading mention, as a polars frame with EVENT_COLUMNS."""
    return rows_frame((flatten_event(event, quote) for event, quote in events), EVENT_COLUMNS)


def flatten_event(event: Event, quote: str) -> Row:
    """An event as one row of EVENT_COLUMNS; `mentions`, `reports` and (independent) `outlets` are counts."""
    where = event.where
    return {
        "id": event.id, "earliest": event.when.earliest, "latest": event.when.latest,
        "basis": event.when.basis,
        **_flatten_participants("actor", event.actor), **_flatten_participants("recipient", event.recipient),
        "type": event.type, "mode": event.mode, "quad": event.quad, "score": event.score,
        "status": event.status, "place": where and where.name, "place_level": where and where.level,
        "country": where and where.country, "lat": where and where.lat, "lon": where and where.lon,
        "mentions": len(event.mentions), "reports": sum(len(o.reports) for o in event.outlets),
        "outlets": len(event.outlets),
        "contradictions": join_cells(
            f"{c.about}: {' / '.join(a.says for a in c.accounts)}" for c in event.contradictions
        ),
        "lead": event.lead, "quote": quote,
    }  # fmt: skip


def flatten_thread(thread: Thread) -> Iterator[Row]:
    """A thread as rows of THREAD_COLUMNS, one a step; `answers` is the number of the step that it answers."""
    numbers = {step.mention: number for number, step in enumerate(thread.steps, 1)}
    for number, step in enumerate(thread.steps, 1):
        link = step.answers
        yield {
            "thread": thread.id, "topic": thread.topic.text,
            "parties": join_cells(p.code or p.name for p in thread.parties), "state": thread.state,
            "ball": join_cells(thread.ball), "opened": thread.opened, "last": thread.last,
            "step": number, "day": step.day, "actor": join_cells(step.actor), "move": step.move,
            "recipient": join_cells(step.recipient), "answers": link and numbers[link.mention],
            "event": step.event, "mention": step.mention, "answers_event": link and link.event,
            "answers_mention": link and link.mention, "quote": step.quote,
            "reasons": join_cells(link.reasons if link else step.reasons),
        }  # fmt: skip


def flatten_period(period: Period) -> Row:
    """A period of a series as one row of PERIOD_COLUMNS."""
    return {name: getattr(period, name) for name in PERIOD_COLUMNS}


def _flatten_participants(side: str, participants: Iterable[Participant]) -> dict[str, str | None]:
    return {
        f"{side}_{field}": join_cells(getattr(p, field) for p in participants) for field in ("code", "name")
    }


def _flatten_parties(side: str, parties: Iterable[Party]) -> dict[str, str | None]:
    fields = ("code", "name", "sector", "text")
    return {f"{side}_{field}": join_cells(getattr(p, field) for p in parties) for field in fields}


def join_cells(values: Iterable[str | None]) -> str | None:
    """The values between semicolons, or None where all are empty."""
    joined = ";".join((v or "").replace(";", ",") for v in values)
    return joined if joined.strip(";") else None


def guard_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: one that looks so gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
