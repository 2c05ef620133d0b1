"""How sure forecasters were against how often they were right, as a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from detente.draw.marks import COLOURS, number, wrap_picture
from detente.draw.scale import FAINT, INK
from detente.ledger import CalibrationBin

SIZE = (460, 400)
LEFT, TOP, EDGE = 58, 14, 320  # margins, and the length of both axes
SMALLEST, LARGEST = 4.0, 12.0  # radius of a point, in pixels


def draw_calibration(
    bins: Sequence[CalibrationBin], *, title: str, desc: str, prefix: str = "calibration"
) -> Markup:
    """Chances given against the share that took place, as `score_forecasters` puts them into bins.

    Each point is one bin: its area is the number of forecasts, which stands beside it, its bar the 95 %
    interval of the share. On the dashed diagonal chances are as good as their word. `prefix` starts the ids.
    """
    most = max((b.forecasts for b in bins), default=1)
    points = Markup("\n").join(_draw_bin(b, most) for b in bins)
    return wrap_picture("plot", SIZE, _draw_axes(), points, title=title, desc=desc, prefix=prefix)


def _x(share: float) -> str:
    return number(LEFT + share * EDGE)


def _y(share: float) -> str:
    return number(TOP + (1 - share) * EDGE)


def _draw_axes() -> Markup:
    """Grid and labels in steps of a fifth, as the bins are, the diagonal, and the axes' titles."""
    pieces = []
    for fifth in range(6):
        share = fifth / 5
        pieces.append(
            Markup(
                '<path class="grid" stroke="{f}" d="M{x0} {y}H{x1}M{x} {y0}V{y1}"/>'
                '<text class="ink" fill="{i}" x="{left}" y="{y}" dy=".35em" text-anchor="end">{n} %</text>'
                '<text class="ink" fill="{i}" x="{x}" y="{under}" text-anchor="middle">{n} %</text>'
            ).format(
                f=FAINT,
                i=INK,
                x0=_x(0),
                x1=_x(1),
                y0=_y(0),
                y1=_y(1),
                x=_x(share),
                y=_y(share),
                left=LEFT - 8,
                under=TOP + EDGE + 18,
                n=fifth * 20,
            )
        )
    pieces.append(
        Markup('<path class="zero" stroke="{}" stroke-dasharray="6 4" d="M{} {}L{} {}"/>').format(
            INK, _x(0), _y(0), _x(1), _y(1)
        )
    )
    middle = Markup(
        '<text class="ink" fill="{}" text-anchor="middle" transform="translate({} {}) rotate({})">{}</text>'
    )
    pieces.append(middle.format(INK, _x(0.5), TOP + EDGE + 42, 0, "chance that was given"))
    pieces.append(middle.format(INK, 14, _y(0.5), -90, "share that took place"))
    return Markup("").join(pieces)


def _draw_bin(b: CalibrationBin, most: int) -> Markup:
    share = b.happened / b.forecasts
    radius = max(SMALLEST, LARGEST * math.sqrt(b.forecasts / most))
    counts = f"{b.happened} of {b.forecasts}"
    label = (
        f"Given {b.low:.0%} to {b.high:.0%}, {b.chance:.0%} on average: {counts} took place, "
        f"{share:.0%}; 95 % interval {b.least:.0%} to {b.most:.0%}"
    )
    return Markup(
        '<g class="up" fill="{c}" stroke="{c}"><title>{label}</title>'
        '<path class="bar" stroke-width="2" d="M{x} {low}V{high}"/>'
        '<circle cx="{x}" cy="{y}" r="{r}"/>'
        '<text class="ink" fill="{i}" stroke="none" x="{at}" y="{y}" dy="{dy}em">{counts}</text></g>'
    ).format(
        c=COLOURS["up"], i=INK, label=label, x=_x(b.chance), y=_y(share), low=_y(b.least), high=_y(b.most),
        r=number(radius), at=number(float(_x(b.chance)) + radius + 5), counts=counts,
        dy=-0.4 if share < 0.05 else 0.35,
    )  # fmt: skip
