"""Addresses as words: told from paths, and shown without passwords."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
CREDENTIALS = re.compile(r"(//)[^/?#]*@")
SHOWN = 200  # characters of an address in a message


def is_address(words: object) -> bool:
    """Whether words begin as an address on a network does ('https://...'), of whatever scheme."""
    return ADDRESS.match(str(words)) is not None


def show_address(address: object) -> str:
    """An address as it can be printed on a line, without what may be a password."""
    words = CREDENTIALS.sub(r"\1", str(address))[:SHOWN]
    return words if words.isprintable() else ascii(words)[1:-1]
