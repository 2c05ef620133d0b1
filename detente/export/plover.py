"""Events as PLOVER's JSON: one list of records, one record a line.

Source of the names: the JSON format in the draft of the PLOVER manual (github.com/openeventdata/PLOVER).
Fields of detente's own are `status`, `earliest`, `latest`, `quad`, `score`, `location` and `mentions`.
"""

from __future__ import annotations

from typing import IO, Any

from detente import __version__
from detente.export.codes import find_state
from detente.export.flat import Row
from detente.export.selection import Selection, Side, find_party, first_day, one_a_report
from detente.export.tabular import write_list
from detente.records import Participant
from detente.store import ToldEvent


def write_plover(chosen: Selection, stream: IO[Any]) -> None:
    """Write each event as a record: the act whatever its status, which stands beside it."""
    write_list(map(_tell_record, chosen.told), stream)


def _tell_record(told: ToldEvent) -> Row:
    event, lead = told.event, told.lead
    return {
        "id": event.id, "date": first_day(event),
        "source": [_tell_party(told, p, "actor") for p in event.actor],
        "target": [_tell_party(told, p, "recipient") for p in event.recipient],
        "event": event.type, "eventText": lead.trigger.text, "mode": event.mode,
        "context": list(dict.fromkeys(c for m in told.mentions for c in m.contexts)),
        "status": event.status, "earliest": event.when.earliest, "latest": event.when.latest,
        "quad": event.quad, "score": event.score,
        "location": event.where and {
            "name": event.where.name, "country": event.where.country, "latitude": event.where.lat,
            "longitude": event.where.lon, "geonamesId": event.where.geonames_id,
        },
        "text": lead.quote, "publisher": lead.report_source, "publicationDate": lead.published,
        "url": [m.url for m in one_a_report(told) if m.url], "coder": lead.coder,
        "version": f"detente {__version__}", "mentions": [m.id for m in told.mentions],
    }  # fmt: skip


def _tell_party(told: ToldEvent, participant: Participant, side: Side) -> Row:
    party = find_party(told, participant, side)
    code = participant.code
    return {
        "actor": participant.name, "code": code, "country": code if find_state(code).name else None,
        "sector": party and party.sector, "actorText": party and party.text,
        "actorRole": party and party.role,
    }  # fmt: skip
