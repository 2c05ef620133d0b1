"""How often the parties of single sentences, of all regions and decades, get the right code and sector.

Run as `python -m tests.test_actors_in_context` it prints the figures, and with `--misses` what was read
wrong, but for the third of the sentences that is kept from tuning (by a hash of the sentence).
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from detente.records import Party
from detente.tables import read_tsv, read_yaml
from detente.who import find_actors

HERE = Path(__file__).parent
MARK = re.compile(r"\[([^/\]]+)/([^/]+)/([^/\]]+)\]")


@dataclass(frozen=True)
class Marked:
    """A party marked in a sentence, and what was found for it."""

    sentence: str
    published: str
    words: str
    code: str
    sector: str
    found: tuple[Party, ...]

    @property
    def held(self) -> bool:
        """Whether its sentence is kept from tuning."""
        return int(hashlib.sha256(self.sentence.encode()).hexdigest(), 16) % 3 == 0

    @property
    def code_right(self) -> bool:
        return set(self.code.split("+")) - {"-"} == {p.code for p in self.found if p.code}

    @property
    def sector_right(self) -> bool:
        return bool(self.found) and all(p.sector == self.sector for p in self.found)


def read_marked(row: dict[str, str]) -> Iterator[Marked]:
    """The marked parties of one row, with what is found in its sentence."""
    text, spans = "", []
    at = 0
    for mark in MARK.finditer(row["sentence"]):
        text += row["sentence"][at : mark.start()]
        spans.append((len(text), len(text) + len(mark[1]), mark))
        text += mark[1]
        at = mark.end()
    text += row["sentence"][at:]
    parties = find_actors(text, on=row["published"])
    for start, end, mark in spans:
        near = [p for p in parties if p.start < end and start < p.end]
        best = min(near, key=lambda p: abs(p.start - start) + abs(p.end - end), default=None)
        found = tuple(p for p in near if best and (p.start, p.end) == (best.start, best.end))
        yield Marked(text, row["published"], mark[1], mark[2], mark[3], found)


@cache
def all_marked() -> tuple[Marked, ...]:
    """Every marked party of the table."""
    rows = read_tsv(HERE / "actors_in_context.tsv", ("published", "sentence"))
    return tuple(m for _, row in rows for m in read_marked(row))


def share(right: list[bool]) -> float:
    return 100 * sum(right) / len(right)


def measure(marked: list[Marked]) -> tuple[float, float]:
    """The share of codes and of sectors that are right, in percent."""
    return share([m.code_right for m in marked]), share([m.sector_right for m in marked if m.sector != "-"])


def test_codes_and_sectors_hold_their_floors() -> None:
    floors = read_yaml(HERE / "floors.yaml")
    code, sector = measure(list(all_marked()))
    print(f"{len(all_marked())} mentions: code right {code:.1f}, sector right {sector:.1f}")
    assert code >= floors["actors_code"]
    assert sector >= floors["actors_sector"]


def test_the_table_is_large_enough() -> None:
    assert len(all_marked()) >= 600
    assert 0.25 < sum(m.held for m in all_marked()) / len(all_marked()) < 0.42


@pytest.mark.parametrize("part", [False, True], ids=["tuning", "held"])
def test_both_parts_are_read_alike(part: bool) -> None:
    code, sector = measure([m for m in all_marked() if m.held is part])
    print(f"code right {code:.1f}, sector right {sector:.1f}")
    assert min(code, sector) > 80


def main() -> None:
    """Print the figures."""
    for name, part in (("all", None), ("tuning", False), ("held", True)):
        marked = [m for m in all_marked() if part is None or m.held is part]
        code, sector = measure(marked)
        print(f"{name:7} {len(marked):4} mentions: code right {code:.1f}, sector right {sector:.1f}")
    if "--misses" in sys.argv:
        for m in all_marked():
            if not m.held and not (m.code_right and (m.sector == "-" or m.sector_right)):
                got = [(p.text, p.code, p.sector) for p in m.found]
                print(f"{m.published} {m.sentence}\n    [{m.words}] {m.code} {m.sector}  got {got}")


if __name__ == "__main__":
    main()
