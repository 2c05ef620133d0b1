"""How far an author holds an event for a fact, on a scale from -3 (certainly not) to 3 (certainly).

From the event's word a walk goes up the parse and notes each context it stands in: a negation, a modal, a verb
that takes it as its complement, an if-clause. Each kind of context is a line between two points (its signature
in languages/en/factuality.yaml): the number where the word over the event certainly holds, and the number where
it certainly does not. Read from the top down, starting with 3, they give the event's number. docs/method.md
says where the signatures come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.tokens import Token

from detente.errors import DataError, UsageError
from detente.events import grammar
from detente.parse import parse_text
from detente.tables import data_file, read_yaml

CERTAIN = 3.0
LONGEST_WALK = 30  # words
COPULAS = frozenset({"be", "seem", "appear", "remain", "look", "prove", "become"})
UNSURE_PREDICATES = frozenset({"expecting", "improbable", "impossible", "considering", "asking"})


@dataclass(frozen=True, slots=True)
class Context:
    """One thing that an event stands in or beside: its kind and the word for it."""

    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class FactualityWords:
    """The tables of factuality.yaml: kinds by words."""

    signatures: dict[str, tuple[float, float]]
    verbs: dict[str, dict[str, str]]
    nouns: dict[str, str]
    adjectives: dict[str, str]
    modifiers: dict[str, str]
    adverbs: dict[str, str]
    modals: dict[str, str]
    modals_past: dict[str, str]
    marks: dict[str, str]
    prepositions: dict[str, str]
    governed: dict[str, dict[str, str]]
    nobody: frozenset[str]
    few: frozenset[str]
    carriers: frozenset[str]


@cache
def load_factuality_words(language: str = "en") -> FactualityWords:
    """The contexts of a language. Raises DataError for a kind without a signature or a word that has two."""
    source = data_file("languages", language, "factuality.yaml")
    table = read_yaml(source)
    signatures = {k: (float(v[0]), float(v[1])) for k, v in _rows(table["signatures"])}

    def known(kind: str, line: int) -> str:
        if kind not in signatures:
            raise DataError(f"{source}:{line}", f"{kind!r} has no signature", "Add it under 'signatures'")
        return kind

    def turned(rows: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, words in _rows(rows):
            for word in words:
                if word in found:
                    fault = f"{word!r} is {found[word]} and {kind}"
                    raise DataError(f"{source}:{rows['__line__']}", fault, "Leave one out")
                found[word] = known(kind, rows["__line__"])
        return found

    def plain(rows: dict[str, Any]) -> dict[str, str]:
        return {word: known(kind, rows["__line__"]) for word, kind in _rows(rows)}

    return FactualityWords(
        signatures,
        {form: turned(rows) for form, rows in _rows(table["verbs"])},
        turned(table["nouns"]), turned(table["adjectives"]), turned(table["modifiers"]), turned(table["adverbs"]),
        plain(table["modals"]), plain(table["modals_past"]), plain(table["marks"]), plain(table["prepositions"]),
        {prep: turned(rows) for prep, rows in _rows(table["governed"])},
        frozenset(table["nobody"]), frozenset(table["few"]), frozenset(table["carriers"]),
    )  # fmt: skip


def _rows(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((k, v) for k, v in table.items() if k != "__line__")


def judge_factuality(text: str, span: tuple[int, int]) -> float:
    """How far the author of `text` holds the event at `span` for a fact: -3 (certainly not) to 3 (certainly).

    `span` holds the (start, end) offsets of the event's word. The scale is that of Lee et al. (2015), 'Event
    Detection and Factuality Assessment with Non-Expert Supervision'; docs/method.md says how the number is made.
    Raises UsageError for a span outside the text.
    """
    start, end = span
    if not 0 <= start < end <= len(text):
        fault = f"lies outside the text of {len(text)} characters"
        raise UsageError(f"span {span}", fault, "Give offsets in it")
    for passage in parse_text(text):
        inside = passage.doc.char_span(start - passage.start, end - passage.start, alignment_mode="expand")
        if inside is not None and passage.start <= start < passage.start + len(passage.doc.text):
            return rate_event(inside.root)
    return 0.0


def rate_event(event: Token) -> float:
    """The number from -3 to 3 for a parsed word."""
    signatures = load_factuality_words().signatures
    number = CERTAIN
    for context in reversed(find_contexts(event)):
        held, denied = signatures[context.kind]
        number = denied + (held - denied) * (number + CERTAIN) / (2 * CERTAIN)
    return number


def find_contexts(event: Token) -> list[Context]:
    """What an event's word stands in and beside, the innermost first."""
    walk = _Walk(load_factuality_words())
    token: Token | None = event
    for _ in range(LONGEST_WALK):
        if token is None:
            break
        token = walk.climb(token)
    return walk.found


class _Walk:
    """One walk up from an event."""

    def __init__(self, words: FactualityWords) -> None:
        self.words = words
        self.found: list[Context] = []
        self.passed: set[int] = set()

    def note(self, kind: str | None, word: str) -> None:
        if kind is not None:
            self.found.append(Context(kind, word))

    def climb(self, token: Token) -> Token | None:
        """Notes what stands beside a word and over it; gives the word from which to go on, or None."""
        self.look_beside(token)
        self.passed |= {token.i}
        head = token.head
        if token.dep_ in {"aux", "auxpass"}:
            return head
        if head == token:
            self.look_around(token)
            return None
        if token.dep_ == "conj":
            return self.climb_conjunct(token)
        if token.dep_ in {"relcl", "acl"} and not _completes(token):
            self.note("relative", head.text)
            return head
        if token.dep_ in {"attr", "acomp", "oprd"} and head.pos_ in {"AUX", "VERB"}:
            return head
        if token.dep_ in {"pobj", "pcomp"}:
            return self.climb_preposition(token, head)
        if token.dep_ in {"prep", "agent", "dative"} and grammar.is_verb(token):
            return self.climb_adjunct(token, head)
        if grammar.is_verb(token) or token.pos_ == "AUX":
            return self.climb_clause(token, head)
        return self.climb_noun(token, head)

    # what stands beside a word

    def look_beside(self, token: Token) -> None:
        """Modals, adverbs, negations and adjectives that hang on the word itself, innermost first."""
        words = self.words
        perfect = any(c.lower_ in {"have", "'ve", "’ve", "of"} and c.dep_ == "aux" for c in token.children)
        for child in token.children:
            word = child.lower_
            if child.dep_ in {"aux", "auxpass"}:
                self.look_at_auxiliary(child, perfect)
            elif child.dep_ in {"advmod", "npadvmod", "preconj"} or (
                child.dep_ == "det" and token.pos_ == "NOUN"
            ):
                table = words.adverbs if child.dep_ != "det" else words.modifiers
                self.note(table.get(word), word)
                if any(c.lower_ == "no" for c in child.children) and word != "matter":
                    self.note("negation", f"no {word}")
            elif child.dep_ in {"amod", "compound", "nmod"} and token.pos_ in {"NOUN", "PROPN"}:
                self.note(words.modifiers.get(word), word)
        for child in token.children:
            if child.i not in self.passed:
                self.look_at_negation(child, token)
        if grammar.is_verb(token) or token.pos_ == "AUX":
            self.look_at_condition(token)
            if token.tag_ in {"VBZ", "VBP"} and not self.passed and not _auxiliaries(token):
                self.note("present", token.text)

    def look_at_auxiliary(self, auxiliary: Token, perfect: bool) -> None:
        word = auxiliary.lower_
        if word in {"'d", "’d"} and auxiliary.head.tag_ == "VBN":
            return
        modal = self.words.modals_past.get(word) if perfect else None
        if modal is None and self.words.modals.get(word) == "would" and _is_reported(auxiliary.head):
            modal = "will"
        self.note(modal or self.words.modals.get(word), word)

    def look_at_negation(self, child: Token, token: Token) -> None:
        word = child.lower_
        subject = child.dep_ in {"nsubj", "nsubjpass"}
        if child.dep_ == "neg":
            self.note("negation", word)
        elif subject or (child.dep_ in {"dobj", "attr"} and grammar.is_verb(token)):
            parts = {c.lower_ for c in child.children if c.dep_ in {"det", "neg", "preconj", "amod"}}
            parts |= {word, child.left_edge.lower_} if subject else {word}
            if parts & (self.words.nobody | {"no"}):
                self.note("negation" if subject else "no_object", word)
            elif subject and "a" not in parts and (parts & self.words.few or child.left_edge.lower_ == "not"):
                self.note("scarcity", word)

    def look_at_condition(self, token: Token) -> None:
        if any(c.dep_ == "advcl" and grammar.has_mark(c, {"if", "unless"}) for c in token.children):
            self.note("consequence", "if")

    def look_around(self, top: Token) -> None:
        """What bears on a whole sentence: a question, an order."""
        if top.tag_ == "VB" and grammar.has_mark(top, {"to"}):
            self.note("planning", "to")
        if top.sent.text.rstrip(" \"'”’").endswith("?"):
            self.note("question", "?")

    # what stands over a word

    def climb_conjunct(self, token: Token) -> Token | None:
        """A conjunct stands in what its first conjunct stands in, without that one's own subject and modals."""
        first = token.head
        if token.i and any(t.lower_ == "nor" for t in token.doc[first.i : token.i] if t.head == first):
            self.note("negation", "nor")
        if not (grammar.is_verb(token) or token.pos_ == "AUX"):
            return first
        first = _like_conjunct(token)
        if grammar.own_subjects(token) or _is_finite(token):
            while first.dep_ == "conj" and first.head != first:
                first = first.head
            return self.skip(first)
        return first

    def skip(self, token: Token) -> Token | None:
        """Goes on over a word without what stands beside it."""
        head = token.head
        if head == token or token.dep_ in {"relcl", "acl"}:
            return None
        if grammar.is_verb(token):
            return self.climb_clause(token, head)
        return None

    def climb_clause(self, verb: Token, head: Token) -> Token | None:
        """A clause under a verb, a noun or an adjective."""
        if verb.dep_ == "advcl":
            return self.climb_adverbial(verb, head)
        if verb.dep_ in {"csubj", "csubjpass"}:
            if _is_asked(verb):
                self.note("wh_clause", head.text)
            return head
        if verb.dep_ in {"amod", "compound", "nmod"}:
            return self.climb_noun(verb, head) if verb.dep_ != "amod" else None
        if verb.dep_ == "parataxis":
            return None
        if verb.dep_ == "prep":
            return self.climb_adjunct(verb, head)
        form = _form_of(verb)
        if head.pos_ in {"NOUN", "PROPN", "PRON"}:
            self.note(
                self.words.nouns.get(head.lemma_.lower(), "purpose" if form == "to" else "saying"), head.text
            )
            return head
        if head.pos_ in {"ADJ", "ADV"}:
            self.note(
                self.words.adjectives.get(head.lemma_.lower(), "purpose" if form == "to" else "thinking"),
                head.text,
            )
            return head
        if _is_asked(verb):
            self.note("whether" if grammar.has_mark(verb, {"whether", "if"}) else "wh_clause", head.text)
            return head
        self.note(self.find_governor(head, form, verb), head.text)
        return head

    def find_governor(self, head: Token, form: str, verb: Token) -> str:
        """The kind of context that a governing verb makes for a clause of this form."""
        lemma = head.lemma_.lower()
        if form == "to":
            if lemma == "have":
                return "must" if head.tag_ not in {"VBD", "VBN"} else "doing"
            if lemma == "go" and head.tag_ == "VBG":
                return "will"
            if lemma in COPULAS:
                return self.find_predicate(head) or "expecting"
            if lemma == "use":
                return "habit"
        if form == "that" and verb.tag_ == "VB" and not _auxiliaries(verb):
            return "asking"
        default = {"that": "saying", "to": "purpose", "ing": "doing"}[form]
        return self.words.verbs[form].get(lemma, default)

    def find_predicate(self, copula: Token) -> str | None:
        """What an adjective or noun says of the subject of 'be' or 'seem': 'war is unlikely', 'the aim is to go'."""
        for child in copula.children:
            if child.dep_ in {"acomp", "oprd"}:
                return self.words.adjectives.get(child.lemma_.lower(), "considering")
            if child.dep_ == "nsubj" and child.lemma_.lower() in self.words.nouns:
                return self.words.nouns[child.lemma_.lower()]
        return None

    def climb_adverbial(self, verb: Token, head: Token) -> Token | None:
        """An adverbial clause: a condition, a purpose, a time, a reason."""
        marks = [c.lower_ for c in verb.children if c.dep_ in {"mark", "advmod", "aux"} and c.i < verb.i]
        for mark in marks:
            kind = self.words.marks.get(mark)
            if kind is not None:
                self.note(kind, mark)
                if kind in {"until", "fact"}:
                    self.look_at_time(head)
                return None
        if "to" in marks:
            return self.climb_infinitive(verb, head)
        if any(c.dep_ == "mark" or c.tag_ == "WRB" for c in verb.children):
            self.note("fact", marks[0] if marks else "")
            self.look_at_time(head)
            return None
        return self.climb_adjunct(verb, head)

    def look_at_time(self, head: Token) -> None:
        """What comes when, after or before something that is still to come is to come too."""
        for child in _auxiliaries(head.head if head.pos_ == "ADV" else head):
            self.look_at_auxiliary(child, False)

    def climb_infinitive(self, verb: Token, head: Token) -> Token | None:
        if grammar.is_verb(head) or head.pos_ == "AUX":
            self.note(self.find_governor(head, "to", verb), head.text)
        else:
            self.note(self.words.adjectives.get(head.lemma_.lower(), "purpose"), head.text)
        return head

    def climb_adjunct(self, token: Token, head: Token) -> Token | None:
        self.note("beside", head.text)
        return head

    def climb_preposition(self, token: Token, prep: Token) -> Token | None:
        """An -ing form or a noun after a preposition."""
        while prep.dep_ in {"prep", "pcomp"} and prep.head.pos_ in {"ADP", "SCONJ"}:
            prep = prep.head
        above, word = prep.head, prep.lower_
        clause = token.dep_ == "pcomp" or grammar.is_verb(token)
        governed = self.words.nouns.get(above.lemma_.lower()) if above.pos_ == "NOUN" else None
        if governed is None and above.pos_ == "ADJ":
            governed = self.words.adjectives.get(above.lemma_.lower())
        if governed is None and grammar.is_verb(above):
            lemma = above.lemma_.lower()
            governed = self.words.governed.get(word, {}).get(lemma)
            if governed is None and clause and word not in self.words.prepositions:
                governed = self.words.verbs["ing"].get(lemma)
        if governed is not None:
            self.note(governed, above.text)
            return above
        kind = self.words.prepositions.get(word)
        if kind is not None and (clause or kind in {"fact", "negation", "until"}):
            self.note(kind, word)
            return None if kind == "fact" else above
        if clause:
            self.note("topic", word)
            return above
        return self.note_noun(token, above, "aside" if grammar.is_verb(above) else None)

    def climb_noun(self, noun: Token, head: Token) -> Token | None:
        """A noun (or an adjective) in its clause."""
        if noun.dep_ in {"nsubj", "nsubjpass"} and grammar.is_verb(head):
            if grammar.is_passive(head) and noun.dep_ == "nsubjpass":
                return self.note_object(noun, head)
            predicate = next((c.lemma_.lower() for c in head.children if c.dep_ in {"acomp", "oprd"}), "")
            kind = self.words.adjectives.get(predicate)
            if kind in UNSURE_PREDICATES:
                self.note(kind, predicate)
                return head
            if head.lemma_.lower() in self.words.carriers or head.pos_ == "AUX":
                self.note("carried", head.text)
                return head
        if noun.dep_ in grammar.OBJECTS or noun.dep_ in {"dative", "attr"}:
            return self.note_object(noun, head)
        if noun.dep_ in {"compound", "nmod", "amod"} and head.lemma_.lower() in self.words.nouns:
            self.note(self.words.nouns[head.lemma_.lower()], head.text)
            return head
        return self.note_noun(noun, head, "subject" if noun.dep_ in {"nsubj", "nsubjpass"} else None)

    def note_object(self, noun: Token, verb: Token) -> Token | None:
        kind = self.words.verbs["noun"].get(verb.lemma_.lower())
        if kind == "rejecting" and len(self.passed) > 1:
            kind = "preventing"
        return self.note_noun(noun, verb, kind)

    def note_noun(self, noun: Token, over: Token, kind: str | None) -> Token:
        """A noun under a word that doesn't settle it is the more certain, the more it is told as known."""
        self.note(kind or ("known_noun" if _is_definite(noun) else "new_noun"), over.text)
        return over


def _completes(verb: Token) -> bool:
    """Whether a clause under a noun completes it ('plan to go', 'claim that') and doesn't describe it."""
    if grammar.has_mark(verb, {"to"}):
        return True
    that = any(c.lower_ == "that" and c.dep_ == "mark" for c in verb.children)
    return that and verb.head.lemma_.lower() in load_factuality_words().nouns


def _is_reported(verb: Token) -> bool:
    """Whether a clause hangs on a verb of the past, so that 'would' in it is the past of 'will'."""
    aside = (c for c in verb.children if c.dep_ in {"parataxis", "ccomp"} and c.tag_ == "VBD")
    if any(grammar.own_subjects(c) and c.lemma_ in load_factuality_words().verbs["that"] for c in aside):
        return True
    above = next((t for t in grammar.governors(verb) if grammar.is_verb(t)), verb)
    return above != verb and verb.dep_ in {"ccomp", "conj"} and above.tag_ in {"VBD", "VBN"}


def _like_conjunct(verb: Token) -> Token:
    """The word that a verb goes on from: one of its own form, where the parser's choice is not."""
    finite = _is_finite(verb)
    for up in grammar.governors(verb):
        if (grammar.is_verb(up) or up.pos_ == "AUX") and (
            _is_finite(up) if finite else up.tag_ == verb.tag_ and not _is_finite(up)
        ):
            return up
    return verb.head


def _is_finite(verb: Token) -> bool:
    return any(t.tag_ in grammar.FINITE or t.tag_ == "MD" for t in (verb, *_auxiliaries(verb)))


def _auxiliaries(verb: Token) -> list[Token]:
    return [c for c in verb.children if c.dep_ in {"aux", "auxpass"}]


def _form_of(verb: Token) -> str:
    """The form of a clause: 'to', 'ing' or 'that'."""
    if grammar.has_mark(verb, {"to"}):
        return "to"
    auxiliaries = _auxiliaries(verb)
    first = auxiliaries[0] if auxiliaries else verb
    if first.tag_ in grammar.FINITE or first.tag_ == "MD":
        return "that"
    if first.tag_ == "VBG":
        return "ing"
    if first.tag_ == "VB" and not grammar.has_mark(verb, {"that"}):
        return "to"
    return "to" if verb.dep_ == "xcomp" else "that"


def _is_asked(verb: Token) -> bool:
    """Whether a clause is an indirect question: 'whether', 'how', 'who'."""
    return grammar.has_mark(verb, {"whether", "if"}) or any(
        c.tag_ in {"WRB", "WP"} and c.i < verb.i for c in verb.children
    )


def _is_definite(noun: Token) -> bool:
    """Whether a noun is told as known: 'the talks', 'their visit'."""
    return any(
        c.dep_ == "poss" or (c.dep_ == "det" and c.lower_ in {"the", "this", "that", "these", "those"})
        for c in noun.children
    )


def list_contexts(event: Token) -> Iterable[str]:
    """The contexts of a word in words, for looking at."""
    return (f"{c.kind}({c.word})" for c in find_contexts(event))
