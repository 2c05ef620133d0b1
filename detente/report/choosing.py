"""What a report page leaves out when it is about two parties alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from detente.errors import UsageError
from detente.records import Coding, EventMention, Participant, Party
from detente.report.findings import Findings
from detente.report.views import find_pairs

Keys = frozenset[str]
MOST_SUGGESTED = 3  # pairs


def choose_pair(
    codings: Sequence[Coding], findings: Findings, between: tuple[str, str]
) -> tuple[list[Coding], Findings]:
    """The mentions between two parties, codes or names, with their reports; negotiations and predictions too.

    Raises UsageError for a party that nobody knows, and where no mention stands between them.
    """
    known = {
        name for coding in codings for m in coding for p in (*m.actor, *m.recipient) for name in _names(p)
    }
    first, second = _read_keys(between[0], known), _read_keys(between[1], known)

    def is_between(mention: EventMention) -> bool:
        return any(_face(pair, first, second) for pair in find_pairs(mention))

    chosen = []
    for coding in codings:
        if mentions := tuple(mention for mention in coding if is_between(mention)):
            chosen.append(Coding(coding.report, mentions, ()))
    if not chosen:
        fault = "have no act between them in what was read"
        raise UsageError(f"{between[0]!r} and {between[1]!r}", fault, _suggest_pairs(codings, first | second))
    return chosen, replace(
        findings,
        threads=tuple(t for t in findings.threads if _name_both(t.parties, first, second)),
        ledger=tuple(e for e in findings.ledger if _name_both((*e[0].actor, *e[0].recipient), first, second)),
    )


def _names(party: Party | Participant) -> Iterator[str]:
    yield from filter(None, (party.code, party.name))


def _read_keys(words: str, known: Collection[str]) -> Keys:
    """The codes and names that words mean, as the coder reads them, else as they are `known`."""
    from detente.who.lookup import explain_unknown, look_up  # loads the tables of names

    own = {name for name in known if name.casefold() == words.casefold()}
    meant = look_up(words)
    if meant is None and not own:
        raise explain_unknown(words, known)
    return frozenset({*own, *(meant.codes if meant else ()), *(meant.names if meant else ())})


def _suggest_pairs(codings: Sequence[Coding], keys: Keys) -> str:
    """The pairs with most acts, of those that one of `keys` is in, else of all."""
    counted = Counter(pair for coding in codings for mention in coding for pair in find_pairs(mention))
    ranked = [pair for pair, _ in counted.most_common()]
    chosen = [pair for pair in ranked if keys & set(pair)] or ranked
    named = ", ".join(" ".join(pair) for pair in chosen[:MOST_SUGGESTED])
    return f"Most acts are between {named}" if named else "Add reports on them"


def _face(pair: tuple[str, str], first: Keys, second: Keys) -> bool:
    a, b = pair
    return (a in first and b in second) or (a in second and b in first)


def _name_both(parties: Iterable[Party | Participant], first: Keys, second: Keys) -> bool:
    keys = {name for party in parties for name in _names(party)}
    return bool(keys & first and keys & second)
