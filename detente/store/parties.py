"""Names in filters → what the columns of a store hold for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from detente.errors import UsageError
from detente.records import SaysKind

Query = Callable[..., Any]  # gives the rows of an SQL query with its values
Sought = tuple[tuple[str, str], ...]  # columns and the values that they may have, one of which must fit
KINDS = get_args(SaysKind)
STORED = "SELECT 1 FROM parties WHERE code = ?1 OR name = ?1 OR text = ?1 LIMIT 1"
SPEAKER = "SELECT 1 FROM mentions WHERE ? COLLATE NOCASE IN (says_name, says_code) LIMIT 1"
NAMES = "SELECT name FROM parties WHERE name IS NOT NULL UNION SELECT says_name FROM mentions"


def seek_party(words: str, rows: Query) -> Sought:
    """How to find the parties that a code or name means: as the coder reads it, else as it is stored.

    Raises UsageError, with what may have been meant, where neither the tables nor the store know it.
    """
    if any(rows("SELECT 1 FROM parties WHERE code = ? LIMIT 1", words)):
        return (("code", words),)
    if found := look_up_party(words):
        return found
    if any(rows(STORED, words)):
        return ("code", words), ("name", words), ("text", words)
    raise _explain_unknown(words, rows)


def seek_speaker(words: str, rows: Query) -> Sought:
    """How to find what is asserted by a kind of source, or by whom a code or name means. Raises the same."""
    if words.lower() in KINDS:
        return (("says_kind", words.lower()),)
    if found := look_up_party(words):
        return tuple((f"says_{column}", value) for column, value in found)
    if any(rows(SPEAKER, words)):
        return ("says_code", words), ("says_name", words)
    raise _explain_unknown(words, rows, KINDS)


def look_up_party(words: str) -> Sought:
    """The codes and names that the tables give a name; none where they know no such party."""
    from detente.who.lookup import look_up  # loads the parser, which takes a second

    meant = look_up(words)
    if meant is None:
        return ()
    return (*(("code", code) for code in meant.codes), *(("name", name) for name in meant.names))


def _explain_unknown(words: str, rows: Query, others: tuple[str, ...] = ()) -> UsageError:
    from detente.who.lookup import explain_unknown

    return explain_unknown(words, [*others, *(name for (name,) in rows(NAMES) if name)])
