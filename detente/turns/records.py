"""What the search for turns hands over: events, series, turns and patterns, all frozen.

Days are ISO 8601 strings; scores are on the scale of the event table (PLOVER's runs from -10, the most
hostile, to 10, the most cooperative).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars

By = Literal["day", "week", "month"]
Measure = Literal["tone", "net"]
# The columns of Turns.frame and their kinds: t text, i whole number, f number.
TURN_COLUMNS = {
    "day": "t", "earliest": "t", "latest": "t", "before": "f", "after": "f", "difference": "f",
    "events_before": "i", "events_after": "i", "p_value": "f", "noticed": "t",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """One row of an event table: who did what to whom on which day.

    `earliest` and `latest` are the days between which it took place and `day` the middle of them; `weight`
    is how much it counts; `extra` holds the table's other columns as they came.
    """

    day: str
    earliest: str
    latest: str
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    score: float
    weight: float = 1.0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week (from Monday) or a month of a series, by the day on which it starts.

    `events` counts them and `weight` sums their weights; `cooperation` and `conflict` are the sums of the
    positive and of the negative scores (both as positive numbers), `net` is their difference, `balance`
    the difference as a share of their sum (-1 to 1), and `tone` the mean score. Tone and balance
    are None where there is nothing to tell them from. `missing` says that nothing was collected.
    """

    start: str
    events: int
    weight: float
    cooperation: float
    conflict: float
    net: float
    balance: float | None
    tone: float | None
    missing: bool


@dataclass(frozen=True, slots=True)
class Series:
    """The events of a pair by day, week or month, from the first to the last, without holes.

    `directed` series hold what the first of `pair` did to the second. `others` are the table's remaining
    events, and `passed_over` says which rows were left out, as pairs of a reason and a number. `until` is
    the last day that the reports cover, where that was given.
    """

    pair: tuple[str, str]
    by: By
    directed: bool
    periods: tuple[Period, ...] = field(repr=False)
    events: tuple[DatedEvent, ...] = field(repr=False)
    others: tuple[DatedEvent, ...] = field(repr=False)
    passed_over: tuple[tuple[str, int], ...]
    until: str | None = None

    def __len__(self) -> int:
        return len(self.periods)

    def frame(self) -> polars.DataFrame:
        """The periods as a polars frame, one row each, with the fields of Period as columns."""
        import dataclasses

        import polars

        return polars.DataFrame([dataclasses.asdict(p) for p in self.periods])


@dataclass(frozen=True, slots=True)
class Carrier:
    """An event after a turn and the share of the difference that it makes up.

    For the measure 'tone', the shares of all events after the turn sum to 1.
    """

    event: DatedEvent
    share: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which two parties treated each other better, or worse, for a while.

    The new phase starts on `day`; the change lies between `earliest` and `latest` with a
    probability of 90 %. `before` and `after` are the mean scores of the events of the phases on both sides
    (for the measure 'net', the mean sums of scores per period), `difference` what lies between.
    `p_value` is the share of shuffled series that show as clear a change anywhere. `noticed` is the day on
    which a reader who went along period by period would have held a turn for likelier than not, if
    ever. `carried_by` are the events of the next weeks that add most to the difference, `went_before` acts
    with third parties in the days before: a matter of sequence, never a claim about causes.
    `reasons` says in sentences why it was taken for a turn.
    """

    pair: tuple[str, str]
    directed: bool
    measure: Measure
    day: str
    earliest: str
    latest: str
    before: float
    after: float
    difference: float
    events_before: int
    events_after: int
    p_value: float
    noticed: str | None
    carried_by: tuple[Carrier, ...]
    went_before: tuple[DatedEvent, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """The time between two turns (or an end of the series): its days and the mean score of its events."""

    start: str
    end: str
    events: int
    tone: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """A swing from a low phase through a high one to the start of the next low one.

    `days` is its length, `amplitude` how far the high lies above the mean of the lows.
    """

    start: str
    high: str
    end: str
    days: int
    amplitude: float


@dataclass(frozen=True, slots=True)
class Silence:
    """A gap between two events that is too long for the pair's own rate.

    `chance` is the probability that the longest of all its gaps would reach that length by itself.
    `end` is None where the silence lasts to the end of the series.
    """

    start: str
    end: str | None
    days: int
    chance: float


@dataclass(frozen=True, slots=True)
class Rise:
    """A warning: conflict rises as steeply as it did before most earlier crises of the pair.

    `steepness` is the conflict of the last 28 days less that of the 28 before; `usual` is the median of
    the same before the `crises` known by then. `followed` of the `earlier` warnings were followed by a
    crisis within 28 days: how far such a warning was to be trusted until then.
    """

    day: str
    steepness: float
    usual: float
    crises: int
    earlier: int
    followed: int


@dataclass(frozen=True, slots=True)
class Turns:
    """What was found in one series. Iterating over it gives the turns, by day.

    `abstained` says in sentences which questions were left open, and why.
    """

    series: Series
    turns: tuple[Turn, ...]
    phases: tuple[Phase, ...]
    cycles: tuple[Cycle, ...]
    silences: tuple[Silence, ...]
    rises: tuple[Rise, ...]
    abstained: tuple[str, ...]

    def frame(self) -> polars.DataFrame:
        """The turns as a polars frame, one row each, with TURN_COLUMNS and `reasons` joined by '; '."""
        import polars

        kinds = {"t": polars.String, "i": polars.Int64, "f": polars.Float64}
        rows = [
            {name: getattr(turn, name) for name in TURN_COLUMNS} | {"reasons": "; ".join(turn.reasons)}
            for turn in self.turns
        ]
        schema = {name: kinds[kind] for name, kind in TURN_COLUMNS.items()} | {"reasons": polars.String}
        return polars.DataFrame(rows, schema=schema)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def __len__(self) -> int:
        return len(self.turns)


@dataclass(frozen=True, slots=True)
class Settings:
    """The thresholds of the search; docs/method.md says how well they do.

    `penalty` is what PELT charges for a change, times the logarithm of the number of periods; `alpha` the
    highest p-value; `difference` the least change of the mean score in points; `events` the least number
    of events in a series, `side` that on each side of a turn. `permutations` shuffles are drawn with
    `seed`. A turn shows `shown` carriers of the `days_after` days from it on, and as many of third
    parties' events of the `days_before` days before it.

    `penalty` was chosen on simulated tables (`python -m benchmarks.measure_turns --tune`), `alpha` is the
    usual 5 %, the others are judgements; none was chosen on real events.
    """

    penalty: float = 1.5
    alpha: float = 0.05
    difference: float = 1.0
    events: int = 20
    side: int = 5
    permutations: int = 499
    seed: int = 0
    days_before: int = 14
    days_after: int = 60
    shown: int = 5
