"""Clues to when a text was written: what each allows, and what it weighs."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

FIRST, LAST = date(1945, 1, 1), date(2050, 12, 31)
WEIGHTS = {
    "dateline": 8.0, "this year": 4.0, "anniversary": 4.0, "change": 3.5, "news": 2.5, "faint news": 1.5,
    "office": 3.0,
    "weekday": 3.0, "since": 2.0,
    "years after": 2.0, "ahead": 1.5, "former": 1.0, "fresh": 1.2, "name": 1.0, "season": 0.5,

}  # fmt: skip
Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A clue with the times that it allows, and its weight."""

    kind: str
    start: int
    end: int
    reason: str
    windows: tuple[Window, ...]

    @property
    def weight(self) -> float:
        """How much the clue tells."""
        return WEIGHTS[self.kind]

    def window_at(self, day: date) -> Window | None:
        """The time that holds a day, if the clue allows that day."""
        return next((w for w in self.windows if w[0] <= day <= w[1]), None)


def sentence_around(text: str, start: int) -> str:
    """The sentence in which a place of the text stands."""
    before = re.split(r"(?<=[a-z\d”\"])[.!?]\s", text[:start])[-1]
    return before + re.split(r"[.!?]\s", text[start:])[0]


def first_day(iso: str) -> date:
    """The first day of an ISO day, month or year."""
    parts = [int(p) for p in iso.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last_day(iso: str) -> date:
    """The last day of an ISO day, month or year; LAST for an empty one."""
    if not iso:
        return LAST
    parts = [int(p) for p in iso.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, parts[2] if len(parts) > 2 else monthrange(parts[0], month)[1])
