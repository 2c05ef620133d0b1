"""What of a mention counts when it is compared with another: parties, act, days, place, status, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from spacy.lang.en.stop_words import STOP_WORDS

from detente.records import EventMention, Party

STEM = 5  # letters: words that begin alike count as one ('propose', 'proposal'); truncation needs no tables
WORD = re.compile(r"[^\W_]+")
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
NO_WORDS = frozenset({*STOP_WORDS, *WEEKDAYS.split(), *MONTHS.split(), "said", "says", "say", "told"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """A mention, made ready to be compared. Days are counted from 1 January of the year 1."""

    mention: EventMention
    actor: frozenset[str]
    recipient: frozenset[str]
    first: int | None
    last: int | None
    told: int | None
    stem: str
    words: frozenset[str]

    @property
    def parties(self) -> frozenset[str]:
        """All parties on either side."""
        return self.actor | self.recipient

    @property
    def dated(self) -> bool:
        """Whether its own words give the day, to three days."""
        return self.mention.when.basis == "stated" and self.first is not None and self.width <= 3

    @property
    def width(self) -> int:
        """Days from the first to the last day on which it may lie."""
        return (self.last or 0) - (self.first or 0)


def sketch(mention: EventMention) -> Sketch:
    """The sketch of a mention."""
    actor, recipient = codes(mention.actor), codes(mention.recipient)
    stem = mention.trigger.text.casefold()[:STEM]
    named = {w for p in (*mention.actor, *mention.recipient) if p.code for w in stems(p.text)}
    return Sketch(
        mention=mention,
        actor=actor,
        recipient=recipient - actor if len(recipient) > len(recipient & actor) else recipient,
        first=number_day(mention.when.earliest),
        last=number_day(mention.when.latest),
        told=number_day(mention.published),
        stem=stem,
        words=frozenset(stems(mention.quote)) - named - {stem},
    )


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
