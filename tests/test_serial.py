"""Records as plain values and JSON, and back."""

from __future__ import annotations

from typing import Any

import pytest

from detente.ledger import BaseRate, CalibrationBin, Evidence, Resolution, Scorecard
from detente.records import (
    Certainty,
    Clue,
    Coding,
    InferredDay,
    PassedOver,
    Report,
    Skipped,
    Span,
    Topic,
)
from detente.serial import from_dict, from_json, to_dict, to_json
from tests.factories import make_mention, make_report

REPORT = make_report("Ruritania met Freedonia.\n\nRead more here.", published="2031-03-01")
FULL = Report(
    "r1",
    "Text – with “quotes”.",
    "Title",
    skipped=(Skipped(0, 4, "Text", "a credit"),),
    notes=("note", "other"),
)
CLUE = Clue(0, 4, "Text", "a reason", None, "2031-03-01")
BIN = CalibrationBin(0.2, 0.4, 3, 0.3, 1, 0.01, 0.9)
RECORDS = {
    "words": Span(0, 4, "Text"),
    "with nothing in it": Report("r0", ""),
    "tuples of records and of strings": FULL,
    "records that may be missing": make_mention(REPORT, "met"),
    "records within records within records": Coding(
        FULL, (make_mention(REPORT, "met"),), (PassedOver("r1", 0, 4, "Text", None, "why"),)
    ),
    "open ends": InferredDay("2031-01-01", "2031-03-01", "2031-02-01", (CLUE, CLUE)),
    "surrogates": Topic("m", 0, 1, "\udc80"),
    "numbers": Scorecard("Wire", 3, 1, 1, 0, 1, 2, 0.25, 0, None, None, None, (BIN,), None),
    "of the ledger": Resolution(
        "f1", "open", "2031-03-01", None, ("e1",), (), (Evidence("r1", 0, 4, "Text"),), "why",
        BaseRate(0.5, 3, 90, 30), 0.0, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_comes_back_as_it_was(record: Any) -> None:
    assert from_dict(type(record), to_dict(record)) == record
    assert from_json(type(record), to_json(record)) == record


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Span(0, 1, "É"), '{"start":0,"end":1,"text":"É"}'),
        ({"spans": (Span(0, 1, "a"),)}, '{"spans":[{"start":0,"end":1,"text":"a"}]}'),
        ([Certainty(0.5, 1, "may"), None], '[{"low":0.5,"high":1,"phrase":"may"},null]'),
    ],
)
def test_json_is_one_line_without_spaces_between(value: Any, text: str) -> None:
    assert to_json(value) == text


def test_what_has_a_default_may_be_missing_and_what_is_not_known_is_left() -> None:
    assert from_dict(Report, {"id": "r1", "text": "Text", "colour": "red"}) == Report("r1", "Text")


@pytest.mark.parametrize(
    ("kind", "text", "error"), [(Span, '{"start": 0}', TypeError), (Span, "{start", ValueError)]
)
def test_what_is_no_such_record_is_refused(kind: type, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        from_json(kind, text)
