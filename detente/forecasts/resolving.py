"""Forecasts and what is known to have happened → what came of each, with the evidence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from detente.checks import check_day
from detente.forecasts.baseline import BaseRates
from detente.forecasts.happenings import DOUBTFUL, Happening, content_words, view_events
from detente.forecasts.matching import Sought, involves, matches, seek, undoes
from detente.forecasts.sightings import find_sightings
from detente.ledger import BaseRate, Forecast, Outcome, Resolution
from detente.records import Event, EventMention, Report

MARKS = ("if unless provided providing assuming should barring",)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """An outcome with its evidence and reason; `day` is that of the act."""

    outcome: Outcome
    reason: str
    evidence: tuple[Happening, ...] = ()
    day: str | None = None


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
    were not coded, by the forecast's own words. An act counts that a report, published after the forecast's
    own, tells as having happened within the window: of the forecast's type or a kindred one, by the same to the
    same, and in like words. 'did not' needs more than silence: the window must be over, and a report on the
    same parties published after it. Denied, alleged and disputed acts, an unmet condition and missing reports
    make it "can't be told". Raises UsageError for an `as_of` that is no day.
    """
    day = check_day(as_of, "as_of")
    by_id = {m.id: m for m in mentions}
    asked = list(forecasts)
    known = view_events(events, by_id, {f.mention for f in asked if f.mention})
    day = day or max((d for h in known for d, _ in h.told), default=date.today().isoformat())
    heard = [h for h in known if not h.told or h.told[0][0] <= day]
    rates = BaseRates(heard)
    in_time = (r for r in reports if r.published and r.published <= day)
    sighted = list(
        find_sightings(
            [seek(f) for f in asked], in_time, [(m.report_id, m.trigger.start) for m in by_id.values()]
        )
    )
    return [_resolve(f, [*heard, *sighted], day, rates) for f in asked]


def _resolve(forecast: Forecast, known: Sequence[Happening], as_of: str, rates: BaseRates) -> Resolution:
    verdict = _judge(forecast, known, as_of)
    baseline = _base_rate(forecast, rates)
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


def _base_rate(forecast: Forecast, rates: BaseRates) -> BaseRate | None:
    issued, last = forecast.published, forecast.window.latest
    pair = frozenset(p.code for p in (*forecast.actor, *forecast.recipient) if p.code)
    if issued is None or last is None or not pair:
        return None
    window = (date.fromisoformat(last) - date.fromisoformat(issued)).days
    return rates.rate([forecast.type], pair, issued, window)


def _judge(forecast: Forecast, known: Sequence[Happening], as_of: str) -> _Verdict:
    issued = forecast.published
    if issued is None:
        return _Verdict("can't be told", "the day on which it was made is not known")
    sought = seek(forecast)
    told = [h for h in known if matches(sought, h) and _is_in_window(forecast, h, issued)]
    happened = [h for h in told if h.status == "happened" and not h.disputed]
    if happened:
        first = min(happened, key=lambda h: (h.day or "", h.id))
        told_as = first.type or forecast.type
        words = f"{told_as} by {', '.join(sorted(first.actors))} is told of {first.day}, within the window"
        return _Verdict("came true" if forecast.happens else "did not", words, tuple(happened), first.day)
    doubtful = [h for h in told if h.status in DOUBTFUL or h.disputed]
    if doubtful:
        why = (
            "reports disagree on it"
            if any(h.disputed for h in doubtful)
            else f"it is only {doubtful[0].status}"
        )
        return _Verdict("can't be told", f"an act that fits is told, but {why}", tuple(doubtful))
    undone = [h for h in known if undoes(sought, h) and _is_in_window(forecast, h, issued)]
    if any(h.status == "happened" for h in undone):
        done = tuple(h for h in undone if h.status == "happened")
        why = f"the opposite is told: {done[0].type} by {', '.join(sorted(done[0].actors))}"
        return _Verdict("did not" if forecast.happens else "came true", why, done, done[0].day)
    return _judge_silence(forecast, sought, known, as_of)


def _judge_silence(forecast: Forecast, sought: Sought, known: Sequence[Happening], as_of: str) -> _Verdict:
    """What it means that no act that fits is told."""
    last = forecast.window.latest
    if last is None:
        return _Verdict("open", "no such act is told yet, and it has no last day")
    if last >= as_of:
        return _Verdict("open", f"no such act is told yet, and its window lasts until {last}")
    failed: Outcome = "did not" if forecast.happens else "came true"
    later = [h for h in known if any(last < d <= as_of for d, _ in h.told)]
    negated = [
        h for h in later if h.status == "negated" and matches(sought, h) and sought.trigger & h.triggers
    ]
    if negated:
        return _Verdict(failed, "a later report says that no such act took place", tuple(negated))
    if forecast.condition is not None and not _is_met(forecast, known):
        why = f"its condition ({forecast.condition.text}) is not known to have been met, and no such act is told"
        return _Verdict("can't be told", why)
    days = _find_coverage(sought, later, last)
    if not days:
        return _Verdict("can't be told", f"no report on these parties was published after {last}")
    why = f"no such act is told by {last}, though reports of {len(days)} later days are on these parties"
    return _Verdict(failed, why)


def _find_coverage(sought: Sought, later: Sequence[Happening], last: str) -> set[str]:
    """The days after `last` on which reports tell of both sides that are looked for."""
    told: dict[str, set[str]] = defaultdict(set)
    for happening in later:
        for day, _ in happening.told:
            told[day] |= happening.parties
    return {day for day, parties in told.items() if day > last and involves(sought, frozenset(parties))}


def _is_met(forecast: Forecast, known: Sequence[Happening]) -> bool:
    """Whether a later report tells what a condition asks for: something with two thirds of its words."""
    wanted = content_words(forecast.condition.text, MARKS) if forecast.condition else frozenset()
    least = max(2, math.ceil(len(wanted) * 2 / 3))
    return any(
        len(wanted & h.words) >= least
        for h in known
        if h.status == "happened" and (h.first_told or "") > (forecast.published or "")
    )


def _is_in_window(forecast: Forecast, happening: Happening, issued: str) -> bool:
    """Whether an act lies after the forecast and before its last day, and was told later than the forecast."""
    if happening.first_told is None or happening.first_told <= issued:
        return False
    last = forecast.window.latest
    return (happening.day or issued) >= issued and (last is None or (happening.earliest or issued) <= last)
