"""A language model's answer → acts: quote, trigger and parties must stand in the text, else the act goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spacy.tokens import Token

from detente.errors import InputError
from detente.events import Act, PartyIndex, judge_status
from detente.events.grammar import is_verb
from detente.events.learned import plain_frame
from detente.events.parties import others_of
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import STATUSES, Party, SpanOffsets

PLAIN = str.maketrans("’‘ʼ“”„–—‑\xa0", "'''\"\"\"--- ")  # sign by sign, so that offsets hold
FENCE = re.compile(r"^[^{]*?(?=\{)|(?<=\})[^}]*$")
TEXTS = ("quote", "trigger", "type", "mode", "status")
LISTS = ("actor", "recipient")
UNCHECKED, UNKNOWN_PARTY, OTHER_STATUS = 0.15, 0.1, 0.1  # what each takes from the confidence


@dataclass(eq=False)
class QuotedAct(Act):
    """An act whose trigger and clause are the words that a model quoted."""

    words: SpanOffsets = (0, 0)
    quoted: SpanOffsets = (0, 0)

    @property
    def trigger(self) -> SpanOffsets:
        """First and last-plus-one offset of the trigger in the text."""
        return self.words

    @property
    def span(self) -> SpanOffsets:
        """Offsets of the quote."""
        return self.quoted


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a passage that a model was shown: whole sentences, by offsets into `passage.doc.text`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the stretch."""
        return str(self.passage.doc.text[self.start : self.end])

    @property
    def offset(self) -> int:
        """Where the stretch starts in the report's text."""
        return self.passage.start + self.start


class Dropped(ValueError):
    """Why an act that a model told is not taken."""


def read_acts(text: str) -> list[dict[str, Any]]:
    """The acts of an answer, as they are told. Raises InputError where it isn't the JSON asked for."""
    try:
        acts = json.loads(FENCE.sub("", text.strip()))["acts"]
        if not isinstance(acts, list):
            raise TypeError("'acts' is no list")
    except (ValueError, LookupError, TypeError) as e:
        fault = f"its answer isn't the JSON that was asked for ({type(e).__name__}: {e})"
        raise InputError("the model", fault, "Use a larger model") from e
    return acts


def find_words(words: str, text: str) -> Iterator[SpanOffsets]:
    """Where words stand in a text, as whole words; spaces, quotation marks and dashes may be of any kind."""
    parts = words.translate(PLAIN).split()
    if not parts:
        return
    before = r"(?<!\w)" if parts[0][0].isalnum() else ""
    after = r"(?!\w)" if parts[-1][-1].isalnum() else ""
    pattern = before + r"\s+".join(map(re.escape, parts)) + after
    for found in re.finditer(pattern, text.translate(PLAIN)):
        yield found.span()


class AnswerChecker:
    """Takes what a model tells of one piece of a report, act by act, or says why not.

    `text` is the report's, `stretches` what the model was shown of it and `parties` those named in it.
    """

    def __init__(self, text: str, stretches: Sequence[Stretch], parties: Sequence[Party]) -> None:
        self.text = text
        self.stretches = stretches
        self.index = PartyIndex(parties)
        self.taken: set[tuple[int, str]] = set()

    def take(self, told: Any) -> QuotedAct:
        """The act that a model tells. Raises Dropped with the reason where it can't be taken."""
        told = read_form(told)
        stretch, quote, words = self.locate(told)
        token = find_head(stretch.passage, words)
        if token is None:
            raise Dropped("its trigger runs over two sentences")
        near = (quote, sentence_span(stretch.passage, token))
        sides = [self.read_side(told[side], stretch, near) for side in LISTS]
        act = make_act(stretch.passage, token, told)
        act.words, act.quoted = words, quote
        act.actors = sides[0]
        act.recipients = others_of(sides[1], sides[0]) or sides[1]
        if not act.parties:
            raise Dropped("it names no party")
        if not any(p.code for p in act.parties):
            raise Dropped("no party in it could be identified")
        if any(not p.code for p in act.parties):
            act.weaken(UNKNOWN_PARTY, "a party in it could not be identified")
        self.taken.add((words[0], act.type))
        return act

    def locate(self, told: dict[str, Any]) -> tuple[Stretch, SpanOffsets, SpanOffsets]:
        """Where quote and trigger stand: the first place that no act of the type was taken from."""
        fault = "its quote isn't in the text"
        for stretch in self.stretches:
            for start, end in find_words(told["quote"], stretch.text):
                fault = fault if fault.startswith("the same") else "its trigger isn't in its quote"
                for at, to in find_words(told["trigger"], stretch.text[start:end]):
                    words = stretch.offset + start + at, stretch.offset + start + to
                    if (words[0], told["type"]) not in self.taken:
                        return stretch, (stretch.offset + start, stretch.offset + end), words
                    fault = "the same act is told twice"
        raise Dropped(fault)

    def read_side(self, names: Sequence[str], stretch: Stretch, near: Sequence[SpanOffsets]) -> list[Party]:
        """The parties of one side, each once. Raises Dropped where one isn't in the text."""
        found: list[Party] = []
        for name in filter(str.strip, names):
            found += others_of([self.read_party(name, stretch, near)], found)
        return found

    def read_party(self, name: str, stretch: Stretch, near: Sequence[SpanOffsets]) -> Party:
        """The party that words name: in the quote, else in its sentence, else where they stand nearest."""
        spans = [
            (s.offset + start, s.offset + end)
            for s in self.stretches
            for start, end in find_words(name, s.text)
        ]
        if not spans:
            raise Dropped("a party in it isn't in the text")
        start, end = min(
            spans,
            key=lambda s: ([not (a <= s[0] and s[1] <= b) for a, b in near], abs(s[0] - near[0][0])),
        )
        known = [p for p in self.index.between(start - self.index.longest, end) if p.end > start]
        if known:
            return max(known, key=lambda p: (bool(p.code), min(end, p.end) - max(start, p.start), -p.start))
        return Party(self.text[start:end], start, end)


def read_form(told: Any) -> dict[str, Any]:
    """The fields of an act as a model tells it; null stands for nothing, and a single name for a list.

    Raises Dropped where a field is missing or of another kind, and for names of types and statuses that don't
    exist.
    """
    fields = told if isinstance(told, dict) else {}
    read: dict[str, Any] = {name: fields.get(name) for name in TEXTS}
    read["mode"] = read["mode"] or ""
    for side in LISTS:
        given = fields.get(side) or []
        read[side] = given if isinstance(given, list) else [given]
    names = [*(read[name] for name in TEXTS), *read["actor"], *read["recipient"]]
    if not all(isinstance(name, str) for name in names):
        raise Dropped("it lacks a field or has one of another kind")
    if read["type"] not in load_ontology().types or read["status"] not in STATUSES:
        raise Dropped("its type or status doesn't exist")
    return read


def find_head(passage: Passage, words: SpanOffsets) -> Token | None:
    """The word that governs a trigger, None where that runs over two sentences."""
    span = passage.doc.char_span(words[0] - passage.start, words[1] - passage.start, alignment_mode="expand")
    if span is None or span[0].sent != span[-1].sent:
        return None
    return span.root


def sentence_span(passage: Passage, token: Token) -> SpanOffsets:
    """Offsets of a token's sentence in the report's text."""
    return passage.start + token.sent.start_char, passage.start + token.sent.end_char


def make_act(passage: Passage, token: Token, told: dict[str, Any]) -> QuotedAct:
    """The act without its places, with the reasons for type, mode and status."""
    modes = load_ontology().types[told["type"]].modes
    mode = told["mode"] if told["mode"] in modes else None
    judged = judge_status(token)
    frame = replace(plain_frame(token.lemma_, "verb" if is_verb(token) else "noun", told["type"]), mode=mode)
    act = QuotedAct(passage, token.sent, token, frame, judged, told["type"], told["status"])
    act.weaken(UNCHECKED, f"a language model reads '{token.text}' as {told['type']}, {told['status']}")
    if told["mode"] and mode is None:
        act.reasons.append(f"it told the mode '{told['mode']}', which {told['type']} doesn't have")
    if judged.status != act.status:
        act.weaken(OTHER_STATUS, f"by the rules the words around it make it {judged.status}")
    return act
