"""Finds the date phrases of a text: rules over word classes, the longest first, read in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from detente.checks import check_day, check_kind
from detente.records import DateMention
from detente.when import absolute, lengths, relative
from detente.when.context import Context, Groups, Value
from detente.when.words import DateLanguage, Rule, Words, load_dates

FIRST_PUBLISHED, LAST_PUBLISHED = 1400, 2999
Maker = Callable[[Context, Groups], Value | None]
MAKERS: dict[str, Maker] = {
    "calendar": absolute.make_calendar,
    "bare_month": absolute.make_bare_month,
    "day_of_month": absolute.make_day_of_month,
    "bare_season": absolute.make_bare_season,
    "bare_year": absolute.make_bare_year,
    "short_year": absolute.make_short_year,
    "before_christ": absolute.make_before_christ,
    "ancient_year": absolute.make_ancient_year,
    "numeric": absolute.make_numeric,
    "decade": absolute.make_decade,
    "century": absolute.make_century,
    "quarter": absolute.make_quarter,
    "half": absolute.make_half,
    "fiscal": absolute.make_fiscal,
    "holiday": absolute.make_holiday,
    "relative": relative.make_relative,
    "relative_month": relative.make_relative_month,
    "relative_season": relative.make_relative_season,
    "relative_weekday": relative.make_relative_weekday,
    "weekend": relative.make_weekend,
    "day_word": relative.make_day_word,
    "tonight": relative.make_tonight,
    "daypart": relative.make_daypart,
    "bare_daypart": relative.make_bare_daypart,
    "shifted": relative.make_shifted,
    "shifted_vaguely": relative.make_shifted_vaguely,
    "week_of": relative.make_week_of,
    "clock": relative.make_clock,
    "duration": lengths.make_duration,
    "recurring": lengths.make_recurring,
    "reference": lengths.make_reference,
}


def find_dates(text: str, published: str | date | None = None, language: str = "en") -> list[DateMention]:
    """The dates, times, durations and recurrences that a text names, in order, with TIMEX3 values.

    `published` is the day (a date, or ISO 8601) that 'today' and 'last week' count from. Without it they
    keep X for what isn't known ('XXXX-WXX-5'), while full dates are resolved all the same. Where it tells of
    years other than that of its publication, months and days without a year belong to the last year it
    named. `language` is the code of a language whose date words detente or a plugin has. Raises UsageError
    when `published` is no ISO day, `text` no str, or nobody has the language.
    """
    check_kind(text, str, "text", "Give the text itself, such as report.text")
    known = load_dates(language)
    words = known.split(text)
    ctx = Context(known, words, read_day(check_day(published, "published")))
    found: list[DateMention] = []
    reached = 0
    for first, last, rule, groups in _candidates(known, words):
        if first < reached:
            continue
        if rule.makes == "nothing":
            reached = last
            continue
        value = MAKERS[rule.makes](ctx, groups)
        if value is None:
            continue
        reached = last
        if value[0] in ("DATE", "TIME"):
            ctx.note(value[1], first, last)
        start, end = words.spans[first][0], words.spans[last - 1][1]
        found.append(DateMention(start, end, text[start:end], value[0], value[1]))
    return found


def read_day(published: str | None) -> date | None:
    """The day that an ISO 8601 date names; None for None and for years past belief.

    Feeds write 0001-01-01 or 9999-12-31 where they don't know the day.
    """
    if not published:
        return None
    day = date.fromisoformat(published[:10])
    return day if FIRST_PUBLISHED <= day.year <= LAST_PUBLISHED else None


def _candidates(language: DateLanguage, words: Words) -> Iterator[tuple[int, int, Rule, Groups]]:
    """(first word, word after the last, rule, captures) of all matches: the leftmost and longest first."""
    extract = language.extract(words.codes)
    index = extract.index
    found = []
    for order, rule in enumerate(language.rules):
        for match in rule.pattern.finditer(extract.codes):
            at: dict[str, tuple[int, int]] = {}
            for name, part in match.groupdict().items():
                if part is not None:
                    first, last = match.span(name)
                    at[name.partition("__")[0]] = (index[first], index[last - 1] + 1)
            first, last = at.get("span") or (index[match.start()], index[match.end() - 1] + 1)
            found.append((first, -last, order, rule, at))
    found.sort(key=lambda c: c[:3])
    for first, last, _, rule, at in found:
        yield first, -last, rule, Groups(language, words, at, first, -last)
