"""RSS and Atom feeds → reports, one entry at a time (by feedparser)."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any
from urllib.parse import urljoin

import feedparser

from detente.errors import InputError
from detente.read.build import MAX_BYTES, Dating, Draft, Read, Source, Web, too_large, try_report
from detente.read.days import DayError, read_day
from detente.read.pages import flatten_page

BLOCK = 1 << 16
OPENS = re.compile(rb"<(?:\w+:)?(?:item|entry)(?=[\s>])")
CLOSES = re.compile(rb".*</(?:\w+:)?(?:item|entry)\s*>", re.DOTALL)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
ROOT = re.compile(rb"<((?:\w+:)?(?:rss|feed|rdf))(?=[\s>])", re.IGNORECASE)
CHANNEL = re.compile(rb"<(/?)((?:\w+:)?channel)(?=[\s>])")
CURE = "Ask the publisher to mend it, or leave it out"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the entries of a feed: with it, each can be read as a feed of its own."""

    head: bytes
    tail: bytes

    def parse(self, entry: bytes) -> Any:
        """What feedparser reads, with one entry or none."""
        return feedparser.parse(io.BytesIO(self.head + entry + self.tail))


def read_feed(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in each entry of an RSS or Atom feed, one in memory at a time.

    The text is the entry's content, else its summary, and a note says so; where `source.web` follows, it is
    that of the page which the entry links to. A malformed entry is noted in its report. Document types, and
    so entities of their own, are left out.
    """
    blocks = _split_entries(_open_as_utf8(source))
    frame = _make_frame(next(blocks), source.subject)
    number = 0
    for number, block in enumerate(blocks, 1):
        subject = f"{source.subject}, entry {number}"
        if len(block) > MAX_BYTES:
            yield too_large(subject)
            continue
        entry = CLOSES.match(block)
        try:
            draft = _draft_entry(frame.parse(entry[0] if entry else block), subject, source.path)
        except InputError as e:
            yield e
        except (AttributeError, KeyError, TypeError, ValueError) as e:  # feedparser's own, on damaged bytes
            yield InputError(subject, f"can't be read ({e})", CURE)
        else:
            yield from _build_entry(draft, source.web, dating)
    if not number:
        raise InputError(source.subject, "the feed holds no entries", "Check its address, or leave it out")


def _build_entry(entry: Draft, web: Web | None, dating: Dating) -> Iterator[Read]:
    """The report in an entry, or at the address that it links to; none where that isn't wanted."""
    if web is None or not web.follow or not entry.url:
        yield try_report(entry, dating)
        return
    try:
        page = web.draft_page(_join_address(entry))
    except InputError as e:
        yield e
        return
    if page is not None:
        stated = replace(
            page,
            title=entry.title or page.title,
            published=entry.published or page.published,
            source=entry.source or page.source,
            author=entry.author or page.author,
            given_id=entry.given_id,
        )
        yield try_report(stated, dating)


def _join_address(entry: Draft) -> str:
    """The address that an entry links to, which may be relative to the feed's."""
    try:
        return urljoin(entry.path or "", entry.url or "")
    except ValueError as e:
        raise InputError(entry.subject, f"links to no web address ({e})", CURE) from e


def _open_as_utf8(source: Source) -> IO[bytes]:
    """The feed's bytes, those of UTF-16 as UTF-8; its declaration goes, as it names the other encoding."""
    head = source.stream.peek(2)
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return source.stream
    text = source.read_document().decode("utf-16", "replace")
    return io.BytesIO(DECLARATION.sub("", text, count=1).encode())


def _split_entries(stream: IO[bytes]) -> Iterator[bytes]:
    """What stands before the first entry, then each entry, cut off a little above MAX_BYTES."""
    held = b""
    while data := stream.read(BLOCK):
        searched = max(0, len(held) - 64)
        held += data
        while (start := OPENS.search(held, max(1, searched))) is not None:
            yield held[: start.start()]
            held, searched = held[start.start() :], 1
        if len(held) > MAX_BYTES + BLOCK:
            held = held[: MAX_BYTES + 1] + held[-64:]
    yield held


def _make_frame(head: bytes, subject: str) -> Frame:
    """The frame of a feed. Raises InputError where `head` does not begin one."""
    root = ROOT.search(head)
    if root is None:
        raise InputError(subject, "is no RSS or Atom feed", "Name pages .html; other XML can't be read")
    opened = [mark[2] for mark in CHANNEL.finditer(head)]
    closed = sum(bool(mark[1]) for mark in CHANNEL.finditer(head))
    tail = b"</%s>" % root[1]
    if opened and not closed:
        tail = b"</%s>%s" % (opened[0], tail)
    return Frame(DOCTYPE.sub(b"", head), tail)


def _draft_entry(parsed: Any, subject: str, path: str) -> Draft:
    if not parsed.entries:
        raise InputError(subject, f"can't be read ({_name_fault(parsed)})", CURE)
    entry, feed = parsed.entries[0], parsed.feed
    told = next((c.value for c in entry.get("content", ()) if c.value.strip()), "")
    notes: tuple[str, ...] = () if told else ("the feed gives a summary only",)
    if parsed.bozo and not isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride):
        notes += (f"the feed is malformed: {_name_fault(parsed)}",)
    published, date_notes = _read_published(entry)
    return Draft(
        subject=subject,
        path=path,
        text=flatten_page(told or entry.get("summary", "")),
        title=flatten_page(entry.get("title", "")),
        published=published,
        url=entry.get("link"),
        source=entry.get("source", {}).get("title") or feed.get("title"),
        author=entry.get("author"),
        given_id=entry.get("id"),
        encoding=parsed.get("encoding") or "utf-8",
        notes=(*notes, *date_notes),
    )


def _read_published(entry: Any) -> tuple[str | None, tuple[str, ...]]:
    """The day in the time zone that the entry states; where its words can't be read, in UTC by feedparser."""
    words = entry.get("published") or entry.get("updated")
    if not words:
        return None, ()
    try:
        return read_day(words), ()
    except DayError:
        parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed:
        return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}", ()
    return None, (f"the entry's date {words[:40]!r} can't be read",)


def _name_fault(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    return str(getattr(error, "getMessage", lambda: error)() or "no entry in it")
