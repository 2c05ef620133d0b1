"""TIMEX3 values: writing them, counting on from them, and the days that they cover."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

SEASON_START = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
UNKNOWN = {
    "D": "XXXX-XX-XX", "W": "XXXX-WXX", "2W": "XXXX-WXX", "M": "XXXX-XX", "Y": "XXXX", "10Y": "XXX",
    "100Y": "XX", "1000Y": "X", "3M": "XXXX-QX", "WE": "XXXX-WXX-WE",
}  # fmt: skip
FULL = re.compile(
    r"(BC)?(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:-(SP|SU|FA|WI|Q[1-4]|H[12])|-W(\d\d)(?:-(WE|\d))?)?(?!\d)"
)
FIRST_DAY, LAST_DAY = date.min.toordinal() + 20, date.max.toordinal() - 20
FISCAL = re.compile(r"FY(\d{4})")


@dataclass(frozen=True, slots=True)
class Point:
    """A date as far as it is known; years before Christ are negative (-480 is 480 BC)."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> date | None:
        """The day, if year, month and day are known and the calendar reaches that far."""
        if self.month is None or self.day is None or self.year < 1:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:  # the 31st of a month that has none: no such day
            return None


def write_year(year: int) -> str:
    """'1945', or 'BC0480' for -480."""
    return f"BC{-year:04}" if year < 0 else f"{year:04}"


def write_date(year: int, month: int | None = None, day: int | None = None) -> str:
    """A year, month or day as ISO 8601 has it."""
    return write_year(year) + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")


def write_week(day: date) -> str:
    """The ISO week of a day."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def add_months(year: int, month: int, count: int) -> tuple[int, int]:
    """The year and month that many months on."""
    total = year * 12 + month - 1 + count
    return total // 12, total % 12 + 1


def add_years(year: int, count: int) -> int:
    """The year that many years on; there is no year 0."""
    moved = year + count
    return moved - 1 if year > 0 >= moved else moved + 1 if year < 0 <= moved else moved


def shift(point: Point | None, count: int, unit: str) -> str:
    """The value `count` units from `point`, as exact as the unit; with X where `point` is too vague."""
    if unit.startswith("T"):
        whole = point.whole if point else None
        return f"{whole.isoformat() if whole else UNKNOWN['D']}TXX"
    if point is None:
        return UNKNOWN[unit]
    if unit in ("Y", "10Y", "100Y", "1000Y"):
        return _shift_years(point.year, count, unit)
    if unit in ("M", "3M"):
        return _shift_months(point, count, unit)
    whole = point.whole
    if whole is None and point.month and count == 0 and unit == "D":
        return f"{write_date(point.year, point.month)}-XX"
    if whole is None or not FIRST_DAY < whole.toordinal() + count * 14 < LAST_DAY:
        return UNKNOWN[unit]
    if unit == "D":
        return (whole + timedelta(days=count)).isoformat()
    moved = write_week(whole + timedelta(days=count * (14 if unit == "2W" else 7)))
    return f"{moved}-WE" if unit == "WE" else moved


def _shift_years(year: int, count: int, unit: str) -> str:
    if unit == "Y":
        return write_year(add_years(year, count))
    size = int(unit[:-1])
    digits = {10: 3, 100: 2, 1000: 1}[size]
    if year < 0:
        return f"BC{-year // size - count:0{digits}}"
    return f"{year // size + count:0{digits}}"


def _shift_months(point: Point, count: int, unit: str) -> str:
    if point.month is None:
        return f"{write_year(point.year)}-XX" if count == 0 and unit == "M" else UNKNOWN[unit]
    if unit == "M":
        return write_date(*add_months(point.year, point.month, count))
    year, month = add_months(point.year, point.month, 3 * count)
    return f"{write_year(year)}-Q{(month + 2) // 3}"


def nth_weekday(year: int, month: int, which: int, weekday: int) -> date:
    """The first, second, ... (`which`; -1: last) Monday (1) to Sunday (7) of a month."""
    if which < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (which - 1))


def easter_day(year: int) -> date:
    """Western Easter Sunday of a year from 1583 to 4099."""
    sunday: date = easter(year)
    return sunday


def read_point(value: str) -> Point | None:
    """The Point that a value starts with: its year, and month and day where it has them."""
    found = FULL.match(value)
    if not found or value.startswith("P"):
        return None
    bc, year, month, day, part, week, weekday = found.groups()
    if bc:
        return Point(-int(year), int(month) if month else None, None)
    if week and 1 <= int(week) <= 53:
        return _point_of_week(int(year), int(week), int(weekday) if weekday and weekday.isdigit() else 1)
    if part in SEASON_START:
        return Point(int(year), SEASON_START[part] % 12 + 1)
    return Point(int(year), int(month) if month else None, int(day) if day else None)


def _point_of_week(year: int, week: int, weekday: int) -> Point | None:
    try:
        day = date.fromisocalendar(year, week, weekday)
    except ValueError:  # a year of 52 weeks has no 53rd
        return None
    return Point(day.year, day.month, day.day)
