"""The day on which a report says that it was published: strict, never a guess."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from datetime import date
from email.utils import parsedate_tz

CURE = "Write it as YYYY-MM-DD"
CURE_ORDER = f"{CURE}, or say which with --day-first or --month-first (day_first in Python)"
MONTHS = {n.lower(): i for names in (month_name, month_abbr) for i, n in enumerate(names) if n} | {"sept": 9}
TIME = r"(?:,?[ T]+(?:at )?\d{1,2}(?::\d{2}|[ap]m| [ap]\.?m).*)?"
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}.*)?")
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){TIME}")
NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){TIME}")
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]* )?"
MONTH_FIRST = re.compile(
    rf"{WEEKDAY}([a-z]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){TIME}", re.IGNORECASE
)
DAY_FIRST = re.compile(rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{{4}}){TIME}", re.IGNORECASE)


class DayError(ValueError):
    """Words that name no day, or could name two; `str()` says which, `cure` what to do."""

    cure = CURE


class OrderError(DayError):
    """Words such as '03/04/2013', that could put day or month first."""

    cure = CURE_ORDER


def read_day(words: str, day_first: bool | None = None) -> str:
    """The ISO day ('2013-07-05') that `words` state, in the time zone in which they state it.

    Takes ISO 8601 dates and datetimes, RFC 2822 ('Fri, 05 Jul 2013 10:00:00 +0900') and English dates
    with the month as a word ('July 5, 2013'). `day_first` says how to read '03/04/2013', which is April to
    some and March to others. Raises DayError for all else: a part missing, no such day, or, being an
    OrderError, such a date where `day_first` is None.
    """
    words = " ".join(words.split())
    try:
        return _find_day(words, day_first).isoformat()
    except DayError:
        raise
    except ValueError as e:
        raise DayError(f"the date {_shorten(words)} does not exist") from e


def prove_order(words: str) -> bool | None:
    """Whether a date shows that the day comes first ('25/12/2013') or the month (False); else None."""
    found = NUMERIC.fullmatch(" ".join(words.split()))
    first, second = (int(found[1]), int(found[3])) if found else (0, 0)
    return first > 12 if (first > 12) != (second > 12) else None


def _find_day(words: str, day_first: bool | None) -> date:
    if m := COMPACT.fullmatch(words):
        return date(*map(int, m.groups()))
    if m := YEAR_FIRST.fullmatch(words):
        return date(int(m[1]), int(m[3]), int(m[4]))
    if m := NUMERIC.fullmatch(words):
        return _read_numeric(words, (int(m[1]), int(m[3]), int(m[4])), day_first)
    if (m := MONTH_FIRST.fullmatch(words)) and m[1].lower() in MONTHS:
        return date(int(m[3]), MONTHS[m[1].lower()], int(m[2]))
    if (m := DAY_FIRST.fullmatch(words)) and m[2].lower() in MONTHS:
        return date(int(m[3]), MONTHS[m[2].lower()], int(m[1]))
    if re.match(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} ", words) and (mail := parsedate_tz(words)):
        return date(*mail[:3])
    raise DayError(f"{_shorten(words)} is not a date that can be read")


def _read_numeric(words: str, parts: tuple[int, int, int], day_first: bool | None) -> date:
    first, second, year = parts
    if first == second or first > 12 or second > 12:
        day_first = first > 12
    elif day_first is None:
        raise OrderError(f"the date {_shorten(words)} can be read as day or month first")
    return date(year, second, first) if day_first else date(year, first, second)


def _shorten(words: str) -> str:
    return repr(words if len(words) <= 40 else words[:39] + "…")
