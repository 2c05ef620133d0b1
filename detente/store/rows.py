"""Records as rows of the tables, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from detente import __version__
from detente.records import (
    Coding,
    Event,
    EventMention,
    Report,
    Thread,
    content_id,
)
from detente.serial import from_dict, to_dict, to_json
from detente.store.versions import find_origin

HOW_IT_WAS_READ = ("path", "encoding", "notes")  # fields that differ between copies of one report
# the mention's fields that its report tells: kept once, in the table reports
OF_REPORT = {f"report_{field}": field for field in ("given_id", "source", "author", "path")}
Row = dict[str, Any]


def mark_report(report: Report) -> str:
    """A hash of all that is told of a report but for how it was read."""
    return content_id({k: v for k, v in to_dict(report).items() if k not in HOW_IT_WAS_READ})


def mark_coding(coding: Coding, coder: str) -> str:
    """A hash of what a coder of this version found in a report."""
    found = [_own_fields(m) for m in coding.mentions], [to_dict(p) for p in coding.passed_over]
    return content_id(coder, __version__, found)


def report_row(report: Report, coder: str, coding_mark: str) -> Row:
    """The row of a report in the table reports."""
    record = to_dict(report)
    del record["text"]
    return {
        "id": report.id, "origin": find_origin(report),
        "title": report.title, "published": report.published, "url": report.url,
        "source": report.source, "author": report.author, "given_id": report.given_id,
        "path": report.path, "text": report.text, "coder": coder, "detente_version": __version__,
        "fingerprint": mark_report(report), "coding_fingerprint": coding_mark, "record": to_json(record),
    }  # fmt: skip


def mention_row(m: EventMention) -> Row:
    """The row of a mention in the table mentions."""
    return {
        "id": m.id, "report_id": m.report_id,
        "day": m.when.earliest or m.when.latest or m.published,
        "last_day": m.when.latest or m.when.earliest or m.published,
        **act_columns(m), "status": m.status,
        "quote": m.quote, "says_kind": m.says and m.says.kind, "says_name": m.says and m.says.name,
        "says_code": m.says and m.says.code, "place": m.where and m.where.name,
        "country": m.where and m.where.country, "confidence": m.confidence, "theme": m.theme,
        "record": to_json(_own_fields(m)),
    }  # fmt: skip


def act_columns(m: EventMention) -> Row:
    """The columns that say which act a mention tells."""
    return {"type": m.type, "mode": m.mode, "quad": m.quad, "score": m.score}


def party_rows(m: EventMention) -> Iterator[tuple[str | None, ...]]:
    """The rows of a mention's parties in the table parties, without the mention's number."""
    for side, parties in (("actor", m.actor), ("recipient", m.recipient)):
        for p in parties:
            yield side, p.code, p.name, p.text, p.kind, p.sector, p.role


def event_row(event: Event) -> Row:
    """The row of an event in the table events."""
    when, where = event.when, event.where
    return {
        "id": event.id, "day": when.earliest or when.latest, "last_day": when.latest or when.earliest,
        "type": event.type, "mode": event.mode, "quad": event.quad, "score": event.score,
        "status": event.status, "place": where and where.name, "country": where and where.country,
        "mentions": len(event.mentions), "outlets": len(event.outlets), "lead": event.lead,
        "record": to_json(event),
    }  # fmt: skip


def thread_row(thread: Thread) -> Row:
    """The row of a thread in the table threads."""
    return {
        "id": thread.id, "day": thread.opened, "last_day": thread.last, "state": thread.state,
        "ball": ";".join(thread.ball) or None, "topic": thread.topic.text, "steps": len(thread.steps),
        "record": to_json(thread),
    }  # fmt: skip


def insert_row(db: sqlite3.Connection, table: str, row: Row, conflict: str = "") -> int | None:
    """Insert a row into a table and give back its number; `conflict` is an ON CONFLICT clause."""
    columns, values = ", ".join(row), ", ".join(f":{column}" for column in row)
    return db.execute(f"INSERT INTO {table} ({columns}) VALUES ({values}) {conflict}", row).lastrowid


def read_report(text: str, record: str) -> Report:
    """The report of a row."""
    return from_dict(Report, json.loads(record) | {"text": text})


def read_mention(record: str, of_report: str) -> EventMention:
    """The mention of a row, with the list of what its report tells of it (OF_REPORT)."""
    told = dict(zip(OF_REPORT, json.loads(of_report), strict=True))
    return from_dict(EventMention, json.loads(record) | told)


def _own_fields(mention: EventMention) -> Row:
    return {field: value for field, value in to_dict(mention).items() if field not in OF_REPORT}
