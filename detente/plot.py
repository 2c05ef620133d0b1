"""Charts for notebooks, with Altair: from records, or from frames such as `detente.export` makes.

Install the extra: pip install "detente[notebook]". Each function gives back an `altair.Chart`, which can be
changed, laid beside others, and saved as any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from detente.errors import UsageError
from detente.export.flat import flatten_event, flatten_mention
from detente.ledger import CalibrationBin, Scorecard
from detente.records import Coding, Event, EventMention, Thread
from detente.turns import Series, Turn

try:
    import altair as alt
except ImportError as e:
    raise UsageError(
        "detente.plot", "needs Altair, which is not installed", "pip install 'detente[notebook]'"
    ) from e

if TYPE_CHECKING:
    import polars

    Acts = polars.DataFrame | Iterable[EventMention | Event | Coding | Mapping[str, Any]]

# Source: Okabe and Ito's palette, as in detente.draw
UP, DOWN, LEVEL = "#0072B2", "#D55E00", "#5F6368"
WIDTH, HEIGHT = 640, 260


def plot_timeline(acts: Acts, title: str = "") -> alt.Chart:
    """Acts by day and score, coloured by conflict or cooperation, shaped by status; those with a day alone.

    `acts` are mentions, codings or events, or a frame with the columns earliest, score, status, type,
    actor_code, recipient_code and quote.
    """
    rows = [row | {"side": _side(row["score"])} for row in _read_rows(acts) if row.get("earliest")]
    chart = _chart(rows, title=title, width=WIDTH, height=HEIGHT)
    marks: alt.Chart = chart.mark_point(filled=True, size=70, opacity=0.8).encode(
        x=alt.X("earliest:T", title="day of the act"),
        y=alt.Y("score:Q", title="PLOVER score", scale=alt.Scale(domain=[-10, 10])),
        color=_colour("side:N", title=None),
        shape=alt.Shape("status:N", title="status"),
        tooltip=["earliest:T", "actor_code:N", "recipient_code:N", "type:N", "status:N", "quote:N"],
    )
    return marks


def plot_series(series: Series, turns: Iterable[Turn] = ()) -> alt.LayerChart:
    """Cooperation above the line and conflict below, by period, with bands where `turns` lie."""
    values = [
        {"day": p.start, "score": score, "side": side}
        for p in series.periods
        for score, side in ((p.cooperation, "cooperation"), (-p.conflict, "conflict"))
    ]
    base = _chart(values, title=" – ".join(series.pair), width=WIDTH, height=HEIGHT)
    bars = base.mark_bar().encode(
        x=alt.X("day:T", title=f"by {series.by}"), y=alt.Y("score:Q", title="sum of scores"),
        color=_colour("side:N", title=None), tooltip=["day:T", "side:N", "score:Q"],
    )  # fmt: skip
    found = [
        {"earliest": t.earliest, "latest": t.latest, "day": t.day, "side": _side(t.difference)} for t in turns
    ]
    bands = _chart(found)
    spans = bands.mark_rect(opacity=0.2).encode(
        x="earliest:T", x2="latest:T", color=_colour("side:N", title=None)
    )
    days = bands.mark_rule(strokeDash=[5, 3], size=2).encode(x="day:T", tooltip=["day:T", "side:N"])
    return alt.LayerChart(layer=[spans, bars, days])


def plot_thread(thread: Thread) -> alt.LayerChart:
    """A negotiation: a lane for each party, its steps in order, and lines from steps to their answers."""
    places = {step.mention: number for number, step in enumerate(thread.steps, 1)}
    steps: list[dict[str, Any]] = [
        {"step": n, "day": s.day, "party": " and ".join(s.actor), "move": s.move, "quote": s.quote}
        for n, s in enumerate(thread.steps, 1)
    ]
    links: list[dict[str, Any]] = [
        {"step": places[s.answers.mention], "party": steps[places[s.answers.mention] - 1]["party"], "link": n}
        for n, s in enumerate(thread.steps, 1)
        if s.answers
    ]
    ends = [
        {"step": link["link"], "party": steps[link["link"] - 1]["party"], "link": link["link"]}
        for link in links
    ]
    title = f"“{thread.topic.text}”: {thread.state}"
    base = _chart(steps, title=title, width=WIDTH, height=alt.Step(56))
    x = alt.X("step:Q", title="step", axis=alt.Axis(tickMinStep=1))
    marks = base.mark_point(filled=True, size=120, opacity=1).encode(
        x=x, y=alt.Y("party:N", title=None), shape=alt.Shape("move:N", title="move"),
        color=alt.Color("move:N", title="move"), tooltip=["day:T", "party:N", "move:N", "quote:N"],
    )  # fmt: skip
    lines = _chart([*links, *ends]).mark_line(color=LEVEL, size=1.2)
    return alt.LayerChart(layer=[lines.encode(x=x, y="party:N", detail="link:N", order="step:Q"), marks])


def plot_calibration(scores: Scorecard | Sequence[CalibrationBin]) -> alt.LayerChart:
    """Chances given against the share that took place, with counts and 95 % intervals."""
    bins = scores.calibration if isinstance(scores, Scorecard) else scores
    values = [
        {"chance": b.chance, "share": b.happened / b.forecasts, "least": b.least, "most": b.most,
         "forecasts": b.forecasts, "counts": f"{b.happened} of {b.forecasts}"}
        for b in bins
    ]  # fmt: skip
    base = _chart(values, width=HEIGHT + 40, height=HEIGHT + 40)
    whole = alt.Scale(domain=[0, 1])
    x = alt.X("chance:Q", title="chance that was given", scale=whole, axis=alt.Axis(format="%"))
    y = alt.Y("share:Q", title="share that took place", scale=whole, axis=alt.Axis(format="%"))
    diagonal = _chart([{"chance": 0, "share": 0}, {"chance": 1, "share": 1}])
    return alt.LayerChart(
        layer=[
            diagonal.mark_line(strokeDash=[6, 4], color=LEVEL).encode(x=x, y=y),
            base.mark_rule(color=UP, size=2).encode(x=x, y=alt.Y("least:Q", title=""), y2="most:Q"),
            base.mark_circle(color=UP, opacity=1).encode(
                x=x, y=y, size=alt.Size("forecasts:Q", legend=None), tooltip=["counts:N"]
            ),
            base.mark_text(align="left", dx=10).encode(x=x, y=y, text="counts:N"),
        ]
    )


def plot_map(acts: Acts, title: str = "") -> alt.LayerChart:
    """Where acts took place: a circle for each place, its area the number of acts, its colour their mean
    score. Places alone have no outlines of countries: nothing is loaded from elsewhere.
    """
    found: dict[tuple[float, float, str], list[float]] = {}
    for row in _read_rows(acts):
        if row.get("lat") is not None and row.get("lon") is not None:
            found.setdefault((row["lat"], row["lon"], row.get("place") or ""), []).append(row["score"])
    values = [
        {"lat": lat, "lon": lon, "place": place, "acts": len(scores), "score": sum(scores) / len(scores)}
        for (lat, lon, place), scores in found.items()
    ]
    tones = alt.Scale(domain=[-10, 0, 10], range=[DOWN, "#ddd", UP])
    grid = alt.Chart(alt.graticule(step=[15, 15])).mark_geoshape(stroke="#ddd", filled=False)
    area = alt.Size("acts:Q", title="acts", legend=alt.Legend(format=".0f", tickCount=3))
    circles = _chart(values).mark_circle(opacity=0.8).encode(
        longitude="lon:Q", latitude="lat:Q", size=area,
        color=alt.Color("score:Q", title="mean score", scale=tones),
        tooltip=["place:N", "acts:Q", "score:Q"],
    )  # fmt: skip
    return (
        alt.LayerChart(layer=[grid, circles])
        .project("equalEarth")
        .properties(title=title, width=WIDTH, height=WIDTH // 2)
    )


def _chart(values: Sequence[Mapping[str, Any]], **given: Any) -> alt.Chart:
    chart: alt.Chart = alt.Chart(alt.InlineData(values=list(values)), **given)
    return chart


def _side(score: float) -> str:
    return "cooperation" if score > 0 else "conflict" if score < 0 else "neither"


def _colour(field: str, title: str | None) -> alt.Color:
    scale = alt.Scale(domain=["cooperation", "conflict", "neither"], range=[UP, DOWN, LEVEL])
    return alt.Color(field, title=title, scale=scale)


def _read_rows(acts: Acts) -> Iterator[dict[str, Any]]:
    """Acts as flat rows. Raises UsageError for what are none."""
    rows = acts.iter_rows(named=True) if hasattr(acts, "iter_rows") else acts
    for row in rows:
        if isinstance(row, Coding):
            yield from map(flatten_mention, row)
        elif isinstance(row, EventMention):
            yield flatten_mention(row)
        elif isinstance(row, Event):
            yield flatten_event(row, "")
        elif isinstance(row, Mapping):
            yield dict(row)
        else:
            cure = "Give mentions, events, codings or a frame of detente.export"
            raise UsageError(f"a {type(row).__name__}", "is no act", cure)
