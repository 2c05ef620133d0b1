"""Threads: which events answer which, where that leads, what a store keeps, and how well it goes."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from detente import code_report, find_threads, link_events, link_store, read_reports
from detente.cli import run_command
from detente.errors import DataError, UsageError
from detente.link.measure import Block, Group, Step, label_mentions, read_groups
from detente.records import EventMention, Party, Report, Span, Thread, When
from detente.serial import from_json, to_json
from detente.store import Store
from detente.tables import read_yaml
from detente.threads.measure import Figures, read_hand_marked, score_threads
from detente.threads.words import load_move_words, read_move_words
from tests.factories import make_coding, make_mention, make_report

ROOT = Path(__file__).parents[1]
FLOORS = read_yaml(Path(__file__).parent / "floors.yaml")
NAMES = {"RUR": "Ruritania", "FRE": "Freedonia", "SYL": "Sylvania"}
MOVES = ROOT / "detente" / "languages" / "en" / "moves.yaml"


def party(text: str, code: str) -> Party:
    start = text.find(NAMES[code])
    return Party(NAMES[code], start, start + len(NAMES[code]), NAMES[code], code, "state")


def said(day: str, line: str, who: str, act: str, **fields: Any) -> EventMention:
    """A mention from a report of its own: `line` with its trigger in stars, `act` 'TYPE status'."""
    before, trigger, after = line.split("*")
    text = before + trigger + after
    report = make_report(f"{text}.", published=day, source=f"Wire {day}", title=None)
    actor, _, recipient = who.partition(">")
    type_, _, status = act.partition(" ")
    values: dict[str, Any] = {
        "type": type_, "status": status or "happened", "when": When(None, day, day, "stated"),
        "actor": tuple(party(text, c) for c in actor.split("+")),
        "recipient": tuple(party(text, c) for c in recipient.split("+") if c),
    }  # fmt: skip
    return make_mention(report, trigger, **(values | fields))


def offer(day: str = "2031-03-01") -> EventMention:
    line = "Ruritania offered Freedonia *talks* on the Hentzau dam"
    return said(day, line, "RUR>FRE", "CONSULT offered")


def refusal(day: str = "2031-03-03") -> EventMention:
    return said(day, "Freedonia *rejected* the offer by Ruritania", "FRE>RUR", "REJECT")


def counter(day: str = "2031-03-05") -> EventMention:
    line = "Freedonia proposed that Ruritania *open* the Hentzau dam instead"
    return said(day, line, "FRE>RUR", "RETREAT offered", mode="access")


def acceptance(day: str = "2031-03-07") -> EventMention:
    return said(day, "Ruritania *accepted* the proposal of Freedonia", "RUR>FRE", "AGREE")


def opening(day: str = "2031-04-02") -> EventMention:
    return said(day, "Ruritania *opened* the Hentzau dam to Freedonia", "RUR>FRE", "RETREAT", mode="access")


def thread(*mentions: EventMention) -> list[Thread]:
    return find_threads(link_events(mentions), mentions)


def told(found: Thread) -> list[tuple[str, int | None]]:
    """The moves of a thread, each with the number of the step that it answers."""
    numbers = {step.mention: i for i, step in enumerate(found.steps)}
    return [(s.move, numbers[s.answers.mention] if s.answers else None) for s in found.steps]


DEMAND = said(
    "2031-03-01", "Ruritania *demanded* that Freedonia free the miners", "RUR>FRE", "REQUEST", mode="yield"
)
AGAIN = said("2031-03-20", "Ruritania again *called* on Freedonia to free the miners", "RUR>FRE", "REQUEST")
TERMS = said(
    "2031-03-03", "Freedonia would *attend* the talks if Ruritania freed the miners", "FRE>RUR",
    "CONSULT conditional",
)  # fmt: skip
PLAN = said(
    "2031-03-08", "Ruritania and Freedonia are to *meet* for talks on the Hentzau dam", "RUR+FRE",
    "CONSULT planned", when=When("on Monday", "2031-03-15", "2031-03-15", "stated"),
)  # fmt: skip
BREAK = said("2031-03-20", "Ruritania *cancelled* its agreement with Freedonia", "RUR>FRE", "REJECT")
RATIFIED = said("2031-03-20", "Freedonia *ratified* the agreement with Ruritania", "FRE>RUR", "SUPPORT")
CASES = {
    "an offer and its refusal": (
        [offer(), refusal()],
        [("proposes", None), ("rejects", 0)],
        "broken off",
        (),
    ),
    "to a counter-offer": (
        [offer(), refusal(), counter()],
        [("proposes", None), ("rejects", 0), ("counters", 0)],
        "open",
        ("RUR",),
    ),
    "that is accepted": (
        [offer(), refusal(), counter(), acceptance()],
        [("proposes", None), ("rejects", 0), ("counters", 0), ("accepts", 2)],
        "agreed",
        (),
    ),
    "and done": (
        [counter(), acceptance(), opening()],
        [("proposes", None), ("accepts", 0), ("fulfils", 1)],
        "fulfilled",
        (),
    ),
    "a meeting is planned": (
        [
            offer(),
            said("2031-03-07", "Freedonia *accepted* the offer by Ruritania", "FRE>RUR", "AGREE"),
            PLAN,
        ],
        [("proposes", None), ("accepts", 0), ("plans", 1)],
        "agreed",
        (),
    ),
    "or called off": (
        [counter(), acceptance(), BREAK],
        [("proposes", None), ("accepts", 0), ("breaks", 1)],
        "broken off",
        (),
    ),
    "an agreement is ratified": (
        [counter(), acceptance(), RATIFIED],
        [("proposes", None), ("accepts", 0), ("accepts", 1)],
        "agreed",
        (),
    ),
    "a condition": ([offer(), TERMS], [("proposes", None), ("conditions", 0)], "open", ("RUR",)),
    "a demand made again": ([DEMAND, AGAIN], [("proposes", None), ("proposes", 0)], "open", ("FRE",)),
}


@pytest.mark.parametrize(("mentions", "steps", "state", "ball"), CASES.values(), ids=CASES)
def test_what_answers_what_and_where_it_leads(
    mentions: list[EventMention], steps: list[tuple[str, int | None]], state: str, ball: tuple[str, ...]
) -> None:
    (found,) = thread(*mentions)
    assert told(found) == steps
    assert (found.state, found.ball) == (state, ball)
    assert found.reasons


AFTER_REFUSAL = {
    "accepted after all": ([acceptance("2031-03-20")], ["accepts"], "agreed"),
    "agreed by both": (
        [said("2031-03-20", "Ruritania and Freedonia *agreed* on the Hentzau dam", "RUR+FRE", "AGREE")],
        ["accepts"],
        "agreed",
    ),
    "done without a word": ([opening("2031-03-20")], ["fulfils"], "fulfilled"),
    "accepted, then done": (
        [acceptance("2031-03-20"), opening("2031-03-29")],
        ["accepts", "fulfils"],
        "fulfilled",
    ),
    "accepted, then refused again": (
        [
            acceptance("2031-03-20"),
            said("2031-03-25", "Ruritania *rejected* the proposal of Freedonia", "RUR>FRE", "REJECT"),
        ],
        ["accepts", "rejects"],
        "broken off",
    ),
}


@pytest.mark.parametrize(("later", "moves", "state"), AFTER_REFUSAL.values(), ids=AFTER_REFUSAL)
def test_what_was_refused_can_be_taken_up(later: list[EventMention], moves: list[str], state: str) -> None:
    no = said("2031-03-07", "Ruritania *rejected* the proposal of Freedonia", "RUR>FRE", "REJECT")
    (found,) = thread(counter(), no, *later)
    assert [move for move, _ in told(found)] == ["proposes", "rejects", *moves]
    assert found.state == state


NO_ANSWER = {
    "one event": [offer()],
    "nobody addressed": [
        offer(),
        said("2031-03-03", "Sylvania *rejected* a plan of its own", "SYL", "REJECT"),
    ],
    "before it was made": [refusal("2031-02-01"), offer("2031-06-01")],
    "long after": [offer(), refusal("2032-03-03")],
    "only predicted": [
        offer(),
        said("2031-03-03", "Freedonia will *reject* the offer by Ruritania", "FRE>RUR", "REJECT predicted"),
    ],
    "by the same side": [offer(), said("2031-03-03", "Ruritania *rejected* the offer", "RUR", "REJECT")],
    "a deed on another matter": [
        offer(),
        said("2031-03-09", "Sylvania *freed* a Freedonian poet", "SYL", "RETREAT"),
    ],
}


@pytest.mark.parametrize("mentions", NO_ANSWER.values(), ids=NO_ANSWER)
def test_nothing_is_tied_without_a_reason(mentions: list[EventMention]) -> None:
    assert thread(*mentions) == []


def test_every_link_names_its_reasons() -> None:
    (found,) = thread(offer(), refusal(), counter(), acceptance(), opening())
    links = [step.answers for step in found.steps if step.answers]
    assert len(links) == 4
    assert all(link.reasons and link.relation for link in links)
    assert any("'the offer' points back to a proposal" in reason for reason in links[0].reasons)


def test_the_order_of_input_is_without_effect() -> None:
    mentions = [offer(), refusal(), counter(), acceptance(), opening(), DEMAND, AGAIN]
    expected = thread(*mentions)
    for seed in range(5):
        random.Random(seed).shuffle(mentions)
        events = link_events(mentions)
        random.Random(seed).shuffle(events)
        assert find_threads(events, mentions) == expected


def test_ids_stay_when_later_reports_are_added() -> None:
    (before,) = thread(offer(), refusal())
    (after,) = thread(offer(), refusal(), counter(), acceptance())
    assert after.id == before.id
    assert after.steps[:2] == before.steps


def test_two_matters_of_one_pair_are_two_threads() -> None:
    freed = said("2031-03-09", "Freedonia *agreed* to free the miners of Ruritania", "FRE>RUR", "AGREE")
    dam = said(
        "2031-03-05", "Freedonia offered to *open* the Hentzau dam to Ruritania", "FRE>RUR",
        "RETREAT offered", mode="access",
    )  # fmt: skip
    found = thread(DEMAND, dam, freed, acceptance("2031-03-11"))
    assert [[move for move, _ in told(t)] for t in found] == [["proposes", "accepts"]] * 2


def test_the_topic_is_words_of_a_report() -> None:
    first = offer()
    (found,) = thread(first, refusal())
    assert found.topic.text == "talks on the Hentzau dam"
    assert found.topic.mention == first.id
    at = found.topic.start - first.start
    assert first.quote[at : at + len(found.topic.text)] == found.topic.text


def test_a_refusal_with_a_demand_is_one_turn_and_two_offers_are_two() -> None:
    text = (
        "Ruritania offered to meet Freedonian traders at the Hentzau dam. Freedonia rejected that offer. "
        "In response, Ruritania offered to meet Freedonian officials at the Hentzau dam."
    )
    report = make_report(text, published="2031-03-09", title=None)
    sides = {"actor": (party(text, "RUR"),), "recipient": (party(text, "FRE"),)}
    values = {"type": "CONSULT", "status": "offered", "when": When(None, "2031-03-09", "2031-04-09", "tense")}
    first = make_mention(report, "meet", **(values | sides))
    at = text.rindex("meet")
    places = {"start": text.index("In response"), "end": len(text), "trigger": Span(at, at + 4, "meet")}
    words = {"quote": text[places["start"] :], "sentence": text[places["start"] :]}
    second = replace(first, id="second", sentence_start=places["start"], **places, **words)
    no = make_mention(
        report, "rejected", actor=sides["recipient"], recipient=sides["actor"],
        when=When(None, "2031-03-02", "2031-03-09", "tense"),
    )  # fmt: skip
    (found,) = thread(first, no, second)
    assert told(found) == [("proposes", None), ("rejects", 0), ("counters", 1)]


def test_a_thread_survives_json() -> None:
    (found,) = thread(offer(), refusal(), counter())
    assert from_json(Thread, to_json(found)) == found


BROKEN = [
    ("{kind: none, statuses: [predicted, hedged, denied]}", "{kind: wish}", "'wish' is no kind of move"),
    (
        "{kind: none, statuses: [predicted, hedged, denied]}",
        "{kind: none, types: [TALK]}",
        "'TALK' is no type",
    ),
    (
        "{kind: none, statuses: [predicted, hedged, denied]}",
        "{kind: none, statuses: [no]}",
        "'no' is no status",
    ),
    ("{kind: none, statuses: [predicted, hedged, denied]}", "{kind: none, verbs: [no]}", "unknown keys"),
    ("  refusal: [refusal", "  wish: [refusal", "there is no kind 'wish'"),
    ("determiners:", "others:", "lacks determiners"),
    ("  soon: [", "  late: [", "there is no cue 'late'"),
]


@pytest.mark.parametrize(("words", "others", "fault"), BROKEN, ids=[fault for *_, fault in BROKEN])
def test_a_faulty_table_is_named_with_its_line(words: str, others: str, fault: str, tmp_path: Path) -> None:
    text = MOVES.read_text(encoding="utf-8")
    assert words in text
    file = tmp_path / "moves.yaml"
    file.write_text(text.replace(words, others, 1), encoding="utf-8")
    with pytest.raises(DataError, match=rf"moves\.yaml:\d+: .*{fault}"):
        read_move_words(file)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (offer(), "proposal"),
        (counter(), "proposal"),
        (refusal(), "refusal"),
        (acceptance(), "acceptance"),
        (BREAK, "break"),
        (DEMAND, "demand"),
        (TERMS, "condition"),
        (PLAN, "plan"),
        (opening(), "deed"),
        (said("2031-03-03", "Freedonia may *accept* the offer", "FRE", "AGREE hedged"), None),
        (said("2031-03-03", "Freedonia did not *accept* the offer", "FRE", "AGREE negated"), "refusal"),
        (said("2031-03-03", "Freedonia *countered* with an offer", "FRE", "AGREE"), "proposal"),
    ],
)
def test_mentions_tell_kinds_of_moves(line: EventMention, kind: str | None) -> None:
    assert load_move_words().read_kind(line) == kind


# --- the store and the command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    mentions = [offer(), refusal(), counter(), acceptance(), opening(), DEMAND, AGAIN]
    with Store(tmp_path / "t.db") as opened:
        for m in mentions:
            report = Report(m.report_id, m.quote + ".", published=m.published, source=m.report_source)
            opened.add(make_coding(report, (m,)))
        link_store(opened)
    return tmp_path / "t.db"


def run(*arguments: str) -> int:
    return run_command(list(arguments))


def test_the_store_gives_back_the_threads_that_fit(store: Path) -> None:
    with Store(store) as opened:
        found = find_threads([e for e, _ in opened.events()], opened.mentions())
        assert opened.put_threads(found)["new"] == len(found) == 2
        assert list(opened.threads()) == found
        assert list(opened.threads(between=("RUR", "FRE"))) == found
        assert list(opened.threads(between=("RUR", "USA"))) == []
        assert [t.state for t in opened.threads(state="open")] == ["open"]
        assert [t.state for t in opened.threads(since="2031-04-01")] == ["fulfilled"]
        for wrong in ({"state": "lost"}, {"since": "soon"}, {"between": ("RUR", "Nowhereland")}):
            with pytest.raises(UsageError):
                list(opened.threads(**wrong))


def test_threads_can_be_dropped_and_made_again(store: Path, capsys: Any) -> None:
    def rows() -> list[Any]:
        with sqlite3.connect(store) as db:
            return db.execute("SELECT id, record FROM threads ORDER BY id").fetchall()

    assert run("threads", str(store)) == 0
    before = rows()
    with sqlite3.connect(store) as db:
        for table in (
            "threads",
            "thread_events",
            "thread_parties",
            "events",
            "event_mentions",
            "event_parties",
        ):
            db.execute(f"DELETE FROM {table}")
    assert run("link", str(store)) == 0
    assert run("threads", str(store)) == 0
    assert rows() == before
    assert "2 as before" not in capsys.readouterr().err
    assert run("threads", str(store)) == 0
    assert "2 as before" in capsys.readouterr().err


def test_without_events_the_command_says_what_to_do(tmp_path: Path, capsys: Any) -> None:
    with Store(tmp_path / "t.db") as opened:
        opened.add(make_coding())
    assert run("threads", str(tmp_path / "t.db")) == 1
    assert "Run 'detente link" in capsys.readouterr().err
    assert run("threads", str(tmp_path / "none.db")) == 1
    assert not (tmp_path / "none.db").exists()


def test_the_command_writes_every_format(store: Path, capsys: Any) -> None:
    assert run("threads", str(store), "--state", "fulfilled") == 0
    table = capsys.readouterr().out
    assert "fulfilled" in table
    assert "rejects 1: Freedonia rejected the offer by Ruritania" in " ".join(table.split())
    assert run("threads", str(store), "--format", "ndjson") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {from_json(Thread, line).state for line in lines} == {"fulfilled", "open"}
    assert run("threads", str(store), "--format", "csv", "--between", "RUR", "FRE") == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("thread,topic,parties,state,ball,opened,last,step,day,actor,move")
    assert len(rows) == 7
    assert run("threads", str(store), "--state", "lost") == 2


# --- the measure


def figures(group: Group) -> Figures:
    mentions = [m for report in group.reports for m in code_report(report)]
    threads = find_threads(link_events(mentions, group.reports), mentions)
    return score_threads(group.blocks, threads, label_mentions(mentions, group.marks))


def test_the_score_counts_links_states_and_balls() -> None:
    mentions = [offer(), refusal(), counter()]
    labels = dict(zip((m.id for m in mentions), ("p", "r", "c"), strict=True))
    steps = (
        Step("p", "proposes", None),
        Step("r", "rejects", "p"),
        Step("c", "accepts", "p"),
        Step("x", "breaks", "c"),
    )
    block = Block("dam", "a dam", ("RUR", "FRE"), "open", "RUR", steps)
    score = score_threads([block], thread(*mentions), labels)
    assert (score.found.right, score.found.predicted, score.found.gold) == (1, 2, 2)
    assert (score.found_pairs.right, score.links.gold) == (2, 3)
    assert (score.moves.right, score.moves.gold) == (2, 3)
    assert (score.states.right, score.balls.right) == (1, 1)


@pytest.mark.parametrize("line", ["## nowhere", "## a\nno {such|x} words"])
def test_what_was_marked_by_hand_must_be_there(line: str, tmp_path: Path) -> None:
    (tmp_path / "hand.md").write_text(f"# Title\n\n{line}\n")
    with pytest.raises(DataError, match=r"hand\.md:\d"):
        read_hand_marked(tmp_path / "hand.md", [make_report(path="a.md")])


@cache
def korean_threads() -> list[Thread]:
    """The threads of the Korean examples as the coder reads them."""
    reports = list(read_reports(ROOT / "examples" / "korea"))
    mentions = [m for report in reports for m in code_report(report)]
    return list(find_threads(link_events(mentions, reports), mentions))


def test_kaesong_keeps_above_its_floor() -> None:
    reports = list(read_reports(ROOT / "examples" / "korea"))
    score = figures(read_hand_marked(Path(__file__).parent / "korea_threads.md", reports))
    assert score.found.f1 >= FLOORS["threads_kaesong"]


def test_kaesong_comes_out_of_the_examples() -> None:
    talks = max(korean_threads(), key=lambda t: len(t.steps))
    assert {p.code for p in talks.parties} >= {"KOR", "PRK"}
    spring = [step.move for step in talks.steps if (step.day or "") < "2013-06-05"]
    assert spring == [
        "proposes",
        "rejects",
        "proposes",
        "rejects",
        "counters",
        "rejects",
        "counters",
        "counters",
        "accepts",
    ]


@pytest.mark.xfail(
    strict=True, reason="the talks 'countered with' are read as refused, and 'countered' as no act"
)
def test_kaesong_ends_in_agreement() -> None:
    [talks] = [t for t in korean_threads() for s in t.steps if "countered with another" in s.quote]
    assert talks.state == "agreed"


@pytest.mark.xfail(strict=True, reason="what each side wants is read as a move in answer to the other's")
def test_kaesong_has_three_steps_in_july() -> None:
    july = next(t for t in korean_threads() for s in t.steps if "countered with another" in s.quote)
    assert [step.move for step in july.steps if (step.day or "") >= "2013-07-01"] == [
        "counters",
        "accepts",
        "plans",
    ]


@pytest.mark.xfail(strict=True, reason="'withdrawing its people' is coded without the North and gets no day")
def test_kaesong_knows_the_reply_of_may() -> None:
    talks = max(korean_threads(), key=lambda t: len(t.steps))
    assert any("withdrawing its people" in step.quote for step in talks.steps)


def test_links_on_what_was_kept_from_tuning_stay_as_good() -> None:
    groups = [g for g in read_groups(ROOT / "corpus" / "threads") if g.kept]
    score = sum(map(figures, groups), Figures())
    assert score.found.f1 >= FLOORS["threads_kept"]
