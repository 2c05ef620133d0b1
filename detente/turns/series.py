"""From any table of dated events to the series of one pair.

PLOVER's scores, like Goldstein's (1992) before them, put acts on one line from hostile to cooperative. Their
sum grows with the coverage, and lets many small courtesies outweigh a war; so each period also
has what is free of the volume, the mean (`tone`) and the balance. docs/method.md says more.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from detente.errors import InputError, UsageError
from detente.records import Coding, EventMention
from detente.turns.records import By, DatedEvent, Period, Series

if TYPE_CHECKING:
    import polars

    Events = polars.DataFrame | Iterable[Mapping[str, Any] | EventMention | Coding | DatedEvent]

NEEDED = ("date", "actor", "recipient", "score")
OWN = {*NEEDED, "earliest", "latest", "weight", "status"}
LONGEST = 31  # days, a judgement: what can't be dated more closely tells nothing about a turn
PERIODS: tuple[By, ...] = ("day", "week", "month")


def make_series(
    events: Events,
    pair: tuple[str, str],
    by: By = "day",
    directed: bool = False,
    since: str | None = None,
    until: str | None = None,
    missing: Iterable[str] = (),
) -> Series:
    """The series of what happened between two parties.

    `events` are mentions or codings of detente (those that happened), or any table, a polars frame or
    dicts, with the columns date, actor, recipient and score; actor and recipient are a name or code,
    several joined by ';', or a list. Of use where there are any: `weight` (default 1), `earliest` and
    `latest` (the days between which it took place), `status` (other than 'happened' is left out). Other
    columns are carried along. An event counts for the pair where one acts on the other or both act together
    on nobody else; in a `directed` one, where the first acts on the second. It counts once, on the
    middle day of its span. `since` and `until` are the first and last day (default: of the pair's
    events), `missing` days on which nothing was collected.

    Raises UsageError for a pair of one, an unknown `by` or a faulty day, InputError for a table that
    lacks a column or holds a row that can't be read.
    """
    one, two = _check_pair(pair)
    if by not in PERIODS:
        raise UsageError(f"by={by!r}", "is no period", f"Use {', '.join(PERIODS)}")
    first, last = _check_day(since), _check_day(until)
    passed: Counter[str] = Counter()
    mine: list[DatedEvent] = []
    others: list[DatedEvent] = []
    for event in read_events(events, passed):
        if (first and event.day < first) or (last and event.day > last):
            continue
        (mine if _is_between(event, one, two, directed) else others).append(event)
    mine.sort(key=lambda e: (e.day, e.earliest, e.actor, e.recipient, e.score))
    lost = frozenset(filter(None, map(_check_day, missing)))
    periods = tuple(_sum_periods(mine, by, first, last, lost))
    left_out = tuple(sorted(passed.items()))
    return Series((one, two), by, directed, periods, tuple(mine), tuple(others), left_out, last)


def read_events(events: Events, passed: Counter[str] | None = None) -> Iterator[DatedEvent]:
    """The rows of any event table as DatedEvents; `passed` counts those left out by reason.

    Takes what `make_series` takes and raises the same InputErrors.
    """
    passed = Counter() if passed is None else passed
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(_rows(events), 1):
        if isinstance(row, DatedEvent):
            yield row
            continue
        mention = isinstance(row, EventMention)
        values = _mention_row(row) if isinstance(row, EventMention) else row
        event = _read_row(values, number, passed)
        if event is None:
            continue
        told = (event.earliest, event.latest, event.actor, event.recipient, values.get("type"))
        if mention and told in seen:
            passed["tells what another mention told: same days, parties and type"] += 1
            continue
        seen.add(told) if mention else None
        yield event


def start_of(day: str, by: By) -> str:
    """The first day of the period that holds `day`."""
    if by == "day":
        return day
    if by == "month":
        return day[:8] + "01"
    when = date.fromisoformat(day)
    return (when - timedelta(days=when.weekday())).isoformat()


def next_start(start: str, by: By) -> str:
    """The first day of the period after the one that starts on `start`."""
    return start_of(add_days(start, {"day": 1, "week": 7, "month": 31}[by]), by)


def add_days(day: str, days: int) -> str:
    """The day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_between(first: str, last: str) -> int:
    """How many days lie from one day to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _rows(events: Events) -> Iterator[Any]:
    if _is_frame(events):
        lacking = [name for name in NEEDED if name not in events.columns]
        if lacking:
            raise InputError("the event table", f"has no column {', '.join(lacking)}", _CURE)
        yield from events.iter_rows(named=True)
        return
    for item in cast("Iterable[Any]", events):
        if isinstance(item, Coding):
            yield from item
        else:
            yield item


def _is_frame(events: object) -> TypeGuard[polars.DataFrame]:
    return hasattr(events, "iter_rows")


_CURE = f"Give it the columns {', '.join(NEEDED)}"


def _mention_row(mention: EventMention) -> dict[str, Any]:
    when = mention.when
    return {
        "date": when.earliest or when.latest,
        "earliest": when.earliest, "latest": when.latest, "score": mention.score, "status": mention.status,
        "actor": [p.code or p.name for p in mention.actor],
        "recipient": [p.code or p.name for p in mention.recipient],
        "type": mention.type, "mode": mention.mode, "id": mention.id, "report_id": mention.report_id,
        "title": mention.title, "quote": mention.quote,
    }  # fmt: skip


def _read_row(row: Mapping[str, Any], number: int, passed: Counter[str]) -> DatedEvent | None:
    """The event of a row, or None with the reason counted."""
    lacking = [name for name in NEEDED if name not in row]
    if lacking:
        raise InputError(f"event {number}", f"has no {', '.join(lacking)}", _CURE)
    if row.get("status", "happened") != "happened":
        passed["did not happen (its status says so)"] += 1
        return None
    score = _number(row["score"], "score", number)
    weight = 1.0 if row.get("weight") is None else _number(row["weight"], "weight", number)
    actor, recipient = _parties(row["actor"]), _parties(row["recipient"])
    days = sorted(_day(row.get(key), number) or "" for key in ("earliest", "latest"))
    first, last = (days[0] or days[1], days[1]) if days[1] else (_day(row["date"], number),) * 2
    reason = (
        "has no day" if not first or not last
        else "has no score" if score is None
        else "names no party" if not (actor or recipient)
        else "has no weight" if not weight or weight < 0
        else "day not known to a month" if days_between(first, last) >= LONGEST
        else ""
    )  # fmt: skip
    if reason or not first or not last or score is None or not weight:
        passed[reason] += 1
        return None
    middle = add_days(first, days_between(first, last) // 2)
    extra = {k: v for k, v in row.items() if k not in OWN}
    return DatedEvent(middle, first, last, actor, recipient, score, weight, extra)


def _number(value: Any, name: str, number: int) -> float | None:
    try:
        found = None if value is None or value == "" else float(value)
    except (TypeError, ValueError) as e:
        raise InputError(f"event {number}", f"has the {name} {value!r}", "Give it a number") from e
    return found if found is None or math.isfinite(found) else None


def _day(value: Any, number: int) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as e:
        raise InputError(f"event {number}", f"has the day {value!r}", "Write days as 2013-07-05") from e


def _parties(value: Any) -> tuple[str, ...]:
    parts = value.split(";") if isinstance(value, str) else value or ()
    return tuple(dict.fromkeys(str(p).strip() for p in parts if p and str(p).strip()))


def _check_pair(pair: Sequence[str]) -> tuple[str, str]:
    if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
        raise UsageError(f"pair {pair!r}", "is not two parties", "Give two codes, such as ('KOR', 'PRK')")
    return pair[0], pair[1]


def _check_day(day: str | None) -> str | None:
    try:
        return day and date.fromisoformat(day).isoformat()
    except ValueError as e:
        raise UsageError(f"day {day!r}", "is not a day", "Write it as 2013-07-05") from e


def _is_between(event: DatedEvent, one: str, two: str, directed: bool) -> bool:
    if not event.recipient or not event.actor:
        return {one, two} <= {*event.actor, *event.recipient}
    forth = one in event.actor and two in event.recipient
    return forth or (not directed and two in event.actor and one in event.recipient)


def _sum_periods(
    events: Sequence[DatedEvent], by: By, since: str | None, until: str | None, missing: frozenset[str]
) -> Iterator[Period]:
    if not events:
        return
    held: dict[str, list[DatedEvent]] = defaultdict(list)
    for event in events:
        held[start_of(event.day, by)].append(event)
    start, last = start_of(since or events[0].day, by), until or events[-1].day
    while start <= last:
        after = next_start(start, by)
        lost = bool(missing) and all(d in missing for d in _days(start, after))
        yield _sum_period(start, held.get(start, []), lost)
        start = after


def _days(first: str, after: str) -> Iterator[str]:
    return (add_days(first, n) for n in range(days_between(first, after)))


def _sum_period(start: str, events: Sequence[DatedEvent], missing: bool) -> Period:
    weight = sum(e.weight for e in events)
    up = sum((e.weight * e.score for e in events if e.score > 0), 0.0)
    down = sum((-e.weight * e.score for e in events if e.score < 0), 0.0)
    balance = (up - down) / (up + down) if up + down else None
    tone = (up - down) / weight if weight else None
    return Period(start, len(events), weight, up, down, up - down, balance, tone, missing and not events)
