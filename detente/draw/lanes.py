"""A negotiation as lanes: one for each party, time running down, arrows from offers to their answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from babel.dates import format_date
from markupsafe import Markup

from detente.draw.marks import COLOURS, PAPER, clean, number, wrap_picture
from detente.draw.scale import FAINT, INK, parse_day
from detente.errors import UsageError

Shape = Literal["asks", "agrees", "refuses", "speaks"]
# what a move does to the talks: its shape and its colour both tell it
SHAPES: dict[str, Shape] = {
    "proposes": "asks", "counters": "asks", "conditions": "asks", "accepts": "agrees", "plans": "agrees",
    "fulfils": "agrees", "rejects": "refuses", "breaks": "refuses", "responds": "speaks",
}  # fmt: skip
SIDES: dict[Shape, str] = {"asks": "level", "agrees": "up", "refuses": "down", "speaks": "level"}
OUTLINES: dict[Shape, str] = {
    "asks": "M0-7a7 7 0 1 1-.1 0z",
    "agrees": "M-6-6h12v12h-12z",
    "refuses": "M-6 6 6-6M-6-6 6 6",
    "speaks": "M0-4a4 4 0 1 1-.1 0z",
}
DAYS, WORDS, BETWEEN = 92, 104, 150  # widths: the days, words beside the outer lanes, between two lanes
HEAD, ROW, PAUSE, FOOT = 78, 40, 22, 8  # heights
LONG = 14  # days without a step that are told as a pause
LONGEST_NAME = 20
REACH = 11  # pixels between the middle of a marker and an arrow's end


@dataclass(frozen=True, slots=True)
class LaneStep:
    """One move: its ISO day, the numbers of the lanes that act and that are acted on, and what it answers.

    `move` is one of records.MOVES, `answers` the place in the list of an earlier step, `label` what a reader
    is told about it, `href` where it links to.
    """

    day: str | None
    move: str
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    answers: int | None
    label: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a step stands: the places of all who act, the first of them its own, and its height."""

    xs: tuple[float, ...]
    y: float

    @property
    def x(self) -> float:
        return self.xs[0]


def list_pending(steps: Sequence[LaneStep]) -> tuple[int, ...]:
    """The places of offers, counter-offers and conditions that no step answers."""
    answered = {step.answers for step in steps}
    return tuple(i for i, s in enumerate(steps) if SHAPES[s.move] == "asks" and i not in answered)


def draw_lanes(
    steps: Sequence[LaneStep],
    lanes: Sequence[str],
    *,
    title: str,
    desc: str,
    state: str,
    prefix: str = "lanes",
) -> Markup:
    """A negotiation between the parties that `lanes` names, one step a row, earlier ones further up.

    Offers, counter-offers and conditions are circles, hollow while nothing answers them; acceptances are
    squares, refusals crosses. An arrow leads from each step to what answers it, a dashed one from an
    unanswered offer towards those who could. `state` stands on top; `prefix` starts the ids in the picture.
    Raises UsageError for a day that isn't ISO, and for a step that names a lane or step that isn't there.
    """
    _check_steps(steps, len(lanes))
    heights, height = _find_heights(steps)
    columns = [DAYS + WORDS + BETWEEN * i for i in range(len(lanes))]
    width = (columns[-1] if columns else DAYS) + WORDS
    spots = [_Spot(tuple(columns[a] for a in s.actors), y) for s, y in zip(steps, heights, strict=True)]
    pending = list_pending(steps)
    arrows = [
        _draw_answer(spots[s.answers], spots[i], s.move) for i, s in enumerate(steps) if s.answers is not None
    ]
    waits = [_draw_wait(spots[i], columns[_others(steps[i])[0]]) for i in pending if _others(steps[i])]
    marks = [_draw_step(i, s, spots[i], i in pending, len(lanes) > 1) for i, s in enumerate(steps)]
    behind = [_draw_head(columns, lanes, state, height), _draw_days(steps, heights, width), *arrows, *waits]
    return wrap_picture(
        "lanes", (width, height), Markup("").join(behind), Markup("\n").join(marks),
        title=title, desc=desc, prefix=prefix,
    )  # fmt: skip


def _check_steps(steps: Sequence[LaneStep], lanes: int) -> None:
    for place, step in enumerate(steps):
        known = (
            step.move in SHAPES
            and step.actors
            and all(0 <= a < lanes for a in (*step.actors, *step.recipients))
        )
        if not known or (step.answers is not None and not 0 <= step.answers < place):
            fault = "has no move, lane or earlier step that is known"
            raise UsageError(f"step {place + 1}", fault, "Give a move of records.MOVES and numbers from 0")


def _others(step: LaneStep) -> list[int]:
    return [lane for lane in step.recipients if lane not in step.actors]


def _find_heights(steps: Sequence[LaneStep]) -> tuple[list[float], float]:
    """The height of each step, with room for pauses, and that of the whole."""
    heights, y = list[float](), HEAD + ROW / 2
    for before, step in zip([None, *steps], steps, strict=False):
        if before:
            y += ROW + (PAUSE if _pause(before, step) else 0)
        heights.append(y)
    return heights, y + ROW / 2 + FOOT


def _pause(before: LaneStep, step: LaneStep) -> int:
    """The days between two steps where they are many, else 0."""
    if not before.day or not step.day:
        return 0
    days = (parse_day(step.day) - parse_day(before.day)).days
    return days if days > LONG else 0


def _draw_head(columns: Sequence[float], lanes: Sequence[str], state: str, height: float) -> Markup:
    """The state, and each lane with its party's name."""
    pieces = [
        Markup(
            '<text class="ink state" fill="{}" x="4" y="20" font-weight="600" font-size="15">{}</text>'
        ).format(INK, clean(state))
    ]
    for x, name in zip(columns, lanes, strict=True):
        short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
        pieces.append(
            Markup(
                '<path class="grid" stroke="{}" stroke-width="10" stroke-opacity=".45" '
                'stroke-linecap="round" d="M{} {}V{}"/><text class="ink" fill="{}" x="{}" y="{}" '
                'text-anchor="middle" font-weight="600">{}</text>'
            ).format(
                FAINT, number(x), HEAD - 8, number(height - FOOT), INK, number(x), HEAD - 20, clean(short)
            )
        )
    return Markup("").join(pieces)


def _draw_days(steps: Sequence[LaneStep], heights: Sequence[float], width: float) -> Markup:
    """The day of each step where it changes, and how long nothing was told."""
    pieces = []
    for old, step, y in zip([None, *steps], steps, heights, strict=False):
        if old is None or old.day != step.day:
            pieces.append(_draw_words(4, y, _name_day(step.day), "ink", INK))
        if old and (days := _pause(old, step)):
            middle = y - (ROW + PAUSE) / 2
            line = Markup('<path class="grid" stroke="{}" stroke-dasharray="2 4" d="M{} {}H{}"/>')
            pieces += [
                line.format(FAINT, DAYS - 14, number(middle), number(width)),
                _draw_words(4, middle, f"{days} days", "soft", COLOURS["level"]),
            ]
    return Markup("").join(pieces)


def _name_day(day: str | None) -> str:
    return str(format_date(parse_day(day), "d MMM y", locale="en_GB")) if day else "no date"


def _draw_words(x: float, y: float, words: str, name: str, colour: str) -> Markup:
    return Markup('<text class="{}" fill="{}" x="{}" y="{}" dy=".35em">{}</text>').format(
        name, colour, number(x), number(y), words
    )


def _draw_answer(start: _Spot, end: _Spot, move: str) -> Markup:
    """The arrow from a step to what answers it; one within a lane bows to the side."""
    side = SIDES[SHAPES[move]]
    bow = 0.0 if start.x != end.x else min(14 + (end.y - start.y) / 6, 40)
    middle = (start.x + end.x) / 2 + bow, (start.y + end.y) / 2
    tail = _step_towards((start.x, start.y), middle)
    tip = _step_towards((end.x, end.y), middle)
    return Markup(
        '<g class="{0}" fill="{1}" stroke="{1}"><path class="line" fill="none" stroke-width="1.8" '
        'd="M{2} {3}Q{4} {5} {6} {7}"/>{8}</g>'
    ).format(side, COLOURS[side], *map(number, (*tail, *middle, *tip)), _draw_tip(tip, middle))


def _draw_wait(spot: _Spot, whom: float) -> Markup:
    """The dashed arrow from an offer that nothing answers, half the way to whom it was made."""
    start = _step_towards((spot.x, spot.y), (whom, spot.y))
    tip = (spot.x + whom) / 2, spot.y
    colour = COLOURS["level"]
    return Markup(
        '<g class="level" fill="{0}" stroke="{0}"><path class="line" fill="none" stroke-width="1.8" '
        'stroke-dasharray="4 4" d="M{1} {2}H{3}"/>{4}</g>'
    ).format(colour, number(start[0]), number(start[1]), number(tip[0]), _draw_tip(tip, start))


def _step_towards(point: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """`REACH` pixels from one point towards another."""
    far = math.dist(point, other) or 1
    return tuple(a + (b - a) * REACH / far for a, b in zip(point, other, strict=True))  # type: ignore[return-value]


def _draw_tip(tip: tuple[float, float], start: tuple[float, float]) -> Markup:
    """The head of an arrow that comes from `start`."""
    turn = math.degrees(math.atan2(tip[1] - start[1], tip[0] - start[0]))
    return Markup(
        '<path stroke="none" d="M2 0-8 4.5V-4.5z" transform="translate({} {}) rotate({})"/>'
    ).format(*map(number, (*tip, turn)))


def _draw_step(place: int, step: LaneStep, spot: _Spot, pending: bool, several: bool) -> Markup:
    """The marker of a step on the lanes of all who act, with its number and its move in words."""
    shape = SHAPES[step.move]
    side = SIDES[shape]
    joined = Markup("")
    if len(spot.xs) > 1:
        joined = Markup('<path class="line" fill="none" stroke-width="3" d="M{} {}H{}"/>').format(
            number(min(spot.xs)), number(spot.y), number(max(spot.xs))
        )
    left = several and spot.x == DAYS + WORDS
    words = Markup(
        '<text class="ink move" fill="{}" stroke="{}" stroke-width="4" paint-order="stroke" x="{}" y="{}" '
        'dy=".35em" text-anchor="{}">{}</text>'
    ).format(
        INK,
        PAPER,
        number(spot.x + (-13 if left else 13)),
        number(spot.y),
        "end" if left else "start",
        f"{place + 1} {step.move}",
    )
    tag, link = ("a", Markup(' href="{}"').format(step.href)) if step.href else ("g", Markup(""))
    shapes = Markup("").join(_draw_marker(shape, x, spot.y, pending) for x in spot.xs)
    return Markup('<{0}{1} class="{2}" fill="{3}" stroke="{3}"><title>{4}</title>{5}{6}{7}</{0}>').format(
        Markup(tag), link, side, COLOURS[side], clean(step.label), joined, shapes, words
    )


def _draw_marker(shape: Shape, x: float, y: float, pending: bool) -> Markup:
    hole = Markup(' class="hole" fill="{}"').format(PAPER) if pending else Markup("")
    stroke = Markup(' stroke-width="3.2" fill="none"') if shape == "refuses" else Markup("")
    return Markup('<path{}{} d="{}" transform="translate({} {})"/>').format(
        hole, stroke, OUTLINES[shape], number(x), number(y)
    )
