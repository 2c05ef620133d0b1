"""What the trained classifier adds to the frames: acts that no frame lists, doubts, and parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol, cast

from spacy.tokens import Span, Token

from detente.classifier import NONE, ROLES, Classifier, Reading, TriggerScores
from detente.events.grammar import RELATIVE_TAGS
from detente.lexicon import DEFAULTS, INNER_STATUS, Frame, PartOfSpeech
from detente.parse import Passage
from detente.records import Party, SpanOffsets, Status

PROPOSED = 0.3  # probability of a type from which a word without a frame may tell such an act
IN_ROLE = 0.3  # probability of a role from which a party has it
KNOWN_IN_ROLE = 0.1  # the same of a party that a table knows
UNLIKELY_ROLE = 0.15  # probability of a role under which a party gives it up to a likelier one
DISPLACES = 0.8  # probability of a role from which a phrase without a code takes the place of a coded party
NEARLY = 0.6  # of the likeliest party's probability, from which others have the role too
PHRASES = frozenset({"NOUN", "PROPN", "PRON"})
UNLIKELY_TYPE, UNLIKELY_STATUS = 0.05, 0.15  # probability under which a type or status is given up
SILENT = 0.05  # probability that a sentence tells no event, over which nothing in it is coded
SILENT_OF_TWO = 0.5  # the same for an act of two parties with codes
LIKELY_STATUS = 0.6  # probability from which another status is taken instead
NO_LINE = 0  # of a frame that stands in no file
SYMMETRIC = frozenset({"CONSULT"})


class Told(Protocol):
    """A word in its passage that tells an act."""

    passage: Passage
    token: Token


class Hints:
    """The classifier's readings of a report's sentences; without a classifier it knows nothing.

    What is asked of a word, of a party or of a sentence is worked out once and kept.
    """

    def __init__(self, classifier: Classifier | None = None, passages: Iterable[Passage] = ()) -> None:
        self.readings: dict[tuple[int, int], Reading] = {}
        self._by_token: dict[int, list[tuple[Reading, int]]] = {}  # with the sentence's offset in its passage
        self._words: dict[tuple[int, int], TriggerScores | None] = {}
        self._roles: dict[tuple[int, int, int, int], dict[str, float]] = {}
        self._phrases: dict[int, dict[int, list[Token]]] = {}
        self.weights: dict[str, float] = {}
        self.least = 0.0
        if classifier is None:
            return
        self.weights, self.least = classifier.meta["confidence"], classifier.meta["least_confidence"]
        sentences = [(p, s) for p in passages for s in p.doc.sents]
        readings = classifier.read_sentences([s.text for _, s in sentences])
        for (passage, sentence), reading in zip(sentences, readings, strict=True):
            self.readings[passage.start, sentence.start] = reading
            among = self._by_token.setdefault(passage.start, [])
            among += [(reading, sentence.start_char)] * len(sentence)

    def word(self, passage: Passage, token: Token) -> TriggerScores | None:
        """What a word may tell; None where nothing was read."""
        key = passage.start, token.i
        if key not in self._words:
            found = self._read(passage, token)
            self._words[key] = found[0].word(found[1]) if found and found[0].covers(found[1]) else None
        return self._words[key]

    def _read(self, passage: Passage, token: Token) -> tuple[Reading, SpanOffsets, int] | None:
        """The reading of a word's sentence, the word's place in it, and where it starts in the report."""
        tokens = self._by_token.get(passage.start)
        if tokens is None:
            return None
        reading, first = tokens[token.i]
        return reading, (token.idx - first, token.idx - first + len(token)), passage.start + first

    def chance(self, passage: Passage, token: Token) -> float:
        """The probability that a word tells an act; 0 where nothing was read."""
        scores = self.word(passage, token)
        return 0.0 if scores is None else 1 - scores.types[NONE]

    def silence(self, act: Told) -> float:
        """The probability that an act's sentence tells no event; 0 where it wasn't read."""
        found = self._read(act.passage, act.token)
        return 0.0 if found is None else found[0].silent

    def roles(self, act: Told, party: Party) -> dict[str, float]:
        """The probability that a party has each role in an act; 0 where nothing was read."""
        key = act.passage.start, act.token.i, party.start, party.end
        if key not in self._roles:
            self._roles[key] = self._read_roles(act, party)
        return self._roles[key]

    def _read_roles(self, act: Told, party: Party) -> dict[str, float]:
        found = self._read(act.passage, act.token)
        if found is None:
            return dict.fromkeys(ROLES, 0.0)
        reading, trigger, first = found
        return reading.roles(trigger, (party.start - first, party.end - first))

    def propose(self, passage: Passage, token: Token, pos: PartOfSpeech) -> Frame | None:
        """A plain frame for a word that none of the lexicon's fits but that is read as telling an act."""
        scores = self.word(passage, token)
        if scores is None:
            return None
        best = scores.act_type
        return plain_frame(token.lemma_.lower(), pos, best) if scores.types[best] >= PROPOSED else None

    def revise(self, act: Told, type_: str, status: Status) -> tuple[str, Status, list[str]]:
        """The type and status of an act after what is read, with the reasons where they changed."""
        scores = self.word(act.passage, act.token)
        if scores is None:
            return type_, status, []
        reasons = []
        if scores.types[type_] < UNLIKELY_TYPE * (1 - scores.types[NONE]):
            type_ = scores.act_type
            reasons.append(f"the trained classifier reads {type_}")
        if scores.statuses[status] < UNLIKELY_STATUS and scores.statuses[scores.status] >= LIKELY_STATUS:
            status = cast(Status, scores.status)
            reasons.append(f"the trained classifier reads it as {status}")
        return type_, status, reasons

    def is_in_role(self, act: Told, party: Party, role: str) -> bool:
        """Whether a party is read as having a role in an act."""
        return self.roles(act, party)[role] >= IN_ROLE

    def displaces(self, act: Told, party: Party, role: str) -> bool:
        """Whether a party is read so surely as having a role that one out of its role gives way to it."""
        return self.roles(act, party)[role] >= (IN_ROLE if party.code else DISPLACES)

    def is_out_of_role(self, act: Told, party: Party, role: str) -> bool:
        """Whether a party that stands in the act's sentence is read as not having a role in the act."""
        found = self._read(act.passage, act.token)
        if found is None:
            return False
        reading, trigger, first = found
        place = party.start - first, party.end - first
        inside = reading.covers(trigger) and reading.covers(place)
        return inside and self.roles(act, party)[role] < UNLIKELY_ROLE

    def likeliest(self, act: Told, role: str, parties: Iterable[Party]) -> list[Party]:
        """Those of the parties that have a role in the act about as likely as the likeliest, in order.

        A party is only asked for the role that is the likelier one for it.
        """
        (rival,) = (r for r in ROLES if r != role)
        chances = [(self.roles(act, p), p) for p in parties]
        scored = [(chance[role], p) for chance, p in chances if chance[role] >= chance[rival]]
        best = max((score for score, _ in scored), default=0.0)
        return [p for score, p in scored if score >= max(KNOWN_IN_ROLE, NEARLY * best)]

    def phrases(self, passage: Passage, sentence: Span) -> list[Token]:
        """The heads of a sentence's noun phrases, where it was read."""
        if not self.readings:
            return []
        if passage.start not in self._phrases:
            self._phrases[passage.start] = phrases_by_sentence(passage)
        return self._phrases[passage.start][sentence.start]


def phrases_by_sentence(passage: Passage) -> dict[int, list[Token]]:
    """The heads of noun phrases by the first token of their sentence; a sentence's own iterator reads the
    whole document each time."""
    heads: dict[int, list[Token]] = defaultdict(list)
    for chunk in passage.doc.noun_chunks:
        head = chunk.root
        if head.pos_ in PHRASES and head.tag_ not in RELATIVE_TAGS:
            heads[head.sent.start].append(head)
    return heads


def plain_frame(lemma: str, pos: PartOfSpeech, type_: str) -> Frame:
    """A frame with the slots that verbs or nouns have by default."""
    slots = DEFAULTS[pos]
    return Frame(
        lemma=lemma,
        pos=pos,
        type=type_,
        mode=None,
        needs={},
        actor=slots["actor"],
        recipient=slots["recipient"],
        theme=slots["theme"],
        inner=INNER_STATUS.get(type_),
        status=None,
        symmetric=type_ in SYMMETRIC,
        contexts=(),
        reason=None,
        negated=None,
        line=NO_LINE,
    )
