"""The map: where events took place, in days that a slider chooses."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from math import isfinite
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from detente.draw import Spot, View, draw_map, fit_view, move_view, parse_day
from detente.errors import UsageError
from detente.report.wording import count_things, describe_score, format_month, format_span, name_state
from detente.store import Browser, EventFilter, PlaceCount
from detente.web.library import Library
from detente.web.pair import view_line
from detente.web.rendering import link, render
from detente.web.state import read_number

MONTHS = {"1": "one month", "3": "three months", "12": "a year", "60": "five years", "": "all time"}
MOST_LINES = 60
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class MapState:
    """What a map shows: `months` of time up to the month `at` (counted from the year 0), one `place`, one
    `party`, what `happened` only; and which part of the world, '' for that of all places.
    """

    at: int = 0
    months: str = ""
    place: str = ""
    party: str = ""
    happened: str = ""
    view: str = ""

    def url(self, **changes: Any) -> str:
        """The address of this map with `changes`."""
        return link("/map", **{k: v for k, v in asdict(replace(self, **changes)).items() if v})


@router.get("/map")
def show_map(request: Request) -> HTMLResponse:
    """The map."""
    state = read_map_state(request.query_params)
    library: Library = request.app.state.library
    with library.open() as store:
        values = view_map(store, state)
    return render(request, "map.html", **values)


def read_map_state(params: QueryParams) -> MapState:
    """The state in an address. Raises UsageError where it can't be meant."""
    months = params.get("months", "")
    if months not in MONTHS:
        raise UsageError(f"months={months!r}", "is not known", f"Use {', '.join(filter(None, MONTHS))}")
    return MapState(
        at=read_number(params, "at", 0), months=months, place=params.get("place", ""),
        party=params.get("party", "").strip(), happened="1" if params.get("happened") else "",
        view=params.get("view", ""),
    )  # fmt: skip


def view_map(store: Browser, state: MapState) -> dict[str, Any]:
    """What the template shows of a map."""
    whole = store.span_of_places()
    first, last = (_month_of(day) for day in whole) if whole else (0, 0)
    state = replace(state, at=min(max(state.at or last, first), last))
    since, until = _choose_days(state, whole)
    party = store.find_parties(state.party, 1) if state.party else []
    chosen = EventFilter(
        since=since, until=until, status=("happened",) if state.happened else (),
        party=party[0].key if party else state.party,
    )  # fmt: skip
    places = store.places(chosen)
    spots = [_view_spot(place, state) for place in places]
    view = _read_view(state.view) or fit_view((spot.lon, spot.lat) for spot in spots)
    days = format_span(parse_day(since), parse_day(until)) if since else "no day known"
    events = sum(place.events for place in places)
    summary = f"{count_things(events, 'event')} with a place in {count_things(len(places), 'place')}, {days}"
    lines = []
    if state.place:
        found = store.list_events(replace(chosen, place=state.place), MOST_LINES)
        lines = [view_line(event, quote, link(f"/event/{event.id}")) for event, quote in found]
    return {
        "state": state, "first": first, "last": last, "month": name_month(state.at), "days": days,
        "months": MONTHS, "summary": summary, "places": places, "lines": lines, "spots": spots,
        "picture": draw_map(spots, view, title="Where events took place", desc=summary),
        "moves": _list_moves(state, view), "unknown": bool(state.party) and not party,
    }  # fmt: skip


def name_month(at: int) -> str:
    """A month counted from the year 0, in words."""
    return format_month(f"{at // 12:04}-{at % 12 + 1:02}") if at >= 12 else ""


def _month_of(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _choose_days(state: MapState, whole: tuple[str, str] | None) -> tuple[str, str]:
    """The first and last day of the months that are chosen."""
    if whole is None or not state.months:
        return whole or ("", "")
    after = state.at + 1
    start = max(after - int(state.months), 12)
    end = parse_day(f"{after // 12:04}-{after % 12 + 1:02}-01") - timedelta(days=1)
    return f"{start // 12:04}-{start % 12 + 1:02}-01", end.isoformat()


def _view_spot(place: PlaceCount, state: MapState) -> Spot:
    country = name_state(place.country) if place.country else None
    where = f"{place.name}, {country}" if country and country != place.name else place.name
    told = f"{where}: {count_things(place.events, 'event')}, {place.happened} happened"
    label = f"{told}, mean score {describe_score(round(place.score, 1))}"
    href = state.url(place=place.name) + "#events"
    return Spot(
        place.name, place.lat, place.lon, place.events, place.score, label, href, place.name == state.place
    )


def _read_view(words: str) -> View | None:
    """The view in an address; None where it holds no three finite numbers."""
    try:
        lon, lat, width = map(float, words.split(","))
    except ValueError:
        return None
    if not all(map(isfinite, (lon, lat, width))):
        return None
    return move_view(
        View(max(min(lon, 180.0), -180.0), max(min(lat, 90.0), -90.0), max(min(width, 360.0), 1.0))
    )


def _list_moves(state: MapState, view: View) -> list[tuple[str, str, str]]:
    """Ways to other parts of the world, as (words, key, address)."""
    ways: tuple[tuple[str, str, dict[str, float]], ...] = (
        ("Zoom in", "+", {"zoom": 0.5}), ("Zoom out", "-", {"zoom": 2.0}), ("West", "", {"east": -0.3}),
        ("East", "", {"east": 0.3}), ("North", "", {"north": 0.3}), ("South", "", {"north": -0.3}),
    )  # fmt: skip
    moved = [(words, key, move_view(view, **how)) for words, key, how in ways]
    found = [
        (words, key, state.url(view=f"{v.lon:.2f},{v.lat:.2f},{v.width:.2f}")) for words, key, v in moved
    ]
    return [*found, ("All places", "0", state.url(view="")), ("World", "", state.url(view="0,10,360"))]
