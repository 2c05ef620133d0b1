"""Phrases that count from another date: 'last week', 'two days later', 'on Friday', 'that night', clocks."""

from __future__ import annotations

from datetime import date, timedelta

from detente.when.absolute import add_daypart, choose_year, season_year
from detente.when.context import Context, Groups, Value
from detente.when.lengths import read_count
from detente.when.values import Point, shift, write_date, write_week, write_year

OWNED = 7  # words after "Friday's" within which 'will' says that it lies ahead
DAY_UNITS = ("D", "WE")


def make_relative(ctx: Context, g: Groups) -> Value | None:
    """'last week', 'the following day', 'that year', 'the end of the month', 'the day before'."""
    unit = g.value("u", "unit", "units")
    if unit[0] == "T":
        return None
    if "onw" in g:
        return "DATE", shift(ctx.then, g.value("onw", "onward"), unit)
    if "that" in g:
        return "DATE", shift(ctx.then, 0, unit)
    if "bes" in g:
        return "DATE", shift(ctx.then, g.value("bes", "beside"), unit)
    if "r" not in g:
        return "DATE", shift(ctx.now, 0, unit)
    step = g.value("r", "toward")
    near = g.word("r") in ("this", "current", "present") or "the" not in g or unit not in DAY_UNITS
    if step and "the" in g and unit not in ("W", "WE") and g.word("r") in ("last", "past", "coming"):
        return "DURATION", f"P1{unit}" if unit[0].isalpha() else f"P{unit}"
    return "DATE", shift(ctx.now if near else ctx.then, step, unit)


def make_relative_month(ctx: Context, g: Groups) -> Value | None:
    """'last December', 'this September', 'the following May', 'in October this year'."""
    month, day = g.value("m", "month", "month_abbr"), g.number("d")
    base = ctx.then if "onw" in g else ctx.now
    if base is None:
        return "DATE", f"XXXX-{month:02}"
    if "r2" in g:
        return "DATE", write_date(base.year + g.value("r2", "toward"), month)
    step = g.value("onw", "onward") if "onw" in g else g.value("r", "toward")
    at = (month, day or 0)
    here = (base.month or 1, (base.day or 0) if day else 0)
    year = base.year
    if step < 0 and at >= here:
        year -= 1
    elif step > 0 and at <= here:
        year += 1
    return "DATE", write_date(year, month, day)


def make_relative_season(ctx: Context, g: Groups) -> Value | None:
    """'last fall', 'this spring', 'that summer', 'the following winter'."""
    season = g.value("s", "season")
    if "r2" in g:
        return "DATE", f"{write_year(ctx.now.year + g.value('r2', 'toward')) if ctx.now else 'XXXX'}-{season}"
    if "that" in g or "onw" in g or ctx.narrative:
        base = ctx.then
        step = g.value("onw", "onward") if "onw" in g else g.value("r", "toward") if "r" in g else 0
        return "DATE", f"{write_year(base.year + step) if base else 'XXXX'}-{season}"
    step = g.value("r", "toward")
    if step == 0:
        p = ctx.published
        year = p.year - (1 if season == "WI" and p.month < 8 else 0) if p else None
        return "DATE", f"{year or 'XXXX'}-{season}"
    return "DATE", f"{season_year(ctx, g, season, step)}-{season}"


def make_relative_weekday(ctx: Context, g: Groups) -> Value | None:
    """A weekday: the last or next one by the words beside it or the tense near by."""
    weekday = g.value("wd", "weekday") or g.value("wda", "weekday_abbr")
    base = ctx.then if "onw" in g or ctx.narrative else ctx.published_point
    day = base.whole if base else None
    if day is None:
        return add_daypart(g, f"XXXX-WXX-{weekday}")
    if "u2" in g or g.word("r") == "this":
        week = day + timedelta(days=7 * (g.value("r2", "toward") or 0))
        return add_daypart(g, (week + timedelta(days=weekday - week.isoweekday())).isoformat())
    beside = g.value("bes", "beside") or 0
    step = g.value("onw", "onward") if "onw" in g else g.value("r", "toward") if "r" in g else None
    found = _find_weekday(ctx, g, day, weekday, step) + timedelta(days=beside)
    return add_daypart(g, found.isoformat())


def _find_weekday(ctx: Context, g: Groups, day: date, weekday: int, step: int | None) -> date:
    back, ahead = (day.isoweekday() - weekday) % 7, (weekday - day.isoweekday()) % 7
    if step is not None and step < 0:
        return day - timedelta(days=back or 7)
    if step is not None and step > 0:
        return day + timedelta(days=ahead or 7)
    owner = g.after() in ("'", "’") and g.after(1) == "s"
    if (ctx.cue_after(g.end, OWNED) if owner else ctx.direction(g.start, g.end)) > 0:
        return day + timedelta(days=ahead)
    return day - timedelta(days=back)


def make_weekend(ctx: Context, g: Groups) -> Value | None:
    """The weekend: the last one, unless words or tense say that it lies ahead."""
    base = ctx.then if "onw" in g else ctx.now
    day = base.whole if base else None
    if day is None:
        return "DATE", "XXXX-WXX-WE"
    if "r" in g or "onw" in g:
        step = g.value("onw", "onward") if "onw" in g else g.value("r", "toward")
    else:
        ahead = ctx.direction(g.start, g.end) > 0 or "this" in g.words.words[g.start : g.end]
        step = 0 if ahead or day.isoweekday() > 5 else -1
    return "DATE", write_week(day + timedelta(days=7 * step)) + "-WE"


def make_day_word(ctx: Context, g: Groups) -> Value | None:
    """Today, yesterday, tomorrow, and the days beside them; with no anchor, today is the present."""
    if g.words.words[g.start : g.end] == ("today",) and g.after() in ("'", "’") and ctx.narrative:
        return "DATE", "PRESENT_REF"
    days = g.value("dw", "day_word") + {"after": 1, "before": -1}.get(g.word("two_days"), 0)
    if ctx.narrative:
        return ("DATE", "PRESENT_REF") if days == 0 and ctx.published else ("DATE", "XXXX-XX-XX")
    return add_daypart(g, shift(ctx.published_point, days, "D"))


def make_tonight(ctx: Context, g: Groups) -> Value | None:
    """The night of the day of publication."""
    return "TIME", shift(None if ctx.narrative else ctx.published_point, 0, "D") + "TNI"


def make_daypart(ctx: Context, g: Groups) -> Value | None:
    """'this morning', 'last night', 'the next morning', 'that evening', 'overnight'."""
    part = g.value("pod", "daypart")
    if "r" in g or g.end - g.start == 1:
        step = g.value("r", "toward") or 0
        return "TIME", f"{shift(ctx.now, step, 'D')}T{part}"
    step = 0 if "that" in g else g.value("onw", "onward")
    return "TIME", f"{shift(ctx.then, step, 'D')}T{part}"


def make_bare_daypart(ctx: Context, g: Groups) -> Value | None:
    """'in the morning', 'at night': of the day of the last date."""
    base = ctx.then
    value = base.whole.isoformat() if base and base.whole and g.before() != "at" else "XXXX-XX-XX"
    return "TIME", f"{value}T{g.value('pod', 'daypart')}"


def make_shifted(ctx: Context, g: Groups) -> Value | None:
    """'two weeks ago', 'three days later', 'a year earlier', 'six months from now'."""
    unit = g.value("u", "unit", "units")
    count = read_count(g, "n")
    step = g.value("ago") if "ago" in g else g.value("ap", "apart") if "ap" in g else g.value("bes", "beside")
    step = 1 if "from" in g else step
    base = ctx.now if "ago" in g or "from" in g else ctx.anchor if step > 0 else ctx.then
    if count is None:
        return "DATE", "PAST_REF" if step < 0 else "FUTURE_REF"
    if unit in ("10Y", "100Y"):
        count, unit = count * int(unit[:-1]), "Y"
    if count != int(count) and unit == "Y":
        count, unit = count * 12, "M"
    return "DATE", shift(base, int(count) * step, unit)


def make_shifted_vaguely(ctx: Context, g: Groups) -> Value | None:
    """'years ago', 'long ago', 'weeks later'."""
    return "DATE", "FUTURE_REF" if "ap" in g and g.value("ap", "apart") > 0 else "PAST_REF"


def make_week_of(ctx: Context, g: Groups) -> Value | None:
    """'the week of March 6'."""
    month, day = g.value("m", "month", "month_abbr"), g.number("d") or 1
    year = g.number("y") or choose_year(ctx, g, month, day)
    whole = Point(year, month, day).whole if year else None
    return "DATE", write_week(whole) if whole else "XXXX-WXX"


def make_clock(ctx: Context, g: Groups) -> Value | None:
    """A time of day, on the day that the phrase names, or that of the last date, or of publication."""
    time = _read_clock(g)
    if time is None:
        return None
    return "TIME", f"{_clock_day(ctx, g)}T{time}"


def _clock_day(ctx: Context, g: Groups) -> str:
    if "m" in g:
        month, day = g.value("m", "month", "month_abbr"), g.number("d2") or g.number("d")
        year = g.number("y") or choose_year(ctx, g, month, day)
        return write_date(year, month, day) if year else f"XXXX-{month:02}-{day or 1:02}"
    if "wd" in g or "wda" in g:
        found = make_relative_weekday(ctx, g)
        return found[1] if found else "XXXX-XX-XX"
    base = ctx.then if ctx.narrative or (ctx.anchor and ctx.anchor.whole) else ctx.published_point
    return base.whole.isoformat() if base and base.whole else "XXXX-XX-XX"


def _read_clock(g: Groups) -> str | None:
    if "no" in g:
        return str(g.value("no", "noon"))[1:]
    if "hm" in g:
        return f"{g.word('hm')[:2]}:{g.word('hm')[2:]}"
    hour = g.number("h") if g.number("h") is not None else g.value("h", "number")
    minute = g.number("mi") or 0
    if hour is None or hour > 24:
        return None
    if "ap" in g:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if g.word("ap").startswith("p") else 0)
    elif "mi" in g and not g.touching() and "hours" not in g.words.words[g.start : g.end]:
        return f"{hour:02}:{minute:02}" if g.before() in g.language.lists["at_hour"] else None
    return f"{hour:02}:{minute:02}"
