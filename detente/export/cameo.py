"""PLOVER's acts with their statuses → CAMEO's event codes; parties → its codes of actors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from detente.export.codes import find_state
from detente.export.selection import first_day
from detente.records import EventMention, Participant, Party
from detente.store import ToldEvent
from detente.tables import data_file, drop_lines, read_yaml

TYPES_OF_CODES = ("IGO", "NGO")  # parts of detente's codes before the colon that are CAMEO's types of actors


@dataclass(frozen=True, slots=True)
class CameoActor:
    """CAMEO's codes of an actor: the whole one, and its parts; empty where it has none."""

    code: str
    country: str
    group: str
    type: str


def code_event(told: ToldEvent) -> str | None:
    """The CAMEO code of an event, or None for a status that CAMEO can't tell.

    CAMEO has roots of their own for what is intended (03), asked for and demanded (02, 10), refused (12) and
    threatened (13); nothing tells that an act is alleged, denied, hedged, predicted, conditional or did not
    take place. An act inside another that did not happen is told by that other act: of 'refused the visit'
    the refusal is the event, and the visit says which one.
    """
    event, status = told.event, told.event.status
    tables = load_cameo()
    if status == "happened":
        return _code_happened(told)
    if told.inside or status not in ("planned", "offered", "threatened", "refused"):
        return None
    if status in ("planned", "offered"):
        # an intended word of protest or refusal has no code of its own
        wanted = "intended" if event.type in tables["intended"] else "threatened"
        return _look_up(wanted, event.type, event.mode) if event.type in tables[wanted] else None
    return _look_up(status, event.type, event.mode)


def has_code(told: ToldEvent) -> bool:
    """Whether CAMEO has a code for an event with its status, and the event has a day."""
    return code_event(told) is not None and first_day(told.event) is not None


def score_code(code: str) -> float:
    """Goldstein's score of a code, from -10 to 10."""
    return float(load_cameo()["goldstein"][code])


def root_of(code: str) -> str:
    """The two digits of a code's root."""
    return code[:2]


def code_actor(participant: Participant | None, party: Party | None) -> CameoActor:
    """CAMEO's codes of a participant, its type being the sector of the `party` that names it."""
    if participant is None:
        return CameoActor("", "", "", "")
    tables, code = load_cameo(), participant.code or ""
    country = tables["states"].get(code, code) if find_state(code).name else ""
    kind = code.partition(":")[0]
    sector = kind if kind in TYPES_OF_CODES else (party and party.sector) or ""
    type_ = sector if sector in tables["types"] else ""
    group = tables["groups"].get(code, "")
    return CameoActor(f"{country}{type_}{group}", country, group, type_)


@cache
def load_cameo() -> dict[str, Any]:
    """The tables in export/cameo.yaml, with those of languages/en/cameo.yaml as `words`."""
    words = read_yaml(data_file("languages", "en", "cameo.yaml"))
    found: dict[str, Any] = drop_lines({**read_yaml(data_file("export", "cameo.yaml")), "words": words})
    return found


def _code_happened(told: ToldEvent) -> str:
    """The code of an act that happened: by its word, where that is narrower than the type; a request, refusal
    or threat by what is asked for, refused or threatened, where that is known; else by type and mode.
    """
    event, theme = told.event, told.theme
    if event.mode is None and (narrower := _code_word(event.type, told.lead)):
        return narrower
    demanded = event.type == "REQUEST" and _is_demand(told.lead)
    about = {"REQUEST": "demanded" if demanded else "appealed", "REJECT": "refused", "THREATEN": "threatened"}
    if theme is not None and event.type in about:
        return _look_up(about[event.type], theme.type, theme.mode)
    if demanded:
        tables = load_cameo()
        return str(tables["demanded_modes"].get(event.mode, tables["demanded"]["others"]["else"]))
    return _look_up("happened", event.type, event.mode)


def _code_word(type_: str, mention: EventMention) -> str | None:
    """The code of the word that tells an act, where that is narrower than the type."""
    word = mention.trigger.text.lower()
    codes: dict[str, str] = load_cameo()["words"]["codes"].get(type_, {})
    return next((code for start, code in codes.items() if word.startswith(start)), None)


def _is_demand(mention: EventMention) -> bool:
    return mention.trigger.text.lower().startswith(tuple(load_cameo()["words"]["demand"]))


def _look_up(table: str, type_: str, mode: str | None) -> str:
    rows = load_cameo()[table]
    row = rows.get(type_) or rows["others"]
    return str(row.get(mode, row["else"]))
