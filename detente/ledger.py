"""The records of the ledger of forecasts, as detente/records.py has those of what is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from detente.records import Certainty, Party, Says, Span, When

Outcome = Literal["came true", "did not", "open", "can't be told"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What somebody foresees in a report: that an act takes place, or (not `happens`) flatly that it doesn't.

    `chance` is how likely the words make the act ('unlikely to' is a low one of an act that `happens`),
    `window` the days in which it would take place. docs/record.md explains each field.
    """

    id: str
    report_id: str
    published: str | None
    start: int
    end: int
    quote: str
    trigger: Span
    cue: Span
    says: Says | None
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    type: str
    mode: str | None
    quad: str
    happens: bool
    chance: Certainty | None
    window: When
    condition: Span | None
    mention: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often a pair had acts of a type before a forecast, and what follows for its window.

    `events` of that type on `days` days of record; `chance` of one or more in a window of `window` days.
    """

    chance: float
    events: int
    days: int
    window: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a report as evidence."""

    report_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a forecast, by the events known on `as_of`, with the evidence and why.

    `passages` are words of later reports that tell it, where no mention does.
    `brier` is the squared error of the forecaster's chance (the middle of its range), `baseline_brier` that
    of the base rate for the same forecast; None where there is no chance, or nothing to score.
    """

    forecast: str
    outcome: Outcome
    as_of: str
    day: str | None
    events: tuple[str, ...]
    mentions: tuple[str, ...]
    passages: tuple[Evidence, ...]
    reason: str
    baseline: BaseRate | None
    brier: float | None
    baseline_brier: float | None


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Of `forecasts` whose chance lies between `low` and `high` (`chance` on average), `happened` took place.

    `least` and `most` are the 95 % interval of that share.
    """

    low: float
    high: float
    forecasts: int
    chance: float
    happened: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How a forecaster did; `brier` is over the `scored` forecasts: decided ones that came with a chance.

    `brier_compared` and `baseline_brier` are over the `compared` ones of these that have a base rate;
    `skill` is how much of the base rate's error the forecaster saves (1: all, under 0: none). `note` warns
    of small numbers.
    """

    forecaster: str
    forecasts: int
    came_true: int
    did_not: int
    open: int
    untold: int
    scored: int
    brier: float | None
    compared: int
    brier_compared: float | None
    baseline_brier: float | None
    skill: float | None
    calibration: tuple[CalibrationBin, ...]
    note: str | None
