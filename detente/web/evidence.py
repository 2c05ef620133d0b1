"""An event with its evidence in words: each account in its report's text, and on what they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from markupsafe import Markup

from detente.draw import draw_marker, parse_day
from detente.ontology import load_ontology
from detente.records import Event, EventMention, Judgement, Participant, Party, Report
from detente.report.marking import Mark, Piece, cut_text
from detente.report.wording import (
    describe_act,
    describe_basis,
    describe_certainty,
    describe_place,
    describe_says,
    format_day,
    format_when,
    name_act,
    name_party,
    name_state,
    shorten,
)
from detente.store import Browser, EventRow

AROUND = 240  # characters of the report shown before and after a sentence
LONGEST = 3000  # characters of one sentence shown
NEAR = 25  # events offered as perhaps the same


@dataclass(frozen=True, slots=True)
class Account:
    """What one mention says, in words, with its sentence in the report's text."""

    mention: EventMention
    number: int
    source: str
    published: str
    pieces: tuple[Piece, ...]
    outside: tuple[tuple[str, str], ...]
    parties: str
    act: str
    day: str
    basis: str
    place: str | None
    says: str
    certainty: str | None
    marker: Markup
    judgements: tuple[tuple[Judgement, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction: what is said, and the numbers of the accounts that say it."""

    says: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event in words, with its accounts."""

    event: Event
    heading: str
    act: str
    code: str
    day: str
    basis: str
    place: str | None
    marker: Markup
    history: tuple[tuple[str, str], ...]
    outlets: tuple[str, ...]
    contradictions: tuple[tuple[str, tuple[Side, ...]], ...]
    accounts: tuple[Account, ...]
    alike: tuple[tuple[str, str], ...]


def view_evidence(store: Browser, event: Event, others: Sequence[tuple[Event, str]] = ()) -> Evidence:
    """The event in words; `others` are offered as perhaps the same."""
    mentions = store.mentions_of(event.mentions)
    mentions.sort(key=lambda m: (m.id != event.lead, m.published or "9999", m.start))
    reports = {id_: store.report_of(id_) for id_ in dict.fromkeys(m.report_id for m in mentions)}
    said = store.judgements()
    accounts = tuple(
        _view_account(m, n, reports[m.report_id], [j for j in said if m.id in j.mentions])
        for n, m in enumerate(mentions, 1)
    )
    numbers = {account.mention.id: account.number for account in accounts}
    return Evidence(
        event=event,
        heading=name_sides(event),
        act=name_act(event.type, event.mode),
        code=event.type + (f"-{event.mode}" if event.mode else ""),
        day=format_when(event.when),
        basis=describe_basis(event.when),
        place=describe_place(event.where),
        marker=draw_marker(event.status, score=event.score),
        history=tuple((_name_day(s.published), s.status) for s in event.history),
        outlets=tuple(" = ".join(outlet.names) for outlet in event.outlets),
        contradictions=tuple(
            (
                c.about,
                tuple(
                    Side(a.says, tuple(numbers[m] for m in a.mentions if m in numbers)) for a in c.accounts
                ),
            )
            for c in event.contradictions
        ),
        accounts=accounts,
        alike=tuple((other.lead, _name_other(other)) for other, _ in others),
    )


def name_sides(event: Event) -> str:
    """Who acts, and towards whom: 'North Korea → South Korea'."""
    return _name_ways(map(name_participant, event.actor), map(name_participant, event.recipient))


def name_participant(party: Participant) -> str:
    """The state's own name where it stands for one, else the name it goes by."""
    return (party.kind == "state" and party.code and name_state(party.code)) or shorten(party.name, 80)


def list_acts() -> list[tuple[str, list[tuple[str, str]]]]:
    """All types of act with their modes, as (type, [(value, words), ...]), for a list to choose from."""
    return [
        (name, [(name, name_act(name, None)), *((f"{name}-{m}", name_act(name, m)) for m in type_.modes)])
        for name, type_ in load_ontology().types.items()
    ]


def describe_verdict(judgement: Judgement) -> str:
    """What was judged, in words."""
    words = {
        "same": "the same happening as another", "different": "not the same happening as another",
        "wrong": "no such act", "type": "the act is", "party": "the parties are",
    }  # fmt: skip
    who = (
        f" ({judgement.by}, {_name_day(judgement.day)})" if judgement.by else f" ({_name_day(judgement.day)})"
    )
    value = f" {judgement.value}" if judgement.value else ""
    return words[judgement.verdict] + value + who + (f": {judgement.why}" if judgement.why else "")


def find_alike(store: Browser, event: Event, rows: Iterable[EventRow]) -> list[tuple[Event, str]]:
    """Of a pair's events those that are nearest in time, by day; those of the same type first."""
    day = event.when.earliest or event.when.latest
    if day is None:
        return []
    here = parse_day(day).toordinal()
    others = (
        (abs(parse_day(r.day).toordinal() - here) + 30 * (r.type != event.type), n, r.id)
        for n, r in enumerate(rows)
        if r.day and r.id != event.id
    )
    return store.read_events([id_ for _, _, id_ in nsmallest(NEAR, others)])


def mark_mention(mention: EventMention, text: str) -> list[Mark]:
    """All that a mention says with where its words stand in its report's text."""
    actors, recipients = ({(p.start, p.end) for p in side} for side in (mention.actor, mention.recipient))
    spans = [("both", *at) for at in actors & recipients]
    spans += [("actor", *at) for at in actors - recipients] + [
        ("recipient", *at) for at in recipients - actors
    ]
    spans.append(("act", mention.trigger.start, mention.trigger.end))
    if mention.says:
        spans.append(("speaker", mention.says.start, mention.says.end))
    for role, words in (("date", mention.when.text), ("place", mention.where and mention.where.text)):
        at = _find_words(words or "", mention, text)
        if at is not None:
            spans.append((role, at, at + len(words or "")))
    return sorted((s for s in spans if 0 <= s[1] < s[2] <= len(text)), key=lambda s: (s[1], -s[2], s[0]))


def _find_words(words: str, mention: EventMention, text: str) -> int | None:
    """Where words stand in the mention's sentence; else the place before it that is nearest."""
    if not words:
        return None
    low, high = mention.sentence_start, mention.sentence_start + len(mention.sentence)
    at = text.find(words, low, max(high, mention.end))
    if at < 0:
        at = text.rfind(words, 0, low)
    return at if at >= 0 else None


def _view_account(mention: EventMention, number: int, report: Report, said: list[Judgement]) -> Account:
    low = max(min(mention.start, mention.sentence_start), 0)
    high = min(
        max(mention.end, mention.sentence_start + len(mention.sentence)), low + LONGEST, len(report.text)
    )
    window = _to_word(report.text, low - AROUND, -1), _to_word(report.text, high + AROUND, 1)
    spans = mark_mention(mention, report.text)
    inside = [s for s in spans if window[0] <= s[1] < s[2] <= window[1]]
    outside = dict.fromkeys(
        (role, shorten(report.text[a:b], 80)) for role, a, b in spans if (role, a, b) not in inside
    )
    return Account(
        mention=mention,
        number=number,
        source=report.source or shorten(report.title or report.path or report.id, 80),
        published=_name_day(report.published),
        pieces=cut_text(report.text, window, inside, (low, high)),
        outside=tuple(outside),
        parties=name_parties(mention),
        act=describe_act(mention),
        day=format_when(mention.when),
        basis=describe_basis(mention.when),
        place=describe_place(mention.where),
        says=describe_says(mention.says),
        certainty=describe_certainty(mention),
        marker=draw_marker(mention.status, score=mention.score),
        judgements=tuple((j, describe_verdict(j)) for j in said),
    )


def _to_word(text: str, at: int, step: int) -> int:
    """The end of a word at or beyond `at`, and not beyond the paragraph that it stands in."""
    at = min(max(at, 0), len(text))
    while 0 < at < len(text) and not text[at - 1 if step < 0 else at].isspace():
        at += step
    return at


def name_parties(mention: EventMention, coded: bool = True) -> str:
    """Who acts, and towards whom; with their codes, unless `coded` is False."""
    name = name_party if coded else _name_plainly
    return _name_ways(map(name, mention.actor), map(name, mention.recipient))


def _name_ways(actors: Iterable[str], recipients: Iterable[str]) -> str:
    one, other = (list(dict.fromkeys(names)) for names in (actors, recipients))
    if not other or set(one) == set(other):
        return _join(one) or "nobody named"
    return f"{_join(one) or 'nobody named'} → {_join(other)}"


def _name_plainly(party: Party) -> str:
    return party.name or shorten(party.text, 80) or "unnamed"


def _name_other(event: Event) -> str:
    return (
        f"{format_when(event.when)}: {name_sides(event)}, {name_act(event.type, event.mode)} ({event.status})"
    )


def _name_day(day: str | None) -> str:
    return format_day(parse_day(day)) if day else "no date"


def _join(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
