"""How likely words make it: per cent, 'one in five', betting odds and words of probability, as ranges.

What 'about' leaves open (ABOUT) is a judgement; words of probability have their sources in their table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from detente.forecasts.words import any_of, load_forecast_words
from detente.records import Certainty
from detente.says import load_speech_words
from detente.when.words import load_dates

ABOUT = 0.05  # what 'about' leaves open on either side of a number
OF_CHANCE = re.compile(
    r"chance|odds|probab|likel|certain|confiden|sure\b|possib|prospect|risk|danger|\bbet", re.I
)
WAY = r"(?:\s+(?P<way>on\b(?!\s+(?:a|an|the)\b)|against|in\s+favou?r))?"  # of odds
BACKED = re.compile(r"\s+that\b", re.I)  # 'laid 2 to 1 that it would': on it
ODDS_GIVEN = re.compile(
    r"odds|bookmaker|bookie|betting|punter|wager|\bbets?\b|stake|\blaid\b|\blays?\b|\boffer|"
    r"\bputs? (?:it|them)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Chance:
    """Words that say how likely something is, with their offsets, as a range (0 to 1)."""

    start: int
    end: int
    low: float
    high: float
    phrase: str
    numeric: bool = False

    @property
    def certainty(self) -> Certainty:
        """The range and its words."""
        return Certainty(self.low, self.high, self.phrase)


def find_chances(text: str) -> list[Chance]:
    """The probabilities that `text` (a sentence) states, in numbers or in words, in its order.

    A single number n becomes [n, n], 'about n' five points on both sides of it, 'more than n' and 'less than
    n' what lies above or below. Odds are against what they are given on, unless 'on', 'in favour' or 'that'
    follows. Of overlapping words the longest count, numbers first. Ranges of words: speech.yaml and
    forecasts.yaml.
    """
    found: list[Chance] = []
    for chance in (*_numeric(text), *sorted(_verbal(text), key=lambda c: c.start - c.end)):
        if not any(c.start < chance.end and chance.start < c.end for c in found):
            found.append(chance)
    return sorted(found, key=lambda c: c.start)


def turn_round(certainty: Certainty) -> Certainty:
    """The chance that something does not happen, from the chance that it does."""
    return Certainty(round(1 - certainty.high, 4), round(1 - certainty.low, 4), certainty.phrase)


@cache
def _numbers() -> tuple[str, dict[str, int]]:
    words: dict[str, int] = {w: n for w, n in load_dates().values["number"].items() if n < 1000}
    tens = {w: n for w, n in words.items() if 20 <= n < 100}
    both = {f"{t}-{u}": a + b for t, a in tens.items() for u, b in words.items() if 0 < b < 10}
    words = {**both, **words, "a": 1}
    spelt = "|".join(sorted(words, key=len, reverse=True))
    return rf"(?:\d{{1,3}}(?:\.\d+)?|{spelt})", words


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    number, _ = _numbers()
    w = load_forecast_words()
    how = "|".join(
        rf"(?P<{name}>\b(?:{any_of(words)}))" for name, words in
        (("over", w.over), ("under", w.under), ("around", w.around))
    )  # fmt: skip
    how = rf"(?:(?:{how})\s+(?:an?\s+)?)?"
    percent = rf"{how}(?:between\s+)?\b(?P<a>{number})(?:\s*(?:%|per\s?cent))?" + (
        rf"(?:\s*(?:-|–|to|and|or)\s*(?P<b>{number}))?[\s-]?(?:%|per[\s-]?cent)"
    )
    share = (
        rf"{how}\b(?P<a>{number})(?:\s+chances?|\s+times)?[\s-](?:in|out\s+of)[\s-](?:a\s+)?(?P<b>{number})\b"
    )
    odds = rf"\b(?P<a>{number})(?:-|–|/|\s?to\s?|-to-)(?P<b>{number})\b{WAY}"
    return tuple(re.compile(p, re.I) for p in (percent, share, odds))  # type: ignore[return-value]


def _value(written: str) -> float:
    _, words = _numbers()
    return float(words.get(written.lower(), 0) or (written if written[0].isdigit() else 0))


def _numeric(text: str) -> Iterator[Chance]:
    percent, share, odds = _patterns()
    if OF_CHANCE.search(text):
        for found in percent.finditer(text):
            low = _value(found["a"]) / 100
            yield from _ranged(found, low, _value(found["b"]) / 100 if found["b"] else low)
        for found in share.finditer(text):
            a, b = _value(found["a"]), _value(found["b"])
            if 0 < a < b <= 100:
                yield from _ranged(found, a / b, a / b)
    if not ODDS_GIVEN.search(text):
        return
    for found in odds.finditer(text):
        a, b = _value(found["a"]), _value(found["b"])
        if a <= 0 or b <= 0 or a == b == 50:
            continue
        backed = not found["way"] and BACKED.match(text, found.end())
        on = (found["way"] or "").lower() not in ("", "against") or backed
        chance = round((a if on else b) / (a + b), 4)
        yield Chance(*found.span(), chance, chance, found[0], True)


def _ranged(found: re.Match[str], low: float, high: float) -> Iterator[Chance]:
    if not 0 <= low <= high <= 1:
        return
    if found["over"]:
        high = 1.0
    elif found["under"]:
        low = 0.0
    elif found["around"]:
        low, high = max(0.0, low - ABOUT), min(1.0, high + ABOUT)
    yield Chance(*found.span(), round(low, 4), round(high, 4), found[0], True)


@cache
def _verbal_table() -> tuple[re.Pattern[str], dict[str, tuple[float, float]]]:
    words, speech = load_forecast_words(), load_speech_words()
    table = {**words.phrases, **speech.certainty}
    return re.compile(rf"\b(?:{any_of(table)})\b", re.I), table


@cache
def _graded() -> re.Pattern[str]:
    words = load_forecast_words()
    return re.compile(
        rf"\b(?P<grade>{any_of(words.grades)})(?:\s+\w+)?\s+(?:{any_of(words.chances)})s?\b", re.I
    )


def _verbal(text: str) -> Iterator[Chance]:
    pattern, table = _verbal_table()
    for found in pattern.finditer(text):
        yield Chance(*found.span(), *table[found[0].lower()], found[0])
    grades = load_forecast_words().grades
    for found in _graded().finditer(text):
        yield Chance(*found.span(), *grades[found["grade"].lower()], found[0])
