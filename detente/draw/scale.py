"""Days and scores as pixels: the axes of a picture, and ticks on round days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel.dates import format_date
from markupsafe import Markup, escape

from detente.draw.marks import clean, number
from detente.errors import UsageError

INK, FAINT = "#3C4043", "#C9CCD1"
TOP_SCORE = 10.0  # PLOVER's scores run from -10 to 10
LEFT, RIGHT, TOP, BOTTOM = 64, 30, 12, 58  # margins of the plot
# Steps between ticks: (unit, how many), the finest first.
STEPS: tuple[tuple[str, int], ...] = (
    *(("day", n) for n in (1, 2, 7, 14)),
    *(("month", n) for n in (1, 2, 3, 6)),
    *(("year", n) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of a time axis: its day and one or two lines of words."""

    day: date
    label: str
    under: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot: its days and its edges in pixels."""

    first: date
    last: date
    width: int
    height: int

    @property
    def right(self) -> int:
        """The right edge."""
        return self.width - RIGHT

    @property
    def floor(self) -> int:
        """The lower edge."""
        return self.height - BOTTOM

    def x(self, day: date) -> float:
        """Where a day stands; days outside stand at the edge."""
        days = max((self.last - self.first).days, 1)
        share = (min(max(day, self.first), self.last) - self.first).days / days
        return LEFT + share * (self.right - LEFT)

    def y(self, score: float) -> float:
        """Where a score stands."""
        clamped = min(max(score, -TOP_SCORE), TOP_SCORE)
        return TOP + (TOP_SCORE - clamped) / (2 * TOP_SCORE) * (self.floor - TOP)


@lru_cache(maxsize=2**15)  # a chart of many acts asks for the same days again and again
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


def draw_axes(frame: Frame, dated: bool) -> Markup:
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
    ).format(INK, number(x), number(y), turn, words)


def _draw_level(score: int, frame: Frame) -> Markup:
    y = number(frame.y(score))
    colour, name = (INK, "zero") if score == 0 else (FAINT, "grid")
    label = f"+{score}" if score > 0 else str(score).replace("-", "−")
    return Markup(
        '<path class="{}" stroke="{}" d="M{} {}H{}"/>'
        '<text class="ink" fill="{}" x="{}" y="{}" dy=".35em" text-anchor="end">{}</text>'
    ).format(name, colour, LEFT, y, frame.right, INK, LEFT - 8, y, label)


def _draw_tick(tick: Tick, frame: Frame) -> Markup:
    x = number(frame.x(tick.day))
    under = (
        Markup('<tspan x="{}" dy="1.15em" font-weight="600">{}</tspan>').format(x, tick.under)
        if tick.under
        else Markup("")
    )
    return Markup(
        '<path class="grid" stroke="{}" d="M{} {}V{}"/>'
        '<text class="ink" fill="{}" x="{}" y="{}" text-anchor="middle">{}{}</text>'
    ).format(FAINT, x, TOP, frame.floor + 5, INK, x, frame.floor + 18, escape(tick.label), under)


def make_frame(span: tuple[str, str] | None, size: tuple[int, int]) -> Frame:
    """The plot for the days of `span` with a little room on both sides.

    Raises UsageError for a span that ends before it starts.
    """
    first, last = (parse_day(day) for day in span) if span else (date(2000, 1, 1), date(2000, 1, 1))
    if last < first:
        raise UsageError(f"span {first} to {last}", "ends before it starts", "Give the earlier day first")
    pad = timedelta(days=max(1, (last - first).days // 60))
    first = max(first, date.min + pad) - pad
    return Frame(first, min(last, date.max - pad) + pad, *size)


def wrap_plot(
    behind: Markup, marks: Markup, frame: Frame, *, title: str, desc: str, prefix: str, linked: bool
) -> Markup:
    """The SVG of a plot: what lies behind is decorative, `marks` are its content, `linked` or not.

    The days at its edges and their pixels stand in attributes, for scripts.
    """
    return Markup(
        '<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" '
        'height="{h}" role="{role}" aria-labelledby="{id}-title {id}-desc" data-days="{first} {last}" '
        'data-edges="{left} {right}" font-family="system-ui, sans-serif" font-size="13">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>\n'
        '<g aria-hidden="true">{behind}</g>\n<g class="marks" stroke-width="1.6">{marks}</g></svg>'
    ).format(
        w=frame.width, h=frame.height, id=prefix, title=clean(title), desc=clean(desc),
        first=frame.first, last=frame.last, left=LEFT, right=frame.right,
        role="group" if linked else "img", behind=behind, marks=marks,
    )  # fmt: skip
