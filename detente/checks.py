"""What a public function is given, checked: an error that says how to call it beats one from deep inside."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from detente.errors import UsageError

HALF = re.compile(r"[\ud800-\udfff]")  # a lone surrogate: no character, though a str can hold it


def check_day(value: str | date | None, name: str) -> str | None:
    """The ISO day of a date, or of an ISO day or time as a str; None for None and ''.

    `name` is the parameter's. Raises UsageError for all else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    check_kind(value, str, name, "Give a date, or a str such as '2013-07-05'")
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as e:
        raise UsageError(f"{name} {value!r}", "is no day in ISO 8601", "Write it like 2013-07-05") from e


def check_kind(value: Any, kind: type, name: str, cure: str) -> None:
    """Raises UsageError where a value isn't of the kind that the parameter `name` takes."""
    if not isinstance(value, kind):
        fault = f"takes a {kind.__name__}, not a {type(value).__name__}"
        raise UsageError(name, fault, cure)


def hide_halves(text: str) -> str:
    """The text with U+FFFD for each half character, which the parser and the tokenizer can't take."""
    return HALF.sub("\N{REPLACEMENT CHARACTER}", text)
