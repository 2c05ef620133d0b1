"""What a view of a pair shows, as its address tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from starlette.datastructures import QueryParams

from detente.draw import parse_day
from detente.errors import UsageError
from detente.ontology import load_ontology
from detente.records import STATUSES
from detente.store import EventRow
from detente.web.rendering import link

ACTS = ("first", "second", "both")
MOST_DIGITS = 10  # of a number in an address
NARROWING = ("status", "type", "mode", "acts", "says", "place", "sure", "search")


@dataclass(frozen=True, slots=True)
class PairState:
    """A view of a pair: the two parties, what is shown of them, and the event whose evidence is open.

    `since` and `until` are ISO days, the ends of the axis; `sure` is the least confidence in per cent; `done`
    is a judgement that was just made.
    """

    a: str
    b: str
    status: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    says: str = ""
    place: str = ""
    sure: int = 0
    search: str = ""
    since: str = ""
    until: str = ""
    event: str = ""
    page: int = 1
    done: str = ""

    def url(self, path: str = "/pair", **changes: Any) -> str:
        """The address of this view with `changes`; what is as by default is left out."""
        changed = replace(self, **changes)
        values = {field.name: getattr(changed, field.name) for field in fields(changed)}
        shown = {k: v for k, v in values.items() if v and (k, v) != ("page", 1)}
        return link(path, **shown)

    def show(self, event: str) -> str:
        """The address that opens an event's evidence."""
        return self.url(event=event, done="") + "#evidence"

    def without(self, name: str, value: str | int) -> str:
        """The address without one of the conditions."""
        held = getattr(self, name)
        rest = tuple(v for v in held if v != value) if isinstance(held, tuple) else type(held)()
        changes: dict[str, Any] = {"page": 1, "done": "", name: rest}
        return self.url(**changes)

    def clear(self) -> str:
        """The address with no condition."""
        return PairState(self.a, self.b, event=self.event).url()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the days narrows what is shown."""
        return any(getattr(self, name) for name in NARROWING)

    def fits(self, row: EventRow) -> bool:
        """Whether an event meets the conditions on itself, not on its mentions."""
        return (
            (not self.status or row.status in self.status)
            and (not self.type or row.type in self.type)
            and (not self.mode or row.mode in self.mode)
            and (not self.acts or row.acts in self.acts)
            and (not self.place or self.place in (row.place, row.country))
            and (not self.since or (row.last_day or "") >= self.since)
            and (not self.until or (bool(row.day) and (row.day or "") <= self.until))
        )


def read_state(params: QueryParams) -> PairState:
    """The state in an address. Raises UsageError where it can't be meant."""
    a, b = params.get("a", "").strip(), params.get("b", "").strip()
    if not a or not b or a == b:
        raise UsageError("this address", "names no two parties", "Choose a pair on the first page")
    ontology = load_ontology()
    modes = {mode for type_ in ontology.types.values() for mode in type_.modes}
    return PairState(
        a, b,
        status=_known(params, "status", STATUSES), type=_known(params, "type", ontology.types),
        mode=_known(params, "mode", modes), acts=_known(params, "acts", ACTS),
        says=params.get("says", ""), place=params.get("place", ""), search=params.get("search", "").strip(),
        sure=min(read_number(params, "sure", 0), 100), since=read_day(params, "since"),
        until=read_day(params, "until"), event=params.get("event", ""),
        page=max(read_number(params, "page", 1), 1), done=params.get("done", ""),
    )  # fmt: skip


def read_day(params: QueryParams, name: str) -> str:
    """An ISO day of an address, or ''. Raises UsageError for another word."""
    value = params.get(name, "").strip()
    return parse_day(value).isoformat() if value else ""


def read_number(params: QueryParams, name: str, default: int) -> int:
    """A whole number of an address. Raises UsageError for another word."""
    value = params.get(name, "").strip()
    if value and not value.isdecimal():
        raise UsageError(f"{name}={value!r}", "is no whole number", "Correct the address")
    if len(value) > MOST_DIGITS:
        raise UsageError(f"{name}={value[:20]}...", f"has over {MOST_DIGITS} digits", "Correct the address")
    return min(int(value), 10**9) if value else default


def _known(params: QueryParams, name: str, known: Iterable[str]) -> tuple[str, ...]:
    names = list(known)
    for value in params.getlist(name):
        if value and value not in names:
            raise UsageError(f"{name}={value!r}", "is not known", f"Use {', '.join(names)}")
    return tuple(dict.fromkeys(value for value in params.getlist(name) if value))


def zoom(span: tuple[str, str], factor: float, shift: float = 0.0) -> tuple[str, str]:
    """`factor` times as many days around the middle of `span`, moved by a share of their number."""
    first, last = (parse_day(day) for day in span)
    days = (last - first).days
    middle = first + timedelta(days=days / 2 + days * shift)
    half = timedelta(days=max(days * factor / 2, 3))
    lowest, highest = parse_day("0001-01-01"), parse_day("9999-12-31")
    low = middle - half if middle - lowest > half else lowest
    high = middle + half if highest - middle > half else highest
    return low.isoformat(), high.isoformat()
