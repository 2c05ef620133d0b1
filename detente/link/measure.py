"""Reads the marked groups of corpus/merge, to measure how well mentions are merged by `detente.scores`.

A group is one Markdown file: '## DAY OUTLET' opens a report, and `{killed|raid}` marks the word 'killed' as
a mention of the happening 'raid'. Labels hold within their file; they say what is one happening, whatever
its status. After the reports of corpus/threads stand blocks, each opened by '= thread', that tell which
happenings are the steps of one negotiation; corpus/threads/README.md has their format.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from detente.errors import DataError
from detente.records import EventMention, Report, content_id

HEAD = re.compile(r"## (?P<day>\d{4}-\d\d-\d\d) (?P<outlet>.+)")
MARK = re.compile(r"\{(?P<words>[^{}|]+)\|(?P<label>[a-z0-9-]+)\}")
THREAD = re.compile(
    r"= thread (?P<label>[a-z0-9-]+) \| topic: (?P<topic>[^|]+) \| parties: (?P<parties>[^|]+)"
    r" \| state: (?P<state>open|agreed|broken off|fulfilled) \| ball: (?P<ball>.+)"
)
STEP = re.compile(
    r"(?P<event>[a-z0-9-]+) (?P<move>proposes|counters|accepts|rejects|conditions|fulfils|breaks|responds)"
    r"(?: (?P<earlier>[a-z0-9-]+))?"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A word of a report that is marked as telling of a happening."""

    report_id: str
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """A happening as a move in a negotiation, and the happening that it answers (None where it opens)."""

    event: str
    move: str
    earlier: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """One negotiation as marked: its steps in order of time, and how it stands when the file ends.

    `parties` are codes; `ball` is the code of the party whose move is next, None where nobody's is.
    """

    label: str
    topic: str
    parties: tuple[str, ...]
    state: str
    ball: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Reports on one crisis with their marks; `kept` from tuning or not, by the hash of its name."""

    name: str
    reports: tuple[Report, ...]
    marks: tuple[Mark, ...]
    blocks: tuple[Block, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the group is kept from tuning: about a third are."""
        return is_kept(self.name)


def is_kept(name: str) -> bool:
    """Whether a file of marked reports is kept from tuning, by the hash of its name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def read_groups(folder: Path) -> Iterator[Group]:
    """The groups of a folder, in the order of their names. Raises DataError naming file and line."""
    for file in sorted(set(folder.glob("*.md")) - {folder / "README.md"}):
        reports, marks = read_reports(file)
        unmarked = {r.id for r in reports} - {m.report_id for m in marks}
        if unmarked:
            fault = f"{len(unmarked)} of its reports have no mark"
            raise DataError(f"{file}:1", fault, "Write {word|label}")
        yield Group(file.stem, reports, marks, tuple(read_blocks(file)))


def read_reports(file: Path) -> tuple[tuple[Report, ...], tuple[Mark, ...]]:
    """The reports of a marked file, and their marks. Raises DataError naming file and line."""
    reports, marks = [], []
    for line, day, outlet, marked in _split_reports(file):
        text, found = strip_marks(marked)
        if "{" in text or "}" in text:
            raise DataError(f"{file}:{line}", "a mark can't be read", "Write {word|label}")
        id_ = content_id(text, None, None, outlet)
        reports.append(Report(id_, text, published=day, source=outlet, path=str(file)))
        marks += [Mark(id_, *m) for m in found]
    return tuple(reports), tuple(marks)


def read_blocks(file: Path) -> Iterator[Block]:
    """The threads marked at the end of a file of reports. Raises DataError naming file and line."""
    block: Block | None = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("= "):
            if block:
                yield block
            head = _match_line(THREAD, line, f"{file}:{number}")
            parties, ball = tuple(head["parties"].split(", ")), head["ball"]
            block = Block(
                head["label"], head["topic"], parties, head["state"], None if ball == "-" else ball, ()
            )
        elif block and line:
            step = _match_line(STEP, line, f"{file}:{number}")
            block = replace(block, steps=(*block.steps, Step(step["event"], step["move"], step["earlier"])))
    if block:
        yield block


def _match_line(form: re.Pattern[str], line: str, place: str) -> re.Match[str]:
    found = form.fullmatch(line)
    if not found:
        raise DataError(place, f"'{line}' can't be read", "Write it as corpus/threads/README.md shows")
    return found


def _split_reports(file: Path) -> Iterator[tuple[int, str, str, str]]:
    """Line, day, outlet and marked text of each report of a file, up to the first line that opens a block."""
    parts: list[tuple[int, str, str, list[str]]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        head = HEAD.fullmatch(line)
        if line.startswith("= "):
            break
        if head:
            parts.append((number, head["day"], head["outlet"], []))
        elif line and not line.startswith("# "):
            if not parts:
                raise DataError(
                    f"{file}:{number}", "text before the first report", "Open it with '## DAY OUTLET'"
                )
            parts[-1][3].append(line)
    for number, day, outlet, lines in parts:
        yield number, day, outlet, "\n".join(lines)


def strip_marks(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The plain text, and start, end and label of each mark in it."""
    text, found, last = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[last : mark.start()]
        found.append((len(text), len(text) + len(mark["words"]), mark["label"]))
        text += mark["words"]
        last = mark.end()
    return text + marked[last:], found


def label_mentions(mentions: Iterable[EventMention], marks: Iterable[Mark]) -> dict[str, str]:
    """The label of each mention whose trigger overlaps a mark; a mark names one mention at most."""
    by_report: dict[str, list[EventMention]] = defaultdict(list)
    for mention in mentions:
        by_report[mention.report_id].append(mention)
    labels: dict[str, str] = {}
    for mark in marks:
        for m in by_report[mark.report_id]:
            if m.id not in labels and m.trigger.start < mark.end and mark.start < m.trigger.end:
                labels[m.id] = mark.label
                break
    return labels


def group_plainly(mentions: Iterable[EventMention]) -> dict[str, Hashable]:
    """The usual baseline: one event for the same type, the same parties and the same day.

    The day is the middle of the days between which the act lies; without one, that of publication.
    """
    return {
        m.id: (m.type, _names(m, "actor"), _names(m, "recipient"), _middle(m) or m.published)
        for m in mentions
    }


def _names(mention: EventMention, side: str) -> frozenset[str]:
    return frozenset(p.code or (p.name or p.text).casefold() for p in getattr(mention, side))


def _middle(mention: EventMention) -> str | None:
    when = mention.when
    return when.latest if when.basis == "stated" else (mention.published or when.latest)
