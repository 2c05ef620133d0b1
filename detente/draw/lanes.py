"""A negotiation as lanes: one for each party, time running down, arrows from offers to their answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from markupsafe import Markup

from detente.draw.marks import COLOURS, PAPER, clean, number
from detente.draw.scale import FAINT, INK, parse_day
from detente.errors import UsageError

MoveShape = Literal["asks", "agrees", "refuses", "speaks"]
# what a move does with the talks; colour and shape both tell it
SHAPES: dict[str, MoveShape] = {
    "proposes": "asks", "counters": "asks", "conditions": "asks", "accepts": "agrees", "plans": "agrees",
    "fulfils": "agrees", "rejects": "refuses", "breaks": "refuses", "responds": "speaks",
}  # fmt: skip
SIDES: dict[MoveShape, str] = {"asks": "level", "agrees": "up", "refuses": "down", "speaks": "level"}
OUTLINES: dict[MoveShape, str] = {
    "asks": "M0-7a7 7 0 1 1-.1 0z",
    "agrees": "M-6-6h12v12h-12z",
    "refuses": "M-6 6 6-6M-6-6 6 6",
    "speaks": "M0-4a4 4 0 1 1-.1 0z",
}
DAYS, WORDS, BETWEEN = 92, 84, 150  # widths of the days, of words beside the outer lanes, and between lanes
HEAD, ROW, PAUSE, FOOT = 62, 40, 22, 16  # heights
LONG = 14  # days without a step that are told as a pause
LONGEST_NAME = 22
REACH = 11  # pixels between the middle of a marker and an arrow


@dataclass(frozen=True, slots=True)
class LaneStep:
    """One move: its ISO day, the numbers of the lanes that act and are acted on, and what it answers.

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
class _Place:
    """Where a step stands: the lanes of those who act, and the height; the first lane is its own."""

    xs: tuple[float, ...]
    y: float

    @property
    def x(self) -> float:
        return self.xs[0]


def draw_lanes(
    steps: Sequence[LaneStep],
    lanes: Sequence[str],
    *,
    title: str,
    desc: str,
    state: str = "",
    prefix: str = "lanes",
) -> Markup:
    """A negotiation between the parties that `lanes` names, one step a row, earlier ones further up.

    Offers, counter-offers and conditions are circles, hollow while nothing answers them; acceptances are
    squares, refusals crosses. An arrow leads from each step to what answers it, a dashed one from an
    unanswered offer towards those who could. `state` stands on top; `prefix` starts the ids in the picture.
    Raises UsageError for a day that isn't ISO, and for a step that names a lane or a step that isn't there.
    """
    _check_steps(steps, len(lanes))
    rows, height = _place_rows(steps)
    columns = [DAYS + WORDS + BETWEEN * i for i in range(len(lanes))]
    width = (columns[-1] if columns else DAYS) + WORDS + 12
    places = [_Place(tuple(columns[a] for a in s.actors) or (DAYS,), y) for s, y in zip(steps, rows, strict=True)]
    answered = {s.answers for s in steps}
    open_ones = [s.answers is not None or SHAPES[s.move] == "asks" for s in steps]
    behind = _draw_columns(columns, lanes, height) + _draw_days(steps, rows, width)
    arrows = [_draw_answer(places[s.answers], p, s.move) for s, p in zip(steps, places, strict=True) if s.answers is not None]
    stubs = [
        _draw_stub(p, columns[next(r for r in s.recipients if r not in s.actors)])
        for i, (s, p) in enumerate(zip(steps, places, strict=True))
        if _is_pending(i, s, answered) and set(s.recipients) - set(s.actors)
    ]
    del open_ones
    marks = [
        _draw_step(s, p, _is_pending(i, s, answered), p.x == columns[0] and len(columns) > 1)
        for i, (s, p) in enumerate(zip(steps, places, strict=True))
    ]
    return Markup(
        '<svg class="lanes" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'role="{role}" aria-labelledby="{id}-title {id}-desc" font-family="system-ui, sans-serif" '
        'font-size="13"><title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>\n'
        '<g aria-hidden="true">{head}{behind}{arrows}</g>\n<g class="marks" stroke-width="1.8">{marks}</g></svg>'
    ).format(
        w=width, h=height, role="group" if any(s.href for s in steps) else "img", id=prefix,
        title=clean(title), desc=clean(desc), head=_draw_state(state, width), behind=behind,
        arrows=Markup("").join([*arrows, *stubs]), marks=Markup("\n").join(marks),
    )  # fmt: skip
