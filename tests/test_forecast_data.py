"""The marked predictions of corpus/forecasts: every mark has its line, and every line holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from detente.ontology import load_ontology

FOLDER = Path(__file__).parents[1] / "corpus" / "forecasts"
FILES = sorted(p for p in FOLDER.glob("*.md") if p.stem != "README")
HEAD = re.compile(r"^## (\d{4}-\d\d-\d\d) (\S.*)$", re.MULTILINE)
MARK = re.compile(r"\{([^{}|]+)\|(f\d+)\}")
FIELDS = ["who", "type", "actor", "recipient", "happens", "chance", "by", "if", "outcome", "as of"]
OUTCOMES = {"came true", "did not", "open", "can't be told"}
CODE = re.compile(r"[A-Z]{3}|(IGO|NSA):[A-Z0-9-]+")


@dataclass(frozen=True)
class Prediction:
    """One marked prediction: its file and label, the day and the plain text of its report, and its fields."""

    file: str
    label: str
    day: str
    text: str
    fields: dict[str, str]


def read_file(path: Path) -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    """Day and marked text of each report, and the fields of each label."""
    body, _, lines = path.read_text(encoding="utf-8").partition("\n= ")
    parts = HEAD.split(body)
    reports = list(zip(parts[1::3], parts[3::3], strict=True))
    labels: dict[str, dict[str, str]] = {}
    for line in ("= " + lines).strip().splitlines():
        name, *cells = line.removeprefix("= ").split(" | ")
        assert line.startswith("= "), f"{path.name}: {line}"
        assert name not in labels, f"{path.name}: {line}"
        labels[name] = dict(cell.split(": ", 1) for cell in cells)
    return reports, labels


def read_predictions() -> Iterator[Prediction]:
    """All predictions that are marked and have a line."""
    for path in FILES:
        reports, labels = read_file(path)
        for day, marked in reports:
            for _, label in MARK.findall(marked):
                yield Prediction(path.name, label, day, MARK.sub(r"\1", marked), labels[label])


def check_fields(p: Prediction) -> Iterator[str]:
    """What is wrong with the fields of a prediction."""
    f = p.fields
    if list(f) != FIELDS:
        yield f"fields are {list(f)}"
        return
    if f["type"] not in load_ontology().types:
        yield f"no type {f['type']}"
    for side in ("actor", "recipient"):
        if f[side] != "-" and not all(CODE.fullmatch(code) for code in f[side].split(";")):
            yield f"{side} {f[side]}"
    if f["happens"] not in {"yes", "no"} or f["outcome"] not in OUTCOMES:
        yield f"happens {f['happens']}, outcome {f['outcome']}"
    yield from check_values(p)


def check_values(p: Prediction) -> Iterator[str]:
    """What is wrong with chance, days and words."""
    f = p.fields
    if f["chance"] != "-":
        low, high = map(int, f["chance"].split("-"))
        if not 0 < low <= high < 100 or f["happens"] == "no":
            yield f"chance {f['chance']}"
    if f["by"] != "-" and not p.day <= date.fromisoformat(f["by"]).isoformat():
        yield f"by {f['by']} before {p.day}"
    if (
        f["by"] > date.fromisoformat(f["as of"]).isoformat()
        and f["outcome"] == "did not"
        and f["happens"] == "yes"
    ):
        yield "did not, but the window is open"
    if f["outcome"] == "open" and f["by"] != "-" and f["by"] <= f["as of"]:
        yield "open, but the window has closed"
    if f["who"] != "-" and not re.search(rf"\b{re.escape(f['who'])}(?!\w)", p.text):
        yield f"who: {f['who']} is not in the text"
    if f["if"] != "-" and f["if"] not in p.text:
        yield f"if: {f['if']} is not in the text"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_label_is_marked_once(path: Path) -> None:
    reports, labels = read_file(path)
    marked = [label for _, text in reports for _, label in MARK.findall(text)]
    assert sorted(marked) == sorted(labels)
    assert not any(c in MARK.sub(r"\1", text) for _, text in reports for c in "{}|")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_reports_are_in_order_and_short(path: Path) -> None:
    reports, labels = read_file(path)
    days = [day for day, _ in reports]
    assert days == sorted(days)
    assert 5 <= len(days) <= 9
    (as_of,) = {fields["as of"] for fields in labels.values()}
    assert as_of >= days[-1]
    assert all(MARK.search(text) for _, text in reports), "a report without a mark"


@pytest.mark.parametrize("prediction", list(read_predictions()), ids=lambda p: f"{p.file}-{p.label}")
def test_fields_are_valid(prediction: Prediction) -> None:
    assert list(check_fields(prediction)) == []


def test_the_set_is_large_and_mixed() -> None:
    found = list(read_predictions())
    assert len(found) >= 100
    assert {p.fields["outcome"] for p in found} == OUTCOMES
    kept = [path for path in FILES if int(sha256(path.stem.encode()).hexdigest(), 16) % 3 == 0]
    assert 4 <= len(kept) <= 5
    assert len(FILES) == 17
