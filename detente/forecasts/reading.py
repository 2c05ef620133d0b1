"""A coded report → its forecasts: who foresees what between whom, by when, how likely, on what condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import PartyIndex, grammar
from detente.forecasts.chances import Chance, find_chances, turn_round
from detente.forecasts.conditions import find_condition
from detente.forecasts.cues import Foreseen, find_foreseen
from detente.forecasts.deadlines import Deadline, find_deadlines
from detente.forecasts.kinds import Kind, KindReader, quad_of
from detente.forecasts.words import load_forecast_words
from detente.ledger import Forecast
from detente.parse import Passage, parse_report
from detente.pipeline import code_report
from detente.records import Certainty, Coding, Report, Says, Span, Statement, When, content_id
from detente.says import load_speech_words, name_source, statements_in
from detente.when import find_dates
from detente.who import actors_in

GUESSES = frozenset({"may", "might", "could"})
PRONOUNS = frozenset({"it", "they", "he", "she", "we", "i"})
NO_DEADLINE = When(None, None, None, "unknown")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found in a report beside its forecasts."""

    report: Report
    index: PartyIndex
    statements: Sequence[Statement]
    deadlines: Sequence[Deadline]
    kinds: KindReader


def read_forecasts(source: Coding | Report | str) -> list[Forecast]:
    """The forecasts in a report, in the order of the text.

    `source` is a coded report, whose mentions are then used, or a report or text, which is coded first. A
    forecast is an act between known parties that somebody foresees, or foresees not to happen: after words
    such as 'expect', 'likely', 'odds of', 'may', and where somebody says of others what they will do. What
    a party says of its own acts is a plan and no forecast. Raises UsageError for what is no report or text.
    """
    coding = source if isinstance(source, Coding) else code_report(source)
    report = coding.report
    passages = parse_report(report)
    foreseen = {
        (p.start, s.start): found for p in passages for s in p.doc.sents if (found := find_foreseen(s))
    }
    if not foreseen:
        return []
    parties = actors_in(passages, on=report.published)
    dates = find_dates(report.text, report.published)
    telling = [p for p in passages if any((p.start, s.start) in foreseen for s in p.doc.sents)]
    reading = _Reading(
        report, PartyIndex(parties), list(statements_in(passages, parties)),
        find_deadlines(report.text, dates, report.published), KindReader(telling, parties, coding.mentions),
    )  # fmt: skip
    return [
        forecast
        for passage in telling
        for sentence in passage.doc.sents
        for forecast in _read_sentence(
            passage, sentence, foreseen.get((passage.start, sentence.start), ()), reading
        )
    ]


def _read_sentence(
    passage: Passage, sentence: SentenceSpan, foreseen: Iterable[Foreseen], reading: _Reading
) -> Iterator[Forecast]:
    by_head: dict[int, list[Foreseen]] = {}
    for found in foreseen:
        by_head.setdefault(found.head.i, []).append(found)
    told: set[int] = set()
    for cues in by_head.values():
        kind = reading.kinds.read(passage, cues[0].head)
        if kind is None or kind.token.i in told:
            continue
        says = _find_speaker(passage, kind.token, cues, reading)
        firm = any(c.firm for c in cues)
        if not (firm or _is_of_others(passage, says, kind, reading)) or not _is_act_of_somebody(kind):
            continue
        told.add(kind.token.i)
        yield _make(passage, sentence, cues, kind, says, reading, alone=len(by_head) == 1)


def _find_speaker(passage: Passage, token: Token, cues: Sequence[Foreseen], reading: _Reading) -> Says | None:
    """Who foresees it: the subject of the cue, else the source of the innermost statement that holds it."""
    holder = next((c.holder for c in cues if c.holder is not None), None) or _find_viewer(token.sent)
    if holder is not None:
        return name_source(passage, holder, _phrase(passage, holder), reading.index)
    at = passage.start + token.idx
    hopes = load_forecast_words().hoping
    holding = [
        (content.end - content.start, s.says)
        for s in reading.statements
        for content in s.content
        if content.start <= at < content.end and not s.cue.start <= at < s.cue.end
        if s.cue.text.lower() not in hopes
    ]
    says = min(holding, key=lambda h: h[0])[1] if holding else None
    return None if says is not None and says.kind == "rumour" else says


def _find_viewer(sentence: SentenceSpan) -> Token | None:
    """Whose judgement a sentence gives: 'in Okoye's view', 'in the opinion of ...'."""
    views = load_forecast_words().views
    for noun in sentence:
        if noun.lemma_.lower() in views and noun.dep_ == "pobj" and noun.head.lower_ in {"in", "by"}:
            owners = [c for c in noun.children if c.dep_ == "poss"] or grammar.prepositional(noun, "of")
            if owners:
                return owners[0]
    return None


def _phrase(passage: Passage, head: Token) -> Span:
    """A noun phrase without what is set beside it or follows it as a clause."""
    kept = {head.i}
    todo = [head]
    while todo:
        below = [c for c in todo.pop().children if c.dep_ not in {"appos", "relcl", "acl", "punct", "advcl"}]
        kept |= {c.i for c in below}
        todo += below
    first, last = min(kept), max(kept)
    start, end = passage.doc[first].idx, passage.doc[last].idx + len(passage.doc[last])
    return Span(passage.start + start, passage.start + end, passage.text[start:end])


def _is_of_others(passage: Passage, says: Says | None, kind: Kind, reading: _Reading) -> bool:
    """Whether somebody says it of others' acts: what a party says of its own is a plan."""
    if says is None:
        return False
    if says.code is None or says.code not in {p.code for p in kind.actor}:
        return True
    span = passage.doc.char_span(
        says.start - passage.start, says.end - passage.start, alignment_mode="expand"
    )
    around = {t.lower_ for t in span.root.subtree} if span is not None else set()
    if any(p.text.lower() in PRONOUNS for p in kind.actor):
        return False
    return says.kind in ("expert", "person") or bool(around & load_forecast_words().outsiders)


def _is_act_of_somebody(kind: Kind) -> bool:
    """Whether a known party acts, and not on itself alone."""
    actors, recipients = ({p.code for p in side if p.code} for side in (kind.actor, kind.recipient))
    return bool(actors) and not (len(actors) == 1 and actors == recipients and kind.mention is None)


def _make(
    passage: Passage,
    sentence: SentenceSpan,
    cues: Sequence[Foreseen],
    kind: Kind,
    says: Says | None,
    reading: _Reading,
    alone: bool,
) -> Forecast:
    report = reading.report
    condition = find_condition(passage, sentence, kind.token, alone)
    chance, happens = _weigh(passage, sentence, cues, kind, alone)
    deadline = _choose_deadline(passage, sentence, kind.token, condition, reading.deadlines, alone)
    start, end = _quote(passage, sentence, cues, kind, deadline)
    at = passage.start + kind.token.idx
    cue = cues[0].cue
    firm = next((c for c in cues if c.firm), cues[0])
    return Forecast(
        id=content_id("forecast", report.id, at, kind.type),
        report_id=report.id,
        published=report.published,
        start=start,
        end=end,
        quote=report.text[start:end],
        trigger=Span(at, at + len(kind.token), report.text[at : at + len(kind.token)]),
        cue=Span(passage.start + cue.idx, passage.start + cue.idx + len(cue), cue.text),
        says=says,
        actor=kind.actor,
        recipient=kind.recipient,
        type=kind.type,
        mode=kind.mode,
        quad=quad_of(kind.type),
        happens=happens,
        chance=chance,
        window=deadline.when if deadline else _without_deadline(report),
        condition=condition,
        mention=kind.mention,
        reasons=(kind.reason, f"'{firm.cue.text}' foresees it"),
    )


def _without_deadline(report: Report) -> When:
    return replace(NO_DEADLINE, earliest=report.published)


def _weigh(
    passage: Passage, sentence: SentenceSpan, cues: Sequence[Foreseen], kind: Kind, alone: bool
) -> tuple[Certainty | None, bool]:
    """The chance of the act, and whether it is said to happen; with a chance, a negation turns that round."""
    negated = any(c.negated for c in cues) == kind.happens
    chance = _choose_chance(passage, sentence, cues, alone)
    if chance is None:
        return None, not negated
    certainty = chance.certainty
    if "not" in chance.phrase.lower().split():
        return certainty, True  # 'probably not' has its negation in it
    turned = any(c.turned for c in cues)
    return (turn_round(certainty) if negated != turned else certainty), True


def _choose_chance(
    passage: Passage, sentence: SentenceSpan, cues: Sequence[Foreseen], alone: bool
) -> Chance | None:
    """The chance that bears on what is foreseen: a number before words, other words before 'may'."""
    offset = sentence.start_char
    near: list[tuple[bool, bool, bool, int, Chance]] = []
    scope = {i for c in cues for i in _scope(c)}
    for chance in find_chances(sentence.text):
        span = passage.doc.char_span(offset + chance.start, offset + chance.end, alignment_mode="expand")
        inside = span is not None and bool(scope & set(range(span.start, span.end)))
        guess = chance.phrase.lower() in GUESSES
        if span is not None and (inside or (alone and not guess)):
            distance = min(abs(t.i - c.cue.i) for t in span for c in cues)
            near.append((not chance.numeric, not inside, guess, distance, chance))
    return min(near, key=lambda n: n[:4])[4] if near else None


def _scope(found: Foreseen) -> set[int]:
    """The words that may tell the chance: the cue, those beside it, and those beside the foreseen word."""
    head, cue = found.head, found.cue
    beside = {
        "aux",
        "advmod",
        "neg",
        "amod",
        "nummod",
        "compound",
        "prep",
        "acomp",
        "dobj",
        "det",
        "npadvmod",
        "pobj",
        "quantmod",
    }
    scope = {cue.i, *(c.i for c in head.children if c.dep_ in {"aux", "advmod", "neg"})}
    todo = [cue] if cue.head != head or cue.dep_ not in {"aux", "advmod"} else []
    if todo and cue.pos_ == "NOUN":
        todo.append(cue.head)
        scope.add(cue.head.i)
    while todo:
        below = [c for c in todo.pop().children if c.dep_ in beside and c != head and head not in c.subtree]
        scope |= {c.i for c in below}
        todo += below
    return scope


def _choose_deadline(
    passage: Passage,
    sentence: SentenceSpan,
    token: Token,
    condition: Span | None,
    deadlines: Sequence[Deadline],
    alone: bool,
) -> Deadline | None:
    """The deadline of a foreseen act: one in its own words, else (`alone`) the nearest in its sentence."""
    first, last = passage.start + sentence.start_char, passage.start + sentence.end_char
    at = passage.start + token.idx
    own = {t.i for t in token.subtree} | {t.i for t in token.head.subtree if alone}
    ranked: list[tuple[bool, bool, int, Deadline]] = []
    for d in deadlines:
        if not first <= d.start < last or (condition and condition.start <= d.start < condition.end):
            continue
        span = passage.doc.char_span(d.start - passage.start, d.end - passage.start, alignment_mode="expand")
        if span is not None and d.start < at and _dates_speech(span.root):
            continue
        inside = span is not None and any(t.i in own for t in span)
        if inside or alone or d.start > at:
            ranked.append((not inside, d.start < at, abs(d.start - at), d))
    return min(ranked, key=lambda r: r[:3])[3] if ranked else None


def _dates_speech(date: Token) -> bool:
    """Whether a date is that of the saying: 'said on Monday that ...'."""
    verb = next((t for t in grammar.governors(date) if grammar.is_verb(t)), None)
    return verb is not None and verb.tag_ == "VBD" and verb.lemma_.lower() in load_speech_words().verbs


def _quote(
    passage: Passage,
    sentence: SentenceSpan,
    cues: Sequence[Foreseen],
    kind: Kind,
    deadline: Deadline | None,
) -> tuple[int, int]:
    """Offsets of the words that foresee: from the first to the last of cue, act, parties and deadline."""
    cue = [c.cue for c in cues]
    first, last = grammar.clause_span(kind.token, cue)
    doc, offset = passage.doc, passage.start
    start, end = offset + doc[first].idx, offset + doc[last].idx + len(doc[last])
    low, high = offset + sentence.start_char, offset + sentence.end_char
    inside = [p for p in (*kind.actor, *kind.recipient) if low <= p.start and p.end <= high]
    if deadline is not None:
        end = max(end, deadline.end)
        start = min(start, deadline.start)
    return min([start, *(p.start for p in inside)]), max([end, *(p.end for p in inside)])
