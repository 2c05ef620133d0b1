"""Spots names, titles and party nouns in one passage and bounds the phrases that hold them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from detente.who.meaning import as_identity, choose_name, compass_code, is_kept_apart
from detente.who.memory import Identity
from detente.who.names import Hit, Name, NameIndex
from detente.who.phrases import (
    Phrase,
    conjuncts,
    find_noun,
    governing_preposition,
    is_head,
    is_plural,
    is_subject,
    joined_name,
    left_edge,
    name_start,
)
from detente.who.titles import PartyNoun, Titles

POINTING = PartyNoun("", "state", "GOV", open=False, weak=True, synonyms=-1)
POINTING_LISTS = ("pair_words", "country_words", "group_words", "other_words")
HYPHENS = "-–"
NAME_TAGS = ("NNP", "NNPS", "NNS", "JJ")
MISSPELT_TYPES = ("GPE", "NORP", "ORG", "LOC", "PERSON", "")


@dataclass(slots=True)
class Placed:
    """A name in a passage: tokens [first, last], characters [start, end), and who is meant.

    `apart` where it is only part of an adjective ('US-backed').
    """

    first: int
    last: int
    start: int
    end: int
    name: Name
    names: tuple[Name, ...]
    who: Identity
    apart: bool = False


class Spotter:
    """The names of one passage on its tokens, and the phrases that parties head."""

    def __init__(
        self, doc: Doc, index: NameIndex, titles: Titles, topic: Counter[str], on: str | None
    ) -> None:
        self.doc, self.index, self.titles, self.topic, self.on = doc, index, titles, topic, on
        self.at: dict[int, Placed] = {}
        self.blocked: set[int] = set()

    def place_all(self, hits: list[Hit]) -> None:
        """Put every name on its tokens."""
        for hit in hits:
            self.place(hit)
        for token in self.doc:
            if token.i in self.at or token.i in self.blocked:
                continue
            if token.text in ("North", "South"):
                self.place_compass(token)
            elif token.tag_ in NAME_TAGS and token.ent_type_ in MISSPELT_TYPES:
                self.place_misspelt(token)

    def place(self, hit: Hit) -> None:
        """Put a name on its tokens, unless it is part of a longer person's name or means no party."""
        span = self.doc.char_span(hit.start, hit.end, alignment_mode="expand")
        if span is None:
            return
        if all(n.means == "none" for n in hit.names):
            self.blocked.update(range(span.start, span.end))
            return
        before = self.doc[max(span.start - 4, 0) : span.start].text.lower()
        name = choose_name(hit.names, self.on, self.topic, self.title_in(before))
        if name.means != "person" and self.is_inside_person(span):
            return
        self.put(span.start, span.end - 1, name, hit)

    def put(self, first: int, last: int, name: Name, hit: Hit) -> None:
        """Put a chosen name on tokens [first, last]."""
        apart = is_kept_apart(self.doc[first], self.doc[last])
        placed = Placed(first, last, hit.start, hit.end, name, hit.names, as_identity(name), apart)
        for i in range(first, last + 1):
            self.at.setdefault(i, placed)

    def title_in(self, words: str) -> str:
        """The words before a name if an office is among them."""
        return words if any(w.strip(",.") in self.titles.nouns for w in words.split()) else ""

    def is_inside_person(self, span: Span) -> bool:
        """Whether a name is a piece of a person's: 'Jordan' in 'Jordan Smith'."""
        if span[0].ent_type_ != "PERSON" or len(span) > 1 or span.end >= len(self.doc):
            return False
        after = self.doc[span.end]
        return after.ent_type_ == "PERSON" and after.ent_iob_ == "I" and after.pos_ == "PROPN"

    def place_compass(self, token: Token) -> None:
        """Put the state on 'the North', 'the South' and the 'North' of 'North and South Korea'."""
        code = compass_code(token.text, self.topic)
        if code is not None and self.is_compass(token):
            name = Name(self.index.states[code], code, "state", "state", "GOV")
            self.put(token.i, token.i, name, Hit(token.idx, token.idx + len(token), (name,)))

    def is_compass(self, token: Token) -> bool:
        """Whether 'North' stands alone or before its counterpart, not in a place name."""
        rest = [t.text for t in self.doc[token.i + 1 : token.i + 3]]
        if (
            len(rest) == 2
            and rest[0] in ("and", "or", "-", "–", "/", "from")
            and rest[1] in ("North", "South")
        ):
            return True
        before = self.doc[token.i - 1].lower_ if token.i else ""
        joined = token.i > 1 and before in HYPHENS and self.doc[token.i - 2].text in ("North", "South")
        follower = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        return joined or (before in ("the", "both") and (follower is None or follower.pos_ != "PROPN"))

    def place_misspelt(self, token: Token) -> None:
        """Put a state on a word that looks like a slip in its name ('Phillipines')."""
        beyond = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        alone = beyond is None or beyond.ent_iob_ != "I" or not beyond.is_alpha
        if not alone or token.ent_iob_ == "I" or not token.text[0].isupper():
            return
        beside = token.dep_ == "conj" and token.head.i in self.at
        names = self.index.find_close(token.text, beside)
        if names:
            hit = Hit(token.idx, token.idx + len(token), names)
            self.put(token.i, token.i, choose_name(names, self.on, self.topic), hit)

    # Phrases

    def find_phrases(self, sentence: Span) -> list[Phrase]:
        """The outermost phrases that a party noun, a person or a body heads."""
        found = [p for t in sentence if t.i not in self.blocked and (p := self.find_phrase(t))]
        return [p for p in found if not any(other.covers(p) for other in found)]

    def find_phrase(self, token: Token) -> Phrase | None:
        """The party phrase that a token heads, if any."""
        hit = self.at.get(token.i)
        if hit:
            return self.find_named_phrase(token, hit)
        if counted := self.find_counted(token):
            return counted
        if token.text in HYPHENS or self.is_hyphenated(token):
            return None
        noun = find_noun(token, self.titles)
        if not is_head(token):
            proper = token.pos_ == "PROPN" and noun is not None and noun.kind in ("organisation", "state")
            if not proper or token.i == left_edge(token):
                return None
        if noun and token.pos_ in ("NOUN", "PROPN"):
            return self.extend(Phrase(token, left_edge(token), token.i + 1, noun))
        if self.points(token):
            return Phrase(token, left_edge(token), token.i + 1, POINTING)
        return self.find_person_phrase(token, left_edge(token))

    def points(self, token: Token) -> bool:
        """Whether a common noun can point back to a party ('the two sides')."""
        lemma = token.lemma_.lower().removesuffix("s") if token.pos_ == "PROPN" else token.lemma_.lower()
        return token.pos_ in ("NOUN", "PROPN") and any(
            self.titles.has(name, lemma) for name in POINTING_LISTS
        )

    def is_hyphenated(self, token: Token) -> bool:
        """Whether a common noun is only part of a word: 'government-to-government'."""
        near = [self.doc[i].text for i in (token.i - 1, token.i + 1) if 0 <= i < len(self.doc)]
        return token.pos_ != "PROPN" and any(n in HYPHENS for n in near) and token.lower_ != "general"

    def find_named_phrase(self, token: Token, hit: Placed) -> Phrase | None:
        """The phrase around a person, a body or a people of the tables, with the words before it."""
        if hit.name.means not in ("person", "demonym", "body") or hit.apart or not is_head(token):
            return None
        if token != self.doc[hit.first : hit.last + 1].root:
            return None
        start = min(left_edge(token), hit.first)
        if hit.name.means == "demonym" and any(i in self.at for i in range(start, hit.first)):
            start = hit.first
        begin = hit.first if hit.name.means == "person" else None
        return Phrase(token, start, hit.last + 1, None, begin)

    def find_counted(self, token: Token) -> Phrase | None:
        """'Hundreds of Chinese workers', 'one of the officials': what is counted tells who."""
        number = token.lower_ if token.pos_ == "NUM" else token.lemma_.lower()
        after = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        if (
            after is None
            or after.lower_ != "of"
            or not (self.titles.has("quantities", number) or token.pos_ == "NUM")
        ):
            return None
        counted = next((c for c in after.children if c.dep_ == "pobj"), None)
        if counted is None:
            return None
        inner = self.find_phrase(counted) if counted.i not in self.at else None
        people = self.at.get(counted.i)
        if people is not None and people.name.means != "demonym":
            return None
        if inner is None or inner.noun is None:
            return None
        return Phrase(token, left_edge(token), inner.end, inner.noun, core=counted)

    def find_person_phrase(self, token: Token, start: int) -> Phrase | None:
        """A phrase headed by a person's name: known to the parser, after a title, or met before."""
        if not (token.pos_ == "PROPN" or self.is_rare_name(token)) or token.ent_type_ in ("DATE", "TIME"):
            return None
        begin = name_start(token, start, self.titles, set(self.at))
        if not self.doc[begin].text[0].isupper():
            return None
        titled = token.ent_type_ in ("", "PERSON", "ORG") and any(
            self.is_title(t) or t.lower_.rstrip(".") in self.titles.honorifics for t in self.doc[start:begin]
        )
        alone = begin == token.i
        named = token.ent_type_ == "PERSON" and (not alone or self.stands_as_party(token))
        described = any(c.dep_ == "appos" and self.is_title(c) for c in token.rights)
        if named or titled or described or self.knows(token.text, alone):
            return Phrase(token, start, token.i + 1, None, begin)
        return Phrase(token, start, token.i + 1) if token.ent_type_ == "ORG" else None

    def is_rare_name(self, token: Token) -> bool:
        """Whether a word that the parser takes for none is a name that it can't know ('Zelenskyy')."""
        return token.text[0].isupper() and is_subject(token) and self.knows(token.text, True)

    def stands_as_party(self, token: Token) -> bool:
        """Whether a single name is a subject or behind a preposition that takes people."""
        preposition = governing_preposition(token)
        if preposition is not None:
            return preposition.lower_ in ("against", "with", "by", "to", "for", "of")
        return is_subject(token)

    def is_title(self, token: Token) -> bool:
        """Whether a word is an office or calling that can stand before a person's name."""
        noun = find_noun(token, self.titles)
        return noun is not None and noun.kind in ("person", "people")

    def knows(self, word: str, alone: bool) -> bool:
        """Whether a word is a family name already met; a page with a memory says more."""
        return False

    def extend(self, phrase: Phrase) -> Phrase:
        """Take in a name set beside the noun and the 'of', 'from', 'for' phrases that say whose it is."""
        end = joined_name(self.doc, phrase.end, phrase.head)
        if end > phrase.end:
            phrase.name_start = phrase.end
        while end < len(self.doc) and (prep := self.doc[end]).dep_ == "prep":
            reach = self.belonging_end(phrase, prep)
            if reach <= end:
                break
            end = reach
        phrase.end = end
        return phrase

    def belonging_end(self, phrase: Phrase, prep: Token) -> int:
        """Where the prepositional phrase ends if it says whose the noun is; 0 where it doesn't."""
        word, noun = prep.lower_, phrase.noun
        objects = [c for c in prep.children if c.dep_ == "pobj"]
        if not objects or noun is None or prep.head != phrase.head:
            return 0
        own = word in ("of", "from") or (
            word in ("for", "to", "in") and self.titles.has(f"{word}_nouns", noun.word)
        )
        end = self.object_end(objects[0])
        named = any(i in self.at for i in range(prep.i, end)) or objects[0].ent_type_ == "PERSON"
        party = find_noun(objects[0], self.titles) is not None
        if word == "of" and noun.kind in ("person", "people", "state"):
            named = named or noun.kind == "person"
        return end if own and (named or (party and word != "in")) else 0

    def object_end(self, token: Token) -> int:
        """The end of a noun phrase with its own 'of' phrase and the names coordinated with it."""
        if token.i not in self.at and token.i - 1 in self.at and find_noun(token, self.titles) is None:
            return token.i if not is_plural(token) and token.pos_ == "NOUN" else token.i + 1
        end = token.i + 1
        for other in conjuncts(token):
            if other.i in self.at and token.i in self.at:
                end = max(end, other.i + 1)
        if end < len(self.doc) and self.doc[end].lower_ == "of" and end == token.i + 1:
            objects = [c for c in self.doc[end].children if c.dep_ == "pobj"]
            end = self.object_end(objects[0]) if objects else end
        return end
