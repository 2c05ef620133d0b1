"""Which mentions to give back: a Filter as a condition in SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from detente.errors import UsageError
from detente.records import STATUSES

# Two parties face each other across the act, or share it with nobody across ('A and B held talks').
FACING = """(a.side <> b.side OR NOT EXISTS (
    SELECT 1 FROM parties c WHERE c.mention = a.mention AND c.side <> a.side))"""
_IS_PARTY = "(code = ? OR name = ? OR text = ?)"
_SIDE = f"number IN (SELECT mention FROM parties WHERE {_IS_PARTY} AND side = '{{}}')"
_BETWEEN = f"""number IN (
    SELECT a.mention FROM (SELECT rowid AS party, * FROM parties WHERE {_IS_PARTY}) a
    JOIN (SELECT rowid AS party, * FROM parties WHERE {_IS_PARTY}) b
    ON a.mention = b.mention AND a.party <> b.party AND {FACING})"""

_SAYS = "? COLLATE NOCASE IN (says_kind, says_name, says_code)"
_SEARCH = "number IN (SELECT rowid FROM quotes WHERE quotes MATCH ?)"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions to give back; what is None or empty doesn't narrow the choice.

    Parties (`between` two, `actor`, `recipient`) are codes ('PRK', 'IGO:UN') or names, in any case;
    `says` is a kind ('official'), name or code of who asserts it. `since` and `until` are ISO days,
    both included: a mention fits whose days, or else its report's, overlap them. `search` is words
    that the quote must hold, "words in quotes" together, `word*` for a beginning.
    """

    between: tuple[str, str] | None = None
    actor: str | None = None
    recipient: str | None = None
    type: str | tuple[str, ...] = ()
    status: str | tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    says: str | None = None
    report_id: str | None = None
    search: str | None = None
    limit: int | None = None


def where_clause(chosen: Filter) -> tuple[str, list[Any]]:
    """The SQL condition of a filter and its values."""
    one, two = chosen.between or ("", "")
    parts: list[tuple[str, list[Any]]] = [
        (_BETWEEN if chosen.between else "", [one] * 3 + [two] * 3),
        (_SIDE.format("actor") if chosen.actor else "", [chosen.actor] * 3),
        (_SIDE.format("recipient") if chosen.recipient else "", [chosen.recipient] * 3),
        _any_of("type", tuple(t.upper() for t in _several(chosen.type))),
        _any_of("status", _known_statuses(chosen.status)),
        ("last_day >= ?" if chosen.since else "", [_iso_day(chosen.since)]),
        ("day <= ?" if chosen.until else "", [_iso_day(chosen.until)]),
        ("report_id = ?" if chosen.report_id else "", [chosen.report_id]),
        (_SAYS if chosen.says else "", [chosen.says]),
        (_SEARCH if chosen.search else "", [_match_query(chosen.search or "")]),
    ]
    used = [part for part in parts if part[0]]
    return " AND ".join(sql for sql, _ in used) or "1", [v for _, values in used for v in values]


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _any_of(column: str, values: tuple[str, ...]) -> tuple[str, list[Any]]:
    return (f"{column} IN ({', '.join('?' * len(values))})" if values else ""), list(values)


def _known_statuses(value: str | tuple[str, ...]) -> tuple[str, ...]:
    for status in _several(value):
        if status not in STATUSES:
            raise UsageError(f"status {status!r}", "there is no such status", f"Use {', '.join(STATUSES)}")
    return _several(value)


def _iso_day(day: str | None) -> str | None:
    try:
        return day and date.fromisoformat(day).isoformat()
    except ValueError as e:
        raise UsageError(repr(day), "is not a day", "Write it as 2013-07-05") from e


def _match_query(words: str) -> str:
    """An FTS5 query that takes every word as a word, whatever signs it holds."""
    found = re.findall(r'"([^"]*)"(\*?)|([^\s"]+)', words)
    terms = [(phrase or word, star) for phrase, star, word in found]
    return " ".join(f'"{term.rstrip("*")}"' + "*" * bool(star or term[-1:] == "*") for term, star in terms)
