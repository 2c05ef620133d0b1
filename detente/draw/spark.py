"""A series small enough for a line of text: bars up for cooperation, down for conflict."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from detente.draw.marks import COLOURS, clean, number

HALF = 15.0  # pixels above and below the line


def draw_spark(series: Sequence[tuple[float, float]], label: str, width: int = 220) -> Markup:
    """A small picture of periods, each given as its sums of (cooperation, conflict), both positive.

    All bars share one scale; `label` tells screen readers what it shows.
    """
    most = max((max(pair) for pair in series), default=0.0) or 1.0
    step = width / max(len(series), 1)
    bar = max(min(step * 0.8, 9.0), 0.75)
    paths = {"up": "", "down": ""}
    for i, (up, down) in enumerate(series):
        for side, value in (("up", -up), ("down", down)):
            if value:
                tall = max(abs(value) / most * HALF, 1.0) * (1 if value > 0 else -1)
                paths[side] += (
                    f"M{number(i * step)} {number(HALF)}h{number(bar)}v{number(tall)}h{number(-bar)}z"
                )
    bars = Markup("").join(
        Markup('<path class="{}" fill="{}" stroke="none" d="{}"/>').format(side, COLOURS[side], path)
        for side, path in paths.items()
    )
    return Markup(
        '<svg class="spark" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" '
        'height="{1}" role="img" aria-label="{2}">{3}<path class="zero" stroke="currentColor" '
        'stroke-opacity=".5" d="M0 {4}H{0}"/></svg>'
    ).format(width, int(2 * HALF), clean(label), bars, int(HALF))
