"""Stretches of a sentence between semicolons, and asides in them: '..., a spokesman said on Sunday, ...'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SentenceSpan

from detente.events import grammar
from detente.says.words import load_speech_words

MARKS = frozenset({",", "(", ")", ":", "—", "–", "--"})
QUOTE_MARKS = frozenset({'"', "“", "”", "''", "``"})
NO_START = frozenset(
    "that if which who whom whose when where while since because though although until unless "
    "and but or nor so than whether what how why whatever whoever after before for".split()
)
TURNS = frozenset(
    "but though although while whereas adding citing quoting saying which who whom whose".split()
)
FINITE_OR_MODAL = grammar.FINITE | {"MD"}
NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
HEADING = 5  # words before the colon of a headline, at most


@dataclass(frozen=True)
class Aside:
    """Tokens [first, last] of an aside; `subject` heads the words [source_first, source_last] in it."""

    first: int
    last: int
    subject: Token | None
    source_first: int
    source_last: int
    goes_on: bool


@dataclass(frozen=True)
class Stretch:
    """Tokens [first, last] of a sentence with no semicolon between."""

    doc: Doc
    first: int
    last: int

    def __contains__(self, i: int) -> bool:
        return self.first <= i <= self.last

    def chars(self) -> tuple[int, int]:
        """The offsets of its words in the passage."""
        return self.doc[self.first].idx, self.doc[self.last].idx + len(self.doc[self.last])

    @cached_property
    def bounds(self) -> list[int]:
        """The tokens that part it: commas, dashes, colons, brackets, quotation marks, and both its ends."""
        inner = [t.i for t in self.doc[self.first : self.last + 1] if is_mark(t)]
        return [self.first - 1, *inner, self.last + 1]

    def segment(self, i: int) -> tuple[int, int]:
        """First and last token between the marks around token `i`."""
        left = max(b for b in self.bounds if b < i)
        right = min(b for b in self.bounds if b > i)
        return left + 1, right - 1

    def quotes_before(self, i: int) -> bool:
        """Whether a quotation ends right before token `i`, or there is one in the stretch before it."""
        return any(t.text in QUOTE_MARKS or t.text == "?" for t in self.doc[self.first : i])

    def heading_colon(self) -> int | None:
        """The colon after the short name that opens a headline without a full stop."""
        if self.doc[len(self.doc) - 1].text in {".", "!", "?"}:
            return None
        for token in self.doc[self.first : min(self.first + HEADING + 1, self.last)]:
            if token.text == ":" and token.i > self.first:
                return token.i
            if not (token.pos_ in {"PROPN", "NOUN", "ADJ"} or token.text in {"'s", "’s", "of"}):
                return None
        return None


def is_mark(token: Token) -> bool:
    """Whether a token parts a sentence: no hyphen within a word, no comma within a number."""
    if token.text in QUOTE_MARKS or token.text in MARKS:
        return True
    return token.text == "-" and bool(token.whitespace_) and token.i > 0 and bool(token.nbor(-1).whitespace_)


def split_stretches(sentence: SentenceSpan) -> list[Stretch]:
    """A sentence cut at its semicolons, full stops left out."""
    found: list[Stretch] = []
    first = sentence.start
    for i in (*(t.i for t in sentence if t.text == ";"), sentence.end):
        last = i - 1
        while last >= first and (sentence.doc[last].is_space or sentence.doc[last].text in {".", "!", "?"}):
            last -= 1
        if last >= first:
            found.append(Stretch(sentence.doc, first, last))
        first = i + 1
    return found


def find_aside(stretch: Stretch, cue: Token, last: Token) -> Aside | None:
    """The aside whose verb is `cue` (to `last`), or None where the cue stands in no aside."""
    doc = stretch.doc
    first, end = stretch.segment(cue.i)
    if last.i > end or not could_be_finite(cue, end) or any(t.dep_ == "neg" for t in doc[first : cue.i]):
        return None
    led = doc[first].lower_ == "as" and first < cue.i
    if doc[first].lower_ in NO_START or (first == stretch.first and not led):
        return None
    before = [t for t in doc[first + led : cue.i] if not is_helper(t, cue)]
    if not before:
        return inverted(stretch, last, first, end) or after_apposition(stretch, cue, last, first, end)
    head = head_of(before)
    if head is None or not is_noun_phrase(before) or has_own_complement(doc, cue, last, end):
        return None
    return Aside(first, end, head, before[0].i, before[-1].i, goes_on(stretch, end))


def could_be_finite(cue: Token, end: int) -> bool:
    """Whether a cue is finite, or a noun in -s that ends its aside, for which parsers take some verbs."""
    if cue.tag_ in grammar.FINITE:
        return True
    if cue.tag_ == "VBN":
        if any(c.dep_ == "auxpass" for c in cue.children):
            return cue.lemma_.lower() in load_speech_words().telling | load_speech_words().hearsay
        return not any(c.dep_ == "aux" and c.lower_ == "having" for c in cue.children)
    if cue.tag_ == "NN":
        return cue.text.endswith("st") and (cue.i == end or cue.nbor().pos_ == "ADP")
    return cue.tag_ == "NNS" and cue.i == end


def is_noun_phrase(tokens: list[Token]) -> bool:
    """Whether words look like one noun phrase; it may hold a relative clause or a participle."""
    if tokens[0].pos_ in {"VERB", "ADP", "SCONJ", "CCONJ", "PUNCT"} or tokens[0].tag_ in {"WRB", "TO", "MD"}:
        return False
    relative = next((i for i, t in enumerate(tokens) if t.tag_ in {"WDT", "WP"}), len(tokens))
    for token in tokens[:relative]:
        reduced = token.tag_ == "VBD" and token.i < tokens[-1].i and token.nbor().pos_ == "ADP"
        if token.tag_ in {"WRB", "TO", "VB"} or (token.tag_ in FINITE_OR_MODAL and not reduced):
            return False
    return relative > 0


def is_helper(token: Token, cue: Token) -> bool:
    """Whether a word before a cue is its auxiliary or adverb rather than part of who says it."""
    return token.head == cue and (token.dep_ in {"aux", "auxpass"} or token.pos_ in {"ADV", "AUX"})


def has_own_complement(doc: Doc, cue: Token, last: Token, end: int) -> bool:
    """Whether what is said, or another object, follows the cue before the next mark."""
    words = load_speech_words()
    cues = words.verbs | words.aside_verbs
    if end > last.i and doc[end].tag_ == "NNS" and doc[end].lemma_.lower() in cues:
        return True  # 'a video posted on Tuesday shows': a verb taken for a noun
    for token in doc[last.i + 1 : end + 1]:
        if token.tag_ in FINITE_OR_MODAL or token.dep_ in {"nsubj", "nsubjpass"}:
            return not _in_time_clause(token, cue)
        if token.lower_ in {"that", "whether", "to"} and token.tag_ in {"IN", "TO"} and token.dep_ != "prep":
            return True
        if token.head == cue and token.dep_ in {"dobj", "oprd", "xcomp", "attr", "acomp"}:
            timed = token.ent_type_ in {"DATE", "TIME"}
            if not (timed or cue.lemma_.lower() in words.telling or token.dep_ == "attr"):
                return True
    return False


def _in_time_clause(token: Token, cue: Token) -> bool:
    opened = {t.lower_ for t in token.doc[cue.i + 1 : token.i + 1]}
    return bool(opened & {"when", "as", "after", "before", "while", "who", "which", "where"})


def head_of(tokens: list[Token]) -> Token | None:
    """The head noun or pronoun of the words before a cue, or None where they are no phrase."""
    inside = {t.i for t in tokens}
    for token in tokens:
        alone = token == tokens[-1] and token.pos_ in {"NUM", "DET", "ADJ"}
        if token.head.i not in inside and (alone or token.pos_ in NOMINAL):
            return token
    nouns = [t for t in tokens if t.pos_ in NOMINAL]
    return nouns[0] if nouns and tokens[0].pos_ != "ADP" else None


def inverted(stretch: Stretch, last: Token, first: int, end: int) -> Aside | None:
    """'..., said the minister on Sunday': the noun phrase that follows the cue says it."""
    following = list(stretch.doc[last.i + 1 : end + 1])
    if not following or not is_noun_phrase(following):
        return None
    head = head_of(following)
    if head is None or following[0].pos_ == "ADV" or head.ent_type_ in {"DATE", "TIME"}:
        return None
    return Aside(first, end, head, last.i + 1, source_end(following), goes_on(stretch, end))


def source_end(tokens: list[Token]) -> int:
    """Where the noun phrase that opens some words ends: before a time, a place or a relative clause."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if after is None or after.tag_ in {"WDT", "WP", "WRB"} or after.pos_ in {"ADV", "SCONJ"}:
            return token.i
        if after.pos_ == "ADP" and after.lower_ not in {"of", "for"}:
            return token.i
    return tokens[-1].i


def after_apposition(stretch: Stretch, cue: Token, last: Token, first: int, end: int) -> Aside | None:
    """'..., Li, an aide, said': the subject stands before the mark."""
    if has_own_complement(stretch.doc, cue, last, end):
        return None
    for subject in grammar.own_subjects(cue):
        if subject.i < first:
            begin, _ = stretch.segment(subject.i)
            if begin > stretch.first and stretch.doc[begin].lower_ not in NO_START:
                return Aside(begin, end, None, begin, begin, goes_on(stretch, end))
    return None


def goes_on(stretch: Stretch, end: int) -> bool:
    """Whether what is said goes on after an aside."""
    following = [t for t in stretch.doc[end + 1 : stretch.last + 1] if not is_mark(t)]
    if len(following) < 1:
        return False
    first = following[0]
    return not (first.lower_ in TURNS or first.tag_ in {"VBG", "WDT", "WP"})
