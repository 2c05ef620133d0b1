"""PDF documents → their text, by paragraphs, in the order of reading (by pdfminer.six) → reports."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from detente.errors import InputError
from detente.read.build import CHECK_SAVED, Dating, Draft, Read, Source, tidy
from detente.read.texts import build_texts

MOST_PAGES = 2000
NO_TITLE = re.compile(r"untitled|microsoft word|.*\.(?:docx?|pdf|indd|qxd|rtf|txt)", re.IGNORECASE)
HYPHEN = re.compile(r"(?<=[a-z])[-\N{SOFT HYPHEN}\N{HYPHEN}]\n(?=[a-z])")
PAGE_NUMBER = re.compile(r"(?:page )?\W{0,3}\d{1,4}\W{0,3}(?:(?:of|/) \d{1,4})?", re.IGNORECASE)
ENDED = re.compile(r"[.!?:;\"'”’)\]]$")

logging.getLogger("pdfminer").addHandler(logging.NullHandler())


def read_pdf(source: Source, dating: Dating) -> Iterator[Read]:
    """The report, or the articles, in a PDF document.

    Lines are joined to paragraphs, words parted at a line's end are put together, page numbers left out.
    Raises InputError where it is encrypted, damaged, or holds pictures of pages only.
    """
    data = source.read_document()
    if b"%PDF-" not in data[:1024]:
        raise InputError(source.subject, "is no PDF file", "Give it the suffix of what it is")
    pages, stated = _read_pages(data, source.subject)
    text = "\n\n".join(_join_pages(pages))
    if not any(map(str.isalnum, text)):
        fault = f"holds no text on its {len(pages)} page(s): they may be scanned pictures"
        raise InputError(source.subject, fault, "Run text recognition (OCR) on it first")
    title = tidy(_decode_stated(stated.get("Title")))
    draft = Draft(
        source.subject,
        source.path,
        text,
        title=None if not title or NO_TITLE.fullmatch(title) else title,
        author=_decode_stated(stated.get("Author")),
    )
    yield from build_texts(draft, dating)


def _read_pages(data: bytes, subject: str) -> tuple[list[list[str]], dict[str, Any]]:
    """The paragraphs of each page, and what the document states about itself."""
    try:
        from pdfminer.high_level import extract_pages
        from pdfminer.layout import LAParams, LTTextContainer
        from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
        from pdfminer.pdfparser import PDFParser
        from pdfminer.psexceptions import PSException
    except ImportError as e:
        raise InputError(subject, "reading PDF needs pdfminer.six", "pip install 'detente[pdf]'") from e
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = [
            [part.get_text() for part in page if isinstance(part, LTTextContainer)]
            for page in extract_pages(io.BytesIO(data), maxpages=MOST_PAGES, laparams=LAParams())
        ]
    except (PDFEncryptionError, PDFPasswordIncorrect) as e:
        raise InputError(subject, "is encrypted", "Save it without its password first") from e
    except (PSException, ValueError, TypeError, KeyError, IndexError, AssertionError, RecursionError) as e:
        raise InputError(subject, f"is no whole PDF file ({type(e).__name__})", CHECK_SAVED) from e
    return pages, document.info[0] if document.info else {}


def _join_pages(pages: list[list[str]]) -> list[str]:
    """The paragraphs of all pages; one that goes on over the foot of a page is put together."""
    joined: list[str] = []
    for page in pages:
        found = (" ".join(HYPHEN.sub("", part.strip()).split()) for part in page)
        paragraphs = [part for part in found if part and not PAGE_NUMBER.fullmatch(part)]
        if joined and paragraphs and paragraphs[0][0].islower() and not ENDED.search(joined[-1]):
            joined[-1] += f" {paragraphs.pop(0)}"
        joined.extend(paragraphs)
    return joined


def _decode_stated(value: Any) -> str | None:
    from pdfminer.utils import decode_text

    return decode_text(value) if isinstance(value, bytes) else None
