"""Which date phrase dates an event, and what its tense says where none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from detente.records import DateMention, When
from detente.when.intervals import to_interval
from detente.when.tagger import read_day
from detente.when.words import load_dates

RECENT, SOON, LATELY = timedelta(days=7), timedelta(days=31), timedelta(days=31)
AHEAD = frozenset({"planned", "offered", "demanded", "threatened", "predicted", "conditional"})
STRICTLY_AHEAD = frozenset({"planned", "predicted"})
FRONT = 30  # characters from the start of a sentence within which a date stands before its main clause
UNIT_DAYS = {"D": 1, "W": 7, "M": 31, "Y": 366}
LENGTH = re.compile(r"P(\d+|X)([DWMY])")
BEFORE = 20  # characters
NOUN_PHRASE = 4  # words between a date and the noun that it dates
LONGEST_BACK = 366  # days; 'in the past nine years' doesn't date an event
DAY_LEVEL = 7  # days; a wider date is no anchor for 'within hours'


@dataclass(frozen=True, slots=True)
class _Site:
    """An event's place in its text, as `event_when` was given it."""

    trigger: int
    clause: tuple[int, int]
    sentence: tuple[int, int]
    status: str
    tense: str
    published: date | None
    text: str

    @property
    def ahead(self) -> bool:
        return self.status in AHEAD or self.tense == "future"


def event_when(
    dates: Sequence[DateMention],
    trigger: int,
    clause: tuple[int, int],
    sentence: tuple[int, int],
    status: str,
    tense: str,
    published: str | None,
    text: str,
) -> When:
    """When an event takes, took or would take place.

    `dates` are those of the whole text (as `find_dates` gives them); `trigger`, `clause` and `sentence` are
    the event's place in it; `status` is one of records.STATUSES, `tense` 'past', 'perfect', 'present',
    'future' or '' (a noun has none); `published` an ISO day or None. In this order:

    1. The date phrase nearest to the trigger in its clause; else one that opens the sentence; else one in
       the sentence with no comma or new clause between it and the clause. Durations and recurrences don't
       date, nor does a date that modifies another noun ('the 1953 armistice', unless 'armistice' is the
       trigger) or follows 'since', 'until', 'before' or 'after'; nor one that lies on the wrong side of the
       day of publication. 'By Friday' is from then to Friday; 'this week' ends with the day of publication
       for what happened and begins with it for what lies ahead. 'Recently' is the 31 days before
       publication, 'in recent weeks' 4 weeks, 'in recent days' 7 days. Basis 'stated'.
    2. A word that ties the event to the one before ('within hours', 'then', 'in response': the table `ties`
       says how many days it may take), when the text before names a day: from that day on. 'stated'.
    3. The tense, counted from the day of publication: past, 7 days back to that day; present, that day;
       what lies ahead (future, planned, offered, demanded, threatened, predicted), the 31 days from it.
       'tense'; for a noun, as for the past, 'published'.
    4. Nothing known: no days, 'unknown'.

    The 7 and 31 days are this project's choice: news reports tell mostly of the week before them.
    """
    site = _Site(trigger, clause, sentence, status, tense, read_day(published), text)
    inside = [d for d in dates if sentence[0] <= d.start and d.end <= sentence[1]]
    stated = [w for d in sorted(inside, key=lambda d: _distance(d, trigger)) if (w := _read_stated(d, site))]
    for place in (_in_clause, _opens_sentence, _reaches_clause):
        for mention, when in stated:
            if place(mention, site):
                return when
    return _read_tie(dates, site) or _read_tense(site)


def _distance(mention: DateMention, trigger: int) -> int:
    """Characters from the trigger; more for a date before it, as most dates follow what they date."""
    return mention.start - trigger if mention.start >= trigger else trigger - mention.end + BEFORE


def _in_clause(mention: DateMention, site: _Site) -> bool:
    return site.clause[0] <= mention.start and mention.end <= site.clause[1]


def _opens_sentence(mention: DateMention, site: _Site) -> bool:
    return mention.start - site.sentence[0] <= FRONT and mention.end <= site.trigger


def _reaches_clause(mention: DateMention, site: _Site) -> bool:
    if mention.end <= site.clause[0]:
        between = site.text[mention.end : site.clause[0]]
    else:
        between = site.text[site.clause[1] : mention.start]
    new_clause = load_dates().lists["new_clause"]
    return not re.search(r"[,;:()“”\"—]", between) and not new_clause & set(between.lower().split())


def _read_stated(mention: DateMention, site: _Site) -> tuple[DateMention, When] | None:
    days = _days_of(mention, site)
    if days is None or _modifies_other(mention, site):
        return None
    before = re.search(r"([\w']+)\s+$", site.text[site.sentence[0] : mention.start])
    word = before[1].lower() if before else ""
    lists = load_dates().lists
    if word in lists["apart_from"]:
        return None
    first, last = days
    now = site.published
    if word == "by" and now is not None and now <= last:
        first = now
    if now is not None:
        if site.status in STRICTLY_AHEAD and last < now < last + timedelta(days=400):
            return None
        if site.status == "happened" and site.tense != "future" and first > now + timedelta(days=1):
            return None
        if first <= now <= last:
            first, last = (now, last) if site.ahead else (first, now)
    start = (
        before.start() + site.sentence[0] if before and word in lists["date_preposition"] else mention.start
    )
    return mention, When(site.text[start : mention.end], first.isoformat(), last.isoformat(), "stated")


def _days_of(mention: DateMention, site: _Site) -> tuple[date, date] | None:
    now = site.published
    if mention.type in ("DATE", "TIME"):
        if mention.value == "PAST_REF" and now is not None:
            return now - LATELY, now
        days = to_interval(mention.value, now.isoformat() if now else None)
        return (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
    length = LENGTH.fullmatch(mention.value)
    words = set(mention.text.lower().split())
    if mention.type != "DURATION" or not length or now is None or not words & load_dates().lists["backward"]:
        return None
    count = int(length[1]) if length[1] != "X" else {"D": 7, "W": 4, "M": 4, "Y": 3}[length[2]]
    back = count * UNIT_DAYS[length[2]]
    return (now - timedelta(days=back), now) if back <= LONGEST_BACK else None


def _modifies_other(mention: DateMention, site: _Site) -> bool:
    """Whether the date is part of a noun phrase whose noun isn't the trigger."""
    after = re.match(r"(['’]s)?\s+(\w+)", site.text[mention.end : site.sentence[1]])
    if not after:
        return False
    function_words = load_dates().lists["function_word"]
    if not after[1] and (after[2].lower() in function_words or not _follows_determiner(mention, site)):
        return False
    between = site.text[mention.end : site.trigger] if mention.end <= site.trigger else ","
    leads_to_trigger = len(between.split()) <= NOUN_PHRASE and not re.search(r"[,;:.()]", between)
    return not leads_to_trigger or bool(function_words & set(between.lower().split()))


def _follows_determiner(mention: DateMention, site: _Site) -> bool:
    if mention.text.split()[0].lower() in ("this", "that", "last", "next", "late", "early", "mid"):
        return False
    before = re.search(r"([\w’']+)\s+$", site.text[site.sentence[0] : mention.start])
    if before is None:
        return False
    word = before[1].lower()
    return word in load_dates().lists["the_word"] or word.endswith(("'s", "’s"))


def _read_tie(dates: Sequence[DateMention], site: _Site) -> When | None:
    if site.ahead or site.tense == "present":
        return None
    found = _find_tie(site)
    if found is None:
        return None
    words, reach = found
    now = site.published
    for mention in reversed(dates):
        days = _days_of(mention, site) if mention.end <= site.sentence[0] else None
        if days is None or (days[1] - days[0]).days > DAY_LEVEL or mention.value.endswith("_REF"):
            continue
        if now is not None and days[0] > now:
            continue
        if site.text.count("\n\n", mention.end, site.sentence[0]) > 1:
            return None
        last = days[1] + timedelta(days=reach)
        last = max(min(last, now), days[0]) if now is not None else last
        return When(words, days[0].isoformat(), last.isoformat(), "stated")
    return None


def _find_tie(site: _Site) -> tuple[str, int] | None:
    first = site.sentence[0]
    words = site.text[first : max(site.trigger, min(site.clause[1], site.sentence[1]))]
    ties = load_dates().values["ties"]
    pattern = "|".join(re.escape(t).replace(r"\ ", r"\s+") for t in sorted(ties, key=len, reverse=True))
    for found in re.finditer(rf"(?:(\w+)\s+)?\b({pattern})\b", words, re.IGNORECASE):
        if (found[1] or "").lower() not in load_dates().lists["no_tie_after"]:
            return found[2], ties[" ".join(found[2].lower().split())]
    return None


def _read_tense(site: _Site) -> When:
    now = site.published
    if now is None:
        return When(None, None, None, "unknown")
    if site.ahead:
        return When(None, now.isoformat(), (now + SOON).isoformat(), "tense")
    if site.tense == "present":
        return When(None, now.isoformat(), now.isoformat(), "tense")
    return When(None, (now - RECENT).isoformat(), now.isoformat(), "tense" if site.tense else "published")
