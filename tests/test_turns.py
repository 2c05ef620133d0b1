"""Turns: series from any table, turns where there are some and none where there are none, and patterns."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest

from benchmarks.simulate_events import PAIR, simulate_events
from detente import Store, find_turns, make_series
from detente.cli import run_command
from detente.errors import InputError, UsageError
from detente.ontology import load_ontology
from detente.records import When
from detente.turns import Cycle, Phase, Rise, Settings, Silence
from detente.turns.detect import (
    estimate_variances,
    find_changes,
    follow_online,
    permute_split,
    place_interval,
    split_gains,
)
from detente.turns.patterns import find_cycles, find_rises, find_silences
from detente.turns.series import start_of
from tests.factories import make_coding, make_mention, make_party, make_report

QUICK = Settings(permutations=99)
Row = dict[str, Any]


def day(number: int) -> str:
    return (date(2012, 1, 1) + timedelta(days=number)).isoformat()


def row(number: int, score: float, actor: str = "A", recipient: str = "B", **more: Any) -> Row:
    return {"date": day(number), "actor": actor, "recipient": recipient, "score": score, **more}


def swing(levels: list[float], length: int = 100, seed: int = 1) -> list[Row]:
    """Two days in three with an event; `levels` are the mean scores of phases of that length."""
    random = np.random.default_rng(seed)
    return [
        row(i * length + d, level + float(random.choice([-2, -1, 0, 1, 2])))
        for i, level in enumerate(levels)
        for d in range(length)
        if d % 3
    ]


@pytest.mark.parametrize(
    ("given", "by", "start"),
    [
        ("2013-07-05", "day", "2013-07-05"),
        ("2013-07-05", "week", "2013-07-01"),
        ("2013-01-01", "week", "2012-12-31"),
        ("2013-07-05", "month", "2013-07-01"),
    ],
)
def test_periods_start_on_their_first_day(given: str, by: Any, start: str) -> None:
    assert start_of(given, by) == start


def test_a_period_sums_its_events_and_holes_are_kept() -> None:
    rows = [row(0, -6), row(0, 2, weight=3), row(3, 5)]
    first, *holes, last = make_series(rows, ("A", "B")).periods
    assert (first.events, first.weight, first.cooperation, first.conflict, first.net) == (2, 4, 6, 6, 0)
    assert (first.tone, first.balance) == (0, 0)
    assert [(h.events, h.tone, h.balance, h.net) for h in holes] == [(0, None, None, 0)] * 2
    assert (last.start, last.tone, last.balance) == (day(3), 5, 1)


@pytest.mark.parametrize(
    ("actor", "recipient", "undirected", "forth", "back"),
    [
        ("A", "B", 1, 1, 0),
        ("B", "A", 1, 0, 1),
        ("A;B", "", 1, 1, 1),
        (["A", "C"], ["B"], 1, 1, 0),
        ("A", "C", 0, 0, 0),
        ("A;B", "C", 0, 0, 0),
        ("A", None, 0, 0, 0),
    ],
)
def test_which_events_count_for_a_pair(
    actor: Any, recipient: Any, undirected: int, forth: int, back: int
) -> None:
    rows = [row(0, 1, actor, recipient)]
    counts = [
        len(make_series(rows, pair, directed=directed).events)
        for pair, directed in ((("A", "B"), False), (("A", "B"), True), (("B", "A"), True))
    ]
    assert counts == [undirected, forth, back]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "threatened"}, "did not happen (its status says so)"),
        ({"date": None}, "has no day"),
        ({"score": None}, "has no score"),
        ({"score": float("nan")}, "has no score"),
        ({"weight": 0}, "has no weight"),
        ({"earliest": "2012-01-01", "latest": "2012-12-31"}, "day not known to a month"),
        ({"actor": "", "recipient": None}, "names no party"),
    ],
)
def test_rows_that_tell_nothing_are_passed_over_with_the_reason(fields: Row, reason: str) -> None:
    series = make_series([row(0, 1), row(1, 1) | fields], ("A", "B"))
    assert (len(series.events), series.passed_over) == (1, ((reason, 1),))


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"date": "5 July"}, "event 1.*5 July"), ({"score": "much"}, "event 1.*much")],
)
def test_faulty_rows_are_named(fields: Row, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make_series([row(0, 1) | fields], ("A", "B"))


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(InputError, match="no column score"):
        make_series(
            polars.DataFrame({"date": ["2012-01-01"], "actor": ["A"], "recipient": ["B"]}), ("A", "B")
        )
    with pytest.raises(InputError, match="event 1: has no actor"):
        make_series([{"date": "2012-01-01", "recipient": "B", "score": 1}], ("A", "B"))


@pytest.mark.parametrize(
    "wrong", [{"pair": ("A", "A")}, {"by": "year"}, {"measure": "mood"}, {"until": "July"}], ids=str
)
def test_wrong_use_is_refused(wrong: Row) -> None:
    with pytest.raises(UsageError):
        find_turns([row(0, 1)], **({"pair": ("A", "B")} | wrong))


def test_a_frame_gives_what_dicts_give_and_carries_its_columns() -> None:
    rows = [r | {"source": f"report {i}"} for i, r in enumerate(swing([3, -3]))]
    frame = polars.DataFrame(rows).with_columns(polars.col("date").str.to_date())
    given, framed = (find_turns(events, ("A", "B"), settings=QUICK) for events in (rows, frame))
    assert given == framed
    assert given.turns[0].carried_by[0].event.extra["source"].startswith("report ")
    assert given.series.frame().columns[:3] == ["start", "events", "weight"]


def test_mentions_count_once_where_they_happened_on_the_middle_day() -> None:
    span = When("last week", "2013-07-01", "2013-07-07", "stated")
    told = make_mention(when=span), make_mention(when=span, trigger="recall"), make_mention(status="denied")
    series = make_series([make_coding(mentions=told)], ("RUR", "FRE"))
    assert [e.day for e in series.events] == ["2013-07-04"]
    assert series.events[0].extra["quote"] == told[0].quote
    assert sum(number for _, number in series.passed_over) == 2


def test_a_turn_is_found_with_its_effect_interval_and_carriers() -> None:
    rows = swing([3, -4])
    rows += [
        row(95, -8, "C", "A", note="close"),
        row(95, 9, "D", "E"),
        row(70, -9, "C", "A", note="long ago"),
    ]
    (turn,) = find_turns(rows, ("A", "B"), settings=QUICK)
    assert abs(turn.difference + 7) < 0.8
    assert turn.difference == turn.after - turn.before
    assert turn.earliest <= day(100) <= turn.latest
    assert day(97) <= turn.day <= day(103)
    assert turn.p_value == 0.01
    assert turn.noticed is not None
    assert turn.day <= turn.noticed <= day(110)
    assert [e.extra.get("note") for e in turn.went_before] == ["close", None]
    assert all(turn.day <= c.event.day and c.event.score < 0 for c in turn.carried_by)


def test_the_shares_of_all_carriers_make_up_the_difference() -> None:
    every = Settings(permutations=99, shown=10_000, days_after=10_000)
    (turn,) = find_turns(swing([-3, 5]), ("A", "B"), settings=every)
    above = [c.share for c in turn.carried_by]
    assert sum(above) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("by", ["day", "week"])
def test_turns_there_and_back_make_a_cycle(by: Any) -> None:
    found = find_turns(swing([-4, 3, -4]), ("A", "B"), by=by, settings=QUICK)
    assert len(found) == 2
    (cycle,) = found.cycles
    assert abs(cycle.amplitude - 7) < 1
    assert abs(cycle.days - 200) <= 7


@pytest.mark.parametrize("seed", range(6))
def test_no_turn_where_only_the_coverage_changes(seed: int) -> None:
    table = simulate_events(seed, turns=False)
    half = len(table.rows) // 2
    rows = table.rows[:half:4] + table.rows[half:]
    assert len(find_turns(rows, PAIR, settings=QUICK)) <= 1


def test_no_turns_in_noise() -> None:
    found = [len(find_turns(swing([1, 1, 1], seed=seed), ("A", "B"), settings=QUICK)) for seed in range(20)]
    assert sum(found) <= 1


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_turns_of_simulated_tables_are_found(seed: int) -> None:
    """Most of them, that is; benchmarks/measure_turns.py has the shares."""
    table = simulate_events(seed)
    found = [date.fromisoformat(t.day) for t in find_turns(table.rows, PAIR, settings=QUICK)]
    true = [date.fromisoformat(t) for t in table.turns]
    near = [t for t in true if any(abs((t - f).days) <= 21 for f in found)]
    assert 2 * len(near) >= len(true)
    assert len(found) <= len(true) + 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "0 events are too few"),
        ([row(n, n % 7 - 3) for n in range(19)], "19 events are too few"),
        ([row(n // 10, -3) for n in range(60)], "into 6 days"),
        ([row(n, -3.0) for n in range(60)], "never varies"),
    ],
)
def test_abstains_with_the_reason(rows: list[Row], words: str) -> None:
    found = find_turns(rows, ("A", "B"))
    assert not found.turns
    assert words in found.abstained[0]


def test_net_sees_a_change_in_how_much_happens_and_tone_does_not() -> None:
    random = np.random.default_rng(3)
    counts = random.poisson([0.3] * 120 + [4] * 120)
    rows = [row(d, -5.0 + float(random.integers(-2, 3))) for d, n in enumerate(counts) for _ in range(n)]
    assert not find_turns(rows, ("A", "B"), settings=QUICK).turns
    (turn,) = find_turns(rows, ("A", "B"), measure="net", settings=QUICK)
    assert day(117) <= turn.day <= day(123)
    assert turn.after < -15 < turn.before


def test_one_violent_day_is_no_turn() -> None:
    rows = swing([2, 2]) + [row(100, -9) for _ in range(30)]
    assert not find_turns(rows, ("A", "B"), settings=QUICK).turns


def test_the_same_events_in_another_order_give_the_same() -> None:
    rows = swing([2, -3])
    assert find_turns(rows, ("A", "B"), settings=QUICK) == find_turns(rows[::-1], ("A", "B"), settings=QUICK)


def test_turns_as_a_frame() -> None:
    found = find_turns(swing([-3, 5]), ("A", "B"), settings=QUICK)
    frame = found.frame()
    (turn,) = found
    assert frame.row(0, named=True)["day"] == turn.day
    assert frame.columns[:3] == ["day", "earliest", "latest"]
    assert frame["reasons"][0] == "; ".join(turn.reasons)
    empty = find_turns([], ("A", "B")).frame()
    assert empty.schema == frame.schema


def read_korea() -> list[Row]:
    """The examples on Korea, coded by hand."""
    score = load_ontology().score
    with Path(__file__).with_name("korea_by_hand.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t"))
    return [{**r, "score": score(r["type"], r["mode"] or None)} for r in rows]


def test_the_turn_of_june_2013_is_in_the_events_of_the_examples() -> None:
    (turn,) = find_turns(read_korea(), ("PRK", "KOR"), directed=True)
    assert "2013-06-01" <= turn.day <= "2013-06-12"
    assert turn.difference > 4
    assert "restores the Panmunjom line" in [c.event.extra["act"] for c in turn.carried_by]
    assert [e.extra["act"] for e in turn.went_before] == ["Choe hands a letter to Xi"]


def test_pelt_weighs_values_by_their_variance() -> None:
    values = np.array([0.0] * 20 + [5.0] * 20 + [0.0] * 20)
    sure = np.full(60, 1.0)
    unsure = sure.copy()
    unsure[20:40] = 1000
    assert find_changes(values, sure, 1.5) == [20, 40]
    assert find_changes(values, unsure, 1.5) == []


def test_variances_shrink_with_events_down_to_what_days_share() -> None:
    random = np.random.default_rng(5)
    counts = random.integers(1, 9, 4000).astype(float)
    values = random.normal(0, 1.5, 4000) + random.normal(0, 2, 4000) / np.sqrt(counts)
    values[2000:] += 8  # a turn hardly touches the estimate
    variances = estimate_variances(values, counts, 4.0, 1000)
    assert variances[counts == 1].mean() == pytest.approx(1.5**2 + 4, rel=0.1)
    assert variances[counts == 8].mean() == pytest.approx(1.5**2 + 4 / 8, rel=0.15)


def test_the_interval_holds_the_place_nine_times_in_ten() -> None:
    random = np.random.default_rng(8)
    inside = 0
    for _ in range(300):
        values = random.normal(0, 1, 80)
        values[40:] += 1.2
        _, low, high = place_interval(split_gains(values, np.ones(80)))
        inside += low <= 39 <= high
    assert 255 <= inside <= 295


def test_shuffles_are_split_only_where_the_series_may_be() -> None:
    values = np.random.default_rng(0).standard_t(2, 40)  # outliers at an end would outdo the change
    values[20:] += 2
    ones, places = np.ones(40), np.arange(40)
    anywhere, inside = (
        permute_split(values, ones, ones.astype(int), places, Settings(side=side)) for side in (1, 5)
    )
    assert inside < anywhere / 2


def test_p_values_of_noise_are_even() -> None:
    random = np.random.default_rng(4)
    values = random.normal(0, 1, (200, 60))
    ones, places = np.ones(60), np.arange(60)
    found = [
        permute_split(v, ones, ones.astype(int), places, Settings(permutations=99, seed=seed))
        for seed, v in enumerate(values)
    ]
    assert 2 <= sum(p <= 0.05 for p in found) <= 20
    assert 75 <= sum(p <= 0.5 for p in found) <= 125


def test_the_online_detector_sees_a_change_soon_and_no_other() -> None:
    random = np.random.default_rng(2)
    values = np.concatenate([random.normal(2, 1, 60), random.normal(-2, 1, 60)])
    (noticed,) = follow_online(values, np.ones(120), np.arange(120), 0.9)
    assert abs(noticed.place - 60) <= 1
    assert noticed.place <= noticed.seen <= 64


@pytest.mark.parametrize(
    ("levels", "swings"),
    [([1], 0), ([-3, 2], 0), ([2, -3, 2], 0), ([-3, 2, -1], 1), ([-3, 0, 2, -1], 1), ([-3, 2, -1, 4, -4], 2)],
)
def test_cycles_run_from_low_to_low(levels: list[float], swings: int) -> None:
    phases = [Phase(day(100 * i), day(100 * i + 99), 50, level) for i, level in enumerate(levels)]
    cycles, reason = find_cycles(phases)
    assert (len(cycles), reason is None) == (swings, swings > 0)
    if levels == [-3, 0, 2, -1]:
        assert (cycles[0].high, cycles[0].days, cycles[0].amplitude) == (day(200), 300, 4)


def test_a_silence_is_too_long_for_the_rate_of_the_pair() -> None:
    random = np.random.default_rng(6)
    days = np.cumsum(random.geometric(0.4, 150))
    days[75:] += 60
    rows = [row(int(d), 1) for d in days]
    silences, reason = find_silences(make_series(rows, ("A", "B")))
    assert reason is None
    assert [(s.start, s.days >= 60) for s in silences] == [(day(int(days[74]) + 1), True)]
    missing = [day(int(days[74]) + n) for n in range(1, 61)]
    assert find_silences(make_series(rows, ("A", "B")), missing)[0] == ()


def test_a_silence_may_last_to_the_end() -> None:
    rows = [row(n, 1) for n in range(0, 60, 2)]
    silences, _ = find_silences(make_series(rows, ("A", "B"), until=day(120)))
    assert [(s.start, s.end, s.days) for s in silences] == [(day(59), None, 62)]
    assert find_silences(make_series(rows, ("A", "B")))[0] == ()


def test_steady_rates_have_few_silences() -> None:
    found = 0
    for seed in range(40):
        days = np.cumsum(np.random.default_rng(seed).geometric(0.3, 100))
        found += len(find_silences(make_series([row(int(d), 1) for d in days], ("A", "B")))[0])
    assert found <= 6


def with_crises(starts: list[int], length: int) -> list[Row]:
    """A mild dispute every week, and crises that build up over three weeks and last three more."""
    rows = [row(n, -2) for n in range(0, length, 5)]
    for start in starts:
        rows += [row(start - 21 + n, -4) for n in range(21) if n % 3 == 0]
        rows += [row(start + n, -9) for n in range(min(21, length - start)) for _ in range(2)]
    return rows


def test_a_rise_as_before_past_crises_is_warned_of_before_the_next() -> None:
    rows = with_crises([200, 400, 600, 800], 900)
    rises, reason = find_rises(make_series(rows, ("A", "B")))
    assert reason is None
    assert any(day(779) <= r.day < day(815) for r in rises)
    assert not any(day(640) <= r.day < day(775) for r in rises)
    assert all(r.crises >= 3 and r.steepness >= r.usual for r in rises)


@pytest.mark.parametrize(("starts", "by"), [([200], "day"), ([], "day"), ([200, 400, 600], "week")])
def test_no_warning_without_past_crises(starts: list[int], by: Any) -> None:
    rises, reason = find_rises(make_series(with_crises(starts, 700), ("A", "B"), by=by))
    assert rises == ()
    assert reason


def test_the_command_reads_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "events.db"
    with Store(store) as opened:
        for i, r in enumerate(swing([3, -4])):
            text = f"Ruritania acted towards Freedonia, part {i}."
            report = make_report(text, published=r["date"])
            opened.add(
                make_coding(
                    report,
                    (
                        make_mention(
                            report,
                            "acted",
                            actor=(make_party(text, "Ruritania", "RUR"),),
                            recipient=(make_party(text, "Freedonia", "FRE"),),
                            when=When(None, r["date"], r["date"], "stated"),
                            score=r["score"],
                        ),
                    ),
                )
            )
    assert run_command(["turns", str(store), "--pair", "RUR", "FRE", "--format", "ndjson"]) == 0
    out, err = capsys.readouterr()
    (turn,) = [json.loads(line) for line in out.splitlines()]
    assert day(97) <= turn["day"] <= day(103)
    assert "1 turn" in err
    assert run_command(["turns", str(store), "--pair", "RUR", "FRE"]) == 0
    assert "for the worse" in capsys.readouterr().out
    assert run_command(["turns", str(store), "--pair", "RUR", "Freedonia", "--until", day(9)]) == 0
    assert "events are too few" in capsys.readouterr().err
    assert run_command(["turns", str(store), "--pair", "RUR", "Xyzzy"]) == 2


def test_the_command_shows_swings_silences_and_warnings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = replace(
        find_turns([], ("RUR", "FRE")),
        cycles=(Cycle(day(0), day(90), day(200), 200, 5.25),),
        silences=(Silence(day(30), day(70), 41, 0.01),),
        rises=(Rise(day(300), 40.0, 30.0, 4, 3, 2),),
    )
    monkeypatch.setattr("detente.turns.find_turns", lambda *given, **named: found)
    store = tmp_path / "events.db"
    with Store(store) as opened:
        opened.add(make_coding(make_report(), (make_mention(),)))
    assert run_command(["turns", str(store), "--pair", "RUR", "FRE"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "no turn was found",
        f"silence from {day(30)}, 41 days",
        f"swing from {day(0)} over {day(90)} to {day(200)}, 200 days, 5.2 points",
        f"{day(300)}: conflict rises as before 4 past crises (2 of 3 earlier warnings were followed by one)",
    ]


LEFT_OUT: list[tuple[Row, str]] = [
    ({"when": When(None, "2031-01-01", "2031-12-31", "stated")}, "1 day not known to a month"),
    ({"when": When(None, None, None, "unknown")}, "1 has no day"),
    ({"status": "planned"}, "1 did not happen (its status says so)"),
]


def add_act(store: Path, number: int, fields: Row) -> str:
    """Put an act of Ruritania on Freedonia into a store; gives back its id."""
    text = f"Ruritania acted towards Freedonia, part {number}."
    report = make_report(text, published="2031-03-05")
    sides = {
        "actor": (make_party(text, "Ruritania", "RUR"),),
        "recipient": (make_party(text, "Freedonia", "FRE"),),
        "when": When(None, "2031-03-04", "2031-03-04", "stated"),
    }
    act = make_mention(report, "acted", **(sides | fields))
    with Store(store) as opened:
        opened.add(make_coding(report, (act,)))
    return act.id


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("command", ["series", "turns"])
@pytest.mark.parametrize(("fields", "told"), LEFT_OUT, ids=[told for _, told in LEFT_OUT])
def test_the_commands_say_what_they_leave_out(
    fields: Row, told: str, command: str, merged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "events.db"
    add_act(store, 1, {})
    add_act(store, 2, {"type": "AID", "score": 7.0} | fields)
    if merged:
        assert run_command(["link", str(store)]) == 0
        capsys.readouterr()
    assert run_command([command, str(store), "--pair", "RUR", "FRE"]) == 0
    err = capsys.readouterr().err
    assert err.startswith("1 event")
    assert err.endswith(f"1 act between the two left out: {told}.\n")


@pytest.mark.parametrize("since", ["nothing", "a judgement", "a report"])
def test_the_commands_warn_of_what_came_after_the_last_link(
    since: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "events.db"
    act = add_act(store, 1, {})
    assert run_command(["link", str(store)]) == 0
    if since == "a judgement":
        assert run_command(["judge", str(store), "wrong", act, "--by", "ML"]) == 0
    elif since == "a report":
        add_act(store, 2, {"type": "AID", "score": 7.0})
    for command in ("series", "turns"):
        capsys.readouterr()
        assert run_command([command, str(store), "--pair", "RUR", "FRE"]) == 0
        assert ("1 mention not merged yet, or judged" in capsys.readouterr().err) == (since != "nothing")
