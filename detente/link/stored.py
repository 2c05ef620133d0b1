"""Merging in a store: only what is new is compared, and only events that change are written.

Ties between mentions are kept, and mentions grouped anew from all of them, which is quick. So the result is
that of merging everything at once, whatever came when; mentions themselves are held a batch at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from detente import __version__
from detente.link.candidates import LONGEST, MOST_DAYS, WEEK, find_weeks
from detente.link.cluster import Pairs, cluster
from detente.link.compare import load_weights
from detente.link.copies import Copies
from detente.link.linking import BELONG, Ties, add_judged, find_ties, find_verdicts, merge_groups
from detente.link.sketch import NONE, Flags, Ints, sketch_mentions
from detente.records import Event, content_id
from detente.store import Store

BATCH = 20_000  # mentions held at once
NO_EVENT = np.iinfo(np.int64).max
WIDEST = (LONGEST + 2 * MOST_DAYS) // WEEK + 1  # weeks in which a mention is looked for, at most


def link_store(store: Store) -> Counter[str]:
    """Merge the mentions in a store into its events, and count the 'new', 'changed', 'as before' and 'gone'.

    Judgements hold. It is done wholly or not at all. Raises UsageError where judgements contradict each
    other, StoreError as the store's methods do.
    """
    with store.merged.writing():
        store.merged.begin(mark_way())
        add_ties(store)
        return put_groups(store)


def mark_way() -> str:
    """What stands for the way in which mentions are merged here; ties found in another way don't hold."""
    return content_id(__version__, BELONG, sorted(load_weights().items()))


def add_ties(store: Store) -> None:
    """Compare the mentions that are new in a store with all near ones, and keep what ties them."""
    new = store.merged.find_new()
    if not len(new):
        return
    sketches = sketch_mentions(store.merged.read_mentions(new.tolist()))
    weeks = find_weeks(sketches)
    near = store.merged.find_near(_join_weeks(*weeks), WIDEST)
    numbers = np.concatenate([near, new])
    if len(near):
        sketches = sketch_mentions(store.merged.read_mentions(numbers.tolist()))
    ties = find_ties(sketches, new=np.arange(len(numbers)) >= len(near))
    a, b = ties.pairs
    store.merged.add(new, weeks, (numbers[a], numbers[b], ties.chances))


def put_groups(store: Store) -> Counter[str]:
    """Group mentions by all ties, and write the events of the groups that aren't the store's yet."""
    numbers, events = store.merged.read_linked()
    ties, (together, apart) = read_ties(store, numbers)
    home = cluster(len(numbers), ties.pairs, ties.chances, BELONG, together, apart)
    inside = keep_inside(add_judged(ties, together), home)
    changed = find_changed(home, events, *store.merged.count_members())
    found = Counter({"new": 0, "changed": 0})
    for rows in split_groups(home, changed, numbers):
        found += store.merged.put_events(merge_rows(store, numbers, home, inside, rows))
    gone, held = store.merged.drop_events(), store.merged.count_events()
    as_before = held - found["new"] - found["changed"]
    return Counter({"new": found["new"], "changed": found["changed"], "as before": as_before, "gone": gone})


def read_ties(store: Store, numbers: Ints) -> tuple[Ties, tuple[Pairs, Pairs]]:
    """The ties that a store keeps, and what people said, as rows of `numbers`."""
    row = np.zeros(numbers.max(initial=0) + 1, dtype=np.int64)
    row[numbers] = np.arange(len(numbers))
    one, other, chances = store.merged.read_ties()
    a, b = row[one], row[other]
    judgements = store.judgements()
    known = store.merged.find_numbers({i for j in judgements for i in j.mentions})
    verdicts = find_verdicts(judgements, {i: int(row[number]) for i, number in known.items()})
    return Ties((np.minimum(a, b), np.maximum(a, b)), chances), verdicts


def keep_inside(ties: Ties, home: Ints) -> Ties:
    """The ties within groups."""
    a, b = ties.pairs
    inside = home[a] == home[b]
    return Ties((a[inside], b[inside]), ties.chances[inside])


def find_changed(home: Ints, events: Ints, known: Ints, sizes: Ints) -> Flags:
    """For each row, whether its group isn't all of one event; `known` are the events, with their sizes."""
    if not len(home):
        return np.zeros(0, dtype=bool)
    size = np.bincount(home, minlength=len(home))
    lowest, highest = np.full(len(home), NO_EVENT), np.zeros(len(home), dtype=np.int64)
    np.minimum.at(lowest, home, events)
    np.maximum.at(highest, home, events)
    members = np.zeros(max(known.max(initial=0), events.max()) + 1, dtype=np.int64)
    members[known] = sizes
    other: Flags = (lowest != highest) | (highest == 0) | (members[highest] != size)
    return other[home]


def split_groups(home: Ints, changed: Flags, numbers: Ints) -> Iterator[Ints]:
    """The rows that changed, group by group, in batches: those that were added first come first."""
    rows = np.flatnonzero(changed)
    rows = rows[np.lexsort((rows, numbers[home[rows]]))]
    ends = np.append(np.flatnonzero(np.diff(home[rows])) + 1, len(rows))
    at = 0
    while at < len(rows):
        to = int(ends[min(int(np.searchsorted(ends, at + BATCH)), len(ends) - 1)])
        yield np.sort(rows[at:to])
        at = to


def merge_rows(store: Store, numbers: Ints, home: Ints, ties: Ties, rows: Ints) -> list[Event]:
    """The events of whole groups of rows; `ties` are those within groups."""
    mentions = {m.id: m for m in store.merged.read_mentions(numbers[rows].tolist())}
    place = np.full(len(home), NONE)
    place[rows] = np.arange(len(rows))
    a, b = (place[side] for side in ties.pairs)
    here = a != NONE
    own = place[home[rows]]
    several = np.bincount(own, minlength=len(rows))[own] > 1
    told_by = {m.report_id for m, shared in zip(mentions.values(), several, strict=True) if shared}
    copies = Copies(store.merged.read_reports(sorted(told_by)))
    sketches = sketch_mentions(mentions.values())
    return merge_groups(mentions, sketches, own, Ties((a[here], b[here]), ties.chances[here]), copies)


def _join_weeks(first: Ints, last: Ints) -> list[tuple[int, int]]:
    """Spans of weeks, those that touch joined."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(set(zip(first.tolist(), last.tolist(), strict=True))):
        if spans and start <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return spans
