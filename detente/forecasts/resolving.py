"""Forecasts and what is known to have happened → what came of each, with the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from detente.checks import check_day
from detente.forecasts.baseline import BaseRates
from detente.forecasts.happenings import view_events
from detente.forecasts.judging import Known, Verdict, judge
from detente.forecasts.matching import Sought, seek
from detente.forecasts.past import known_by, published
from detente.forecasts.sightings import Watch
from detente.ledger import BaseRate, Forecast, Resolution
from detente.records import Event, EventMention, Report


def resolve_forecasts(
    forecasts: Iterable[Forecast],
    events: Iterable[Event | EventMention],
    as_of: str | date | None = None,
    mentions: Iterable[EventMention] = (),
    reports: Iterable[Report] = (),
) -> list[Resolution]:
    """What came of each forecast by `as_of` (an ISO day or date; default: the last day of a report).

    `events` are what `link_events` makes, or mentions where nothing was merged; `mentions` those of the
    events, whose words tell acts of one type apart; in `reports`, where given, acts are also looked for that
    were not coded, by the forecast's own words, unless a coded act settles it. An act counts that a report,
    published after the forecast's own, tells as having happened within the window: of the forecast's type or
    a kindred one, by the same to the same, and in like words. 'did not' needs more than silence: the window
    must be over, and a report on the same parties published after it. Denied, alleged and disputed acts, an
    unmet condition and missing reports make it "can't be told". Forecasts made after `as_of` are left out,
    as is what reports published after it say of an event. Raises UsageError for an `as_of` that is no day.
    """
    day = check_day(as_of, "as_of")
    asked, told = list(forecasts), list(events)
    by_id = {m.id: m for m in mentions}
    day = day or _last_day(asked, told)
    asked = [f for f in asked if f.published is None or f.published <= day]
    heard = view_events(known_by(day, told, by_id), by_id, {f.mention for f in asked if f.mention})
    sought = [seek(f) for f in asked]
    known = Known(heard, day)
    verdicts = [judge(f, s, known, ()) for f, s in zip(asked, sought, strict=True)]
    unsettled = [n for n, f in enumerate(asked) if verdicts[n].day is None or f.condition]
    watch = Watch([sought[n] for n in unsettled], ((m.report_id, m.trigger.start) for m in by_id.values()))
    for report in reports:
        if report.published and report.published <= day:
            watch.read(report)
    known = Known([*heard, *watch.sightings], day)
    for n, days in zip(unsettled, watch.covered, strict=True):
        verdicts[n] = judge(asked[n], sought[n], known, days)
    return _score(asked, sought, verdicts, BaseRates(heard), day)


def _last_day(forecasts: Iterable[Forecast], events: Iterable[Event | EventMention]) -> str:
    """The last day of a report that tells or foresees anything; today where none has a day."""
    days = [*(f.published for f in forecasts), *(d for e in events for d in published(e))]
    return max((d for d in days if d), default=date.today().isoformat())


def _score(
    forecasts: Sequence[Forecast],
    sought: Sequence[Sought],
    verdicts: Sequence[Verdict],
    rates: BaseRates,
    as_of: str,
) -> list[Resolution]:
    return [
        _resolve(f, v, as_of, _base_rate(f, s, rates))
        for f, s, v in zip(forecasts, sought, verdicts, strict=True)
    ]


def _resolve(forecast: Forecast, verdict: Verdict, as_of: str, baseline: BaseRate | None) -> Resolution:
    happened = None
    if verdict.outcome in ("came true", "did not"):
        happened = (verdict.outcome == "came true") == forecast.happens
    chance = (forecast.chance.low + forecast.chance.high) / 2 if forecast.chance else None
    return Resolution(
        forecast=forecast.id,
        outcome=verdict.outcome,
        as_of=as_of,
        day=verdict.day,
        events=tuple(h.id for h in verdict.evidence if h.passage is None),
        mentions=tuple(m for h in verdict.evidence for m in h.mentions),
        passages=tuple(h.passage for h in verdict.evidence if h.passage),
        reason=verdict.reason,
        baseline=baseline,
        brier=_error(chance, happened),
        baseline_brier=_error(baseline.chance if baseline else None, happened),
    )


def _error(chance: float | None, happened: bool | None) -> float | None:
    """The squared error of a chance (Brier 1950, in the form for one outcome: 0 is best, 1 worst)."""
    return None if chance is None or happened is None else round((chance - happened) ** 2, 4)


def _base_rate(forecast: Forecast, sought: Sought, rates: BaseRates) -> BaseRate | None:
    issued, last = forecast.published, forecast.window.latest
    pair = sought.actors | sought.recipients
    if issued is None or last is None or not pair:
        return None
    window = (date.fromisoformat(last) - date.fromisoformat(issued)).days
    return rates.rate(sought.type, pair, issued, window)
