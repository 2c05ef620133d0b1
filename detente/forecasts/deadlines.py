"""By when: the days between which a prediction's event would take place, from dates and phrases.

Its numbers are judgements, checked on the files of corpus/forecasts that are not kept from tuning.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from detente.forecasts.words import any_of, load_forecast_words
from detente.records import Basis, DateMention, When
from detente.when import to_interval
from detente.when.values import add_months

LENGTH = re.compile(r"P(?:(?P<count>\d+(?:\.\d+)?|X)(?P<unit>D|WE|W|M|Y)|T(?P<hours>\d+)H)")
UNIT_DAYS = {"D": 1.0, "W": 7.0, "WE": 7.0}
UNIT_MONTHS = {"M": 1, "Y": 12}
BEFORE = re.compile(r"((?:[\w’']+\s+){1,5})$")
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "spring|summer|autumn|fall|winter"
)
UNDATED = re.compile(  # a month or season without its year
    rf"(?:the )?(?:early |mid-|late |the (?:end|middle|beginning|start) of )?(?:{MONTHS})(?: \d{{1,2}})?",
    re.I,
)
LOOK_BACK = 200  # characters before a date in which the words that lead up to it stand
NEAR = 6  # characters between an occasion and its date ('before the elections in March')
IS_OVER = re.compile(r"\s+(?:(?:is|was) (?:over|out|up)|ends?|ended)\b", re.I)  # 'before the winter is over'
EARLY = re.compile(r"\b(?:early|beginning|start|outset)\b", re.I)
MIDDLE = re.compile(r"\b(?:mid|middle)\b", re.I)
ENDING = re.compile(r"\b(?:end|close|rest|remainder|out|over)\b", re.I)
UP_TO = frozenset({"by", "until", "till", "before"})
NEXT = {"the next year": 12, "the next month": 1}
FROM = frozenset({"after", "from"})
LEADING = UP_TO | FROM | {"in", "on", "during", "over", "within", "inside"}
UNIT_NAMES = {"day": "D", "week": "W", "month": "M", "year": "Y"}
BEFORE_IT = re.compile(r"\bbefore (?:[\w’'-]+\s+){1,7}$", re.I)  # 'before the games open on February 9'
NAME_AFTER = re.compile(r"(?<=[Ww]inter|[Ss]ummer|[Ss]pring) [A-Z][a-z]+")  # "the Winter Olympics"
THIS_UNIT = re.compile(
    r"\b(?:(?:within|inside|in the course of|before|by the end of|over the course of)"
    r" the (?P<unit>day|week|month|year)"
    r"(?:'s end|’s end| (?:is|was) (?:out|over|up)| ends| is through)?"
    r"|(?:by|before|until|at) (?P<end>year|month)[- ]end)\b",
    re.I,
)
AHEAD_UNITS = re.compile(
    r"\b(?:(?:in|over|within|during) )?the (?P<unit>day|week|month|year)s (?:ahead|to come|that follow)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A phrase that says by when, with its place in the text and the days that it stands for."""

    start: int
    end: int
    when: When


def find_deadlines(text: str, dates: Sequence[DateMention], issued: str | None) -> list[Deadline]:
    """The phrases of `text` that set days ahead of `issued`, in their order.

    `dates` are those of the text, as `find_dates` gives them. Basis 'stated': a day, month, season or year
    (all of it: 'by June' lets June pass, 'before June' doesn't), or a counted length ('within three weeks').
    'usual': a vague length ('within weeks'), to which forecasts.yaml gives one. 'unknown': an occasion whose
    day the words don't tell ('before the elections'), or 'soon'. Without `issued`, only what is dated by
    itself has days.
    """
    now = date.fromisoformat(issued) if issued else None
    found = [d for mention in dates if (d := _read_date(text, mention, now))]
    for deadline in (*_read_units(text, now), *_read_usual(text, now)):
        if not any(d.start < deadline.end and deadline.start < d.end for d in found):
            found.append(deadline)
    for deadline in _read_occasions(text, now):
        if not any(d.start < deadline.end + NEAR and deadline.start < d.end for d in found):
            found.append(deadline)
    return sorted(found, key=lambda d: d.start)


def _read_date(text: str, mention: DateMention, now: date | None) -> Deadline | None:
    near = max(0, mention.start - LOOK_BACK)
    before = BEFORE.search(text, near, mention.start)
    words = before[1].lower().removesuffix("the ").split() if before else []
    if mention.type == "DURATION":
        return _read_length(text, mention, words, now)
    if mention.type not in ("DATE", "TIME") or mention.value == "PRESENT_REF":
        return None
    days = to_interval(mention.value)
    if days is None or NAME_AFTER.match(text, mention.end):
        return None
    word = words[-1] if words else ""
    first, last = _narrow(mention.text, *map(date.fromisoformat, days))
    if now is not None and last < now and word not in FROM and UNDATED.fullmatch(mention.text):
        first, last = add_time(first, 12), add_time(last, 12)  # 'before June', said in July
    if word == "since" or (now is not None and last < now):
        return None
    if now is not None and word in {"over", "within", "inside"} and mention.text.lower() in NEXT:
        return _make(
            text, (mention.start, mention.end), now, add_time(now, NEXT[mention.text.lower()]), "stated"
        )
    start = mention.start
    if word in LEADING:
        start = near + text[near:start].lower().rindex(word)
    earliest: date | None = max(now, first) if now else first
    latest: date | None = last
    opened = BEFORE_IT.search(text, near, start)
    if opened and word in {"on", "in", "of"}:
        return _make(text, (opened.start(), mention.end), now, first - timedelta(days=1), "stated")
    if word in UP_TO:
        earliest = now
        if MIDDLE.search(mention.text):
            latest = first + (last - first) / 2
        elif word == "before" and not (ENDING.search(mention.text) or IS_OVER.match(text, mention.end)):
            latest = first - timedelta(days=1)
    elif word in FROM:
        earliest, latest = last + timedelta(days=1), None
    return _make(text, (start, mention.end), earliest, latest, "stated")


def _narrow(words: str, first: date, last: date) -> tuple[date, date]:
    """The part of an interval that 'early', 'mid' or 'the end of' leaves: a third for the first two."""
    third = (last - first) / 3
    if EARLY.search(words):
        return first, first + third
    if MIDDLE.search(words):
        return first + third, last - third
    return first, last


def _read_length(text: str, mention: DateMention, words: Sequence[str], now: date | None) -> Deadline | None:
    length = LENGTH.fullmatch(mention.value)
    inside = set(mention.text.lower().split())
    leading = load_forecast_words().within & set(words)
    ahead = inside & {"next", "coming"}
    if length is None or not (leading or ahead) or inside & {"last", "past", "recent", "previous"}:
        return None
    if not ahead and leading <= {"for", "over", "of", "during"} and words[-1:] != ["of"]:
        return None  # 'for two years' is how long, not by when
    if words[-1:] == ["of"] and not {"within", "in"} & set(words):
        return None
    phrase = text[: mention.start][-sum(len(w) + 1 for w in words) - 1 :]
    found = re.search(rf"\b(?:{any_of(leading)})\b", phrase, re.I) if leading else None
    first = mention.start - len(phrase) + found.start() if found else mention.start
    span = first, mention.end
    if length["hours"]:
        return _make(text, span, now, _after(now, int(length["hours"]) / 24), "stated")
    if length["count"] == "X":
        return _make(text, span, now, _reach(now, length["unit"][0]), "usual")
    count = float(length["count"])
    if length["unit"] in UNIT_MONTHS:
        latest = add_time(now, round(count * UNIT_MONTHS[length["unit"]])) if now else None
    else:
        latest = _after(now, count * UNIT_DAYS[length["unit"]])
    return _make(text, span, now, latest, "stated")


def _read_units(text: str, now: date | None) -> Iterator[Deadline]:
    """'within the year', 'before the month is out', 'by year-end'; 'in the weeks ahead'."""
    for found in THIS_UNIT.finditer(text):
        unit = UNIT_NAMES[(found["unit"] or found["end"]).lower()]
        yield _make(text, found.span(), now, _end_of(unit, now), "stated")
    for found in AHEAD_UNITS.finditer(text):
        yield _make(text, found.span(), now, _reach(now, UNIT_NAMES[found["unit"].lower()]), "usual")


def _end_of(unit: str, now: date | None) -> date | None:
    if now is None or unit == "D":
        return now
    if unit == "W":
        return now + timedelta(days=6 - now.weekday())
    if unit == "M":
        return now.replace(day=monthrange(now.year, now.month)[1])
    return date(now.year, 12, 31)


@cache
def _usual_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:(?:in|for|over|within) )?({any_of(load_forecast_words().usual)})\b", re.I)


def _read_usual(text: str, now: date | None) -> Iterator[Deadline]:
    for found in _usual_pattern().finditer(text):
        days = load_forecast_words().usual[found[1].lower()]
        yield _make(text, found.span(), now, _after(now, days), "usual")


@cache
def _occasion_pattern() -> re.Pattern[str]:
    words = load_forecast_words()
    whose = r"(?:the|its|their|his|her|this|that|next)?"
    occasion = rf"(?:by|before|until|at|during|ahead of) {whose}\s?(?:[\w’'-]+ ){{0,3}}"
    return re.compile(
        rf"\b(?:{occasion}(?:{any_of(words.occasions)})s?|(?:in )?(?:{any_of(words.sometime)}))\b", re.I
    )


def _read_occasions(text: str, now: date | None) -> Iterator[Deadline]:
    for found in _occasion_pattern().finditer(text):
        if not text[found.end() : found.end() + 6].lower().startswith(" after"):
            yield _make(text, found.span(), now, None, "unknown")


def _reach(now: date | None, unit: str) -> date | None:
    """The last day of a vague number of units: 'within weeks', 'in the coming months'."""
    if now is None:
        return None
    usual = LENGTH.fullmatch(load_forecast_words().vague_units[unit])
    count, own = (int(usual["count"]), usual["unit"]) if usual else (0, "D")
    if own in UNIT_MONTHS:
        return add_time(now, count * UNIT_MONTHS[own])
    return _after(now, count * UNIT_DAYS[own])


def add_time(day: date, months: int) -> date:
    """The day so many months on, or the last one of that month."""
    year, month = add_months(day.year, day.month, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _after(now: date | None, days: float | None) -> date | None:
    return now + timedelta(days=round(days)) if now is not None and days is not None else None


def _make(
    text: str, span: tuple[int, int], earliest: date | None, latest: date | None, basis: Basis
) -> Deadline:
    days = [d.isoformat() if d else None for d in (earliest, latest)]
    return Deadline(*span, When(text[span[0] : span[1]], days[0], days[1], basis))
