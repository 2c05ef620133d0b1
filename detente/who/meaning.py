"""What names mean in their place: which of several meanings, and whether a place is meant as a party."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from spacy.tokens import Token

from detente.who.memory import Identity
from detente.who.names import HEADS_OF_STATE, Name
from detente.who.phrases import governing_preposition
from detente.who.titles import Titles

LATELY = 60  # days
FORMER = re.compile(r"\b(?:former|ex|late|past|then)\b")
HELD = frozenset(
    "backed supported trained sponsored funded brokered allied aligned occupied controlled held born made "
    "speaking inspired leaning friendly mediated armed built flagged bound".split()
)
LINKS = frozenset({"with", "to", "of", "from", "between"})
PREFIXES = frozenset({"pro", "anti", "non", "ex", "post", "trans", "counter"})
RANK: dict[str, int] = {
    "state": 0,
    "demonym": 0,
    "body": 1,
    "capital": 2,
    "metonym": 2,
    "city": 3,
    "person": 4,
}
SOUTH: dict[str, tuple[str, str]] = {
    "PRK": ("PRK", "KOR"),
    "KOR": ("PRK", "KOR"),
    "SSD": ("SDN", "SSD"),
    "YMD": ("YEM", "YMD"),
    "VDR": ("VNM", "VDR"),
}


def choose_name(names: Sequence[Name], on: str | None, topic: Counter[str], role: str = "") -> Name:
    """The likeliest meaning: the office that `role` tells, held on the day `on`, of the topic's country."""

    former = FORMER.search(role) is not None

    def badness(name: Name) -> tuple[int, bool, int, bool, int]:
        held = left_office(name, on) if former else holds_office(name, on)
        known = -topic.get(name.code or "", 0)
        return role_distance(name, role), not held, known, not is_prominent(name, on), RANK[name.means]

    best = min(map(badness, names))
    level = [n for n in names if badness(n) == best]
    begun = [n for n in level if on is None or n.since <= on]
    return max(begun, key=lambda n: n.since) if begun else min(level, key=lambda n: n.since)


def role_distance(name: Name, words: str) -> int:
    """How far a person's office is from the words before the name: 0 the same or no words, 3 another one."""
    if not words:
        return 0
    office = str(name.role or "").replace("defence", "defense")
    if not office:
        return 3
    title = words.replace("defence", "defense").replace("-", " ")
    found = re.search(rf"(?<!\w){re.escape(office.replace('-', ' '))}(?!\w)", title)
    if found:
        return 1 if re.search(r"(?:vice|deputy) $", title[: found.start()]) else 0
    return 2 if office.split()[-1] in words else 3


def left_office(name: Name, on: str | None) -> bool:
    """Whether a person had left the office by the day `on`."""
    return on is None or bool(name.until and name.until <= on)


def holds_office(name: Name, on: str | None) -> bool:
    """Whether a person holds the office on the day `on`; a name without dates always does."""
    return on is None or (name.since <= on and (not name.until or on[: len(name.until)] <= name.until))


def is_prominent(name: Name, on: str | None) -> bool:
    """Whether a person led a state on that day, so that the family name alone names them."""
    leads = bool(name.role) and any(str(name.role).startswith(r) for r in HEADS_OF_STATE)
    return leads and (holds_office(name, on) or _held_lately(name, on))


def _held_lately(name: Name, on: str | None) -> bool:
    """Whether a person left or takes the office within weeks of the day `on`, so that all still know it."""
    if on is None:
        return True
    near = timedelta(days=LATELY)
    day = date.fromisoformat(on[:10])
    around = (day - near).isoformat(), (day + near).isoformat()
    return any(edge and around[0] <= edge <= around[1] for edge in (name.since, name.until))


def as_identity(name: Name) -> Identity:
    """A name's party."""
    sex = "f" if name.woman else ("m" if name.means == "person" else "")
    return Identity(name.name, name.code, name.kind, name.sector, name.role, sex)


def compass_code(word: str, topic: Counter[str]) -> str | None:
    """The state that 'North' or 'South' stands for in a report on divided Korea, Sudan, Vietnam or Yemen."""
    for code, _ in topic.most_common():
        if code in SOUTH:
            return SOUTH[code][word.lower().startswith("south")]
    return None


def is_location(head: Token, titles: Titles, means: str) -> bool:
    """Whether a name tells where rather than who: 'in Seoul', 'the border with China'."""
    preposition = governing_preposition(head)
    if preposition is None:
        return False
    if titles.has("place_prepositions", preposition.lower_):
        return preposition.lower_ != "at" or means not in ("state", "demonym")
    noun = preposition.doc[max(preposition.i - 1, 0)]
    if not titles.has("place_nouns", noun.lemma_.lower()) or preposition.lower_ not in LINKS:
        return False
    above = governing_preposition(
        noun
    )  # 'near the border with China', but not 'closed its border with China'
    return preposition.lower_ != "with" or (
        above is not None and titles.has("place_prepositions", above.lower_)
    )


def is_kept_apart(first: Token, last: Token) -> bool:
    """Whether a name is only part of an adjective that doesn't say whose: 'US-backed', 'pro-Russian'."""
    doc = last.doc
    after = doc[last.i + 1 : last.i + 3]
    before = doc[max(first.i - 2, 0) : first.i]
    held = len(after) == 2 and after[0].text in "-–" and after[1].lower_ in HELD
    prefixed = len(before) == 2 and before[1].text in "-–" and before[0].lower_ in PREFIXES
    glued = first == last and first.lower_.split("-")[0] in PREFIXES
    return held or prefixed or glued


def explicit_parties(found: Iterable[tuple[Identity, bool]]) -> tuple[Identity, ...]:
    """Who a phrase belongs to: groups before states before organisations.

    `found` are the (party, whether it stands after the head) named in the phrase.
    """
    named = [(who, after) for who, after in found if who.code]
    before = [n for n in named if not n[1] or str(n[0].code).startswith("NSA:")]
    unique: dict[str, tuple[Identity, bool]] = {}
    for who, after in before or named:
        unique.setdefault(str(who.code), (who, after))
    tiers: dict[int, list[Identity]] = {}
    for code, (who, _) in unique.items():
        tier = 0 if code.startswith("NSA:") else 1 if ":" not in code else 2
        tiers.setdefault(tier, []).append(who)
    return tuple(tiers[min(tiers)]) if tiers else ()
