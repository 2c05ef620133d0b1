"""Web archives (.warc, .warc.gz, .wacz) → a report for each archived page, one at a time (by FastWARC).

WARC is ISO 28500; WACZ (https://specs.webrecorder.net/wacz/1.1.1/) is a ZIP archive with WARC files in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any
from urllib.parse import urlsplit
from zipfile import BadZipFile

from detente.errors import InputError
from detente.read.build import (
    CHECK_SAVED,
    MAX_BYTES,
    Dating,
    Draft,
    Read,
    Source,
    name_input,
    too_large,
    try_report,
)
from detente.read.decode import check_binary, decode_text
from detente.read.texts import draft_page
from detente.read.unpack import check_size, open_zip

PAGES = ("text/html", "application/xhtml+xml")
MAX_RECORD = 1_000_000_000  # bytes: what is larger is not even unpacked, as it can be a decompression bomb


def read_warc(source: Source, dating: Dating) -> Iterator[Read]:
    """The article in each page of a WARC file, and each plain text in it.

    Pages that a server answered with another status than 200, and other kinds of files, are passed over.
    """
    return _read_records(source.stream, source, dating)


def read_wacz(source: Source, dating: Dating) -> Iterator[Read]:
    """The same from all WARC files of a WACZ archive."""
    archive = open_zip(source.stream, source.subject)
    members = [m for m in archive.infolist() if m.filename.endswith((".warc", ".warc.gz"))]
    if not members:
        raise InputError(source.subject, "holds no WARC file", CHECK_SAVED)
    for member in members:
        part = replace(source, subject=f"{source.subject}, {name_input(member.filename)}")
        try:
            check_size(member, part.subject)
            with archive.open(member) as stream:
                yield from _read_records(stream, part, dating)
        except InputError as e:
            yield e
        except (BadZipFile, zlib.error, NotImplementedError) as e:
            yield InputError(part.subject, f"can't be unpacked ({e})", CHECK_SAVED)


def _read_records(stream: IO[bytes], source: Source, dating: Dating) -> Iterator[Read]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as e:
        cure = "pip install 'detente[warc]'"
        raise InputError(source.subject, "reading web archives needs FastWARC", cure) from e
    kinds = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(stream, auto_decode="all"), 1):
            if record.content_length > MAX_RECORD:
                fault = f"record {number} is over {MAX_RECORD // 1_000_000_000} GB, so the rest is not read"
                raise InputError(source.subject, fault, "Take that record out")
            subject = f"{source.subject}, record {number}"
            if "Content-Length" not in record.headers:
                raise InputError(subject, "is cut short in its head", CHECK_SAVED)
            if record.is_http and not record.http_content_type:
                _check_whole(record, len(record.reader.read(MAX_BYTES + 1)), subject)
            elif record.record_type & kinds and (kind := _name_kind(record)):
                yield _read_record(record, kind, subject, source.path, dating)
    except (OSError, EOFError, ValueError) as e:
        fault = f"is damaged after record {number} ({e})"
        raise InputError(source.subject, fault, CHECK_SAVED) from e
    if not number:
        raise InputError(source.subject, "holds no WARC records", CHECK_SAVED)


def _name_kind(record: Any) -> str | None:
    """'page' or 'text'; None for what is no report, such as a picture or an answer 'not found'."""
    if record.http_headers is not None and record.http_headers.status_code != 200:
        return None
    stated = record.http_content_type if record.is_http else record.headers.get("Content-Type", "")
    kind = (stated or "").split(";")[0].strip().lower()
    return "page" if kind in PAGES else "text" if kind == "text/plain" else None


def _check_whole(record: Any, length: int, subject: str) -> None:
    """Raises InputError for a record that breaks off; where its body is encoded, its length tells nothing."""
    http = record.http_headers
    encoded = http is not None and (http.get("Content-Encoding") or http.get("Transfer-Encoding"))
    if length < min(record.content_length, MAX_BYTES) and not encoded:
        fault = f"is cut short: {length:,} of {record.content_length:,} bytes"
        raise InputError(subject, fault, CHECK_SAVED)


def _read_record(record: Any, kind: str, subject: str, path: str, dating: Dating) -> Read:
    address = record.headers.get("WARC-Target-URI", "").strip("<>")
    try:
        data = record.reader.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise too_large(subject)
        _check_whole(record, len(data), subject)
        check_binary(data, subject)
        found = decode_text(data, subject, page=kind == "page")
        if kind == "page":
            draft = draft_page(found, path, subject, dating.day_first)
        else:
            draft = Draft(subject, path, found.text, encoding=found.encoding, notes=found.notes)
    except InputError as e:
        return InputError(f"{e.subject} ({name_input(address)[:200]})", e.fault, e.cure)
    host = urlsplit(address).hostname
    return try_report(replace(draft, url=address or draft.url, source=draft.source or host), dating)
