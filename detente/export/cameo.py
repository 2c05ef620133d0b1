"""PLOVER's acts with their statuses → CAMEO's event codes; parties → its codes of actors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from detente.export.codes import find_state
from detente.export.selection import first_day
from detente.ontology import load_ontology
from detente.records import Participant, Party
from detente.store import ToldEvent
from detente.tables import data_file, drop_lines, read_yaml

CLASSES = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
TYPES_OF_CODES = ("IGO", "NGO")  # parts of detente's codes before the colon that are CAMEO's types of actors


@dataclass(frozen=True, slots=True)
class CameoActor:
    """CAMEO's codes of an actor: the whole one, and its parts; empty where it has none."""

    code: str
    country: str
    group: str
    type: str


class Act(NamedTuple):
    """An act as PLOVER types it."""

    type: str
    mode: str | None = None
    status: str = "happened"


def code_event(told: ToldEvent) -> str | None:
    """The CAMEO code of an event, or None for a status that CAMEO can't tell.

    An act inside another that did not happen is told by that other act: of 'refused the visit' the refusal
    is the event, and the visit says which one.
    """
    event, theme = told.event, told.theme
    if told.inside and event.status != "happened":
        return None
    about = Act(theme.type, theme.mode) if theme else None
    return code_act(Act(event.type, event.mode, event.status), told.lead.trigger.text, about)


def code_act(act: Act, word: str = "", theme: Act | None = None) -> str | None:
    """The CAMEO code of an act that a word tells, which may be about another, its theme; None for none.

    CAMEO has roots of their own for what is intended (03), asked for and demanded (02, 10), refused (12) and
    threatened (13); nothing tells that an act is alleged, denied, hedged, predicted, conditional or did not
    take place.
    """
    type_, mode, status = act
    if status == "happened":
        return _code_happened(act, word.lower(), theme)
    if status in ("planned", "offered"):
        tables = load_cameo()
        # an intended word of protest or refusal has no code of its own
        wanted = "intended" if type_ in tables["intended"] else "threatened"
        return _look_up(wanted, type_, mode) if type_ in tables[wanted] else None
    return _look_up(status, type_, mode) if status in ("threatened", "refused") else None


def has_code(told: ToldEvent) -> bool:
    """Whether CAMEO has a code for an event with its status, and the event has a day."""
    return code_event(told) is not None and first_day(told.event) is not None


def score_code(code: str) -> float:
    """Goldstein's score of a code, from -10 to 10."""
    return float(load_cameo()["goldstein"][code])


def root_of(code: str) -> str:
    """The two digits of a code's root."""
    return code[:2]


@cache
def class_of(root: str) -> int:
    """The class of a root, from 1 (verbal cooperation) to 4 (material conflict)."""
    roots = load_ontology("cameo-roots").types
    return 1 + CLASSES.index(next(act.quad for name, act in roots.items() if name.startswith(root)))


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


def _code_happened(act: Act, word: str, theme: Act | None) -> str:
    """The code of an act that happened: by its word, where that is narrower than type and mode; a request,
    refusal or threat by what is asked for, refused or threatened, where that is known; else by type and mode.
    """
    tables = load_cameo()
    if narrower := _code_word(act, word):
        return narrower
    demanded = act.type == "REQUEST" and word.startswith(tuple(tables["words"]["demand"]))
    about = {"REQUEST": "demanded" if demanded else "appealed", "REJECT": "refused", "THREATEN": "threatened"}
    if theme is not None and act.type in about:
        return _look_up(about[act.type], theme.type, theme.mode)
    if demanded:
        return str(tables["demanded_modes"].get(act.mode, tables["demanded"]["others"]["else"]))
    return _look_up("happened", act.type, act.mode)


def _code_word(act: Act, word: str) -> str | None:
    """The code of the word that tells an act, where that is narrower than type and mode."""
    words = load_cameo()["words"]
    if act.mode is not None and act.mode not in words["modes"].get(act.type, ()):
        return None
    codes: dict[str, str] = words["codes"].get(act.type, {})
    return next((code for start, code in codes.items() if word.startswith(start)), None)


def _look_up(table: str, type_: str, mode: str | None) -> str:
    rows = load_cameo()[table]
    row = rows.get(type_) or rows["others"]
    return str(row.get(mode, row["else"]))
