"""The place of one event: which of a sentence's places it happened at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from detente.records import PlaceMention, Where
from detente.where.words import word_pattern

SPECIFIC = ("site", "feature", "city", "admin2", "admin1", "region", "country", "continent")
OVER_LEVELS = frozenset({"region", "feature", "site"})  # one is on or over these, and in the others
OPENING = 40  # characters from a sentence's start within which a place sets the scene for all of it
NAME_GOES_ON = re.compile(r" [A-Z][a-z]")  # 'the Sejong Institute'
REACH = 200  # characters before a name in which what introduces it may stand
FAR = r"\b[^.;,]{0,60}?\b"


def event_place(
    places: Sequence[PlaceMention],
    clause: tuple[int, int],
    sentence: tuple[int, int],
    text: str,
    parties: Sequence[tuple[int, int]] = (),
) -> Where | None:
    """The place where what a clause tells happened, or None where the text doesn't say.

    `clause` and `sentence` are (start, end) in `text`; `parties` the spans of the event's actors and
    recipients: they are no places unless a locative or an act upon a place stands right before them. A place
    counts that a locative ('at', 'near', 'in the city of'), a movement ('flew to', 'withdrew from') or an act
    upon a place ('shelled', 'the siege of') introduces; a name that stands for a state ('Seoul rejected')
    does not. The most specific place wins, then the first. Where the clause names none, one that opens the
    sentence ('In Geneva, ...') holds.
    """
    within = [p for p in places if clause[0] <= p.start and p.end <= clause[1]]
    opening = [p for p in places if sentence[0] <= p.start < min(clause[0], sentence[0] + OPENING)]
    for found, ways in ((within, ("at", "edge", "acts", "moves")), (opening, ("opening",))):
        fitting = [p for p in found if _is_introduced(p, sentence[0], text, ways, parties)]
        if fitting:
            return _as_where(min(fitting, key=lambda p: (_width(p), p.start)))
    return None


def _is_introduced(
    place: PlaceMention,
    start: int,
    text: str,
    ways: Sequence[str],
    parties: Sequence[tuple[int, int]],
) -> bool:
    patterns = _patterns()
    before = text[max(start, place.start - REACH) : place.start]
    if patterns["modified"].match(text, place.end) or NAME_GOES_ON.match(text, place.end):
        return False
    if any(a < place.end and place.start < b for a, b in parties):
        ways = [way for way in ways if way != "moves"]
    elif place.level in OVER_LEVELS:
        ways = [*ways, "over"]
    return any(patterns[way].search(before) for way in ways)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The ways to introduce a place: each matches what stands before its name."""
    word = {
        name: word_pattern(name)
        for name in "at begins over kind edge describes going leaving taking happening modified".split()
    }
    describing = rf"(?:{word['describes']}\s+){{0,4}}"
    kind_of = rf"(?:[\w’'-]+\s+){{0,4}}?{word['kind']}(?:\s+(?:of|with|between|off|near)|,)?\s+{describing}"
    to_name = rf"\s+{describing}(?:{kind_of})?$"
    sources = {
        "at": rf"\b{word['at']}{to_name}",
        "opening": rf"^\W*(?:{word['begins']}\s+(?:\w+\s+)?)?{word['at']}{to_name}",
        "over": rf"\b{word['over']}{to_name}",
        "edge": rf"\bon\s+{describing}{word['edge']}\s+(?:of|with|between)\s+{describing}$",
        "acts": rf"\b{word['taking']}{to_name}|\b{word['happening']}\s+(?:on|of|against|at|to|over){to_name}",
        "moves": (
            rf"\b{word['going']}{FAR}(?:to|for|towards?){to_name}"
            rf"|\b{word['leaving']}{FAR}(?:from|out\s+of){to_name}"
        ),
        "modified": rf"(?:['’]s)?\s+{word['modified']}\b",
    }
    return {name: re.compile(source, re.IGNORECASE) for name, source in sources.items()}


def _width(place: PlaceMention) -> int:
    return SPECIFIC.index(place.level) if place.level else len(SPECIFIC)


def _as_where(place: PlaceMention) -> Where:
    return Where(place.text, place.name, place.country, place.lat, place.lon, place.geonames_id, place.level)
