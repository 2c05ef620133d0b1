from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detente import code_report, find_dates, read_forecasts, read_text, resolve_forecasts, score_forecasters
from detente.cli import run_command
from detente.errors import DataError, UsageError
from detente.forecasts.baseline import BaseRates
from detente.forecasts.chances import find_chances
from detente.forecasts.deadlines import find_deadlines
from detente.forecasts.happenings import stem, view_events
from detente.forecasts.measure import measure_files, read_files
from detente.forecasts.scoring import wilson_interval
from detente.ledger import Forecast, Resolution
from detente.link.copies import Copies
from detente.link.merge import Evidence, merge_mentions
from detente.records import Certainty, EventMention, Party, Span, When
from detente.serial import from_json, to_json
from detente.store import Store
from detente.tables import read_yaml
from tests.factories import make_mention, make_report

DAY = "2031-03-05"
CORPUS = Path(__file__).parents[1] / "corpus" / "forecasts"
FLOORS = read_yaml(Path(__file__).parent / "floors.yaml")


# how likely

CHANCES = [
    ("She put the odds at 60 percent.", [(0.6, 0.6, "60 percent")]),
    ("a 60-70% chance of a raid", [(0.6, 0.7, "60-70%")]),
    ("a twenty to thirty per cent chance", [(0.2, 0.3, "twenty to thirty per cent")]),
    ("a less than 10 per cent chance", [(0.0, 0.1, "less than 10 per cent")]),
    ("more than a 90 percent probability", [(0.9, 1.0, "more than a 90 percent")]),
    ("about 40 percent likely", [(0.35, 0.45, "about 40 percent"), (0.55, 0.8, "likely")]),
    ("a one-in-five chance of talks", [(0.2, 0.2, "one-in-five")]),
    ("the chances are two in three that it falls", [(0.6667, 0.6667, "two in three")]),
    ("nine times out of ten they would risk it", [(0.9, 0.9, "nine times out of ten")]),
    ("a bookmaker offers 3-1 against a deal", [(0.25, 0.25, "3-1 against")]),
    ("a bookmaker offered 4 to 1 on a deal", [(0.2, 0.2, "4 to 1")]),
    ("he laid 3 to 1 that they would sign", [(0.75, 0.75, "3 to 1")]),
    ("odds of 4 to 1 on that it holds", [(0.8, 0.8, "4 to 1 on")]),
    ("slim odds of a deal", [(0.05, 0.2, "slim odds")]),
    ("only a remote chance", [(0.01, 0.05, "remote chance")]),
    ("more likely than not", [(0.5, 0.8, "more likely than not")]),
    ("the truce is bound to fail", [(0.95, 0.99, "bound to")]),
    ("the two are at odds over fish", []),
    ("exports fell by 12 percent", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CHANCES, ids=[t for t, _ in CHANCES])
def test_chances_are_read_as_ranges(text: str, wanted: list[tuple[float, float, str]]) -> None:
    assert [(c.low, c.high, c.phrase) for c in find_chances(text)] == wanted
    assert all(text[c.start : c.end] == c.phrase for c in find_chances(text))


# by when

DEADLINES = [
    ("by the end of the year", "2031-12-31", "stated"),
    ("before June", "2031-05-31", "stated"),
    ("by June", "2031-06-30", "stated"),
    ("before February", "2032-01-31", "stated"),
    ("by Christmas", "2031-12-25", "stated"),
    ("this summer", "2031-08-31", "stated"),
    ("in 2032", "2032-12-31", "stated"),
    ("within three weeks", "2031-03-26", "stated"),
    ("in the next two to three years", "2034-03-05", "stated"),
    ("over the next year", "2032-03-05", "stated"),
    ("before the year is out", "2031-12-31", "stated"),
    ("by year-end", "2031-12-31", "stated"),
    ("by the middle of April", "2031-04-15", "stated"),
    ("before the winter is over", "2032-02-29", "stated"),
    ("before the games open on May 9", "2031-05-08", "stated"),
    ("within days", "2031-03-19", "usual"),
    ("within weeks", "2031-05-05", "usual"),
    ("in the coming months", "2031-09-05", "usual"),
    ("in the weeks ahead", "2031-05-05", "usual"),
    ("before the elections", None, "unknown"),
    ("sooner or later", None, "unknown"),
    ("any time soon", None, "unknown"),
]


@pytest.mark.parametrize(("words", "latest", "basis"), DEADLINES, ids=[d[0] for d in DEADLINES])
def test_deadlines_are_read_as_windows(words: str, latest: str | None, basis: str) -> None:
    text = f"Analysts expect Ruritania to attack Freedonia {words}."
    (found,) = find_deadlines(text, find_dates(text, DAY), DAY)
    assert (found.when.latest, found.when.basis) == (latest, basis)
    assert text[found.start : found.end] == found.when.text


@pytest.mark.parametrize("words", ["for two years", "since March", "in recent weeks", "last month"])
def test_what_is_no_deadline(words: str) -> None:
    text = f"Ruritania has shelled Freedonia {words}."
    assert find_deadlines(text, find_dates(text, DAY), DAY) == []


def test_without_a_day_of_publication_only_dated_windows_have_days() -> None:
    text = "It will fall by May 9, 2031, or within weeks."
    whens = [d.when.latest for d in find_deadlines(text, find_dates(text), None)]
    assert whens == ["2031-05-09", None]


# who foresees what

# text, who, type, codes of actors, codes of recipients, happens, chance, last day, condition
READ = [
    ("Analysts expect Iran to attack Israel within weeks.",
     "Analysts", "ASSAULT", "IRN", "ISR", True, None, "2031-05-05", None),
    ("Iran is unlikely to return to talks with the United States this year.",
     None, "CONSULT", "IRN", "USA", True, (0.2, 0.45), "2031-12-31", None),
    ("The Harbour Institute puts the odds of a Chinese attack on Taiwan before June at 15 percent.",
     "The Harbour Institute", "ASSAULT", "CHN", "TWN", True, (0.15, 0.15), "2031-05-31", None),
    ("A war between India and Pakistan is a long shot, said Meera Anand, a historian.",
     "Meera Anand", "ASSAULT", "IND PAK", "", True, (0.05, 0.2), None, None),
    ("Russia may meet Ukraine if the shelling stops, a Swiss diplomat said.",
     "a Swiss diplomat", "CONSULT", "RUS", "UKR", True, (0.2, 0.6), None, "if the shelling stops"),
    ("Egypt will not attack Ethiopia this year, analysts say.",
     "analysts", "ASSAULT", "EGY", "ETH", False, None, "2031-12-31", None),
    ("Egypt will probably not attack Ethiopia this year, analysts say.",
     "analysts", "ASSAULT", "EGY", "ETH", True, (0.15, 0.4), "2031-12-31", None),
    ("A London bookmaker offers 3 to 1 against talks between Greece and Turkey this year.",
     "A London bookmaker", "CONSULT", "GRC TUR", "", True, (0.25, 0.25), "2031-12-31", None),
    ("A Thai minister brushed aside predictions that Thailand would attack Cambodia.",
     None, "ASSAULT", "THA", "KHM", True, None, None, None),
    ("In the view of Ana Ruiz, an economist, Peru will almost certainly expel Chile's ambassador by May.",
     "Ana Ruiz", "SANCTION", "PER", "CHL", True, (0.95, 0.99), "2031-05-31", None),
    ("Unless it is paid, Kenya will expel the Somali ambassador, a lawyer warned.",
     "a lawyer", "SANCTION", "KEN", "SOM", True, None, None, "Unless it is paid"),
]  # fmt: skip


@pytest.mark.parametrize("row", READ, ids=[row[0] for row in READ])
def test_forecasts_are_read(row: tuple[Any, ...]) -> None:
    text, who, type_, actors, recipients, happens, chance, latest, condition = row
    found = read_forecasts(read_text(text, published=DAY))
    assert len(found) == 1, [f.quote for f in found]
    f = found[0]
    assert (f.says.text if f.says else None) == who
    assert (f.type, f.happens, f.window.latest) == (type_, happens, latest)
    sides = [" ".join(sorted(p.code or "?" for p in side)) for side in (f.actor, f.recipient)]
    if type_ in ("CONSULT", "ASSAULT") and " " in actors:
        assert sorted(" ".join(sides).split()) == sorted(actors.split())
    else:
        assert sides == [actors, recipients]
    assert (f.chance and (f.chance.low, f.chance.high)) == chance
    assert (f.condition and f.condition.text) == condition
    assert text[f.start : f.end] == f.quote
    assert text[f.trigger.start : f.trigger.end] == f.trigger.text
    assert text[f.cue.start : f.cue.end] == f.cue.text
    assert f.start <= f.trigger.start < f.trigger.end <= f.end


NO_FORECAST = [
    "Iran will attack Israel this week, the Iranian defence minister said.",  # its own plan
    "Russia vowed to expel the Polish ambassador.",
    "Analysts had expected Iran to attack Israel.",
    "Iran attacked Israel on Monday.",
    "The lira could fall further, dealers said.",
    "Heavy rain is expected in Kenya this week.",
    "Japan hopes to meet China.",
    "China hoped that Japan would meet South Korea.",
    "Russia left because the two sides could not agree with Ukraine.",
]


@pytest.mark.parametrize("text", NO_FORECAST)
def test_what_is_no_forecast(text: str) -> None:
    assert read_forecasts(read_text(text, published=DAY)) == []


def test_two_acts_of_one_expectation_are_two_forecasts() -> None:
    text = "Diplomats expect Iran to expel the British ambassador and to attack Israel by May."
    found = read_forecasts(read_text(text, published=DAY))
    assert [(f.type, f.says and f.says.text) for f in found] == [
        ("SANCTION", "Diplomats"),
        ("ASSAULT", "Diplomats"),
    ]


def test_a_coded_report_gives_the_same_forecasts_with_its_mentions() -> None:
    report = read_text("Analysts expect Iran to attack Israel within weeks.", published=DAY)
    coding = code_report(report)
    (found,) = read_forecasts(coding)
    assert found == read_forecasts(report)[0]
    assert found.mention in {m.id for m in coding}
    assert from_json(Forecast, to_json(found)) == found


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(UsageError):
        read_forecasts(7)  # type: ignore[arg-type]


# what came of it


def party(code: str) -> Party:
    return Party(code, 0, 3, code, code, "state")


def make_forecast(**fields: Any) -> Forecast:
    """Somebody's forecast of 5 March that RUR attacks FRE by 30 June, at 60 to 80 per cent."""
    values: dict[str, Any] = {
        "id": f"f{len(str(fields))}{sorted(fields)}",
        "report_id": "r1",
        "published": DAY,
        "start": 0,
        "end": 30,
        "quote": "RUR to attack FRE",
        "trigger": Span(7, 13, "attack"),
        "cue": Span(0, 6, "expect"),
        "says": None,
        "actor": (party("RUR"),),
        "recipient": (party("FRE"),),
        "type": "ASSAULT",
        "mode": None,
        "quad": "material conflict",
        "happens": True,
        "chance": Certainty(0.6, 0.8, "likely"),
        "window": When("by the end of June", DAY, "2031-06-30", "stated"),
        "condition": None,
        "mention": None,
        "reasons": (),
    }
    return Forecast(**(values | fields))


def make_act(published: str, day: str | None = None, **fields: Any) -> EventMention:
    """A mention, in a report of that day, that RUR attacked FRE."""
    report = make_report(f"They fought by {published}. {len(str(fields))}", published=published)
    values: dict[str, Any] = {
        "type": "ASSAULT",
        "actor": (party("RUR"),),
        "recipient": (party("FRE"),),
        "when": When(None, day or published, day or published, "stated"),
    }
    return make_mention(report, "fought", **(values | fields))


def told_as(word: str, sentence: str, **fields: Any) -> EventMention:
    """RUR's act of 2 April, to nobody, by the word and sentence that tell it."""
    act = make_act("2031-04-02", **{"recipient": (), "sentence": sentence} | fields)
    at = sentence.index(word)
    return replace(act, trigger=Span(at, at + len(word), word))


MINISTER = Party("Ada Thorn", 0, 9, "Ada Thorn", "RUR", "person")
TOUCH = make_act("2031-07-09", type="CONSULT")  # a later report on both
OUTCOMES = [
    ("told within the window", {}, [make_act("2031-04-02")], "came true"),
    ("told later of a day within it", {}, [make_act("2031-07-09", "2031-06-02")], "came true"),
    ("told of a day before the forecast", {}, [make_act("2031-04-02", "2031-03-01"), TOUCH], "did not"),
    ("in the same report", {}, [make_act(DAY), TOUCH], "did not"),
    ("after the window", {}, [make_act("2031-07-09")], "did not"),
    ("by the other side", {}, [
        make_act("2031-04-02", actor=(party("FRE"),), recipient=(party("RUR"),)), TOUCH], "did not"),
    ("on somebody else", {}, [make_act("2031-04-02", recipient=(party("SYL"),)), TOUCH], "did not"),
    ("only planned", {}, [make_act("2031-04-02", status="planned"), TOUCH], "did not"),
    ("only alleged", {}, [make_act("2031-04-02", status="alleged"), TOUCH], "can't be told"),
    ("denied", {}, [make_act("2031-04-02", status="denied"), TOUCH], "can't be told"),
    ("of another type", {}, [make_act("2031-04-02", type="AID"), TOUCH], "did not"),
    ("silence without later reports", {}, [make_act("2031-04-02", type="CONSULT")], "can't be told"),
    ("a later report on others", {}, [
        make_act("2031-07-09", actor=(party("SYL"),), recipient=())], "can't be told"),
    ("unmet condition", {"condition": Span(0, 5, "if it rains")}, [TOUCH], "can't be told"),
    ("flatly not, and it came", {"happens": False}, [make_act("2031-04-02")], "did not"),
    ("flatly not, and it came not", {"happens": False}, [TOUCH], "came true"),
    ("no last day", {"window": When(None, DAY, None, "unknown")}, [TOUCH], "open"),
    ("no last day, and it came", {"window": When(None, DAY, None, "unknown")},
     [make_act("2032-01-01")], "came true"),
    ("no last day, and it came years later", {"window": When(None, DAY, None, "unknown")},
     [make_act("2033-01-01")], "open"),
    ("a war isn't one attack", {"quote": "RUR to start a war on FRE"},
     [make_act("2031-04-02"), TOUCH], "did not"),
    ("a war told as one", {"quote": "RUR to start a war on FRE"},
     [told_as("war", "RUR is at war.")], "came true"),
    ("the condition was told not to be met", {"condition": Span(0, 5, "if SYL fires rockets")},
     [make_act("2031-04-02"), told_as("fired", "SYL fired no rockets.", actor=(), status="negated")],
     "can't be told"),
    ("'unless', and it was told not to be met", {"condition": Span(0, 5, "unless SYL pays fines")},
     [told_as("paid", "SYL paid no fines.", actor=(), status="negated"), TOUCH], "did not"),
    ("a condition with a day that passed", {"condition": Span(0, 5, "if it rains this week"),
     "window": When(None, DAY, None, "unknown")}, [TOUCH], "can't be told"),
    ("a word of the same meaning", {"quote": "seize the raft", "trigger": Span(0, 5, "seize"),
     "type": "COERCE"}, [told_as("captured", "RUR captured a raft.", type="")], "came true"),
    ("the same word about something else", {"quote": "stop its army", "trigger": Span(0, 4, "stop"),
     "type": "RETREAT"}, [told_as("stopped", "RUR stopped a boat of SYL.", recipient=(party("SYL"),)), TOUCH],
     "did not"),
    ("in the passive", {"type": "COERCE", "trigger": Span(0, 5, "close"), "quote": "close the port",
     "recipient": ()}, [told_as("closed", "The port was closed.", type="COERCE", actor=())], "came true"),
    ("by the same person", {"type": "RETREAT", "trigger": Span(0, 6, "leave"), "quote": "leave",
     "actor": (MINISTER,), "recipient": ()}, [told_as("stepped", "She stepped down.", type="RETREAT",
     actor=(MINISTER,))], "came true"),
    ("a meeting whose sentence names both", {"type": "CONSULT", "trigger": Span(0, 4, "meet")},
     [told_as("met", "RUR met FRE.", type="CONSULT", recipient=(party("SYL"),))], "came true"),
    ("no day of the report", {"published": None}, [make_act("2031-04-02")], "can't be told"),
    ("meetings have no direction", {"type": "CONSULT", "trigger": Span(0, 4, "meet")},
     [make_act("2031-04-02", type="CONSULT", actor=(party("FRE"), party("RUR")), recipient=())],
     "came true"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "acts", "wanted"), [o[1:] for o in OUTCOMES], ids=[o[0] for o in OUTCOMES]
)
def test_outcomes(fields: dict[str, Any], acts: list[EventMention], wanted: str) -> None:
    (found,) = resolve_forecasts([make_forecast(**fields)], acts, "2033-02-01")
    assert found.outcome == wanted, found.reason
    evidence = {*found.events, *found.mentions}
    assert evidence <= {m.id for m in acts}
    if wanted == "came true" and fields.get("happens", True):
        assert found.day
        assert evidence


FORESEEN = make_act("2031-03-10", "2031-04-30", status="predicted")
FOUGHT = make_act("2031-03-25", "2031-03-24")
AS_OF = [  # the day, whether the mentions are given, what came of it
    ("2031-03-20", True, ["open"]),
    ("2031-03-20", False, ["open"]),
    ("2031-03-25", True, ["came true"]),
    ("2031-03-25", False, ["came true"]),
    ("2031-03-04", True, []),  # the forecast was made later
]


@pytest.mark.parametrize(("day", "given", "wanted"), AS_OF)
def test_nothing_published_later_is_known(day: str, given: bool, wanted: list[str]) -> None:
    told = [FORESEEN, FOUGHT]
    copies = Copies(())  # both reports are of one outlet
    event = merge_mentions([Evidence(m, copies) for m in told], ())
    assert event.status == "happened"
    for events in ([event], told):
        found = resolve_forecasts([make_forecast()], events, day, told if given else ())
        assert [r.outcome for r in found] == wanted
        assert FOUGHT.id not in [m for r in found for m in r.mentions] or day >= "2031-03-25"


def test_a_window_that_lasts_is_open() -> None:
    (found,) = resolve_forecasts([make_forecast()], [TOUCH], "2031-05-01")
    assert (found.outcome, found.brier) == ("open", None)


def test_what_was_foreseen_is_no_evidence_of_itself() -> None:
    foreseen = make_act("2031-04-02")
    (found,) = resolve_forecasts([make_forecast(mention=foreseen.id)], [foreseen, TOUCH], "2031-08-01")
    assert found.outcome == "did not"


def test_acts_that_were_not_coded_are_looked_for_in_the_reports() -> None:
    made = read_text("Analysts expect Azerbaijan to capture Shusha within weeks.", published="2020-10-12")
    later = read_text("Azerbaijan captured Shusha on Sunday.", published="2020-11-12")
    forecast = make_forecast(
        published="2020-10-12", type="COERCE", actor=(party("AZE"),), recipient=(),
        quote=made.text, trigger=Span(40, 47, "capture"),
        window=When(None, "2020-10-12", "2020-12-12", "usual"),
    )  # fmt: skip
    forecast = replace(forecast, actor=(replace(party("AZE"), name="Azerbaijan"),))
    (found,) = resolve_forecasts([forecast], [], "2021-01-01", reports=[later])
    assert found.outcome == "came true"
    assert [(e.report_id, later.text[e.start : e.end] == e.text) for e in found.passages] == [
        (later.id, True)
    ]
    assert from_json(Resolution, to_json(found)) == found


def test_brier_is_of_the_middle_of_the_range_and_beside_the_base_rate() -> None:
    acts = [make_act(f"2031-01-{day:02}") for day in (5, 15, 25)]
    (found,) = resolve_forecasts([make_forecast()], [*acts, make_act("2031-04-02")], "2031-08-01")
    assert found.brier == pytest.approx((0.7 - 1) ** 2)
    assert found.baseline
    assert (found.baseline.events, found.baseline.days, found.baseline.window) == (3, 59, 117)
    assert found.baseline.chance > 0.9
    assert found.baseline_brier == pytest.approx((found.baseline.chance - 1) ** 2, abs=1e-4)


def test_the_base_rate_uses_nothing_from_the_day_of_the_forecast_on() -> None:
    before, after = make_act("2031-01-05"), make_act("2031-04-02")
    pair = frozenset({"RUR", "FRE"})
    rates = [
        BaseRates(view_events(acts, {}, ())).rate("ASSAULT", pair, DAY, 90)
        for acts in ([before], [before, after])
    ]
    assert rates[0] == rates[1]
    assert BaseRates(view_events([after], {}, ())).rate("ASSAULT", pair, DAY, 90) is None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("handed handing hands", "hand"), ("met meeting meets", "meet"), ("closed closes", "clos")],
)
def test_forms_of_a_word_have_one_stem(words: str, wanted: str) -> None:
    assert {stem(word) for word in words.split()} == {wanted}


def test_a_wrong_day_is_refused() -> None:
    with pytest.raises(UsageError, match="as_of"):
        resolve_forecasts([], [], "next week")


# who foresees how well


def resolved(n: int, low: float, came: bool) -> tuple[Forecast, Resolution]:
    forecast = replace(make_forecast(), id=f"{n}", chance=Certainty(low, low, "odds"))
    brier = round((low - came) ** 2, 4)
    outcome = "came true" if came else "did not"
    return forecast, Resolution(
        f"{n}", outcome, "2031-08-01", None, (), (), (), "", None, brier, 0.25  # type: ignore[arg-type]
    )  # fmt: skip


def test_scores_and_calibration() -> None:
    pairs = [resolved(n, 0.9, n < 9) for n in range(12)] + [resolved(20 + n, 0.1, False) for n in range(4)]
    everybody, nobody = score_forecasters(*zip(*pairs, strict=True))
    assert (everybody.forecasts, everybody.came_true, everybody.did_not) == (16, 9, 7)
    assert everybody.brier == pytest.approx((9 * 0.01 + 3 * 0.81 + 4 * 0.01) / 16, abs=1e-4)
    assert everybody.skill == pytest.approx(1 - everybody.brier / 0.25, abs=1e-3)
    assert [(b.low, b.forecasts, b.happened) for b in everybody.calibration] == [(0.0, 4, 0), (0.8, 12, 9)]
    assert everybody.note is None
    assert nobody.forecaster == "(nobody named)"


def test_few_forecasts_are_warned_of() -> None:
    card = score_forecasters(*zip(*[resolved(1, 0.9, True)], strict=True))[0]
    assert card.note
    assert "too few" in card.note


@pytest.mark.parametrize(  # worked out by hand from Wilson's formula
    ("happened", "of", "wanted"), [(0, 1, (0.0, 0.793)), (5, 10, (0.237, 0.763)), (10, 10, (0.722, 1.0))]
)
def test_wilson_intervals(happened: int, of: int, wanted: tuple[float, float]) -> None:
    assert wilson_interval(happened, of) == pytest.approx(wanted, abs=0.001)


# the store and the command line


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A forecast of March at 70 per cent, and what came of it in May."""
    path = str(tmp_path / "events.db")
    texts = [
        ("Iran attacked Israel on Monday. Israel accused Iran of planning more.", "2031-03-05"),
        ("The odds of an Israeli attack on Iran before June are 70 percent, said Meera Anand, an analyst.",
         "2031-03-10"),
        ("Israel attacked Iran on Sunday.", "2031-05-06"),
    ]  # fmt: skip
    with Store(path) as opened:
        for text, day in texts:
            opened.add(code_report(read_text(text, published=day)))
    return path


def test_the_ledger_is_listed_resolved_and_scored(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["forecasts", store, "--format", "ndjson"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["resolution"] is None
    assert run_command(["forecasts", "resolve", store, "--as-of", "2031-06-30", "--format", "ndjson"]) == 0
    printed = capsys.readouterr()
    record = json.loads(printed.out)
    assert record["resolution"]["outcome"] == "came true"
    assert record["resolution"]["mentions"]
    assert "1 forecast as of 2031-06-30: 1 came true" in printed.err
    assert run_command(["forecasts", "scores", store]) == 0
    assert "Meera Anand" in capsys.readouterr().out


def test_forecasts_made_after_the_day_are_left_out(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["forecasts", "resolve", store, "--as-of", "2031-03-09"]) == 0
    assert "; 1 forecast made later left out" in capsys.readouterr().err
    with Store(store) as opened:
        assert [r for _, r in opened.forecasts()] == [None]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--between", "Iran", "ISR"], 1),
        (["--between", "Iran", "USA"], 0),
        (["--who", "expert"], 1),
        (["--who", "anand"], 1),
        (["--who", "official"], 0),
    ],
)
def test_forecasts_are_chosen(
    store: str, options: list[str], shown: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["forecasts", "list", store, *options, "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + shown


def test_tables_can_be_dropped_and_made_again_to_the_same_ids(store: str) -> None:
    def ledger() -> list[tuple[Forecast, Resolution | None]]:
        assert run_command(["forecasts", "resolve", store, "-o", f"{store}.csv"]) == 0
        with Store(store) as opened:
            return list(opened.forecasts())

    before = ledger()
    with Store(store) as opened:
        for table in ("resolutions", "forecast_parties", "forecasts", "forecasts_read"):
            opened._db.execute(f"DELETE FROM {table}")
    assert ledger() == before


def test_reports_are_read_once_and_anew_when_coded_anew(store: str) -> None:
    with Store(store) as opened:
        assert len(list(opened.unread_codings())) == 3
        for coding, mark in list(opened.unread_codings()):
            opened.put_forecasts(coding.report.id, read_forecasts(coding), mark)
        assert list(opened.unread_codings()) == []
        first = next(opened.codings())
        opened.add(replace(first, mentions=()), "another")
        assert [c.report.id for c, _ in opened.unread_codings()] == [first.report.id]


@pytest.mark.parametrize("meanwhile", ["coded anew", "gone"])
def test_what_was_read_from_another_coding_is_not_kept(store: str, meanwhile: str) -> None:
    with Store(store) as reading, Store(store) as changing:
        read = [(coding, mark, read_forecasts(coding)) for coding, mark in reading.unread_codings()]
        ids = {coding.report.id for coding, _, _ in read}
        for coding, _, _ in read:
            if meanwhile == "gone":
                changing.remove([coding.report.id])
            else:
                changing.add(replace(coding, mentions=()), "another")
        for coding, mark, found in read:
            reading.put_forecasts(coding.report.id, found, mark)
        assert list(reading.forecasts()) == []
        assert {c.report.id for c, _ in reading.unread_codings()} == (set() if meanwhile == "gone" else ids)


def test_outcomes_of_forecasts_that_have_gone_are_not_kept(store: str) -> None:
    run_command(["forecasts", "resolve", store, "-o", f"{store}.csv"])
    with Store(store) as opened:
        ((forecast, outcome),) = opened.forecasts()
        assert outcome
        opened.put_resolutions([replace(outcome, forecast="gone"), outcome])
        assert list(opened.forecasts()) == [(forecast, outcome)]
        opened.remove([forecast.report_id])
        opened.put_resolutions([outcome])
        assert opened._db.execute("SELECT count(*) FROM resolutions").fetchone() == (0,)


def test_forecasts_go_with_their_report(store: str) -> None:
    run_command(["forecasts", "resolve", store, "-o", f"{store}.csv"])
    with Store(store) as opened:
        (forecast,) = [f for f, _ in opened.forecasts()]
        opened.remove([forecast.report_id])
        assert list(opened.forecasts()) == []
        assert opened._db.execute("SELECT count(*) FROM resolutions").fetchone() == (0,)


# measures


def test_a_mark_without_its_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## 2031-03-05 Wire\nThey may {raid|f1} a camp.\n")
    with pytest.raises(DataError, match=r"a\.md:1: 'f1' is marked or told, not both"):
        list(read_files(tmp_path))


def test_reading_and_resolving_keep_above_their_floors() -> None:
    tally = measure_files(f for f in read_files(CORPUS) if f.kept)
    assert tally.found.recall >= FLOORS["forecast_found"]
    assert tally.found.precision >= FLOORS["forecast_precision"]
    assert tally.share("chance") >= FLOORS["forecast_chance"]
    assert tally.share("by") >= FLOORS["forecast_by"]
    assert tally.share("outcome") >= FLOORS["forecast_outcome"]
