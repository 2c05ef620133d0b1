"""Acts → EventMentions: adds day, place, speaker, certainty, confidence and ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detente.coders import Found
from detente.events import Act
from detente.events.grammar import governors
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import (
    DateMention,
    EventMention,
    PassedOver,
    PlaceMention,
    Report,
    Span,
    Statement,
    When,
    content_id,
)
from detente.says import certainty_of, settle_prediction, speaker_of
from detente.when import event_when, to_interval
from detente.where import event_place


@dataclass(frozen=True, slots=True)
class Context:
    """What was found in a report beside its acts, and which coder found those."""

    report: Report
    dates: Sequence[DateMention]
    places: Sequence[PlaceMention]
    statements: Sequence[Statement]
    coder: str


def build_mentions(acts: Sequence[Act], context: Context) -> tuple[list[EventMention], list[PassedOver]]:
    """The mentions of a report's acts, and those that were too unsure to code."""
    ids = {id(act): mention_id(act, context.report) for act in acts}
    whens = date_acts(acts, context)
    built = [build_mention(act, context, ids, whens[id(act)]) for act in acts]
    sure = {ids[id(act)] for act in acts if act.is_sure}
    mentions = [m if m.theme in sure else replace(m, theme=None) for m in built if m.id in sure]
    return mentions, [set_aside(m) for m in built if m.id not in sure]


def mention_id(act: Act, report: Report) -> str:
    """The id of the mention that an act becomes: of its report, trigger and type."""
    return content_id(report.id, act.trigger[0], act.type)


def set_aside(mention: EventMention) -> PassedOver:
    """The note that a mention was too unsure to be coded."""
    why = f"too unsure ({mention.confidence:.2f}): " + "; ".join(mention.reasons)
    return PassedOver(mention.report_id, mention.start, mention.end, mention.quote, mention.trigger.text, why)


def date_acts(acts: Sequence[Act], context: Context) -> dict[int, When]:
    """When each act was: by its own words, else by the dated act that governs it."""
    report = context.report
    own = {id(act): dated_by_antecedent(act, context) for act in acts}
    whens: dict[int, When] = {}
    for act in acts:
        sentence = (act.passage.start + act.sentence.start_char, act.passage.start + act.sentence.end_char)
        whens[id(act)] = own[id(act)] or event_when(
            context.dates, act.trigger[0], act.span, sentence,
            act.status, act.judged.tense, report.published, report.text,
        )  # fmt: skip
    for act in acts:
        if act.status not in ("happened", "negated"):
            continue
        above = {t.i for t in governors(act.token) if t.sent == act.sentence}
        for other in acts:
            if other.passage is not act.passage or other.token.i not in above:
                continue
            if own[id(other)] or (whens[id(act)].basis != "stated" and whens[id(other)].basis == "stated"):
                whens[id(act)] = whens[id(other)]
    return whens


def dated_by_antecedent(act: Act, context: Context) -> When | None:
    """The date that a relative clause hangs on: 'since 2010, when a torpedo sank the ship'."""
    if act.token.dep_ != "relcl":
        return None
    at = act.passage.start + act.token.head.idx
    for date in context.dates:
        if date.start <= at < date.end and date.type in ("DATE", "TIME"):
            days = to_interval(date.value, context.report.published)
            return When(date.text, *days, "stated") if days else None
    return None


def build_mention(act: Act, context: Context, ids: dict[int, str], when: When) -> EventMention:
    """One act with its day, place, speaker and confidence."""
    report = context.report
    text = report.text
    says = speaker_of(act, context.statements)
    certainty = certainty_of(act)
    status, reasons = settle_prediction(act, says, certainty)
    start, end = act.span
    first = act.passage.start + act.sentence.start_char
    last = act.passage.start + act.sentence.end_char
    at, to = act.trigger
    ontology = load_ontology()
    spans = [(p.start, p.end) for p in act.parties]
    where = event_place(context.places, (start, end), (first, last), text, spans)
    return EventMention(
        id=ids[id(act)],
        report_id=report.id,
        title=report.title,
        published=report.published,
        url=report.url,
        start=start,
        end=end,
        quote=text[start:end],
        sentence=text[first:last],
        sentence_start=first,
        trigger=Span(at, to, text[at:to]),
        actor=tuple(act.actors),
        recipient=tuple(act.recipients),
        type=act.type,
        mode=act.mode,
        quad=ontology.types[act.type].quad,
        score=ontology.score(act.type, act.mode),
        contexts=act.frame.contexts,
        status=status,
        theme=ids.get(id(act.theme)) if act.theme is not None else None,
        certainty=certainty,
        when=when,
        where=where,
        says=says,
        confidence=round(act.confidence, 2),
        coder=context.coder,
        reasons=(*act.reasons, *reasons),
        report_given_id=report.given_id,
        report_source=report.source,
        report_author=report.author,
        report_path=report.path,
    )


def sentence_notes(
    report: Report,
    passages: Sequence[Passage],
    mentions: Sequence[EventMention],
    found: Found,
) -> list[PassedOver]:
    """What the coder passed over: furniture, words that tell no act after all, sentences without any."""
    notes = [PassedOver(report.id, s.start, s.end, s.text, None, s.reason) for s in report.skipped]
    touched = {m.sentence_start for m in mentions}
    noted = {(n.start, n.end) for n in found.notes}
    for word in found.rejected:
        sentence = word.token.sent
        start = word.passage.start + sentence.start_char
        end = word.passage.start + sentence.end_char
        touched.add(start)
        notes.append(PassedOver(report.id, start, end, report.text[start:end], word.token.text, word.reason))
    for passage in passages:
        for sentence in passage.doc.sents:
            start, end = passage.start + sentence.start_char, passage.start + sentence.end_char
            if start not in touched and (start, end) not in noted and end - start > 1:
                notes.append(PassedOver(report.id, start, end, report.text[start:end], None, found.silent))
    return sorted([*notes, *found.notes], key=lambda n: (n.start, n.end, n.trigger or ""))
