"""What kind of source a phrase names, and which party it is."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from detente.events import PartyIndex
from detente.parse import Passage
from detente.records import Party, Says, SaysKind, Span
from detente.says.words import SpeechWords, load_speech_words

OUTSIDERS = frozenset({"expert", "media"})


def name_source(passage: Passage, head: Token, source: Span, index: PartyIndex) -> Says:
    """What kind of source a phrase names, and which party it is. `head` is the phrase's head noun."""
    parties = index.at(passage, head)
    party = next((p for p in parties if p.code), parties[0] if parties else None)
    kind = _kind_of(head, source, party, load_speech_words())
    name, code = (party.name, party.code) if party else (None, None)
    return Says(source.text, source.start, source.end, kind, name, code)


def _kind_of(head: Token, source: Span, party: Party | None, words: SpeechWords) -> SaysKind:
    if words.agencies.search(" ".join(source.text.split())):
        return "agency"
    for token in _described(head):
        kind = words.kinds.get(token.lower_) or words.kinds.get(token.lemma_.lower())
        if kind:
            return kind
    if party is None:
        return "person" if head.ent_type_ == "PERSON" or head.pos_ == "PRON" else "unknown"
    if party.sector == "MED":
        return "media"
    if party.code or party.role:
        return "official"
    return "person" if party.kind in ("person", "people") else "unknown"


def _described(head: Token) -> Iterator[Token]:
    """The words of a phrase that may tell what its head is: itself, its modifiers, what is set beside it."""
    yield head
    for token in head.subtree:
        if token != head and (token.dep_ in {"appos", "attr"} or token.head == head):
            yield token
