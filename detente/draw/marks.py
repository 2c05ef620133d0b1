"""The markers: shape by who acts, filling by status, colour by conflict or cooperation."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

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
PAPER = "#fff"
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


def number(value: float) -> str:
    """A number of pixels as SVG has it, to a tenth."""
    return f"{round(value, 1) + 0.0:g}"


def side_of_line(score: float) -> str:
    """The class of a score: 'up', 'down' or 'level'."""
    return "up" if score > 0 else "down" if score < 0 else "level"


def draw_shape(status: str, acts: Side, move: str = "") -> Markup:
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
    side = side_of_line(score)
    return Markup(
        '<svg class="marker {0}" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" '
        'fill="{1}" stroke="{1}" stroke-width="1.6">{2}</svg>'
    ).format(side, COLOURS[side], draw_shape(status, acts))


def clean(words: str) -> str:
    """`words` without the characters that XML doesn't allow."""
    return "".join(c if c >= " " and not "\ud800" <= c <= "\udfff" else " " for c in words)


def wrap_picture(
    kind: str, size: tuple[float, float], behind: Markup, marks: Markup, *, title: str, desc: str, prefix: str
) -> Markup:
    """The SVG of a picture of a `kind`, its class: `behind` is decorative, `marks` are its content."""
    return Markup(
        '<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" '
        'height="{h}" role="{role}" aria-labelledby="{id}-title {id}-desc" '
        'font-family="system-ui, sans-serif" font-size="13">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>\n'
        '<g aria-hidden="true">{behind}</g>\n<g class="marks" stroke-width="1.8">{marks}</g></svg>'
    ).format(
        kind=kind, w=number(size[0]), h=number(size[1]), id=prefix, title=clean(title), desc=clean(desc),
        role="group" if "<a " in marks else "img", behind=behind, marks=marks,
    )  # fmt: skip
