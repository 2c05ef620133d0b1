"""Which mentions to give back: a Filter as a condition in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from detente.errors import UsageError
from detente.records import STATUSES
from detente.store.parties import Query, seek_party, seek_speaker

# Two parties face each other across the act, or share it with nobody across ('A and B held talks').
_FACING = """(a.side <> b.side OR NOT EXISTS (
    SELECT 1 FROM {table} c WHERE c.{key} = a.{key} AND c.side <> a.side))"""
FACING = _FACING.format(table="parties", key="mention")
_SIDE = "number IN (SELECT mention FROM parties WHERE {0} AND side = '{1}')"
# CROSS JOIN and INDEXED BY: else SQLite goes through all rows of the second party for each of the first
_BETWEEN = f"""number IN (
    SELECT a.{{key}} FROM (SELECT rowid AS party, * FROM {{table}} WHERE {{one}}) a
    CROSS JOIN (SELECT rowid AS party, * FROM {{table}} INDEXED BY {{table}}_by_{{key}} WHERE {{two}}) b
    ON a.{{key}} = b.{{key}} AND a.party <> b.party AND {_FACING})"""
ALL = "1"  # the condition that everything fits
_SEARCH = "number IN (SELECT rowid FROM quotes WHERE quotes MATCH ?)"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions to give back; what is None or empty doesn't narrow the choice.

    Parties (`between` two, `actor`, `recipient`) are codes ('PRK', 'IGO:UN') or names, in any case, read as
    the coder reads them ('Kremlin' is RUS); `says` is a kind ('official'), name or code of who asserts it.
    `since` and `until` are ISO days or dates, both included: a mention fits whose days, or else its
    report's, overlap them. `search` is words that the quote must hold, "words in quotes" together, `word*`
    for a beginning.
    """

    between: tuple[str, str] | None = None
    actor: str | None = None
    recipient: str | None = None
    type: str | tuple[str, ...] = ()
    status: str | tuple[str, ...] = ()
    since: str | date | None = None
    until: str | date | None = None
    says: str | None = None
    report_id: str | None = None
    search: str | None = None
    limit: int | None = None


Part = tuple[str, list[Any]]


def where_clause(chosen: Filter, rows: Query) -> Part:
    """The SQL condition of a filter and its values; `rows` asks the store which parties it knows."""
    parts: list[Part] = [
        _between(chosen.between, rows),
        _side(chosen.actor, "actor", rows),
        _side(chosen.recipient, "recipient", rows),
        _any_of("type", tuple(t.upper() for t in _several(chosen.type))),
        _any_of("status", _known_statuses(chosen.status)),
        *_days(chosen.since, chosen.until),
        ("report_id = ?" if chosen.report_id else "", [chosen.report_id]),
        _any_column(seek_speaker(chosen.says, rows)) if chosen.says else ("", []),
        (_SEARCH if chosen.search else "", [match_query(chosen.search or "")]),
    ]
    return _join(parts)


def where_event(
    between: tuple[str, str] | None, since: str | date | None, until: str | date | None, rows: Query
) -> Part:
    """The same for events: those between two parties, whose days overlap those from `since` to `until`."""
    return _join([_between(between, rows, "event_parties", "event"), *_days(since, until)])


def where_told(chosen: Filter, rows: Query) -> Part:
    """The same for events by a Filter of mentions: type, status, days and `between` are the event's own, the
    rest has to fit one of its mentions.
    """
    own = where_event(chosen.between, chosen.since, chosen.until, rows)
    acts = [
        _any_of("type", tuple(t.upper() for t in _several(chosen.type))),
        _any_of("status", _known_statuses(chosen.status)),
    ]
    told = replace(chosen, between=None, since=None, until=None, type=(), status=())
    mention, values = where_clause(told, rows)
    found = f"SELECT event FROM event_mentions WHERE mention IN (SELECT id FROM mentions WHERE {mention})"
    return _join([own, *acts, (f"number IN ({found})" if mention != ALL else "", values)])


def _join(parts: Iterable[Part]) -> Part:
    used = [part for part in parts if part[0]]
    return " AND ".join(sql for sql, _ in used) or ALL, [v for _, values in used for v in values]


def _days(since: str | date | None, until: str | date | None) -> list[Part]:
    return [
        ("last_day >= ?" if since else "", [iso_day(since)] if since else []),
        ("day <= ?" if until else "", [iso_day(until)] if until else []),
    ]


def _between(pair: tuple[str, str] | None, rows: Query, table: str = "parties", key: str = "mention") -> Part:
    if not pair:
        return "", []
    if isinstance(pair, str) or len(pair) != 2:
        raise UsageError(f"between {pair!r}", "names no two parties", "Give two codes or names")
    sought = [[s for s in seek_party(name, rows) if s[0] != "text" or key == "mention"] for name in pair]
    (one, ones), (two, twos) = map(_any_column, sought)
    return _BETWEEN.format(table=table, key=key, one=one, two=two), [*ones, *twos]


def _side(name: str | None, side: str, rows: Query) -> Part:
    if not name:
        return "", []
    condition, values = _any_column(seek_party(name, rows))
    return _SIDE.format(condition, side), values


def _any_column(sought: Iterable[tuple[str, str]]) -> Part:
    sought = list(sought)
    condition = " OR ".join(f"{column} = ? COLLATE NOCASE" for column, _ in sought)
    return f"({condition})", [value for _, value in sought]


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _any_of(column: str, values: tuple[str, ...]) -> Part:
    return (f"{column} IN ({', '.join('?' * len(values))})" if values else ""), list(values)


def _known_statuses(value: str | tuple[str, ...]) -> tuple[str, ...]:
    for status in _several(value):
        if status not in STATUSES:
            raise UsageError(f"status {status!r}", "there is no such status", f"Use {', '.join(STATUSES)}")
    return _several(value)


def iso_day(day: str | date | None) -> str | None:
    """The ISO day of a filter. Raises UsageError for what is none."""
    try:
        return date.fromisoformat(str(day)).isoformat() if day else None
    except ValueError as e:
        raise UsageError(repr(day), "is not a day", "Write it as 2013-07-05") from e


def match_query(words: str) -> str:
    """An FTS5 query that takes every word as a word, whatever signs it holds.

    A quotation mark that isn't closed begins a phrase to the end; without a word, nothing fits.
    """
    found = re.findall(r'"([^"]*)(?:"|$)(\*?)|([^\s"]+)', words.replace("\0", " "))
    terms = [(phrase or word, star) for phrase, star, word in found]
    stems = [(term.rstrip("*"), bool(star or term[-1:] == "*")) for term, star in terms]
    return " ".join(f'"{stem}"' + "*" * begins for stem, begins in stems if stem.strip()) or '""'
