"""Which reader reads what: by suffix, or by how the bytes begin.

A new format is one line in READERS, or a plugin's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import PurePath

from detente.errors import DetenteError, InputError
from detente.plugins import Part, find_parts
from detente.read.build import Dating, Read, Reader, Source
from detente.read.documents import read_docx, read_rtf
from detente.read.feeds import read_feed
from detente.read.gdelt import ZIPPED
from detente.read.mail import STARTS as MESSAGE_STARTS
from detente.read.mail import read_mail, read_mailbox
from detente.read.pdf import read_pdf
from detente.read.rows import read_table, read_zipped_table
from detente.read.sitemaps import read_xml
from detente.read.texts import read_markdown, read_plain, read_saved_page
from detente.read.webarchives import read_wacz, read_warc
from detente.records import Report

READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_saved_page,
    ".htm": read_saved_page,
    ".jsonl": read_table,
    ".ndjson": read_table,
    ".json": read_table,
    ".csv": read_table,
    ".tsv": read_table,
    ZIPPED: read_zipped_table,
    ".parquet": read_table,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".rtf": read_rtf,
    ".eml": read_mail,
    ".mbox": read_mailbox,
    ".rss": read_feed,
    ".atom": read_feed,
    ".xml": read_xml,
    ".warc": read_warc,
    ".warc.gz": read_warc,
    ".wacz": read_wacz,
}
RANDOM_ACCESS = (".docx", ".parquet")  # what can't be read from a pipe in one go
STARTS = {
    b"{\\rtf": ".rtf",
    b"{": ".jsonl",
    b"url,mobileurl,date,title": ".csv",  # GDELT's list of articles
    b"<!doctype html": ".html",
    b"<html": ".html",
    b"<?xml": ".xml",
    b"<rss": ".xml",
    b"<feed": ".xml",
    b"<rdf:rdf": ".xml",
    b"<urlset": ".xml",
    b"<sitemapindex": ".xml",
    b"%pdf": ".pdf",
    b"pk\3\4": ".docx",
    b"par1": ".parquet",
    b"warc/": ".warc",
    b"\x1f\x8b": ".warc.gz",
}


@cache
def load_readers() -> dict[str, Reader]:
    """The readers of detente and of plugins, by suffix. Raises PluginError where a plugin is faulty."""
    return READERS | {suffix: _guard_reader(part) for suffix, part in _find_added().items()}


def list_suffixes() -> str:
    """The suffixes that can be read, for messages."""
    return ", ".join(load_readers())


def find_suffix(path: PurePath) -> str:
    """The suffix that tells a file's format, in small letters; two together, as in '.warc.gz', may be one."""
    double = "".join(path.suffixes[-2:]).lower()
    return double if double in load_readers() else path.suffix.lower()


def guess_suffix(head: bytes) -> str:
    """The suffix that data without a name would have, by how it begins; '.txt' where nothing tells."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if MESSAGE_STARTS.match(head.split(b"\n", 1)[0]):
        return ".mbox"
    head = head.lower()
    starts = STARTS | {s.lower(): suffix for suffix, part in _find_added().items() for s in part.value.starts}
    found = starts.get(max(filter(head.startswith, starts), key=len, default=b""), ".txt")
    return ".html" if found == ".xml" and b"<html" in head[:2000] else found


def _find_added() -> dict[str, Part]:
    return find_parts("readers", tuple(READERS))


def _guard_reader(part: Part) -> Reader:
    """A plugin's reader whose own faults become errors of the file that name the plugin."""

    def read(source: Source, dating: Dating) -> Iterator[Read]:
        cure = "Report this to whoever made the plugin"
        try:
            for found in part.value.read(source, dating):
                if not isinstance(found, Report | InputError):
                    fault = f"the plugin {part.plugin!r} read {type(found).__name__} instead of Report"
                    raise InputError(source.subject, fault, cure)
                yield found
        except (DetenteError, OSError):
            raise
        except Exception as e:
            fault = f"the plugin {part.plugin!r} failed ({type(e).__name__}: {e})"
            raise InputError(source.subject, fault, cure) from e

    return read
