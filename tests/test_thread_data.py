"""The negotiations of corpus/threads: every file can be read and its blocks name what is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import DataError
from detente.link.measure import Group, read_blocks, read_groups

THREADS = Path(__file__).parents[1] / "corpus" / "threads"
GROUPS = {g.name: g for g in read_groups(THREADS)}
FIRST = {"proposes", "accepts"}
HEAD = "= thread dam | topic: a dam | parties: AAA, BBB | state: open | ball: BBB\n"


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_blocks_name_what_is_marked(group: Group) -> None:
    marked = {m.label for m in group.marks}
    for block in group.blocks:
        named = {s.event for s in block.steps} | {s.earlier for s in block.steps if s.earlier}
        assert named <= marked, f"{block.label}: {sorted(named - marked)} are not marked"


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_steps_stand_in_order(group: Group) -> None:
    for block in group.blocks:
        events = [s.event for s in block.steps]
        assert len(set(events)) == len(events), f"{block.label}: a happening is one step"
        for at, step in enumerate(block.steps):
            assert step.earlier not in events[at:], f"{block.label}: {step.event} answers a later step"
            assert step.earlier or step.move in FIRST, f"{block.label}: {step.event} answers nothing"


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_reports_have_the_stated_size(group: Group) -> None:
    assert 7 <= len(group.reports) <= 12
    assert len({r.source for r in group.reports}) >= 3
    assert list(group.reports) == sorted(group.reports, key=lambda r: r.published or "")


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_the_ball_lies_with_a_party(group: Group) -> None:
    for block in group.blocks:
        assert block.ball is None or block.ball in block.parties
        assert len(set(block.parties)) == len(block.parties) >= 2


def test_some_are_kept_from_tuning() -> None:
    kept = [g for g in GROUPS.values() if g.kept]
    assert len(GROUPS) == 21
    assert len(kept) == 7
    for part in (kept, [g for g in GROUPS.values() if not g.kept]):
        assert {b.state for g in part for b in g.blocks} == {"open", "agreed", "broken off", "fulfilled"}


@pytest.mark.parametrize(
    "line", ["= thread dam | topic: a dam | state: open", HEAD + "p1 suggests", HEAD + "P1 proposes"]
)
def test_what_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "dam.md").write_text(f"# A dam\n\n## 2001-01-01 Wire\nA {{offered|p1}} it.\n\n{line}\n")
    with pytest.raises(DataError, match=r"dam\.md:\d"):
        list(read_blocks(tmp_path / "dam.md"))
