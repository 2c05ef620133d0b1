"""Judgements on single mentions: no such act, another type, other parties; apart from what was coded."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detente import link_events, make_judgement
from detente.cli import run_command
from detente.errors import UsageError
from detente.judgements import correct_mention
from detente.records import EventMention, Judgement, content_id
from detente.store import Filter, Store, schema
from tests.factories import TEXT, make_coding, make_mention, make_party, make_report

REPORT = make_report()


def mention(type_: str = "REJECT", trigger: str = "rejected", **fields: Any) -> EventMention:
    """A mention of REPORT with the id that the coder would give it: of report, trigger and type."""
    sides = {"actor": (make_party(TEXT, "Ruritania", "RUR"),), "recipient": ()}
    id_ = content_id(REPORT.id, TEXT.index(trigger), type_)
    return make_mention(REPORT, trigger, **({"id": id_, "type": type_} | sides | fields))


REJECTS, RECALLS = mention(), mention("SANCTION", "recall", score=-6.0)


def say(verdict: Any, value: str | None = None, about: EventMention = REJECTS, **told: Any) -> Judgement:
    return make_judgement(verdict, [about.id], value=value, **({"by": "ML", "day": "2031-03-01"} | told))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "events.db")
    opened.add(make_coding(REPORT, (REJECTS, RECALLS)))
    return opened


def told(store: Store, **chosen: Any) -> list[str]:
    return [m.type for m in store.mentions(Filter(**chosen))]


@pytest.mark.parametrize(
    ("verdict", "given", "kept"),
    [
        ("type", "consult", "CONSULT"),
        ("type", "Reject-Meet", "REJECT-meet"),
        ("type", "ASSAULT-suicide-attack", "ASSAULT-suicide-attack"),
        ("party", "actor=North Korea", "actor=PRK"),
        ("party", "recipient = KOR; the EU", "recipient=KOR;IGO:EU"),
        ("party", "recipient=", "recipient="),
        ("wrong", None, None),
    ],
)
def test_values_are_kept_in_their_usual_form(verdict: Any, given: str | None, kept: str | None) -> None:
    assert say(verdict, given).value == kept


@pytest.mark.parametrize(
    ("verdict", "value", "fault"),
    [
        ("type", None, "there is no such type of act.*AGREE"),
        ("type", "REJECT-visit", "REJECT has no such mode.*REJECT-meet"),
        ("party", "PRK", "doesn't say which side"),
        ("party", "actor=Nort Korea", "Did you mean North Korea"),
        ("party", "actor=Kim Jong Un", "means no one party with a code"),
        ("wrong", "CONSULT", "takes no value"),
        ("same", None, "takes two mentions"),
        ("right", None, "there is no such verdict"),
    ],
)
def test_what_can_not_be_meant_is_refused(verdict: Any, value: str | None, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        say(verdict, value)


def test_a_corrected_mention_says_so() -> None:
    said = [say("type", "CONSULT-visit", why="an envoy went"), say("party", "recipient=PRK")]
    found = correct_mention(REJECTS, said)
    assert found is not None
    assert (found.type, found.mode, found.quad, found.score) == ("CONSULT", "visit", "verbal cooperation", 4)
    assert found.reasons == (
        *REJECTS.reasons,
        "judged (ML, 2031-03-01): the act is CONSULT-visit, as an envoy went",
        "judged (ML, 2031-03-01): the parties are recipient=PRK",
    )
    (party,) = found.recipient
    assert (party.name, party.code, party.kind, party.sector) == ("North Korea", "PRK", "state", "GOV")
    assert party.text == TEXT[party.start : party.end] == ""
    assert replace(found, type="REJECT", mode=None, quad=REJECTS.quad, score=REJECTS.score, recipient=(),
                   reasons=REJECTS.reasons) == REJECTS  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "type_"),
    [
        (["wrong"], None),
        (["CONSULT", "wrong"], None),
        (["wrong", "CONSULT"], "CONSULT"),
        (["CONSULT", "AGREE"], "AGREE"),
    ],
)
def test_the_later_judgement_counts(verdicts: list[str], type_: str | None) -> None:
    said = [say("wrong") if v == "wrong" else say("type", v) for v in verdicts]
    found = correct_mention(REJECTS, said)
    assert (found and found.type) == type_


def test_a_wrong_mention_is_left_out_but_kept(store: Store) -> None:
    judgement = say("wrong", why="a figure of speech")
    store.add_judgement(judgement)
    assert told(store) == ["SANCTION"]
    assert told(store, search="rejected") == []
    assert [m.type for m in store.mentions(judged=False)] == ["REJECT", "SANCTION"]
    assert (store.counts().mentions, store.counts().by_type) == (1, {"SANCTION": 1})
    assert [number for _, number in store.list_reports()] == [1]
    (coding,) = store.codings()
    assert list(coding) == [RECALLS]
    assert coding.passed_over[-1].reason == "judged (ML, 2031-03-01): no such act, as a figure of speech"
    assert coding.passed_over[-1].quote == REJECTS.quote
    store.take_back(judgement.id)
    assert told(store) == ["REJECT", "SANCTION"]
    assert list(store.mentions()) == [REJECTS, RECALLS]


def test_filters_and_pairs_follow_judgements(store: Store) -> None:
    store.add_judgement(say("type", "CONSULT"))
    store.add_judgement(say("party", "recipient=PRK"))
    assert told(store, type="CONSULT") == told(store, between=("RUR", "PRK")) == ["CONSULT"]
    assert told(store, type="REJECT") == []
    assert [p.codes for p in store.pairs()] == [("PRK", "RUR")]
    assert [m.type for m in store.mentions(Filter(between=("RUR", "PRK")), judged=False)] == ["REJECT"]
    store.add_judgement(say("wrong", day="2031-03-02"))
    assert store.pairs() == []


def test_events_follow_judgements(store: Store) -> None:
    store.add_judgement(say("type", "CONSULT"))
    store.add_judgement(say("wrong", about=RECALLS))
    assert [(e.type, e.mentions) for e in link_events(store.mentions())] == [("CONSULT", (REJECTS.id,))]


@pytest.mark.parametrize("verdict", ["wrong", "type"])
def test_judgements_survive_coding_anew(store: Store, verdict: str) -> None:
    store.add_judgement(say(verdict, "CONSULT" if verdict == "type" else None))
    found = [*store.mentions()]
    other = mention("ACCUSE")  # the same words, read as another type: another id
    assert store.add(make_coding(REPORT, (other, RECALLS))) == "updated"
    assert store.judgements()[0].mentions == (other.id,)
    assert [m.type for m in store.mentions()] == [m.type for m in found]
    store.remove([REPORT.id])
    assert len(store.judgements()) == 1
    store.add(make_coding(REPORT, (REJECTS, RECALLS)))
    assert list(store.mentions()) == found


def test_a_judgement_goes_to_no_other_act_of_the_same_words(store: Store) -> None:
    other = mention("ACCUSE")
    store.add(make_coding(REPORT, (REJECTS, other)))
    store.add_judgement(say("wrong"))
    assert told(store) == ["ACCUSE"]
    store.add(make_coding(REPORT, (other,)))
    assert told(store) == ["ACCUSE"]


def test_of_one_day_the_one_said_last_counts(store: Store) -> None:
    for value in ("CONSULT", "AGREE", "CONSULT"):
        store.add_judgement(say("type", value))
    assert [j.value for j in store.judgements()] == ["AGREE", "CONSULT"]
    assert [j.value for j in store.judgements(RECALLS.id)] == []
    assert told(store) == ["CONSULT", "SANCTION"]


def test_judgements_of_an_older_store_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:3])
        with sqlite3.connect(path, isolation_level=None) as db:
            schema.migrate(db)
            said = ("0c1d", "same", json.dumps([RECALLS.id, REJECTS.id]), "ML", "2031-03-01", None)
            db.execute("INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?)", said)
    with Store(path) as opened:
        ids = tuple(sorted([RECALLS.id, REJECTS.id]))
        assert opened.judgements() == [Judgement("0c1d", "same", ids, "ML", "2031-03-01")]


def test_the_command(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        return run_command([*arguments]), *capsys.readouterr()

    path = str(store.path)
    assert run("judge", path, "party", REJECTS.id, "--value", "recipient=Seoul", "--by", "ML")[0] == 0
    assert run("judge", path, "wrong", RECALLS.id)[0] == 0
    shown = json.loads(run("events", path, "--format", "ndjson")[1])
    assert (shown["id"], shown["recipient"][0]["code"]) == (REJECTS.id, "KOR")
    assert "SANCTION" in run("events", path, "--as-coded")[1]
    listed = run("judge", path, "--list")[1].splitlines()
    assert sorted(" ".join(line.split()[1:3]) for line in listed) == [
        "party recipient=KOR", f"wrong {RECALLS.id}",
    ]  # fmt: skip
    code, _, err = run("judge", path, "type", REJECTS.id)
    assert (code, "there is no such type of act" in err) == (2, True)
