"""The annotated corpus: reads the line format of docs/corpus.md, resolves its words to offsets, checks it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from detente.errors import DataError
from detente.ontology import load_ontology
from detente.records import STATUSES, Span

STYLES = frozenset("agency commentary communique propaganda translated headline speech".split())
REGIONS = frozenset("africa americas asia europe mideast oceania world".split())
REASONS = frozenset("sports markets film history metaphor business weather crime science opinion".split())
KEYS = frozenset({"style", "region", "decade", "pub"})
MENTION = re.compile(
    r"@ (?P<trigger>[^:|]+): (?P<type>[A-Z]+)(?:\.(?P<mode>[a-z-]+))? (?P<status>[a-z]+)"
    r"(?: (?P<low>\d+)-(?P<high>\d+))?\s*\|\s*(?P<actors>[^|>]+) > (?P<recipients>[^|>]+?)"
    r"(?:\s*\|\s*in (?P<outer>[^|]+))?"
)
TIME = r"(?:BC)?[\dX]{1,4}(?:-[\dXA-Z]{1,4}){0,3}(?:T[\dX:A-Z]+)?"
VALUE = re.compile(rf"(?:PAST|PRESENT|FUTURE)_REF|P[\dX.A-Z]+|T[\dX:A-Z]+|{TIME}(?:/{TIME})?")  # of TIMEX3
DECADE = re.compile(r"1[89]\d0|20\d0|invented")
DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
MARKS = ("@", "say ", "when ", "none ", "= ")
OCCURRENCE = re.compile(r"(.+)#(\d+)")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A mention as marked; `outer` is the index of the mention that it is the theme of."""

    trigger: Span
    type: str
    mode: str | None
    status: str
    certainty: tuple[float, float] | None
    actors: tuple[Span, ...]
    recipients: tuple[Span, ...]
    outer: int | None


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """An attribution as marked; `source` is None where nobody is named."""

    source: Span | None
    cue: Span
    content: tuple[Span, ...]


@dataclass(slots=True)
class Sample:
    """A sentence or report of the corpus with what is marked in it."""

    id: str
    text: str
    source: str
    line: int
    keys: dict[str, str]
    mentions: list[GoldMention] = field(default_factory=list)
    statements: list[GoldStatement] = field(default_factory=list)
    dates: list[tuple[Span, str]] = field(default_factory=list)
    none: str | None = None

    @property
    def is_report(self) -> bool:
        """Whether the sample is a whole report."""
        return self.id.startswith("report-")


def read_corpus(path: Path) -> Iterator[Sample]:
    """The samples of a corpus file or of all .txt files under a folder, in order of their paths.

    Raises DataError naming file, line and cure at the first fault; `check_corpus` goes on to find them all.
    """
    for found in check_corpus(path):
        if isinstance(found, DataError):
            raise found
        yield found


def check_corpus(path: Path) -> Iterator[Sample | DataError]:
    """Like `read_corpus`, but gives each faulty block, or one whose id stands twice, as a DataError."""
    seen: dict[str, str] = {}
    for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
        try:
            blocks = list(_blocks(file))
        except UnicodeDecodeError as e:
            yield DataError(str(file), f"is not UTF-8 (byte {e.start})", "Save it as UTF-8")
            continue
        for first, lines in blocks:
            try:
                sample = _Block(file, first, lines).read()
                if sample.id in seen:
                    fault = f"the id {sample.id} stands in {seen[sample.id]} too"
                    raise DataError(f"{file}:{first}", fault, "Give it another")
            except DataError as e:
                yield e
                continue
            seen[sample.id] = f"{file}:{first}"
            yield sample


def _blocks(file: Path) -> Iterator[tuple[int, list[str]]]:
    lines: list[str] = []
    first = 0
    for number, raw in enumerate([*file.read_text(encoding="utf-8").splitlines(), ""], 1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        if line:
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield first, lines
            lines = []


class _Block:
    """Reads one block."""

    def __init__(self, file: Path, first: int, lines: list[str]) -> None:
        self.file, self.first, self.lines = file, first, lines

    def fail(self, fault: str, cure: str) -> DataError:
        return DataError(f"{self.file}:{self.first}", fault, cure)

    def read(self) -> Sample:
        head, *rest = self.lines
        if not head.startswith("= "):
            raise self.fail(f"the block starts with {head[:40]!r}", "Start it with '= ID key=value ...'")
        id_, *pairs = head[2:].split()
        text = "\n".join(x for x in rest if not x.startswith(MARKS))
        if not text:
            raise self.fail(f"{id_} has no text", "Write it on the line after the head")
        sample = Sample(id_, text, self.file.name, self.first, self.read_keys(pairs))
        outers: list[tuple[int, str]] = []
        for line in rest:
            self.read_line(sample, line, outers)
        for index, words in outers:
            sample.mentions[index] = self.link(sample, index, words)
        self.check_mentions(sample)
        return sample

    def check_mentions(self, sample: Sample) -> None:
        """Raises DataError where nothing is marked, an act is marked twice, or both an act and none."""
        if not sample.mentions and sample.none is None:
            raise self.fail(
                f"{sample.id} marks no mention", "Add '@ ...' lines, or 'none WHY' when it tells no event"
            )
        if sample.mentions and sample.none is not None:
            raise self.fail(f"{sample.id} marks an act and none", "Leave one of them out")
        told = Counter((m.trigger, m.type, m.status) for m in sample.mentions)
        for (trigger, *_), times in told.items():
            if times > 1:
                raise self.fail(f"'{trigger.text}' is marked {times} times alike", "Mark an act once")

    def read_keys(self, pairs: list[str]) -> dict[str, str]:
        keys = dict(p.split("=", 1) for p in pairs if "=" in p)
        if len(keys) != len(pairs) or set(keys) - KEYS:
            raise self.fail(f"odd keys in {' '.join(pairs)!r}", "Use " + ", ".join(sorted(KEYS)))
        if keys.get("style") not in STYLES or keys.get("region") not in REGIONS:
            raise self.fail("style or region missing or unknown", "See docs/corpus.md for the lists")
        if not DECADE.fullmatch(keys.get("decade", "")):
            raise self.fail("decade missing or odd", "Write decade=1990, say, or decade=invented")
        if "pub" in keys and not DAY.fullmatch(keys["pub"]):
            raise self.fail(f"pub={keys['pub']} is no day", "Write pub=1994-03-08")
        return keys

    def read_line(self, sample: Sample, line: str, outers: list[tuple[int, str]]) -> None:
        if line.startswith("= "):
            raise self.fail(f"{line[:40]!r} opens a block", "Put a blank line before it")
        if line.startswith("@"):
            mention, outer = self.read_mention(sample.text, line)
            sample.mentions.append(mention)
            if outer:
                outers.append((len(sample.mentions) - 1, outer))
        elif line.startswith("say "):
            sample.statements.append(self.read_statement(sample.text, line[4:]))
        elif line.startswith("when "):
            words, _, value = line[5:].rpartition(" = ")
            if not words or not VALUE.fullmatch(value.strip()):
                raise self.fail(f"can't read {line!r}", "Write 'when WORDS = VALUE' with a TIMEX3 value")
            sample.dates.append((self.find(sample.text, words), value.strip()))
        elif line.startswith("none "):
            sample.none = line[5:].strip()
            if sample.none not in REASONS:
                raise self.fail(f"'none {sample.none}'", "Use one of " + ", ".join(sorted(REASONS)))

    def read_mention(self, text: str, line: str) -> tuple[GoldMention, str | None]:
        found = MENTION.fullmatch(line)
        if found is None:
            cure = "Write '@ TRIGGER: TYPE[.mode] STATUS [LOW-HIGH] | ACTORS > RECIPIENTS [| in OUTER]'"
            raise self.fail(f"can't read {line!r}", cure)
        types = load_ontology().types
        type_, mode, status = found["type"], found["mode"], found["status"]
        if type_ not in types or (mode and mode not in types[type_].modes):
            raise self.fail(f"no type or mode {type_}{'.' + mode if mode else ''}", "See docs/record.md")
        if status not in STATUSES:
            raise self.fail(f"no status {status!r}", "Use one of " + ", ".join(STATUSES))
        certainty = (int(found["low"]) / 100, int(found["high"]) / 100) if found["low"] else None
        actors, recipients = (
            tuple(self.find(text, w) for w in found[side].split(";") if w.strip() != "-")
            for side in ("actors", "recipients")
        )
        trigger = self.find(text, found["trigger"])
        mention = GoldMention(trigger, type_, mode, status, certainty, actors, recipients, None)
        return mention, found["outer"]

    def read_statement(self, text: str, line: str) -> GoldStatement:
        parts = [p.strip() for p in line.split(" / ")]
        if len(parts) != 3:
            raise self.fail(f"can't read 'say {line}'", "Write 'say SOURCE / CUE / CONTENT'")
        source = None if parts[0] == "-" else self.find(text, parts[0])
        contents = tuple(self.find(text, c) for c in parts[2].split(" // "))
        return GoldStatement(source, self.find(text, parts[1]), contents)

    def link(self, sample: Sample, index: int, words: str) -> GoldMention:
        inner = sample.mentions[index]
        target = self.find(sample.text, words)
        for i, outer in enumerate(sample.mentions):
            if i != index and outer.trigger == target:
                return GoldMention(
                    inner.trigger, inner.type, inner.mode, inner.status, inner.certainty, inner.actors,
                    inner.recipients, i,
                )  # fmt: skip
        raise self.fail(f"'in {words}' names no other mention's trigger", "Name the trigger of the outer act")

    def find(self, text: str, words: str) -> Span:
        """The span of words in the text, at word boundaries; 'talks#2' is their second occurrence."""
        wanted = words.strip()
        numbered = OCCURRENCE.fullmatch(wanted)
        nth = 1
        if numbered and wanted not in text:
            wanted, nth = numbered[1], int(numbered[2])
        hits = list(re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", text))
        if len(hits) < nth:
            raise self.fail(
                f"the text lacks {words.strip()!r}", "Write the words exactly as they stand in the text"
            )
        return Span(hits[nth - 1].start(), hits[nth - 1].end(), wanted)
