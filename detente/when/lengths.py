"""Phrases for how long (durations) and how often (sets), and words for past, present and future."""

from __future__ import annotations

from detente.when.context import Context, Groups, Value

UNSAFE_WITH_ARTICLE = ("TS", "3M", "WE")  # 'a second' and 'a quarter' mostly are no durations


def read_count(g: Groups, name: str) -> float | None:
    """The number that a captured count says; None where it is vague ('several')."""
    words = [w for w in g.all_words(name) if w not in "-–—"]
    tables = g.language.values
    total, group, seen = 0.0, 0.0, False
    i = 0
    while i < len(words):
        word = words[i]
        if word[0].isdigit():
            if words[i + 1 : i + 2] == ["/"]:
                group += float(word) / max(float(words[i + 2]), 1)
                i += 2
            else:
                group += float(word.replace(",", ""))
            seen = True
        elif word in tables["vague"]:
            return None
        elif word in tables["pair"]:
            group, seen = 2, True
        elif word == "half":
            group, seen = group + 0.5 if seen and group >= 1 and i else 0.5, True
        elif word in tables["number"]:
            number = tables["number"][word]
            if number in (100, 12) and seen:
                group = max(group, 1) * number
            elif number == 1000:
                total, group = total + max(group, 1) * number, 0
            else:
                group += number
            seen = True
        elif word in tables["article"] and not seen:
            if i + 1 == len(words) or (i and words[i + 1] == "half"):
                group, seen = 1, True
        i += 1
    return total + group if seen else None


def write_length(count: float | None, unit: str) -> str:
    """A TIMEX3 duration: 'P2W', 'PT3H', 'PXY' for a count that isn't known."""
    time, unit = ("T", unit[1:]) if unit[0] == "T" else ("", unit)
    if unit == "WE":
        unit = "W" if count is None else "WE"
    if unit[0].isdigit():
        count = None if count is None else count * int(unit[:-1])
        unit = unit[-1]
    if count is None:
        return f"P{time}X{unit}"
    if count != int(count) and time and unit == "H":
        minutes = round((count - int(count)) * 60)
        return f"PT{int(count)}H{minutes}M" if count > 1 else f"PT{minutes}M"
    return f"P{time}{count:g}{unit}" if count < 1e6 else f"P{time}{int(count)}{unit}"


def make_duration(ctx: Context, g: Groups) -> Value | None:
    """'two weeks', 'the past three years', 'decades-long', 'for months'."""
    unit = g.value("u", "unit", "units")
    words = g.all_words("n")
    article = len(words) == 1 and words[0] in g.language.values["article"]
    if article and unit in UNSAFE_WITH_ARTICLE:
        return None
    if words and words[0].isdigit() and int(words[0]) == 0:
        return None
    count = read_count(g, "n") if words else 1 if g.word("u") in g.language.values["unit"] else None
    if unit == "TS" and g.word("u") == "second" and not (words and words[0].isdigit()):
        return None
    if article and _is_rate(g):
        return "SET", write_length(1, unit)
    return "DURATION", write_length(count, unit)


def _is_rate(g: Groups) -> bool:
    before = g.before()
    language = g.language
    return before[0].isdigit() or before in language.values["number"] or before in language.lists["rate_of"]


def make_recurring(ctx: Context, g: Groups) -> Value | None:
    """'every two weeks', 'daily', 'on Mondays', 'each year'."""
    if "rate" in g:
        unit = g.value("rate")
        return "SET", f"P{unit}" if unit[0].isdigit() else write_length(1, unit)
    if "wd" in g or "on" in g:
        value = f"XXXX-WXX-{g.value('wd', 'weekday') or g.value('on', 'weekdays')}"
        part = g.value("pod2", "daypart")
        return "SET", f"{value}T{part}" if part else value
    if "s" in g:
        return "SET", f"XXXX-{g.value('s', 'season')}"
    if "m" in g:
        return "SET", f"XXXX-{g.value('m', 'month'):02}"
    if "pod" in g:
        return "SET", f"XXXX-XX-XXT{g.value('pod', 'daypart')}"
    other = 2 if "other" in g.words.words[g.start : g.end] else 1
    return "SET", write_length(read_count(g, "n") if "n" in g else other, g.value("u", "unit", "units"))


def make_whole(ctx: Context, g: Groups) -> Value | None:
    """'all day'."""
    return "DURATION", write_length(1, g.value("u", "unit")) if "u" in g else "P1D"


def make_reference(ctx: Context, g: Groups) -> Value | None:
    """'now', 'recently', 'the future'."""
    if "future" in g:
        return "DATE", "FUTURE_REF"
    if "gone" in g:
        return "DATE", "PAST_REF"
    if "current" in g:
        return "DATE", "PRESENT_REF"
    return "DATE", g.value("ref", "reference")
