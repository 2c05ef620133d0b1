"""Names of parties: the tables in actors/ as one index, and their mentions in a text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from detente.errors import DataError
from detente.records import PartyKind
from detente.tables import data_file, language_file, read_tsv, read_yaml
from detente.who.lists import read_own_list

NameKind = Literal["state", "demonym", "capital", "metonym", "city", "body", "person", "none"]
PIECE = re.compile(r"(?:[^\W\d_]\.){2,}|[A-Z]\.[A-Z]\b|[^\W_]+")
GAP = re.compile(r"[\s.,\-‐–'’]{1,3}")
ACRONYM = 6  # a name of capitals only, up to this long, is found in capitals only
CLOSE_PERSON = 90.0  # a ratio of likeness, from 0 to 100
SHORTEST_FUZZY, SHORTEST_BESIDE, LONG_NAME = 6, 5, 10
SURNAME_FIRST = frozenset({"CHN", "PRK", "KOR", "TWN", "KHM"})
HEADS_OF_STATE = frozenset(
    "president,prime minister,premier,chancellor,king,queen,emperor,supreme leader,emir,sultan,pope,"
    "crown prince,secretary-general,general secretary,taoiseach,leader,state counsellor,interim president,"
    "acting president,head of state,junta leader,shah,paramount leader,chairman,party chief".split(",")
)


@dataclass(frozen=True, slots=True)
class Name:
    """One meaning of a name. For a person, `since` and `until` are the ISO days of the role."""

    name: str
    code: str | None
    means: NameKind
    kind: PartyKind
    sector: str | None
    role: str | None = None
    since: str = ""
    until: str = ""
    woman: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a text: text[start:end], with all that it can mean."""

    start: int
    end: int
    names: tuple[Name, ...]


@cache
def fold(word: str) -> str:
    """A word without dots, accents and case: 'U.S.' → 'us', 'Élysée' → 'elysee'."""
    if word.isascii():
        return word.replace(".", "").lower()
    bare = unicodedata.normalize("NFKD", word.replace(".", ""))
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=32_768)
def fold_pieces(text: str) -> tuple[str, ...]:
    """The folded words of a name: 'Park Geun-hye' → ('park', 'geun', 'hye')."""
    return tuple(fold(m.group()) for m in PIECE.finditer(text))


class NameIndex:
    """All names of the tables, found by their words."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, ...], list[tuple[str, Name]]] = defaultdict(list)
        self.longest: dict[str, int] = defaultdict(int)
        self.surnames: dict[str, list[Name]] = defaultdict(list)
        self.people: dict[str, list[Name]] = defaultdict(list)
        self.states: dict[str, str] = {}
        self.state_words: dict[str, list[str]] = defaultdict(list)

    def add(self, written: str, name: Name) -> None:
        """Index `name` under one way of writing it."""
        pieces = fold_pieces(written)
        self.names[pieces].append((written.replace(".", ""), name))
        self.longest[pieces[0]] = max(self.longest[pieces[0]], len(pieces))
        if (
            len(pieces) == 1
            and name.means in ("state", "demonym", "capital")
            and len(pieces[0]) >= SHORTEST_BESIDE
        ):
            self.state_words[pieces[0][0]].append(pieces[0])

    def add_person(self, written: str, name: Name) -> None:
        """Index a person under a full name; a single word is a family name."""
        pieces = fold_pieces(written)
        if len(pieces) == 1:
            self.surnames[pieces[0]].append(name)
            return
        self.add(written, name)
        self.people["".join(pieces)].append(name)

    def find(self, text: str) -> Iterator[Hit]:
        """Every longest match in `text`, left to right, none inside another."""
        pieces = [(m.start(), m.end(), fold(m.group())) for m in PIECE.finditer(text)]
        i = 0
        while i < len(pieces):
            found = self._longest(text, pieces, i)
            if found:
                hit, i = found
                yield hit
            else:
                i += 1

    def _longest(self, text: str, pieces: list[tuple[int, int, str]], i: int) -> tuple[Hit, int] | None:
        stop = min(len(pieces), i + self.longest.get(pieces[i][2], 0))
        for j in range(stop, i, -1):
            key = tuple(p[2] for p in pieces[i:j])
            if key not in self.names or not _gaps_fit(text, pieces[i:j]):
                continue
            start, end = pieces[i][0], pieces[j - 1][1]
            names = tuple(n for written, n in self.names[key] if _case_fits(written, text[start:end]))
            if names:
                return Hit(start, end, names), j
        return None

    def find_close(self, word: str, beside: bool = False) -> tuple[Name, ...]:
        """The meanings of the one state or demonym that `word` most likely misspells, or ().

        A family name of the tables is no slip: 'Maduro' isn't 'Majuro'.
        `beside`: the word is coordinated with another state's name, so a looser likeness will do.
        """
        folded = fold(word)
        if len(folded) < (SHORTEST_BESIDE if beside else SHORTEST_FUZZY) or folded in self.surnames:
            return ()
        slips = 2 if len(folded) >= LONG_NAME else 1
        near = [k for k in self.state_words[folded[0]] if abs(len(k) - len(folded)) < 2]
        best = process.extractOne(folded, near, scorer=OSA.distance, score_cutoff=slips)
        return tuple(n for _, n in self.names[(best[0],)]) if best else ()

    def find_person(self, written: str) -> tuple[Name, ...]:
        """The people of the tables that a full name means; misspelt too where family names come last."""
        pieces = fold_pieces(written)
        joined = "".join(pieces)
        if joined in self.people:
            return tuple(self.people[joined])
        if len(joined) < 2 * SHORTEST_FUZZY or len(pieces) < 2:
            return ()
        best = process.extractOne(joined, self.people.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_PERSON)
        names = self.people[best[0]] if best else []
        return tuple(n for n in names if n.code not in SURNAME_FIRST)


def _gaps_fit(text: str, pieces: list[tuple[int, int, str]]) -> bool:
    return all(_gap_fits(text, a, b) for a, b in pairwise(pieces))


def _gap_fits(text: str, left: tuple[int, int, str], right: tuple[int, int, str]) -> bool:
    """Whether two words can be of one name: a stop only after an initial ('St. Lucia')."""
    if not GAP.fullmatch(text, left[1], right[0]):
        return False
    mark = text[left[1]]
    return mark not in ".," or (mark == "." and len(left[2]) <= 2) or right[2] == "dc"


def _case_fits(written: str, found: str) -> bool:
    if written.isupper() and len(written) <= ACRONYM:
        return found.replace(".", "") == written
    if found.isupper():
        return True
    words, seen = PIECE.findall(written), PIECE.findall(found)
    return all(b[0].isupper() or not a[0].isupper() for a, b in zip(words, seen, strict=False))


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _add_states(index: NameIndex) -> None:
    columns = ("code", "name", "others", "demonyms", "capitals", "metonyms", "cities")
    for _, row in read_tsv(data_file("actors", "states.tsv"), columns):
        code, name = row["code"], row["name"]
        index.states[code] = name
        ways: list[tuple[NameKind, list[str]]] = [
            ("state", [name, *_split(row["others"])]),
            ("demonym", _split(row["demonyms"])),
            ("capital", _split(row["capitals"])),
            ("metonym", _split(row["metonyms"])),
            ("city", _split(row["cities"])),
        ]
        for means, written in ways:
            meaning = Name(name, code, means, "state", "GOV")
            for way in written:
                index.add(way, meaning)


def _add_bodies(index: NameIndex) -> None:
    columns = ("code", "name", "others", "kind", "sector")
    for table in ("organisations.tsv", "groups.tsv", "media.tsv"):
        source = data_file("actors", table)
        for line, row in read_tsv(source, columns):
            if row["kind"] not in ("organisation", "group", "company"):
                fault = f"{row['kind']!r} is no kind of body"
                raise DataError(f"{source}:{line}", fault, "Use organisation, group or company")
            kind: PartyKind = row["kind"]  # type: ignore[assignment]
            meaning = Name(row["name"], row["code"] or None, "body", kind, row["sector"] or None)
            for way in [row["name"], *_split(row["others"])]:
                index.add(way, meaning)


def _add_people(index: NameIndex) -> None:
    columns = ("name", "others", "code", "role", "sector", "from", "to", "sex")
    for _, row in read_tsv(data_file("actors", "leaders.tsv"), columns):
        meaning = Name(
            row["name"], row["code"] or None, "person", "person", row["sector"] or "GOV",
            row["role"] or None, row["from"], row["to"], row["sex"] == "f",
        )  # fmt: skip
        for way in [row["name"], *_split(row["others"])]:
            index.add_person(way, meaning)
        words = row["name"].split()
        if len(words) > 1:
            index.add_person(words[0] if row["code"] in SURNAME_FIRST else words[-1], meaning)


def _add_own(index: NameIndex) -> None:
    """The user's own list: its bodies take a name's place in the tables, its people stand beside theirs."""
    for entry in read_own_list():
        means: NameKind = "person" if entry.kind == "person" else "body"
        sector = entry.sector or ("GOV" if means == "person" else None)
        meaning = Name(
            entry.name, entry.code, means, entry.kind, sector, entry.role or None, entry.since, entry.until,
            entry.sex == "f",
        )  # fmt: skip
        words = entry.name.split()
        family = words[0] if entry.code in SURNAME_FIRST else words[-1]
        for way in (entry.name, *entry.aliases, *([family] if means == "person" and len(words) > 1 else [])):
            if means == "person":
                index.add_person(way, meaning)
            elif fold_pieces(way):
                index.names[fold_pieces(way)] = []
                index.add(way, meaning)


def _add_blocked(index: NameIndex, language: str) -> None:
    blocked = Name("", None, "none", "unknown", None)
    for way in read_yaml(language_file(language, "titles.yaml"))["no_party"]:
        index.add(way, blocked)


@cache
def load_names(language: str = "en") -> NameIndex:
    """The index of all names. Raises DataError naming file and line where a table is faulty."""
    index = NameIndex()
    _add_states(index)
    _add_bodies(index)
    _add_people(index)
    _add_blocked(index, language)
    _add_own(index)
    return index
