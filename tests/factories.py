"""Makes records for tests: whole ones from the few fields that a test cares about."""

from __future__ import annotations

from typing import Any

from detente.ontology import load_ontology
from detente.records import (
    Coding,
    Event,
    EventMention,
    Outlet,
    Participant,
    Party,
    PassedOver,
    Report,
    Span,
    When,
    content_id,
)
from detente.store import ToldEvent

TEXT = "Ruritania rejected a proposal by Freedonia on Monday. Freedonia said it would recall its envoy."


def make_report(text: str = TEXT, **fields: Any) -> Report:
    """A report with that text; any other field by name."""
    values: dict[str, Any] = {
        "id": content_id(text, fields.get("title"), fields.get("url"), fields.get("source")),
        "title": "A proposal is rejected",
        "published": "2013-07-05",
        "source": "The Strelsau Courier",
    }
    return Report(text=text, **(values | fields))


def make_party(text: str, words: str, code: str | None = None, **fields: Any) -> Party:
    """The party that `words` name in `text`."""
    start = text.index(words)
    return Party(words, start, start + len(words), name=words, code=code, kind="state", **fields)


def make_mention(report: Report | None = None, trigger: str = "rejected", **fields: Any) -> EventMention:
    """A mention of `report` (default: of TEXT), its quote being the sentence with `trigger`."""
    report = report or make_report()
    at = report.text.index(trigger)
    start = report.text.rfind(". ", 0, at) + 2 if ". " in report.text[:at] else 0
    end = report.text.find(".", at) + 1 or len(report.text)
    quote = report.text[start:end]
    values: dict[str, Any] = {
        "id": content_id(report.id, start, end, trigger, str(sorted(fields.items(), key=str))),
        "report_id": report.id,
        "title": report.title,
        "published": report.published,
        "url": report.url,
        "start": start,
        "end": end,
        "quote": quote,
        "sentence": quote,
        "sentence_start": start,
        "trigger": Span(at, at + len(trigger), trigger),
        "actor": (),
        "recipient": (),
        "type": "REJECT",
        "mode": None,
        "quad": "verbal conflict",
        "score": -2.0,
        "contexts": ("diplomatic",),
        "status": "happened",
        "theme": None,
        "certainty": None,
        "when": When("on Monday", "2013-07-01", "2013-07-01", "stated"),
        "where": None,
        "says": None,
        "confidence": 0.8,
        "coder": "builtin",
        "reasons": ("the verb 'reject' tells a REJECT",),
        "report_given_id": report.given_id,
        "report_source": report.source,
        "report_author": report.author,
        "report_path": report.path,
    }
    if report.text == TEXT:
        values["actor"] = (make_party(TEXT, "Ruritania", "RUR"),)
        values["recipient"] = (make_party(TEXT, "Freedonia", "FRE"),)
    return EventMention(**(values | fields))


def make_coding(report: Report | None = None, mentions: tuple[EventMention, ...] | None = None) -> Coding:
    """A coding of `report` with its default mention and one passed-over clause."""
    report = report or make_report()
    found = (make_mention(report),) if mentions is None else mentions
    passed = PassedOver(report.id, 0, 9, report.text[:9], None, "no trigger word")
    return Coding(report, found, (passed,))


def make_event(mention: EventMention, **fields: Any) -> Event:
    """The event that `mention` alone tells; any field by name."""
    same = ("type", "mode", "quad", "score", "status", "when", "where")
    values: dict[str, Any] = {name: getattr(mention, name) for name in same}
    for side in ("actor", "recipient"):
        parties = getattr(mention, side)
        values[side] = tuple(Participant(p.code, p.name or p.text, p.kind, 1) for p in parties)
    values |= {
        "id": content_id("event", mention.id), "history": (), "lead": mention.id, "mentions": (mention.id,),
        "outlets": (Outlet((mention.report_source or mention.report_id,), (mention.report_id,)),),
        "contradictions": (), "links": (),
    }  # fmt: skip
    return Event(**(values | fields))


def make_told(theme: EventMention | None = None, inside: bool = False, **fields: Any) -> ToldEvent:
    """An event told by one mention, whose fields are given by name; its quad and score are the act's."""
    ontology = load_ontology()
    if "type" in fields:
        act = ontology.types[fields["type"]]
        fields = {"quad": act.quad, "score": ontology.score(act.name, fields.get("mode"))} | fields
    mention = make_mention(**fields)
    return ToldEvent(make_event(mention), (mention,), theme, inside)
