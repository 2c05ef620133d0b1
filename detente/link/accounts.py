"""Accounts of one event that can't all be right, kept side by side: days, places, numbers, who acted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from detente.link.sketch import NO_WORDS, codes
from detente.records import Account, Contradiction, EventMention

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ONE = rf"(?:\d[\d,]*|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
COUNTED = re.compile(
    rf"\b(?P<number>(?i:{_ONE}(?:-{_ONE})?))(?:[ -](?P<scale>{'|'.join(SCALES)}))?"
    r"[ -](?:[A-Z][\w-]* |other |more |of (?:the|its|his|their) )*(?P<unit>[a-z]{3,})\b"
)
PEOPLE = frozenset(
    "people person persons men civilians soldiers troops policemen police activists airmen".split()
)
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})
FINE = frozenset({"city", "site", "feature", "admin2"})
NOT_SO = frozenset({"denied", "negated"})
Said = dict[str, list[EventMention]]


def find_contradictions(mentions: Sequence[EventMention]) -> tuple[Contradiction, ...]:
    """The points on which mentions of one event contradict each other, each with its accounts.

    An account is named by its words (a number), its days, its place, its actors' codes or its status.
    """
    found = [
        *_days(mentions),
        *_places(mentions),
        *_actors(mentions),
        *_status(mentions),
        *_numbers(mentions),
    ]
    return tuple(
        Contradiction(
            about, tuple(Account(says, tuple(sorted({m.id for m in who}))) for says, who in said.items())
        )
        for about, said in found
    )


def _gather(pairs: Iterable[tuple[str, EventMention]]) -> Said:
    said: Said = defaultdict(list)
    for says, mention in pairs:
        said[says].append(mention)
    return dict(sorted(said.items()))


def _days(mentions: Sequence[EventMention]) -> Iterator[tuple[str, Said]]:
    """Stated days of what is told as past that have no day in common."""
    spans: dict[str, tuple[str, str]] = {}
    pairs = []
    for m in mentions:
        first, last = m.when.earliest, m.when.latest
        if m.when.basis == "stated" and m.status == "happened" and first and last:
            says = first if first == last else f"{first} to {last}"
            spans[says] = first, last
            pairs.append((says, m))
    said = _gather(pairs)
    if any(max(spans[a][0], spans[b][0]) > min(spans[a][1], spans[b][1]) for a, b in combinations(said, 2)):
        yield "day", said


def _places(mentions: Sequence[EventMention]) -> Iterator[tuple[str, Said]]:
    """Places of the same fine kind that differ; a base within a city is no contradiction."""
    placed = [(m.where, m) for m in mentions if m.where and m.where.name and m.where.level in FINE]
    said = _gather((w.name or "", m) for w, m in placed)
    levels = {w.level for w, _ in placed}
    if len(said) > 1 and len(levels) == 1:
        yield "place", said


def _actors(mentions: Sequence[EventMention]) -> Iterator[tuple[str, Said]]:
    """Actors with nobody in common, for acts that one side does to the other."""
    known = [(codes(m.actor), m) for m in mentions if m.type not in MUTUAL and codes(m.actor)]
    if not any(not a & b for (a, _), (b, _) in combinations(known, 2)):
        return
    first = any(re.search(r"\bfirst\b", m.quote) for _, m in known)
    yield "who was first" if first else "actor", _gather((", ".join(sorted(a)), m) for a, m in known)


def _status(mentions: Sequence[EventMention]) -> Iterator[tuple[str, Said]]:
    """Told as having happened by some, and denied or told as not having happened by others."""
    said = _gather(
        (m.status, m) for m in mentions if m.status in NOT_SO or m.status in ("happened", "alleged")
    )
    if NOT_SO & set(said) and {"happened", "alleged"} & set(said):
        yield "status", said


def _numbers(mentions: Sequence[EventMention]) -> Iterator[tuple[str, Said]]:
    """Different numbers of the same thing; people of any kind count as one where the words differ."""
    counts: dict[str, list[tuple[float, str, EventMention]]] = defaultdict(list)
    for m in mentions:
        for value, unit, words in read_counts(m.quote):
            counts[unit].append((value, words, m))
    for unit, found in sorted(counts.items()):
        values: dict[str, set[float]] = defaultdict(set)
        for value, _, m in found:
            values[m.report_id].add(value)
        if any(not a & b for a, b in combinations(values.values(), 2)):
            names: dict[float, str] = {}
            for value, words, _ in found:
                names.setdefault(value, words)
            yield unit, _gather((names[value], m) for value, _, m in found)


def read_counts(text: str) -> Iterator[tuple[float, str, str]]:
    """The counted things in a text: number, thing ('people' for all kinds of people) and words."""
    for match in COUNTED.finditer(text):
        unit = match["unit"].casefold()
        if unit in NO_WORDS:
            continue
        value = sum(_value(part) for part in match["number"].casefold().split("-"))
        scale = SCALES[match["scale"].casefold()] if match["scale"] else 1
        single = unit if unit.endswith("s") or unit in PEOPLE else f"{unit}s"
        yield value * scale, "people" if unit in PEOPLE else single, match[0]


def _value(word: str) -> float:
    return float(word.replace(",", "")) if word[0].isdigit() else NUMBER_WORDS[word]
