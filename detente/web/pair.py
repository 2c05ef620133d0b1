"""The page of a pair: its timeline with turns, its events, and the evidence of the one that is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from detente.draw import (
    Band,
    Cell,
    Dot,
    Point,
    Side,
    draw_bins,
    draw_marker,
    draw_timeline,
    find_span,
    parse_day,
)
from detente.records import STATUSES, Event
from detente.report.wording import (
    count_things,
    format_day,
    format_span,
    format_when,
    name_act,
    name_state,
    shorten,
)
from detente.store import Browser, EventRow
from detente.turns import DatedEvent, Turn, Turns
from detente.web.evidence import Evidence, describe_verdict, find_alike, list_acts, name_sides, view_evidence
from detente.web.library import Library
from detente.web.narrowing import list_chips, list_filters, read_rows, select_rows
from detente.web.rendering import link, render
from detente.web.state import PairState, read_state, zoom
from detente.web.threads import view_lines

MOST_MARKERS = 400  # events up to which each has a marker of its own
ON_A_PAGE = 30
SIZE = (880, 350)
SAVED = (
    ("CSV", "csv"), ("Parquet", "parquet"), ("NDJSON", "ndjson"), ("GeoJSON", "geojson"),
    ("TimelineJS", "timelinejs"), ("calendar", "ical"), ("GDELT", "gdelt"), ("POLECAT", "polecat"),
)  # fmt: skip
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An event in the list."""

    event: Event
    day: str
    sides: str
    act: str
    quote: str
    marker: Markup
    href: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn in words; `href` shows the days around it."""

    name: str
    days: str
    change: str
    side: str
    reasons: tuple[str, ...]
    carriers: tuple[Line, ...]
    before: tuple[Line, ...]
    href: str


@router.get("/pair")
def show_pair(request: Request) -> HTMLResponse:
    """The page of a pair."""
    state = read_state(request.query_params)
    library: Library = request.app.state.library
    with library.open() as store:
        values = view_pair(library, store, state)
    return render(request, "pair.html", **values)


def view_pair(library: Library, store: Browser, state: PairState) -> dict[str, Any]:
    """What the template shows of a pair."""
    names = name_key(store, state.a), name_key(store, state.b)
    everything = read_rows(library, store, (state.a, state.b))
    rows = select_rows(library, store, state)
    found = library.find_turns((state.a, state.b))
    return {
        "state": state, "names": names, "everything": len(everything), "summary": summarise(rows),
        "filters": list_filters(library, store, state, names), "chips": list_chips(state, names),
        "threads": view_lines(store.pair_threads((state.a, state.b))),
        "predictions": link("/predictions", a=state.a, b=state.b),
        "exports": list_exports(state),
        **_view_chart(library, everything, rows, state, names, found),
        **_view_turns(store, state, found),
        **_view_list(store, rows, state),
        **_view_evidence(store, everything, state),
    }  # fmt: skip


def _view_chart(
    library: Library, everything: Sequence[EventRow], rows: Sequence[EventRow], state: PairState,
    names: tuple[str, str], found: Turns | None,
) -> dict[str, Any]:  # fmt: skip
    bulk = library.keep(("bulk", state.a, state.b), lambda: find_bulk(everything))
    span = choose_span(bulk, state)
    drawn = [row for row in rows if span and _overlaps(row, span)]
    return {
        "span": span, "days": format_span(*map(parse_day, span)) if span else "",
        "zooms": list_zooms(state, span) if span else [],
        "picture": draw_pair(drawn, state, names, span, found) if span else None,
        "binned": is_binned(drawn), "outside": sum(bool(row.day) for row in rows) - len(drawn),
        "undated": sum(not row.day for row in rows), "whole": show_whole(rows, state),
    }  # fmt: skip


def _view_turns(store: Browser, state: PairState, found: Turns | None) -> dict[str, Any]:
    return {
        "turns": [_view_turn(store, turn, state) for turn in found] if found else [],
        "searching": found is None, "abstained": found.abstained if found else (),
    }  # fmt: skip


def _view_list(store: Browser, rows: Sequence[EventRow], state: PairState) -> dict[str, Any]:
    return {
        "shown": len(rows), "lines": list_lines(store, rows, state), "pages": -(-len(rows) // ON_A_PAGE),
        "urls": lambda page: state.url(page=page, done="") + "#list-title",
    }  # fmt: skip


def _view_evidence(store: Browser, everything: Sequence[EventRow], state: PairState) -> dict[str, Any]:
    event = store.event_of(state.event) if state.event else None
    done = next((j for j in store.judgements() if j.id == state.done), None)
    return {
        "evidence": open_evidence(store, event, everything), "lost": bool(state.event) and event is None,
        "acts": list_acts(), "done": done and (done, describe_verdict(done)),
        "back": state.url(done="") + "#evidence",
    }  # fmt: skip


def list_exports(state: PairState) -> list[tuple[str, str]]:
    """Ways to save what is shown, as (words, address); the other formats of EXPORTS have addresses alike."""
    bare = replace(state, event="", page=1, done="")
    found = [(words, f"{bare.url('/export/events')}&format={format_}") for words, format_ in SAVED]
    return [*found, ("SVG", bare.url("/export/chart.svg"))]


def name_key(store: Browser, key: str) -> str:
    """The name of a party by its code: the state's own, else the one it goes by most often."""
    return name_state(key) or store.name_of(key)


def find_bulk(rows: Sequence[EventRow]) -> tuple[str, str] | None:
    """The days of the bulk of events."""
    return find_span(day for row in rows for day in (row.day, row.last_day) if day)


def choose_span(bulk: tuple[str, str] | None, state: PairState) -> tuple[str, str] | None:
    """The ends of the axis: as the state has them, else those of the bulk of the pair's events."""
    if bulk is None:
        return None
    first, last = state.since or bulk[0], state.until or bulk[1]
    return (first, last) if first <= last else (last, first)


def show_whole(rows: Sequence[EventRow], state: PairState) -> str:
    """The address that shows all days on which there is an event."""
    days = [day for row in rows for day in (row.day, row.last_day) if day]
    return state.url(since=min(days), until=max(days), page=1, done="") if days else state.url()


def summarise(rows: Sequence[EventRow]) -> str:
    """How many events, on which side of the line, with which status."""
    up, down = sum(row.score > 0 for row in rows), sum(row.score < 0 for row in rows)
    statuses = Counter(row.status for row in rows)
    told = ", ".join(f"{statuses[s]:,} {s}" for s in STATUSES if statuses[s])
    level = len(rows) - up - down
    neither = f", {level:,} neither" if level else ""
    found = f"{count_things(len(rows), 'event')}: {up:,} of cooperation, {down:,} of conflict{neither}"
    return f"{found}; {told}." if rows else "No event."


def is_binned(rows: Sequence[EventRow]) -> bool:
    """Whether there are too many events for markers."""
    return len(rows) > MOST_MARKERS


def draw_pair(
    rows: Sequence[EventRow],
    state: PairState,
    names: tuple[str, str],
    span: tuple[str, str],
    found: Turns | None,
) -> Markup:
    """The timeline: a marker for each event, or squares that count them."""
    dated = [row for row in rows if row.day and row.last_day]
    told: dict[str, Any] = {
        "title": f"{names[0]} and {names[1]}: events over time", "desc": summarise(rows), "span": span,
        "size": SIZE, "bands": [_band(turn) for turn in found] if found else [],
    }  # fmt: skip
    if not is_binned(rows):
        return draw_timeline([_point(row, state, names) for row in dated], one_stop=True, **told)

    here = state.url(since="", until="", page=1, event="", done="")

    def open_cell(cell: Cell) -> str:
        return f"{here}&since={cell.first}&until={cell.last}"

    dots = (
        Dot(row.day, row.last_day, row.score, row.status == "happened")
        for row in dated
        if row.day and row.last_day
    )
    return draw_bins(dots, link=open_cell, **told)


def _point(row: EventRow, state: PairState, names: tuple[str, str]) -> Point:
    ways = {"first": "{0} → {1}", "second": "{1} → {0}", "both": "{0} and {1}"}
    who = ways[row.acts].format(*names)
    label = f"{_name_days(row)}. {who}: {name_act(row.type, row.mode)} ({row.status})"
    if row.mentions > 1:
        label += (
            f". {count_things(row.mentions, 'mention')}, {count_things(row.outlets, 'independent outlet')}"
        )
    chosen = row.id == state.event
    return Point(row.day, row.last_day, row.score, row.status, row.acts, label, state.show(row.id), chosen)


def _name_days(row: EventRow) -> str:
    days = [parse_day(day) for day in (row.day, row.last_day) if day]
    return format_span(days[0], days[-1]) if days else "no date"


def _overlaps(row: EventRow, span: tuple[str, str]) -> bool:
    return bool(row.day and row.last_day and row.last_day >= span[0] and row.day <= span[1])


def _band(turn: Turn) -> Band:
    way = "better" if turn.difference > 0 else "worse"
    return Band(turn.earliest, turn.latest, turn.day, turn.difference, f"turn for the {way}")


def list_zooms(state: PairState, span: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Ways to other days, as (words, key, address)."""
    ways = (
        ("Zoom in", "+", 0.5, 0.0),
        ("Zoom out", "−", 2.0, 0.0),
        ("Earlier", "", 1.0, -0.5),
        ("Later", "", 1.0, 0.5),
    )
    found = []
    for words, key, factor, shift in ways:
        since, until = zoom(span, factor, shift)
        found.append((words, key, state.url(since=since, until=until, page=1, done="")))
    return [*found, ("All days", "0", state.url(since="", until="", page=1, done=""))]


def list_lines(store: Browser, rows: Sequence[EventRow], state: PairState) -> list[Line]:
    """The events of the page that is asked for."""
    at = (state.page - 1) * ON_A_PAGE
    page = {row.id: row for row in rows[at : at + ON_A_PAGE]}
    return [
        view_line(event, quote, state.show(event.id), page[event.id].acts, event.id == state.event)
        for event, quote in store.read_events(list(page))
    ]


def view_line(event: Event, quote: str, href: str, acts: Side = "first", is_open: bool = False) -> Line:
    """An event in the list, in words."""
    return Line(
        event=event,
        day=format_when(event.when),
        sides=name_sides(event),
        act=name_act(event.type, event.mode),
        quote=shorten(quote, 220),
        marker=draw_marker(event.status, acts, event.score),
        href=href,
        is_open=is_open,
    )


def open_evidence(store: Browser, event: Event | None, rows: Iterable[EventRow]) -> Evidence | None:
    """The evidence of the event that is open, among the pair's `rows`."""
    return view_evidence(store, event, find_alike(store, event, rows)) if event else None


def _view_turn(store: Browser, turn: Turn, state: PairState) -> TurnView:
    first, last = parse_day(turn.earliest), parse_day(turn.latest)
    since, until = zoom((turn.earliest, turn.latest), 1.0)
    wide = zoom((since, until), max(2.0, 180 / max((parse_day(until) - parse_day(since)).days, 1)))
    return TurnView(
        name=format_day(parse_day(turn.day)),
        days=format_span(first, last),
        change=f"{turn.before:+.1f} → {turn.after:+.1f}".replace("-", "−"),
        side="up" if turn.difference > 0 else "down",
        reasons=turn.reasons,
        carriers=tuple(_lines_of([c.event for c in turn.carried_by], store, state)),
        before=tuple(_lines_of(turn.went_before, store, state)),
        href=state.url(since=wide[0], until=wide[1], page=1, done=""),
    )


def _lines_of(events: Iterable[DatedEvent], store: Browser, state: PairState) -> list[Line]:
    ids = [str(event.extra["id"]) for event in events]
    return [view_line(event, quote, state.show(event.id)) for event, quote in store.read_events(ids)]
