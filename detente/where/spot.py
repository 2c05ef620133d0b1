"""Finds the words of a report that name places: gazetteer names, weighed by what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from detente.parse import Passage
from detente.tables import data_file, read_tsv
from detente.where.gazetteer import Place, find_misspelt, find_named, name_key
from detente.where.words import word_list

WORD = re.compile(r"(?:[A-Z]\.\s?)?(?:[A-Z]\.)+(?:[A-Z](?![\w’'])|Va\.)?|[^\W_]+(?:['’][^\W_]+)*")
POSSESSIVE = re.compile(r"['’][sS]$")
GAP = re.compile(r"[ \u00a0]{1,3}|[-–/]|\. ")
BESIDE = re.compile(r"[ \u00a0]{1,3}|[-–/]")
LONGEST = 6  # words in a name
STREET = re.compile(
    r"\b(?:(?:[NSEW]\.|North|South|East|West|Old|New) )?"
    r"(?:[A-Z][\w’'.-]+|\d+(?:st|nd|rd|th)) (?:[A-Z][\w’'-]+ ){0,2}"
    r"(?:Street|St\.|Avenue|Ave\.?|Road|Rd\.?|Boulevard|Blvd\.?|Drive|Dr\.|Lane|Ln\.|Parkway|Pkwy\.?|Highway"
    r"|Hwy\.?|Turnpike|Expressway|Freeway)(?![\w’'])"
    r"|\b(?:Interstate|Highway|Route|I-|U\.S\.|US|State Road|State Route) ?(?:Highway )?\d+\b"
)
CAPITALISED = re.compile(r"\b[A-Z][\w’'-]{1,20}(?: [A-Z][\w’'-]{1,20})?")
COUNTIES = re.compile(
    rf"((?:{CAPITALISED.pattern}, ){{0,12}}{CAPITALISED.pattern},? and {CAPITALISED.pattern}) (?i:counties)\b"
)
PARTY = re.compile(r"\b(?:R|D|DFL|I|Lab|Con|CDU|SPD|PP|LD)-$")
DATELINE = re.compile(r",? ?(?:\([A-Z][^)]{1,30}\)|[—–]|--?(?= ))|, [A-Z][\w. ]{1,20} (?:[—–]|--? |\()")
DATELINE_REACH = 40  # characters
LABELLED = frozenset({"GPE", "LOC", "FAC"})
STRONG_LEVELS = frozenset({"continent", "region", "country", "site", "feature"})
ACCEPT = 1.0
SURE = 2.5
NEVER = -9.0
TAKEN = 2.5
GREAT = 400_000  # inhabitants


@dataclass(slots=True)
class Word:
    """A word with its offsets in the report."""

    start: int
    end: int
    text: str

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital letter."""
        return self.text[:1].isupper()


@dataclass(slots=True)
class Spot:
    """Words that name a place, the places they may mean, and the weight of the signs that they do.

    `inside` is the spot that follows as its container ('Ohio' after 'Dayton, ').
    """

    start: int
    end: int
    text: str
    key: str
    choices: tuple[Place, ...]
    weight: float = 0.0
    inside: Spot | None = None
    signs: list[str] = field(default_factory=list)

    def add(self, sign: str, weight: float) -> None:
        """Notes one sign for or against the spot's being a place."""
        self.signs.append(sign)
        self.weight += weight


@cache
def state_abbreviations() -> dict[str, tuple[str, str, bool]]:
    """Written abbreviation → (country alpha-2, division, whether it counts only after a town's name)."""
    found: dict[str, tuple[str, str, bool]] = {}
    for _, row in read_tsv(data_file("gazetteer", "states.tsv"), ("also", "postal")):
        at = (row["country"], row["admin1"])
        for short in row["also"].split("|"):
            if short.endswith("."):
                found[short] = (*at, short.count(".") == 1)
        if row["postal"]:
            found.setdefault(row["postal"], (*at, True))
    return found


@cache
def _division(country: str, admin1: str) -> tuple[Place, ...]:
    for _, row in read_tsv(data_file("gazetteer", "states.tsv"), ("name",)):
        if (row["country"], row["admin1"]) == (country, admin1):
            return tuple(p for p in find_named(name_key(row["name"])) if p.level == "admin1")
    return ()


def is_well_known(place: Place) -> bool:
    """Whether readers abroad know the place: a country, a capital, a great city, a place of the own table."""
    return place.level in STRONG_LEVELS or place.capital or place.population >= GREAT


class Spotter:
    """Reads one report's passages."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        people = (e.text for p in passages for e in p.doc.ents if e.label_ == "PERSON" and " " in e.text)
        self.persons = {name_key(POSSESSIVE.sub("", name).split()[-1]) for name in people}
        self.lower = {t.text for p in passages for t in p.doc if t.is_lower}

    def spots(self) -> list[Spot]:
        """All spots of the report, in order, with their weights; places are those of `ACCEPT` and more."""
        found = [s for p in self.passages for s in _PassageSpotter(p, self).spots()]
        sure = {s.key for s in found if s.weight >= ACCEPT + 1.0}
        for spot in found:
            if spot.key in sure:
                spot.add("named as a place elsewhere", SURE)
        return found


class _PassageSpotter:
    def __init__(self, passage: Passage, report: Spotter) -> None:
        self.report = report
        self.start, self.text = passage.start, passage.text
        self.entities = [(e.start_char, e.end_char, e.label_) for e in passage.doc.ents]
        self.sentence_starts = {s.start_char for s in passage.doc.sents}
        self.tags = {t.idx: t.pos_ for t in passage.doc}
        self.words = [self._trim(m) for m in WORD.finditer(self.text)]
        self.starts = [w.start for w in self.words]
        self.streets = [m.span() for m in STREET.finditer(self.text)]

    @staticmethod
    def _trim(found: re.Match[str]) -> Word:
        text = POSSESSIVE.sub("", found[0])
        return Word(found.start(), found.start() + len(text), text)

    def spots(self) -> Iterator[Spot]:
        counties = list(self._listed_counties())
        taken = {s.start for s in counties}
        found = sorted(
            [*counties, *(s for s in self._candidates() if s.start not in taken)], key=lambda s: s.start
        )
        for spot, after in pairwise(found):
            if self._contains(spot, after):
                spot.inside = after
                spot.add("followed by its container", 5.0)
                after.add("contains the place before it", 2.0)
        for spot in found:
            self._weigh(spot)
            spot.start, spot.end = spot.start + self.start, spot.end + self.start
            yield spot

    def _listed_counties(self) -> Iterator[Spot]:
        """The names in 'Clay, Grant and Polk counties'."""
        for names in COUNTIES.finditer(self.text):
            for name in CAPITALISED.finditer(self.text, names.start(1), names.end(1)):
                choices = find_named(name_key(f"{name[0]} County"))
                if choices:
                    spot = Spot(*name.span(), name[0], name_key(name[0]), choices)
                    spot.add("in a list of counties", 4.0)
                    yield spot

    def _candidates(self) -> Iterator[Spot]:
        i = 0
        while i < len(self.words):
            size, spot = self._longest_at(i)
            if spot and not any(a <= spot.start < b for a, b in self.streets):
                yield spot
            i += size

    def _longest_at(self, i: int) -> tuple[int, Spot | None]:
        word = self.words[i]
        short = self._abbreviation(i)
        if short:
            return 1, short
        if not (word.capital or word.text[0].isdigit()):
            return 1, None
        reach = self._reach(i)
        for j in range(reach, i, -1):
            spot = self._named(i, j)
            if spot:
                return j - i, spot
        return 1, self._misspelt(word)

    def _misspelt(self, word: Word) -> Spot | None:
        key = name_key(word.text)
        choices = find_misspelt(key) if word.text[1:].islower() else ()
        if not choices or key in self.report.persons or word.text.lower() in self.report.lower:
            return None
        spot = Spot(word.start, word.end, word.text, key, choices)
        spot.add(f"spelt almost like {choices[0].name}", -1.0)
        return spot

    def _reach(self, i: int) -> int:
        j = i + 1
        while j < min(i + LONGEST, len(self.words)):
            gap = self.text[self.words[j - 1].end : self.words[j].start]
            if not GAP.fullmatch(gap) or (gap == ". " and len(self.words[j - 1].text) > 3):
                break
            j += 1
        return j

    def _named(self, i: int, j: int) -> Spot | None:
        words = self.words[i:j]
        if any(not w.capital and w.text not in word_list("inner") for w in words[1:-1]):
            return None
        text = self.text[words[0].start : words[-1].end]
        choices = find_named(name_key(text)) or find_named(name_key(text.removesuffix(" Township")))
        if not words[-1].capital and not (len(words) == 1 and words[0].text[0].isdigit()):
            choices = tuple(p for p in choices if p.level != "city") if len(words) > 1 else ()
        if len(text) < 5 and text.isupper():
            no_place = text in word_list("acronym")
            choices = () if no_place else tuple(p for p in choices if p.level not in ("city", "admin2"))
        elif len(text.replace(".", "")) < 3:
            choices = ()
        return Spot(words[0].start, words[-1].end, text, name_key(text), choices) if choices else None

    def _abbreviation(self, i: int) -> Spot | None:
        word = self.words[i]
        end = word.end + (self.text[word.end : word.end + 1] == "." and not word.text.endswith("."))
        text = self.text[word.start : end]
        known = state_abbreviations().get(text)
        if not known and text.rstrip(".") in state_abbreviations():
            text, end = word.text, word.end
            known = state_abbreviations()[text.rstrip(".")] if not text.endswith(".") else None
        if not known:
            return None
        country, admin1, after_town = known
        before = self.text[max(0, word.start - 2) : word.start]
        follows = before == ", " and i > 0 and self.words[i - 1].capital
        if after_town and not follows and before not in ("R-", "D-"):
            return None
        spot = Spot(word.start, end, text, name_key(text), _division(country, admin1))
        spot.add("abbreviates a state", 3.0)
        return spot

    def _contains(self, spot: Spot, after: Spot) -> bool:
        if self.text[spot.end : after.start] not in (", ", " (", ","):
            return False
        wide = [p for p in after.choices if p.level in ("country", "admin1")]
        return any(
            c.country == p.country and (p.level == "country" or c.admin1 == p.admin1)
            for p in wide
            for c in spot.choices
            if c.id != p.id and c.level != "country"
        )

    def _weigh(self, spot: Spot) -> None:
        if spot.key in word_list("everyday"):
            spot.add("an everyday word", 0.0 if spot.inside else NEVER)
        self._weigh_choices(spot)
        self._weigh_entity(spot)
        self._weigh_neighbours(spot)
        if " " not in spot.text:
            if spot.key in self.report.persons:
                spot.add("a person's surname in this report", -3.0)
            if spot.text.lower() in self.report.lower:
                spot.add("an everyday word", -3.0)

    def _weigh_choices(self, spot: Spot) -> None:
        best = spot.choices[0]
        levels = {p.level for p in spot.choices}
        if levels & STRONG_LEVELS:
            spot.add("a country, region or site", 3.0)
        elif "admin1" in levels:
            spot.add("a first division", 2.0)
        elif "admin2" in levels and " " in spot.text:
            spot.add("a second division", 2.0)
        else:
            size = len(str(best.population)) - 5
            spot.add("size", max(-1.0, min(2.0, size * 0.7)) - (0.7 if best.rank else 0.0))
        if " " in spot.text:
            spot.add("several words", 1.0)

    def _weigh_entity(self, spot: Spot) -> None:
        for start, end, label in self.entities:
            if end <= spot.start or start >= spot.end:
                continue
            body = POSSESSIVE.sub("", self.text[start:end])
            longer = len(body.removeprefix("the ")) > len(spot.text) + 1
            if label in LABELLED:
                spot.add(f"parsed as {label}", 1.5 if longer else 2.5)
            elif label == "PERSON":
                known = any(is_well_known(p) for p in spot.choices)
                spot.add("parsed as PERSON", -4.0 if longer else -0.3 if known else -1.5)
            elif label == "ORG" and longer:
                at_start = spot.start - start <= 4 or self.text[: spot.start].endswith(" of ")
                spot.add("within an organisation's name", 0.0 if at_start else -1.0)
            elif label not in ("ORG", "CARDINAL", "DATE", "ORDINAL"):
                spot.add(f"parsed as {label}", -1.0)

    def _weigh_neighbours(self, spot: Spot) -> None:
        before = self._word_before(spot)
        after = self._word_after(spot)
        initial = spot.start in self.sentence_starts
        if before and before.text.lower() == "the" and self._stands_alone(spot, after):
            spot.add("an article before", -2.0)
        if PARTY.search(self.text[: spot.start]):
            spot.add("a party before", 3.0)
        elif before and not initial:
            if before.text in word_list("locative"):
                spot.add("a locative before", 1.5)
            elif before.text in word_list("preposition"):
                spot.add("a preposition before", 0.5)
            elif before.text in word_list("conquering"):
                spot.add("an act upon a place before", TAKEN)
            elif name_key(before.text) in word_list("title"):
                spot.add("a title before", -2.0)
            elif (
                before.capital
                and before.text.lower() not in word_list("inner")
                and before.start not in self.sentence_starts
            ):
                spot.add("a capitalised word before", -1.5)
        if spot.text.isupper() and DATELINE.match(self.text, spot.end) and self._begins(spot):
            spot.add("a dateline", 3.0)
        elif after:
            if after.text in word_list("newspaper"):
                spot.add("a newspaper's name", NEVER)
            elif after.text.lower() in word_list("belongs"):
                spot.add("what belongs to a place after", 1.5)
            elif after.text == "based":
                spot.add("-based", 2.0)
            elif after.capital:
                spot.add("a capitalised word after", -1.0)
            elif after.text == "said":
                spot.add("said after", -1.0)

    def _begins(self, spot: Spot) -> bool:
        """Whether it stands within the first words of a sentence."""
        return any(0 <= spot.start - start < DATELINE_REACH for start in self.sentence_starts)

    def _stands_alone(self, spot: Spot, after: Word | None) -> bool:
        """Whether a town's bare name ends its phrase: with an article it's a ship, a paper or a car."""
        towns = all(p.level in ("city", "admin2") for p in spot.choices)
        followed = after and (after.text == "based" or self.tags.get(after.start) in ("NOUN", "PROPN", "ADJ"))
        return towns and not followed

    def _word_before(self, spot: Spot) -> Word | None:
        at = bisect_left(self.starts, spot.start)
        if not at:
            return None
        word = self.words[at - 1]
        gap = self.text[word.end : spot.start]
        beside = BESIDE.fullmatch(gap) or (gap == ". " and name_key(word.text) in word_list("title"))
        return word if beside else None

    def _word_after(self, spot: Spot) -> Word | None:
        end = spot.end + (2 if POSSESSIVE.match(self.text[spot.end : spot.end + 2]) else 0)
        at = bisect_left(self.starts, end)
        if at == len(self.words):
            return None
        return self.words[at] if BESIDE.fullmatch(self.text[end : self.starts[at]]) else None
