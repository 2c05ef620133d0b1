"""Draws timelines and their markers as SVG: pure functions, the same input gives the same picture.

Every picture stands on its own (plain attributes, a light ground); its classes let a page recolour
it. Report, web app and notebooks use the same functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from babel.dates import format_date
from markupsafe import Markup, escape

from detente.errors import UsageError

Side = Literal["first", "second", "both"]
Mark = Literal["solid", "hollow", "struck", "half"]

MARKS: dict[str, Mark] = {
    "happened": "solid",
    "planned": "hollow",
    "offered": "hollow",
    "demanded": "hollow",
    "threatened": "hollow",
    "conditional": "hollow",
    "predicted": "hollow",
    "hedged": "hollow",
    "alleged": "half",
    "denied": "struck",
    "negated": "struck",
    "refused": "struck",
}
# Source: Okabe and Ito's palette (jfly.uni-koeln.de/color), blue and vermillion; grey for a score of 0.
COLOURS = {"up": "#0072B2", "down": "#D55E00", "level": "#5F6368"}
INK, FAINT, PAPER = "#3C4043", "#C9CCD1", "#fff"
TOP_SCORE = 10.0  # PLOVER's scores run from -10 to 10
RADIUS = 5.5  # of a marker, in pixels
SPACING = 10.5  # between the middles of two markers
STRIDE = 3.5  # the step by which a marker is moved aside
REACH = 66  # how far it may be moved
LEFT, RIGHT, TOP, BOTTOM = 64, 30, 12, 58  # margins of the plot
OUTLINES: dict[Side, str] = {
    "first": "M0-5.5a5.5 5.5 0 1 1-.1 0z",
    "second": "M-5-5h10v10h-10z",
    "both": "M0-6.8 6.8 0 0 6.8-6.8 0z",
}
HALVES: dict[Side, str] = {
    "first": "M0-5.5a5.5 5.5 0 0 0 0 11z",
    "second": "M-5-5h5v10h-5z",
    "both": "M0-6.8-6.8 0 0 6.8z",
}
STRIKE = "M-6.5 6.5 6.5-6.5M-6.5-6.5 6.5 6.5"
# Steps between ticks: (unit, how many), the finest first.
STEPS: tuple[tuple[str, int], ...] = (
    *(("day", n) for n in (1, 2, 7, 14)),
    *(("month", n) for n in (1, 2, 3, 6)),
    *(("year", n) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One act on a timeline.

    `start` and `end` are its first and last possible ISO day (the same for a known day; None where
    that end is open), `score` its PLOVER score, `acts` which of the two sides acts, `label` what
    a reader is told about it, `href` where it links to.
    """

    start: str | None
    end: str | None
    score: float
    status: str
    acts: Side
    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of a time axis: its day and one or two lines of words."""

    day: date
    label: str
    under: str | None


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot: its days and its edges in pixels."""

    first: date
    last: date
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.width - RIGHT

    @property
    def floor(self) -> int:
        return self.height - BOTTOM

    def x(self, day: date) -> float:
        days = max((self.last - self.first).days, 1)
        share = (min(max(day, self.first), self.last) - self.first).days / days
        return LEFT + share * (self.right - LEFT)

    def y(self, score: float) -> float:
        clamped = min(max(score, -TOP_SCORE), TOP_SCORE)
        return TOP + (TOP_SCORE - clamped) / (2 * TOP_SCORE) * (self.floor - TOP)


def parse_day(day: str) -> date:
    """The date of an ISO day ('2013-07-05'). Raises UsageError where it is none."""
    try:
        return date.fromisoformat(day)
    except ValueError as e:
        raise UsageError(repr(day), "is no ISO day", "Write it as in 2013-07-05") from e


def find_span(days: Iterable[str]) -> tuple[str, str] | None:
    """The first and last day of the bulk of `days`, for an axis; None when there are none.

    Starting from the median day, the span grows to the next day as long as the gap to it is no longer
    than a year or than the span so far: one mention of 1953 doesn't squeeze a year's events to a line.
    """
    found = sorted(parse_day(day) for day in days)
    if not found:
        return None
    low = high = len(found) // 2
    while True:
        longest = max(found[high] - found[low], timedelta(days=366))
        if low > 0 and found[low] - found[low - 1] <= longest:
            low -= 1
        elif high + 1 < len(found) and found[high + 1] - found[high] <= longest:
            high += 1
        else:
            return found[low].isoformat(), found[high].isoformat()


def falls_within(point: Point, span: tuple[str, str]) -> bool:
    """Whether any day of the point lies in the span; a point without a day doesn't."""
    known = [parse_day(day) for day in (point.start, point.end) if day]
    return bool(known) and known[-1] >= parse_day(span[0]) and known[0] <= parse_day(span[1])


def pick_ticks(first: date, last: date, most: int = 9) -> list[Tick]:
    """At most `most` ticks on round days, months or years between two days, both included."""
    for unit, count in STEPS:
        days = list(_step(first, last, unit, count, most + 1))
        if len(days) <= most:
            return [_name_tick(day, unit, days[i - 1] if i else None) for i, day in enumerate(days)]
    return []


def _step(first: date, last: date, unit: str, count: int, limit: int) -> Iterator[date]:
    """Up to `limit` days that are `count` units apart and not before `first`."""
    n = 0 if unit != "day" else (first.toordinal() - 1) // count  # weeks start on Mondays
    if unit == "month":
        n = (first.year * 12 + first.month - 1) // count
    elif unit == "year":
        n = first.year // count
    given = 0
    while given < limit:
        day = _nth(unit, n * count)
        if day > last:
            return
        if day >= first:
            given += 1
            yield day
        n += 1


def _nth(unit: str, n: int) -> date:
    if unit == "day":
        return date.fromordinal(min(n + 1, date.max.toordinal()))
    year, month = (n // 12, n % 12 + 1) if unit == "month" else (n, 1)
    return date.max if year > date.max.year else date(max(year, 1), month, 1)


def _name_tick(day: date, unit: str, before: date | None) -> Tick:
    if unit == "year":
        return Tick(day, str(day.year), None)
    label = format_date(day, "d MMM" if unit == "day" else "MMM", locale="en")
    return Tick(day, label, str(day.year) if before is None or before.year != day.year else None)


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def _side_of_line(score: float) -> str:
    return "up" if score > 0 else "down" if score < 0 else "level"


def _draw_shape(status: str, acts: Side, move: str = "") -> Markup:
    """The marker itself: paths around the origin, moved by `move`; colours come from its parent."""
    mark = MARKS.get(status, "hollow")
    place = Markup(' transform="translate({})"').format(move) if move else ""
    if mark == "solid":
        return Markup('<path d="{}"{}/>').format(OUTLINES[acts], place)
    outline = OUTLINES[acts] + (STRIKE if mark == "struck" else "")
    shape = Markup('<path class="hole" fill="{}" d="{}"{}/>').format(PAPER, outline, place)
    if mark == "half":
        shape += Markup('<path d="{}"{}/>').format(HALVES[acts], place)
    return shape


def draw_marker(status: str, acts: Side = "first", score: float = 0.0) -> Markup:
    """One marker as a small SVG to stand in a line of text; decorative, so hidden from screen readers."""
    side = _side_of_line(score)
    return Markup(
        '<svg class="marker {0}" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" '
        'fill="{1}" stroke="{1}" stroke-width="1.6">{2}</svg>'
    ).format(side, COLOURS[side], _draw_shape(status, acts))


def draw_timeline(
    points: Sequence[Point],
    *,
    title: str,
    desc: str,
    span: tuple[str, str] | None = None,
    prefix: str = "timeline",
    size: tuple[int, int] = (880, 318),
) -> Markup:
    """A timeline of acts between two sides: cooperation above the line, conflict below.

    `points` become markers at their day (the middle of an interval, which is drawn as a bar) and
    their score; those outside `span` (default: all their days) or without a day are left out, as
    `falls_within` tells. Markers that would cover each other are moved aside. `prefix` starts
    the ids in the picture, `size` is its width and height in pixels. Raises UsageError for a day that isn't
    ISO or a span that ends before it starts.
    """
    span = span or _whole_span(points)
    drawn = sorted((p for p in points if span and falls_within(p, span)), key=_order)
    first, last = (parse_day(day) for day in span) if span else (date(2000, 1, 1), date(2000, 1, 1))
    if last < first:
        raise UsageError(f"span {first} to {last}", "ends before it starts", "Give the earlier day first")
    pad = timedelta(days=max(1, (last - first).days // 60))
    first = max(first, date.min + pad) - pad
    frame = _Frame(first, min(last, date.max - pad) + pad, *size)
    places = _spread([(_middle(p, frame), frame.y(p.score)) for p in drawn], frame)
    bars = Markup("").join(_draw_bar(point, y, frame) for point, (_, y) in zip(drawn, places, strict=True))
    marks = Markup("\n").join(_draw_point(point, *at) for point, at in zip(drawn, places, strict=True))
    return Markup(
        '<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" '
        'height="{h}" role="{role}" aria-labelledby="{id}-title {id}-desc" '
        'font-family="system-ui, sans-serif" font-size="13">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>\n'
        '<g aria-hidden="true">{axes}{bars}</g>\n<g stroke-width="1.6">{marks}</g></svg>'
    ).format(
        w=size[0], h=size[1], id=prefix, title=_clean(title), desc=_clean(desc),
        role="group" if any(p.href for p in drawn) else "img",
        axes=_draw_axes(frame, bool(span)), bars=bars, marks=marks,
    )  # fmt: skip


def _clean(words: str) -> str:
    """`words` without the characters that XML doesn't allow."""
    return "".join(c if c >= " " and not "\ud800" <= c <= "\udfff" else " " for c in words)


def _whole_span(points: Iterable[Point]) -> tuple[str, str] | None:
    days = sorted(day for p in points for day in (p.start, p.end) if day)
    return (days[0], days[-1]) if days else None


def _order(point: Point) -> tuple[str, str, float, str]:
    return (point.start or point.end or "", point.end or "", -point.score, point.label)


def _bounds(point: Point, frame: _Frame) -> tuple[float, float]:
    """Where the point's days start and end; an open end reaches 26 pixels."""
    low = frame.x(parse_day(point.start)) if point.start else None
    high = frame.x(parse_day(point.end)) if point.end else None
    if low is None:
        assert high is not None, "only points with a day are drawn"
        return max(high - 26, LEFT), high
    return low, min(low + 26, frame.right) if high is None else high


def _middle(point: Point, frame: _Frame) -> float:
    low, high = _bounds(point, frame)
    if point.start and point.end:
        return (low + high) / 2
    return low if point.start else high


def _spread(places: Sequence[tuple[float, float]], frame: _Frame) -> list[tuple[float, float]]:
    """Moves places aside, each as little as needed, so that markers stay `SPACING` apart.

    A place stays on its side of the line of no score, and inside the plot. Where nothing is free
    within `REACH`, it stays where it is, over another.
    """
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    zero = frame.y(0)
    found = []
    for x, y in places:
        top, floor = (TOP, zero - 6) if y < zero - 1 else (zero + 6, frame.floor) if y > zero + 1 else (y, y)
        top, floor = min(top, y), max(floor, y)
        options = (
            (x + dx, y + dy) for dx, dy in _MOVES if LEFT <= x + dx <= frame.right and top <= y + dy <= floor
        )
        place = next((option for option in options if _is_free(option, taken)), (x, y))
        taken.setdefault(_cell(place), []).append(place)
        found.append(place)
    return found


def _cell(place: tuple[float, float]) -> tuple[int, int]:
    return int(place[0] // SPACING), int(place[1] // SPACING)


def _is_free(place: tuple[float, float], taken: dict[tuple[int, int], list[tuple[float, float]]]) -> bool:
    column, row = _cell(place)
    near = (other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in taken.get((column + i, row + j), ()))
    return all(math.dist(place, other) >= SPACING for other in near)


_STRIDES = range(-int(REACH / STRIDE), int(REACH / STRIDE) + 1)
_MOVES: tuple[tuple[float, float], ...] = tuple(
    sorted(
        ((column * STRIDE, row * STRIDE) for column in _STRIDES for row in _STRIDES),
        key=lambda move: (round(math.hypot(*move), 3), abs(move[1]), move),
    )
)


def _draw_bar(point: Point, y: float, frame: _Frame) -> Markup:
    low, high = _bounds(point, frame)
    if high - low < 2 * RADIUS:
        return Markup("")
    side = _side_of_line(point.score)
    dashes = "" if point.start and point.end else Markup(' stroke-dasharray="3 3"')
    return Markup(
        '<path class="bar {}" stroke="{}" stroke-opacity=".35" stroke-width="2"{} d="M{} {}H{}"/>'
    ).format(side, COLOURS[side], dashes, _number(low), _number(y), _number(high))


def _draw_point(point: Point, x: float, y: float) -> Markup:
    side = _side_of_line(point.score)
    tag, link = ("a", Markup(' href="{}"').format(point.href)) if point.href else ("g", Markup(""))
    return Markup('<{0}{1} class="{2}" fill="{3}" stroke="{3}"><title>{4}</title>{5}</{0}>').format(
        Markup(tag),
        link,
        side,
        COLOURS[side],
        _clean(point.label),
        _draw_shape(point.status, point.acts, f"{_number(x)} {_number(y)}"),
    )


def _draw_axes(frame: _Frame, dated: bool) -> Markup:
    """Grid, ticks, labels and titles of both axes."""
    middle, zero = (LEFT + frame.right) / 2, frame.y(0)
    pieces = [_draw_level(score, frame) for score in (10, 5, 0, -5, -10)]
    pieces += [_draw_tick(tick, frame) for tick in pick_ticks(frame.first, frame.last)] if dated else []
    pieces += [
        _draw_title("day of the act", middle, frame.height - 6, 0),
        _draw_title("PLOVER score (−10 to +10)", 15, zero, -90),
        _draw_title("cooperation", frame.right + 14, (TOP + zero) / 2, 90),
        _draw_title("conflict", frame.right + 14, (zero + frame.floor) / 2, 90),
    ]
    return Markup("").join(pieces)


def _draw_title(words: str, x: float, y: float, turn: int) -> Markup:
    return Markup(
        '<text class="ink" fill="{}" text-anchor="middle" transform="translate({} {}) rotate({})">{}</text>'
    ).format(INK, _number(x), _number(y), turn, words)


def _draw_level(score: int, frame: _Frame) -> Markup:
    y = _number(frame.y(score))
    colour, name = (INK, "zero") if score == 0 else (FAINT, "grid")
    label = f"+{score}" if score > 0 else str(score).replace("-", "−")
    return Markup(
        '<path class="{}" stroke="{}" d="M{} {}H{}"/>'
        '<text class="ink" fill="{}" x="{}" y="{}" dy=".35em" text-anchor="end">{}</text>'
    ).format(name, colour, LEFT, y, frame.right, INK, LEFT - 8, y, label)


def _draw_tick(tick: Tick, frame: _Frame) -> Markup:
    x = _number(frame.x(tick.day))
    under = (
        Markup('<tspan x="{}" dy="1.15em" font-weight="600">{}</tspan>').format(x, tick.under)
        if tick.under
        else Markup("")
    )
    return Markup(
        '<path class="grid" stroke="{}" d="M{} {}V{}"/>'
        '<text class="ink" fill="{}" x="{}" y="{}" text-anchor="middle">{}{}</text>'
    ).format(FAINT, x, TOP, frame.floor + 5, INK, x, frame.floor + 18, escape(tick.label), under)
