"""Whether what happened is what a forecast foresaw: of like kind, between the same parties, in like words."""

from __future__ import annotations

from dataclasses import dataclass

from detente.forecasts.happenings import WORD, Happening, content_words, is_named_person, names_of, people_of
from detente.forecasts.words import load_forecast_words
from detente.ledger import Forecast
from detente.records import Party

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
# types that undo what is looked for: what was to be refused was granted
OPPOSITES = {"REJECT": frozenset({"CONCEDE", "AGREE", "SUPPORT", "RETREAT"})}
CONDITIONAL = ("if unless provided providing assuming should barring long",)
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})
PLAIN = frozenset({"CONSULT", "ASSAULT", "AGREE"})  # types of which any act between the parties will do


@dataclass(frozen=True, slots=True)
class Sought:
    """What a forecast looks for: `topic` are stems of the words that say what its act is about.

    `names` are those of who would act; `aliases` pieces of persons' names, with the codes of whom they act
    for, `people` the surnames of those who would act. `condition` are stems of the words of a condition,
    `grave` those of words for war. `everyone` has the names of each party on either side.
    """

    issued: str | None
    names: frozenset[str]
    sides: tuple[frozenset[str], ...]
    aliases: frozenset[tuple[str, str]]
    type: str
    actors: frozenset[str]
    recipients: frozenset[str]
    trigger: frozenset[str]
    topic: frozenset[str]
    condition: frozenset[str]
    people: frozenset[str]
    grave: frozenset[str]
    everyone: tuple[frozenset[str], ...]


def covers(text: str, sought: Sought) -> bool:
    """Whether a text names both sides that are looked for."""
    return all(any(name in text for name in side) for side in sought.sides if side)


def seek(forecast: Forecast) -> Sought:
    """What a forecast looks for in later reports."""
    actors, recipients = (
        frozenset(p.code for p in side if p.code) for side in (forecast.actor, forecast.recipient)
    )
    trigger = content_words(forecast.trigger.text)
    parties = (*forecast.actor, *forecast.recipient)
    others = names_of(parties)
    others += [
        forecast.trigger.text, forecast.cue.text, forecast.says.text if forecast.says else "",
        forecast.chance.phrase if forecast.chance else "", forecast.window.text or "",
        forecast.condition.text if forecast.condition else "",
    ]  # fmt: skip
    aliases = frozenset(
        (piece, p.code) for p in parties if p.code and is_named_person(p)
        for piece in (p.name or p.text).casefold().split()
    )  # fmt: skip
    sides = tuple(
        frozenset(n.casefold().removeprefix("the ") for p in side if p.code for n in (p.name, p.text) if n)
        for side in (forecast.actor, forecast.recipient)
    )
    names = sides[0] | {piece for piece, _ in aliases}
    topic = content_words(forecast.quote, others)
    return Sought(
        forecast.published,
        names,
        sides,
        aliases,
        forecast.type,
        actors,
        recipients - actors,
        trigger,
        topic - trigger if forecast.type == "AGREE" else topic,
        content_words(forecast.condition.text, CONDITIONAL) if forecast.condition else frozenset(),
        people_of(forecast.actor),
        (topic | trigger) & content_words(" ".join(load_forecast_words().graver)),
        tuple(_names(p) for p in parties if p.code),
    )


def _names(party: Party) -> frozenset[str]:
    """A party's names in small letters, and the pieces of a person's."""
    names = {n.casefold().removeprefix("the ") for n in (party.name, party.text) if n}
    if is_named_person(party):
        names |= {piece for name in names for piece in WORD.findall(name)}
    return frozenset(names)


def matches(sought: Sought, happening: Happening) -> bool:
    """Whether an act is of the kind looked for, whenever it was and whatever its status.

    An act told by the same word fits. Otherwise types that cover much (all but CONSULT, ASSAULT, AGREE) and
    kindred types must be about the same, as must an agreement on something, or be by the same person. A war
    is more than an attack.
    """
    about = bool(sought.topic & happening.words) or bool(sought.people & happening.people)
    same_word = bool(sought.trigger & happening.triggers)
    if sought.type == "AGREE" and sought.topic and not about:
        return False
    if sought.grave and not sought.grave & happening.triggers:
        return False
    if same_word:
        return _same_sides(sought, happening, about, same_word)
    if happening.type != sought.type:
        kindred = any({sought.type, happening.type} <= family for family in FAMILIES)
        if not (kindred and about):
            return False
    elif sought.type not in PLAIN and not about and not (sought.recipients & happening.recipients):
        return False
    return _same_sides(sought, happening, about)


def undoes(sought: Sought, happening: Happening) -> bool:
    """Whether an act is the opposite of the one looked for, by the same actor about the same."""
    opposite = happening.type in OPPOSITES.get(sought.type, ())
    return opposite and bool(sought.topic & happening.words) and bool(sought.actors & happening.actors)


def _same_sides(sought: Sought, happening: Happening, about: bool, same_word: bool = False) -> bool:
    named = {code for alias, code in sought.aliases if alias in happening.names}
    hit = happening.recipients - happening.actors
    if sought.type in MUTUAL and (happening.type in MUTUAL or not happening.type):
        wanted, told = sought.actors | sought.recipients, happening.parties | named
        alone = happening.passage is not None and told <= wanted and bool(sought.actors & told)
        return wanted <= told or alone or (same_word and _names_all(sought, happening.text))
    if about and happening.agentless:
        return not sought.recipients or bool(sought.recipients & hit)  # in the passive
    if not sought.actors & (happening.actors | named):
        return False
    if not sought.recipients or sought.recipients & hit:
        return True
    return about and not hit


def _names_all(sought: Sought, text: str) -> bool:
    """Whether sentences in small letters name all, two or more, that are looked for."""
    words = set(WORD.findall(text))
    return len(sought.everyone) > 1 and all(
        any(name in text for name in names) or bool(names & words) for names in sought.everyone
    )


def involves(sought: Sought, parties: frozenset[str]) -> bool:
    """Whether all sides that are looked for are among `parties`: one who would act, and one acted on."""
    return bool(sought.actors & parties) and (not sought.recipients or bool(sought.recipients & parties))
