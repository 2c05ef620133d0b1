"""The mentions of one happening → an Event: what most voices say, and the history of its status."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from detente.link.accounts import find_contradictions
from detente.link.copies import Copies
from detente.ontology import load_ontology
from detente.records import (
    STATUSES,
    Event,
    EventMention,
    MentionLink,
    Outlet,
    Participant,
    Party,
    Status,
    StatusStep,
    When,
    Where,
    content_id,
)

VAGUE_PLACES = frozenset({"continent", "region", "country"})
T = TypeVar("T", bound=Hashable)
HALF = 0.5  # share of the mentions with a known party on a side that must name one for it to count


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention, and what tells copies from own reporting."""

    mention: EventMention
    copies: Copies


def merge_mentions(evidence: Sequence[Evidence], links: Iterable[MentionLink]) -> Event:
    """The event that mentions tell together. What they differ on goes by the number of independent voices."""
    mentions = sorted((e.mention for e in evidence), key=in_time)
    return _merge(mentions, evidence[0].copies.find_voices(mentions), links)


def merge_part(event: Event, mentions: Iterable[EventMention]) -> Event:
    """The event as some of its mentions tell it alone."""
    part = sorted(mentions, key=in_time)
    told = {m.report_id for m in part}
    voices = [(o.names, tuple(r for r in o.reports if r in told)) for o in event.outlets]
    links = [link for link in event.links if {link.mention, link.like} <= {m.id for m in part}]
    outlets = tuple(Outlet(names, reports) for names, reports in voices if reports)
    return replace(_merge(part, outlets, links), id=event.id)


def _merge(
    mentions: Sequence[EventMention], outlets: tuple[Outlet, ...], links: Iterable[MentionLink]
) -> Event:
    count = _Voices(outlets)
    type_ = count.prefer(mentions, lambda m: m.type)
    typed = [m for m in mentions if m.type == type_]
    mode = count.prefer([m for m in typed if m.mode] or typed, lambda m: m.mode)
    history = tell_history(mentions, count)
    ontology = load_ontology()
    known = ontology.types.get(type_)
    return Event(
        id=content_id("event", mentions[0].id),
        type=type_,
        mode=mode,
        quad=known.quad if known else typed[0].quad,
        score=ontology.score(type_, mode) if known else typed[0].score,
        actor=name_side(mentions, "actor"),
        recipient=name_side(mentions, "recipient"),
        status=settle_status(history),
        history=history,
        when=choose_days(mentions, count),
        where=choose_place(mentions, count),
        lead=max(typed, key=_telling).id,
        mentions=tuple(m.id for m in mentions),
        outlets=outlets,
        contradictions=find_contradictions(mentions),
        links=tuple(links),
    )


def in_time(mention: EventMention) -> tuple[str, str, int, str]:
    """Sorts mentions by publication, then by report and place in it."""
    return mention.published or "9999", mention.report_id, mention.trigger.start, mention.id


def _telling(mention: EventMention) -> tuple[int, int, float, int, str]:
    """How well a mention tells its event: with parties, as having happened, surely, in many words."""
    sides = bool(mention.actor) + bool(mention.recipient)
    return sides, int(mention.status == "happened"), mention.confidence, len(mention.quote), mention.id


class _Voices:
    """Counts by independent voices, so that a text that was copied ten times counts once."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self.voice = {r: i for i, outlet in enumerate(outlets) for r in outlet.reports}

    def count(self, mentions: Iterable[EventMention]) -> int:
        """How many voices tell these mentions."""
        return len({self.voice[m.report_id] for m in mentions})

    def prefer(self, mentions: Sequence[EventMention], value: Callable[[EventMention], T]) -> T:
        """The value of most voices; of equals that of most mentions, of the surest one, of the first one."""
        groups: dict[T, list[EventMention]] = defaultdict(list)
        for mention in mentions:
            groups[value(mention)].append(mention)
        order = {v: -i for i, v in enumerate(groups)}
        return max(
            groups,
            key=lambda v: (
                self.count(groups[v]),
                len(groups[v]),
                max(m.confidence for m in groups[v]),
                order[v],
            ),
        )


def name_side(mentions: Iterable[EventMention], side: str) -> tuple[Participant, ...]:
    """Who acts, or is acted on: those whom half of the mentions name that name anybody known there.

    Where none is known, the words that stand there most often.
    """
    sides: list[tuple[Party, ...]] = [getattr(m, side) for m in mentions]
    coded = [ps for ps in sides if any(p.code for p in ps)]
    named = coded or [ps for ps in sides if ps]
    count = Counter(key for ps in named for key in {_key(p) for p in ps if p.code or not coded})
    first = {_key(p): p for ps in reversed(named) for p in ps}
    found = [
        Participant(first[k].code, _name(first[k]), first[k].kind, n)
        for k, n in sorted(count.items(), key=lambda c: (-c[1], c[0]))
        if n >= HALF * len(named)
    ]
    return tuple(found if coded else found[:1])


def _key(party: Party) -> str:
    return party.code or _name(party).casefold()


def _name(party: Party) -> str:
    return party.name or party.text


def tell_history(mentions: Sequence[EventMention], count: _Voices) -> tuple[StatusStep, ...]:
    """What was said of the status, by day of publication; within a day what most voices say first."""
    steps: dict[tuple[str, Status], list[EventMention]] = defaultdict(list)
    for mention in mentions:
        steps[mention.published or "", mention.status].append(mention)
    ranked = sorted(steps, key=lambda s: (s[0], -count.count(steps[s]), STATUSES.index(s[1])))
    return tuple(
        StatusStep(day or None, status, tuple(m.id for m in steps[day, status])) for day, status in ranked
    )


def settle_status(history: Sequence[StatusStep]) -> Status:
    """The status after all reports: what happened stays so, unless more mentions tell that it did not.

    Before that, the latest day's report counts, by most voices: planned, then refused, is refused.
    """
    weight = Counter[str]()
    for step in history:
        weight[step.status] += len(step.mentions)
    if weight["happened"] and weight["happened"] >= weight["negated"]:
        return "happened"
    last = history[-1].published
    return next(step.status for step in history if step.published == last)


def choose_days(mentions: Sequence[EventMention], count: _Voices) -> When:
    """The days of most voices that state them, told of as past if any is; else those that all leave open.

    A day that reports give as past counts before one that they gave as planned.
    """
    stated = [m for m in mentions if m.when.basis == "stated"]
    past = [m for m in stated if m.status == "happened"]
    if past or stated:
        days = count.prefer(past or stated, lambda m: (m.when.earliest, m.when.latest))
        return next(m.when for m in past or stated if (m.when.earliest, m.when.latest) == days)
    known = [m for m in mentions if m.when.earliest and m.when.latest]
    if not known:
        return mentions[0].when
    earliest = max(m.when.earliest or "" for m in known)
    latest = min(m.when.latest or "" for m in known)
    return When(None, earliest, latest, known[0].when.basis) if earliest <= latest else known[0].when


def choose_place(mentions: Sequence[EventMention], count: _Voices) -> Where | None:
    """The place of most voices; one that says more than a country counts before others."""
    placed = [m for m in mentions if m.where is not None]
    if not placed:
        return None
    fine = [m for m in placed if m.where and m.where.level not in VAGUE_PLACES]
    name = count.prefer(fine or placed, lambda m: m.where.name if m.where else None)
    return next(m.where for m in fine or placed if m.where and m.where.name == name)
