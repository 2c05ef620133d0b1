from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from detente.draw import LaneStep, draw_calibration, draw_lanes, list_pending
from detente.draw.lanes import SHAPES
from detente.errors import UsageError
from detente.ledger import CalibrationBin
from detente.records import MOVES
from tests.test_draw import SVG, find_marks

HOSTILE = "</title><script>alert(1)</script>\x00\ud800 & \"'"


def make_step(move: str = "proposes", actor: int = 0, answers: int | None = None, **fields: Any) -> LaneStep:
    values: dict[str, Any] = {"day": "2013-07-05", "recipients": (1 - actor,), "label": "a step"}
    return LaneStep(**(values | {"move": move, "actors": (actor,), "answers": answers} | fields))


def draw(*steps: LaneStep, lanes: tuple[str, ...] = ("North", "South"), **fields: Any) -> etree._Element:
    values: dict[str, Any] = {"title": "Talks", "desc": "steps", "state": "Open"}
    return etree.fromstring(draw_lanes(steps, lanes, **(values | fields)))


def read_spots(svg: etree._Element) -> list[tuple[float, float]]:
    """The middle of the first marker of each step."""
    moves = [mark.find(f"{SVG}path[@transform]").get("transform") for mark in find_marks(svg)]
    pairs = (move.removeprefix("translate(").removesuffix(")").split() for move in moves)
    return [(float(x), float(y)) for x, y in pairs]


def test_a_lane_for_each_party_and_a_row_for_each_step() -> None:
    svg = draw(make_step(), make_step("rejects", 1, 0), make_step("counters", 0, 1))
    (x1, y1), (x2, y2), (x3, y3) = read_spots(svg)
    assert x1 == x3 < x2
    assert y1 < y2 < y3
    words = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"North", "South", "Open", "5 Jul 2013", "1 proposes", "2 rejects", "3 counters"} <= set(words)


@pytest.mark.parametrize(
    ("steps", "pending"),
    [
        ([make_step()], (0,)),
        ([make_step(), make_step("rejects", 1, 0)], ()),
        ([make_step(), make_step("counters", 1, 0)], (1,)),
        ([make_step(), make_step("conditions", 1, 0), make_step("accepts", 0, 1)], ()),
        ([make_step("plans"), make_step("breaks", 1, 0)], ()),
        ([make_step(), make_step(answers=0)], (1,)),
    ],
)
def test_what_nothing_answers_is_hollow(steps: list[LaneStep], pending: tuple[int, ...]) -> None:
    assert list_pending(steps) == pending
    svg = draw(*steps)
    hollow = [bool(mark.xpath(".//*[@class='hole']")) for mark in find_marks(svg)]
    assert [i for i, is_hollow in enumerate(hollow) if is_hollow] == list(pending)
    assert len(svg.xpath("//*[@stroke-dasharray='4 4']")) == len(pending)


def test_each_answer_has_an_arrow_from_what_it_answers() -> None:
    svg = draw(make_step(), make_step("rejects", 1, 0), make_step("counters", 1, 0))
    (offer, *answers) = read_spots(svg)
    arrows = [p.get("d") for p in svg.xpath("//*[@aria-hidden]//*[@class='line' and contains(@d, 'Q')]")]
    ends = [d.lstrip("M").replace("Q", " ").split() for d in arrows]
    assert len(arrows) == 2
    for end, answer in zip(ends, answers, strict=True):
        assert float(end[0]) == pytest.approx(offer[0], abs=11.5)
        assert float(end[1]) == pytest.approx(offer[1], abs=11.5)
        assert float(end[4]) == pytest.approx(answer[0], abs=11.5)
        assert float(end[5]) == pytest.approx(answer[1], abs=11.5)


@pytest.mark.parametrize("move", MOVES)
def test_every_move_has_a_shape(move: str) -> None:
    assert move in SHAPES
    assert len(find_marks(draw(make_step(move)))) == 1


def test_moves_differ_without_colour() -> None:
    steps = (make_step("proposes"), make_step("accepts"), make_step("rejects"), make_step("responds"))
    shapes = {mark.find(f"{SVG}path[@transform]").get("d") for mark in find_marks(draw(*steps))}
    assert len(shapes) == 4


def test_a_long_silence_is_told() -> None:
    close = draw(make_step(), make_step("rejects", 1, 0, day="2013-07-12"))
    apart = draw(make_step(), make_step("rejects", 1, 0, day="2013-08-12"))
    assert "38 days" in [text.text for text in apart.iter(f"{SVG}text")]
    assert float(apart.get("height")) > float(close.get("height"))


def test_a_joint_step_stands_on_all_its_lanes() -> None:
    (mark,) = find_marks(draw(make_step("plans", actors=(0, 1), recipients=())))
    assert len(mark.findall(f"{SVG}path[@transform]")) == 2


@pytest.mark.parametrize(
    "faulty",
    [
        [make_step("shrugs")], [make_step(actor=2)], [make_step(actors=())], [make_step(answers=0)],
        [make_step(), make_step(answers=3)], [make_step(day="5 July")],
    ],
)  # fmt: skip
def test_faulty_steps_are_named(faulty: list[LaneStep]) -> None:
    with pytest.raises(UsageError, match=r"step|no ISO day"):
        draw(*faulty)


def test_hostile_words_stay_words() -> None:
    step = make_step(label=HOSTILE, href="#m-1\" onload='x'")
    svg = draw(step, lanes=(HOSTILE, "<b>"), title=HOSTILE, desc=HOSTILE, state=HOSTILE)
    assert not svg.findall(f".//{SVG}script")
    (link,) = svg.findall(f".//{SVG}a")
    assert set(link.attrib) == {"href", "class", "fill", "stroke"}


def make_bin(
    chance: float = 0.7, happened: int = 3, of: int = 4, least: float = 0.3, most: float = 0.95
) -> CalibrationBin:
    return CalibrationBin(0.6, 0.8, of, chance, happened, least, most)


def read_bins(*bins: CalibrationBin) -> list[tuple[float, ...]]:
    """Of each point, x, y, radius, and the ends of its bar."""
    svg = etree.fromstring(draw_calibration(bins, title="t", desc="d"))
    found = []
    for mark in find_marks(svg):
        circle, bar = mark.find(f"{SVG}circle"), mark.find(f"{SVG}path")
        ends = bar.get("d").split()[1].split("V")
        found.append(tuple(float(n) for n in (*(circle.get(k) for k in ("cx", "cy", "r")), *ends)))
    return found


def test_a_point_stands_at_its_chance_and_share() -> None:
    (even,) = read_bins(make_bin(0.5, 2, 4, 0.25, 0.75))
    (none, all_) = read_bins(make_bin(0.0, 0, 4, 0, 0.5), make_bin(1.0, 4, 4, 0.5, 1))
    assert (none[0] + all_[0]) / 2 == pytest.approx(even[0])
    assert (none[1] + all_[1]) / 2 == pytest.approx(even[1])
    assert even[3] - even[4] == pytest.approx((none[1] - all_[1]) / 2)
    assert none[1] > all_[1]


def test_more_forecasts_make_a_larger_point() -> None:
    few, many = read_bins(make_bin(of=5), make_bin(of=20))
    assert (many[2] / few[2]) ** 2 == pytest.approx(4, rel=0.05)


def test_counts_and_intervals_are_told() -> None:
    svg = etree.fromstring(draw_calibration([make_bin()], title="t", desc="d"))
    assert "3 of 4" in [text.text for text in svg.iter(f"{SVG}text")]
    told = svg.find(f".//{SVG}g[@class='up']/{SVG}title").text
    assert told == ("Given 60% to 80%, 70% on average: 3 of 4 took place, 75%; 95 % interval 30% to 95%")
    assert svg.xpath("//*[@class='zero']")
    assert not find_marks(etree.fromstring(draw_calibration([], title="t", desc="d")))
