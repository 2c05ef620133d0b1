"""Violence that happened, as rows like those of UCDP's Georeferenced Event Dataset.

Source of the columns and scales: UCDP GED's codebook (version 25.1); PRIO-GRID cells are numbered as by
Tollefsen, Strand and Buhaug (2012, Journal of Peace Research 49). Deaths aren't counted, and conflicts and
dyads aren't identified: these columns stay empty.
"""

from __future__ import annotations

from math import floor
from typing import IO, Any

from detente.export.codes import find_state
from detente.export.flat import Row
from detente.export.selection import (
    Selection,
    first_day,
    last_day,
    list_names,
    number_id,
    one_a_report,
)
from detente.export.tabular import write_csv
from detente.export.violence import (
    CIVILIANS,
    EXTERNAL,
    STATE,
    Camp,
    find_camp,
    load_violence,
    rate_days,
    rate_place,
)
from detente.records import EventMention, Where
from detente.store import ToldEvent

UCDP_COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id",
    "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id",
    "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources",
    "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec",
    "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt",
    "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end",
    "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
OF_STATES = frozenset({STATE, EXTERNAL})  # kinds of actors: a state's forces, those of several states
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3  # kinds of violence
# the most days between first and last day for precision 1 (a day), 2 (2 to 6 days), 3 (a week), 4 (a month)
DAYS = (0, 5, 7, 30)
CELLS = 2  # PRIO-GRID cells a degree
ROW = 360 * CELLS  # PRIO-GRID cells around the globe


def write_ucdp(chosen: Selection, stream: IO[Any]) -> None:
    """Write a row of UCDP_COLUMNS for each event."""
    write_csv(map(_tell_row, chosen.told), UCDP_COLUMNS, stream)


def is_violence(told: ToldEvent) -> bool:
    """Whether an event is violence that happened, with a day, which UCDP would count where it killed."""
    event = told.event
    happened = event.status == "happened" and first_day(event) is not None
    return happened and event.type == "ASSAULT" and (event.mode or "") in load_violence()["ucdp"]


def number_cell(lat: float, lon: float) -> int:
    """The number of the half-degree PRIO-GRID cell of a point, from 1 in the south-west along parallels."""
    row, column = floor((lat + 90) * CELLS), floor((lon + 180) * CELLS)
    return min(row, ROW // 2 - 1) * ROW + min(column, ROW - 1) + 1


def _tell_row(told: ToldEvent) -> Row:
    event, day = told.event, first_day(told.event) or ""
    a, b = find_camp(told, "actor"), find_camp(told, "recipient")
    names = _name_camp(a), _name_camp(b)
    lead = told.lead
    return {
        "id": number_id(event.id), "year": day[:4], "type_of_violence": _find_violence(a, b),
        "dyad_name": " - ".join(names) if all(names) else None, "side_a": names[0], "side_b": names[1],
        "number_of_sources": len(event.outlets),
        "source_article": list_names(map(_cite, one_a_report(told))), "source_office": lead.report_source,
        "source_date": lead.published, "source_headline": lead.title,
        "source_original": lead.says and (lead.says.name or lead.says.text),
        **_tell_place(event.where),
        "date_prec": rate_days(event, DAYS), "date_start": day, "date_end": last_day(event),
        "gwnoa": a.state.gw if _is_state(a) else None, "gwnob": b.state.gw if _is_state(b) else None,
    }  # fmt: skip


def _is_state(camp: Camp) -> bool:
    return camp.kind in OF_STATES and camp.state.name is not None


def _find_violence(a: Camp, b: Camp) -> int | None:
    """UCDP's kind of violence; None where either side isn't known."""
    if a.kind is None or b.kind is None:
        return None
    if b.kind == CIVILIANS:
        return ONE_SIDED
    return STATE_BASED if {a.kind, b.kind} & OF_STATES else NON_STATE


def _name_camp(camp: Camp) -> str:
    if camp.kind == CIVILIANS:
        return CIVILIANS
    return f"Government of {camp.state.name}" if _is_state(camp) else camp.name or ""


def _cite(mention: EventMention) -> str:
    """'"Harbour Wire,2013-07-05,Talks called off"', as UCDP cites an article."""
    told = ",".join(filter(None, (mention.report_source, mention.published, mention.title)))
    return f'"{told}"' if told else ""


def _tell_place(where: Where | None) -> Row:
    if where is None:
        return {}
    state, point = find_state(where.country), where.lat is not None and where.lon is not None
    return {
        "where_prec": rate_place(where, "ucdp"), "where_coordinates": where.name,
        "where_description": where.text,
        "adm_1": where.name if where.level == "admin1" else None,
        "adm_2": where.name if where.level == "admin2" else None,
        "latitude": where.lat, "longitude": where.lon,
        "geom_wkt": f"POINT ({where.lon} {where.lat})" if point else None,
        "priogrid_gid": number_cell(where.lat or 0, where.lon or 0) if point else None,
        "country": state.name, "country_id": state.gw,
    }  # fmt: skip
