"""Records in plain words: days, parties, acts, sources, for whoever reads the page."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pycountry
from babel import Locale
from babel.dates import format_date, format_interval

from detente.draw import parse_day
from detente.records import EventMention, Party, Says, When, Where
from detente.tables import data_file, read_yaml

LONGEST_LABEL = 160
LOOSE = timedelta(days=62)


@cache
def load_words() -> dict[str, Any]:
    """The words in templates/words.yaml."""
    return read_yaml(data_file("templates", "words.yaml"))


def count_things(number: int, noun: str) -> str:
    """'1 report', '2 reports'."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def shorten(words: str, longest: int = LONGEST_LABEL) -> str:
    """The words on one line, cut to `longest` characters."""
    flat = " ".join(words.split())
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def format_day(day: date) -> str:
    """A day as '5 Jul 2013'."""
    return str(format_date(day, "d MMM y", locale="en_GB"))


def format_span(first: date, last: date) -> str:
    """Two days as readers write them: '5 Jul 2013', '5–9 Jul 2013', 'July 2013', '2013'."""
    if first == last:
        return format_day(first)
    after = last + timedelta(days=1) if last < date.max else last
    if first.day == after.day == 1:
        if first.month == after.month == 1 and after.year == first.year + 1:
            return str(first.year)
        if (after.year * 12 + after.month) - (first.year * 12 + first.month) == 1:
            return str(format_date(first, "MMMM y", locale="en_GB"))
    return str(format_interval(first, last, "yMMMd", locale="en_GB"))


def format_when(when: When) -> str:
    """The days of an event in words."""
    first, last = (parse_day(day) if day else None for day in (when.earliest, when.latest))
    if first and last:
        return format_span(first, last)
    if first:
        return f"from {format_day(first)}"
    return f"until {format_day(last)}" if last else "no date"


def format_month(month: str) -> str:
    """'2013-07' as 'July 2013'."""
    return format_date(parse_day(f"{month}-01"), "MMMM y", locale="en_GB")


def is_dated(when: When) -> bool:
    """Whether an end of the interval is known."""
    return bool(when.earliest or when.latest)


def order_by_when(when: When) -> tuple[bool, str, str]:
    """A key that sorts by first day, what has none last.

    An interval longer than `LOOSE` stands under its year alone, before the days of that year.
    """
    first = when.earliest or when.latest or ""
    if when.earliest and when.latest and parse_day(when.latest) - parse_day(when.earliest) > LOOSE:
        first = first[:4]
    return (not is_dated(when), first, when.latest or "")


def describe_basis(when: When) -> str:
    """How the date is known, and its words."""
    words = load_words()["bases"].get(when.basis, when.basis)
    return f"{words}: “{shorten(when.text, 60)}”" if when.text else str(words)


@cache
def name_state(code: str) -> str | None:
    """The English name of an ISO 3166-1 alpha-3 code (or XKX); None where it is none."""
    if code == "XKX":
        return str(Locale("en").territories["XK"])
    country = pycountry.countries.get(alpha_3=code)
    return str(Locale("en").territories[country.alpha_2]) if country else None


def name_party(party: Party) -> str:
    """A party's name with its code."""
    name = party.name or shorten(party.text, 80) or "unnamed"
    return f"{name} ({party.code})" if party.code and party.code != name else name


def describe_act(mention: EventMention) -> str:
    """The act as a verb: its mode's where it has one, else its type's."""
    return name_act(mention.type, mention.mode)


def name_act(type_: str, mode: str | None) -> str:
    """A type of act, or its mode, as a verb."""
    words = load_words()
    name = words["types"].get(type_, type_.lower())
    return str(words["modes"].get(type_, {}).get(mode, name))


def describe_score(score: float) -> str:
    """A score with its sign: '+2.5', '−3', '0'."""
    return f"{score:+g}".replace("-", "−") if score else "0"


def describe_says(says: Says | None) -> str:
    """Who asserts it."""
    if says is None:
        return "Told by the report itself"
    kind = load_words()["says"].get(says.kind, says.kind)
    name = says.name or shorten(says.text, 100)
    return f"According to {name} ({kind})" if name else f"According to an unnamed source ({kind})"


def describe_place(where: Where | None) -> str | None:
    """The place with its country."""
    if where is None:
        return None
    name = where.name or where.text
    if where.level == "country":
        return name
    country = name_state(where.country) or where.country if where.country else None
    return f"{name}, {country}" if country and country != name else name


def describe_certainty(mention: EventMention) -> str | None:
    """The word of probability and its range in per cent."""
    if mention.certainty is None:
        return None
    c = mention.certainty
    return f"{c.phrase}: {c.low * 100:.0f}–{c.high * 100:.0f}%"
