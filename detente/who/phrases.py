"""Noun phrases as spans of tokens: where one begins and ends, and the words that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from detente.who.titles import PartyNoun, Titles

MODIFIERS = frozenset("det amod compound nmod poss nummod predet quantmod advmod punct".split())
INNER = frozenset({"compound", "nmod", "amod", "nummod"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
PARTICLES = frozenset(
    "al el bin ibn abu van von der den de del della di da dos du la le ul ud ur st -".split()
)
NOT_NAME = frozenset({"DET", "ADP", "VERB", "AUX", "CCONJ", "SCONJ"})
DASHES = ("-", "–", "—", "--")
GENERAL_OF = frozenset({"secretary", "attorney", "director", "governor", "consul", "prosecutor", "solicitor"})


@dataclass(slots=True)
class Phrase:
    """Tokens [start, end) of a noun phrase with its head.

    `name_start` is where a person's name begins; `core` is the noun that is counted ('officials' in
    'one of the officials').
    """

    head: Token
    start: int
    end: int
    noun: PartyNoun | None = None
    name_start: int | None = None
    core: Token | None = None

    def covers(self, other: Phrase) -> bool:
        """Whether `other` lies inside this phrase."""
        return self.start <= other.start and other.end <= self.end and other is not self


def is_head(token: Token) -> bool:
    """Whether a token heads a noun phrase rather than standing inside one as a modifier."""
    if token.pos_ not in ("NOUN", "PROPN"):
        return token.pos_ in ("ADJ", "NUM", "DET") and token.dep_ in (
            *SUBJECTS,
            "dobj",
            "pobj",
            "poss",
            "conj",
        )
    return not (token.dep_ in INNER and token.head.i > token.i)


def left_edge(head: Token) -> int:
    """Index of the first token of the head's noun phrase."""
    edge = head.i
    for child in reversed(list(head.lefts)):
        if child.dep_ not in MODIFIERS or (child.dep_ == "punct" and child.text not in "-–"):
            if child.i == edge - 1 and child.dep_ not in ("cc", "preconj", "prep", "mark", "punct", "case"):
                continue
            break
        edge = child.left_edge.i
    for i in range(edge + 1, head.i):
        if head.doc[i].text in DASHES and head.doc[i - 1].whitespace_:
            edge = i + 1
    while edge < head.i and (head.doc[edge].is_punct or head.doc[edge].dep_ in ("cc", "preconj")):
        edge += 1
    return min(edge, head.i)


def find_noun(token: Token, titles: Titles) -> PartyNoun | None:
    """The party noun that a token is a form of: 'Presidents' → president, 'officials' → official."""
    lower = token.lower_
    if lower == "general" and token.i >= 1:
        before = token.doc[token.i - 1 if token.nbor(-1).text != "-" else max(token.i - 2, 0)].lower_
        if before in GENERAL_OF:
            return titles.nouns["minister"]
    for form in (lower, token.lemma_.lower(), lower.removesuffix("s"), lower.removesuffix("es")):
        if form in titles.nouns:
            return titles.nouns[form]
    return None


def is_plural(token: Token) -> bool:
    """Whether the head noun is plural."""
    return token.tag_ in ("NNS", "NNPS") or token.lower_ in ("police", "people", "media")


def name_start(head: Token, start: int, titles: Titles, taken: set[int]) -> int:
    """Index at which the person's name that ends in `head` begins, not before `start`."""
    i = head.i
    while i > start:
        before = head.doc[i - 1]
        capital = before.text[0].isupper() and before.pos_ not in NOT_NAME and before.text not in ("'s", "’s")
        particle = before.lower_ in PARTICLES and i - 2 >= start
        if (
            i - 1 in taken
            or (i - 2 >= start and head.doc[i - 2].lower_ == "of")
            or not (capital or particle or before.text == ".")
        ):
            break
        if find_noun(before, titles) or before.lower_.rstrip(".") in titles.honorifics:
            break
        i -= 1
    while i < head.i and head.doc[i].text in ("-", "."):
        i += 1
    return i


def conjuncts(token: Token) -> Iterator[Token]:
    """The tokens coordinated after `token`: of 'France' in 'France, Italy and Spain', the other two."""
    for child in token.rights:
        if child.dep_ == "conj":
            yield child
            yield from conjuncts(child)


def governing_preposition(token: Token) -> Token | None:
    """The preposition before the phrase that the token heads, through coordination."""
    while token.dep_ == "conj" and token.head.i < token.i:
        token = token.head
    return token.head if token.dep_ == "pobj" and token.head.pos_ in ("ADP", "SCONJ", "VERB") else None


def is_subject(token: Token) -> bool:
    """Whether a token heads a subject, through coordination."""
    while token.dep_ in ("conj", "appos") and token.head.i < token.i:
        token = token.head
    return token.dep_ in SUBJECTS


def joined_name(doc: Doc, end: int, head: Token) -> int:
    """The end of a name set without comma beside its title ('Army chief Abdel Fattah al-Sisi')."""
    if end < len(doc) and doc[end].pos_ == "PROPN" and doc[end].ent_type_ == "PERSON":
        ent_end = end
        while ent_end < len(doc) and (
            (doc[ent_end].ent_type_ == "PERSON" and doc[ent_end].ent_iob_ != "B") or ent_end == end
        ):
            ent_end += 1
        last = doc[ent_end - 1]
        if last.dep_ == "appos" or any(t.head == head for t in doc[end:ent_end]):
            return ent_end
    return end


def clause_subject(verb: Token) -> Token | None:
    """The subject of a verb, or of the verb that governs it ('China reached out by sending …')."""
    while True:
        for child in verb.lefts:
            if child.dep_ in ("nsubj", "nsubjpass"):
                return child
        if verb.dep_ not in ("conj", "pcomp", "xcomp", "advcl", "prep") or verb.head == verb:
            return None
        verb = verb.head
