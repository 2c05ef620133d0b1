"""Reports: the list of them, and each as a whole with all that was found in it marked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from detente.draw import draw_marker, parse_day
from detente.records import Coding, EventMention, Report
from detente.report.marking import Mark, cut_text
from detente.report.wording import describe_act, describe_says, format_day, format_when, shorten
from detente.web.evidence import mark_mention, name_parties
from detente.web.library import Library
from detente.web.rendering import link, render
from detente.web.state import read_number

ON_A_PAGE = 50
SWITCHES = (
    ("act", "acts"), ("actor", "who acts"), ("recipient", "towards whom"), ("speaker", "who says so"),
    ("date", "days"), ("place", "places"), ("passed", "passed over"), ("skipped", "not its text"),
)  # fmt: skip
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of the text with its marks; `ids` are anchors, `notes` say what was found or passed over."""

    text: str
    marks: tuple[str, ...]
    ids: tuple[str, ...]
    href: str
    notes: str


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in the list beside the text."""

    mention: EventMention
    words: str
    day: str
    says: str
    marker: Markup


@router.get("/reports")
def list_reports(request: Request) -> HTMLResponse:
    """The reports of the store, the last published first."""
    library: Library = request.app.state.library
    page = max(read_number(request.query_params, "page", 1), 1)
    with library.open() as store:
        total = store.counts().reports
        found = store.page_reports(ON_A_PAGE, (page - 1) * ON_A_PAGE)
        rows = [(report, name_report(report), name_day(report), mentions) for report, mentions in found]
    return render(
        request, "reports.html", rows=rows, total=total, page=page, pages=-(-total // ON_A_PAGE),
        urls=lambda n: link("/reports", page=n),
    )  # fmt: skip


@router.get("/report/{report_id}")
def show_report(request: Request, report_id: str) -> HTMLResponse:
    """A report as a whole."""
    library: Library = request.app.state.library
    with library.open() as store:
        coding = store.coding_of(report_id)
    return render(request, "report.html", keep=None, **view_coding(coding))


def view_coding(coding: Coding, stored: bool = True) -> dict[str, Any]:
    """What the template shows of a report; where it isn't `stored`, its acts lead to no page of their own."""
    report = coding.report
    web = report.url if report.url and urlsplit(report.url).scheme in ("http", "https") else None
    reasons: dict[str, list[str]] = defaultdict(list)
    for passed in sorted(coding.passed_over, key=lambda p: p.start):
        reasons[passed.reason].append(shorten(passed.quote, 200))
    mentions = sorted(coding.mentions, key=lambda m: m.trigger.start)
    return {
        "report": report, "name": name_report(report), "day": name_day(report), "web": web,
        "stretches": cut_report(coding, stored), "found": list(map(_view_found, mentions)),
        "reasons": sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])), "switches": SWITCHES,
    }  # fmt: skip


def name_report(report: Report) -> str:
    """Its title, else the first of its names, else its first words."""
    return shorten(report.title or report.given_id or report.path or report.text, 120)


def name_day(report: Report) -> str:
    """Its day of publication in words."""
    return format_day(parse_day(report.published)) if report.published else "no date of publication"


def cut_report(coding: Coding, stored: bool) -> list[Stretch]:
    """The whole text in stretches: all that was found in it, passed over, or is not its text."""
    text = coding.report.text
    spans: list[Mark] = [("passed", p.start, p.end) for p in coding.passed_over]
    spans += [("skipped", s.start, s.end) for s in coding.report.skipped]
    anchors: dict[int, list[str]] = defaultdict(list)
    acts: dict[tuple[int, int], list[EventMention]] = defaultdict(list)
    for mention in coding.mentions:
        spans += mark_mention(mention, text)
        anchors[mention.trigger.start].append(f"m-{mention.id}")
        acts[mention.trigger.start, mention.trigger.end].append(mention)
    why = _collect_reasons(coding)
    unique = sorted({s for s in spans if 0 <= s[1] < s[2] <= len(text)}, key=lambda s: (s[1], -s[2], s[0]))
    stretches, at = [], 0
    for piece in cut_text(text, (0, len(text)), unique):
        end = at + len(piece.text)
        here = [m for (a, b), found in acts.items() if a <= at and end <= b for m in found]
        notes = [_tell(m) for m in here] or [reason for a, b, reason in why if a <= at and end <= b][:2]
        href = link(f"/event/{here[0].id}") if here and stored else ""
        stretches.append(
            Stretch(piece.text, _drop_weak(piece.marks), tuple(anchors.get(at, ())), href, "; ".join(notes))
        )
        at = end
    return stretches


def _drop_weak(marks: tuple[str, ...]) -> tuple[str, ...]:
    """The marks without 'passed' where something was found."""
    return tuple(mark for mark in marks if mark != "passed") or marks


def _collect_reasons(coding: Coding) -> list[tuple[int, int, str]]:
    passed = [(p.start, p.end, f"passed over: {p.reason}") for p in coding.passed_over]
    return passed + [(s.start, s.end, f"not its text: {s.reason}") for s in coding.report.skipped]


def _tell(mention: EventMention) -> str:
    act = f"{describe_act(mention)} ({mention.status})"
    return f"{name_parties(mention, coded=False)}: {act}, {format_when(mention.when)}"


def _view_found(mention: EventMention) -> Found:
    words = f"{name_parties(mention, coded=False)}: {describe_act(mention)}"
    marker = draw_marker(mention.status, score=mention.score)
    return Found(mention, words, format_when(mention.when), describe_says(mention.says), marker)
