"""Phrases that name a date: years, months, days, decades, centuries, quarters, holidays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from detente.when.context import Context, Groups, Value
from detente.when.values import easter_day, nth_weekday, write_date, write_year

NEAR_AHEAD, FAR_BACK = 60, 300  # days; see choose_year
WRAP = 8  # a month so much earlier in the year than the last one is taken for the next year's
FIRST_YEAR, LAST_YEAR = 1500, 2100  # bare numbers outside these are no years
SURE_YEARS = 1700, 2050  # bare numbers outside these need a word like 'in' before them


def make_calendar(ctx: Context, g: Groups) -> Value | None:
    """A day, month, season or year, with the year where the words give one."""
    month, day = g.value("m", "month", "month_abbr"), g.number("d")
    if day is not None and not 1 <= day <= monthrange(2000, month)[1]:
        return None
    year = g.number("y")
    if year == 0:
        return None
    if year is not None and "ad" in g.words.words[g.start : g.end] and not day:
        return "DATE", write_year(year)
    if "s" in g:
        return "DATE", f"{write_year(year or 0)}-{g.value('s', 'season')}"
    if "year_word" in g:
        year = ctx.then.year if ctx.then else None
    elif year is None:
        year = choose_year(ctx, g, month, day)
    value = write_date(year, month, day) if year else _without_year(month, day)
    return add_daypart(g, value)


def _without_year(month: int, day: int | None) -> str:
    return f"XXXX-{month:02}" + (f"-{day:02}" if day else "")


def add_daypart(g: Groups, value: str) -> Value:
    """The value with the part of the day that the phrase names before or after it."""
    part = g.value("pod", "daypart") or g.value("pod2", "daypart")
    return ("TIME", f"{value}T{part}") if part else ("DATE", value)


def choose_year(ctx: Context, g: Groups, month: int, day: int | None) -> int | None:
    """The year of a month or day named without one.

    In a narrative it is the year of the last date; in news the one that fits the tense near by, and
    without tense the nearest past one unless it is more than FAR_BACK days back.
    """
    if ctx.narrative:
        return _narrative_year(ctx, month)
    year = ctx.year_of_sentence(g.start)
    p = ctx.published
    if year is not None or p is None:
        return year
    return _year_of_story(ctx, g, month) or nearest_year(p, month, day, ctx.direction(g.start, g.end))


def _year_of_story(ctx: Context, g: Groups, month: int) -> int | None:
    """The year of background told in news: 'In May 2012 ... In June ...', both opening their sentences."""
    last = ctx.story_before(g.start)
    if last is None or last.month is None:
        return None
    return last.year + 1 if last.month - month >= WRAP else last.year


def _narrative_year(ctx: Context, month: int) -> int | None:
    point = ctx.month_anchor
    if point is None:
        return None
    wraps = point.month is not None and point.month - month >= WRAP
    return point.year + 1 if wraps else point.year


def nearest_year(published: date, month: int, day: int | None, direction: int) -> int:
    """The year that puts a month or day nearest to the day of publication on the side of `direction`."""
    if day is None and month == published.month:
        return published.year
    this = _day_number(published.year, month, day)
    now = published.toordinal()
    past = published.year if this <= now else published.year - 1
    back = now - _day_number(past, month, day)
    ahead = _day_number(past + 1, month, day) - now
    if direction > 0:
        return past if back < 45 and ahead > NEAR_AHEAD else past + 1
    if direction < 0:
        return past + 1 if back > FAR_BACK and ahead <= (NEAR_AHEAD if day else 2) else past
    return past if back <= FAR_BACK else past + 1


def _day_number(year: int, month: int, day: int | None) -> int:
    return date(year, month, min(day or 15, monthrange(year, month)[1])).toordinal()


def make_day_of_month(ctx: Context, g: Groups) -> Value | None:
    """'the 25th': of the month of the last date, where a narrative has one."""
    point = ctx.month_anchor
    if not ctx.narrative or point is None or point.month is None:
        return None
    if g.after().isalpha() and g.after() not in g.language.lists["function_word"]:
        return None  # 'the 24th Division'
    return add_daypart(g, write_date(point.year, point.month, g.number("d")))


def make_bare_month(ctx: Context, g: Groups) -> Value | None:
    """A month alone; 'May' and 'March' only where the word before calls for a date."""
    unsure = g.value("m", "unsure_month") or g.value("m", "month_abbr")
    if unsure and "early" not in g and g.before() not in g.language.lists["for_may"]:
        return None
    return make_calendar(ctx, g)


def make_bare_season(ctx: Context, g: Groups) -> Value | None:
    """A season alone: of the year of the last date, or of the nearest year by tense."""
    season = g.value("s", "season")
    word = g.word("s")
    alone = g.end - g.start == 1 and g.before() not in g.language.lists["in_year"]
    if alone and (word == "fall" or not ctx.narrative):
        return None
    if word in ("fall", "spring") and g.after() in ("of", "to", "from", "in", "into", "back"):
        return None
    if ctx.narrative:
        return "DATE", f"{write_year(ctx.anchor.year) if ctx.anchor else 'XXXX'}-{season}"
    return "DATE", f"{season_year(ctx, g, season)}-{season}"


def season_year(ctx: Context, g: Groups, season: str, direction: int | None = None) -> str:
    """The year of a season named without one, seen from the day of publication."""
    p = ctx.published
    if p is None:
        return "XXXX"
    middle = {"SP": 4, "SU": 7, "FA": 10, "WI": 1}[season]
    where = ctx.direction(g.start, g.end) if direction is None else direction
    year = nearest_year(p, middle, 15, where)
    return str(year - 1 if season == "WI" else year)


def make_bare_year(ctx: Context, g: Groups) -> Value | None:
    """A year alone, if the words around it don't make it a count."""
    year = g.number("y") or 0
    if not FIRST_YEAR <= year <= LAST_YEAR and "early" not in g:
        return None
    lists = g.language.lists
    if g.before() in lists["dollar"] or g.after() in lists["counted"]:
        return None
    if g.before() in ("-", "/", ".") and g.before(2).isdigit() and len(g.before(2)) != 4:
        return None
    after = g.after()
    plural = after.isalpha() and after.endswith("s") and len(after) > 4
    unsure = plural or not SURE_YEARS[0] <= year <= SURE_YEARS[1]
    if unsure and g.before() not in lists["in_year"] | lists["open"]:
        return None
    return "DATE", write_year(year)


def make_short_year(ctx: Context, g: Groups) -> Value | None:
    """The second year of '1951-53'."""
    first, second = g.number("y") or 0, g.number("yy") or 0
    if second <= first % 100 or not g.touching():
        return None
    return "DATE", write_year(first // 100 * 100 + second)


def make_before_christ(ctx: Context, g: Groups) -> Value | None:
    """A year before Christ, with month or season where named."""
    year = -(g.number("n") or 0)
    if year == 0:
        return None
    if "s" in g:
        return "DATE", f"{write_year(year)}-{g.value('s', 'season')}"
    ctx.ancient = True
    return "DATE", write_date(year, g.value("m", "month", "month_abbr"), g.number("d"))


def make_ancient_year(ctx: Context, g: Groups) -> Value | None:
    """A number of three digits after 'in' where the text has been telling of years before Christ."""
    if not ctx.ancient or (g.number("n") or 0) < 100:
        return None
    return "DATE", write_year(-(g.number("n") or 0))


def make_numeric(ctx: Context, g: Groups) -> Value | None:
    """2013-07-05, 2013/07/05, 7/5/2013 and 25.12.2013; day first where the month can't be."""
    if not g.touching():
        return None
    a, b, c = (g.number(name) or 0 for name in "abc")
    if "m" in g or a > 31:
        year, month, day = a, b, c
    else:
        year, month, day = c if c > 99 else 1900 + c if c > 50 else 2000 + c, a, b
        if "." in g.words.words[g.start : g.end] or month > 12:
            month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]):
        return None
    return "DATE", write_date(year, month, day)


def make_decade(ctx: Context, g: Groups) -> Value | None:
    """'the 1980s', 'the '80s', 'the eighties'; two digits belong to the century of the last date."""
    if "dw" in g:
        return "DATE", f"19{g.value('dw', 'decade_word') // 10}"
    number = g.number("dec") or 0
    if g.after() in g.language.lists["bc"] or (ctx.ancient and number < 1000):
        return "DATE", f"BC{number // 10:03}"
    if number >= 1000:
        ctx.century = number // 100
        return "DATE", str(number // 10)
    quoted = "'" in g.words.words[g.start : g.end] or "’" in g.words.words[g.start : g.end]
    if number > 99 or not (quoted or "the" in g.words.words[max(g.start - 4, 0) : g.end]):
        return None
    return "DATE", f"{ctx.century or 19}{number // 10}"


def make_century(ctx: Context, g: Groups) -> Value | None:
    """'the 19th century' is '18'."""
    values = g.language.values
    words = [values["ordinal"].get(w) or values["number"].get(w) or 0 for w in g.all_words("c")]
    number = sum(words) or g.number("c")
    if not number or number > 30:
        return None
    return "DATE", f"BC{number - 1:02}" if "bc" in g else f"{number - 1:02}"


def _which(g: Groups, last: int) -> int | None:
    found = g.value("q", "ordinal") or (last if g.word("q") in ("last", "final", "latter") else None)
    return found if found is not None and 1 <= found <= last else None


def _year_of(ctx: Context, g: Groups) -> str:
    year = g.number("y")
    if year is None and ctx.now:
        year = ctx.now.year + (g.value("r", "toward") if "r" in g else 0)
    return write_year(year) if year else "XXXX"


def make_quarter(ctx: Context, g: Groups) -> Value | None:
    """A quarter of a year: of the year named, else of this one."""
    which = int(g.word("qn")[1]) if "qn" in g else _which(g, 4)
    return ("DATE", f"{_year_of(ctx, g)}-Q{which}") if which else None


def make_half(ctx: Context, g: Groups) -> Value | None:
    """A half of a year."""
    which = _which(g, 2)
    return ("DATE", f"{_year_of(ctx, g)}-H{which}") if which else None


def make_fiscal(ctx: Context, g: Groups) -> Value | None:
    """A fiscal year."""
    year = g.number("fy") or g.number("y") or 0
    return "DATE", f"FY{year + (0 if year > 99 else 1900 if year > 50 else 2000)}"


def make_holiday(ctx: Context, g: Groups) -> Value | None:
    """A day with a name, in the year named, else as months without a year are."""
    quotes = g.language.lists["quote"]
    row = g.language.holidays[tuple("'" if w in quotes else w for w in g.all_words("hol"))]
    year = g.number("y")
    if year is None:
        base = ctx.now
        if base is None:
            return "DATE", f"XXXX-{row['on']}" if "on" in row else "XXXX-XX-XX"
        sample = holiday_date(row, base.year)
        if ctx.narrative or ctx.published is None:
            year = base.year
        else:
            where = g.value("r", "toward") or ctx.direction(g.start, g.end)
            year = nearest_year(ctx.published, sample.month, sample.day, where)
    if year < 1583:
        return None
    return add_daypart(g, holiday_date(row, year).isoformat())


def holiday_date(row: dict[str, Any], year: int) -> date:
    """The day of a holiday (a row of the language's table) in a year."""
    if "on" in row:
        month, day = map(int, row["on"].split("-"))
        return date(year, month, day)
    if "easter" in row:
        return easter_day(year) + timedelta(days=row["easter"])
    month, which, weekday = row["nth"]
    return nth_weekday(year, month, which, weekday) + timedelta(days=row.get("plus", 0))
