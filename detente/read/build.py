"""What every reader shares: a draft of a report, checked and made into a Report."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from detente.checks import HALF, check_kind
from detente.errors import InputError, UsageError
from detente.read import days
from detente.read.furniture import find_furniture, find_headline
from detente.read.language import note_foreign
from detente.records import Report, Skipped, content_id

MAX_BYTES = 10_000_000
MAX_TEXT = 2_000_000  # characters of one report; coding them takes 1 GB, and memory grows with them
SPLIT = "Split it into single reports, or put them into a JSON-lines or CSV file, one report a line"

MAX_FILE = 50_000_000  # bytes of a document (PDF, Word, RTF, mail), whose pictures are not counted as text
CHECK_SAVED = "Check that it was saved or downloaded whole"
FOLLOW = "Fetch the pages with --follow (follow=True in Python)"

Read = Report | InputError


@dataclass(frozen=True, slots=True)
class Dating:
    """How reports are dated: `published`, an ISO day, where they state none; `day_first` for '03/04/2013'."""

    published: str | None = None
    day_first: bool | None = None

    def read(self, stated: str, subject: str) -> str:
        """The day that a report states, as an ISO day. Raises InputError where it is none."""
        try:
            return days.read_day(stated, self.day_first)
        except days.DayError as e:
            raise InputError(subject, f"published: {e}", e.cure) from e


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as its file states it. `subject` names it in errors ('talks.csv, row 3')."""

    subject: str
    path: str | None
    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    given_id: str | None = None
    encoding: str = "utf-8"
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


class Web(Protocol):
    """What a list (a feed, a sitemap, a table of addresses) needs to fetch what it names."""

    follow: bool  # whether pages are fetched of a list that has texts of its own

    def draft_page(self, address: str) -> Draft | None:
        """The report at an address; None where that isn't wanted. Raises InputError."""

    def open_list(self, address: str) -> AbstractContextManager[Source | None]:
        """A list that another names; None where it isn't wanted. Raises InputError."""


@dataclass(frozen=True, slots=True)
class Source:
    """An open input. `subject` names it in errors, `path` in reports; `file` can be opened again.

    `web` is there where the pages that it names may be fetched.
    """

    stream: io.BufferedReader
    suffix: str
    subject: str
    path: str
    file: Path | None = None
    web: Web | None = None

    def read_document(self) -> bytes:
        """All bytes of a document. Raises InputError where they are more than MAX_FILE."""
        data = self.stream.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise InputError(
                self.subject, f"is over {MAX_FILE // 1_000_000} MB", "Split it into smaller files"
            )
        return data


Reader = Callable[[Source, Dating], Iterator[Read]]


def name_input(path: object) -> str:
    """A path as it can be printed on one line: line breaks and undecodable bytes are escaped."""
    words = str(path)
    return words if words.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)


def too_large(subject: str, what: str = "") -> InputError:
    """The error of what is over MAX_BYTES: all of the subject, or `what` of it."""
    fault = f"{what} is over {MAX_BYTES // 1_000_000} MB, more than one report holds".lstrip()
    return InputError(subject, fault, SPLIT)


def tidy(words: str | None) -> str | None:
    """`words` with single spaces, or None when nothing is left."""
    return " ".join(words.split()) or None if words else None


def build_report(draft: Draft, dating: Dating) -> Report:
    """The draft as a Report, dated as it states, else as `dating` says.

    Raises InputError when the text has no words or is too big, or the date is none.
    """
    _check_text(draft)
    stated = tidy(draft.published)
    body_start = draft.skipped[-1].end if draft.skipped else 0
    title = tidy(draft.title) or find_headline(draft.text[body_start:])
    url, source = tidy(draft.url), tidy(draft.source)
    furniture = [s for s in find_furniture(draft.text, title) if s.start >= body_start]
    return Report(
        id=content_id(draft.text, title, url, source),
        text=draft.text,
        title=title,
        published=dating.read(stated, draft.subject) if stated else dating.published,
        url=url,
        source=source,
        author=tidy(draft.author),
        given_id=tidy(draft.given_id),
        path=draft.path,
        encoding=draft.encoding,
        skipped=(*draft.skipped, *furniture),
        notes=(*draft.notes, *note_foreign(draft.text[body_start:])),
    )


def read_text(
    text: str,
    *,
    published: str | date | None = None,
    title: str | None = None,
    source: str | None = None,
    author: str | None = None,
    url: str | None = None,
    given_id: str | None = None,
) -> Report:
    """A text of your own as a Report, with what you know of it; `given_id` is the id that you give it.

    `published` is the day of publication, as a date or in words that `read_day` reads. The title, where none
    is given, is the text's first line if that is a headline.
    Raises UsageError where text or day can't be taken, InputError where the text has no words or is too big.
    """
    check_kind(text, str, "read_text", "Give the text itself; read_reports reads files")
    draft = Draft("the text", None, text, title, None, url, source, author, given_id)
    return build_report(draft, Dating(check_published(published)))


def check_published(published: str | date | None, day_first: bool | None = None) -> str | None:
    """The ISO day of a date or of words that state one. Raises UsageError where they state none."""
    if published is None or isinstance(published, date):
        return published.isoformat()[:10] if published else None
    check_kind(published, str, "published", "Give a date, or a str such as '2013-07-05'")
    try:
        return days.read_day(published, day_first)
    except days.DayError as e:
        raise UsageError("published", str(e), e.cure) from e


def try_report(draft: Draft, dating: Dating) -> Read:
    """`build_report`, with the error as a value: the next report can still be read."""
    try:
        return build_report(draft, dating)
    except InputError as e:
        return e


def _check_text(draft: Draft) -> None:
    if not draft.text.strip():
        raise InputError(draft.subject, "the text is empty", "Check that it was saved whole, or leave it out")
    if not any(map(str.isalnum, draft.text)):
        raise InputError(draft.subject, "the text holds no words", "Check that it was saved whole")
    if found := HALF.search(draft.text):
        fault = f"the text holds half a character ({found[0]!r}) at {found.start()}"
        raise InputError(draft.subject, fault, "Write the whole character, or leave it out")
    if len(draft.text) > MAX_TEXT:
        fault = f"the text is over {MAX_TEXT // 1_000_000} million characters, more than one report holds"
        raise InputError(draft.subject, fault, SPLIT)
