"""Word (.docx) and rich text (.rtf) documents → their text, by paragraphs → reports."""

from __future__ import annotations

import io
from collections.abc import Iterator

import lxml.etree
from striprtf.striprtf import rtf_to_text

from detente.errors import InputError
from detente.read.build import CHECK_SAVED, Dating, Draft, Read, Source
from detente.read.texts import build_texts
from detente.read.unpack import open_zip, read_member

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PARAGRAPH, LETTERS = f"{WORD}p", f"{WORD}t"
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
DELETED = (f"{WORD}del", f"{WORD}moveFrom", FALLBACK)


def read_docx(source: Source, dating: Dating) -> Iterator[Read]:
    """The report, or the articles, in a Word document.

    The text has all paragraphs of the body with tables and text boxes, as with all changes accepted;
    headers, footers, notes and comments are left out.
    """
    archive = open_zip(io.BytesIO(source.read_document()), source.subject)
    body = read_member(archive, "word/document.xml", source.subject)
    if body is None:
        raise InputError(source.subject, "is no Word document", "Give it the suffix of what it is")
    core = read_member(archive, "docProps/core.xml", source.subject)
    about = _parse_xml(core, source.subject) if core else None
    yield from build_texts(
        Draft(
            source.subject,
            source.path,
            _join_paragraphs(_parse_xml(body, source.subject)),
            title=about.findtext(f"{DUBLIN}title") if about is not None else None,
            author=about.findtext(f"{DUBLIN}creator") if about is not None else None,
        ),
        dating,
    )


def _parse_xml(data: bytes, subject: str) -> lxml.etree._Element:
    """The tree of a part, without entities, which Office never writes."""
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return lxml.etree.fromstring(data, parser)
    except lxml.etree.XMLSyntaxError as e:
        raise InputError(subject, f"is no valid Word document ({e.msg})", CHECK_SAVED) from e


def _join_paragraphs(tree: lxml.etree._Element) -> str:
    lxml.etree.strip_elements(tree, *DELETED, with_tail=False)
    paragraphs = ("".join(_read_runs(paragraph)).strip() for paragraph in tree.iter(PARAGRAPH))
    return "\n\n".join(filter(None, paragraphs))


def _read_runs(element: lxml.etree._Element) -> Iterator[str]:
    """The letters of a paragraph; those of a paragraph inside it (a text box) are its own."""
    for child in element:
        if child.tag == LETTERS:
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag != PARAGRAPH:
            yield from _read_runs(child)


def read_rtf(source: Source, dating: Dating) -> Iterator[Read]:
    """The report, or the articles, in a rich-text document."""
    data = source.read_document()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError(source.subject, "is no rich-text (RTF) file", "Give it the suffix of what it is")
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding="cp1252", errors="replace")
    except (ValueError, LookupError, IndexError) as e:
        raise InputError(source.subject, f"is no valid rich text ({e})", "Save it as .docx or .txt") from e
    paragraphs = (line.strip(" \t|") for line in text.split("\n"))
    yield from build_texts(Draft(source.subject, source.path, "\n\n".join(filter(None, paragraphs))), dating)
