"""Which mentions people hold for the same, and which not. It outranks what the comparison finds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from detente.errors import UsageError
from detente.judgements import GROUPING
from detente.records import Judgement

Pairs = set[tuple[str, str]]


def settle(judgements: Iterable[Judgement], known: Collection[str]) -> tuple[Pairs, Pairs]:
    """The pairs of `known` mentions that belong together, and those that don't.

    The later judgement on a pair counts; of one day's, the one given later. Raises UsageError where what is
    left can't all hold.
    """
    verdicts: dict[tuple[str, str], Judgement] = {}
    grouping = (j for j in judgements if j.verdict in GROUPING)
    for judgement in sorted(grouping, key=lambda j: j.day or ""):
        present = sorted(i for i in judgement.mentions if i in known)
        for pair in combinations(present, 2):
            verdicts[pair] = judgement
    together = {pair for pair, j in verdicts.items() if j.verdict == "same"}
    apart = set(verdicts) - together
    homes = _join(together)
    for a, b in sorted(apart):
        if homes.get(a, a) == homes.get(b, b):
            raise UsageError(
                f"judgement {verdicts[a, b].id}",
                f"it keeps {a} and {b} apart, which others put together",
                "Take one of them back: 'detente judge STORE --list' shows all",
            )
    return together, apart


def _join(pairs: Pairs) -> dict[str, str]:
    """The lowest id that each id is tied to."""
    homes: dict[str, str] = {}
    for a, b in sorted(pairs):
        one, other = sorted((homes.get(a, a), homes.get(b, b)))
        for i in (a, b, *(i for i, home in homes.items() if home == other)):
            homes[i] = one
    return homes
