"""Which reader reads what: by suffix, or by how the bytes begin. A new format is one line in READERS."""

from __future__ import annotations

from pathlib import PurePath

from detente.read.build import Reader
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
DOUBLE = (".warc.gz", ZIPPED)
KNOWN = ", ".join(READERS)
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


def find_suffix(path: PurePath) -> str:
    """The suffix that tells a file's format, in small letters: '.warc.gz' is one."""
    name = path.name.lower()
    return next((double for double in DOUBLE if name.endswith(double)), path.suffix.lower())


def guess_suffix(head: bytes) -> str:
    """The suffix that data without a name would have, by how it begins; '.txt' where nothing tells."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if MESSAGE_STARTS.match(head.split(b"\n", 1)[0]):
        return ".mbox"
    head = head.lower()
    found = next((suffix for start, suffix in STARTS.items() if head.startswith(start)), ".txt")
    return ".html" if found == ".xml" and b"<html" in head[:2000] else found
