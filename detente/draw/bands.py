"""Bands behind a timeline: the days within which a relationship turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from detente.draw.marks import COLOURS, clean, number, side_of_line
from detente.draw.scale import TOP, Frame, parse_day

NARROWEST = 6.0  # pixels


@dataclass(frozen=True, slots=True)
class Band:
    """A turn: the ISO days within which it lies, the day it is put on, how far it went, and its name."""

    start: str
    end: str
    day: str
    change: float
    label: str


def draw_bands(bands: Sequence[Band], frame: Frame) -> Markup:
    """The bands that overlap the plot's days, each with a line on its day and its label at the top."""
    first, last = frame.first.isoformat(), frame.last.isoformat()
    return Markup("").join(_draw_band(b, frame) for b in bands if b.start <= last and b.end >= first)


def _draw_band(band: Band, frame: Frame) -> Markup:
    low, high = frame.x(parse_day(band.start)), frame.x(parse_day(band.end))
    low -= max(NARROWEST - (high - low), 0) / 2
    day, side = frame.x(parse_day(band.day)), side_of_line(band.change)
    ends = day > frame.right - 60
    return Markup(
        '<g class="band {side}" fill="{colour}" stroke="{colour}"><title>{label}</title>'
        '<rect x="{x}" y="{top}" width="{width}" height="{height}" fill-opacity=".13" stroke="none"/>'
        '<path d="M{day} {top}V{floor}" stroke-dasharray="5 3" stroke-width="1.5"/>'
        '<text x="{at}" y="{y}" text-anchor="{anchor}" font-weight="600" stroke="none">{label}</text></g>'
    ).format(
        side=side, colour=COLOURS[side], label=clean(band.label), x=number(low), top=TOP, y=TOP + 12,
        width=number(max(high - low, NARROWEST)), height=frame.floor - TOP, floor=frame.floor,
        day=number(day), at=number(day - 5 if ends else day + 5), anchor="end" if ends else "start",
    )  # fmt: skip
