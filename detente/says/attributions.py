"""Finds attributions: who says it (source), the word for it (cue), what is said (content).

A sentence is read in stretches between semicolons, since what stands after one belongs to the next
speaker. A cue either governs its content ('X said that ...') or stands in an aside of its own between
commas ('..., X said, ...'), which is told by the commas and the words, as parsers often err on asides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import PartyIndex, grammar
from detente.parse import Passage, parse_text
from detente.records import Party, Says, SaysKind, Span, Statement
from detente.says.sources import name_source
from detente.says.stretches import FINITE_OR_MODAL, Aside, Stretch, find_aside, split_stretches
from detente.says.words import SpeechWords, load_speech_words
from detente.who import actors_in

NOT_SOURCES = frozenset({"it", "this", "that", "there", "which", "what"})
QUOTES = re.compile(r"“[^”]{3,}”|\"[^\"]{3,}\"")
LEAST_QUOTE = 25  # characters; shorter quotes are single words taken up, not what somebody said
SIDE_CLAUSES = frozenset({"relcl", "acl", "advcl"})
CLAUSES = frozenset({"ccomp", "parataxis", "xcomp"})
QUESTIONS = frozenset(
    {"whether", "if", "who", "whom", "whose", "what", "how", "why", "where", "when", "which"}
)
CONDITIONS = frozenset({"if", "unless", "until", "till", "before", "lest", "whether"})
CITING = frozenset({"citing", "quoting"})
FAR = 8  # tokens between a cue and the 'that' of its clause, at most


def find_statements(text: str) -> list[Statement]:
    """The attributions in a text: who says it (source), the word for it (cue), what is said (content)."""
    passages = parse_text(text)
    return list(statements_in(passages, actors_in(passages)))


def statements_in(passages: Iterable[Passage], parties: Sequence[Party]) -> Iterator[Statement]:
    """The attributions in parsed passages, in order of their cues."""
    index = PartyIndex(parties)
    for passage in passages:
        found = [s for sentence in passage.doc.sents for s in Reader(passage, sentence, index).read()]
        yield from sorted(found, key=lambda s: s.cue.start)


class Reader:
    """Reads the attributions of one sentence."""

    def __init__(self, passage: Passage, sentence: SentenceSpan, index: PartyIndex) -> None:
        self.passage, self.doc, self.index = passage, passage.doc, index
        self.stretches = split_stretches(sentence)
        self.words = load_speech_words()

    def read(self) -> Iterator[Statement]:
        """The attributions of the sentence, stretch by stretch."""
        for stretch in self.stretches:
            yield from self.by_heading(stretch)
            for token in self.doc[stretch.first : stretch.last + 1]:
                yield from self.by_word(stretch, token)
            yield from self.by_prefix(stretch)

    def is_cue(self, lemma: str) -> bool:
        """Whether a lemma is a verb that may attribute something."""
        w = self.words
        tables = (w.verbs, w.aside_verbs, w.quoting, w.naming, w.speaking_of, w.hearsay, w.telling)
        return any(lemma in table for table in tables)

    def by_word(self, stretch: Stretch, token: Token) -> Iterator[Statement]:
        """The attributions that one word tells."""
        lemma = token.lemma_.lower()
        phrase = self.phrase_at(stretch, token)
        if phrase is not None:
            yield from self.by_verb(stretch, token, phrase)
        elif self.is_cue(lemma):
            yield from self.by_verb(stretch, token, token)
        if token.pos_ == "NOUN" and lemma in self.words.content_nouns | self.words.rumour_nouns:
            yield from self.by_noun(stretch, token)
        kind = self.words.adverbs.get(token.lower_)
        if kind:
            yield from self.by_adverb(stretch, token, kind)

    # Spans

    def span(self, first: int, last: int) -> Span:
        """The words from one token to another."""
        start, end = self.doc[first].idx, self.doc[last].idx + len(self.doc[last])
        return Span(self.passage.start + start, self.passage.start + end, self.passage.source[start:end])

    def content(self, first: int, last: int) -> Span | None:
        """The words between two tokens without the 'that' before them and the stops around them."""
        while first < last and (self.doc[first].is_punct or self.doc[first].is_space):
            first += 1
        if self.doc[first].lower_ == "that" and self.doc[first].tag_ == "IN" and first < last:
            first += 1
        while last > first and (self.doc[last].is_punct or self.doc[last].is_space):
            last -= 1
        return None if self.doc[first].is_punct else self.span(first, last)

    def clause(self, stretch: Stretch, head: Token, after: int = -1) -> Span | None:
        """The clause of a verb within its stretch, behind the token `after`."""
        kept = [t.i for t in head.subtree if after < t.i and t.i in stretch]
        return self.content(min([head.i, *kept]), max([head.i, *kept])) if head.i in stretch else None

    def phrase(self, head: Token) -> Span:
        """A noun phrase without the clauses that follow its head."""
        kept = [t.i for t in head.subtree if not _in_side_clause(t, head) and not t.is_punct]
        kept = [i for i in kept if i <= head.i or not any(t.is_punct for t in self.doc[head.i : i])]
        return self.span(min([head.i, *kept]), max([head.i, *kept]))

    # Verbs

    def phrase_at(self, stretch: Stretch, token: Token) -> Token | None:
        """The last word of a cue of several words that begins at `token`: 'let it be known'."""
        for phrase in self.words.phrases.get(token.lemma_.lower(), ()):
            last = token.i + len(phrase) - 1
            if last > stretch.last:
                continue
            there = self.doc[token.i : last + 1]
            if all(w in ("*", t.lower_, t.lemma_.lower()) for w, t in zip(phrase, there, strict=True)):
                return self.doc[last]
        return None

    def by_verb(self, stretch: Stretch, verb: Token, last: Token) -> Iterator[Statement]:
        """What a verb, or a cue of several words from `verb` to `last`, attributes to its subject."""
        lemma = verb.lemma_.lower()
        aside = find_aside(stretch, verb, last)
        if aside and lemma in self.words.quoting and not stretch.quotes_before(aside.first):
            return
        if not aside and not grammar.is_verb(verb):
            return
        if is_withheld(verb, aside.first if aside else 0, self.words):
            return
        if grammar.is_passive(verb) and not aside:
            yield from self.by_passive(stretch, verb)
            return
        plain = lemma in self.words.verbs or last != verb
        contents = self.aside_contents(stretch, aside) if aside else []
        if not contents:
            contents = list(self.complements(stretch, verb, last, plain))
        if contents and aside and is_told(verb, aside, self.words.telling):
            cue = self.span(verb.i, last.i)
            yield Statement(None, cue, tuple(contents), Says(cue.text, cue.start, cue.end, "rumour"))
        elif contents and (who := self.source_of(stretch, verb, aside)):
            source, head = who
            yield Statement(
                source, self.span(verb.i, last.i), tuple(contents),
                name_source(self.passage, head, source, self.index),
            )  # fmt: skip

    def complements(self, stretch: Stretch, verb: Token, last: Token, plain: bool) -> Iterator[Span]:
        """What a verb governs as said: a clause, a deed, a name given, a quote."""
        lemma = verb.lemma_.lower()
        found = list(self.clauses_after(stretch, verb, last)) if plain else []
        if not found and plain:
            found = list(self.nominal(stretch, verb))
        if not found and lemma in self.words.of_deeds:
            found = list(self.deeds(stretch, verb))
        if not found and lemma in self.words.foreseeing:
            told = [o for o in grammar.objects(verb) if o.i > verb.i and o.pos_ in {"NOUN", "PROPN"}]
            found = [c for o in told[:1] if (c := self.clause(stretch, o, verb.i))]
        if not found and lemma in self.words.naming:
            found = list(self.named(stretch, verb, self.words.naming[lemma]))
        if not found and lemma in self.words.speaking_of:
            heads = grammar.prepositional(verb, self.words.speaking_of[lemma])
            found = [c for h in heads if (c := self.clause(stretch, h))]
        yield from found or (
            self.quoted(stretch, verb)
            if plain or lemma in self.words.aside_verbs | self.words.quoting
            else ()
        )

    def clauses_after(self, stretch: Stretch, verb: Token, last: Token) -> Iterator[Span]:
        """The clauses that follow a cue as its content."""
        asked = False
        for child in verb.children:
            if child.dep_ not in CLAUSES or child.i <= last.i or child.i not in stretch:
                continue
            if asks(child):
                asked = True
                continue
            if find_aside(stretch, child, child):
                continue  # another's aside: 'Iran promised to stop, officials said'
            if self.tells(verb, child) and (content := self.clause(stretch, child, last.i)):
                yield content
                return
        that = None if asked else that_after(stretch, last)
        if that is not None and not is_subjunctive(that.head) and (that.head != verb or that.dep_ == "mark"):
            content = self.content(that.i + 1, stretch.last) if that.i < stretch.last else None
            if content:
                yield content

    def tells(self, verb: Token, clause: Token) -> bool:
        """Whether a clause is what a verb says, and not what it asks for or plans."""
        if is_subjunctive(clause):
            return False
        if is_infinitive(clause):
            return verb.lemma_.lower() in self.words.expecting and bool(grammar.own_subjects(clause))
        if clause.pos_ == "ADJ" and verb.lemma_.lower() in self.words.expecting:
            return True
        return clause.dep_ != "xcomp" and (is_finite(clause) or verb.lemma_.lower() == "say")

    def nominal(self, stretch: Stretch, verb: Token) -> Iterator[Span]:
        """'expressed optimism that ...'."""
        for noun in grammar.objects(verb):
            if noun.lemma_.lower() in self.words.nouns and noun.i > verb.i:
                for clause in grammar.clauses(noun):
                    if not is_infinitive(clause) and (content := self.clause(stretch, clause)):
                        yield content

    def deeds(self, stretch: Stretch, verb: Token) -> Iterator[Span]:
        """What is denied or admitted in an infinitive, an -ing form or a noun."""
        told = [c for c in verb.children if c.dep_ in {"xcomp", "pcomp"} and c.i > verb.i]
        told += [t for t in grammar.prepositional(verb, "to") if grammar.is_verb(t)]
        told = told or [o for o in grammar.objects(verb) if o.lemma_.lower() in self.words.deeds]
        for head in told:
            if head.i > verb.i and (content := self.clause(stretch, head, verb.i)):
                yield content

    def named(self, stretch: Stretch, verb: Token, link: str) -> Iterator[Span]:
        """'called the vote a sham', 'described it as an insult': the thing with what it is called."""
        if (
            grammar.prepositional(verb, "on")
            or grammar.prepositional(verb, "for")
            or grammar.particles(verb) - {link}
        ):
            return
        if verb.tag_ == "VBG" or any(c.dep_ == "dobj" and c.i < verb.i for c in verb.children):
            return
        told = [c for c in verb.children if c.i > verb.i and c.dep_ in {"oprd", "ccomp", "xcomp", "dobj"}]
        after = [c for c in verb.children if c.lower_ == link and c.i > verb.i]
        verbal = [c for c in told if c.dep_ in {"oprd", "ccomp"} and not is_infinitive(c)]
        if (link and not after) or not (after or verbal or len(told) > 1):
            return
        edges = [self.clause(stretch, c, verb.i) for c in (*told, *after)]
        spans = [e for e in edges if e]
        if spans:
            start, end = min(s.start for s in spans), max(s.end for s in spans)
            yield Span(start, end, self.passage.source[start - self.passage.start : end - self.passage.start])

    def quoted(self, stretch: Stretch, verb: Token) -> Iterator[Span]:
        """Words in quotation marks in the cue's stretch, where the cue stands outside them."""
        begin, end = stretch.chars()
        for quote in QUOTES.finditer(self.passage.text, begin, end):
            if len(quote[0]) > LEAST_QUOTE and not quote.start() < verb.idx < quote.end():
                start = self.passage.start + quote.start()
                yield Span(start, start + len(quote[0]), quote[0])

    def aside_contents(self, stretch: Stretch, aside: Aside) -> list[Span]:
        """What stands before and after an aside in its stretch."""
        found = []
        if aside.first > stretch.first and (content := self.content(stretch.first, aside.first - 1)):
            found.append(content)
        if aside.goes_on and (content := self.content(aside.last + 1, stretch.last)):
            found.append(content)
        return found

    def by_passive(self, stretch: Stretch, verb: Token) -> Iterator[Statement]:
        """'The army is said to have fled', 'Tunis was told that ...': told by nobody, or by an agent."""
        lemma = verb.lemma_.lower()
        subjects = [s for s in grammar.surface_subjects(verb) if s.lower_ != "it"]
        if lemma in self.words.telling:
            contents = list(self.clauses_after(stretch, verb, verb))
        elif lemma in self.words.hearsay:
            contents = list(self.hearsay(stretch, verb, subjects))
        else:
            return
        agents = grammar.doers(verb)
        if not contents:
            return
        cue = self.span(verb.i, verb.i)
        if agents:
            source = self.phrase(agents[0])
            yield Statement(
                source, cue, tuple(contents), name_source(self.passage, agents[0], source, self.index)
            )
        else:
            yield Statement(None, cue, tuple(contents), Says(cue.text, cue.start, cue.end, "rumour"))

    def hearsay(self, stretch: Stretch, verb: Token, subjects: Sequence[Token]) -> Iterator[Span]:
        """What is told in the passive, with its subject: 'the king is said to have fled'."""
        clauses = [c for c in verb.children if c.dep_ in CLAUSES and c.i > verb.i and c.i in stretch]
        ends = [s for c in clauses[:1] if (s := self.clause(stretch, c, verb.i))]
        starts = [s for t in subjects if t.i < verb.i and (s := self.clause(stretch, t))]
        if ends and not starts:
            yield ends[0]
        elif ends:
            start = min(s.start for s in (*starts, ends[0]))
            text = self.passage.source[start - self.passage.start : ends[0].end - self.passage.start]
            yield Span(start, ends[0].end, text)

    # Sources

    def source_of(self, stretch: Stretch, verb: Token, aside: Aside | None) -> tuple[Span, Token] | None:
        """Who says what a verb says: the words, and the head noun."""
        if aside and aside.subject:
            head = aside.subject
            return self.span(aside.source_first, aside.source_last), head
        heads = grammar.doers(speaking_verb(verb)) or subject_before(stretch, verb)
        for head in heads:
            if head.lower_ not in NOT_SOURCES or self.index.at(self.passage, head):
                head = grammar.resolve_relative(head)
                return (self.phrase(head), head) if head.pos_ != "SCONJ" else None
        return None

    # Other cues

    def by_prefix(self, stretch: Stretch) -> Iterator[Statement]:
        """'According to X, ...'."""
        begin, end = stretch.chars()
        for cue in self.words.prefixes.finditer(self.passage.text, begin, end):
            span = self.doc.char_span(*cue.span())
            if span is None or span.end > stretch.last:
                continue
            head = source_after(stretch, span[-1])
            if head is None:
                continue
            source = self.phrase(head)
            after = source.end - self.passage.start
            if cue.start() - begin < 3:
                comma = self.passage.text.find(",", after, end)
                content = (comma + 1 if comma != -1 else after, end)
            else:
                content = (begin, cue.start())
            told = self.doc.char_span(*content, alignment_mode="contract")
            words = self.content(told.start, told.end - 1) if told else None
            if words and len(words.text) >= 10:
                says = name_source(self.passage, head, source, self.index)
                if says.kind == "unknown" and span.text.lower() in CITING:
                    continue  # 'citing a lack of funds' gives a cause
                yield Statement(source, self.span(span.start, span.end - 1), (words,), says)

    def by_noun(self, stretch: Stretch, noun: Token) -> Iterator[Statement]:
        """'There are rumours that ...', 'the army's claim that ...', 'her view is that ...'."""
        clauses = [c for c in noun.children if c.dep_ in {"acl", "ccomp", "relcl"} and c.i > noun.i]
        clauses = [c for c in clauses if is_that_clause(c)]
        if not clauses and noun.dep_ in grammar.SUBJECTS and noun.head.lemma_ == "be":
            clauses = [c for c in noun.head.children if c.dep_ == "ccomp" and grammar.has_mark(c, {"that"})]
        contents = [s for c in clauses if not is_subjunctive(c) and (s := self.clause(stretch, c, noun.i))]
        if not contents:
            return
        cue = self.span(noun.i, noun.i)
        holders = [
            *(c for c in noun.children if c.dep_ == "poss"),
            *grammar.prepositional(noun, "by"),
            *grammar.prepositional(noun, "from"),
        ]
        if holders:
            source = self.phrase(holders[0])
            says = name_source(self.passage, holders[0], source, self.index)
            yield Statement(source, cue, tuple(contents), says)
        elif noun.lemma_.lower() in self.words.rumour_nouns:
            yield Statement(None, cue, tuple(contents), Says(cue.text, cue.start, cue.end, "rumour"))

    def by_adverb(self, stretch: Stretch, adverb: Token, kind: SaysKind) -> Iterator[Statement]:
        """'reportedly': its clause, or what follows it."""
        head = adverb.head
        while head.dep_ in {"prep", "amod", "acl", "advmod", "pcomp", "pobj"} and head.head != head:
            head = head.head
        content = self.clause(stretch, head) if grammar.is_verb(head) or head.pos_ == "AUX" else None
        content = content or self.content(stretch.first, stretch.last)
        if content:
            cue = self.span(adverb.i, adverb.i)
            yield Statement(None, cue, (content,), Says(cue.text, cue.start, cue.end, kind))

    def by_heading(self, stretch: Stretch) -> Iterator[Statement]:
        """'Quito: no talks before June', as headlines have it."""
        colon = stretch.heading_colon()
        if colon is None:
            return
        head = self.doc[colon - 1]
        content = self.content(colon + 1, stretch.last)
        source = self.span(stretch.first, colon - 1)
        says = name_source(self.passage, head, source, self.index)
        if content and (says.code or says.kind not in ("unknown",)):
            yield Statement(source, source, (content,), says)


def _in_side_clause(token: Token, top: Token) -> bool:
    while token != top:
        if token.dep_ in SIDE_CLAUSES:
            return True
        token = token.head
    return False


def is_that_clause(clause: Token) -> bool:
    """Whether a clause after a noun tells its content: one whose 'that' stands for nothing in it."""
    if grammar.has_mark(clause, {"that"}):
        return True
    objects = [c for c in clause.children if c.dep_ == "dobj"]
    return len(objects) > 1 and objects[0].lower_ == "that"


def is_infinitive(clause: Token) -> bool:
    """Whether a clause's verb stands in the infinitive with 'to'."""
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in clause.children)


def is_finite(clause: Token) -> bool:
    """Whether a clause has a finite verb; a noun as its head is taken for one that a parser missed."""
    tags = {clause.tag_, *(c.tag_ for c in clause.children if c.dep_ in {"aux", "auxpass", "cop"})}
    return bool(tags & FINITE_OR_MODAL) or clause.pos_ not in {"VERB", "AUX", "ADJ"}


def is_subjunctive(clause: Token) -> bool:
    """'that Skopje change its name', which asks for it and doesn't tell it."""
    return clause.tag_ == "VB" and not any(
        c.dep_ == "aux" and (c.tag_ == "MD" or c.lower_ in {"to", "do", "does", "did", "will"})
        for c in clause.children
    )


def asks(clause: Token) -> bool:
    """Whether a clause is an indirect question: 'whether it had fired'."""
    first = next((t for t in clause.subtree if not t.is_punct), clause)
    return first.lower_ in QUESTIONS and first.i < clause.i


def is_withheld(verb: Token, begin: int, words: SpeechWords) -> bool:
    """Whether a cue is not said: 'would not say', 'refused to confirm', 'if London admitted'.

    `begin` is the token that its clause begins with, where that is known.
    """
    marks = {c.lower_ for c in verb.children if c.dep_ in {"mark", "advmod"} and begin <= c.i < verb.i}
    if marks & CONDITIONS:
        return True
    if verb.lemma_.lower() in words.denying:
        return False
    if any(c.dep_ in {"neg", "preconj"} and c.lower_ != "both" for c in verb.children):
        return True
    if any(c.dep_ == "det" and c.lower_ == "no" for s in grammar.own_subjects(verb) for c in s.children):
        return True
    above = verb.head
    return verb.dep_ in {"xcomp", "acl", "pcomp", "advcl", "ccomp"} and (
        above.lemma_.lower() in words.withholding and is_infinitive(verb)
    )


def is_told(verb: Token, aside: Aside, telling: frozenset[str]) -> bool:
    """Whether an aside names nobody who tells: 'it is said', 'it emerged', 'the mediators were told'."""
    passive = any(c.dep_ == "auxpass" for c in verb.children)
    subject = aside.subject.lower_ if aside.subject else ""
    return passive and (subject == "it" or verb.lemma_.lower() in telling)


def that_after(stretch: Stretch, cue: Token) -> Token | None:
    """The 'that' which opens a clause soon after a cue, with no verb between."""
    for token in stretch.doc[cue.i + 1 : min(cue.i + 1 + FAR, stretch.last)]:
        if token.lower_ == "that" and token.tag_ == "IN":
            return token
        if token.pos_ in {"VERB", "AUX"}:
            return None
    return None


def speaking_verb(verb: Token) -> Token:
    """The verb that a cue goes on from: a finite one goes on from one of the same form."""
    if verb.dep_ != "conj" or grammar.own_subjects(verb) or verb.tag_ not in grammar.FINITE:
        return verb
    for head in grammar.governors(verb):
        if head.tag_ == verb.tag_ and grammar.own_subjects(head):
            return head
    return verb


def subject_before(stretch: Stretch, verb: Token) -> list[Token]:
    """The nearest subject before a cue that hangs on no finite verb, as parsers leave it."""
    for token in reversed(stretch.doc[stretch.first : verb.i]):
        if (
            token.dep_ in grammar.SUBJECTS
            and token.head.tag_ not in grammar.FINITE
            and token.head.i <= verb.i
        ):
            return [token]
    return []


def source_after(stretch: Stretch, last: Token) -> Token | None:
    """The head of the noun phrase that follows 'according to'."""
    heads = [c for c in last.children if c.dep_ in {"pobj", "dobj"} and c.i > last.i]
    if heads:
        return heads[0]
    for token in stretch.doc[last.i + 1 : min(last.i + 9, stretch.last + 1)]:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ not in {"compound", "poss", "amod"}:
            return token
    return None
