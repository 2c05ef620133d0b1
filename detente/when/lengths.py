"""Phrases for how long (durations) and how often (sets), and words for past, present and future."""

from __future__ import annotations

from detente.when.context import Context, Groups, Value

MULTIPLES = (100, 12)  # 'two hundred', 'three dozen'
UNSAFE_WITH_ARTICLE = ("TS", "3M", "WE")  # 'a second' and 'a quarter' mostly are no durations


def read_count(g: Groups, name: str) -> float | None:
    """The number that a captured count says; None where it is vague ('several')."""
    words = [w for w in g.all_words(name) if w not in "-–—" and w != "and"]
    tables = g.language.values
    if not words or any(w in tables["vague"] for w in words):
        return None
    if words[0][0].isdigit():
        return _read_digits(words)
    if any(w in tables["pair"] for w in words):
        return 2
    half = 0.5 if "half" in words else 0
    numbers = [tables["number"][w] for w in words if w in tables["number"]]
    if not numbers:
        return half or 1
    total = current = 0
    for number in numbers:
        if number == 1000:
            total, current = total + max(current, 1) * number, 0
        elif number in MULTIPLES:
            current = max(current, 1) * number
        else:
            current += number
    return total + current + half


def _read_digits(words: list[str]) -> float:
    count = float(words[0].replace(",", ""))
    if "/" in words:  # '5 1/2'
        above, below = words[words.index("/") - 1], words[words.index("/") + 1]
        whole = count if words.index("/") > 1 else 0
        return whole + float(above) / max(float(below), 1)
    return count


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
    if "rate_unit" in g:
        return "SET", write_length(1, g.value("u", "unit"))
    other = 2 if "other" in g.words.words[g.start : g.end] else 1
    return "SET", write_length(read_count(g, "n") if "n" in g else other, g.value("u", "unit", "units"))


def make_reference(ctx: Context, g: Groups) -> Value | None:
    """'now', 'recently', 'the future'."""
    if "future" in g:
        return "DATE", "FUTURE_REF"
    if "gone" in g:
        return "DATE", "PAST_REF"
    if "current" in g:
        return "DATE", "PRESENT_REF"
    return "DATE", g.value("ref", "reference")
