"""What a reading of a text knows at each word: the anchors for relative dates, and the tense near by."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import quantiles
from typing import Any

from detente.records import TimexType
from detente.when.values import Point, read_point
from detente.when.words import BREAK, DateLanguage, Words

Value = tuple[TimexType, str]
ASIDE = 120  # words after a month within which a year inside a sentence is taken for an aside
STORY = 60  # words after a month of an earlier year within which news goes on telling of that year
SPAN = 25  # words on either side that may tell the tense of a date


@dataclass(frozen=True, slots=True)
class Groups:
    """The parts of a phrase that a rule captured."""

    language: DateLanguage
    words: Words
    at: dict[str, tuple[int, int]]
    start: int
    end: int

    def __contains__(self, name: str) -> bool:
        return name in self.at

    def word(self, name: str) -> str:
        """The (first) word of a captured part, '' if it wasn't captured."""
        return self.words.words[self.at[name][0]] if name in self.at else ""

    def all_words(self, name: str) -> tuple[str, ...]:
        """The words of a captured part."""
        first, last = self.at.get(name, (0, 0))
        return self.words.words[first:last]

    def number(self, name: str) -> int | None:
        """The number of a captured part, '25th' being 25; None if it wasn't captured."""
        digits = re.sub(r"\D", "", self.word(name))
        return int(digits) if digits else None

    def value(self, name: str, *classes: str) -> Any:
        """What the language's tables say of the captured word, in the first of `classes` that has it."""
        for cls in classes or (name,):
            if self.word(name) in self.language.values[cls]:
                return self.language.values[cls][self.word(name)]
        return None

    def before(self, back: int = 1) -> str:
        """The word before the phrase."""
        return self.words.words[max(self.start - back, 0)]

    def after(self, on: int = 0) -> str:
        """The word after the phrase."""
        return self.words.words[min(self.end + on, len(self.words.words) - 1)]

    def touching(self) -> bool:
        """Whether no space parts the words of the phrase."""
        spans = self.words.spans[self.start : self.end]
        return all(a[1] == b[0] for a, b in pairwise(spans))


class Context:
    """The state of reading one text from its start: last dates met, and where 'now' is.

    `published` is the day of publication. In a `narrative` (a text that tells of years other than that
    of its publication) months, days and 'next year' count from the last date in the text instead.
    """

    def __init__(self, language: DateLanguage, words: Words, published: date | None) -> None:
        self.language, self.words, self.published = language, words, published
        self.past_endings = tuple(language.lists["past_ending"])
        self.anchor: Point | None = None
        self.month_anchor: Point | None = None
        self.month_index, self.month_opens = 0, False
        self.narrative = False
        self.era: tuple[float, float] = (-math.inf, math.inf)
        self._measure_years(published)
        self.ancient = False
        self.century: int | None = None  # of the last decade named in full

    def _measure_years(self, published: date | None) -> None:
        """Find whether the text is a narrative, and which years it is about."""
        years = self._years_named(published.year + 5 if published else date.max.year)
        early = sum(published is None or y < published.year - 1 for y in years)
        news = 3 * self._count("weekday") + 2 * self._count("day_word") + 2 * self._count("ago")
        self.narrative = self._count("bc") > 3 or (early > 4 + news and early > 0.6 * len(years))
        if len(years) >= 8:
            low, _, high = quantiles(years, n=4)
            reach = max(1.5 * (high - low), 8)
            self.era = (low - reach, high + reach)

    def _years_named(self, latest: int) -> list[int]:
        codes, bc = self.language.codes_of("year"), self.language.codes_of("bc")
        ints = self.language.codes_of("int")
        words = self.words
        found = []
        for i, code in enumerate(words.codes[:-1]):
            if code in codes and 1000 < int(words.words[i]) <= latest:
                found.append(int(words.words[i]))
            elif code in ints and words.codes[i + 1] in bc:
                found.append(-int(words.words[i]))
        return found

    def _count(self, name: str) -> int:
        codes = self.language.codes_of(name)
        return sum(map(codes.__contains__, self.words.codes))

    def note(self, value: str, first: int, last: int) -> None:
        """Remember a date just read (the words from `first` to `last`) as the anchor of those that follow.

        In a narrative a year far from all others is an aside, and so is a bare year inside a sentence
        whose paragraph tells of a month: neither is where the months that follow belong.
        """
        point = read_point(value)
        if point is None:
            return
        if self.narrative and not self.era[0] <= point.year <= self.era[1]:
            return
        self.anchor = point
        self.ancient = point.year < 0
        if self.narrative and point.month is None and self._is_aside(first):
            return
        self.month_anchor, self.month_index = point, last
        self.month_opens = self.opens_sentence(first)

    def _is_aside(self, first: int) -> bool:
        if self.month_anchor is None or self.month_anchor.month is None:
            return False
        at_start = any(self._ends_sentence(i) for i in range(max(first - 2, 0), first))
        return not at_start and first - self.month_index < ASIDE

    @property
    def published_point(self) -> Point | None:
        """The day of publication."""
        p = self.published
        return Point(p.year, p.month, p.day) if p else None

    @property
    def now(self) -> Point | None:
        """What 'last year' counts from: the day of publication, or the last date of a narrative."""
        return self.anchor if self.narrative else self.published_point

    @property
    def then(self) -> Point | None:
        """What 'the following year' counts from: the last date, else the day of publication."""
        return self.anchor or self.published_point

    def opens_sentence(self, index: int) -> bool:
        """Whether at most two words stand between a sentence's start and this one."""
        return any(self._ends_sentence(i) for i in range(max(index - 3, 0), index))

    def story_before(self, index: int) -> Point | None:
        """The month of an earlier year that the last sentence with a date opened with, in news."""
        point, p = self.month_anchor, self.published
        if p is None or point is None or point.month is None or point.year >= p.year - 1:
            return None
        near = index - self.month_index < STORY and BREAK not in self.words.words[self.month_index : index]
        return point if near and self.month_opens and self.opens_sentence(index) else None

    def year_of_sentence(self, index: int) -> int | None:
        """The year that the sentence opened with ('In 1991, ... in March'), if it did."""
        point = self.month_anchor
        if point is None or point.month is not None or index - self.month_index > SPAN:
            return None
        between = range(self.month_index, index)
        return None if any(self._ends_sentence(i) for i in between) else point.year

    def direction(self, index: int, end: int) -> int:
        """Whether the words near a date say that it lies ahead (1) or behind (-1); 0 if nothing says."""
        left = self._cue_before(index)
        return left or self.cue_after(end)

    def _is(self, index: int, name: str) -> bool:
        return self.words.codes[index] in self.language.codes_of(name)

    def _ends_sentence(self, index: int) -> bool:
        word = self.words.words[index]
        if word == BREAK:
            return True
        if word not in ".!?" or index + 1 >= len(self.words.words):
            return False
        return self.words.capital[index + 1] and len(self.words.words[index - 1]) > 2

    def _cue_before(self, index: int) -> int:
        words = self.words.words
        if self._is(index - 1, "ahead_word"):
            opens = index < 3 or self._ends_sentence(index - 2)
            return -1 if opens and self.cue_after(index + 1) < 0 else 1
        if words[index - 1] == "as" and self._is(index - 2, "soon_as"):
            return 1
        for i in range(index - 1, max(index - SPAN, 0), -1):
            if self._ends_sentence(i):
                break
            cue = self._cue_at(i)
            if cue:
                promised = self._is(i, "promise") and self._is(i + 1, "promise_next")
                return 1 if promised else cue
        return 0

    def cue_after(self, end: int, reach: int = SPAN) -> int:
        """What the words after a date say of its side, as `direction` does; the nearest cue counts."""
        for i in range(end, min(end + reach, len(self.words.words) - 1)):
            if self._ends_sentence(i):
                break
            cue = self._cue_at(i)
            if cue:
                return cue
        return 0

    def _cue_at(self, i: int) -> int:
        words = self.words.words
        if self._is(i, "future_before_to") and words[i + 1] == "to":
            return 1
        if self._is(i, "future"):
            return 0 if words[i + 1] == "have" else 1
        infinitive = self._is(i - 1, "not_past_after") or words[i - 2] == "be" or self._is(i - 1, "future")
        return -1 if self._is_past(i) and not infinitive else 0

    def _is_past(self, i: int) -> bool:
        if self._is(i, "past"):
            return True
        word = self.words.words[i]
        return len(word) > 4 and word.endswith(self.past_endings) and not self._is(i, "not_past")
