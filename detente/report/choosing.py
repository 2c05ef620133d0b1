"""What a report page leaves out when it is about two parties alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from detente.errors import UsageError
from detente.records import Coding, EventMention, Participant, Party
from detente.report.findings import Findings
from detente.report.views import find_pairs

Keys = frozenset[str]


def choose_pair(
    codings: Sequence[Coding], findings: Findings, between: tuple[str, str]
) -> tuple[list[Coding], Findings]:
    """The mentions between two parties, codes or names, with their reports; negotiations and predictions too.

    Raises UsageError where no mention stands between them.
    """
    first, second = _read_keys(between[0]), _read_keys(between[1])

    def is_between(mention: EventMention) -> bool:
        return any(_face(pair, first, second) for pair in find_pairs(mention))

    chosen = []
    for coding in codings:
        if mentions := tuple(mention for mention in coding if is_between(mention)):
            chosen.append(Coding(coding.report, mentions, ()))
    if not chosen:
        fault = "have no act between them in what was read"
        raise UsageError(f"{between[0]!r} and {between[1]!r}", fault, "Give codes or usual names: KOR, Iran")
    return chosen, replace(
        findings,
        threads=tuple(t for t in findings.threads if _name_both(t.parties, first, second)),
        ledger=tuple(e for e in findings.ledger if _name_both((*e[0].actor, *e[0].recipient), first, second)),
    )


def _read_keys(words: str) -> Keys:
    """The codes and names that words mean, and the words."""
    from detente.who.lookup import look_up  # loads the tables of names

    meant = look_up(words)
    return frozenset({words, *(meant.codes if meant else ()), *(meant.names if meant else ())})


def _face(pair: tuple[str, str], first: Keys, second: Keys) -> bool:
    a, b = pair
    return (a in first and b in second) or (a in second and b in first)


def _name_both(parties: Iterable[Party | Participant], first: Keys, second: Keys) -> bool:
    keys = {key for p in parties for key in (p.code, p.name) if key}
    return bool(keys & first and keys & second)
