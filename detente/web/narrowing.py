"""What narrows a pair's events: those that fit, and what can be chosen of each filter.

All of a pair's events, and how each mention tells them, are read once until the store changes, and narrowed
here; only words are looked for in the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from detente.draw import draw_marker
from detente.records import STATUSES
from detente.report.wording import load_words, name_act, name_state
from detente.store import Browser, EventFilter, EventRow
from detente.store.browsing import OWN_VOICE, Telling
from detente.web.library import Library
from detente.web.state import PairState

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, as words, with the number of the pair's events that have it."""

    value: str
    words: str
    number: int
    marker: Markup


def read_rows(library: Library, store: Browser, between: Pair) -> list[EventRow]:
    """All events of a pair, by day."""
    return library.keep(("rows", between), lambda: store.pair_events(EventFilter(between=between)))


def select_rows(library: Library, store: Browser, state: PairState) -> list[EventRow]:
    """The events that a view shows, by day."""
    rows = [row for row in read_rows(library, store, (state.a, state.b)) if state.fits(row)]
    wanted = _list_conditions(store, state)
    if not wanted:
        return rows
    tellings = _read_tellings(library, store, (state.a, state.b))
    told = set.intersection(*({t.event for t in tellings if fits(t)} for fits in wanted))
    return [row for row in rows if row.id in told]


def _read_tellings(library: Library, store: Browser, between: Pair) -> list[Telling]:
    return library.keep(("tellings", between), lambda: store.pair_tellings(between))


def _list_conditions(store: Browser, state: PairState) -> list[Callable[[Telling], bool]]:
    """The conditions of which each must hold of one of an event's mentions."""
    wanted: list[Callable[[Telling], bool]] = []
    if state.says == OWN_VOICE:
        wanted.append(lambda t: t.says[0] is None)
    elif state.says:
        wanted.append(lambda t: any((one or "").casefold() == state.says.casefold() for one in t.says))
    if state.sure:
        wanted.append(lambda t: 100 * t.confidence >= state.sure)
    if state.search:
        found = store.find_quotes(state.search)
        wanted.append(lambda t: t.number in found)
    return wanted


def list_filters(library: Library, store: Browser, state: PairState, names: Pair) -> dict[str, list[Choice]]:
    """What can be chosen of each filter, with the numbers of all the pair's events."""
    between = state.a, state.b
    rows = read_rows(library, store, between)
    tellings = _read_tellings(library, store, between)
    return library.keep(("filters", between), lambda: _count_choices(rows, tellings, names))


def _count_choices(
    rows: Sequence[EventRow], tellings: Sequence[Telling], names: Pair
) -> dict[str, list[Choice]]:
    told = {(t.event, t.says[0] or OWN_VOICE) for t in tellings}
    counts: dict[str, Counter[str]] = {
        "status": Counter(r.status for r in rows), "type": Counter(r.type for r in rows),
        "mode": Counter(f"{r.type}-{r.mode}" for r in rows if r.mode), "acts": Counter(r.acts for r in rows),
        "place": Counter(place for r in rows for place in {r.place, r.country} if place),
        "says": Counter(kind for _, kind in told),
    }  # fmt: skip
    return {
        name: [_choice(name, value, number, names) for value, number in _rank(name, counted)]
        for name, counted in counts.items()
    }


def _rank(name: str, counted: Counter[str]) -> list[tuple[str, int]]:
    if name == "status":
        return [(status, counted[status]) for status in STATUSES if counted[status]]
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _choice(name: str, value: str, number: int, names: tuple[str, str]) -> Choice:
    bare = value.partition("-")[2] if name == "mode" else value
    marker = draw_marker(value) if name == "status" else Markup("")
    return Choice(bare, name_value(name, value, names), number, marker)


def name_value(name: str, value: str, names: tuple[str, str]) -> str:
    """A value of a filter in words."""
    words = load_words()
    if name == "type":
        return name_act(value, None)
    if name == "mode":
        type_, _, mode = value.partition("-")
        return name_act(type_, mode)
    if name == "acts":
        return {"first": f"{names[0]} acts", "second": f"{names[1]} acts", "both": "both act"}[value]
    if name == "says":
        return "the report itself" if value == OWN_VOICE else str(words["says"].get(value, value))
    if name == "place":
        return name_state(value) or value
    return value


def list_chips(state: PairState, names: tuple[str, str]) -> list[tuple[str, str]]:
    """The conditions in force, as (words, address without it)."""
    chips = []
    for name in ("status", "type", "acts", "says", "place"):
        held = getattr(state, name)
        for value in held if isinstance(held, tuple) else (held,) if held else ():
            chips.append((name_value(name, value, names), state.without(name, value)))
    chips += [(value, state.without("mode", value)) for value in state.mode]
    if state.sure:
        chips.append((f"confidence {state.sure} % or more", state.without("sure", state.sure)))
    if state.search:
        chips.append((f"“{state.search}”", state.without("search", state.search)))
    return chips
