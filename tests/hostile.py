"""Inputs that nobody writes, and what must hold of every one of them.

Each check takes one input and fails where something other than a DetenteError is raised, where a quote isn't
in its text, where what is stored doesn't come back, or where it takes longer than LIMIT. `CHECKS` names them
all; tests run them for seconds, `python -m benchmarks.fuzz` for as long as it is told to.
"""

from __future__ import annotations

import csv
import io
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import strategies as st

from detente.classify import classify_pair
from detente.coders.answers import read_acts
from detente.corpus import check_corpus
from detente.errors import DetenteError
from detente.export import write_mentions
from detente.factuality import judge_factuality
from detente.pipeline import code_report
from detente.read import clean_page, read_reports, read_text
from detente.read.files import SUFFIXES
from detente.records import Coding, Report
from detente.says import find_statements
from detente.store import Store
from detente.undated import infer_published
from detente.when import find_dates
from detente.where import find_places
from detente.who import find_actors
from detente.who.lists import read_entries

LIMIT = 30  # seconds of processor time for one input; the slowest takes about one
EXAMPLES = sorted(
    p for p in Path(__file__).parents[1].joinpath("examples").rglob("*.*") if p.name != "README.md"
)
WINDOW = 1200  # characters of an example that are mutated at a time
SIGNS = [
    "\0", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2028", "\x85", "\x1b[2J",
    "\ud800", "\udfff", "\U0001f3f4", "a\u0301", "İ", "ﬁ", "ß", "²", "٣", "Ⅷ", "\r", "\r\n", "\n\n", "\t",
    "\u00a0", "…", "—",
]  # fmt: skip
WORDS = [
    "May", "May 5", "13 July 1999", "the 1990s", "Q3 2013", "FY99", "3.04.2020", "at 5 p.m.",
    "two weeks ago", "last", "99999999999999999999", "0000-00-00", "-1", "1,000,000", "13:61", "Feb. 30",
    "the year 0", "10000 years later", "said", "\"", "“", "”", "'", "(", ")", ":", ";", "Iran", "the U.S.",
    "President", "South Korea's", "will not", "threatened to", "denied", "according to", "Gen.", "A. B.",
    "km north of", "River", "and", "of the", "!!!", "?", "=1+1", "@x", "+1", "-x", "{{", "<b>", "]]>",
    "&#0;", "&amp;", "\\", "%s", "{}", "---", "#", "*", "|", ",",
]  # fmt: skip
TABLES = {
    ".tsv": "name\tcode\taliases\tfrom\tto\trole\tkind\n"
    "Rufus Firefly\tPRK\tFirefly;R. F.\t1999-01\t\tking\tperson\n",
    ".csv": 'name,code,sector\n"Friends, United",NGO:FRIENDS,CVL\nThe Riders,NSA:RIDERS,\n',
    ".txt": """= s-1 style=agency region=world pub=2001-02-03
Ruritania rejected the talks that Freedonia offered on Monday, a spokesman said.
@ rejected: REJECT happened | Ruritania > Freedonia
@ talks: CONSULT.meet refused 40-60 | Ruritania > Freedonia | in rejected
say a spokesman / said / Ruritania rejected the talks
when Monday = 2001-01-29
""",
    ".json": '{"acts": [{"quote": "a", "trigger": "a", "type": "AID", "actor": [], "recipient": []}]}',
}
BREAKERS = [
    "\0",
    '"',
    "'",
    "<",
    ">",
    "{",
    "[",
    "]",
    "}",
    ":",
    ",",
    "\n",
    "\r",
    "\t",
    "&",
    "---\n",
    "<!--",
    "<script>",
]


class TooSlow(AssertionError):
    """An input that took longer than its limit."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TooSlow inside a block that takes more processor time; even matching is interrupted."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@st.composite
def mutate(draw: Any, whole: Any, joins: list[Any]) -> Any:
    """A stretch of `whole` with parts cut out, told twice, moved, or with one of `joins` put in."""
    start = draw(st.integers(0, max(len(whole) - WINDOW, 0)))
    text = whole[start : start + WINDOW]
    for _ in range(draw(st.integers(1, 8))):
        a, b, c = sorted(draw(st.integers(0, len(text))) for _ in range(3))
        changes = [
            text[:a] + text[b:],
            text[:a] + text[a:b] * 3 + text[b:],
            text[:a] + text[b:c] + text[a:b] + text[c:],
            text[:a] + draw(st.sampled_from(joins)) + text[a:],
        ]
        text = draw(st.sampled_from(changes))
    return text


def texts() -> st.SearchStrategy[str]:
    """Odd texts: loose words and signs, any characters at all, and examples with words moved about."""
    pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(SIGNS), st.text(st.characters(), max_size=20))
    loose = st.tuples(st.lists(pieces, max_size=60), st.sampled_from(["", " ", " ", "\n"])).map(
        lambda p: p[1].join(p[0])
    )
    written = [p.read_text("utf-8") for p in EXAMPLES]
    return st.one_of(loose, st.sampled_from(written).flatmap(lambda text: mutate(text, [*SIGNS, *WORDS])))


@dataclass(frozen=True)
class File:
    """A file to read: its suffix and bytes."""

    suffix: str
    data: bytes


def read_file(path: Path) -> File:
    """A file as it lies there."""
    return File(path.suffix, path.read_bytes())


def reports() -> st.SearchStrategy[File]:
    """Odd files to read reports from."""
    return files([read_file(path) for path in EXAMPLES], SUFFIXES)


def tables() -> st.SearchStrategy[File]:
    """Odd lists of names, corpus files and answers of a language model."""
    return files([File(suffix, text.encode()) for suffix, text in TABLES.items()], tuple(TABLES))


def files(written: list[File], suffixes: tuple[str, ...]) -> st.SearchStrategy[File]:
    """Files with any bytes, odd texts in several encodings, and those written with bytes moved about."""
    joins = [word.encode("utf-8", "surrogatepass") for word in [*SIGNS, *BREAKERS]]
    joins += [b"\xff", b"\xc3", b"\xff\xfe", b"%PDF", b"\x1f\x8b", b'{"text": "', b"text\n"]
    mutated = st.sampled_from(written).flatmap(
        lambda file: st.builds(File, st.just(file.suffix), mutate(file.data, joins))
    )
    encodings = st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1252", "koi8-r", "utf-7", "shift-jis"])
    encoded = st.tuples(texts(), encodings).map(lambda p: p[0].encode(p[1], "ignore"))
    named = st.builds(File, st.sampled_from(suffixes), st.one_of(st.binary(max_size=400), encoded))
    return st.one_of(named, mutated)


def check_quotes(text: str, records: Any) -> None:
    """All that has `start`, `end` and words of its own stands in the text just so."""
    for record in records:
        words = record.quote if hasattr(record, "quote") else record.text
        assert text[record.start : record.end] == words, record
        assert 0 <= record.start <= record.end <= len(text), record


def check_report(report: Report) -> None:
    """What was read of a report: its skipped passages are in its text, its day is a day."""
    check_quotes(report.text, report.skipped)
    assert report.published is None or date.fromisoformat(report.published)


def check_coding(coding: Coding) -> None:
    """Every quote, trigger, sentence and party of a coding stands in the report's text."""
    text = coding.report.text
    check_quotes(text, [*coding.mentions, *coding.passed_over])
    for m in coding:
        says = [m.says] if m.says else []
        check_quotes(text, [m.trigger, *m.actor, *m.recipient, *says])
        assert text[m.sentence_start : m.sentence_start + len(m.sentence)] == m.sentence


def check_reading(file: File) -> None:
    """A file gives reports or errors that say what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"odd{file.suffix}"
        path.write_bytes(file.data)
        faults: list[DetenteError] = []
        for report in read_reports(path, on_error=faults.append):
            check_report(report)
        assert all("\n" not in str(fault) for fault in faults)


def check_page(page: str) -> None:
    """A page gives text."""
    assert isinstance(clean_page(page), str)


def check_dates(text: str) -> None:
    """The dates found stand in the text and have values."""
    for published in (None, "2013-07-05"):
        found = find_dates(text, published)
        check_quotes(text, found)
        assert all(date.value for date in found)


def check_finders(text: str) -> None:
    """All that is found in a text stands in it; factuality and a pair's type can be asked of any words."""
    check_quotes(text, find_places(text))
    check_quotes(text, find_actors(text, on="2013-07-05"))
    for told in find_statements(text):
        check_quotes(text, [told.cue, told.says, *told.content, *([told.source] if told.source else [])])
    inferred = infer_published(text)
    check_quotes(text, inferred.clues if inferred else ())
    half = len(text) // 2
    with suppress(DetenteError):
        assert -3 <= judge_factuality(text, (half // 2, half)) <= 3
    with suppress(DetenteError):
        classify_pair(text, (0, half // 2), (half, len(text)))


def check_path(text: str) -> None:
    """A text is read, coded, stored and written out; what comes back is what was put in."""
    try:
        coding = code_report(read_text(text))
    except DetenteError:
        return
    check_report(coding.report)
    check_coding(coding)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "odd.db") as store:
        store.add(coding)
        assert list(store.codings()) == [coding]
    check_csv(coding)


def check_csv(coding: Coding) -> None:
    """A table of the mentions has a row for each, and no cell that a spreadsheet would run."""
    stream = io.StringIO(newline="")
    write_mentions(coding, "csv", stream)
    header, *rows = csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    assert len(rows) == len(coding)
    for row in rows:
        named = dict(zip(header, row, strict=True))
        assert not any(
            named[name].startswith(("=", "@", "\t", "\r", "\n")) for name in ("quote", "sentence", "title")
        )


def check_tables(file: File) -> None:
    """A list of names, a file of the corpus and a model's answer are read or refused in words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"odd{file.suffix}"
        path.write_bytes(file.data)
        for read in (read_entries, lambda p: list(check_corpus(p))):
            with suppress(DetenteError):
                read(path)
    with suppress(DetenteError):
        read_acts(file.data.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Check:
    """What to check, on which inputs, and how many of them the test suite takes."""

    run: Callable[[Any], None]
    inputs: Callable[[], st.SearchStrategy[Any]]
    few: int

    def __call__(self, given: Any) -> None:
        """Check one input within its time."""
        with within(LIMIT):
            self.run(given)


CHECKS = {
    "reading": Check(check_reading, reports, 150),
    "pages": Check(check_page, texts, 60),
    "tables": Check(check_tables, tables, 100),
    "dates": Check(check_dates, texts, 300),
    "finders": Check(check_finders, texts, 25),
    "path": Check(check_path, texts, 25),
}
