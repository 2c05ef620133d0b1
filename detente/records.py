"""The record: frozen dataclasses that the whole path passes along. Imports nothing local.

All offsets count characters of `Report.text`, the untouched text; `text[start:end]` is always
the words that a record shows. Days are ISO 8601 strings ('2013-07-05').
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

SpanOffsets = tuple[int, int]  # first and last-plus-one offset of words in a text

Status = Literal[
    "happened", "planned", "offered", "demanded", "threatened", "refused",
    "conditional", "predicted", "hedged", "alleged", "denied", "negated",
]  # fmt: skip
STATUSES: tuple[str, ...] = get_args(Status)
CODED = "plover"  # the ontology that the types of records are from

PartyKind = Literal["state", "organisation", "group", "company", "person", "people", "unknown"]
SaysKind = Literal[
    "agency", "official", "expert", "media", "witness", "person", "rumour", "author", "unknown",
]  # fmt: skip
Verdict = Literal["same", "different", "wrong", "type", "party"]
Basis = Literal["stated", "tense", "published", "inferred", "usual", "unknown"]
PlaceLevel = Literal[
    "continent", "region", "country", "admin1", "admin2", "city", "feature", "site",
]  # fmt: skip
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
Move = Literal[
    "proposes", "counters", "conditions", "accepts", "rejects", "plans", "fulfils", "breaks", "responds",
]  # fmt: skip
MOVES: tuple[str, ...] = get_args(Move)
ThreadState = Literal["open", "agreed", "broken off", "fulfilled"]
THREAD_STATES: tuple[str, ...] = get_args(ThreadState)


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a report with their offsets."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A passage of a report that is not its text (promotion, a credit, a repeated headline), and why."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it was read.

    `id` is a hash of text, title, url and source, so the same input has the same id wherever it
    lies; `given_id` is the id that the user's own table gave it. `published` is an ISO day, or None when
    nothing says it. `encoding` names how the bytes were decoded, and `notes` what a reader should
    know about that. `skipped` are the passages that the coder passes over.
    """

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    given_id: str | None = None
    path: str | None = None
    encoding: str = "utf-8"
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """Words of a text that tell when it was written: between `earliest` and `latest`; None where open."""

    start: int
    end: int
    text: str
    reason: str
    earliest: str | None
    latest: str | None


@dataclass(frozen=True, slots=True)
class InferredDay:
    """When an undated text was written, told from inside: between two days, `day` being the likeliest."""

    earliest: str
    latest: str
    day: str
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date, time, duration or set in a text; `value` as in TIMEX3 ('2013-W27', 'P2W', 'PAST_REF')."""

    start: int
    end: int
    text: str
    type: TimexType
    value: str


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text; `level` says how wide it is. Coordinates in degrees, WGS 84.

    What was recognised as a place but found in no gazetteer has None for all that isn't known.
    """

    start: int
    end: int
    text: str
    name: str | None
    country: str | None
    lat: float | None
    lon: float | None
    geonames_id: int | None
    level: PlaceLevel | None


@dataclass(frozen=True, slots=True)
class Party:
    """One who acts or is acted on, as the text names it.

    `code` is ISO 3166-1 alpha-3 for a state and all that acts for it, `IGO:…` for an
    organisation, `NSA:…` for others, or None; `name` is the canonical name, `kind` what it is,
    `sector` PLOVER's sector (GOV, MIL, ...), `role` the office read from the words ('president').
    """

    text: str
    start: int
    end: int
    name: str | None = None
    code: str | None = None
    kind: PartyKind = "unknown"
    sector: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Certainty:
    """A word of estimative probability and the range that it stands for (0 to 1)."""

    low: float
    high: float
    phrase: str


@dataclass(frozen=True, slots=True)
class When:
    """The days between which an event took, or would take, place; `basis` says how that is known."""

    text: str | None
    earliest: str | None
    latest: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an event."""

    text: str
    name: str | None
    country: str | None
    lat: float | None
    lon: float | None
    geonames_id: int | None
    level: PlaceLevel | None


@dataclass(frozen=True, slots=True)
class Says:
    """Who asserts a mention: the words that name the source, and what kind of source it is."""

    text: str
    start: int
    end: int
    kind: SaysKind
    name: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """An attribution: the `source` that says it (None for 'reportedly'), the `cue`, the `content`."""

    source: Span | None
    cue: Span
    content: tuple[Span, ...]
    says: Says


@dataclass(frozen=True, slots=True)
class EventMention:
    """What one clause of one report says: who did what to whom, with which status, and who says so.

    `type` is the act itself whatever its `status`; `theme` is the id of the mention inside this
    one; every score has its sentence in `reasons`. `title`, `published`, `url` and what starts with
    `report_` are the report's, so that a mention can be joined to it. docs/record.md explains each field.
    """

    id: str
    report_id: str
    title: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    quote: str
    sentence: str
    sentence_start: int
    trigger: Span
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    type: str
    mode: str | None
    quad: str
    score: float
    contexts: tuple[str, ...]
    status: Status
    theme: str | None
    certainty: Certainty | None
    when: When
    where: Where | None
    says: Says | None
    confidence: float
    coder: str
    reasons: tuple[str, ...]
    report_given_id: str | None = None
    report_source: str | None = None
    report_author: str | None = None
    report_path: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """One who takes part in an event; `mentions` is how many of its mentions name them on that side."""

    code: str | None
    name: str
    kind: PartyKind
    mentions: int


@dataclass(frozen=True, slots=True)
class StatusStep:
    """What the reports published on one day (None: of unknown day) say of an event's status."""

    published: str | None
    status: Status
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One independent voice: outlets that print one text, or one outlet, with their reports."""

    names: tuple[str, ...]
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One side of a contradiction: what is said, and the mentions that say it."""

    says: str
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Accounts of an event that can't all be right; `about` is 'day', 'place', 'actor', 'who was first',
    'status', or what is counted ('months').
    """

    about: str
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class MentionLink:
    """Why a mention belongs to an event: the mention most like it, how likely both are one, and why."""

    mention: str
    like: str
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One happening with all mentions that tell it; nothing that a mention says is lost.

    `id` hangs on the mention that was published first, so that later reports don't change it. `lead` is the
    id of the mention that tells the event best. docs/record.md explains each field.
    """

    id: str
    type: str
    mode: str | None
    quad: str
    score: float
    actor: tuple[Participant, ...]
    recipient: tuple[Participant, ...]
    status: Status
    history: tuple[StatusStep, ...]
    when: When
    where: Where | None
    lead: str
    mentions: tuple[str, ...]
    outlets: tuple[Outlet, ...]
    contradictions: tuple[Contradiction, ...]
    links: tuple[MentionLink, ...]


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """What a step of a thread answers: the event of an earlier step, the mention that tells that step, how
    it answers it, and the words or features that say so.
    """

    event: str
    mention: str
    relation: Move
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadStep:
    """One move in a negotiation. An event may be two steps: a meeting that was offered, then held.

    `mention` tells it best, in the words of `quote`; `mentions` are all that tell it, those of the events in
    `also` too. `day` is an
    ISO day, the first on which it may have been made.
    """

    event: str
    day: str | None
    move: Move
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    quote: str
    mention: str
    mentions: tuple[str, ...]
    also: tuple[str, ...]
    answers: ThreadLink | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a thread is about, in a report's words: `text` stands at `start` in the report of `mention`."""

    mention: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A negotiation or crisis: events that answer each other, in order, and where that has led.

    `id` hangs on the step that was published first, so that later reports don't change it. `ball` names whose
    turn it is, by code or name; nobody's when it is empty. docs/record.md explains each field.
    """

    id: str
    topic: Topic
    parties: tuple[Participant, ...]
    state: ThreadState
    ball: tuple[str, ...]
    opened: str | None
    last: str | None
    steps: tuple[ThreadStep, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of mentions: that they tell the same happening, or each a different one; that each
    is no such act, an act of the type `value`, or one by or towards the parties of `value`.

    `day` is the ISO day on which it was said: where two judgements disagree, the later one counts.
    """

    id: str
    verdict: Verdict
    mentions: tuple[str, ...]
    by: str | None = None
    day: str | None = None
    why: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A clause or passage that the coder looked at and did not code, and why."""

    report_id: str
    start: int
    end: int
    quote: str
    trigger: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Coding:
    """What coding one report gave. Iterating over it gives the mentions."""

    report: Report
    mentions: tuple[EventMention, ...]
    passed_over: tuple[PassedOver, ...]

    def __iter__(self) -> Iterator[EventMention]:
        return iter(self.mentions)

    def __len__(self) -> int:
        return len(self.mentions)


def content_id(*parts: object) -> str:
    """A 16-digit hexadecimal id of `parts`: the same parts give the same id on every machine."""
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:16]
