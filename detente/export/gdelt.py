"""GDELT 2.0's tables of events and of mentions, with CAMEO's codes: separated by tabs, without a header.

Source of the columns: GDELT Event Codebook V2.0 (gdeltproject.org), as its files have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Any
from urllib.parse import urlsplit

from detente.export.cameo import CameoActor, class_of, code_actor, code_event, root_of, score_code
from detente.export.codes import find_state
from detente.export.flat import Row
from detente.export.selection import (
    SIDES,
    Pair,
    Selection,
    find_party,
    first_day,
    number_id,
    one_a_report,
    pair_parties,
)
from detente.export.tabular import write_tsv
from detente.records import EventMention, Participant, Where, content_id
from detente.store import ToldEvent

ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code",
    "Type1Code", "Type2Code", "Type3Code",
)  # fmt: skip
GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
GDELT_COLUMNS = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{n}{name}" for n in (1, 2) for name in ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
    "NumMentions", "NumSources", "NumArticles", "AvgTone",
    *(f"{of}Geo_{name}" for of in ("Actor1", "Actor2", "Action") for name in GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
MENTION_COLUMNS = (
    "GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName",
    "MentionIdentifier", "SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset",
    "InRawText", "Confidence", "MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras",
)  # fmt: skip
WEB, CITATION = 1, 2  # kinds of a mention's identifier: an address on the web, words that name the report
# GDELT's types of places; 2 and 3 are their like in the USA
NOWHERE, COUNTRY, WORLD_CITY, WORLD_STATE = 0, 1, 4, 5
UNITED_STATES = {WORLD_CITY: 3, WORLD_STATE: 2}
LEVELS = {
    "country": COUNTRY, "admin1": WORLD_STATE, "admin2": WORLD_CITY, "city": WORLD_CITY, "site": WORLD_CITY,
    "feature": WORLD_CITY,
}  # fmt: skip


def write_gdelt(chosen: Selection, stream: IO[Any]) -> None:
    """Write a row of GDELT_COLUMNS for each event and pair of an actor and a recipient."""
    rows = (_tell_event(told, pair) for told in chosen.told for pair in pair_parties(told.event))
    write_tsv(rows, GDELT_COLUMNS, stream, header=False)


def write_gdelt_mentions(chosen: Selection, stream: IO[Any]) -> None:
    """Write a row of MENTION_COLUMNS for each mention of what is a row of `write_gdelt`."""
    rows = (row for told in chosen.told for pair in pair_parties(told.event) for row in _tell_all(told, pair))
    write_tsv(rows, MENTION_COLUMNS, stream, header=False)


def _number(told: ToldEvent, pair: Pair) -> int:
    """The number of an event between two parties."""
    return number_id(content_id(told.event.id, *(p and (p.code or p.name) for p in pair)))


def _tell_event(told: ToldEvent, pair: Pair) -> Row:
    event, day, code = told.event, first_day(told.event) or "", code_event(told) or ""
    actor, recipient = (code_actor(p, find_party(told, p, side)) for p, side in zip(pair, SIDES, strict=True))
    reports = one_a_report(told)
    return {
        "GLOBALEVENTID": _number(told, pair), **_tell_day(day),
        **_tell_actor("Actor1", actor, pair[0]), **_tell_actor("Actor2", recipient, pair[1]),
        "EventCode": code, "EventBaseCode": code[:3], "EventRootCode": root_of(code),
        "QuadClass": class_of(root_of(code)), "GoldsteinScale": score_code(code),
        "NumMentions": len(told.mentions), "NumSources": len(event.outlets), "NumArticles": len(reports),
        "Actor1Geo_Type": NOWHERE, "Actor2Geo_Type": NOWHERE, **_tell_place(event.where),
        "DATEADDED": _added(told), "SOURCEURL": _identify(reports[0])[1],
    }  # fmt: skip


def _tell_day(day: str) -> Row:
    """A day in GDELT's ways; `FractionDate` is the year and (30 * month + day) / 365, at most 0.9999."""
    found = date.fromisoformat(day)
    fraction = min((found.month * 30 + found.day) / 365, 0.9999)
    digits = day.replace("-", "")
    return {
        "SQLDATE": digits, "MonthYear": digits[:6], "Year": digits[:4],
        "FractionDate": f"{found.year + fraction:.4f}",
    }  # fmt: skip


def _tell_actor(name: str, actor: CameoActor, participant: Participant | None) -> Row:
    return {
        f"{name}Code": actor.code, f"{name}Name": participant and participant.name.upper(),
        f"{name}CountryCode": actor.country, f"{name}KnownGroupCode": actor.group,
        f"{name}Type1Code": actor.type,
    }  # fmt: skip


def _tell_place(where: Where | None) -> Row:
    level = LEVELS.get(where.level or "") if where else None
    if where is None or level is None:
        return {"ActionGeo_Type": NOWHERE}
    state = find_state(where.country)
    full = where.name if level == COUNTRY else ", ".join(filter(None, (where.name, state.name)))
    type_ = UNITED_STATES.get(level, level) if where.country == "USA" else level
    return {
        "ActionGeo_Type": type_, "ActionGeo_FullName": full, "ActionGeo_CountryCode": state.fips,
        "ActionGeo_Lat": where.lat, "ActionGeo_Long": where.lon,
    }  # fmt: skip


def _tell_all(told: ToldEvent, pair: Pair) -> Iterator[Row]:
    number, added = _number(told, pair), _added(told)
    for m in told.mentions:
        kind, identifier = _identify(m)
        offsets = (_find_offset(m, p) for p in pair)
        yield {
            "GLOBALEVENTID": number, "EventTimeDate": added, "MentionTimeDate": _stamp(m.published),
            "MentionType": kind, "MentionSourceName": _name_source(m), "MentionIdentifier": identifier,
            **dict(zip(("Actor1CharOffset", "Actor2CharOffset"), offsets, strict=True)),
            "ActionCharOffset": m.trigger.start, "InRawText": 1, "Confidence": round(100 * m.confidence),
        }  # fmt: skip


def _find_offset(mention: EventMention, participant: Participant | None) -> int:
    """Where a mention names a participant, -1 where it doesn't."""
    wanted = participant and (participant.code or participant.name)
    found = (p.start for p in (*mention.actor, *mention.recipient) if (p.code or p.name or p.text) == wanted)
    return next(found, -1)


def _identify(mention: EventMention) -> tuple[int, str]:
    """The kind of a report's identifier, and that: its address, else its own id, its file, or its id here."""
    if mention.url:
        return WEB, mention.url
    return CITATION, mention.report_given_id or mention.report_path or mention.report_id


def _name_source(mention: EventMention) -> str | None:
    return mention.report_source or (urlsplit(mention.url).hostname if mention.url else None)


def _added(told: ToldEvent) -> str | None:
    """When the first report that tells an event was published, in place of when GDELT first saw it."""
    return _stamp(min((m.published for m in told.mentions if m.published), default=None))


def _stamp(day: str | None) -> str | None:
    return day and f"{day.replace('-', '')}000000"
