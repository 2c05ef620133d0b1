"""Whole reports: evidence, ids, reasons; workers and failures; one negotiation from offer to meeting."""

from __future__ import annotations

import cProfile
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

import detente.pipeline
from detente.errors import DetenteError, InputError
from detente.ontology import load_ontology
from detente.parse import Passage, parse_report
from detente.pipeline import code_report, code_reports
from detente.read import read_reports
from detente.records import STATUSES, Coding, EventMention, Party, Report, Says, Span
from detente.serial import to_dict
from tests.factories import make_report

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
KAESONG = EXAMPLES / "korea" / "korea-2013-07-kaesong-proposals.md"
SEEDS = HERE.parents[1] / "shared" / "seeds"
SCORER = HERE.parents[1] / "shared" / "dev" / "score_moves.py"
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))
SEED_DAYS = {"000": "2014-02-14", "002": "2013-07-05", "004": "2013-06-11"}
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"there are no reports in {SEEDS}")
needs_scorer = pytest.mark.skipif(not SCORER.is_file(), reason=f"there is no scorer at {SCORER}")


@cache
def examples() -> tuple[Report, ...]:
    return tuple(read_reports(EXAMPLES))


@cache
def coding_of(report: Report) -> Coding:
    return code_report(report)


def check_evidence(coding: Coding) -> None:
    """Every mention shows words that stand in the report just there."""
    text = coding.report.text
    for m in coding:
        assert text[m.start : m.end] == m.quote != ""
        assert text[m.sentence_start : m.sentence_start + len(m.sentence)] == m.sentence
        assert m.sentence_start <= m.trigger.start < m.trigger.end <= m.sentence_start + len(m.sentence)
        assert m.start <= m.trigger.start < m.trigger.end <= m.end
        named: list[Span | Party | Says] = [m.trigger, *m.actor, *m.recipient, *([m.says] if m.says else [])]
        for span in named:
            assert text[span.start : span.end] == span.text != ""
    for note in coding.passed_over:
        assert text[note.start : note.end] == note.quote


def check_values(coding: Coding) -> None:
    """Types, statuses, scores, days and links are what the record promises."""
    types = load_ontology().types
    ids = {m.id for m in coding}
    assert len(ids) == len(coding)
    for m in coding:
        assert m.report_id == coding.report.id
        assert m.status in STATUSES
        assert m.mode is None or m.mode in types[m.type].modes
        assert (m.quad, m.score) == (types[m.type].quad, load_ontology().score(m.type, m.mode))
        assert set(m.contexts) <= set(load_ontology().contexts)
        assert m.theme is None or (m.theme in ids and m.theme != m.id)
        assert 0.3 <= m.confidence <= 1  # least_confidence of meta.json
        assert m.reasons
        assert all(reason.strip() for reason in m.reasons)
        assert m.actor or m.recipient
        assert m.certainty is None or 0 <= m.certainty.low < m.certainty.high <= 1
        days = [date.fromisoformat(d) for d in (m.when.earliest, m.when.latest) if d]
        assert days == sorted(days)


@pytest.mark.parametrize("report", examples(), ids=lambda r: f"{Path(r.path or '').stem}-{r.id[:4]}")
def test_every_example(report: Report) -> None:
    coding = coding_of(report)
    check_evidence(coding)
    check_values(coding)
    assert coding.passed_over
    assert all(note.reason.strip() and note.report_id == report.id for note in coding.passed_over)


@pytest.mark.parametrize("report", examples(), ids=lambda r: f"{Path(r.path or '').stem}-{r.id[:4]}")
def test_no_mention_lies_in_what_was_skipped(report: Report) -> None:
    for m in coding_of(report):
        assert not [s for s in report.skipped if m.start < s.end and s.start < m.end]


def test_every_sentence_is_coded_or_passed_over() -> None:
    report = examples()[0]
    coding = coding_of(report)
    covered = {m.sentence_start for m in coding} | {note.start for note in coding.passed_over}
    for passage in parse_report(report):
        for sentence in passage.doc.sents:
            if len(sentence.text) > 1:
                assert passage.start + sentence.start_char in covered


def test_two_runs_give_the_same() -> None:
    report = examples()[0]
    assert code_report(report) == coding_of(report)


def test_the_same_text_elsewhere_has_the_same_ids(tmp_path: Path) -> None:
    copy = tmp_path / KAESONG.name
    copy.write_bytes(KAESONG.read_bytes())
    here, there = (code_report(next(iter(read_reports(path)))) for path in (KAESONG, copy))
    assert [m.id for m in here] == [m.id for m in there] != []


def test_a_mention_survives_json() -> None:
    for m in coding_of(examples()[0]):
        assert json.loads(json.dumps(to_dict(m)))["quote"] == m.quote


ODD_TEXTS = [
    *["", " ", "\n\n\n", ".", "?!", "—", "\x00\x00", "\ufeff", "a" * 3000, "Iran " * 400, "((((" * 100],
    "🕊️ 🇮🇷🇮🇶 🕊️",
    "Иран отверг предложение Ирака.",
    "伊朗拒绝了伊拉克的建议。",
    "إيران رفضت الاقتراح.",
    "Iran\trejected\u00a0Iraq’s\u2028offer.",
    "\ud800 Iran met Iraq.",
    "Iran rejected rejected rejected Iraq Iraq.",
    "He met him and he met him.",
    "<html>Iran</html>",
]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda t: repr(t[:12]))
def test_odd_texts_are_coded_without_an_error(text: str) -> None:
    coding = code_report(make_report(text))
    check_evidence(coding)
    check_values(coding)


def test_a_report_without_a_day_is_coded() -> None:
    coding = code_report(make_report("Russia vetoed the plan.", published=None))
    assert [m.type for m in coding] == ["REJECT"]
    assert coding.mentions[0].published is None


def test_two_workers_give_what_one_gives() -> None:
    reports = examples()[:10]  # more than one batch
    assert list(code_reports(reports, workers=2)) == [coding_of(r) for r in reports]


def test_a_report_that_takes_too_long_is_set_aside() -> None:
    errors: list[DetenteError] = []
    assert list(code_reports(examples()[:2], on_error=errors.append, time_limit=0.001)) == []
    assert ["took more than 0.001 seconds" in e.fault for e in errors] == [True, True]


def test_reports_are_taken_one_by_one() -> None:
    taken = []

    def hand_out() -> Iterator[Report]:
        for report in examples()[:3]:
            taken.append(report.id)
            yield report

    next(iter(code_reports(hand_out())))
    assert len(taken) == 1


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> tuple[Report, ...]:
    """Three reports of which coding the second one fails."""
    reports = tuple(
        make_report(f"{name} expelled the ambassador of Peru.", title=name, path=f"{name}.txt")
        for name in ("Iran", "Chad", "Cuba")
    )

    def parse_or_fail(report: Report) -> tuple[Passage, ...]:
        if report is reports[1] or report == reports[1]:
            raise RuntimeError("out of ink")
        return parse_report(report)

    monkeypatch.setattr(detente.pipeline, "parse_report", parse_or_fail)
    return reports


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_report_is_named_and_the_rest_is_done(faulty: tuple[Report, ...], workers: int) -> None:
    errors: list[DetenteError] = []
    done = [c.report.title for c in code_reports(faulty, workers=workers, on_error=errors.append)]
    assert done == ["Iran", "Cuba"]
    assert len(errors) == 1
    assert isinstance(errors[0], InputError)
    assert "Chad" in errors[0].subject
    assert "out of ink" in errors[0].fault
    assert errors[0].cure


def test_a_failing_report_raises_where_nobody_takes_the_error(faulty: tuple[Report, ...]) -> None:
    found = code_reports(faulty)
    assert next(found).report.title == "Iran"
    with pytest.raises(InputError, match="out of ink"):
        next(found)


# --- one negotiation -------------------------------------------------------------------------------

# words of the report; types and statuses that are right; actors and recipients ('PRK KOR' '': both together)
CHAIN = [
    ("are to sit down on Saturday", "CONSULT", "planned", "KOR PRK", ""),
    ("Seoul proposed working-level talks", "CONSULT AGREE REQUEST", "offered happened", "KOR", "PRK"),
    ("demanded an answer within a day", "REQUEST", "happened", "KOR", "PRK"),
    ("Pyongyang rejected the proposal", "REJECT", "happened", "PRK", "KOR"),
    ("On 14 May South Korea proposed talks", "CONSULT AGREE REQUEST", "offered happened", "KOR", "PRK"),
    ("The North turned that down", "REJECT", "happened", "PRK", "KOR"),
    ("it offered to let the owners", "CONSULT AGREE CONCEDE RETREAT", "offered", "PRK", "KOR"),
    ("South Korea refused.", "REJECT", "happened", "KOR", "PRK"),
    ("it demanded talks between governments", "REQUEST", "happened", "KOR", "PRK"),
    ("offered such talks", "CONSULT AGREE", "offered", "PRK", "KOR"),
    ("The South accepted", "AGREE", "happened", "KOR", "PRK"),
    ("the North offered again to admit the owners", "CONSULT AGREE CONCEDE RETREAT", "offered", "PRK", "KOR"),
    ("Seoul declined the offer", "REJECT", "happened", "KOR", "PRK"),
    ("countered with another: working-level talks", "CONSULT AGREE REQUEST", "offered", "KOR", "PRK"),
    ("The North accepted the same afternoon", "AGREE", "happened", "PRK", "KOR"),
    ("It denies that it closed the park", "SANCTION COERCE", "denied", "PRK", "KOR"),
]  # fmt: skip
# words of the report; the first and the last day that the act can have
DAYS = [
    ("are to sit down on Saturday", "2013-07-06", "2013-07-06"),
    ("Seoul proposed working-level talks", "2013-04-25", "2013-04-25"),
    ("Pyongyang rejected the proposal", "2013-04-26", "2013-04-26"),
    ("it offered to let the owners", "2013-05-28", "2013-05-28"),
    ("The North accepted the same afternoon", "2013-07-04", "2013-07-04"),
    ("could not agree on the rank", "2013-06-11", "2013-06-12"),
]
CHAIN_FAULTS = {
    "it offered to let the owners": "'offered to let X visit' finds no party but the first",
    "the North offered again to admit the owners": "'admit' has no frame",
    "countered with another: working-level talks": "what follows a colon is not what was countered with",
}
DAY_FAULTS = {
    "The North accepted the same afternoon": "'the same' counts from the day offered, not that of the offer",
}


def codes(parties: tuple[Party, ...]) -> set[str]:
    return {p.code for p in parties if p.code}


@cache
def kaesong() -> Coding:
    return code_report(next(iter(read_reports(KAESONG))))


def told_at(words: str) -> list[EventMention]:
    """The mentions of the Kaesong report that overlap these words of it."""
    text = kaesong().report.text
    start = text.index(words)
    return [m for m in kaesong() if m.start < start + len(words) and start < m.end]


def fits_step(m: EventMention, types: str, statuses: str, actors: str, recipients: str) -> bool:
    if m.type not in types.split() or m.status not in statuses.split():
        return False
    if not recipients:
        return codes(m.actor) | codes(m.recipient) == set(actors.split())
    return codes(m.actor) == set(actors.split()) and codes(m.recipient) == set(recipients.split())


def marked(rows: Sequence[tuple[str, ...]], faults: dict[str, str]) -> list[ParameterSet]:
    """The rows; those whose words are in `faults` must fail."""
    return [
        pytest.param(
            *r, marks=[pytest.mark.xfail(strict=True, reason=faults[r[0]])] if r[0] in faults else []
        )
        for r in rows
    ]


@pytest.mark.parametrize(("words", "types", "statuses", "actors", "recipients"), marked(CHAIN, CHAIN_FAULTS))
def test_each_step_of_the_negotiation(
    words: str, types: str, statuses: str, actors: str, recipients: str
) -> None:
    assert [m for m in told_at(words) if fits_step(m, types, statuses, actors, recipients)]


@pytest.mark.parametrize(("words", "earliest", "latest"), marked(DAYS, DAY_FAULTS))
def test_days_of_the_negotiation(words: str, earliest: str, latest: str) -> None:
    found = {(m.when.earliest, m.when.latest) for m in told_at(words)}
    assert any(a and b and earliest <= a <= b <= latest for a, b in found), found


def test_the_negotiation_ends_in_acceptance_and_a_meeting() -> None:
    moves = [m for m in kaesong() if m.type in {"REJECT", "AGREE"} and m.status == "happened"]
    assert moves[-1].type == "AGREE"
    assert (codes(moves[-1].actor), codes(moves[-1].recipient)) == ({"PRK"}, {"KOR"})
    assert moves[-2].type == "REJECT"
    meetings = [m for m in kaesong() if m.type == "CONSULT" and m.status == "planned"]
    assert any(codes(m.actor) | codes(m.recipient) == {"PRK", "KOR"} for m in meetings)


# --- reports that are not part of the project ------------------------------------------------------


@cache
def seed_coding(number: str) -> Coding:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    return code_report(next(iter(read_reports(path, published=SEED_DAYS[number]))))


@needs_seeds
@pytest.mark.parametrize("number", SEED_DAYS)
def test_evidence_in_seeds(number: str) -> None:
    check_evidence(seed_coding(number))
    check_values(seed_coding(number))
    assert len(seed_coding(number)) > 5


@needs_seeds
@pytest.mark.parametrize("number", SEED_DAYS)
def test_no_mention_on_furniture(number: str) -> None:
    text = seed_coding(number).report.text
    furniture = re.compile(r"^.*(?:click here|credit: |jobs? board|subscribe|dreaming of).*$", re.I | re.M)
    for line in furniture.finditer(text):
        inside = [m.quote for m in seed_coding(number) if m.start < line.end() and line.start() < m.end]
        assert inside == []


@needs_seeds
@needs_scorer
def test_accuracy_stays_above_its_floors(tmp_path: Path) -> None:
    coding = seed_coding("002")
    found = tmp_path / "found.ndjson"
    found.write_text("\n".join(json.dumps(to_dict(m)) for m in coding), encoding="utf-8")
    text = next(SEEDS.glob("002_*.txt"))
    command = [sys.executable, *map(str, (SCORER, SEEDS / "002_gold.jsonl", found, "--text", text))]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    measured = {name: float(value) for name, value in zip(printed[::2], printed[1::2], strict=True)}
    assert measured["f1"] >= FLOORS["seed_002_f1"]
    assert measured["strict_f1"] >= FLOORS["seed_002_strict_f1"]


def count_calls(text: str) -> int:
    """How many functions the coding of a text calls, those of compiled modules included."""
    profile = cProfile.Profile()
    profile.runcall(code_report, make_report(text))
    return sum(entry.callcount for entry in profile.getstats())


CLAUSES = "Iran told Oman that both sides had met in Geneva", "the army of Chad fired at a camp in Sudan"


@pytest.mark.parametrize("joint", [", and ", "; ", ". "])
def test_work_grows_with_the_length_of_a_text_and_not_with_its_square(joint: str) -> None:
    once, fourfold = (joint.join(CLAUSES * n) + "." for n in (16, 64))
    code_report(make_report(once))  # loads the tables
    assert count_calls(fourfold) < 6 * count_calls(once)
