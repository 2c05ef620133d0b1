"""How well threads are found: compares them with the blocks of corpus/threads, by the marked words.

A step stands for the label that most of its mentions bear. `detente.link.measure` reads the files. What is
planned and its being done are one happening there, so 'plans' counts as 'fulfils'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from detente.errors import DataError
from detente.link.measure import Block, Group, Mark, read_blocks, strip_marks
from detente.records import Report, Thread
from detente.scores import Score

NONE = Score()
DONE = {"plans": "fulfils"}


@dataclass(frozen=True, slots=True)
class Figures:
    """How many links, moves, states and balls are right; sums, so that groups can be added up.

    `found` are links between marks that the coder found, `links` all of them; `found_pairs` and `pairs` are
    the same without the relation. `moves` are over the marked steps that the coder found, `states` and
    `balls` over the blocks; their `predicted` are the blocks that a thread was found for.
    """

    found: Score = NONE
    found_pairs: Score = NONE
    links: Score = NONE
    pairs: Score = NONE
    moves: Score = NONE
    states: Score = NONE
    balls: Score = NONE

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f) + getattr(other, f) for f in self.__dataclass_fields__))


def read_hand_marked(file: Path, reports: Iterable[Report]) -> Group:
    """Reports threaded by hand: '## STEM' names a report's file, marked pieces of its text stand under it.

    Raises DataError naming file and line where a report or a piece isn't there.
    """
    stems = {Path(r.path or "").stem: r for r in reports}
    report, used, marks = None, dict[str, Report](), list[Mark]()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("= "):
            break
        if line.startswith("## "):
            report = stems.get(line[3:])
            if report is None:
                raise DataError(f"{file}:{number}", f"there is no report {line[3:]!r}", "Name its file")
            used[report.id] = report
        elif line and report:
            words, found = strip_marks(line)
            at = report.text.find(words)
            if at < 0:
                raise DataError(f"{file}:{number}", "the report has no such words", "Copy them from it")
            marks += [Mark(report.id, at + start, at + end, label) for start, end, label in found]
    return Group(file.stem, tuple(used.values()), tuple(marks), tuple(read_blocks(file)))


def score_threads(blocks: Sequence[Block], threads: Sequence[Thread], labels: Mapping[str, str]) -> Figures:
    """The figures of threads against the blocks of their reports; `labels` are those of mentions, by id."""
    gold = {(s.event, s.earlier, s.move) for b in blocks for s in b.steps if s.earlier}
    names = {
        step.mention: name_label((step.mention, *step.mentions), labels) for t in threads for step in t.steps
    }
    ours = {
        (names[s.mention], names[s.answers.mention], DONE.get(s.move, s.move))
        for t in threads
        for s in t.steps
        if s.answers
    }
    coded = set(labels.values())
    gold_found = {link for link in gold if {link[0], link[1]} <= coded}
    ours_found = {link for link in ours if "?" not in (link[0][0], link[1][0])}
    matched = _match(blocks, threads, names)
    return Figures(
        _score(gold_found, ours_found),
        _score({g[:2] for g in gold_found}, {o[:2] for o in ours_found}),
        _score(gold, ours),
        _score({g[:2] for g in gold}, {o[:2] for o in ours}),
        _score_moves(blocks, threads, names, coded),
        _share([t.state == b.state for b, t in matched], len(blocks)),
        _share([t.ball == _ball(b) for b, t in matched], len(blocks)),
    )


def name_label(mentions: Iterable[str], labels: Mapping[str, str]) -> str:
    """The label of most mentions, by id, of the first one where there are equals; '?...' for none."""
    known = list(mentions)
    count = Counter(labels[m] for m in known if m in labels)
    return count.most_common(1)[0][0] if count else f"?{known[0]}"


def _score(gold: Set[tuple[str, ...]], ours: Set[tuple[str, ...]]) -> Score:
    return Score.of(len(gold & ours), len(ours), len(gold))


def _share(right: Sequence[bool], of: int) -> Score:
    return Score.of(sum(right), len(right), of)


def _score_moves(
    blocks: Iterable[Block], threads: Iterable[Thread], names: Mapping[str, str], coded: set[str]
) -> Score:
    """How many of the marked steps that the coder found are steps with the right move."""
    ours = {(names[s.mention], DONE.get(s.move, s.move)) for t in threads for s in t.steps}
    steps = [(s.event, s.move) for b in blocks for s in b.steps if s.event in coded]
    return _share([step in ours for step in steps], len(steps))


def _match(
    blocks: Sequence[Block], threads: Sequence[Thread], names: Mapping[str, str]
) -> list[tuple[Block, Thread]]:
    """Blocks, each with the thread that shares most labels with it (two at least); none is used twice."""
    shared = sorted(
        (
            (-len({s.event for s in b.steps} & {names[s.mention] for s in t.steps}), i, j)
            for i, b in enumerate(blocks)
            for j, t in enumerate(threads)
        ),
    )
    taken: dict[int, int] = {}
    for number, i, j in shared:
        if -number >= 2 and i not in taken and j not in taken.values():
            taken[i] = j
    return [(blocks[i], threads[j]) for i, j in sorted(taken.items())]


def _ball(block: Block) -> tuple[str, ...]:
    return (block.ball,) if block.ball else ()
