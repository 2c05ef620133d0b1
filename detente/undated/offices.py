"""What the offices that people are given in a text tell of when it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from detente.undated.clues import LAST, Weighed, Window, first_day, last_day, sentence_around
from detente.who.names import HEADS_OF_STATE, SURNAME_FIRST, Name, NameIndex, fold, load_names

LINGER = timedelta(days=10)  # for which the news still names one who has left office
NEAR = 70  # characters around a name within which its office stands
SWORN = re.compile(
    r"(?:sworn in|took the oath|takes the oath|inaugurated|took office|declared himself|was elected)"
)
FORMER = re.compile(
    r"\b(?:former|ex|late|then|predecessor|succeeded|successor to|ousted|deposed)\b", re.IGNORECASE
)


def office_clues(text: str) -> Iterator[Weighed]:
    """What the offices that people are given in the text tell: each person once."""
    index = load_names()
    seen: dict[str, int] = {}
    for start, end, names in _people(text, index):
        clue = _read_office(text, start, end, names)
        if clue is None or seen.get(names[0].name, 0) >= (
            rank := {"change": 3, "office": 2}.get(clue.kind, 1)
        ):
            continue
        seen[names[0].name] = rank
        yield clue


def _people(text: str, index: NameIndex) -> list[tuple[int, int, list[Name]]]:
    """The people of the tables that a text names in full, or by title and family name."""
    found: list[tuple[int, int, list[Name]]] = []
    taken: set[int] = set()
    for hit in index.find(text):
        people = [n for n in hit.names if n.means == "person" and n.since]
        if people:
            found.append((hit.start, hit.end, people))
        if any(n.means == "person" for n in hit.names):
            taken |= set(range(hit.start, hit.end))
    for match in re.finditer(r"[^\W\d_][\w'’-]+", text):
        if match.start() in taken or not match.group()[0].isupper():
            continue
        named = [n for n in index.surnames.get(fold(match.group()), []) if n.since]
        before = normal(text[max(0, match.start() - 30) : match.start()])
        held = [n for n in named if n.role and before.rstrip().endswith(n.role)]
        if held:
            found.append((match.start(), match.end(), held))
    return sorted(found, key=lambda f: f[0])


def normal(words: str) -> str:
    """Words as offices are compared: in lower case, one spelling, no hyphens."""
    return words.lower().replace("defence", "defense").replace("-", " ").replace("\n", " ")


def _read_office(text: str, start: int, end: int, names: list[Name]) -> Weighed | None:
    before = normal(text[max(0, start - NEAR) : start])
    before = re.split(r"[.;!?] |\n\n", before)[-1]
    after = normal(text[end : end + NEAR])
    after = re.split(r"[.;!?]", after)[0] if after.startswith(",") else ""
    held = [n for n in names if n.role and _names_role(n.role, f"{before} , {after}")]
    words = text[start:end]
    gone = FORMER.search(before[-40:])
    if gone and (held or names):
        ended = [n.until for n in held or names if n.until]
        if not held or not ended:
            return None
        since = ((first_day(min(ended)), LAST),)
        return Weighed("former", start, end, f"{words} is called former or late, after the office", since)
    sentence = sentence_around(text, start)
    if change := _read_change(sentence, before, names):
        return Weighed("change", start, end, *change)
    rows = held or [n for n in names if _leads(n)]
    if not rows:
        return None
    windows = tuple((first_day(n.since), min(last_day(n.until) + LINGER, LAST)) for n in rows)
    if held:
        years = " or ".join(f"{n.since[:4]} to {n.until[:4] or 'now'}" for n in rows)
        return Weighed("office", start, end, f"{rows[0].name} was {rows[0].role} from {years}", windows)
    reason = f"{rows[0].name} held office from {' or '.join(n.since[:4] for n in rows)}"
    return Weighed("name", start, end, reason, tuple((a - timedelta(days=60), b) for a, b in windows))


def _read_change(sentence: str, before: str, names: list[Name]) -> tuple[str, tuple[Window, ...]] | None:
    """What a text tells of somebody who comes to an office or leaves it: (reason, times)."""
    rows = [n for n in names if n.role and _is_head(n)]
    who = names[0].name
    if not rows:
        return None
    if re.search(r"\belect(?:,| )*$", before):
        windows = [(first_day(n.since) - timedelta(days=110), first_day(n.since)) for n in rows]
        return f"{who} is called elect, before taking office", tuple(windows)
    family = re.escape(who.split()[0] if names[0].code in SURNAME_FIRST else who.split()[-1])
    if SWORN.search(sentence) and re.search(
        rf"{family}[^.,;]{{0,40}}{SWORN.pattern}", sentence, re.IGNORECASE
    ):
        windows = [
            (first_day(n.since) - timedelta(days=20), first_day(n.since) + timedelta(days=60)) for n in rows
        ]
        return f"{who} comes to office", tuple(windows)
    if re.search(r"\bnew (?:\w+ ){0,2}\w+,? $", before):
        windows = [
            (first_day(n.since) - timedelta(days=10), first_day(n.since) + timedelta(days=240)) for n in rows
        ]
        return f"{who} is called new in office", tuple(windows)
    return None


def _is_head(name: Name) -> bool:
    return any(str(name.role).startswith(r) for r in HEADS_OF_STATE)


def _names_role(role: str, words: str) -> bool:
    found = re.search(rf"(?<!\w){re.escape(normal(role))}s?(?![\w])(?! elect)", words)
    return bool(found) and not re.search(r"(?:vice|deputy) $", words[: found.start()] if found else "")


def _leads(name: Name) -> bool:
    return bool(name.role) and name.kind == "person"
