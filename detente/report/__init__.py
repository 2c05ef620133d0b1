"""Codings → one self-contained HTML page: relationships as timelines, a chronology with its evidence.

The page loads nothing and runs no script. Text from reports is untrusted: the template escapes all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from detente import __version__
from detente.checks import check_day, check_kind
from detente.draw import draw_marker
from detente.ledger import Forecast
from detente.records import Coding, Thread, ThreadStep
from detente.report.choosing import choose_pair
from detente.report.findings import Findings, make_findings, read_findings
from detente.report.logo import read_logo
from detente.report.marking import sample_pieces
from detente.report.predictions import view_forecast, view_ledger
from detente.report.threads import ThreadView, view_thread
from detente.report.turning import seek_turns
from detente.report.views import (
    count_facts,
    count_statuses,
    draw_symbols,
    group_months,
    group_undated,
    refer_marker,
    view_mentions,
    view_pairs,
    view_report,
)
from detente.report.wording import count_things, describe_score, format_day, name_state

__all__ = ["Findings", "make_findings", "make_report", "read_findings"]
MOST_LINKS = 12  # links in a note or a compact line
MOST_THREADS = 25
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def make_report(
    codings: Iterable[Coding] | Coding,
    title: str | None = None,
    made: str | date | None = None,
    *,
    findings: Findings | None = None,
    between: tuple[str, str] | None = None,
    logo: str | Path | None = None,
) -> str:
    """The codings as one HTML page that needs no network and no script.

    `title` heads the page; `made` is the day (a date, or ISO 8601) that it gives as its own, or today.
    `codings` are what `code_reports` or `Store.codings` give, or one that `code_report` gave. With no
    codings, or none with a mention, the page says so. The same input gives the same page. `findings`, which
    `read_findings` takes from a store and `make_findings` makes of codings, add turns, negotiations and
    predictions. `between` are two parties (codes or names) that the page is about; `logo` is a picture's file
    for its head. Raises UsageError where `made` or a day in a record isn't ISO, for what are no codings, and
    where nothing stands between the two; InputError for what is no logo.
    """
    day = check_day(made, "made")
    found = sorted(_drop_repeats(codings), key=_age)
    findings = findings or Findings()
    if between:
        found, findings = choose_pair(found, findings, between)
        title = title or " – ".join(name_state(key.upper()) or key for key in between)
    reports = [view_report(coding, number) for number, coding in enumerate(found, 1)]
    entries = view_mentions(found, reports)
    pairs = view_pairs(entries, lambda pair: seek_turns(findings.events, pair) if findings.events else ())
    page = _environment().get_template("report.html").render(
        title=title or "Who did what to whom",
        logo=read_logo(logo) if logo else None,
        version=__version__,
        made=format_day(date.fromisoformat(day) if day else date.today()),
        facts=count_facts(found),
        statuses=count_statuses(entries),
        between=between,
        drawn=[pair for pair in pairs if pair.picture][: 1 if between else None],
        listed=[pair for pair in pairs if not pair.picture],
        threads=_view_threads(findings.threads, found),
        ledger=view_ledger(findings.ledger),
        predictions=[view_forecast(entry, _link_forecast(found)) for entry in findings.ledger],
        months=group_months(entries),
        undated=group_undated(entries),
        reports=reports,
        targets={entry.mention.id: entry for entry in entries},
        sample=sample_pieces(),
        symbols=draw_symbols(),
        refer=refer_marker,
        marker=draw_marker,
        most_links=MOST_LINKS,
        count=count_things,
        score=describe_score,
    )  # fmt: skip
    return UNPRINTABLE.sub("\ufffd", page.replace("&#39;", "'"))  # no attribute stands in single quotes


def _view_threads(threads: Sequence[Thread], codings: Sequence[Coding]) -> list[ThreadView]:
    """The longest threads, in order of their days; those of a few steps aren't worth a picture."""
    mentions = {mention.id: mention for coding in codings for mention in coding}
    reports = {coding.report.id: coding.report for coding in codings}
    ranked = sorted(threads, key=lambda thread: -len(thread.steps))[:MOST_THREADS]
    chosen = {thread.id for thread in ranked}

    def link(step: ThreadStep) -> str | None:
        return f"#m-{step.mention}" if step.mention in mentions else None

    return [
        view_thread(thread, mentions, reports, link, f"t-{number}")
        for number, thread in enumerate((t for t in threads if t.id in chosen), 1)
    ]


def _link_forecast(codings: Sequence[Coding]) -> Callable[[Forecast], str | None]:
    mentions = {mention.id for coding in codings for mention in coding}
    anchors = {coding.report.id: f"#r-{number}" for number, coding in enumerate(codings, 1)}
    return lambda f: f"#m-{f.mention}" if f.mention in mentions else anchors.get(f.report_id)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("detente", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _drop_repeats(codings: Iterable[Coding] | Coding) -> Iterator[Coding]:
    """The codings without what came before: a mention, and a report, stands once on the page."""
    seen: set[str] = set()
    for coding in [codings] if isinstance(codings, Coding) else codings:
        check_kind(coding, Coding, "make_report", "Code the reports first, with code_report or code_reports")
        fresh = tuple({m.id: m for m in coding if m.id not in seen}.values())
        if fresh or coding.report.id not in seen:
            seen |= {coding.report.id, *(m.id for m in fresh)}
            yield Coding(coding.report, fresh, coding.passed_over)


def _age(coding: Coding) -> tuple[bool, str, str, str]:
    report = coding.report
    return (report.published is None, report.published or "", report.title or "", report.id)
