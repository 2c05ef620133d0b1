"""The place of one event: which of a sentence's places it happened at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.records import PlaceMention, Where

SPECIFIC = ("site", "feature", "city", "admin2", "admin1", "region", "country", "continent")
KINDS = (
    r"(?:capitals?|cit(?:y|ies)|towns?|villages?|hamlets?|provinces?|regions?|districts?|ports?|islands?|resorts?|"
    r"suburbs?|outskirts|borders?|coasts?|shores?|banks?|edges?|parts?|areas?|side|north|south|east|west|heart|"
    r"center|centre|base|camp|town|state|territory|peninsula|waters|skies|airspace|streets|stronghold|enclave)"
)
BARE = (
    r"(?:the|a|an|its|their|his|her|our|both|all|(?:north|south|east|west|centr|mid)\w*|occupied|annexed|disputed|"
    r"divided|neighbou?ring|nearby|besieged|downtown|mainland|war-\w+|\w+-(?:held|controlled|occupied|run)|"
    r"then|what is now|"
    r"Mount|Lake|Camp|Fort|Port)"
)
ROAD_TO_NAME = (
    rf"\s+(?:{BARE}\s+){{0,4}}(?:(?:[\w’'-]+\s+){{0,4}}?{KINDS}(?:\s+(?:of|with|between|off|near)|,)?"
    rf"\s+(?:{BARE}\s+){{0,2}})?$"
)
LOCATIVE = re.compile(
    rf"\b(?:in|at|near|outside|inside|within|into|around|across|throughout|along|off|beyond|amid){ROAD_TO_NAME}",
    re.IGNORECASE,
)
ON_EDGE = re.compile(
    rf"\bon\s+(?:{BARE}\s+){{0,3}}(?:borders?|frontiers?|outskirts|coasts?|shores?|banks?|edges?|side)"
    rf"\s+(?:of|with|between)\s+(?:{BARE}\s+){{0,2}}$",
    re.IGNORECASE,
)
OVER = re.compile(rf"\b(?:on|over|above|through){ROAD_TO_NAME}", re.IGNORECASE)
MOVING = re.compile(
    r"\b(?:(?:visit|travel|fl[ey]w?|trip|went|go|going|journey|return|tour|sail|march|head|sent|send|sending|"
    r"dispatch|deploy|mov|invit|ferr)\w*)\b[^.;,]{0,60}?\b(?:to|for|towards?)"
    rf"{ROAD_TO_NAME}",
    re.IGNORECASE,
)
LEAVING = re.compile(
    r"\b(?:withdr[ae]w\w*|pull(?:ed|s|ing)? (?:out|back)|retreat\w*|evacuat\w*|fle[de]\w*|expel\w*|deport\w*|"
    r"launch\w*|fir(?:ed|es|ing)|left|leaving|oust\w*|driv\w+|drove)\b[^.;,]{0,60}?\b(?:from|out of)"
    rf"{ROAD_TO_NAME}",
    re.IGNORECASE,
)
TAKING = re.compile(
    r"\b(?:visit(?:ed|s|ing)?|tour(?:ed|s|ing)?|enter(?:ed|s|ing)?|invad\w+|shell(?:ed|s|ing)|bomb(?:ed|s|ing)|"
    r"bombard\w*|str(?:uck|ike|ikes|iking)|hit|hits|hitting|attack(?:ed|s|ing)|raid(?:ed|s|ing)|storm(?:ed|s|ing)|"
    r"seiz\w+|captur\w+|recaptur\w+|retak\w+|retook|took|overr[au]n|besieg\w+|occup(?:y|ied|ies|ying)|annex\w*|"
    r"blockad\w+|leav(?:e|es|ing)|left|reach(?:ed|es|ing)|cross(?:ed|es|ing)?|clos(?:e|ed|es|ing)|"
    r"reopen(?:ed|s|ing)?|open(?:ed|s|ing)?|shut|restart\w*|inspect\w*|evacuat\w+)"
    rf"{ROAD_TO_NAME}",
    re.IGNORECASE,
)
HAPPENING = re.compile(
    r"\b(?:attacks?|strikes?|airstrikes?|raids?|assaults?|offensives?|bombings?|bombardments?|shelling|sieges?|"
    r"invasions?|occupations?|annexations?|captures?|fall|battles?|blockades?|visits?|tours?|evacuations?|"
    r"liberation|closure|reopening|control|inspections?|massacres?)\s+(?:on|of|against|at|for|to|over)"
    rf"{ROAD_TO_NAME}",
    re.IGNORECASE,
)
WAYS_IN = (LOCATIVE, ON_EDGE, MOVING, LEAVING, TAKING, HAPPENING)
MODIFIES = re.compile(
    r"[’']?s?\s+(?:talks|deal|accord|agreement|pact|policy|sanctions|ceasefire|truce|nuclear|summit with|file)\b"
)
OPENING = 40  # characters from a sentence's start within which a place sets the scene for all of it


def event_place(
    places: Sequence[PlaceMention],
    clause: tuple[int, int],
    sentence: tuple[int, int],
    text: str,
    parties: Sequence[tuple[int, int]] = (),
) -> Where | None:
    """The place where what a clause tells happened, or None where the text doesn't say.

    `clause` and `sentence` are (start, end) in `text`; `parties` the spans of the event's actors and
    recipients: they are no places unless a locative stands right before them. A place counts that a locative
    ('at', 'near', 'in the city of'), a movement ('flew to', 'withdrew from') or an act upon a place ('shelled',
    'the siege of') introduces; a name that stands for a state ('Seoul rejected') does not. The most specific
    one wins, then the first. Where the clause names none, one that opens the sentence ('In Geneva, ...') holds.
    """
    within = [p for p in places if clause[0] <= p.start and p.end <= clause[1]]
    opening = [p for p in places if sentence[0] <= p.start < min(clause[0], sentence[0] + OPENING)]
    for found, ways in ((within, WAYS_IN), (opening, (LOCATIVE,))):
        fitting = [p for p in found if _is_introduced(p, sentence[0], text, ways, parties)]
        if fitting:
            return _as_where(min(fitting, key=lambda p: (_width(p), p.start)))
    return None


def _is_introduced(
    place: PlaceMention,
    start: int,
    text: str,
    ways: Sequence[re.Pattern[str]],
    parties: Sequence[tuple[int, int]],
) -> bool:
    before = text[start : place.start]
    if MODIFIES.match(text, place.end):
        return False
    if any(a < place.end and place.start < b for a, b in parties):
        ways = (LOCATIVE, ON_EDGE, TAKING)
    if place.level in ("region", "feature", "site") and OVER.search(before):
        return True
    return any(way.search(before) for way in ways)


def _width(place: PlaceMention) -> int:
    return SPECIFIC.index(place.level) if place.level else len(SPECIFIC)


def _as_where(place: PlaceMention) -> Where:
    return Where(place.text, place.name, place.country, place.lat, place.lon, place.geonames_id, place.level)
