"""What the dates in a text tell of when it was written."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from detente.records import DateMention
from detente.undated.clues import FIRST, LAST, Weighed
from detente.when import find_dates, to_interval
from detente.when.words import load_dates

FRESH = timedelta(days=75)  # after the latest dated event, in which a news report mostly appears
AHEAD = re.compile(
    r"\b(?:will|would|shall|due|scheduled|planned|plans|expected|deadline|promised|until|by|before|next|"
    r"ahead of|upcoming|is to|are to|has until)\b", re.IGNORECASE,
)  # fmt: skip
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DATELINE = re.compile(
    rf"\A\W*(?:[A-Z][\w.'’-]*,?[ ]){{0,6}}?\(?"
    rf"(?P<day>{MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {MONTH}(?:,? \d{{4}})?)"
    r"\)?[^\n]{0,30}?(?:-|–|—|:|\n)"
)
DATELINE_BELOW = re.compile(
    r"^[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,3}(?:, [A-Z]\w+(?: [A-Z]\w+)?)?,? "
    rf"(?P<day>{MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {MONTH},? \d{{4}}),?"
    r"(?: ?\([\w /.&'’-]{2,30}\))? ?[-–—]",
    re.MULTILINE,
)
BELOW = 500  # characters of headlines and bylines under which a dateline is looked for
YEAR_NOW = (
    (re.compile(r"\b(?:this year,? |so far in |earlier this year,? in )(?P<y>(?:19|20)\d\d)\b"), 0),
    (re.compile(r"\b(?P<y>(?:19|20)\d\d), (?:this|the current) year\b"), 0),
    (re.compile(r"\bthis year['’]s (?P<y>(?:19|20)\d\d)\b"), 0),
    (re.compile(r"\bin (?P<y>(?:19|20)\d\d), next year\b|\bnext year,? in (?P<z>(?:19|20)\d\d)\b"), -1),
    (re.compile(r"\blast year,? in (?P<y>(?:19|20)\d\d)\b|\bin (?P<z>(?:19|20)\d\d), last year\b"), 1),
)  # fmt: skip


def date_clues(text: str) -> Iterator[Weighed]:
    """Clues from datelines, full dates, and days and months without a year."""
    dates = find_dates(text)
    line = _find_dateline(text)
    if line:
        yield from _read_dateline(text, line, dates)
    past: list[tuple[date, DateMention]] = []
    for mention in dates:
        if line and mention.start <= line.start("day") < mention.end:
            continue
        yield from _read_weekday(mention)
        if mention.value.startswith("XXXX-") and re.fullmatch(r"XXXX-\d\d(-\d\d)?(T.*)?", mention.value):
            yield from _read_yearless(text, mention)
        days = to_interval(mention.value) if mention.type in ("DATE", "TIME") else None
        if days is None or not FIRST.isoformat() <= days[0] <= LAST.isoformat():
            continue
        if not re.search(r"\d{4}", mention.text):
            continue
        first, last = date.fromisoformat(days[0]), date.fromisoformat(days[1])
        if lies_ahead(text, mention):
            reason = "a day that lies ahead in the text"
            yield Weighed(
                "ahead", mention.start, mention.end, reason, ((first - timedelta(days=1100), last),)
            )
        elif last - first < timedelta(days=400) and re.search(r"\d{4}", mention.text):
            past.append((first, mention))
    if past:
        first, mention = max(past, key=lambda p: p[0])
        exact = len(mention.value) >= 7 and mention.value[4] == "-"
        yield Weighed(
            "since", mention.start, mention.end, "the latest day that the text names", ((first, LAST),)
        )
        if exact:
            reason = "news is mostly written soon after its latest day"
            yield Weighed("fresh", mention.start, mention.end, reason, ((first, first + FRESH),))


def _find_dateline(text: str) -> re.Match[str] | None:
    """The dateline at the start, or one with a place in capitals and a full date under the headlines."""
    return DATELINE_BELOW.search(text[:BELOW]) or DATELINE.match(text)


def lies_ahead(text: str, mention: DateMention) -> bool:
    """Whether the words before a date say that it is still to come."""
    sentence = re.split(r"(?<=[a-z\d])[.!?]\s", text[max(0, mention.start - 160) : mention.start])[-1]
    return bool(AHEAD.search(sentence[-45:]))


def _read_dateline(text: str, line: re.Match[str], dates: Sequence[DateMention]) -> Iterator[Weighed]:
    start, end = line.span("day")
    mention = next((d for d in dates if d.start <= start < d.end), None)
    if mention is None:
        return
    value = mention.value[:10]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        if FIRST <= day <= LAST:
            yield Weighed("dateline", start, end, "the dateline", ((day, day + timedelta(days=1)),))
    elif re.fullmatch(r"XXXX-\d\d-\d\d", value):
        month, number = int(value[5:7]), int(value[8:10])
        weekday = next(
            (d for d in dates if d.start >= end and re.fullmatch(r"XXXX-WXX-[1-7].*", d.value)), None
        )
        days = [d for y in range(FIRST.year, LAST.year) if (d := _day(y, month, number))]
        if weekday is not None and weekday.start < end + 400:
            which = int(weekday.value[9])
            days = [d for d in days if (d.isoweekday() - which) % 7 in (0, 1)]
        windows = tuple((d, d + timedelta(days=1)) for d in days)
        yield Weighed("weekday", start, end, "the day and month of the dateline", windows)


def _day(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if number <= monthrange(year, month)[1] else None


def _read_weekday(mention: DateMention) -> Iterator[Weighed]:
    """'Tuesday, 2 July': the years in which the two fit."""
    value = re.fullmatch(r"XXXX-(\d\d)-(\d\d)(?:T.*)?", mention.value)
    words = load_dates().values["weekday"]
    which = next((words[w] for w in re.findall(r"[a-z]+", mention.text.lower()) if w in words), None)
    if value is None or which is None:
        return
    days = [_day(y, int(value[1]), int(value[2])) for y in range(FIRST.year, LAST.year)]
    windows = tuple(
        (d - timedelta(days=21), d + timedelta(days=28)) for d in days if d and d.isoweekday() == which
    )
    if windows:
        reason = "years in which the weekday and the day of the month fit"
        yield Weighed("weekday", mention.start, mention.end, reason, windows)


def _read_yearless(text: str, mention: DateMention) -> Iterator[Weighed]:
    """'on March 26' without a year is of the months before, or ahead."""
    month = int(mention.value[5:7])
    number = int(mention.value[8:10]) if re.match(r"XXXX-\d\d-\d\d", mention.value) else 1
    reach = timedelta(days=150)
    ahead = lies_ahead(text, mention)
    days = [d for y in range(FIRST.year, LAST.year) if (d := _day(y, month, number))]
    near = tuple(
        (d - 2 * reach, d + timedelta(days=31)) if ahead else (d - timedelta(days=40), d + reach)
        for d in days
    )
    yield Weighed("season", mention.start, mention.end, "a month without a year is one near by", near)


def year_clues(text: str) -> Iterator[Weighed]:
    """Clues from 'this year' and the like beside a number."""
    for pattern, shift in YEAR_NOW:
        for found in pattern.finditer(text):
            groups = found.groupdict()
            year = int(groups.get("y") or groups["z"]) + shift
            if FIRST.year <= year <= LAST.year:
                window = (date(year, 1, 1), date(year, 12, 31))
                yield Weighed(
                    "this year", found.start(), found.end(), f"the text's year is {year}", (window,)
                )
