"""A timeline of more acts than markers can show: squares that count them by days and score."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date
from markupsafe import Markup

from detente.draw.bands import Band, draw_bands
from detente.draw.marks import COLOURS, PAPER, clean, number, side_of_line
from detente.draw.scale import LEFT, Frame, draw_axes, make_frame, parse_day, wrap_plot

CELL = 12.0  # pixels: the side of the largest square
LEAST = 3.0  # the side of the smallest


class Dot(NamedTuple):
    """One act to be counted: its first and last ISO day, its score, and whether it happened."""

    start: str
    end: str
    score: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """The acts of some days with one whole score: how many, and how many of them happened."""

    first: date
    last: date
    score: int
    count: int
    happened: int


def count_cells(dots: Iterable[Dot], frame: Frame) -> list[Cell]:
    """The acts by columns of days and by whole scores, in the order of days; those outside are left out."""
    columns = max(int((frame.right - LEFT) / CELL), 1)
    step = max(math.ceil(((frame.last - frame.first).days + 1) / columns), 1)
    start = frame.first.toordinal()
    totals: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for dot in dots:
        middle = (parse_day(dot.start).toordinal() + parse_day(dot.end).toordinal()) // 2
        if start <= middle <= frame.last.toordinal():
            total = totals[(middle - start) // step, -round(dot.score)]
            total[0] += 1
            total[1] += dot.happened
    cells = []
    for (column, below), (count, happened) in sorted(totals.items()):
        first = frame.first + timedelta(days=column * step)
        cells.append(Cell(first, min(first + timedelta(days=step - 1), frame.last), -below, count, happened))
    return cells


def draw_bins(
    dots: Iterable[Dot],
    *,
    title: str,
    desc: str,
    span: tuple[str, str],
    link: Callable[[Cell], str],
    prefix: str = "timeline",
    size: tuple[int, int] = (880, 318),
    bands: Sequence[Band] = (),
) -> Markup:
    """A timeline that counts acts: the area of a square is their number, the filled part those that happened.

    Each square links to what `link` gives for it. The rest is as in `draw_timeline` with `one_stop`. The
    areas are set so that the fullest square fills its cell.
    """
    frame = make_frame(span, size)
    cells = count_cells(dots, frame)
    most = max((cell.count for cell in cells), default=1)
    marks = Markup("\n").join(
        _draw_cell(cell, most, link(cell), i == 0, frame) for i, cell in enumerate(cells)
    )
    behind = draw_axes(frame, dated=True) + draw_bands(bands, frame)
    return wrap_plot(behind, marks, frame, title=title, desc=desc, prefix=prefix, linked=True)


def _draw_cell(cell: Cell, most: int, href: str, is_stop: bool, frame: Frame) -> Markup:
    middle = cell.first + (cell.last - cell.first) / 2
    x, y, side = frame.x(middle), frame.y(cell.score), side_of_line(cell.score)
    outer = max(CELL * math.sqrt(cell.count / most), LEAST)
    inner = outer * math.sqrt(cell.happened / cell.count)
    return Markup(
        '<a href="{}" class="{}" fill="{}" stroke="{}"{}><title>{}</title>'
        '<path class="hole" fill="{}" d="{}"/><path stroke="none" d="{}"/></a>'
    ).format(
        href, side, COLOURS[side], COLOURS[side], Markup("" if is_stop else ' tabindex="-1"'),
        clean(_describe(cell)), PAPER, _square(x, y, outer), _square(x, y, inner),
    )  # fmt: skip


def _square(x: float, y: float, side: float) -> str:
    return f"M{number(x - side / 2)} {number(y - side / 2)}h{number(side)}v{number(side)}h{number(-side)}z"


def _describe(cell: Cell) -> str:
    days = " to ".join(dict.fromkeys(map(_name_day, (cell.first, cell.last))))
    acts = f"{cell.count:,} event" + "s" * (cell.count != 1)
    return f"{days}, score about {cell.score:+d}: {acts}, {cell.happened:,} happened".replace("-", "−")


@lru_cache(maxsize=4096)
def _name_day(day: date) -> str:
    return str(format_date(day, "d MMM y", locale="en_GB"))
