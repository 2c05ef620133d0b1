"""Merging in a store: only what is new is compared, and only events that change are written.

Ties between mentions are kept, and mentions grouped anew from all of them, which is quick. So the result is
that of merging everything at once, whatever came when; mentions themselves are held a batch at a time. Each
batch is a transaction: others can write in between, and what was cut off goes on where it ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.errors import StoreError
from detente.link.candidates import LONGEST, MOST_DAYS, WEEK, find_weeks
from detente.link.cluster import LEAST_STEP, NO_PAIRS, Pairs, cluster, join_rows
from detente.link.compare import load_weights
from detente.link.copies import Copies
from detente.link.linking import BELONG, Ties, add_judged, find_ties, find_verdicts, merge_groups
from detente.link.sketch import NONE, Columns, Flags, Ints, sketch_mentions
from detente.records import Event, content_id
from detente.store import Store

BATCH = 20_000  # mentions held at once
T = TypeVar("T")
R = TypeVar("R")
Chances = NDArray[np.float64]
NO_EVENT = np.iinfo(np.int64).max
WIDEST = (LONGEST + 2 * MOST_DAYS) // WEEK + 1  # weeks in which a mention is looked for, at most


@dataclass(frozen=True, slots=True)
class Groups:
    """Mentions by number, those of a group with one home, the row of its lowest; ties within groups.

    `changed` are the mentions of groups that aren't the store's events yet.
    """

    numbers: Ints
    home: Ints
    ties: Ties
    changed: Flags


def link_store(store: Store) -> Counter[str]:
    """Merge the mentions in a store into its events, and count the 'new', 'changed', 'as before' and 'gone'.

    Judgements hold. It is done batch by batch: other programs can write in between, and where it is cut off,
    `Store.count_unmerged` isn't 0 and another call goes on. Raises UsageError where judgements contradict
    each other, StoreError as the store's methods do, and where another program begins to merge the store.
    """
    run = uuid4().hex
    with store.merged.writing():
        store.merged.begin(mark_way(), run)
    add_ties(store, run)
    return put_groups(store, run)


def mark_way() -> str:
    """What stands for the way in which mentions are merged here; ties found in another way don't hold."""
    return content_id(__version__, BELONG, sorted(load_weights().items()))


@contextmanager
def own_turn(store: Store, run: str) -> Iterator[None]:
    """A transaction of a run of merging. Raises StoreError where another run has begun."""
    with store.merged.writing():
        if not store.merged.is_run_by(run):
            fault = "another program has begun to merge it"
            raise StoreError(str(store.path), fault, "Wait until that has finished and run this again")
        yield


def prepare_and_write(store: Store, run: str, prepare: Callable[[], T], write: Callable[[T], R]) -> R:
    """Writes what was prepared while others could write; prepares it anew, as they wait, where they did."""
    with store.merged.reading():
        version = store.merged.read_version()
        prepared = prepare()
    with own_turn(store, run):
        return write(prepared if store.merged.read_version() == version else prepare())


def add_ties(store: Store, run: str) -> None:
    """Compare the mentions that are new in a store with all near ones, and keep what ties them."""
    while len(new := store.merged.find_new()):
        for at in range(0, len(new), BATCH):
            find = partial(find_new_ties, store, new[at : at + BATCH])
            prepare_and_write(store, run, find, lambda found: store.merged.add(*found))


def find_new_ties(store: Store, numbers: Ints) -> tuple[Ints, tuple[Ints, Ints], tuple[Ints, Ints, Chances]]:
    """Those of some mentions that are new, their weeks, and their ties to each other and to those near."""
    new = store.merged.choose_new(numbers)
    columns = Columns()
    columns.add(store.merged.read_mentions(new.tolist()))
    weeks = find_weeks(columns.finish())
    near = store.merged.find_near(_join_weeks(*weeks), WIDEST)
    columns.add(store.merged.read_mentions(near.tolist()))
    numbers = np.concatenate([new, near])
    ties = find_ties(columns.finish(), new=np.arange(len(numbers)) < len(new))
    a, b = ties.pairs
    return new, weeks, (numbers[a], numbers[b], ties.chances)


def put_groups(store: Store, run: str) -> Counter[str]:
    """Group mentions by all ties, and write the events of the groups that aren't the store's yet."""
    found = Counter({"new": 0, "changed": 0})
    while (gone := put_changed(store, run, find_groups(store), found)) is None:
        pass
    as_before = store.merged.count_events() - found["new"] - found["changed"]
    return Counter({"new": found["new"], "changed": found["changed"], "as before": as_before, "gone": gone})


def put_changed(store: Store, run: str, groups: Groups, found: Counter[str]) -> int | None:
    """Write the events of the groups that changed, count them in `found`, and give how many others went.

    Gives None, and writes no more, where mentions have changed since they were grouped.
    """
    batches = [*split_groups(groups)]
    with own_turn(store, run):
        store.merged.ungroup(groups.numbers[groups.changed])
    for rows in batches:
        merge = partial(merge_rows, store, groups, rows)
        write = partial(put_batch, store, found, rows is batches[-1])
        gone = prepare_and_write(store, run, merge, write)
        if gone is None or rows is batches[-1]:
            return gone
    with own_turn(store, run):
        return store.merged.drop_events()


def put_batch(store: Store, found: Counter[str], last: bool, events: list[Event] | None) -> int | None:
    """Write events, if there are any; at once with the last, drop those that are left over."""
    if events is None:
        return None
    found += store.merged.put_events(events)
    return store.merged.drop_events() if last else 0


def find_groups(store: Store) -> Groups:
    """The groups of all mentions that were compared."""
    with store.merged.reading():
        numbers, events = store.merged.read_linked()
        row = np.zeros(numbers.max(initial=0) + 1, dtype=np.int64)
        row[numbers] = np.arange(len(numbers))
        together, apart = read_verdicts(store, row)
        ties = read_ties(store, len(numbers), row, together)
        home = cluster(len(numbers), ties.pairs, ties.chances, BELONG, together, apart)
        changed = find_changed(home, events, *store.merged.count_members())
    return Groups(numbers, home, keep_inside(add_judged(ties, together), home), changed)


def read_verdicts(store: Store, row: Ints) -> tuple[Pairs, Pairs]:
    """The pairs of rows that people put together and hold apart; `row` has the row of each number."""
    judgements = store.judgements()
    known = store.merged.find_numbers({i for j in judgements for i in j.mentions})
    return find_verdicts(judgements, {i: int(row[number]) for i, number in known.items()})


def read_ties(store: Store, size: int, row: Ints, together: Pairs) -> Ties:
    """The ties of a store between `size` rows, but for those between blocks that no strong tie joins.

    Where two clusters are alike enough, a tie between them is as strong as their mean, so ties between
    blocks join nothing; left out, they take no memory.
    """

    def read(least: float) -> Iterator[Ties]:
        for one, other, chances in store.merged.read_ties(least):
            a, b = row[one], row[other]
            yield Ties((np.minimum(a, b), np.maximum(a, b)), chances)

    strong = add_judged(chain_ties(read(BELONG - LEAST_STEP)), together)
    block = join_rows(size, strong.pairs)
    return chain_ties(keep_inside(ties, block) for ties in read(0))


def chain_ties(parts: Iterable[Ties]) -> Ties:
    """The ties of all parts."""
    held = [Ties(NO_PAIRS, np.zeros(0)), *parts]
    a, b = (np.concatenate([ties.pairs[side] for ties in held]) for side in (0, 1))
    return Ties((a, b), np.concatenate([ties.chances for ties in held]))


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


def split_groups(groups: Groups) -> Iterator[Ints]:
    """The rows that changed, group by group, in batches: those that were added first come first."""
    rows, home = np.flatnonzero(groups.changed), groups.home
    rows = rows[np.lexsort((rows, groups.numbers[home[rows]]))]
    ends = np.append(np.flatnonzero(np.diff(home[rows])) + 1, len(rows))
    at = 0
    while at < len(rows):
        to = int(ends[min(int(np.searchsorted(ends, at + BATCH)), len(ends) - 1)])
        yield np.sort(rows[at:to])
        at = to


def merge_rows(store: Store, groups: Groups, rows: Ints) -> list[Event] | None:
    """The events of whole groups of rows; None where a mention has changed since they were grouped."""
    if not store.merged.are_seen(groups.numbers[rows]):
        return None
    mentions = {m.id: m for m in store.merged.read_mentions(groups.numbers[rows].tolist())}
    place = np.full(len(groups.home), NONE)
    place[rows] = np.arange(len(rows))
    a, b = (place[side] for side in groups.ties.pairs)
    here = a != NONE
    own = place[groups.home[rows]]
    several = np.bincount(own, minlength=len(rows))[own] > 1
    told_by = {m.report_id for m, shared in zip(mentions.values(), several, strict=True) if shared}
    copies = Copies(store.merged.read_reports(sorted(told_by)))
    ties = Ties((a[here], b[here]), groups.ties.chances[here])
    return merge_groups(mentions, sketch_mentions(mentions.values()), own, ties, copies)


def _join_weeks(first: Ints, last: Ints) -> list[tuple[int, int]]:
    """Spans of weeks, those that touch joined."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(set(zip(first.tolist(), last.tolist(), strict=True))):
        if spans and start <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return spans
