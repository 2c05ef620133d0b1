"""Tells from the inside when an undated text was written: offices held, dates, anniversaries, names."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from detente.errors import DataError
from detente.records import Clue, DateMention, InferredDay
from detente.tables import data_file, read_yaml
from detente.when import find_dates, to_interval
from detente.when.words import load_dates
from detente.who.names import HEADS_OF_STATE, SURNAME_FIRST, Name, NameIndex, fold, load_names
from detente.who.titles import load_titles

FIRST, LAST = date(1945, 1, 1), date(2050, 12, 31)
WIDEST, STRADDLE = 366, 180  # days that an answer may span, within a year and over its end
LEAST, MARGIN = 4.0, 1.0  # weight of the clues that agree, and how far they must lead any other time
LINGER = timedelta(days=10)  # for which the news still names one who has left office
APART = 250  # days from the best time within which a time is no rival
NEAR = 70  # characters around a name within which its office stands
LEAD = 800  # characters from the start within which a report tells its news
FRESH = timedelta(days=75)  # after the latest dated event, in which a news report mostly appears
WEIGHTS = {
    "dateline": 8.0, "this year": 4.0, "anniversary": 4.0, "change": 3.5, "news": 2.5, "office": 3.0, "weekday": 3.0, "since": 2.0,
    "years after": 2.0, "ahead": 1.5, "day": 1.5, "former": 1.0, "fresh": 1.2, "name": 1.0, "season": 0.5,
}  # fmt: skip
TITLED = re.compile(
    r"\b(?P<former>[Ff]ormer |[Ee]x-|[Tt]hen-?|[Ll]ate )?(?P<title>(?:[A-Za-z]+ ){0,3}[A-Za-z]+)\s+(?P<name>[A-Z][\w'’-]+)"
)
SWORN = re.compile(r"(?:sworn in|took the oath|takes the oath|inaugurated|took office|declared himself|was elected)")
BACK = re.compile(r"\b(?:(?:19|20)\d\d|years? (?:ago|earlier|before)|anniversary|since|last year|memories of)\b")
FORMER = re.compile(r"\b(?:former|ex|late|then|predecessor|succeeded|successor to|ousted|deposed)\b", re.IGNORECASE)
AHEAD = re.compile(
    r"\b(?:will|would|shall|due|scheduled|planned|plans|expected|deadline|promised|until|by|before|next|"
    r"ahead of|upcoming|is to|are to|has until)\b", re.IGNORECASE,
)  # fmt: skip
MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
DATELINE = re.compile(
    rf"\A\W*(?:[A-Z][\w.'’-]*,?[ ]){{0,6}}?\(?(?P<day>{MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {MONTH}(?:,? \d{{4}})?)"
    r"\)?[^\n]{0,30}?(?:-|–|—|:|\n)"
)
YEAR_NOW = (
    (re.compile(r"\b(?:this year,? |so far in |earlier this year,? in )(?P<y>(?:19|20)\d\d)\b"), 0),
    (re.compile(r"\b(?P<y>(?:19|20)\d\d), (?:this|the current) year\b"), 0),
    (re.compile(r"\bthis year['’]s (?P<y>(?:19|20)\d\d)\b"), 0),
    (re.compile(r"\b(?:next year,? in |in )(?P<y>(?:19|20)\d\d), next year\b|\bnext year,? in (?P<z>(?:19|20)\d\d)\b"), -1),
    (re.compile(r"\blast year,? in (?P<y>(?:19|20)\d\d)\b|\bin (?P<z>(?:19|20)\d\d), last year\b"), 1),
)  # fmt: skip
COUNT = r"(?P<n>\d{1,3}|[a-z]+(?:[- ][a-z]+)?)"
ANNIVERSARY = re.compile(
    r"\b(?P<n>\d{1,3}(?:st|nd|rd|th)|[a-z]+(?:-[a-z]+)?) anniversary of (?P<what>[^.;\n]{3,90})", re.IGNORECASE
)
YEARS_AFTER = re.compile(rf"\b{COUNT} years (?:after|since|on from) (?P<what>[^.;\n]{{3,70}})", re.IGNORECASE)
YEARS_AGO = re.compile(rf"\b(?:{COUNT} years ago,? in|in) (?P<y>1[89]\d\d|20\d\d),? (?:{COUNT.replace('<n>', '<m>')} years ago)?")
BARE_YEAR = re.compile(r"\b(?P<y>1[89]\d\d|20\d\d)\b")
Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A clue with the times that it allows, and its weight."""

    kind: str
    start: int
    end: int
    reason: str
    windows: tuple[Window, ...]

    @property
    def weight(self) -> float:
        return WEIGHTS[self.kind]

    def window_at(self, day: date) -> Window | None:
        return next((w for w in self.windows if w[0] <= day <= w[1]), None)


@dataclass(frozen=True)
class _Happenings:
    """The table languages/<code>/happenings.yaml."""

    events: dict[str, Window]
    pattern: re.Pattern[str]
    names: dict[str, Window]
    name_pattern: re.Pattern[str]
    news: tuple[tuple[tuple[re.Pattern[str], ...], str], ...]


def infer_published(text: str) -> InferredDay | None:
    """When an undated text was written, told from inside it, or None where too little tells.

    Clues are datelines, the latest dated event, weekdays with a day of the month, anniversaries ('the 60th
    anniversary of the armistice'), who held which office, 'this year' with its number, happenings that the
    text looks back on, and names that came up or went out of use. Each allows some times and has a weight;
    the time that most weight allows is given, unless another time is nearly as likely or what is left is
    longer than a year (half a year where it
    spans the turn of one). `earliest` and `latest` are ISO days; `clues` those that agree, with the
    words that tell and the reason. The weights are the project's own, set on reports whose day is known.
    """
    clues = list(_find_clues(text))
    if not clues:
        return None
    ranked = _weigh(clues)
    best = max(score for score, _, _ in ranked)
    top = [(a, b) for score, a, b in ranked if score > best - 0.01]
    first, last = top[0][0], top[0][1]
    for a, b in top[1:]:
        last = b if (a - last).days < APART else last
    rival = max((s for s, a, b in ranked if b < first - APART_DAYS or a > last + APART_DAYS), default=0.0)
    pointed = _pointed_day(clues, first, last)
    longest = WIDEST if pointed or first.year == last.year else STRADDLE
    if best < LEAST or best - rival < MARGIN or (last - first).days > longest:
        return None
    day = pointed or first + (last - first) / 2
    agree = [c for c in clues if c.window_at(day)]
    agree.sort(key=lambda c: (-c.weight, c.start))
    told = tuple(_tell(c, text, day) for c in agree)
    return InferredDay(first.isoformat(), last.isoformat(), day.isoformat(), told)


APART_DAYS = timedelta(days=APART)


def _weigh(clues: Sequence[_Weighed]) -> list[tuple[float, date, date]]:
    """(weight, first day, last day) of every stretch of time between two edges of windows."""
    edges = {FIRST, LAST + timedelta(days=1)}
    for clue in clues:
        for a, b in clue.windows:
            edges |= {max(a, FIRST), min(b, LAST) + timedelta(days=1)}
    days = sorted(edges)
    scores = [0.0] * len(days)
    for clue in clues:
        covered: set[int] = set()
        for a, b in clue.windows:
            if b >= FIRST and a <= LAST:
                covered |= set(range(bisect_left(days, max(a, FIRST)), bisect_left(days, min(b, LAST) + timedelta(days=1))))
        for i in covered:
            scores[i] += clue.weight
    return [(scores[i], a, b - timedelta(days=1)) for i, (a, b) in enumerate(pairwise(days))]


def _pointed_day(clues: Sequence[_Weighed], first: date, last: date) -> date | None:
    """The day within a stretch that the most exact of the agreeing clues points to, if one is exact."""
    for kind in ("dateline", "weekday", "fresh", "anniversary", "change", "news"):
        for clue in clues:
            window = clue.window_at(first) if clue.kind == kind else None
            if window is not None:
                early = kind in ("dateline", "weekday", "fresh")
                days = timedelta(days=2) if early else (window[1] - window[0]) / 2
                return min(max(first, window[0] + days), last)
    return None


def _tell(clue: _Weighed, text: str, day: date) -> Clue:
    window = clue.window_at(day)
    assert window is not None
    earliest = window[0].isoformat() if window[0] > FIRST else None
    latest = window[1].isoformat() if window[1] < LAST else None
    return Clue(clue.start, clue.end, text[clue.start : clue.end], clue.reason, earliest, latest)


def _find_clues(text: str) -> Iterator[_Weighed]:
    yield from _office_clues(text)
    yield from _date_clues(text)
    yield from _year_clues(text)
    yield from _event_clues(text)


# Offices


def _office_clues(text: str) -> Iterator[_Weighed]:
    """What the offices that people are given in the text tell: each person once."""
    index = load_names()
    seen: dict[str, int] = {}
    for start, end, names in _people(text, index):
        clue = _read_office(text, start, end, names)
        if clue is None or seen.get(names[0].name, 0) >= (rank := {"change": 3, "office": 2}.get(clue.kind, 1)):
            continue
        seen[names[0].name] = rank
        yield clue


def _people(text: str, index: NameIndex) -> list[tuple[int, int, list[Name]]]:
    """The people of the tables that a text names in full, or by title and family name."""
    found: list[tuple[int, int, list[Name]]] = []
    taken: set[int] = set()
    for hit in index.find(text):
        people = [n for n in hit.names if n.means == "person" and n.since]
        if people:
            found.append((hit.start, hit.end, people))
        if any(n.means == "person" for n in hit.names):
            taken |= set(range(hit.start, hit.end))
    for match in re.finditer(r"[^\W\d_][\w'’-]+", text):
        if match.start() in taken or not match.group()[0].isupper():
            continue
        named = [n for n in index.surnames.get(fold(match.group()), []) if n.since]
        before = _normal(text[max(0, match.start() - 30) : match.start()])
        held = [n for n in named if n.role and before.rstrip().endswith(n.role)]
        if held:
            found.append((match.start(), match.end(), held))
    return sorted(found, key=lambda f: f[0])


def _normal(words: str) -> str:
    return words.lower().replace("defence", "defense").replace("-", " ").replace("\n", " ")


def _read_office(text: str, start: int, end: int, names: list[Name]) -> _Weighed | None:
    before = _normal(text[max(0, start - NEAR) : start])
    before = re.split(r"[.;!?] |\n\n", before)[-1]
    after = _normal(text[end : end + NEAR])
    after = re.split(r"[.;!?]", after)[0] if after.startswith(",") else ""
    held = [n for n in names if n.role and _names_role(n.role, f"{before} , {after}")]
    words = text[start:end]
    gone = FORMER.search(before[-40:])
    if gone and (held or names):
        ended = [n.until for n in held or names if n.until]
        if not held or not ended:
            return None
        windows = ((_first_day(min(ended)), LAST),)
        return _Weighed("former", start, end, f"{words} is called former or late, after the office", windows)
    sentence = _sentence_around(text, start, end)
    if change := _read_change(sentence, before, names):
        return _Weighed("change", start, end, *change)
    rows = held or [n for n in names if _leads(n)]
    if not rows:
        return None
    windows = tuple((_first_day(n.since), min(_last_day(n.until) + LINGER, LAST)) for n in rows)
    if held:
        years = " or ".join(f"{n.since[:4]} to {n.until[:4] or 'now'}" for n in rows)
        return _Weighed("office", start, end, f"{rows[0].name} was {rows[0].role} from {years}", windows)
    reason = f"{rows[0].name} held office from {' or '.join(n.since[:4] for n in rows)}"
    return _Weighed("name", start, end, reason, tuple((a - timedelta(days=60), b) for a, b in windows))


def _sentence_around(text: str, start: int, end: int) -> str:
    before = re.split(r"(?<=[a-z\d”\"])[.!?]\s", text[:start])[-1]
    return before + re.split(r"[.!?]\s", text[start:])[0]


def _read_change(sentence: str, before: str, names: list[Name]) -> tuple[str, tuple[Window, ...]] | None:
    """What a text tells of somebody who comes to an office or leaves it: (reason, times)."""
    rows = [n for n in names if n.role and _is_head(n)]
    who = names[0].name
    if not rows:
        return None
    if re.search(r"\belect(?:,| )*$", before):
        windows = [(_first_day(n.since) - timedelta(days=110), _first_day(n.since)) for n in rows]
        return f"{who} is called elect, before taking office", tuple(windows)
    family = re.escape(who.split()[0] if names[0].code in SURNAME_FIRST else who.split()[-1])
    if SWORN.search(sentence) and re.search(rf"{family}[^.,;]{{0,40}}{SWORN.pattern}", sentence, re.IGNORECASE):
        windows = [(_first_day(n.since) - timedelta(days=20), _first_day(n.since) + timedelta(days=60)) for n in rows]
        return f"{who} comes to office", tuple(windows)
    if re.search(r"\bnew (?:\w+ ){0,2}\w+,? $", before):
        windows = [(_first_day(n.since) - timedelta(days=10), _first_day(n.since) + timedelta(days=240)) for n in rows]
        return f"{who} is called new in office", tuple(windows)
    return None


def _is_head(name: Name) -> bool:
    return any(str(name.role).startswith(r) for r in HEADS_OF_STATE)


def _names_role(role: str, words: str) -> bool:
    found = re.search(rf"(?<!\w){re.escape(_normal(role))}s?(?![\w])(?! elect)", words)
    return bool(found) and not re.search(r"(?:vice|deputy) $", words[: found.start()] if found else "")


def _leads(name: Name) -> bool:
    return bool(name.role) and name.kind == "person"


def _first_day(iso: str) -> date:
    parts = [int(p) for p in iso.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def _last_day(iso: str) -> date:
    if not iso:
        return LAST
    parts = [int(p) for p in iso.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, parts[2] if len(parts) > 2 else monthrange(parts[0], month)[1])


# Dates


def _date_clues(text: str) -> Iterator[_Weighed]:
    dates = find_dates(text)
    line = DATELINE.match(text)
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
        if _lies_ahead(text, mention):
            reason = "a day that lies ahead in the text"
            yield _Weighed("ahead", mention.start, mention.end, reason, ((first - timedelta(days=1100), last),))
        elif last - first < timedelta(days=400) and re.search(r"\d{4}", mention.text):
            past.append((first, mention))
    if past:
        first, mention = max(past, key=lambda p: p[0])
        exact = len(mention.value) >= 7 and mention.value[4] == "-"
        yield _Weighed("since", mention.start, mention.end, "the latest day that the text names", ((first, LAST),))
        if exact:
            reason = "news is mostly written soon after its latest day"
            yield _Weighed("fresh", mention.start, mention.end, reason, ((first, first + FRESH),))


def _lies_ahead(text: str, mention: DateMention) -> bool:
    sentence = re.split(r"(?<=[a-z\d])[.!?]\s", text[max(0, mention.start - 160) : mention.start])[-1]
    return bool(AHEAD.search(sentence[-45:]))


def _read_dateline(text: str, line: re.Match[str], dates: Sequence[DateMention]) -> Iterator[_Weighed]:
    start, end = line.span("day")
    mention = next((d for d in dates if d.start <= start < d.end), None)
    if mention is None:
        return
    value = mention.value[:10]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        if FIRST <= day <= LAST:
            yield _Weighed("dateline", start, end, "the dateline", ((day, day + timedelta(days=1)),))
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
        yield _Weighed("weekday", start, end, "the day and month of the dateline", windows)


def _day(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if number <= monthrange(year, month)[1] else None


def _read_weekday(mention: DateMention) -> Iterator[_Weighed]:
    """'Tuesday, 2 July': the years in which the two fit."""
    value = re.fullmatch(r"XXXX-(\d\d)-(\d\d)(?:T.*)?", mention.value)
    words = load_dates().values["weekday"]
    which = next((words[w] for w in re.findall(r"[a-z]+", mention.text.lower()) if w in words), None)
    if value is None or which is None:
        return
    days = [_day(y, int(value[1]), int(value[2])) for y in range(FIRST.year, LAST.year)]
    windows = tuple((d - timedelta(days=21), d + timedelta(days=28)) for d in days if d and d.isoweekday() == which)
    if windows:
        reason = "years in which the weekday and the day of the month fit"
        yield _Weighed("weekday", mention.start, mention.end, reason, windows)


def _read_yearless(text: str, mention: DateMention) -> Iterator[_Weighed]:
    """'on March 26' without a year is of the months before, or ahead."""
    month = int(mention.value[5:7])
    number = int(mention.value[8:10]) if re.match(r"XXXX-\d\d-\d\d", mention.value) else 1
    reach = timedelta(days=150)
    ahead = _lies_ahead(text, mention)
    windows = tuple(
        (d - 2 * reach, d + timedelta(days=31)) if ahead else (d - timedelta(days=40), d + reach)
        for y in range(FIRST.year, LAST.year)
        if (d := _day(y, month, number))
    )
    yield _Weighed("season", mention.start, mention.end, "a month without a year is one near by", windows)


def _year_clues(text: str) -> Iterator[_Weighed]:
    for pattern, shift in YEAR_NOW:
        for found in pattern.finditer(text):
            groups = found.groupdict()
            year = int(groups.get("y") or groups["z"]) + shift
            if FIRST.year <= year <= LAST.year:
                window = (date(year, 1, 1), date(year, 12, 31))
                yield _Weighed("this year", found.start(), found.end(), f"the text's year is {year}", (window,))


# Happenings


@cache
def _load_happenings(language: str = "en") -> _Happenings:
    """The happenings of a language. Raises DataError naming file and line where the table is faulty."""
    source = data_file("languages", language, "happenings.yaml")
    table = read_yaml(source)
    missing = [key for key in ("events", "since", "until", "news") if key not in table]
    if missing:
        raise DataError(f"{source}:1", f"lacks {', '.join(missing)}", "Add them")
    events: dict[str, Window] = {}
    for row in table["events"]:
        if not {"names", "on"} <= set(row):
            raise DataError(f"{source}:{row['__line__']}", "an event needs 'names' and 'on'", "Mend that line")
        days = _first_day(str(row["on"])), _last_day(str(row["on"]))
        events |= {name.lower(): days for name in row["names"]}
    names = {name: (_first_day(day), LAST) for day, row in _rows(table["since"]) for name in row}
    names |= {name: (FIRST, _last_day(day)) for day, row in _rows(table["until"]) for name in row}
    news = tuple((tuple(map(_beginning, row["words"])), str(row["on"])) for row in table["news"])
    return _Happenings(events, _any_of(events, re.IGNORECASE), names, _any_of(names), news)


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words.split('|')))})")


def _rows(table: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield from ((day, row) for day, row in table.items() if day != "__line__")


def _any_of(names: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(n).replace(r"\ ", r"\s+").replace("'", "['’]") for n in longest)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", flags)


def _event_clues(text: str) -> Iterator[_Weighed]:
    table = _load_happenings()
    used: set[int] = set()
    for found in ANNIVERSARY.finditer(text):
        count, day = _number(found["n"]), _event_in(found["what"])
        if count and day and (on := _years_on(day[0], count)):
            used.add(found.start("what"))
            windows = ((on - timedelta(days=45), on + timedelta(days=45)),)
            if day[1] - day[0] > timedelta(days=31):
                windows = ((on, date(on.year, 12, 31)),)
            reason = f"what happened in {day[0].year} had its {count}th anniversary in {on.year}"
            yield _Weighed("anniversary", found.start(), found.end(), reason, windows)
    for found in YEARS_AFTER.finditer(text):
        count, day = _number(found["n"]), _event_in(found["what"])
        if count and day and (on := _years_on(day[0], count)):
            window = (on - timedelta(days=240), on + timedelta(days=330))
            reason = f"{count} years after what happened in {day[0].year}"
            yield _Weighed("years after", found.start(), found.end(), reason, (window,))
    for found in YEARS_AGO.finditer(text):
        words = found["n"] or found["m"]
        count = _number(words) if words else None
        if count and FIRST.year <= (year := int(found["y"]) + count) <= LAST.year:
            window = (date(year, 1, 1), date(year, 12, 31))
            yield _Weighed("this year", found.start(), found.end(), f"{count} years after {found['y']}", (window,))
    yield from _news_clues(text)
    looked_back = [(table.events[" ".join(m.group().lower().replace("’", "'").split())], m) for m in table.pattern.finditer(text)]
    if looked_back:
        (first, _), found = max(looked_back, key=lambda e: e[0][0])
        reason = f"the text looks back on what happened in {first.year}"
        yield _Weighed("since", found.start(), found.end(), reason, ((max(first, FIRST), LAST),))
    seen: set[Window] = set()
    for found in table.name_pattern.finditer(text):
        window = table.names[" ".join(found.group().replace("’", "'").split())]
        if window not in seen:
            seen.add(window)
            since = window[0] > FIRST
            reason = f"a name in use {'since' if since else 'until'} {(window[0] if since else window[1]).year}"
            yield _Weighed("name", found.start(), found.end(), reason, (window,))


def _news_clues(text: str) -> Iterator[_Weighed]:
    """Happenings that the text tells as news: the words of each stand together in it."""
    for patterns, day in _load_happenings().news:
        found = [p.search(text, 0, LEAD) for p in patterns]
        if all(found) and not _looks_back(text, found[0]):
            first, last = _first_day(day), _last_day(day)
            window = (first - timedelta(days=85), last + timedelta(days=85))
            spot = max((m for m in found if m), key=lambda m: m.start())
            yield _Weighed("news", spot.start(), spot.end(), f"news of {day}", (window,))


def _looks_back(text: str, found: re.Match[str] | None) -> bool:
    """Whether the sentence of a word tells of years ago."""
    return found is not None and bool(BACK.search(_sentence_around(text, found.start(), found.end())))


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
