"""What a text looks back on or tells as news, and the names that it uses: happenings.yaml of its language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from detente.errors import DataError
from detente.tables import language_file, read_yaml
from detente.undated.clues import FIRST, LAST, Weighed, Window, first_day, last_day, sentence_around
from detente.when.words import load_dates

LEAD = 800  # characters from the start within which a report tells its news
BACK = re.compile(
    r"\b(?:(?:19|20)\d\d|years? (?:ago|earlier|before)|anniversary|since|last year|memories of)\b"
)
COUNT = r"(?P<n>\d{1,3}|[a-z]+(?:[- ][a-z]+)?)"
ANNIVERSARY = re.compile(
    r"\b(?P<n>\d{1,3}(?:st|nd|rd|th)|[a-z]+(?:-[a-z]+)?) anniversary of (?P<what>[^.;\n]{3,90})",
    re.IGNORECASE,
)
YEARS_AFTER = re.compile(rf"\b{COUNT} years (?:after|since|on from) (?P<what>[^.;\n]{{3,70}})", re.IGNORECASE)
YEARS_AGO = re.compile(
    rf"\b(?:{COUNT} years ago,? in|in) (?P<y>1[89]\d\d|20\d\d),? (?:{COUNT.replace('<n>', '<m>')} years ago)?"
)
BARE_YEAR = re.compile(r"\b(?P<y>1[89]\d\d|20\d\d)\b")


@dataclass(frozen=True)
class Happenings:
    """The table languages/<code>/happenings.yaml."""

    events: dict[str, Window]
    pattern: re.Pattern[str]
    names: dict[str, Window]
    name_pattern: re.Pattern[str]
    news: tuple[tuple[tuple[re.Pattern[str], ...], str], ...]


@cache
def _load_happenings(language: str = "en") -> Happenings:
    """The happenings of a language. Raises DataError naming file and line where the table is faulty."""
    source = language_file(language, "happenings.yaml")
    table = read_yaml(source)
    missing = [key for key in ("events", "since", "until", "news") if key not in table]
    if missing:
        raise DataError(f"{source}:1", f"lacks {', '.join(missing)}", "Add them")
    events: dict[str, Window] = {}
    for row in table["events"]:
        if not {"names", "on"} <= set(row):
            raise DataError(
                f"{source}:{row['__line__']}", "an event needs 'names' and 'on'", "Mend that line"
            )
        days = first_day(str(row["on"])), last_day(str(row["on"]))
        events |= {name.lower(): days for name in row["names"]}
    names = {name: (first_day(day), LAST) for day, row in _rows(table["since"]) for name in row}
    names |= {name: (FIRST, last_day(day)) for day, row in _rows(table["until"]) for name in row}
    news = tuple((tuple(map(_beginning, row["words"])), str(row["on"])) for row in table["news"])
    return Happenings(events, _any_of(events, re.IGNORECASE), names, _any_of(names), news)


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words.split('|')))})")


def _rows(table: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield from ((day, row) for day, row in table.items() if day != "__line__")


def _any_of(names: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(n).replace(r"\ ", r"\s+").replace("'", "['’]") for n in longest)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", flags)


def event_clues(text: str) -> Iterator[Weighed]:
    """Clues from anniversaries, known happenings, news, and names that came into or went out of use."""
    table = _load_happenings()
    for found in ANNIVERSARY.finditer(text):
        count, day = _number(found["n"]), _event_in(found["what"])
        if count and day and (on := _years_on(day[0], count)):
            windows = ((on - timedelta(days=45), on + timedelta(days=45)),)
            if day[1] - day[0] > timedelta(days=31):
                windows = ((on, date(on.year, 12, 31)),)
            reason = f"what happened in {day[0].year} had its {count}th anniversary in {on.year}"
            yield Weighed("anniversary", found.start(), found.end(), reason, windows)
    for found in YEARS_AFTER.finditer(text):
        count, day = _number(found["n"]), _event_in(found["what"])
        if count and day and (on := _years_on(day[0], count)):
            window = (on - timedelta(days=240), on + timedelta(days=330))
            reason = f"{count} years after what happened in {day[0].year}"
            yield Weighed("years after", found.start(), found.end(), reason, (window,))
    for found in YEARS_AGO.finditer(text):
        words = found["n"] or found["m"]
        count = _number(words) if words else None
        if count and FIRST.year <= (year := int(found["y"]) + count) <= LAST.year:
            window = (date(year, 1, 1), date(year, 12, 31))
            yield Weighed(
                "this year", found.start(), found.end(), f"{count} years after {found['y']}", (window,)
            )
    yield from _news_clues(text)
    looked_back = [
        (table.events[" ".join(m.group().lower().replace("’", "'").split())], m)
        for m in table.pattern.finditer(text)
    ]
    if looked_back:
        (first, _), found = max(looked_back, key=lambda e: e[0][0])
        reason = f"the text looks back on what happened in {first.year}"
        yield Weighed("since", found.start(), found.end(), reason, ((max(first, FIRST), LAST),))
    seen: set[Window] = set()
    for found in table.name_pattern.finditer(text):
        window = table.names[" ".join(found.group().replace("’", "'").split())]
        if window not in seen:
            seen.add(window)
            since = window[0] > FIRST
            reason = (
                f"a name in use {'since' if since else 'until'} {(window[0] if since else window[1]).year}"
            )
            yield Weighed("name", found.start(), found.end(), reason, (window,))


def _news_clues(text: str) -> Iterator[Weighed]:
    """Happenings that the text tells as news: the words of each stand together in it."""
    for patterns, day in _load_happenings().news:
        found = [p.search(text, 0, LEAD) for p in patterns]
        if all(found) and not looks_back(text, found[0]):
            first, last = first_day(day), last_day(day)
            window = (first - timedelta(days=85), last + timedelta(days=85))
            spot = max((m for m in found if m), key=lambda m: m.start())
            kind = "news" if len(patterns) > 2 else "faint news"
            yield Weighed(kind, spot.start(), spot.end(), f"news of {day}", (window,))


def looks_back(text: str, found: re.Match[str] | None) -> bool:
    """Whether the sentence of a word tells of years ago."""
    return found is not None and bool(BACK.search(sentence_around(text, found.start())))


def _event_in(words: str) -> Window | None:
    """The day of the known happening that words name, or the year that they give."""
    table = _load_happenings()
    found = table.pattern.search(words)
    if found:
        return table.events[" ".join(found.group().lower().replace("’", "'").split())]
    year = BARE_YEAR.search(words)
    return (date(int(year["y"]), 1, 1), date(int(year["y"]), 12, 31)) if year else None


def _years_on(day: date, count: int) -> date | None:
    year = day.year + count
    return date(year, day.month, min(day.day, 28)) if FIRST.year <= year <= LAST.year else None


def _number(words: str) -> int | None:
    """The number that '60th', 'sixtieth' or 'fifty-five' tells."""
    digits = re.match(r"\d+", words)
    if digits:
        return int(digits.group())
    values = load_dates().values
    total = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        tens = values["number"].get(word.removesuffix("ieth") + "y") if word.endswith("ieth") else None
        number = values["ordinal"].get(word) or values["number"].get(word) or tens
        if number is None:
            continue
        total += number
    return total or None
