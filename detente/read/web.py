"""Addresses → reports: pages, documents, feeds, and what sitemaps and other lists name."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from detente.errors import InputError
from detente.fetch import Limits, show_address
from detente.fetch.fetcher import Fetched, Fetcher
from detente.read.build import CHECK_SAVED, MAX_FILE, Dating, Draft, Read, Source, try_report
from detente.read.decode import SAMPLE
from detente.read.formats import find_suffix, guess_suffix, list_suffixes, load_readers
from detente.read.gdelt import ZIPPED
from detente.read.texts import draft_page, read_whole

ARCHIVES = (
    ".warc", ".warc.gz", ".wacz", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".mbox", ZIPPED,
)  # fmt: skip
ARCHIVE_SECONDS, ARCHIVE_BYTES = 3600.0, 5_000_000_000  # limits of these, which hold many reports
PAGE, TEXT = ".html", ".txt"
SURE = (PAGE, ".xml", ".pdf", ".rtf", ".parquet", ".warc")  # told by how the bytes begin, whatever is stated
GZIP = b"\x1f\x8b"
MEDIA_TYPES = {
    "text/html": PAGE, "application/xhtml+xml": PAGE, "text/plain": TEXT, "text/markdown": ".md",
    "application/rss+xml": ".xml", "application/atom+xml": ".xml", "application/xml": ".xml",
    "text/xml": ".xml", "application/json": ".json", "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl", "text/csv": ".csv", "text/tab-separated-values": ".tsv",
    "application/pdf": ".pdf", "application/rtf": ".rtf", "message/rfc822": ".eml",
    "application/mbox": ".mbox", "application/warc": ".warc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


class Pages:
    """Fetches reports, with one fetcher, for one input: a `Web` as readers of lists need it.

    An address is fetched once, however often it is named.
    """

    def __init__(self, fetcher: Fetcher, dating: Dating, follow: bool = False) -> None:
        self.follow = follow
        self._fetcher, self._dating = fetcher, dating
        self._met: set[str] = set()
        self._fetched = Counter[str]()

    def read(self, address: str) -> Iterator[Read]:
        """The reports at an address, or those that a list there names. Raises InputError."""
        self._met.add(address)
        limits = self._fetcher.limits
        if _name_suffix(address) in ARCHIVES:
            limits = replace(limits, seconds=ARCHIVE_SECONDS, size=ARCHIVE_BYTES)
        with self._open(address, limits) as opened:
            if opened is None:
                return
            fetched, source = opened
            if source.suffix in (PAGE, TEXT):
                yield try_report(self._draft(fetched, source), self._dating)
            elif source.suffix in load_readers():
                yield from load_readers()[source.suffix](source, self._dating)
            else:
                raise InputError(
                    source.subject, "is of a kind that can't be read", f"Known are {list_suffixes()}"
                )

    def draft_page(self, address: str) -> Draft | None:
        """The report at an address that a list names; None where it isn't wanted, or not any more."""
        address = address.strip()
        if address in self._met or not self._fetcher.memory.wants(address):
            return None
        if not self._take_turn(address, "pages"):
            return None
        with self._open(address, page=True) as opened:
            if opened is None:
                return None
            fetched, source = opened
            if source.suffix not in (PAGE, TEXT):
                fault = f"is no page but {source.suffix.removeprefix('.') or 'of an unknown kind'}"
                raise InputError(source.subject, fault, "Give its own address to read it")
            return self._draft(fetched, source)

    @contextmanager
    def open_list(self, address: str) -> Iterator[Source | None]:
        """A list that another names; None where it was read before, or hasn't changed."""
        if address in self._met or not self._take_turn(address, "sitemaps"):
            yield None
            return
        with self._open(address) as opened:
            yield opened[1] if opened else None

    @contextmanager
    def _open(
        self, address: str, limits: Limits | None = None, page: bool = False
    ) -> Iterator[tuple[Fetched, Source] | None]:
        fetched = self._fetcher.fetch(address, limits, page)
        if fetched is None:
            yield None
            return
        with fetched:
            subject = show_address(address)
            stream = _unzip(fetched.stream, subject, _name_suffix(fetched.address))
            if not stream.peek(1):
                raise InputError(subject, "is empty", CHECK_SAVED)
            suffix = _find_kind(stream.peek(SAMPLE), fetched)
            yield fetched, Source(stream, suffix, subject, fetched.address, web=self)

    def _take_turn(self, address: str, kind: str) -> bool:
        """Whether an address may be fetched, or is beyond the limit; the first one that is is an error."""
        self._met.add(address)
        self._fetched[kind] += 1
        over = self._fetched[kind] - self._fetcher.limits.pages
        if over <= 0:
            return True
        self._fetcher.memory.put_off(address)
        if over == 1:
            fault = f"is beyond the {self._fetcher.limits.pages:,} {kind} that are fetched"
            cure = "Allow more with --most-pages (Limits.pages in Python)"
            raise InputError(show_address(address), fault, cure)
        return False

    def _draft(self, fetched: Fetched, source: Source) -> Draft:
        is_page, found_at = source.suffix == PAGE, fetched.address
        stated = _read_media_type(fetched.media_type).get_content_charset()
        found = read_whole(source.stream, source.subject, page=is_page, stated=stated)
        if is_page:
            draft = draft_page(found, found_at, source.subject, self._dating.day_first)
        else:
            draft = Draft(source.subject, found_at, found.text, encoding=found.encoding, notes=found.notes)
        return replace(draft, url=found_at, source=draft.source or urlsplit(found_at).hostname)


def _find_kind(head: bytes, fetched: Fetched) -> str:
    """The suffix of what was fetched: as its bytes tell, as its address is named, or as its server says."""
    guessed = guess_suffix(head)
    if guessed in SURE:
        return guessed
    named = _name_suffix(fetched.address)
    stated = MEDIA_TYPES.get(_read_media_type(fetched.media_type).get_content_type(), guessed)
    return named if named in load_readers() else guessed if stated == TEXT else stated


def _read_media_type(stated: str) -> Message:
    message = Message()  # EmailMessage raises IndexError for such as 'text/html; x*'
    message["Content-Type"] = stated or "application/octet-stream"
    return message


def _name_suffix(address: str) -> str:
    """The suffix that tells a format, of what is packed where it ends in '.gz'."""
    try:
        path = PurePosixPath(unquote(urlsplit(address).path))
        suffix = find_suffix(path)
        return find_suffix(path.with_suffix("")) if suffix == ".gz" else suffix
    except ValueError:  # no address: the fetcher says so
        return ""


def _unzip(stream: io.BufferedReader, subject: str, suffix: str) -> io.BufferedReader:
    """The stream, or what it holds in gzip, as sitemaps may; web archives are unpacked by their reader."""
    if not stream.peek(2).startswith(GZIP) or suffix == ".warc.gz":
        return stream
    try:
        data = gzip.GzipFile(fileobj=stream).read(MAX_FILE + 1)
    except (OSError, EOFError, zlib.error) as e:
        raise InputError(subject, f"can't be unpacked ({e})", CHECK_SAVED) from e
    if len(data) > MAX_FILE:
        raise InputError(subject, f"unpacks to over {MAX_FILE // 1_000_000} MB", "Save and unpack it")
    return io.BufferedReader(io.BytesIO(data))
