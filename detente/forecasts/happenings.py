"""What is known to have happened, as the ledger looks at it: one view of events and of single mentions.

STEM, the letters that are compared, is a judgement, checked on the files of corpus/forecasts that are not
kept from tuning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import cast

from spacy.pipeline import Lemmatizer

from detente.forecasts.words import load_forecast_words
from detente.ledger import Evidence
from detente.parse import load_parser
from detente.records import Event, EventMention, Party, Status

DOUBTFUL: frozenset[Status] = frozenset({"alleged", "denied", "hedged"})
TOLD: frozenset[Status] = frozenset({"happened", *DOUBTFUL})
STEM = 5  # letters of a word that are compared
ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|(?<=[^s])s|e)$")
WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Happening:
    """An act that reports tell: `told` are the days of the reports and the status that each gives it.

    `names` are the words for parties on either side that have no code. `words` are the stems of all words of
    the sentences that tell it, `triggers` those of the words that tell the act itself. `people` are the
    surnames of persons who act, `text` the sentences in small letters; `agentless` acts name nobody who acts.
    """

    id: str
    mentions: tuple[str, ...]
    type: str
    actors: frozenset[str]
    recipients: frozenset[str]
    status: Status
    told: tuple[tuple[str, Status], ...]
    earliest: str | None
    latest: str | None
    disputed: bool
    names: frozenset[str]
    words: frozenset[str]
    triggers: frozenset[str]
    people: frozenset[str]
    text: str
    agentless: bool
    passage: Evidence | None = None

    @property
    def parties(self) -> frozenset[str]:
        """Who takes part, on either side."""
        return self.actors | self.recipients

    @cached_property
    def first_told(self) -> str | None:
        """The day of the first report that tells it as an act, if only alleged or denied."""
        return min((day for day, status in self.told if status in TOLD), default=None)

    @property
    def day(self) -> str | None:
        """The day that it counts for: its last possible one, else that of the first report."""
        return self.latest or self.first_told


def view_events(
    events: Iterable[Event | EventMention], mentions: Mapping[str, EventMention], foretold: Collection[str]
) -> list[Happening]:
    """Events (or mentions, where nothing was merged) as happenings.

    `mentions` by id give events their words. What only the mentions with the ids `foretold` tell was
    foreseen, whatever status they have.
    """
    return [
        _of_event(e, mentions, foretold) if isinstance(e, Event) else _of_mention(e, e.id in foretold)
        for e in events
    ]


def _of_event(e: Event, mentions: Mapping[str, EventMention], foretold: Collection[str]) -> Happening:
    steps = [(s.published or "", s.status, set(s.mentions) <= set(foretold)) for s in e.history]
    told: tuple[tuple[str, Status], ...] = tuple(
        (day, "predicted" if ahead else status) for day, status, ahead in steps if day
    )
    status = e.status if any(s == e.status for _, s in told) or not told else "predicted"
    known = [m for i in e.mentions if (m := mentions.get(i)) and m.status not in {"predicted", "conditional"}]
    return Happening(
        e.id, e.mentions, e.type, frozenset(p.code for p in e.actor if p.code),
        frozenset(p.code for p in e.recipient if p.code), status, told, e.when.earliest, e.when.latest,
        any(c.about == "status" for c in e.contradictions),
        frozenset(p.name.casefold() for p in (*e.actor, *e.recipient) if not p.code),
        *_words_of(known), not e.actor,
    )  # fmt: skip


def _of_mention(m: EventMention, foretold: bool) -> Happening:
    status: Status = "predicted" if foretold else m.status
    told = ((m.published, status),) if m.published else ()
    return Happening(
        m.id, (m.id,), m.type, frozenset(p.code for p in m.actor if p.code),
        frozenset(p.code for p in m.recipient if p.code), status, told, m.when.earliest, m.when.latest,
        False, frozenset((p.name or p.text).casefold() for p in (*m.actor, *m.recipient) if not p.code),
        *_words_of([m]), not m.actor,
    )  # fmt: skip


def _words_of(
    mentions: Sequence[EventMention],
) -> tuple[frozenset[str], frozenset[str], frozenset[str], str]:
    """The words, triggers, people and text of a happening."""
    words: set[str] = set()
    triggers: set[str] = set()
    for m in mentions:
        words |= content_words(m.sentence, names_of((*m.actor, *m.recipient)))
        triggers |= content_words(m.trigger.text)
    people = people_of(p for m in mentions for p in m.actor)
    return frozenset(words), frozenset(triggers), people, " ".join(m.sentence for m in mentions).casefold()


def people_of(parties: Iterable[Party]) -> frozenset[str]:
    """The surnames of the persons among parties who are named: 'Theresa May', but not 'diplomats'."""
    return frozenset((p.name or p.text).casefold().split()[-1] for p in parties if is_named_person(p))


def is_named_person(party: Party) -> bool:
    """Whether a party is a person with a name of their own."""
    return party.kind == "person" and any(c.isupper() for c in party.text)


def names_of(parties: Iterable[Party]) -> list[str]:
    """The names of parties, and the capitalised words for them: 'Turkish', but not 'pilot'."""
    coded = [p for p in parties if p.code]
    return [p.name for p in coded if p.name] + [w for p in coded for w in p.text.split() if w[:1].isupper()]


def content_words(text: str, but: Iterable[str] = ()) -> frozenset[str]:
    """The stems of the words of a text that tell one act from another, without those of the texts `but`.

    Of words of one meaning (`kin` of forecasts.yaml) the first stands for all.
    """
    left_out = {stem for words in but for stem in _stems(words)}
    return frozenset(_kin().get(s, s) for s in _stems(text) if s not in left_out)


@cache
def _kin() -> dict[str, str]:
    """The stems of words that have kin, with the one that stands for them."""
    groups = load_forecast_words().kin
    return {stem(word): min(map(stem, group)) for group in groups for word in group}


def _stems(text: str) -> Iterator[str]:
    idle = load_forecast_words().idle
    return (stem(word) for word in WORD.findall(text.lower()) if word not in idle)


@cache
def stem(word: str) -> str:
    """The first letters of a word's plain form: 'handed' and 'hand', 'met' and 'meeting' have the same."""
    lemmatizer = cast(Lemmatizer, load_parser().get_pipe("lemmatizer"))
    irregular = lemmatizer.lookups.get_table("lemma_exc")["verb"]
    plain = irregular.get(word, [word])[0]
    return ENDING.sub("", plain)[:STEM]
