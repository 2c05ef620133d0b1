"""Which kind of act a foreseen word tells, and between whom: by its mention, its frame, or the classifier.

TOLD and DEPTH are judgements, checked on the files of corpus/forecasts that are not kept from tuning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.classifier import load_classifier
from detente.events import grammar
from detente.events.acts import Act, make_act
from detente.events.finder import ActFinder
from detente.events.learned import Hints, plain_frame
from detente.forecasts.words import Outcome, load_forecast_words
from detente.lexicon import PartOfSpeech, load_lexicon
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import EventMention, Party

TOLD = 0.25  # probability of an act from which a foreseen word that no frame fits is taken to tell one
DEPTH = 3  # words between a foreseen verb and the noun that tells the act, at most: 'return to the table'


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act between parties; `happens` is False where the words tell that it doesn't take place."""

    token: Token
    type: str
    mode: str | None
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    happens: bool
    mention: str | None
    reason: str


class KindReader:
    """Reads the kinds of acts that words of one report tell."""

    def __init__(
        self, passages: Sequence[Passage], parties: Sequence[Party], mentions: Iterable[EventMention]
    ) -> None:
        """`passages` are those that foresee something; `mentions` those of the report, as they were coded."""
        self.finder = ActFinder(parties, load_lexicon(), Hints(load_classifier(), passages))
        self.mentions: Mapping[int, EventMention] = {m.trigger.start: m for m in mentions}
        self.acts: dict[tuple[int, int], list[Act]] = {}

    def read(self, passage: Passage, head: Token) -> Kind | None:
        """The kind of act that a foreseen word, or the nearest word below it, tells; None where none is."""
        acts = self.acts_of(passage, head.sent)
        told = _outcome(head)
        carried = [t for t in _below(head) if self.tells(passage, t, acts)]
        first = [*carried, head] if carried and not self.is_framed(passage, head) else [head, *carried]
        for token in first:
            if (told is None or not told.nouns) and (mention := self.mentions.get(passage.start + token.idx)):
                return _by_mention(token, mention)
            act = self.act_at(passage, token, acts, told if token == head else None)
            if act is not None and any(p.code for p in act.parties):
                happens = told is None or token != head or told.happens
                why = f"the outcome '{token.lemma_}' comes to {act.type}" if told else act.reasons[0]
                return Kind(
                    token, act.type, act.mode, tuple(act.actors), tuple(act.recipients), happens, None, why
                )
        return None

    def tells(self, passage: Passage, token: Token, acts: Sequence[Act]) -> bool:
        """Whether a noun below a carrying verb tells an act of its own."""
        noun = token.pos_ == "NOUN"
        return any(a.token == token for a in acts) or (noun and self.is_framed(passage, token))

    def is_framed(self, passage: Passage, token: Token) -> bool:
        """Whether a frame says of a word, as it stands, that it tells an act, or an outcome does."""
        pos: PartOfSpeech = "verb" if grammar.is_verb(token) else "noun"
        frame = self.finder.reader.fitting_frame(passage, token, pos)
        return (frame is not None and frame.type is not None) or _outcome(token) is not None

    def acts_of(self, passage: Passage, sentence: SentenceSpan) -> list[Act]:
        """All acts that the words of a sentence could tell, however weak."""
        key = passage.start, sentence.start
        if key not in self.acts:
            self.acts[key] = self.finder.read_sentence(passage, sentence)
        return self.acts[key]

    def act_at(self, passage: Passage, token: Token, acts: Sequence[Act], told: Outcome | None) -> Act | None:
        """The act that a word tells: one found already, else by a frame that fits, else by the classifier."""
        found = next((a for a in acts if a.token == token), None)
        if found is not None and told is None:
            return found
        pos: PartOfSpeech = "verb" if grammar.is_verb(token) else "noun"
        if pos == "noun" and token.pos_ not in {"NOUN", "PROPN"}:
            return None
        reader, hints = self.finder.reader, self.finder.hints
        frame = reader.fitting_frame(passage, token, pos)
        if told is not None:
            frame = plain_frame(token.lemma_.lower(), pos, told.type)
        elif frame is None or frame.type is None:
            scores = hints.word(passage, token)
            if frame is not None or scores is None or hints.chance(passage, token) < TOLD:
                return None
            frame = plain_frame(token.lemma_.lower(), pos, scores.act_type)
        act = make_act(passage, token.sent, token, frame)
        reader.fill(act)
        self.finder.complete(act, acts)
        reader.fill_by_hints(act)
        return act


def _by_mention(token: Token, m: EventMention) -> Kind:
    return Kind(token, m.type, m.mode, m.actor, m.recipient, True, m.id, m.reasons[0])


def _below(head: Token) -> Iterator[Token]:
    """The words that a carrying verb leads to: 'return to *talks*', 'start a *war*'; of a noun none."""
    if head.lemma_.lower() not in load_forecast_words().carrying:
        return
    todo = [head]
    for _ in range(DEPTH):
        todo = [
            c for t in todo for c in t.children
            if c.dep_ in {"dobj", "prep", "pobj", "xcomp", "pcomp", "nsubj", "nsubjpass", "acomp", "attr"}
        ]  # fmt: skip
        yield from (t for t in todo if t.pos_ in {"NOUN", "VERB"})


def _outcome(head: Token) -> Outcome | None:
    """The outcome that a word tells with its subject or object, by forecasts.yaml."""
    around = {
        t.lemma_.lower() for t in (*grammar.surface_subjects(head), *grammar.objects(head))
    } if grammar.is_verb(head) else set()  # fmt: skip
    for outcome in load_forecast_words().outcomes:
        if head.lemma_.lower() in outcome.words and (not outcome.nouns or outcome.nouns & around):
            return outcome
    return None


def quad_of(type_: str) -> str:
    """The quad of a type."""
    return load_ontology().types[type_].quad
