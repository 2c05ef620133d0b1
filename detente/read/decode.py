"""Bytes → text: UTF-8 first, then what the bytes themselves say."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

from detente.errors import InputError

SAMPLE = 1 << 16
KINDS = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive, as Word, Excel and OpenDocument files are",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "a rich-text (RTF) file",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b\x1a")) + b"\x7f"
MOST_CONTROLS = 0.05  # share of control bytes above which a file is no text
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
NAMED = {b"%PDF": ".pdf", b"{\\rtf": ".rtf", b"PAR1": ".parquet"}
SAVE_AS_TEXT = "Save it as text, Markdown, HTML, JSON lines or CSV first"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the name of the encoding it was in, and what a reader should know about that."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def check_binary(data: bytes, subject: str) -> None:
    """Raises InputError when `data`, the start of a file, is no text."""
    for magic, kind in KINDS.items():
        if data.startswith(magic):
            cure = f"Give its name the suffix {NAMED[magic]}" if magic in NAMED else SAVE_AS_TEXT
            raise InputError(subject, f"is {kind}, not text", cure)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _guess_utf16(data):
        return
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls > MOST_CONTROLS * len(sample):
        raise InputError(subject, "is a binary file, not text", SAVE_AS_TEXT)


def _guess_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: in text with Latin letters or spaces every other byte is often 0."""
    sample = data[: SAMPLE // 2 * 2]
    half = len(sample) // 2
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if half >= 4 and zeros.count(0) > 0.6 * half and sample.count(0) < 1.05 * zeros.count(0):
            return name
    return None


def decode_text(
    data: bytes, subject: str, sample: bytes | None = None, page: bool = False, stated: str | None = None
) -> Decoded:
    """`data` as text; line breaks stay as they are, a leading byte-order mark goes.

    UTF-8 first, then the encoding that a server `stated`, the one that a page names, and the one that
    charset-normalizer detects in `sample` (the data itself when None). `notes` say so when it wasn't UTF-8.
    Raises InputError when no encoding makes text of it.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode_as(data, name)
    if utf16 := _guess_utf16(data):
        return _decode_as(data, utf16, f"read as {utf16}, as its bytes suggest")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_other(data, subject, data if sample is None else sample, page, stated)


def _decode_other(data: bytes, subject: str, sample: bytes, page: bool, stated: str | None) -> Decoded:
    if broken := _count_broken(data):
        text = data.decode("utf-8", "replace")
        return Decoded(
            text, "utf-8", (f"{broken} broken UTF-8 character(s) read as '\N{REPLACEMENT CHARACTER}'",)
        )
    if stated and (named := _find_encoding(stated)):
        return _decode_as(data, named, f"not UTF-8: read as {named}, as its server says")
    if page and (named := _named_encoding(data)):
        return _decode_as(data, named, f"not UTF-8: read as {named}, as the page says")
    found = detect_encoding(sample)
    if found is None:
        fault = "is neither UTF-8 nor text in an encoding that can be detected"
        raise InputError(subject, fault, "Save it as UTF-8")
    return _decode_as(data, found, f"not UTF-8: read as {found}, as its bytes suggest")


def _decode_as(data: bytes, encoding: str, *notes: str) -> Decoded:
    text = data.decode(encoding, "replace")
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    if lost:
        notes += (f"{lost} byte(s) that are no {encoding} read as '\N{REPLACEMENT CHARACTER}'",)
    return Decoded(text, encoding, notes)


def _count_broken(data: bytes) -> int:
    """How many characters are broken, where the data is UTF-8 all the same; else 0."""
    broken = data.decode("utf-8", "replace").count("\N{REPLACEMENT CHARACTER}")
    whole = sum(1 for c in data.decode("utf-8", "ignore") if ord(c) > 127)
    return broken if whole >= 4 * broken else 0


def _named_encoding(data: bytes) -> str | None:
    """The encoding in a page's `meta` element."""
    found = META_CHARSET.search(data[:4096])
    return _find_encoding(found[1].decode("ascii")) if found else None


def _find_encoding(stated: str) -> str | None:
    """The encoding that a name means; Latin-1 means Windows-1252, as in the WHATWG standard.

    None where it means none that text comes in: Python has codecs too that aren't, as 'hex' and 'idna'.
    """
    try:
        name = codecs.lookup(stated).name
        b"\xff".decode(name, "replace")
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return None if name.startswith(("utf-8", "utf-16", "utf-32")) else name


def detect_encoding(data: bytes) -> str | None:
    """The likeliest encoding of `data`, by charset-normalizer; Windows-1252 where it does as well as others.

    Short Western texts read much the same in a dozen encodings; Windows-1252 is by far the commonest.
    Encodings that put symbols into words are left out. None when nothing makes text of the data.
    """
    found = list(charset_normalizer.from_bytes(_whole_lines(data[:SAMPLE])))
    fitting = [match for match in found if not _has_symbols_in_words(str(match))] or found
    for match in fitting:
        same = match.chaos <= fitting[0].chaos + 0.02 and match.coherence >= fitting[0].coherence - 0.1
        if same and "cp1252" in (match.encoding, *match.could_be_from_charset):
            return "cp1252"
    return str(fitting[0].encoding) if fitting else None


def _has_symbols_in_words(text: str) -> bool:
    """Whether symbols stand where letters should, as in Polish that is read as Windows-1252 ('Rz¹d')."""
    symbols = len(re.findall(r"[a-z][¡-©¬¯-¶¸¹¼-¿×÷]", text))
    return symbols > 0.1 * sum(ord(c) > 127 for c in text)


def _whole_lines(data: bytes) -> bytes:
    cut = data.rfind(b"\n") if len(data) == SAMPLE else -1
    return data[:cut] if cut > 0 else data
