from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from lxml import etree

from detente.draw import (
    MARKS,
    SPACING,
    Point,
    draw_marker,
    draw_timeline,
    falls_within,
    find_span,
    pick_ticks,
)
from detente.errors import UsageError
from detente.records import STATUSES

SVG = "{http://www.w3.org/2000/svg}"
SPAN = ("2013-01-01", "2013-12-31")


def make_point(start: str | None = "2013-07-05", score: float = 2.5, **fields: Any) -> Point:
    values: dict[str, Any] = {"end": start, "status": "happened", "acts": "first", "label": "an act"}
    return Point(start=start, score=score, **(values | fields))


def draw(*points: Point, **fields: Any) -> etree._Element:
    values: dict[str, Any] = {"title": "A and B", "desc": "acts", "span": SPAN}
    return etree.fromstring(draw_timeline(points, **(values | fields)))


def find_marks(svg: etree._Element) -> list[etree._Element]:
    return [e for e in svg.iter(f"{SVG}a", f"{SVG}g") if e.find(f"{SVG}title") is not None]


def read_place(mark: etree._Element) -> tuple[float, float]:
    move = mark.find(f"{SVG}path").get("transform")
    x, y = move.removeprefix("translate(").removesuffix(")").split()
    return float(x), float(y)


def read_zero(svg: etree._Element) -> float:
    line = svg.find(f".//{SVG}path[@class='zero']")
    return float(line.get("d").split("H")[0].split()[1])


@pytest.mark.parametrize(
    ("score", "side", "sign"), [(10.0, "up", -1), (0.5, "up", -1), (0.0, "level", 0), (-9.5, "down", 1)]
)
def test_cooperation_is_drawn_above_the_line(score: float, side: str, sign: int) -> None:
    svg = draw(make_point(score=score))
    (mark,) = find_marks(svg)
    offset = read_place(mark)[1] - read_zero(svg)
    assert mark.get("class") == side
    assert (offset > 0) - (offset < 0) == sign


def test_later_days_stand_further_right() -> None:
    days = ["2013-02-01", "2013-07-05", "2013-11-30"]
    xs = [read_place(mark)[0] for mark in find_marks(draw(*map(make_point, days)))]
    assert xs == sorted(xs)
    share = (xs[1] - xs[0]) / (xs[2] - xs[0])
    assert share == pytest.approx(154 / 302, abs=0.002)


@pytest.mark.parametrize(
    ("score", "beyond"), [(10.0, 40.0), (-10.0, -40.0)], ids=["more than ten", "less than minus ten"]
)
def test_scores_outside_the_scale_stay_on_the_plot(score: float, beyond: float) -> None:
    (at,), (off,) = (find_marks(draw(make_point(score=s))) for s in (score, beyond))
    assert read_place(at) == read_place(off)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_mark(status: str) -> None:
    assert status in MARKS
    assert etree.fromstring(draw_marker(status)).get("aria-hidden") == "true"


def test_marks_differ_without_colour() -> None:
    shapes = {draw_marker(status) for status in ("happened", "planned", "denied", "alleged")}
    shapes |= {draw_marker("happened", acts) for acts in ("second", "both")}  # type: ignore[arg-type]
    assert len(shapes) == 6


def test_marks_on_one_day_are_moved_apart() -> None:
    svg = draw(*(make_point(label=f"act {n}") for n in range(40)), make_point("2013-07-06", -2.0))
    places = [read_place(mark) for mark in find_marks(svg)]
    apart = min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i])
    zero = read_zero(svg)
    assert apart >= SPACING - 0.2
    assert sum(y < zero for _, y in places) == 40


def test_intervals_are_bars_and_open_ends_are_dashed() -> None:
    known = draw(make_point("2013-03-01", end="2013-05-31"))
    open_ended = draw(make_point("2013-03-01", end=None))
    (bar,), (dashed,) = (svg.findall(f".//{SVG}path[@stroke-opacity]") for svg in (known, open_ended))
    low, high = (float(n) for n in bar.get("d").lstrip("M").replace("H", " ").split()[::2])
    x, _ = read_place(find_marks(known)[0])
    assert x == pytest.approx((low + high) / 2, abs=0.1)
    assert bar.get("stroke-dasharray") is None
    assert dashed.get("stroke-dasharray")
    assert not draw(make_point()).findall(f".//{SVG}path[@stroke-opacity]")


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("2013-07-05", "2013-07-05", True),
        ("2012-11-01", "2013-01-01", True),
        ("2012-01-01", "2014-12-31", True),
        (None, "2013-01-01", True),
        ("2013-12-31", None, True),
        ("2012-12-31", "2012-12-31", False),
        ("2014-01-01", "2014-01-02", False),
        (None, None, False),
    ],
)
def test_only_what_falls_within_is_drawn(start: str | None, end: str | None, inside: bool) -> None:
    point = make_point(start, end=end)
    assert falls_within(point, SPAN) is inside
    assert len(find_marks(draw(point))) == inside


def test_hostile_words_stay_words() -> None:
    hostile = "</title><script>alert(1)</script>\x00\ud800 & \"'"
    svg = draw(make_point(label=hostile, href="#m-1\" onload='x'"), title=hostile, desc=hostile)
    assert not svg.findall(f".//{SVG}script")
    (link,) = svg.findall(f".//{SVG}a")
    assert set(link.attrib) == {"href", "class", "fill", "stroke"}
    assert "<script>" in link.find(f"{SVG}title").text


def test_the_picture_names_itself() -> None:
    svg = draw(make_point(href="#m-1"), prefix="p-1")
    ids = {e.get("id"): e.text for e in svg.iter() if e.get("id")}
    assert [ids[i] for i in svg.get("aria-labelledby").split()] == ["A and B", "acts"]
    assert svg.get("role") == "group"
    assert draw(make_point()).get("role") == "img"


def test_the_same_points_give_the_same_picture() -> None:
    points = [make_point(f"2013-07-{n % 9 + 1:02}", n % 5 - 2, label=str(n)) for n in range(60)]
    pictures = {draw_timeline(p, title="t", desc="d") for p in (points, points[::-1])}
    assert len(pictures) == 1


def test_no_points_give_an_empty_plot() -> None:
    assert find_marks(draw(span=None)) == []


@pytest.mark.parametrize(
    ("points", "span", "fault"),
    [
        ([make_point("5 July")], SPAN, "no ISO day"),
        ([make_point()], ("2013-12-31", "2013-01-01"), "ends before"),
    ],
)
def test_faulty_days_are_named(points: list[Point], span: tuple[str, str], fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        draw_timeline(points, title="t", desc="d", span=span)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_drawn(day: str) -> None:
    assert len(find_marks(draw(make_point(day), span=(day, day)))) == 1


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2013-07-01", "2013-07-04", ["1 Jul|2013", "2 Jul", "3 Jul", "4 Jul"]),
        ("2013-07-02", "2013-08-20", "8 Jul|2013,15 Jul,22 Jul,29 Jul,5 Aug,12 Aug,19 Aug".split(",")),
        ("2012-12-01", "2014-02-01", "Jan|2013 Mar May Jul Sep Nov Jan|2014".split()),
        ("2007-06-01", "2013-06-01", "2008 2009 2010 2011 2012 2013".split()),
    ],
)
def test_ticks_stand_on_round_days(first: str, last: str, labels: list[str]) -> None:
    ticks = pick_ticks(date.fromisoformat(first), date.fromisoformat(last))
    named = [f"{t.label}|{t.under}" if t.under else t.label for t in ticks]
    assert named == labels


@pytest.mark.parametrize("days", [1, 10, 60, 200, 1000, 9000, 90000])
def test_ticks_are_few_and_within(days: int) -> None:
    first = date(1700, 2, 27)
    last = date.fromordinal(first.toordinal() + days)
    ticks = pick_ticks(first, last)
    assert 1 <= len(ticks) <= 9
    assert all(first <= t.day <= last for t in ticks)


@pytest.mark.parametrize(
    ("days", "span"),
    [
        ([], None),
        (["2013-07-05"], ("2013-07-05", "2013-07-05")),
        (["1953-07-27", "2013-02-12", "2013-07-05", "2014-02-12"], ("2013-02-12", "2014-02-12")),
        (["2013-07-05", "2013-02-12", "2040-01-01", "2013-06-12"], ("2013-02-12", "2013-07-05")),
    ],
)
def test_the_span_leaves_far_days_out(days: list[str], span: tuple[str, str] | None) -> None:
    assert find_span(days) == span
