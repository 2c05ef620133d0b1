"""How well forecasts are resolved apart from the coder: with predictions as marked and acts by hand.

`corpus/forecasts/acts.tsv` has the acts that the reports of the files for tuning tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from detente.errors import DataError
from detente.forecasts.measure import File, Gold, Tally, code_file, pair_up, resolve_file
from detente.ledger import Forecast
from detente.ontology import load_ontology
from detente.records import EventMention, Party, Report, Span, Status, When, content_id
from detente.tables import read_tsv
from detente.who.lookup import find_party

COLUMNS = ("file", "told", "words", "type", "actor", "recipient", "status", "earliest", "latest")


def read_acts(path: Path, files: Iterable[File]) -> dict[str, list[EventMention]]:
    """The acts written by hand, as mentions, by the name of their file. Raises DataError naming the line."""
    reports = {(f.name, r.published): r for f in files for r in f.reports}
    found: dict[str, list[EventMention]] = {}
    for number, row in read_tsv(path, COLUMNS):
        report = reports.get((row["file"], row["told"]))
        if report is None or row["words"] not in report.text:
            fault = f"no report of that day has the words {row['words']!r}"
            raise DataError(f"{path}:{number}", fault, "Copy them from the report")
        found.setdefault(row["file"], []).append(_make_mention(report, row))
    return found


def _make_mention(report: Report, row: Mapping[str, str]) -> EventMention:
    text, words = report.text, row["words"]
    at = text.index(words)
    start, end = text.rfind(". ", 0, at) + 1, text.find(".", at) + 1
    act = load_ontology().types[row["type"]]
    return EventMention(
        id=content_id(report.id, at, *row.values()), report_id=report.id, title=None,
        published=report.published, url=None, start=start, end=end, quote=text[start:end],
        sentence=text[start:end], sentence_start=start, trigger=Span(at, at + len(words), words),
        actor=_name(row["actor"].split(";")), recipient=_name(row["recipient"].split(";")),
        type=row["type"], mode=None, quad=act.quad, score=act.score, contexts=(),
        status=cast(Status, row["status"]), theme=None, certainty=None,
        when=When(None, row["earliest"], row["latest"], "stated"), where=None, says=None, confidence=1.0,
        coder="by hand", reasons=(), report_given_id=None, report_source=report.source, report_author=None,
        report_path=report.path,
    )  # fmt: skip


def _name(codes: Iterable[str], known: Iterable[Party] = ()) -> tuple[Party, ...]:
    """Parties with these codes: those known, else as the tables name them."""
    by_code = {p.code: p for p in known}
    return tuple(by_code.get(c) or _make_party(c) for c in codes if c)


def _make_party(code: str) -> Party:
    name = find_party(code)
    words = name.name if name else code
    return Party(words, 0, len(words), words, code, "state" if len(code) == 3 else "organisation")


def as_marked(gold: Gold, found: Forecast) -> Forecast:
    """A forecast with kind, parties, window and condition as they were marked."""
    known = (*found.actor, *found.recipient)
    words = gold.condition
    return replace(
        found, type=gold.type, happens=gold.happens, actor=_name(sorted(gold.actor), known),
        recipient=_name(sorted(gold.recipient), known), window=replace(found.window, latest=gold.by),
        condition=Span(found.start, found.start + len(words), words) if words else None,
    )  # fmt: skip


def measure_by_hand(files: Iterable[File], acts: Mapping[str, list[EventMention]]) -> tuple[Tally, Tally]:
    """Tallies of the same files with the predictions that are found as marked, and with acts by hand as well.

    The second look in the reports' words is taken in both.
    """
    marked, told = Tally(), Tally()
    for file in files:
        found, mentions = code_file(file)
        forecasts = [as_marked(g, f) for g, f in pair_up(file.predictions, found)]
        marked.add(file, forecasts, resolve_file(file, forecasts, mentions))
        told.add(file, forecasts, resolve_file(file, forecasts, acts.get(file.name, [])))
    return marked, told
