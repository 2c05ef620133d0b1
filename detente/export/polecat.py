"""POLECAT's table of events: PLOVER's single labels in 40 columns, separated by tabs.

Source of the columns: the header of POLECAT's public weekly files (Dataverse, doi:10.7910/DVN/AJGVIT).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from detente import __version__
from detente.export.codes import find_state
from detente.export.flat import Row
from detente.export.selection import (
    Selection,
    Side,
    find_parties,
    first_day,
    list_names,
    pair_parties,
)
from detente.export.tabular import write_tsv
from detente.ontology import load_ontology, single_label
from detente.records import Participant, Where
from detente.store import ToldEvent

# Statuses that PLOVER's single label can tell, where it differs from the act: a planned visit is an AGREE.
# Of a demand the REQUEST itself is the event; what was only predicted, alleged or denied has no label.
LABELLED = frozenset({"planned", "offered", "threatened", "refused"})
PLACES = {"city": "City", "admin2": "District", "admin1": "Province"}
POLECAT_COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title",
    "Actor Name Raw", "Wikipedia Actor ID",
    "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors",
    "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID",
    "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID",
    "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations",
    "Story Locations", "Language", "Version",
)  # fmt: skip


def write_polecat(chosen: Selection, stream: IO[Any]) -> None:
    """Write a row of POLECAT_COLUMNS for each event and pair of an actor and a recipient."""
    write_tsv((row for told in chosen.told for row in _tell_rows(told)), POLECAT_COLUMNS, stream)


def has_label(told: ToldEvent) -> bool:
    """Whether PLOVER's single label tells an event with its status."""
    return label_event(told) is not None


def label_event(told: ToldEvent) -> str | None:
    """PLOVER's single label of an event, None where none tells its status.

    An act inside another ('refused the visit') that did not happen is told by that other act.
    """
    event = told.event
    if event.status == "happened":
        return event.type
    if event.status not in LABELLED or told.inside:
        return None
    label = single_label(event.type, event.status)
    return label if label != event.type else None


def _tell_rows(told: ToldEvent) -> Iterator[Row]:
    event, lead, ontology = told.event, told.lead, load_ontology()
    label = label_event(told) or event.type
    mode = event.mode if label == event.type else None
    shared = {
        "Event ID": event.id, "Event Date": first_day(event), "Event Type": label, "Event Mode": mode,
        "Intensity": ontology.score(label, mode), "Quad Code": ontology.types[label].quad.upper(),
        "Contexts": list_names((c for m in told.mentions for c in m.contexts), ";"),
        **_tell_place(event.where),
        "Source": lead.report_source, "Publication Date": lead.published, "Version": f"detente {__version__}",
    }  # fmt: skip
    for actor, recipient in pair_parties(event):
        yield shared | _tell_side(told, actor, "actor") | _tell_side(told, recipient, "recipient")


def _tell_side(told: ToldEvent, participant: Participant | None, side: Side) -> Row:
    if participant is None:
        return {}
    parties, name = list(find_parties(told, participant, side)), side.title()
    state, sectors = find_state(participant.code), list_names((p.sector for p in parties), ";")
    return {
        f"{name} Name": participant.name, f"{name} Country": participant.code if state.name else None,
        f"{name} COW": state.cow, f"Primary {name} Sector": sectors.partition(";")[0],
        f"{name} Sectors": sectors, f"{name} Title": next((p.role for p in parties if p.role), None),
        f"{name} Name Raw": next((p.text for p in parties), None),
    }  # fmt: skip


def _tell_place(where: Where | None) -> Row:
    if where is None:
        return {}
    row = {
        "Placename": where.name, "Country": where.country, "Latitude": where.lat, "Longitude": where.lon,
        "GeoNames ID": where.geonames_id, "Raw Placename": where.text,
    }  # fmt: skip
    return row | ({PLACES[where.level]: where.name} if where.level in PLACES else {})
