"""Whether what happened is what a forecast foresaw: of like kind, between the same parties, in like words."""

from __future__ import annotations

from detente.forecasts.happenings import Happening, content_words
from detente.records import Forecast

# types that reports and coders take for each other; within one the words must be alike
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"AGREE", "COOPERATE"}),
    frozenset({"CONCEDE", "RETREAT"}),
    frozenset({"COERCE", "SANCTION"}),
    frozenset({"ASSAULT", "MOBILIZE"}),
    frozenset({"REQUEST", "CONSULT"}),
    frozenset({"SUPPORT", "CONCEDE"}),
)
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})
BROAD = frozenset({"COERCE", "SANCTION", "CONCEDE", "RETREAT", "AID", "REQUEST", "ASSAULT", "MOBILIZE", "SUPPORT"})


def codes(forecast: Forecast) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of who would act and of who would be acted on."""
    actors, recipients = (
        frozenset(p.code for p in side if p.code) for side in (forecast.actor, forecast.recipient)
    )
    return actors, recipients - actors


def matches(forecast: Forecast, happening: Happening) -> bool:
    """Whether an act is of the kind that a forecast is about, whenever it was and whatever its status.

    Types that cover much (COERCE, RETREAT, ...) need a word in common besides, as do kindred types.
    """
    alike = bool(content_words(forecast.quote) & happening.words)
    if happening.type != forecast.type:
        kindred = any({forecast.type, happening.type} <= family for family in FAMILIES)
        if not (kindred and alike):
            return False
    elif forecast.type in BROAD and not alike:
        return False
    return _same_sides(forecast, happening, alike)


def _same_sides(forecast: Forecast, happening: Happening, alike: bool) -> bool:
    actors, recipients = codes(forecast)
    if forecast.type in MUTUAL and happening.type in MUTUAL:
        return actors | recipients <= happening.parties
    if not actors & happening.actors:
        return False
    return not recipients or bool(recipients & happening.recipients) or (alike and not happening.recipients)


def involves(forecast: Forecast, happening: Happening) -> bool:
    """Whether what is told is on the forecast's parties: on all of them, or on those who would act."""
    actors, recipients = codes(forecast)
    return bool(actors & happening.parties) and (not recipients or bool(recipients & happening.parties))
