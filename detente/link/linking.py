"""Mentions in, events out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.link.candidates import find_candidates
from detente.link.cluster import NO_PAIRS, Pairs, cluster
from detente.link.compare import Scale, Weights, explain_levels, find_levels, name_levels
from detente.link.copies import Copies
from detente.link.judging import settle
from detente.link.merge import Evidence, merge_mentions
from detente.link.sketch import Flags, Ints, Sketches, sketch_mentions
from detente.records import Event, EventMention, Judgement, MentionLink, Report

BELONG = 0.35  # mean probability from which two clusters are one; see docs/method.md
WORTH_KEEPING = 0.05  # pairs less likely than this to be one happening count as 0
LEAST_ODDS = math.log(WORTH_KEEPING / (1 - WORTH_KEEPING))
DIGITS = 3  # of a probability that is shown
JUDGED = ("a person judged them to be the same",)


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of rows, the lower first, with the probability that both tell one happening."""

    pairs: Pairs
    chances: NDArray[np.float64]


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
    sketches = sketch_mentions(known[i] for i in sorted(known))
    together, apart = find_verdicts(judgements, {i: row for row, i in enumerate(sketches.ids)})
    ties = find_ties(sketches)
    home = cluster(len(sketches), ties.pairs, ties.chances, BELONG, together, apart)
    return order_events(merge_groups(known, sketches, home, add_judged(ties, together), Copies(reports)))


def group_mentions(
    mentions: Iterable[EventMention],
    judgements: Iterable[Judgement] = (),
    weights: Weights | None = None,
    threshold: float = BELONG,
) -> dict[str, str]:
    """For each mention id, the lowest id of those that tell the same happening."""
    known = {m.id: m for m in mentions}
    sketches = sketch_mentions(known[i] for i in sorted(known))
    ties = find_ties(sketches, weights)
    verdicts = find_verdicts(judgements, {i: row for row, i in enumerate(sketches.ids)})
    home = cluster(len(sketches), ties.pairs, ties.chances, threshold, *verdicts)
    return {i: sketches.ids[row] for i, row in zip(sketches.ids, home, strict=True)}


def find_ties(sketches: Sketches, weights: Weights | None = None, new: Flags | None = None) -> Ties:
    """All pairs that may well tell one happening; with `new`, those of which a row is new."""
    scale = Scale(weights)
    parts = [
        scale.weigh_likely(sketches, a, b, LEAST_ODDS) for a, b in find_candidates(sketches, new) if len(a)
    ]
    if not parts:
        return Ties(NO_PAIRS, np.zeros(0))
    a, b, odds = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    _, first = np.unique(a * len(sketches) + b, return_index=True)
    return Ties((a[first], b[first]), 1 / (1 + np.exp(-odds[first])))


def find_verdicts(judgements: Iterable[Judgement], row: Mapping[str, int]) -> tuple[Pairs, Pairs]:
    """The pairs of rows that people put together and hold apart. Raises UsageError as `settle` does."""
    together, apart = settle(judgements, row)
    return _find_rows(together, row), _find_rows(apart, row)


def _find_rows(pairs: Iterable[tuple[str, str]], row: Mapping[str, int]) -> Pairs:
    found = np.array([[row[a], row[b]] for a, b in sorted(pairs)], dtype=np.int64).reshape(-1, 2)
    return found.min(axis=1), found.max(axis=1)


def add_judged(ties: Ties, together: Pairs) -> Ties:
    """The ties with those of people, who are sure."""
    a, b = (np.concatenate(sides) for sides in zip(ties.pairs, together, strict=True))
    return Ties((a, b), np.concatenate([ties.chances, np.full(len(together[0]), np.inf)]))


def merge_groups(
    mentions: Mapping[str, EventMention], sketches: Sketches, home: Ints, ties: Ties, copies: Copies
) -> list[Event]:
    """The event of each group of rows: of those with one home."""
    groups: dict[int, list[str]] = defaultdict(list)
    for id_, lowest in zip(sketches.ids, home.tolist(), strict=True):
        groups[lowest].append(id_)
    links = explain_ties(sketches, home, ties)
    return [
        merge_mentions([Evidence(mentions[i], copies) for i in ids], [links[i] for i in ids if i in links])
        for ids in groups.values()
    ]


def explain_ties(sketches: Sketches, home: Ints, ties: Ties) -> dict[str, MentionLink]:
    """For each mention that shares its home, the one that ties it to the others best, and why."""
    inside = home[ties.pairs[0]] == home[ties.pairs[1]]
    a, b = (side[inside] for side in ties.pairs)
    one, other = np.concatenate([a, b]), np.concatenate([b, a])
    chance = np.round(np.concatenate([ties.chances[inside]] * 2), DIGITS)
    order = np.lexsort((other, -chance, one))
    rows, first = np.unique(one[order], return_index=True)
    best = order[first]
    levels = find_levels(sketches, rows, other[best])
    links = {}
    for n, (row, like, value) in enumerate(zip(rows, other[best], chance[best], strict=True)):
        judged = math.isinf(value)
        why = JUDGED if judged else explain_levels(name_levels(levels, n))
        id_ = sketches.ids[row]
        links[id_] = MentionLink(id_, sketches.ids[like], 1.0 if judged else float(value), why)
    return links


def order_events(events: Iterable[Event]) -> list[Event]:
    """Events by day."""
    return sorted(events, key=lambda e: (e.when.earliest or "", e.when.latest or "", e.id))
