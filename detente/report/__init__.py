"""Codings → one self-contained HTML page: relationships as timelines, a chronology with its evidence.

The page loads nothing and runs no script. Text from reports is untrusted: the template escapes all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from detente import __version__
from detente.checks import check_day, check_kind
from detente.draw import draw_marker
from detente.records import Coding
from detente.report.marking import sample_pieces
from detente.report.views import (
    count_facts,
    count_statuses,
    group_months,
    group_undated,
    view_mentions,
    view_pairs,
    view_report,
)
from detente.report.wording import count_things, describe_score, format_day

MOST_LINKS = 12  # links in a note or a compact line
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def make_report(
    codings: Iterable[Coding] | Coding, title: str | None = None, made: str | date | None = None
) -> str:
    """The codings as one HTML page that needs no network and no script.

    `title` heads the page; `made` is the day (a date, or ISO 8601) that it gives as its own, or today.
    `codings` are what `code_reports` or `Store.codings` give, or one that `code_report` gave. With no
    codings, or none with a mention, the page says so. The same input gives the same page.
    Raises UsageError where `made` or a day in a record isn't ISO, and for what are no codings.
    """
    day = check_day(made, "made")
    found = sorted(_drop_repeats(codings), key=_age)
    reports = [view_report(coding, number) for number, coding in enumerate(found, 1)]
    entries = view_mentions(found, reports)
    pairs = view_pairs(entries)
    page = _environment().get_template("report.html").render(
        title=title or "Who did what to whom",
        version=__version__,
        made=format_day(date.fromisoformat(day) if day else date.today()),
        facts=count_facts(found),
        statuses=count_statuses(entries),
        drawn=[pair for pair in pairs if pair.picture],
        listed=[pair for pair in pairs if not pair.picture],
        months=group_months(entries),
        undated=group_undated(entries),
        reports=reports,
        targets={entry.mention.id: entry for entry in entries},
        sample=sample_pieces(),
        marker=draw_marker,
        most_links=MOST_LINKS,
        count=count_things,
        score=describe_score,
    )  # fmt: skip
    return UNPRINTABLE.sub("\ufffd", page)


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
