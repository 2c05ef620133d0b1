"""Mentions in, events out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detente.link.candidates import find_candidates
from detente.link.cluster import Pair, cluster
from detente.link.compare import Level, Likeness, compare
from detente.link.copies import Copies
from detente.link.judging import settle
from detente.link.merge import Evidence, merge_mentions
from detente.link.sketch import sketch
from detente.records import Event, EventMention, Judgement, MentionLink, Report

BELONG = 0.4  # mean probability from which two clusters are one; see docs/method.md
WORTH_KEEPING = 0.05  # pairs less likely than this to be one happening count as 0


def link_events(
    mentions: Iterable[EventMention],
    reports: Iterable[Report] = (),
    judgements: Iterable[Judgement] = (),
) -> list[Event]:
    """The happenings that `mentions` tell, by day, each with all its mentions.

    `reports` give the texts by which copies are told from own reporting; without them only outlets are.
    `judgements` hold whatever the comparison says; those on mentions that aren't there have no effect. The
    order of what is given is without effect, and an event hangs only on mentions that are tied to its own by
    candidate pairs. Raises UsageError where judgements contradict each other.
    """
    known = {m.id: m for m in mentions}
    found = _group(list(known.values()), judgements)
    copies = Copies(reports)
    events = [
        merge_mentions([Evidence(known[i], copies) for i in ids], _explain(ids, found.likeness, found.judged))
        for ids in found.clusters
    ]
    return sorted(events, key=lambda e: (e.when.earliest or "", e.when.latest or "", e.id))


def group_mentions(
    mentions: Iterable[EventMention],
    judgements: Iterable[Judgement] = (),
    weights: Mapping[Level, float] | None = None,
    threshold: float = BELONG,
) -> dict[str, str]:
    """For each mention id, the lowest id of those that tell the same happening."""
    found = _group(list({m.id: m for m in mentions}.values()), judgements, weights, threshold)
    return {i: ids[0] for ids in found.clusters for i in ids}


@dataclass(frozen=True, slots=True)
class _Groups:
    clusters: list[tuple[str, ...]]
    likeness: dict[Pair, Likeness]
    judged: set[Pair]


def _group(
    mentions: Sequence[EventMention],
    judgements: Iterable[Judgement],
    weights: Mapping[Level, float] | None = None,
    threshold: float = BELONG,
) -> _Groups:
    ids = {m.id for m in mentions}
    together, apart = settle(judgements, ids)
    likeness = {
        (a.mention.id, b.mention.id): alike
        for a, b in find_candidates(map(sketch, mentions))
        if (alike := compare(a, b, weights)).probability >= WORTH_KEEPING
    }
    chances = {pair: alike.probability for pair, alike in likeness.items()}
    return _Groups(cluster(ids, chances, threshold, together, apart), likeness, together)


def _explain(ids: Sequence[str], likeness: Mapping[Pair, Likeness], judged: set[Pair]) -> list[MentionLink]:
    """For each mention of an event with several, the one that ties it to the others best."""
    best: dict[str, list[tuple[float, str, tuple[str, ...]]]] = defaultdict(list)
    link: tuple[float, tuple[str, ...]]
    for i, a in enumerate(ids):
        for b in ids[i + 1 :]:
            if (a, b) in judged:
                link = 1.0, ("a person judged them to be the same",)
            elif (a, b) in likeness:
                link = round(likeness[a, b].probability, 3), likeness[a, b].reasons
            else:
                continue
            best[a].append((link[0], b, link[1]))
            best[b].append((link[0], a, link[1]))
    strongest = {i: min(found, key=lambda f: (-f[0], f[1])) for i, found in best.items()}
    return [MentionLink(i, like, chance, why) for i, (chance, like, why) in sorted(strongest.items())]
