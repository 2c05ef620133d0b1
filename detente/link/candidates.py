"""Which mentions are compared at all: those that share a party, a kind of act and a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from detente.link.compare import REAL
from detente.link.sketch import Sketch

MOST_DAYS = 3  # that two stated days of one happening may lie apart: reports slip by a weekday
LONGEST = 35  # days; of longer spans only the start is looked at
WEEK = 7


def find_candidates(sketches: Iterable[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """Pairs of mentions worth comparing, each once, the lower id first."""
    blocks: dict[tuple[str, str, int], list[Sketch]] = defaultdict(list)
    for one in sorted(sketches, key=lambda s: s.mention.id):
        keys = block_keys(one)
        earlier = {other.mention.id: other for key in keys for other in blocks.get(key, ())}
        yield from ((earlier[id_], one) for id_ in sorted(earlier) if days_are_near(earlier[id_], one))
        for key in keys:
            blocks[key].append(one)


def block_keys(one: Sketch) -> set[tuple[str, str, int]]:
    """Where a mention is looked for: by party, by cooperation or conflict and by its word, and by week.

    A mention without days is looked for in the week numbered -1.
    """
    kinds = ("conflict" if one.mention.score < 0 else "cooperation", one.stem)
    weeks = {-1}
    if one.first is not None and one.last is not None:
        last = min(one.last, one.first + LONGEST) + MOST_DAYS
        weeks = set(range((one.first - MOST_DAYS) // WEEK, last // WEEK + 1))
    return {(party, kind, week) for party in one.parties for kind in kinds for week in weeks}


def days_are_near(a: Sketch, b: Sketch) -> bool:
    """Whether two mentions can tell one happening by their days.

    What is told of as past on two stated days must lie within three days; what lies ahead may be put off.
    """
    if a.first is None or b.first is None or a.last is None or b.last is None:
        return True
    if a.dated and b.dated and a.mention.status in REAL and b.mention.status in REAL:
        return max(a.first - b.last, b.first - a.last) <= MOST_DAYS
    return True
