"""The first page: where most happened lately; and the search over quotes and parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from detente.draw import draw_spark, find_span, parse_day
from detente.report.wording import format_day, format_month, format_span
from detente.store import Browser, EventFilter
from detente.store.browsing import Known, Movement
from detente.web.library import Library
from detente.web.pair import Line, name_key, view_line
from detente.web.rendering import link, render
from detente.web.state import read_number
from detente.web.threads import list_open

WINDOWS = {"30": "30 days", "90": "90 days", "365": "a year", "1826": "five years", "": "all time"}
ENOUGH, LIVELY = 6, 3  # pairs, and events of each, for which the shortest window is chosen
MOST_PAIRS = 18
MOST_THREADS = 5
MOST_BARS = 60  # months of a small series
ON_A_PAGE = 20
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class PairCard:
    """A pair on the first page."""

    names: tuple[str, str]
    href: str
    events: int
    net: float
    last: str
    spark: Markup
    turn: str
    turn_side: str
    searching: bool


@router.get("/")
def show_home(request: Request) -> HTMLResponse:
    """The pairs between which most happened lately."""
    library: Library = request.app.state.library
    asked = request.query_params.get("window")
    with library.open() as store:
        counts = library.keep("counts", store.counts)
        last = store.last_day()
        window, moved = library.keep(("moved", asked), lambda: _find_moved(store, last, asked))
        threads = library.keep("open threads", lambda: list_open(store, MOST_THREADS))
        cards = [_view_card(library, store, movement, last or "") for movement in moved]
    since = _start(last, window) if last else ""
    return render(
        request, "home.html", counts=counts, cards=cards, window=window, windows=WINDOWS, last=last,
        threads=threads,
        days=format_span(parse_day(since), parse_day(last)) if last and window else "",
    )  # fmt: skip


@router.get("/search")
def show_search(request: Request) -> HTMLResponse:
    """Parties and quotes that hold some words."""
    library: Library = request.app.state.library
    words = request.query_params.get("q", "").strip()
    page = max(read_number(request.query_params, "page", 1), 1)
    parties: list[tuple[Known, list[tuple[str, str, int]]]] = []
    lines: list[Line] = []
    total = 0
    if words:
        with library.open() as store:
            parties = [(known, _list_partners(store, known)) for known in store.find_parties(words, 6)]
            chosen = EventFilter(search=words)
            total = store.count_events(chosen)
            found = store.list_events(chosen, ON_A_PAGE, (page - 1) * ON_A_PAGE)
            lines = [view_line(event, quote, link(f"/event/{event.id}")) for event, quote in found]
    return render(
        request, "search.html", words=words, parties=parties, lines=lines, total=total, page=page,
        pages=-(-total // ON_A_PAGE), urls=lambda page: link("/search", q=words, page=page),
    )  # fmt: skip


def _find_moved(store: Browser, last: str | None, asked: str | None) -> tuple[str, list[Movement]]:
    """The window that was asked for, or the shortest in which enough pairs moved, and those pairs."""
    if last is None:
        return "", []
    for window in [asked] if asked in WINDOWS else WINDOWS:
        found = store.movements(_start(last, window or ""), last, MOST_PAIRS)
        lively = sum(movement.events >= LIVELY for movement in found)
        if lively >= ENOUGH or window == "" or asked in WINDOWS:
            return window or "", found
    return "", []


def _start(last: str, window: str) -> str:
    """The first day of a window that ends on `last`."""
    if not window:
        return "0001-01-01"
    day = parse_day(last)
    return (day - min(timedelta(days=int(window)), day - parse_day("0001-01-01"))).isoformat()


def _view_card(library: Library, store: Browser, movement: Movement, until: str) -> PairCard:
    found = library.find_turns(movement.keys, patience=0)
    turn = found.turns[-1] if found and found.turns else None
    names = name_key(store, movement.keys[0]), name_key(store, movement.keys[1])
    months = library.keep(("months", movement.keys), lambda: store.pair_months(movement.keys))
    return PairCard(
        names=names,
        href=link("/pair", a=movement.keys[0], b=movement.keys[1]),
        events=movement.events,
        net=movement.net,
        last=format_day(parse_day(movement.last)),
        spark=_draw_months([m for m in months if m[0] <= until[:7]], names),
        turn=format_day(parse_day(turn.day)) if turn else "",
        turn_side=("up" if turn.difference > 0 else "down") if turn else "",
        searching=found is None,
    )


def _draw_months(months: list[tuple[str, float, float]], names: tuple[str, str]) -> Markup:
    """The bulk of the months up to the last in which something happened; empty ones too."""
    span = find_span(f"{month}-01" for month, _, _ in months)
    if span is None:
        return draw_spark([], "nothing happened")
    held = {month: (up, down) for month, up, down in months}
    first, last = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in span)
    every = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(max(first, last - MOST_BARS + 1), last + 1)]
    ends = f"{format_month(every[0])} to {format_month(every[-1])}"
    return draw_spark(
        [held.get(m, (0.0, 0.0)) for m in every], f"{names[0]} and {names[1]}, {ends}, by month"
    )


def _list_partners(store: Browser, known: Known) -> list[tuple[str, str, int]]:
    partners = store.partners_of(known.key, 8)
    return [(name_key(store, p.key), link("/pair", a=known.key, b=p.key), p.events) for p in partners]
