"""What is known to have happened, as a ledger looks at it: one view of events and of single mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from detente.records import Event, EventMention, Status

DOUBTFUL: frozenset[Status] = frozenset({"alleged", "denied", "hedged"})
STOPS = frozenset(
    "about after again against all also and any back been before being both but can could did does down for from "
    "had has have him his how if into its may might more most new not now off one only other our out over own "
    "said same she should some such than that the their them then there these they this those through under "
    "until upon was were what when where which who will with would year month week day days weeks months years "
    "president minister government state states chance likely unlikely expected".split()
)
STEM = 5  # letters of a word that are compared


@dataclass(frozen=True)
class Happening:
    """An act that reports tell: `told` are the days of the reports and the status that each gives it."""

    id: str
    mentions: tuple[str, ...]
    type: str
    mode: str | None
    actors: frozenset[str]
    recipients: frozenset[str]
    status: Status
    told: tuple[tuple[str, Status], ...]
    earliest: str | None
    latest: str | None
    dated: bool
    words: frozenset[str]
    disputed: bool

    @property
    def parties(self) -> frozenset[str]:
        """Who takes part, on either side."""
        return self.actors | self.recipients

    @cached_property
    def first_told(self) -> str | None:
        """The day of the first report that tells it as having happened."""
        return min((day for day, status in self.told if status == "happened"), default=None)

    @property
    def day(self) -> str | None:
        """The day that it counts for: its last possible one, else that of the first report."""
        return self.latest or self.first_told


def view_events(events: Iterable[Event | EventMention], quotes: dict[str, str] | None = None) -> list[Happening]:
    """Events (or mentions, where nothing was merged) as happenings; `quotes` are the words of mentions by id."""
    return [
        _of_event(e, quotes or {}) if isinstance(e, Event) else _of_mention(e) for e in events
    ]


def _of_event(e: Event, quotes: dict[str, str]) -> Happening:
    told = tuple((s.published, s.status) for s in e.history if s.published)
    disputed = any(c.about == "status" for c in e.contradictions)
    words = " ".join(quotes.get(m, "") for m in e.mentions)
    return Happening(
        e.id, e.mentions, e.type, e.mode, frozenset(p.code for p in e.actor if p.code),
        frozenset(p.code for p in e.recipient if p.code), e.status, told, e.when.earliest, e.when.latest,
        e.when.basis == "stated", content_words(words), disputed,
    )  # fmt: skip


def _of_mention(m: EventMention) -> Happening:
    told = ((m.published, m.status),) if m.published else ()
    return Happening(
        m.id, (m.id,), m.type, m.mode, frozenset(p.code for p in m.actor if p.code),
        frozenset(p.code for p in m.recipient if p.code), m.status, told, m.when.earliest, m.when.latest,
        m.when.basis == "stated", content_words(m.quote), False,
    )  # fmt: skip


def content_words(text: str) -> frozenset[str]:
    """The stems of the words of a text that may tell one act from another of its type."""
    return frozenset(_stems(text))


def _stems(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]{3,}", text.lower()):
        if word not in STOPS:
            yield word[:STEM]
