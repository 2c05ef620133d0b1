"""Whether what happened is what a forecast foresaw: of like kind, between the same parties, in like words."""

from __future__ import annotations

from dataclasses import dataclass

from detente.forecasts.happenings import Happening, content_words
from detente.records import Forecast

# types that reports and coders take for each other; within one the words must be alike
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"AGREE", "COOPERATE"}),
    frozenset({"AGREE", "CONCEDE"}),
    frozenset({"CONCEDE", "RETREAT"}),
    frozenset({"COERCE", "SANCTION"}),
    frozenset({"ASSAULT", "MOBILIZE", "COERCE"}),
    frozenset({"REQUEST", "CONSULT"}),
    frozenset({"SUPPORT", "CONCEDE"}),
)
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})
PLAIN = frozenset({"CONSULT", "ASSAULT"})  # types of which any act between the parties will do


@dataclass(frozen=True, slots=True)
class Sought:
    """What a forecast looks for: `topic` are stems of the words that say what its act is about."""

    issued: str | None
    names: frozenset[str]
    type: str
    actors: frozenset[str]
    recipients: frozenset[str]
    trigger: frozenset[str]
    topic: frozenset[str]


def seek(forecast: Forecast) -> Sought:
    """What a forecast looks for in later reports."""
    actors, recipients = (
        frozenset(p.code for p in side if p.code) for side in (forecast.actor, forecast.recipient)
    )
    trigger = content_words(forecast.trigger.text)
    others = [p.text for p in (*forecast.actor, *forecast.recipient)]
    others += [
        forecast.trigger.text, forecast.cue.text, forecast.says.text if forecast.says else "",
        forecast.chance.phrase if forecast.chance else "", forecast.window.text or "",
        forecast.condition.text if forecast.condition else "",
    ]  # fmt: skip
    names = frozenset(n for p in forecast.actor for n in (p.name, p.text) if n)
    return Sought(
        forecast.published, names, forecast.type, actors, recipients - actors, trigger, content_words(forecast.quote, others)
    )


def matches(sought: Sought, happening: Happening) -> bool:
    """Whether an act is of the kind looked for, whenever it was and whatever its status.

    Of types that cover much (all but CONSULT and ASSAULT) the act's word or what it is about must be the same;
    of kindred types, of an agreement with a topic, and of an act on nobody known, what it is about.
    """
    about = bool(sought.topic & happening.words)
    same_word = bool(sought.trigger & happening.triggers)
    if happening.passage is not None and same_word:
        return _same_sides(sought, happening, about)
    if happening.type != sought.type:
        kindred = any({sought.type, happening.type} <= family for family in FAMILIES)
        if not (kindred and (about or (same_word and not sought.topic))):
            return False
    elif sought.type == "AGREE":
        if sought.topic and not about:
            return False
    elif sought.type not in PLAIN and not (about or same_word):
        return False
    return _same_sides(sought, happening, about)


def _same_sides(sought: Sought, happening: Happening, about: bool) -> bool:
    if {sought.type, happening.type} <= MUTUAL:
        return sought.actors | sought.recipients <= happening.parties
    if not sought.actors & happening.actors:
        return False
    if not sought.recipients or sought.recipients & happening.recipients:
        return True
    return about and not happening.recipients


def involves(sought: Sought, happening: Happening) -> bool:
    """Whether what is told is on the parties looked for: on both sides, or on who would act."""
    acting = bool(sought.actors & happening.parties)
    return acting and (not sought.recipients or bool(sought.recipients & happening.parties))
