"""What the REST API takes and gives, checked and documented."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from detente.ledger import Forecast, Outcome, Resolution
from detente.records import (
    Event,
    EventMention,
    Judgement,
    PassedOver,
    Report,
    Status,
    Thread,
    ThreadState,
    Verdict,
)
from detente.turns import Period, Turn

MOST = 1000  # items of one answer
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="An ISO day, such as 2013-07-05.")]
Party = Annotated[
    str,
    Field(min_length=1, max_length=200, description="A code (PRK, IGO:UN) or a usual name (North Korea)."),
]
Types = Annotated[list[str], Field(description="Types of act, such as REJECT; any of them.")]
Statuses = Annotated[list[Status], Field(description="Statuses; any of them.")]


class Query(BaseModel):
    """What a question may hold; nothing else is taken."""

    model_config = ConfigDict(extra="forbid")


class Paged(Query):
    """Which part of what fits to give."""

    limit: int = Field(100, ge=1, le=MOST, description="At most so many items.")
    offset: int = Field(0, ge=0, le=10**9, description="How many items to pass over.")


class EventQuery(Paged):
    """Which events to give; what is left out doesn't narrow the choice."""

    a: Party | None = None
    b: Party | None = None
    type: Types = []
    mode: list[str] = []
    status: Statuses = []
    since: Day | None = None
    until: Day | None = None
    says: str = Field("", max_length=200, description="Kind of source, or 'report' for the report itself.")
    place: str = Field("", max_length=200, description="Name of a place, or code of a country.")
    sure: float = Field(0, ge=0, le=1, description="Least confidence of a mention.")
    search: str = Field("", max_length=500, description='Words of a quote; "words together", word*.')


class MentionQuery(Paged):
    """Which mentions to give, as `detente events` has it."""

    a: Party | None = None
    b: Party | None = None
    actor: Party | None = None
    recipient: Party | None = None
    type: Types = []
    status: Statuses = []
    since: Day | None = None
    until: Day | None = None
    says: str | None = Field(None, max_length=200, description="Kind of source, code or name.")
    report: str | None = Field(None, max_length=64, description="Id of a report.")
    search: str | None = Field(
        None, max_length=500, description='Words of the quote; "words together", word*.'
    )


class ThreadQuery(Paged):
    """Which threads to give, as `detente threads` has it; `a` alone is one party's."""

    a: Party | None = None
    b: Party | None = None
    state: Annotated[list[ThreadState], Field(description="States; any of them.")] = []
    since: Annotated[Day | None, Field(description="With a step on this day or after it.")] = None


class ForecastQuery(Paged):
    """Which forecasts to give, as `detente forecasts` has it; `a` alone is one party's."""

    a: Party | None = None
    b: Party | None = None
    who: str | None = Field(None, max_length=200, description="Kind of source, code, name or words.")
    outcome: Annotated[list[Outcome], Field(description="What came of them; any of these.")] = []


class SeriesQuery(Query):
    """Which series to make, as `make_series` has it."""

    a: Party
    b: Party
    by: Literal["day", "week", "month"] = "day"
    directed: bool = Field(False, description="Only what A did to B.")
    since: Day | None = None
    until: Day | None = None


class TurnsQuery(Query):
    """Which turns to look for, as `find_turns` has it."""

    a: Party
    b: Party
    by: Literal["day", "week", "month"] = "day"
    directed: bool = Field(False, description="Only what A did to B.")
    measure: Literal["tone", "net"] = "tone"
    until: Day | None = None


class NewReport(Query):
    """A report to be coded; with `keep` false it isn't stored."""

    text: str = Field(min_length=1, max_length=2_000_000)
    title: str | None = Field(None, max_length=1000)
    published: Day | None = None
    source: str | None = Field(None, max_length=500)
    author: str | None = Field(None, max_length=500)
    url: str | None = Field(None, max_length=2000)
    given_id: str | None = Field(None, max_length=500)
    keep: bool = True


class NewJudgement(Query):
    """A judgement on mentions, as `detente judge` has it."""

    verdict: Verdict
    mentions: list[str] = Field(min_length=1, max_length=100)
    value: str | None = Field(None, max_length=300)
    by: str | None = Field(None, max_length=100)
    why: str | None = Field(None, max_length=1000)


class Fault(BaseModel):
    """Why a request can't be answered, and what to do next."""

    fault: str
    cure: str


class EventItem(BaseModel):
    """An event with the quote of the mention that tells it best."""

    event: Event
    quote: str


class EventPage(BaseModel):
    """A part of the events that fit; `total` counts all."""

    total: int
    offset: int
    items: list[EventItem]


class MentionPage(BaseModel):
    """A part of the mentions that fit; `more` says whether others follow."""

    offset: int
    more: bool
    items: list[EventMention]


class ThreadPage(BaseModel):
    """A part of the threads that fit; `total` counts all."""

    total: int
    offset: int
    items: list[Thread]


class ForecastItem(BaseModel):
    """A forecast with what came of it when last resolved."""

    forecast: Forecast
    resolution: Resolution | None


class ForecastPage(BaseModel):
    """A part of the forecasts that fit; `total` counts all."""

    total: int
    offset: int
    items: list[ForecastItem]


class PairItem(BaseModel):
    """A pair of parties with the number of mentions between them."""

    codes: tuple[str, str]
    names: tuple[str, str]
    mentions: int


class ReportItem(BaseModel):
    """A report without its text, and the number of its mentions."""

    report: Report
    mentions: int


class ReportPage(BaseModel):
    """A part of the reports, the last published first; `total` counts all."""

    total: int
    offset: int
    items: list[ReportItem]


class CodedReport(BaseModel):
    """A report with its mentions and what was passed over, and why; `outcome` is what storing it did."""

    report: Report
    mentions: list[EventMention]
    passed_over: list[PassedOver]
    outcome: str | None = None


class SeriesAnswer(BaseModel):
    """What happened between two parties by day, week or month; what was left out, as (reason, number)."""

    pair: tuple[str, str]
    by: str
    periods: list[Period]
    passed_over: list[tuple[str, int]]


class TurnsAnswer(BaseModel):
    """The turns between two parties; `abstained` says what was left open, and why, `passed_over` which
    acts between the two were left out, as (reason, number).
    """

    pair: tuple[str, str]
    turns: list[Turn]
    abstained: list[str]
    passed_over: list[tuple[str, int]]


class JudgementList(BaseModel):
    """All judgements, in the order in which they were said."""

    items: list[Judgement]
