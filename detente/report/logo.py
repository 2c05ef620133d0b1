"""A logo for the head of a page: checked, and made part of the page."""

from __future__ import annotations

import base64
from pathlib import Path

from lxml import etree

from detente.errors import InputError

MOST_BYTES = 200_000
SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
SVG = "{http://www.w3.org/2000/svg}svg"


def read_logo(path: str | Path) -> str:
    """The picture in a file as a data address, by its content, whatever its name.

    Raises InputError where it can't be read, is larger than `MOST_BYTES`, or is no PNG, JPEG, GIF, WebP or
    SVG. A picture can't run scripts or load anything where an `img` element shows it.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as e:
        raise InputError(
            str(path), f"can't be read: {e.strerror}", "Check the name of the logo's file"
        ) from e
    if len(content) > MOST_BYTES:
        fault = f"is too large for a logo: {len(content):,} bytes"
        raise InputError(str(path), fault, f"Make it smaller than {MOST_BYTES:,} bytes")
    kind = _tell_kind(content)
    if kind is None:
        raise InputError(str(path), "is no picture that browsers show", "Give a PNG, JPEG, GIF, WebP or SVG")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _tell_kind(content: bytes) -> str | None:
    for sign, kind in SIGNS.items():
        if content.startswith(sign):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    return "image/svg+xml" if root.tag == SVG else None
