"""Tells from the inside when an undated text was written: offices held, dates, anniversaries, names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from detente.records import Clue, DateMention, EventMention, InferredDay, When
from detente.undated.clues import FIRST, LAST, Weighed
from detente.undated.days import date_clues, year_clues
from detente.undated.happenings import event_clues
from detente.undated.offices import office_clues
from detente.when import find_dates

__all__ = ["infer_published", "mark_inferred", "note_inferred"]


INFERRED, NOTED = "date inferred", 4  # how a note begins, and how many of the signs it names
WIDEST, STRADDLE = 366, 180  # days that an answer may span, within a year and over its end
LEAST, MARGIN = 4.5, 1.0  # weight of the clues that agree, and how far they must lead any other time
APART = timedelta(days=250)  # from the best time, within which a time is no rival


def infer_published(text: str) -> InferredDay | None:
    """When an undated text was written, told from inside it, or None where too little tells.

    Clues are datelines, the latest dated event, weekdays with a day of the month, anniversaries ('the 60th
    anniversary of the armistice'), who held which office, 'this year' with its number, happenings that the
    text looks back on, and names that came up or went out of use. Each allows some times and has a weight;
    the time that most weight allows is given, unless another time is nearly as likely or what is left is
    longer than a year (half a year where it
    spans the turn of one). `earliest` and `latest` are ISO days; `clues` those that agree, with the
    words that tell and the reason. The weights are the project's own, set on reports whose day is known.
    """
    clues = list(_find_clues(text))
    if not clues:
        return None
    ranked = _weigh(clues)
    best = max(score for score, _, _ in ranked)
    top = [(a, b) for score, a, b in ranked if score > best - 0.01]
    first, last = top[0][0], top[0][1]
    for a, b in top[1:]:
        last = b if a - last < APART else last
    rival = max((s for s, a, b in ranked if b < first - APART or a > last + APART), default=0.0)
    pointed = _pointed_day(clues, first, last)
    longest = WIDEST if pointed or first.year == last.year else STRADDLE
    if best < LEAST or best - rival < MARGIN or (last - first).days > longest:
        return None
    day = pointed or first + (last - first) / 2
    agree = [c for c in clues if c.window_at(day)]
    agree.sort(key=lambda c: (-c.weight, c.start))
    told = tuple(_tell(c, text, day) for c in agree)
    return InferredDay(first.isoformat(), last.isoformat(), day.isoformat(), told)


def note_inferred(found: InferredDay) -> str:
    """The sentence that says when a report was written, and by what signs."""
    why = "; ".join(f"'{' '.join(c.text.split())}': {c.reason}" for c in found.clues[:NOTED])
    return f"{INFERRED}: between {found.earliest} and {found.latest}, likeliest {found.day} ({why})"


def mark_inferred(mentions: Iterable[EventMention], found: InferredDay, text: str) -> list[EventMention]:
    """Mentions read as of `found.day`, with what hangs on that day widened and marked as inferred.

    `published` becomes None again. A day that the text states in full stays as it is; others get the
    basis 'inferred' and reach from the earliest to the latest day that they can be.
    """
    steady = _steady_dates(text, found)
    return [_mark(mention, found, steady) for mention in mentions]


def _steady_dates(text: str, found: InferredDay) -> list[DateMention]:
    """The dates that are the same whenever between its edges the text was written."""
    later = {(d.start, d.end): d.value for d in find_dates(text, found.latest)}
    return [d for d in find_dates(text, found.earliest) if later.get((d.start, d.end)) == d.value]


def _mark(mention: EventMention, found: InferredDay, steady: Sequence[DateMention]) -> EventMention:
    when = mention.when
    first, last = mention.sentence_start, mention.sentence_start + len(mention.sentence)
    stated = when.basis == "stated" and any(
        first <= d.start and d.end <= last and d.text in (when.text or "") for d in steady
    )
    if not stated and when.earliest and when.latest:
        day = date.fromisoformat(found.day)
        back, on = day - date.fromisoformat(found.earliest), date.fromisoformat(found.latest) - day
        earliest, latest = date.fromisoformat(when.earliest) - back, date.fromisoformat(when.latest) + on
        when = When(when.text, earliest.isoformat(), latest.isoformat(), "inferred")
    span = f"between {found.earliest} and {found.latest}"
    why = f"the report states no day; by signs inside it, it was written {span}"
    return replace(mention, published=None, when=when, reasons=(*mention.reasons, why))


def _weigh(clues: Sequence[Weighed]) -> list[tuple[float, date, date]]:
    """(weight, first day, last day) of every stretch of time between two edges of windows."""
    edges = {FIRST, LAST + timedelta(days=1)}
    for clue in clues:
        for a, b in clue.windows:
            edges |= {max(a, FIRST), min(b, LAST) + timedelta(days=1)}
    days = sorted(edges)
    scores = [0.0] * len(days)
    for clue in clues:
        covered: set[int] = set()
        for a, b in clue.windows:
            if b >= FIRST and a <= LAST:
                covered |= set(
                    range(
                        bisect_left(days, max(a, FIRST)), bisect_left(days, min(b, LAST) + timedelta(days=1))
                    )
                )
        for i in covered:
            scores[i] += clue.weight
    return [(scores[i], a, b - timedelta(days=1)) for i, (a, b) in enumerate(pairwise(days))]


def _pointed_day(clues: Sequence[Weighed], first: date, last: date) -> date | None:
    """The day within a stretch that the most exact of the agreeing clues points to, if one is exact."""
    for kind in ("dateline", "weekday", "fresh", "anniversary", "change", "news", "faint news"):
        for clue in clues:
            window = clue.window_at(first) if clue.kind == kind else None
            if window is not None:
                early = kind in ("dateline", "weekday", "fresh")
                days = timedelta(days=2) if early else (window[1] - window[0]) / 2
                return min(max(first, window[0] + days), last)
    return None


def _tell(clue: Weighed, text: str, day: date) -> Clue:
    window = clue.window_at(day)
    assert window is not None
    earliest = window[0].isoformat() if window[0] > FIRST else None
    latest = window[1].isoformat() if window[1] < LAST else None
    return Clue(clue.start, clue.end, text[clue.start : clue.end], clue.reason, earliest, latest)


def _find_clues(text: str) -> Iterator[Weighed]:
    yield from office_clues(text)
    yield from date_clues(text)
    yield from year_clues(text)
    yield from event_clues(text)
