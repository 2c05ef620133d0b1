"""What an event stands in: negations, modals, governing words and clauses, on a walk up the parse."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from detente.events import grammar
from detente.events.status import is_parted, load_status_words
from detente.factuality.words import FactualityWords, load_factuality_words

LONGEST_WALK = 30  # words


@dataclass(frozen=True, slots=True)
class Context:
    """One thing that an event stands in or beside: its kind and the word for it."""

    kind: str
    word: str


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

    def go_on(self, kind: str, over: Token) -> Token:
        """Notes the context that the word over the event makes, and goes on from there."""
        self.note(kind, over.text)
        return over

    def climb(self, token: Token) -> Token | None:
        """Notes what stands beside a word and over it; gives the word from which to go on, or None."""
        self.look_beside(token)
        self.passed |= {token.i}
        head = token.head
        if token.dep_ in {"aux", "auxpass"}:
            return head
        if head == token or is_parted(token, head):
            self.look_around(token)
            return None
        if token.dep_ == "conj":
            return self.climb_conjunct(token)
        if (
            token.tag_ == "VBG"
            and token.dep_ == "acl"
            and head.lemma_.lower() in load_status_words().documents
        ):
            return self.go_on("carried", head.head if head.dep_ == "dobj" else head)
        if token.dep_ in {"relcl", "acl"} and not _completes(token):
            return self.go_on("relative", head)
        if token.dep_ in {"attr", "acomp", "oprd"} and head.pos_ in {"AUX", "VERB"}:
            return head
        if token.dep_ in {"pobj", "pcomp"}:
            return self.climb_preposition(token, head)
        if token.dep_ in {"prep", "agent", "dative"} and grammar.is_verb(token):
            return self.go_on("beside", head)
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
            if child.i in self.passed:
                continue
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
            if child.i not in self.passed and not is_parted(child, token):
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
            single = child.left_edge.lower_ == "not" and child.left_edge.nbor().lower_ in {"a", "one"}
            if parts & (self.words.nobody | {"no"}) or (subject and single):
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
        """A conjunct stands in what the first one stands in, without that one's own subject and modals."""
        first = token.head
        if token.i and any(t.lower_ == "nor" for t in token.doc[first.i : token.i] if t.head == first):
            self.note("negation", "nor")
            self.passed |= {c.i for c in first.children if c.lower_ == "neither"}
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
            return self.go_on("beside", head)
        form = _form_of(verb)
        if head.pos_ in {"NOUN", "PROPN", "PRON"}:
            kind = self.words.nouns.get(head.lemma_.lower(), "purpose" if form == "to" else "saying")
            return self.go_on(kind, head)
        if head.pos_ in {"ADJ", "ADV"}:
            kind = self.words.adjectives.get(head.lemma_.lower(), "purpose" if form == "to" else "thinking")
            return self.go_on(kind, head)
        if _is_asked(verb):
            return self.go_on("whether" if grammar.has_mark(verb, {"whether", "if"}) else "wh_clause", head)
        return self.go_on(self.find_governor(head, form, verb), head)

    def find_governor(self, head: Token, form: str, verb: Token) -> str:
        """The kind of context that a governing verb makes for a clause of this form."""
        lemma = head.lemma_.lower()
        if form == "to":
            if lemma == "have":
                return "must" if head.tag_ not in {"VBD", "VBN"} else "doing"
            if lemma == "go" and head.tag_ == "VBG":
                return "will"
            if lemma in self.words.copulas:
                return self.find_predicate(head) or "expecting"
            if lemma == "use":
                return "habit"
        if form == "that" and lemma in self.words.copulas:
            return self.find_predicate(head) or "fact"
        if form == "that" and verb.tag_ == "VB" and not _auxiliaries(verb):
            return "asking"
        default = {"that": "saying", "to": "purpose", "ing": "doing"}[form]
        return self.words.verbs[form].get(lemma, default)

    def find_predicate(self, copula: Token) -> str | None:
        """What an adjective or noun says of the event: 'it is necessary to go', 'the aim is to go'."""
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
        return self.go_on("beside", head)

    def look_at_time(self, head: Token) -> None:
        """What comes when, after or before something that is still to come is to come too."""
        for child in _auxiliaries(head.head if head.pos_ == "ADV" else head):
            self.look_at_auxiliary(child, False)

    def climb_infinitive(self, verb: Token, head: Token) -> Token:
        """An infinitive that the parser hangs on a verb or adjective as an adverbial."""
        if grammar.is_verb(head) or head.pos_ == "AUX":
            return self.go_on(self.find_governor(head, "to", verb), head)
        return self.go_on(self.words.adjectives.get(head.lemma_.lower(), "purpose"), head)

    def climb_preposition(self, token: Token, prep: Token) -> Token | None:
        """An -ing form or a noun after a preposition."""
        while prep.dep_ in {"prep", "pcomp"} and (
            prep.head.pos_ in {"ADP", "SCONJ"} or prep.head.lower_ in self.words.prepositions
        ):
            prep = prep.head
        above = prep.head
        word = next((c.lower_ for c in prep.children if c.lower_ in self.words.prepositions), prep.lower_)
        clause = token.dep_ == "pcomp" or grammar.is_verb(token)
        governed = self.find_governor_before(word, above, clause)
        if governed is not None:
            return self.go_on(governed, above)
        kind = self.words.prepositions.get(word)
        if kind is not None and (clause or kind in {"fact", "negation", "until"}):
            self.note(kind, word)
            return None if kind == "fact" else above
        if clause:
            return self.go_on("topic", above)
        return self.note_noun(token, above, "aside" if grammar.is_verb(above) else None)

    def find_governor_before(self, prep: str, above: Token, clause: bool) -> str | None:
        """The kind of context that a word makes for what follows it after a preposition."""
        lemma = above.lemma_.lower()
        if above.pos_ == "NOUN":
            return self.words.nouns.get(lemma)
        if above.pos_ == "ADJ":
            return self.words.adjectives.get(lemma)
        if not grammar.is_verb(above):
            return None
        governed = self.words.governed.get(prep, {}).get(lemma)
        if governed is None and clause and prep not in self.words.prepositions:
            return self.words.verbs["ing"].get(lemma)
        return governed

    def climb_noun(self, noun: Token, head: Token) -> Token | None:
        """A noun (or an adjective) in its clause."""
        if noun.dep_ in {"nsubj", "nsubjpass"}:
            return self.climb_subject(noun, head)
        if noun.dep_ in grammar.OBJECTS or noun.dep_ in {"dative", "attr"}:
            return self.note_object(noun, head)
        governed = self.words.nouns.get(head.lemma_.lower())
        if noun.dep_ in {"compound", "nmod", "amod"} and governed is not None:
            return self.go_on(governed, head)  # 'a merger plan'
        return self.note_noun(noun, head, None)

    def climb_subject(self, noun: Token, verb: Token) -> Token:
        """'The attack was foiled', 'a merger seems unlikely', 'talks will resume', 'the raid shook them'."""
        if grammar.is_verb(verb):
            if grammar.is_passive(verb) and noun.dep_ == "nsubjpass":
                return self.note_object(noun, verb)
            predicate = next((c for c in verb.children if c.dep_ in {"acomp", "oprd"}), verb)
            kind = self.words.adjectives.get(predicate.lemma_.lower())
            if kind in self.words.unsure:
                self.note(kind, predicate.text)
                return verb
            if verb.lemma_.lower() in self.words.carriers or verb.pos_ == "AUX":
                return self.go_on("carried", verb)
        return self.go_on("subject", verb)

    def note_object(self, noun: Token, verb: Token) -> Token:
        kind = self.words.verbs["noun"].get(verb.lemma_.lower())
        if kind == "rejecting" and len(self.passed) > 1:
            kind = "preventing"  # what was rejected is what the offer was about, not the offer
        return self.note_noun(noun, verb, kind)

    def note_noun(self, noun: Token, over: Token, kind: str | None) -> Token:
        """A noun under a word that doesn't settle it is the more certain, the more it is told as known."""
        known = any(c.dep_ == "poss" or c.lower_ in self.words.definite for c in noun.children)
        return self.go_on(kind or ("known_noun" if known else "new_noun"), over)


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
