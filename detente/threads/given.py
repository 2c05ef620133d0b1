"""Events given by hand, so that threads can be measured apart from the coder.

The marks of a `Group` say where a happening is told. A table beside the file says what it is, a row each:
label, type (with its mode: 'CONSULT.visit'), status, actor, recipient, day. The status holds for all
sentences that tell it; of several, one a sentence in turn, the last for those that follow. Parties are
codes, or names where they have none, parted by ';'. The day is that on which it was said or done, where the
reports tell it. Marked words without a row tell no event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from detente.errors import DataError
from detente.events.grammar import clause_span
from detente.link.copies import Copies
from detente.link.measure import Group, Mark
from detente.link.merge import Evidence, merge_mentions
from detente.ontology import load_ontology
from detente.parse import Passage, parse_report
from detente.records import STATUSES, Event, EventMention, Party, Report, Span, Status, When, content_id
from detente.tables import Source, read_tsv
from detente.who import actors_in

COLUMNS = ("label", "type", "status", "actor", "recipient", "day")
NOUNS = frozenset({"NOUN", "PROPN"})


@dataclass(frozen=True, slots=True)
class Given:
    """What a happening is, as somebody read it."""

    type: str
    mode: str | None
    statuses: tuple[Status, ...]
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    day: str | None


def read_given(source: Source) -> dict[str, Given]:
    """The happenings of a table, by their labels. Raises DataError naming file and line."""
    types, given = load_ontology().types, dict[str, Given]()
    for line, row in read_tsv(source, COLUMNS):
        type_, _, mode = row["type"].partition(".")
        statuses = cast(tuple[Status, ...], tuple(row["status"].split()))
        if type_ not in types or (mode and mode not in types[type_].modes):
            raise DataError(f"{source}:{line}", f"{row['type']!r} is no type", "Use TYPE or TYPE.mode")
        if not statuses or set(statuses) - set(STATUSES):
            raise DataError(
                f"{source}:{line}", f"{row['status']!r} is no status", f"Use {', '.join(STATUSES)}"
            )
        actor, recipient = (tuple(filter(None, row[side].split("; "))) for side in ("actor", "recipient"))
        given[row["label"]] = Given(type_, mode or None, statuses, actor, recipient, row["day"] or None)
    return given


@dataclass(frozen=True, slots=True)
class _Telling:
    """The marked words of one sentence that tell one happening."""

    report: Report
    label: str
    passage: Passage
    sentence: Any
    tokens: tuple[Any, ...]

    @property
    def points_back(self) -> bool:
        """Whether nouns alone tell it ('the offer')."""
        return all(token.pos_ in NOUNS for token in self.tokens)


def give_events(
    group: Group, given: Mapping[str, Given]
) -> tuple[list[Event], list[EventMention], dict[str, str]]:
    """The events of a group's marks, their mentions, and the labels of these.

    Marks of one label in one sentence are one mention, its quote being their clause as parsed. Nouns give
    none where a verb tells the happening elsewhere: they point back, and the coder passes such words over.
    """
    told: dict[str, list[_Telling]] = defaultdict(list)
    parties: dict[str, list[Party]] = {}
    for report in group.reports:
        passages = parse_report(report)
        parties[report.id] = actors_in(passages, on=report.published)
        for telling in _find_tellings(report, passages, [m for m in group.marks if m.report_id == report.id]):
            if telling.label in given:
                told[telling.label].append(telling)
    copies, events, labels = Copies(group.reports), list[Event](), dict[str, str]()
    mentions: list[EventMention] = []
    for label, tellings in told.items():
        kept = [t for t in tellings if not t.points_back] or tellings
        found = [_make_mention(t, n, given[label], parties[t.report.id]) for n, t in enumerate(kept)]
        events.append(merge_mentions([Evidence(m, copies) for m in found], []))
        labels |= {m.id: label for m in found}
        mentions += found
    return events, mentions, labels


def _find_tellings(report: Report, passages: Sequence[Passage], marks: Sequence[Mark]) -> Iterator[_Telling]:
    for passage in passages:
        for sentence in passage.doc.sents:
            found: dict[str, list[Any]] = defaultdict(list)
            first, last = passage.start + sentence.start_char, passage.start + sentence.end_char
            for mark in marks:
                if first <= mark.start < last:
                    at = mark.start - passage.start
                    found[mark.label].append(next(t for t in sentence if t.idx + len(t) > at))
            for label, tokens in found.items():
                yield _Telling(report, label, passage, sentence, tuple(tokens))


def _make_mention(telling: _Telling, number: int, given: Given, known: Sequence[Party]) -> EventMention:
    """The mention of one sentence, the `number`-th that tells the happening."""
    report, doc, offset = telling.report, telling.passage.doc, telling.passage.start
    spans = [clause_span(token) for token in telling.tokens]
    last = doc[max(end for _, end in spans)]
    start, end = offset + doc[min(start for start, _ in spans)].idx, offset + last.idx + len(last)
    first, close = offset + telling.sentence.start_char, offset + telling.sentence.end_char
    trigger = telling.tokens[0]
    at = offset + trigger.idx
    ontology = load_ontology()
    status = given.statuses[min(number, len(given.statuses) - 1)]
    near = [p for p in known if first <= p.start < close]
    return EventMention(
        id=content_id(report.id, telling.label, first),
        report_id=report.id,
        title=report.title,
        published=report.published,
        url=report.url,
        start=start,
        end=end,
        quote=report.text[start:end],
        sentence=report.text[first:close],
        sentence_start=first,
        trigger=Span(at, at + len(trigger), report.text[at : at + len(trigger)]),
        actor=tuple(_place_party(name, near) for name in given.actor),
        recipient=tuple(_place_party(name, near) for name in given.recipient),
        type=given.type,
        mode=given.mode,
        quad=ontology.types[given.type].quad,
        score=ontology.score(given.type, given.mode),
        contexts=(),
        status=status,
        theme=None,
        certainty=None,
        when=_date_mention(given, status, report),
        where=None,
        says=None,
        confidence=1.0,
        coder="hand",
        reasons=(),
        report_source=report.source,
        report_path=report.path,
    )


def _place_party(name: str, near: Sequence[Party]) -> Party:
    """The party as the sentence names it; without words where it doesn't."""
    found = next((p for p in near if name in (p.code, p.name, p.text)), None)
    code = name if name == name.upper() else None
    return Party(found.text, found.start, found.end, name, code) if found else Party("", -1, -1, name, code)


def _date_mention(given: Given, status: Status, report: Report) -> When:
    """On the day given; what was still planned when it was told has none."""
    ahead = status == "planned" and len(given.statuses) > 1
    if given.day is None or ahead:
        return When(None, None, report.published, "published")
    return When(None, given.day, given.day, "stated")
