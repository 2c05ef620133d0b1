"""The corpus: its format, its faults, and that training and test part stay apart."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from detente.corpus import Sample, check_corpus, read_corpus
from detente.errors import DataError
from detente.evaluate import evaluate_samples
from tests.test_pipeline import FLOORS

CORPUS = Path(__file__).parents[1] / "corpus"
HEAD = "= x-1 style=agency region=asia decade=1990\n"
GOOD = HEAD + "Hanoi rejected the demand by Manila.\n@ rejected: REJECT happened | Hanoi > Manila\n"


def read(tmp_path: Path, text: str) -> list[Sample | DataError]:
    (tmp_path / "c.txt").write_text(text, encoding="utf-8")
    return list(check_corpus(tmp_path))


def test_a_block_is_read(tmp_path: Path) -> None:
    text = (
        HEAD
        + "Hanoi is likely to reject Manila's demand that it withdraw, Kyodo said on Monday; talks, talks.\n"
        + "@ reject: REJECT predicted 55-80 | Hanoi > Manila\n"
        + "@ withdraw: RETREAT.withdraw refused | it > - | in reject\n"
        + "@ talks#2: CONSULT happened | - > -\n"
        + "say Kyodo / said / Hanoi is likely to reject Manila's demand\n"
        + "when Monday = 1994-03-07\n"
    )
    sample = read(tmp_path, text)[0]
    assert isinstance(sample, Sample)
    reject, withdraw, talks = sample.mentions
    assert (reject.type, reject.status, reject.certainty) == ("REJECT", "predicted", (0.55, 0.80))
    assert (withdraw.mode, withdraw.outer) == ("withdraw", 0)
    assert sample.text[talks.trigger.start :] == "talks."
    assert (talks.actors, talks.recipients) == ((), ())
    statement = sample.statements[0]
    assert statement.source is not None
    assert (statement.source.text, statement.cue.text) == ("Kyodo", "said")
    assert [(span.text, value) for span, value in sample.dates] == [("Monday", "1994-03-07")]


FAULTS = [
    (GOOD.replace("rejected:", "denied:"), "lacks 'denied'"),
    (GOOD.replace("REJECT h", "REFUSE h"), "no type or mode REFUSE"),
    (GOOD.replace("REJECT h", "REJECT.loud h"), "no type or mode REJECT.loud"),
    (GOOD.replace("happened", "done"), "no status 'done'"),
    (GOOD.replace("> Manila", "> Quezon"), "lacks 'Quezon'"),
    (GOOD.replace(" > Manila", ""), "can't read"),
    (GOOD.replace("style=agency ", ""), "style or region missing"),
    (GOOD.replace("decade=1990", "mood=good"), "odd keys"),
    (HEAD + "Nothing is marked.\n", "marks no mention"),
    (HEAD, "has no text"),
    ("Hanoi rejected it.\n", "starts with"),
    (GOOD.rstrip() + " | in demand\n", "names no other mention"),
    (GOOD + "say Hanoi said so\n", "can't read 'say"),
    (GOOD + "\n" + GOOD, "the id x-1 stands in"),
    (HEAD + "A film.\nnone cinema\n", "'none cinema'"),
    (GOOD + "none film\n", "marks an act and none"),
    (GOOD + GOOD.splitlines()[-1] + "\n", "'rejected' is marked 2 times alike"),
    (GOOD + GOOD, "opens a block"),
    (GOOD.replace("@ r", "@r"), "can't read"),
    (GOOD + "when Hanoi 1994\n", "can't read 'when"),
    (GOOD + "when Hanoi = soon\n", "can't read 'when"),
    (GOOD.replace("decade=1990", "decade=abc"), "decade missing or odd"),
    (GOOD.replace("decade=1990", "decade=1990 pub=gestern"), "pub=gestern is no day"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_faults_are_named(tmp_path: Path, text: str, fault: str) -> None:
    errors = [found for found in read(tmp_path, text) if isinstance(found, DataError)]
    assert len(errors) == 1
    assert fault in str(errors[0])
    assert re.search(r"c\.txt:\d+: ", str(errors[0]))


def test_the_first_fault_stops_reading(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("odd\n", encoding="utf-8")
    with pytest.raises(DataError):
        list(read_corpus(tmp_path))


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_bytes("= é".encode("latin-1"))
    assert "not UTF-8" in str(next(check_corpus(tmp_path)))


def whole_corpus() -> list[Sample]:
    return list(read_corpus(CORPUS))


def test_the_corpus_has_no_fault_and_is_as_large_as_said() -> None:
    samples = whole_corpus()
    sentences = [s for s in samples if not s.is_report]
    tests = [s for s in samples if (CORPUS / "test" / s.source).exists()]
    assert len(sentences) >= 3500
    assert sum(s.is_report for s in samples) >= 50
    assert sum(not s.is_report for s in tests) >= 800
    assert sum(s.is_report for s in tests) >= 15
    statuses = Counter(m.status for s in samples for m in s.mentions)
    assert min(statuses.values()) >= 150


def test_no_sentence_stands_in_both_parts() -> None:
    parts: dict[str, set[str]] = {"train": set(), "test": set()}
    for part, known in parts.items():
        for sample in read_corpus(CORPUS / part):
            known.update(re.sub(r"\W+", " ", line.lower()) for line in sample.text.split("\n"))
    assert not parts["train"] & parts["test"]


def test_the_coder_keeps_above_its_floors() -> None:
    found = evaluate_samples(s for s in read_corpus(CORPUS / "test") if not s.is_report)
    figures = {
        "trigger_f1": found.triggers.f1,
        "mention_f1": found.mentions.f1,
        "statement_f1": found.statements.f1,
        "status_accuracy": found.status_accuracy,
        "silence": found.silence,
    }
    below = {name: value for name, value in figures.items() if value < FLOORS[name]}
    assert not below
