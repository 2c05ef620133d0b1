"""How far an author holds an event for a fact; the table of sentences is in factuality.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import correlation, fmean
from typing import NamedTuple

import pytest
import yaml
from _pytest.mark import ParameterSet

from detente import judge_factuality
from detente.errors import DataError, UsageError
from detente.events import judge_status
from detente.factuality import find_contexts, load_factuality_words
from detente.factuality import words as factuality_words
from detente.parse import parse_text

HERE = Path(__file__).parent
TABLES = yaml.safe_load((HERE / "factuality.yaml").read_text(encoding="utf-8"))
KNOWN_FAULTS = TABLES.pop("known_faults", {})
RANGES = {
    "fact": (2.3, 3.0),
    "likely_or_fact": (1.2, 3.0),
    "likely": (1.2, 2.75),
    "open": (-1.0, 2.0),
    "doubtful": (-2.3, 0.5),
    "not": (-3.0, -1.2),
}


class Case(NamedTuple):
    """A sentence, its event's word, the range of the number, and the status (None: not asked)."""

    sentence: str
    word: str
    lowest: float
    highest: float
    status: str | None


def cases() -> Iterator[ParameterSet]:
    for name, table in {**TABLES, **KNOWN_FAULTS}.items():
        marks = [pytest.mark.xfail(strict=True, reason=name)] if name in KNOWN_FAULTS else []
        for sentence, (word, asked, status) in table.items():
            low, high = RANGES[asked] if isinstance(asked, str) else asked
            case = Case(sentence.split("#")[0], word, low, high, status)
            yield pytest.param(case, id=f"{name}-{sentence[:40]}", marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_number_and_status(case: Case) -> None:
    start = case.sentence.index(case.word)
    token = next(t for t in parse_text(case.sentence)[0].doc if t.idx == start)
    number = judge_factuality(case.sentence, (start, start + len(case.word)))
    assert case.lowest <= number <= case.highest, find_contexts(token)
    if case.status is not None:
        judged = judge_status(token)
        assert judged.status == case.status, judged.reasons


def test_the_table_is_large() -> None:
    assert sum(map(len, TABLES.values())) >= 120


ORDERED = [
    "The king abdicated.",
    "The king will abdicate.",
    "The king might abdicate.",
    "The king is unlikely to abdicate.",
    "The king did not abdicate.",
]


def test_numbers_fall_from_fact_to_denial() -> None:
    numbers = []
    for sentence in ORDERED:
        start = sentence.index("abdicate")
        numbers.append(judge_factuality(sentence, (start, len(sentence) - 1)))
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(ORDERED)


def test_signatures_lie_on_the_scale() -> None:
    for kind, pair in load_factuality_words().signatures.items():
        assert all(-3 <= number <= 3 for number in pair), kind


def test_what_is_outer_counts_for_what_is_inside() -> None:
    sentence = "The minister denied that the crew had failed to close the valve."
    token = next(t for t in parse_text(sentence)[0].doc if t.text == "close")
    assert [c.kind for c in find_contexts(token)] == ["failing", "denying"]


def test_the_second_paragraph_is_read_too() -> None:
    text = "The king spoke.\n\nThe army did not march."
    start = text.index("march")
    assert judge_factuality(text, (start, start + 5)) < 0


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (5, 2), (0, 999)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="outside"):
        judge_factuality("Russia expelled him.", span)


def test_a_span_between_paragraphs_holds_nothing() -> None:
    assert judge_factuality("One.\n\n\n\nTwo.", (5, 6)) == 0.0


FAULTY = [
    ("habit: [tend, begin]", "'begin' is doing and habit"),
    ("custom: [tend]", "'custom' has no signature"),
]


@pytest.mark.parametrize(("line", "fault"), FAULTY)
def test_faulty_tables_are_refused(
    line: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = factuality_words.language_file("en", "factuality.yaml").read_text(encoding="utf-8")
    assert "habit: [tend]" in source
    table = tmp_path / "factuality.yaml"
    table.write_text(source.replace("habit: [tend]", line), encoding="utf-8")
    monkeypatch.setattr(factuality_words, "language_file", lambda *parts: table)
    with pytest.raises(DataError, match=fault):
        load_factuality_words.__wrapped__()


# Measuring data, no part of the project: a line an event, with `tokens`, `start` and `label` (-3 to 3).
MEASURED = HERE.parents[1] / "shared" / "dev" / "factuality_uw_dev.jsonl"
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))


@pytest.mark.skipif(not MEASURED.is_file(), reason=f"there is nothing to measure on at {MEASURED}")
def test_floors() -> None:
    wanted, found = [], []
    for line in MEASURED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        start = sum(len(t) + 1 for t in row["tokens"][: row["start"]])
        end = start + len(row["tokens"][row["start"]])
        wanted.append(row["label"])
        found.append(judge_factuality(" ".join(row["tokens"]), (start, end)))
    error = fmean(abs(w - f) for w, f in zip(wanted, found, strict=True))
    assert 100 * (1 - error / 6) >= FLOORS["factuality_closeness"]
    assert 100 * correlation(wanted, found) >= FLOORS["factuality_correlation"]
