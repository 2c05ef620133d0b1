"""TIMEX3 value → the first and last day that it covers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from detente.when.values import FISCAL, SEASON_START, add_months

DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
MONTH = re.compile(r"(\d{4})-(\d\d)(?:-XX)?(?:T.*)?")
WEEK = re.compile(r"(\d{4})-W(\d\d?)(?:-(WE|[1-7]))?(?:T.*)?")
PART = re.compile(r"(\d{4})-(SP|SU|FA|WI|Q[1-4]|H[12])")
YEARS = re.compile(r"(\d{2,4})(?:-XX(?:-XX)?)?")

Days = tuple[date, date]


def to_interval(value: str, published: str | None = None) -> tuple[str, str] | None:
    """The first and last day (ISO 8601) of a TIMEX3 `value`, or None where it covers no known days.

    Weeks are ISO weeks, Monday to Sunday, and a weekend their Saturday and Sunday. Seasons are the
    meteorological ones of the northern half of the world: spring is March to May, and a winter has the
    year of its December ('2012-WI' ends in February 2013). Fiscal years run from October to September, as
    the United States government's do. '197' is the decade from 1970, '19' the century from 1900.
    PRESENT_REF is the day of publication. PAST_REF, FUTURE_REF, durations, sets, values with unknown
    years and years before Christ have no days: None.
    """
    if value == "PRESENT_REF":
        return (published[:10], published[:10]) if published else None
    try:
        days = _find_days(value)
    except ValueError:  # '2013-02-30' or '2013-W60': no such days
        return None
    return (days[0].isoformat(), days[1].isoformat()) if days else None


def _find_days(value: str) -> Days | None:
    if found := DAY.fullmatch(value):
        day = date(*map(int, found.groups()))
        return day, day
    if found := MONTH.fullmatch(value):
        return _months(int(found[1]), int(found[2]), 1)
    if found := WEEK.fullmatch(value):
        return _week(int(found[1]), int(found[2]), found[3])
    if found := PART.fullmatch(value):
        return _part(int(found[1]), found[2])
    if found := FISCAL.fullmatch(value):
        return _months(int(found[1]) - 1, 10, 12)
    if found := YEARS.fullmatch(value):
        size = 10 ** (4 - len(found[1]))
        first = int(found[1]) * size
        return date(first, 1, 1), date(first + size - 1, 12, 31)
    return None


def _months(year: int, month: int, count: int) -> Days:
    last_year, last_month = add_months(year, month, count - 1)
    return date(year, month, 1), date(last_year, last_month, monthrange(last_year, last_month)[1])


def _week(year: int, week: int, which: str | None) -> Days:
    monday = date.fromisocalendar(year, week, 1)
    if which == "WE":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if which:
        day = monday + timedelta(days=int(which) - 1)
        return day, day
    return monday, monday + timedelta(days=6)


def _part(year: int, part: str) -> Days:
    if part[0] == "Q":
        return _months(year, 3 * int(part[1]) - 2, 3)
    if part[0] == "H":
        return _months(year, 6 * int(part[1]) - 5, 6)
    return _months(year, SEASON_START[part], 3)
