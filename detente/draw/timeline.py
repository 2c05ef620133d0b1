"""A timeline of acts between two sides: conflict below the line, cooperation above."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from detente.draw.bands import Band, draw_bands
from detente.draw.marks import COLOURS, Side, clean, draw_shape, number, side_of_line
from detente.draw.scale import LEFT, TOP, Frame, draw_axes, make_frame, parse_day, wrap_plot

RADIUS = 5.5  # of a marker, in pixels
SPACING = 10.5  # between the middles of two markers
STRIDE = 3.5  # the step by which a marker is moved aside
REACH = 66  # how far it may be moved


@dataclass(frozen=True, slots=True)
class Point:
    """One act on a timeline.

    `start` and `end` are its first and last possible ISO day (the same for a known day; None where
    that end is open), `score` its PLOVER score, `acts` which of the two sides acts, `label` what
    a reader is told about it, `href` where it links to; the one that is `chosen` stands out.
    """

    start: str | None
    end: str | None
    score: float
    status: str
    acts: Side
    label: str
    href: str | None = None
    chosen: bool = False


def falls_within(point: Point, span: tuple[str, str]) -> bool:
    """Whether any day of the point lies in the span; a point without a day doesn't."""
    known = [parse_day(day) for day in (point.start, point.end) if day]
    return bool(known) and known[-1] >= parse_day(span[0]) and known[0] <= parse_day(span[1])


def draw_timeline(
    points: Sequence[Point],
    *,
    title: str,
    desc: str,
    span: tuple[str, str] | None = None,
    prefix: str = "timeline",
    size: tuple[int, int] = (880, 318),
    bands: Sequence[Band] = (),
    one_stop: bool = False,
) -> Markup:
    """A timeline of acts between two sides: cooperation above the line, conflict below.

    `points` become markers at their day (the middle of an interval, which is drawn as a bar) and
    their score; those outside `span` (default: all their days) or without a day are left out, as
    `falls_within` tells. Markers that would cover each other are moved aside. `prefix` starts
    the ids in the picture, `size` is its width and height in pixels; `bands` lie behind the markers. With
    `one_stop` only one of the points that link can be reached by the tab key, for a page whose script moves
    among them by arrow keys. Raises UsageError for a day that isn't ISO or a span that ends before it starts.
    """
    span = span or _whole_span(points)
    drawn = sorted((p for p in points if span and falls_within(p, span)), key=_order)
    frame = make_frame(span, size)
    places = _spread([(_middle(p, frame), frame.y(p.score)) for p in drawn], frame)
    bars = Markup("").join(_draw_bar(point, y, frame) for point, (_, y) in zip(drawn, places, strict=True))
    stop = next((i for i, p in enumerate(drawn) if p.chosen), 0) if one_stop else None
    marks = Markup("\n").join(
        _draw_point(point, at, stop in (None, i))
        for i, (point, at) in enumerate(zip(drawn, places, strict=True))
    )
    behind = draw_axes(frame, bool(span)) + draw_bands(bands, frame) + bars
    linked = any(p.href for p in drawn)
    return wrap_plot(behind, marks, frame, title=title, desc=desc, prefix=prefix, linked=linked)


def _whole_span(points: Iterable[Point]) -> tuple[str, str] | None:
    days = sorted(day for p in points for day in (p.start, p.end) if day)
    return (days[0], days[-1]) if days else None


def _order(point: Point) -> tuple[str, str, float, str]:
    return (point.start or point.end or "", point.end or "", -point.score, point.label)


def _bounds(point: Point, frame: Frame) -> tuple[float, float]:
    """Where the point's days start and end; an open end reaches 26 pixels."""
    low = frame.x(parse_day(point.start)) if point.start else None
    high = frame.x(parse_day(point.end)) if point.end else None
    if low is None:
        assert high is not None, "only points with a day are drawn"
        return max(high - 26, LEFT), high
    return low, min(low + 26, frame.right) if high is None else high


def _middle(point: Point, frame: Frame) -> float:
    low, high = _bounds(point, frame)
    if point.start and point.end:
        return (low + high) / 2
    return low if point.start else high


def _spread(places: Sequence[tuple[float, float]], frame: Frame) -> list[tuple[float, float]]:
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


def _draw_bar(point: Point, y: float, frame: Frame) -> Markup:
    low, high = _bounds(point, frame)
    if high - low < 2 * RADIUS:
        return Markup("")
    side = side_of_line(point.score)
    dashes = "" if point.start and point.end else Markup(' stroke-dasharray="3 3"')
    return Markup(
        '<path class="bar {}" stroke="{}" stroke-opacity=".35" stroke-width="2"{} d="M{} {}H{}"/>'
    ).format(side, COLOURS[side], dashes, number(low), number(y), number(high))


def _draw_point(point: Point, at: tuple[float, float], is_stop: bool) -> Markup:
    side = side_of_line(point.score)
    tag, link = ("a", Markup(' href="{}"').format(point.href)) if point.href else ("g", Markup(""))
    link += Markup("") if is_stop or not point.href else Markup(' tabindex="-1"')
    link += Markup(' aria-current="true"') if point.chosen else Markup("")
    return Markup('<{0}{1} class="{2}" fill="{3}" stroke="{3}"><title>{4}</title>{5}</{0}>').format(
        Markup(tag),
        link,
        side,
        COLOURS[side],
        clean(point.label),
        draw_shape(point.status, point.acts, f"{number(at[0])} {number(at[1])}"),
    )
