"""The turns of a series: PELT proposes, permutations and the size of the change decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.errors import UsageError
from detente.turns.detect import (
    Array,
    as_array,
    estimate_variances,
    find_changes,
    follow_online,
    leave_enough,
    permute_split,
    place_interval,
    split_gains,
)
from detente.turns.patterns import find_cycles, find_rises, find_silences
from detente.turns.records import (
    By,
    Carrier,
    DatedEvent,
    Measure,
    Period,
    Phase,
    Series,
    Settings,
    Turn,
    Turns,
)
from detente.turns.series import add_days, make_series, next_start

if TYPE_CHECKING:
    from detente.turns.series import Events

# judgements; Settings has the thresholds that were chosen on simulated tables
REACH = 400  # periods on each side of a turn that the permutations shuffle
LEAST_PERIODS, LEAST_DAYS = 3, 28  # of a phase between two turns
NEAR = 7  # days: a change that the online detector places so near is the same turn
MEASURES: tuple[Measure, ...] = ("tone", "net")


def find_turns(
    events: Events,
    pair: tuple[str, str],
    by: By = "day",
    directed: bool = False,
    measure: Measure = "tone",
    until: str | None = None,
    missing: Iterable[str] = (),
    settings: Settings | None = None,
) -> Turns:
    """The turns in how two parties treat each other, with cycles, silences and warnings.

    `events`, `pair`, `by`, `directed`, `until` and `missing` are as for `make_series`; give the whole
    table, as third parties' acts before a turn are looked for in it. `measure` 'tone' looks for changes of
    the mean score, which the amount of coverage doesn't touch; 'net' for changes of the sum of scores
    per period (its signed root), which a change of coverage looks like too. What can't be told is left
    open, and `abstained` says why. docs/method.md explains the method, its sources and its limits.

    Raises what `make_series` raises, and UsageError for an unknown measure.
    """
    if measure not in MEASURES:
        raise UsageError(f"measure={measure!r}", "is not known", f"Use {', '.join(MEASURES)}")
    settings, missing = settings or Settings(), tuple(missing)
    series = make_series(events, pair, by, directed, until=until, missing=missing)
    track = make_track(series, measure)
    reason = _why_not(series, track, settings)
    places = [] if reason else _find_places(track, settings)
    turns = tuple(_describe_turns(series, track, places, settings))
    phases = tuple(_describe_phases(series, turns))
    cycles, no_cycles = find_cycles(phases)
    silences, no_silences = find_silences(series, missing)
    rises, no_rises = find_rises(series)
    abstained = tuple(filter(None, (reason, no_cycles, no_silences, no_rises)))
    return Turns(series, turns, phases, cycles, silences, rises, abstained)


@dataclass(frozen=True, slots=True)
class Track:
    """What the detectors see: the periods that tell something, their values, variances and events."""

    measure: Measure
    periods: tuple[Period, ...]
    values: Array
    variances: Array
    events: NDArray[np.int64]
    days: NDArray[np.int64]


def make_track(series: Series, measure: Measure = "tone") -> Track:
    """The values of a series that the detectors are given, with their variances."""
    tone = measure == "tone"
    periods = tuple(p for p in series.periods if (p.events if tone else not p.missing))
    values = as_array((p.tone or 0.0) for p in periods) if tone else _net_values(periods, series.by)
    counts = as_array(p.weight if tone else 1.0 for p in periods)
    within, freedom = _spread_within(series, periods) if tone else (0.0, 0.0)
    variances = estimate_variances(values, counts, within, freedom) if len(periods) else values
    days = np.array([date.fromisoformat(p.start).toordinal() for p in periods], dtype=np.int64)
    events = np.array([p.events for p in periods], dtype=np.int64)
    return Track(measure, periods, values, variances, events, days)


def _net_values(periods: Sequence[Period], by: By) -> Array:
    """Signed square roots of the net scores, which keep one day of war from drowning all else.

    Of days, the weekday's share of the coverage is taken out first.
    """
    net = as_array(p.net for p in periods)
    if by == "day" and len(periods) >= 56:
        weekday = np.array([date.fromisoformat(p.start).weekday() for p in periods])
        weight = as_array(p.weight for p in periods)
        usual = as_array(weight[weekday == d].mean() for d in range(7))
        net = net / np.maximum(usual / max(usual.mean(), 1e-9), 0.1)[weekday]
    return np.asarray(np.sign(net) * np.sqrt(np.abs(net)))


def _spread_within(series: Series, periods: Sequence[Period]) -> tuple[float, float]:
    """The pooled variance of the scores within periods and its degrees of freedom."""
    starts = [p.start for p in periods]
    tones = as_array((p.tone or 0.0) for p in periods)
    which = np.searchsorted(starts, [e.day for e in series.events], side="right") - 1
    scores, weights = as_array(e.score for e in series.events), as_array(e.weight for e in series.events)
    freedom = len(series.events) - len(periods)
    if not freedom:
        return 0.0, 0.0
    squares = float(np.sum(weights * (scores - tones[which]) ** 2)) * len(weights) / float(weights.sum())
    return squares / freedom, float(freedom)


def _why_not(series: Series, track: Track, settings: Settings) -> str | None:
    """Why no turns are looked for, or None."""
    number, periods = len(series.events), int(np.sum(track.events > 0))
    if number < settings.events:
        return f"Turns: {number} events are too few; {settings.events} are needed"
    if periods < 2 * settings.side:
        return f"Turns: the events fall into {periods} {series.by}s; {2 * settings.side} are needed"
    if not track.variances.max() > 0:
        return f"Turns: the {track.measure} never varies" + (
            "; the measure 'net' can show changes in how much happens" if track.measure == "tone" else ""
        )
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the track where it may change, its interval, p-value and gain, and whether it holds."""

    at: int
    low: int
    high: int
    p_value: float
    gain: float
    holds: bool


def _find_places(track: Track, settings: Settings) -> list[_Place]:
    """The changes that hold: what PELT finds, less those that fail, the weakest first."""
    cuts = find_changes(track.values, track.variances, settings.penalty)
    while cuts:
        edges = [0, *cuts, len(track.values)]
        places = [_judge(track, (edges[i], edges[i + 1], edges[i + 2]), settings) for i in range(len(cuts))]
        failed = [i for i, place in enumerate(places) if not place.holds]
        failed += [
            j for i, (a, b) in enumerate(pairwise(places)) if _is_brief(track, a, b) for j in (i, i + 1)
        ]
        if not failed:
            return places
        del cuts[min(failed, key=lambda i: places[i].gain)]
    return []


def _is_brief(track: Track, begin: _Place, end: _Place) -> bool:
    """Whether a phase is too short to be one; a period with a turn in its midst looks like a phase."""
    periods, days = end.at - begin.at, track.days[end.at] - track.days[begin.at]
    return bool(periods < LEAST_PERIODS or days < LEAST_DAYS)


def _judge(track: Track, edges: tuple[int, int, int], settings: Settings) -> _Place:
    """The change near the middle one of three edges, and whether it holds."""
    low, cut, high = edges
    start, end = max(low, cut - REACH), min(high, cut + REACH)
    values, weights = track.values[start:end], 1 / track.variances[start:end]
    gains = split_gains(values, weights)
    events = track.events[start:end]
    enough = leave_enough(events, settings.side)
    if not enough.any():
        return _Place(cut, cut, cut, 1.0, float(gains[cut - start - 1]), False)
    best, first, last = place_interval(np.where(enough, gains, -np.inf))
    cut = best + 1
    before, after = (np.average(values[s], weights=weights[s]) for s in (slice(cut), slice(cut, None)))
    least = settings.difference if track.measure == "tone" else 0.0
    if abs(after - before) < least:
        return _Place(start + cut, start + first + 1, start + last + 1, 1.0, float(gains[best]), False)
    weeks = track.days[start:end] // 7
    p_value = permute_split(values, weights, events, weeks, settings)
    holds = p_value <= settings.alpha
    return _Place(start + cut, start + first + 1, start + last + 1, p_value, float(gains[best]), holds)


def _describe_turns(
    series: Series, track: Track, places: Sequence[_Place], settings: Settings
) -> Iterable[Turn]:
    noticed = follow_online(track.values, track.variances, track.days) if places else []
    starts = [track.periods[p.at].start for p in places]
    bounds = ["", *starts, "9"]
    for i, place in enumerate(places):
        begin, day, end = bounds[i : i + 3]
        before = [e for e in series.events if begin <= e.day < day]
        after = [e for e in series.events if day <= e.day < end]
        seen = [
            track.periods[n.seen].start
            for n in noticed
            if n.seen >= place.at and abs(track.days[n.place] - track.days[place.at]) <= NEAR
        ]
        low, high = (
            _level(track, held, *days) for held, days in ((before, (begin, day)), (after, (day, end)))
        )
        yield Turn(
            series.pair, series.directed, track.measure, day, *_interval(series, track, place),
            low, high, high - low, len(before), len(after), place.p_value, seen[0] if seen else None,
            _find_carriers(track, after, day, (low, high), settings),
            _find_earlier(series, day, settings),
            _explain(place, low, high, track, seen),
        )  # fmt: skip


def _level(track: Track, events: Sequence[DatedEvent], begin: str, end: str) -> float:
    """The mean score of the events of a phase, or its mean net score per period."""
    if track.measure == "tone":
        return _mean(events)
    return float(np.mean([p.net for p in track.periods if begin <= p.start < end]))


def _mean(events: Sequence[DatedEvent]) -> float:
    return sum(e.weight * e.score for e in events) / sum(e.weight for e in events)


def _interval(series: Series, track: Track, place: _Place) -> tuple[str, str]:
    """The days that hold the change, as wide as the days of the events at both ends are uncertain."""
    begin = track.periods[place.low].start
    earliest = add_days(track.periods[place.low - 1].start, 1)
    latest = add_days(next_start(track.periods[place.high].start, series.by), -1)
    near = [e for e in series.events if begin <= e.day <= latest]
    return min([earliest, *(e.earliest for e in near)]), max([latest, *(e.latest for e in near)])


def _find_carriers(
    track: Track, after: Sequence[DatedEvent], day: str, levels: tuple[float, float], settings: Settings
) -> tuple[Carrier, ...]:
    """The events soon after a turn that add most to the difference; of equals, the earlier one."""
    if not after or levels[0] == levels[1]:
        return ()
    soon = add_days(day, settings.days_after)
    tone, (low, high) = track.measure == "tone", levels
    periods = sum(day <= p.start <= after[-1].day for p in track.periods)
    whole = sum(e.weight for e in after) if tone else periods
    shares = [(e.weight * (e.score - low * tone) / whole / (high - low), e) for e in after if e.day < soon]
    shares.sort(key=lambda x: (-x[0], x[1].day))
    return tuple(Carrier(event, share) for share, event in shares[: settings.shown] if share > 0)


def _find_earlier(series: Series, day: str, settings: Settings) -> tuple[DatedEvent, ...]:
    """Acts with third parties shortly before: those with one of the pair first, then the gravest."""
    first, pair = add_days(day, -settings.days_before), {*series.pair}
    found = [
        e for e in series.others
        if first <= e.day < day and not {*e.actor, *e.recipient} <= pair
    ]  # fmt: skip
    found.sort(key=lambda e: (pair.isdisjoint((*e.actor, *e.recipient)), -abs(e.score), e.day))
    return tuple(sorted(found[: settings.shown], key=lambda e: e.day))


def _explain(place: _Place, low: float, high: float, track: Track, seen: Sequence[str]) -> tuple[str, ...]:
    what = "mean score" if track.measure == "tone" else "sum of scores"
    words = "worse" if high < low else "better"
    online = (
        f"a day-by-day reading noticed it on {seen[0]}" if seen else "a day-by-day reading didn't notice it"
    )
    return (
        f"PELT splits the {what} here; events score {low:.1f} before and {high:.1f} after, for the {words}",
        f"{place.p_value:.1%} of the shuffled series show as clear a change",
        online,
    )


def _describe_phases(series: Series, turns: Sequence[Turn]) -> Iterable[Phase]:
    if not turns:
        return
    bounds = [series.events[0].day, *(t.day for t in turns), add_days(series.events[-1].day, 1)]
    for begin, end in pairwise(bounds):
        held = [e for e in series.events if begin <= e.day < end]
        yield Phase(begin, add_days(end, -1), len(held), _mean(held))
