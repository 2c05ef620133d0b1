"""A second look: clauses of later reports in which the word that a forecast used tells an act of its actors.

The coder abstains where it can't tell who is acted on or what kind of act it is. Beside a forecast much of
that is known, so a clause with the same word (or one that a frame gives the same type) and the same subject
will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from detente.events import PartyIndex, grammar
from detente.events.acts import FrameReader
from detente.events.learned import Hints
from detente.events.status import judge_status
from detente.forecasts.happenings import Happening, content_words, names_of, people_of
from detente.forecasts.matching import Sought, covers
from detente.ledger import Evidence
from detente.lexicon import Frame, PartOfSpeech, load_lexicon
from detente.parse import Passage, parse_report
from detente.records import DateMention, Party, Report, content_id
from detente.when import event_when, find_dates
from detente.who import actors_in

SEEN = frozenset({"happened", "negated"})


@dataclass(frozen=True, slots=True)
class _Page:
    """A report with what was found in it."""

    report: Report
    index: PartyIndex
    dates: Sequence[DateMention]
    reader: FrameReader


class Watch:
    """Goes through reports once: what is sighted in them, and which of them name both sides of what is
    sought.

    `coded` are (report id, offset) of mentions' words, which are left to the mentions. Only reports that
    name one of those sought are parsed.
    """

    def __init__(self, sought: Sequence[Sought], coded: Iterable[tuple[str, int]]) -> None:
        self.sought = sought
        self.coded = set(coded)
        self.names = {name for s in sought for name in s.names}
        self.first = min((s.issued for s in sought if s.issued), default="")
        self.sightings: list[Happening] = []
        self.covered: list[set[str]] = [
            set() for _ in sought
        ]  # days of the reports that name both sides of each

    def read(self, report: Report) -> None:
        """Look at one report."""
        text = report.text.casefold()
        if not report.published or report.published <= self.first or not any(n in text for n in self.names):
            return
        for days, sought in zip(self.covered, self.sought, strict=True):
            if covers(text, sought):
                days.add(report.published)
        self.sightings += _read_report(report, self.sought, self.coded)


def _read_report(
    report: Report, sought: Sequence[Sought], known: set[tuple[str, int]]
) -> Iterator[Happening]:
    passages = parse_report(report)
    index = PartyIndex(actors_in(passages, on=report.published))
    dates = find_dates(report.text, report.published)
    page = _Page(report, index, dates, FrameReader(index, load_lexicon(), Hints()))
    words = {word for s in sought for word in s.trigger | s.condition}
    types = {s.type for s in sought}
    for passage in passages:
        for token in passage.doc:
            if token.pos_ not in {"VERB", "NOUN", "ADJ"} or (report.id, passage.start + token.idx) in known:
                continue
            stems = content_words(token.lemma_)
            frame = _frame_of(page, passage, token)
            type_ = (frame.type or "") if frame else ""
            if (stems & words or type_ in types) and not (frame and frame.status) and _is_told(token):
                yield from _sight(page, passage, token, type_)


def _frame_of(page: _Page, passage: Passage, token: Token) -> Frame | None:
    """The frame that fits a word, if any."""
    pos: PartOfSpeech = "verb" if grammar.is_verb(token) else "noun"
    return page.reader.fitting_frame(passage, token, pos)


def _owners(page: _Page, passage: Passage, head: Token) -> list[Party]:
    """Whoever is named in a noun phrase before its head: 'an Icelandic patrol ship'."""
    start = passage.doc[head.left_edge.i].idx
    return page.index.within(passage.start + start, passage.start + head.idx)


def _is_told(token: Token) -> bool:
    """Whether a word tells something of its own, as infinitives and gerunds below another verb don't."""
    below = token.dep_ in {"xcomp", "pcomp", "advcl", "acl"}
    return not (below and (token.tag_ == "VBG" or grammar.has_mark(token, {"to"})))


def _subjects(page: _Page, passage: Passage, verb: Token) -> list[Party]:
    """Who does what a word tells, or whose is what does it."""
    doing = verb.head if verb.dep_ == "acomp" else verb  # 'is sorry'
    slot = page.index.in_slot(passage, doing, "subj")
    if not slot and verb.dep_ == "dobj":  # 'handed in its application'
        slot = page.index.in_slot(passage, verb.head, "subj")
    return [p for head, found in slot for p in found or _owners(page, passage, head)]


def _sight(page: _Page, passage: Passage, token: Token, type_: str) -> Iterator[Happening]:
    judged = judge_status(token)
    subjects = _subjects(page, passage, token)
    if judged.status not in SEEN or not (subjects or grammar.is_passive(token)):
        return
    actors = {p.code for p in subjects if p.code}
    report, sentence, offset = page.report, token.sent, passage.start
    first, last = grammar.clause_span(token)
    clause = offset + passage.doc[first].idx, offset + passage.doc[last].idx + len(passage.doc[last])
    whole = offset + sentence.start_char, offset + sentence.end_char
    when = event_when(
        page.dates,
        offset + token.idx,
        clause,
        whole,
        judged.status,
        judged.tense,
        report.published,
        report.text,
    )
    inside = page.index.within(*whole)
    others = {p.code for p in inside if p.code} - actors
    yield Happening(
        id=content_id("sighting", report.id, offset + token.idx),
        mentions=(),
        type=type_,
        actors=frozenset(actors),
        recipients=frozenset(others),
        status=judged.status,
        told=((report.published or "", judged.status),),
        earliest=when.earliest,
        latest=when.latest,
        disputed=False,
        words=content_words(sentence.text, names_of(inside)),
        triggers=content_words(token.lemma_),
        people=people_of(subjects),
        text=sentence.text.casefold(),
        agentless=not subjects,
        names=frozenset(p.text.casefold() for p in (*subjects, *inside) if not p.code),
        passage=Evidence(report.id, *clause, report.text[slice(*clause)]),
    )
