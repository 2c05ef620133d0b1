"""Undated reports: the year told from the inside, and never shown as known.

`python -m tests.test_undated` prints the figures for all reports and for the third kept from tuning.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from detente import infer_published
from detente.corpus import read_corpus
from detente.pipeline import code_report
from detente.read import read_reports
from detente.records import InferredDay
from detente.tables import read_yaml
from tests.factories import make_report

HERE = Path(__file__).parent
HEAD = re.compile(r"^= (\S+) (.*\b)?(?:pub=)?(\d{4}-\d\d-\d\d)\b.*$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A text with the day on which it was, or could have been, published."""

    id: str
    day: str
    text: str

    @property
    def held(self) -> bool:
        """Whether it is kept from tuning."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 3 == 0


def own_cases() -> Iterator[Case]:
    """The reports of undated.txt."""
    for block in re.split(r"\n(?== )", (HERE / "undated.txt").read_text(encoding="utf-8")):
        head, _, text = block.partition("\n")
        if head.startswith("= "):
            _, name, day = head.split()
            yield Case(f"own-{name}", day, text.strip())


def stripped_cases() -> Iterator[Case]:
    """The news reports of the corpus that tell of real countries, and the examples, without their days.

    The analyses (reports-analytic-*.txt) are not among them: too few tell of a latest day.
    """
    for file in sorted((HERE.parent / "corpus" / "train").glob("reports-[0-9]*.txt")):
        heads = {m[1]: m for m in HEAD.finditer(file.read_text(encoding="utf-8"))}
        for sample in read_corpus(file):
            if "decade=invented" not in heads[sample.id][0]:
                yield Case(sample.id, heads[sample.id][3], sample.text)
    for report in read_reports(HERE.parent / "examples"):
        if report.published:
            name = report.given_id or Path(report.path or "").name
            yield Case(f"ex-{name}", report.published, report.text)


@cache
def answers() -> tuple[tuple[Case, InferredDay | None], ...]:
    return tuple((case, infer_published(case.text)) for case in (*own_cases(), *stripped_cases()))


def measure(rows: list[tuple[Case, InferredDay | None]]) -> tuple[float, float, float]:
    """The shares, in percent: answered; and of those the year right, and the day inside the interval."""
    told = [(case, found) for case, found in rows if found]
    year = sum(found.day[:4] == case.day[:4] for case, found in told)
    inside = sum(found.earliest <= case.day <= found.latest for case, found in told)
    return 100 * len(told) / len(rows), 100 * year / len(told), 100 * inside / len(told)


def test_years_are_right_and_enough_are_told() -> None:
    floors = read_yaml(HERE / "floors.yaml")
    answered, year, _ = measure(list(answers()))
    assert len(answers()) >= 60
    assert answered >= floors["undated_answered"]
    assert year >= floors["undated_year"]


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("GENEVA, July 5, 2013 (Wire) - The envoys met again.", "2013-07-05", "2013-07-06"),
        (
            "Foes trade fire\n\nYEREVAN, March 3, 2021 - Azerbaijan shelled Armenia on Tuesday.",
            "2021-03-03",
            "2021-03-04",
        ),
        (
            "Foes trade fire\nBy Ann Orr\n\nSEOUL, South Korea, 3 March 2021 (AP) — They met.",
            "2021-03-03",
            "2021-03-04",
        ),
        (
            "In Pyongyang soldiers marched on the 60th anniversary of the signing of the armistice.",
            "2013-06-12",
            "2013-09-10",
        ),
        ("The crowd marked the 20th anniversary of the 1993 accord.", "2013-01-01", "2013-12-31"),
        ("The tariff rose twice so far in 1987, the ministry said.", "1987-01-01", "1987-12-31"),
        (
            "President Park Geun-hye met Prime Minister Li Keqiang of China and Vice President Joe Biden.",
            None,
            None,
        ),
        ("President Jimmy Carter met Prime Minister Menachem Begin and President Anwar Sadat.", None, None),
        (
            "Liz Truss, the prime minister, spoke to President Macron and Chancellor Scholz.",
            "2022-09-06",
            "2022-11-04",
        ),
        ("The talks failed again on Monday.", None, None),
        ("", None, None),
    ],
)
def test_tells_when_a_text_was_written(text: str, earliest: str | None, latest: str | None) -> None:
    found = infer_published(text)
    assert (found and found.earliest, found and found.latest) == (earliest, latest)


def test_each_clue_is_words_of_the_text_with_a_reason() -> None:
    text = "Liz Truss, the prime minister, spoke to President Macron and Chancellor Scholz."
    found = infer_published(text)
    assert found
    assert found.earliest <= found.day <= found.latest
    assert {c.text for c in found.clues} == {"Liz Truss", "Macron", "Scholz"}
    assert all(text[c.start : c.end] == c.text and c.reason for c in found.clues)


def test_an_inferred_day_is_never_shown_as_known() -> None:
    text = (
        "Liz Truss, the prime minister, condemned Russia on Monday. President Macron met Chancellor Scholz. "
        "On 3 September 2022 Russia shut the pipeline to Germany."
    )
    coding = code_report(make_report(text, published=None, title=None))
    assert coding.report.published is None
    assert any(note.startswith("date inferred: between 2022-") for note in coding.report.notes)
    assert coding.mentions
    assert all(m.published is None and m.when.basis in ("inferred", "stated") for m in coding)
    assert {m.when.basis for m in coding} == {"inferred", "stated"}
    assert all("the report states no day" in m.reasons[-1] for m in coding)


def test_a_stated_day_is_kept() -> None:
    coding = code_report(
        make_report("Liz Truss, the prime minister, condemned Russia.", published="2013-07-05")
    )
    assert coding.report.notes == ()
    assert all(m.published == "2013-07-05" for m in coding)


def main() -> None:
    """Print the figures."""
    for name, part in (("all", None), ("tuning", False), ("held", True)):
        rows = [row for row in answers() if part is None or row[0].held is part]
        answered, year, inside = measure(rows)
        told = f"answered {answered:.1f}, year right {year:.1f}, inside {inside:.1f}"
        print(f"{name:7} {len(rows):4} reports: {told}")


if __name__ == "__main__":
    main()
