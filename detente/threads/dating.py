"""When a move was made: by its words, else by the day on which the narrative has arrived, else by the report.

The days of a mention are those of its act; an offer is older than what it offers.

Its numbers are judgements, checked on the part of corpus/threads that is not kept from tuning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from detente.link.sketch import number_day
from detente.records import EventMention
from detente.threads.words import load_move_words

REACH = 400  # characters for which a stated day carries on in a narrative
PLUPERFECT = re.compile(r"\bhad\b(?:\W+\w+){0,2}\W+\Z", re.IGNORECASE)
NARROW = 3  # days: a stated day within which a narrative can have arrived
STATED, TOLD_ON, PUBLISHED, BEFORE = range(4)  # BEFORE: before what else is told of that day


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The place of a telling in time: its day, then where it is told. `doubt` is how its day is known."""

    day: str
    published: str
    report: str
    start: int
    doubt: int = field(compare=False)


def date_tellings(mentions: Iterable[EventMention]) -> dict[str, Place]:
    """The place of each mention's act, by its id; without a day, '9999'."""
    by_report: dict[str, list[EventMention]] = defaultdict(list)
    for mention in mentions:
        by_report[mention.report_id].append(mention)
    places: dict[str, Place] = {}
    for told in by_report.values():
        places |= _date_report(sorted(told, key=lambda m: (m.trigger.start, m.id)))
    return places


def _date_report(told: Sequence[EventMention]) -> dict[str, Place]:
    """The places of one report's mentions, given in the order of its text.

    A stated day carries on to what is told after it, and back to what led up to it, within REACH.
    """
    days: dict[str, tuple[str, int]] = {}
    for order, forward in ((told, True), (told[::-1], False)):
        day, reached = "", 0
        for m in order:
            stated, near = _stated_day(m), bool(day) and abs(m.trigger.start - reached) <= REACH
            if forward and stated and not (near and _follows(m)):
                days[m.id] = stated, STATED
            elif m.id not in days and near and not _lies_ahead(m):
                days[m.id] = day, BEFORE if _looks_back(m) else TOLD_ON
            if m.id in days and _moves_on(m, days[m.id][1]):
                day, reached = days[m.id][0], m.trigger.start
    return {m.id: _place(m, *days.get(m.id, (_day_told(m), PUBLISHED))) for m in told}


def _place(m: EventMention, day: str, doubt: int) -> Place:
    back = _looks_back(m) and doubt != STATED
    return Place(
        day, "" if back else m.published or "", m.report_id, m.trigger.start, BEFORE if back else doubt
    )


def _day_told(m: EventMention) -> str:
    return m.published or m.when.latest or "9999"


def _follows(m: EventMention) -> bool:
    """Whether its day is told by what was told before ('within hours', 'the same afternoon')."""
    opening = m.sentence[: m.trigger.start - m.sentence_start]
    return bool(load_move_words().find_cue("soon", f"{opening} {m.when.text or ''}"))


def _lies_ahead(m: EventMention) -> bool:
    """Whether it is told as still to come, so that the narrative's day isn't its day."""
    stated = m.when.basis == "stated" and (m.when.earliest or "") > (m.published or "9999")
    return m.status == "planned" or stated


def _looks_back(m: EventMention) -> bool:
    return bool(PLUPERFECT.search(m.sentence[: m.trigger.start - m.sentence_start]))


def _moves_on(m: EventMention, doubt: int) -> bool:
    """Whether the narrative has got to that day: it is stated closely, or at the head of the sentence."""
    if _looks_back(m):
        return False
    days = (number_day(m.when.latest) or 0) - (number_day(m.when.earliest) or 0)
    return doubt != STATED or days <= NARROW or m.sentence.startswith(m.when.text or " ")


def _stated_day(m: EventMention) -> str | None:
    """The day that the words of a mention give to its being said or done; None for a day ahead."""
    first = m.when.earliest
    if m.when.basis != "stated" or not first:
        return None
    told = m.published or m.when.latest or first
    return None if first > told else first
