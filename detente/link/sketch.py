"""What of mentions counts when they are compared: parties, act, days, place, status, words; as columns.

A row is a mention. Columns of numbers let millions of pairs be compared at once.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from spacy.lang.en.stop_words import STOP_WORDS

from detente.records import STATUSES, EventMention, Party

STEM = 5  # letters: words that begin alike count as one ('propose', 'proposal'); truncation needs no tables
WORD = re.compile(r"[^\W_]+")
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
NO_WORDS = frozenset({*STOP_WORDS, *WEEKDAYS.split(), *MONTHS.split(), "said", "says", "say", "told"})
FAMILIES = {
    "AGREE": "talk", "CONSULT": "talk", "SUPPORT": "talk", "CONCEDE": "yield", "RETREAT": "yield",
    "AID": "help", "COOPERATE": "help", "REQUEST": "words", "ACCUSE": "words", "REJECT": "words",
    "THREATEN": "words", "PROTEST": "words", "SANCTION": "press", "COERCE": "press", "MOBILIZE": "force",
    "ASSAULT": "force",
}  # fmt: skip
PLACED = frozenset({"city", "site", "feature", "admin2"})  # levels that say where, not only in which country
NARROW = 3  # days: what is stated to so many counts as dated
NONE = -1  # in a column: there is nothing
NUMBERS = (
    "type", "family", "mode", "status", "first", "last", "told", "place", "stem", "report", "sentence",
)  # fmt: skip
FLAGS = ("conflict", "dated", "placed")

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sketches:
    """Columns over mentions. Days are counted from 1 January of the year 1; NONE where unknown."""

    ids: tuple[str, ...]
    type: Ints
    family: Ints
    mode: Ints
    conflict: Flags
    status: Ints
    first: Ints
    last: Ints
    told: Ints
    dated: Flags
    place: Ints
    placed: Flags
    stem: Ints
    report: Ints
    sentence: Ints
    theme: Ints
    actor: csr_array
    recipient: csr_array
    parties: csr_array
    words: csr_array

    def __len__(self) -> int:
        return len(self.ids)


def sketch_mentions(mentions: Iterable[EventMention]) -> Sketches:
    """The sketches of mentions, row by row in their order; each id may come once. Keeps no mention."""
    columns = Columns()
    columns.add(mentions)
    return columns.finish()


class Columns:
    """Sketches under way: they can be looked at before more are added."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.themes: dict[int, str] = {}
        self.numbers: dict[str, array[int]] = defaultdict(lambda: array("q"))
        self.words: dict[str, _Words] = defaultdict(_Words)
        self.sets = {name: _Sets() for name in ("actor", "recipient", "parties", "words")}

    def add(self, mentions: Iterable[EventMention]) -> None:
        """Adds the rows of mentions; each id may come once."""
        for mention in mentions:
            self._add_row(mention)

    def _add_row(self, m: EventMention) -> None:
        if m.theme:
            self.themes[len(self.index)] = m.theme
        self.index[m.id] = len(self.index)
        self._add_acts(m)
        self._add_days(m)
        actor, recipient = codes(m.actor), codes(m.recipient)
        if len(recipient) > len(recipient & actor):
            recipient -= actor
        stem = m.trigger.text.casefold()[:STEM]
        named = {w for p in (*m.actor, *m.recipient) if p.code for w in stems(p.text)}
        place = m.where.name if m.where else None
        for name, word in (("place", place), ("stem", stem), ("report", m.report_id)):
            self.numbers[name].append(self.words[name].number(word))
        for name, members in (("actor", actor), ("recipient", recipient), ("parties", actor | recipient)):
            self.sets[name].add(self.words["parties"].number(code) for code in sorted(members))
        self.sets["words"].add(self.words["words"].number(w) for w in stems(m.quote) - named - {stem})

    def _add_acts(self, m: EventMention) -> None:
        for name, word in (("type", m.type), ("family", FAMILIES.get(m.type)), ("mode", m.mode)):
            self.numbers[name].append(self.words[name].number(word))
        self.numbers["status"].append(STATUSES.index(m.status))
        self.numbers["conflict"].append(m.quad.endswith("conflict"))
        self.numbers["sentence"].append(m.sentence_start)
        self.numbers["placed"].append(bool(m.where and m.where.level in PLACED))

    def _add_days(self, m: EventMention) -> None:
        first, last, told = map(_day_or_none, (m.when.earliest, m.when.latest, m.published))
        width = max(last, 0) - max(first, 0)
        dated = m.when.basis == "stated" and first != NONE and width <= NARROW
        days = (("first", first), ("last", last), ("told", told), ("dated", dated))
        for name, day in days:
            self.numbers[name].append(day)

    def finish(self) -> Sketches:
        """The columns as they are now."""
        columns: dict[str, Any] = {name: np.array(self.numbers[name], dtype=np.int64) for name in NUMBERS}
        columns |= {name: np.array(self.numbers[name], dtype=bool) for name in FLAGS}
        theme = np.full(len(self.index), NONE)
        for row, id_ in self.themes.items():
            theme[row] = self.index.get(id_, NONE)
        for name, found in self.sets.items():
            columns[name] = found.table(len(self.words["words" if name == "words" else "parties"]))
        return Sketches(ids=tuple(self.index), theme=theme, **columns)


class _Words(dict[str, int]):
    """Numbers words in the order in which they come."""

    def number(self, word: str | None) -> int:
        """The number of a word; NONE for None."""
        return NONE if word is None else self.setdefault(word, len(self))


class _Sets:
    """Sets of numbers, row by row."""

    def __init__(self) -> None:
        self.starts, self.members = array("q", [0]), array("i")

    def add(self, members: Iterable[int]) -> None:
        """Adds a row."""
        self.members.extend(sorted(members))
        self.starts.append(len(self.members))

    def table(self, columns: int) -> csr_array:
        """The rows as a table of ones with so many columns."""
        at, starts = np.array(self.members, dtype=np.int32), np.array(self.starts, dtype=np.int64)
        ones = np.ones(len(at), dtype=np.int32)
        return csr_array((ones, at, starts), shape=(len(starts) - 1, max(columns, 1)))


def codes(parties: Iterable[Party]) -> frozenset[str]:
    """The codes of the parties that were identified."""
    return frozenset(p.code for p in parties if p.code)


def stems(text: str) -> set[str]:
    """The beginnings of the words of a text that say something; numbers are kept whole."""
    words = (w.casefold() for w in WORD.findall(text))
    return {w[:STEM] for w in words if w not in NO_WORDS and (len(w) > 2 or w.isdigit())}


@cache
def number_day(day: str | None) -> int | None:
    """The number of an ISO day; None for None and for what is no full day."""
    try:
        return date.fromisoformat(day).toordinal() if day else None
    except ValueError:
        return None


def _day_or_none(day: str | None) -> int:
    number = number_day(day)
    return NONE if number is None else number
