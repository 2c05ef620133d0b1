"""Which mentions are compared at all: those that share a party, a kind of act and a week."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.link.sketch import NONE, Flags, Ints, Sketches
from detente.records import STATUSES

MOST_DAYS = 3  # that two stated days of one happening may lie apart: reports slip by a weekday
LONGEST = 35  # days; of longer spans only the start is looked at
WEEK = 7
UNDATED = -1  # the week in which mentions without days are looked for
AT_ONCE = 1_000_000  # pairs made at once; bounds the memory
REAL = frozenset({"happened", "alleged", "denied", "hedged", "negated"})  # told of as something past
IS_REAL = np.array([status in REAL for status in STATUSES])

Pairs = tuple[Ints, Ints]  # rows of the one and of the other mention


def find_candidates(sketches: Sketches, new: Flags | None = None) -> Iterator[Pairs]:
    """Pairs of rows worth comparing, the lower first; a pair may come more than once.

    With `new`, only pairs of which one row or both are new.
    """
    party, row = _list_parties(sketches)
    first, last = find_weeks(sketches)
    conflict, stem = sketches.conflict.astype(np.int64), sketches.stem
    for kind, apart in ((conflict, False), (stem, True)):
        blocks = party * (kind.max(initial=0) + 1) + kind[row]
        for a, b in _pair_up(blocks, row, first, last):
            chosen = days_are_near(sketches, a, b)
            if apart:  # of one word; those of one kind have come already
                chosen &= conflict[a] != conflict[b]
            if new is not None:
                chosen &= new[a] | new[b]
            yield np.minimum(a, b)[chosen], np.maximum(a, b)[chosen]


def find_weeks(sketches: Sketches) -> tuple[Ints, Ints]:
    """The first and last week in which each mention is looked for."""
    first, last = sketches.first, sketches.last
    known = (first != NONE) & (last != NONE)
    end = np.minimum(last, first + LONGEST) + MOST_DAYS
    return np.where(known, (first - MOST_DAYS) // WEEK, UNDATED), np.where(known, end // WEEK, UNDATED)


def days_are_near(sketches: Sketches, a: Ints, b: Ints) -> Flags:
    """Whether the mentions of pairs can tell one happening by their days.

    What is told of as past on two stated days must lie within three days; what lies ahead may be put off.
    """
    s = sketches
    past = s.dated & IS_REAL[s.status]
    gap = np.maximum(s.first[a] - s.last[b], s.first[b] - s.last[a])
    near: Flags = ~(past[a] & past[b] & (gap > MOST_DAYS))
    return near


def _list_parties(sketches: Sketches) -> Pairs:
    """Each party of each mention: the party and the row."""
    table = sketches.parties.tocoo()
    return table.col.astype(np.int64), table.row.astype(np.int64)


def _pair_up(blocks: Ints, row: Ints, first: Ints, last: Ints) -> Iterator[Pairs]:
    """The pairs of rows in one block whose weeks overlap."""
    weeks = int(last.max(initial=0)) + 2
    starts = blocks * weeks + first[row] + 1
    order = np.argsort(starts, kind="stable")
    starts, rows = starts[order], row[order]
    ends = np.searchsorted(starts, (blocks * weeks + last[row] + 1)[order], side="right")
    counts = ends - np.arange(len(rows)) - 1
    done = np.concatenate([[0], np.cumsum(counts)])
    at = 0
    while at < len(rows):
        to = max(int(np.searchsorted(done, done[at] + AT_ONCE, side="right")) - 1, at + 1)
        number = counts[at:to]
        one = np.repeat(np.arange(at, to), number)
        other = one + 1 + np.arange(len(one)) - np.repeat(done[at:to] - done[at], number)
        yield rows[one], rows[other]
        at = to
