"""The words of languages/<code>/forecasts.yaml: what carries a prediction, how likely, by when, of what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from detente.errors import DataError
from detente.ontology import load_ontology
from detente.tables import Source, language_file, read_yaml

LISTS = (
    "foreseeing staking likely chances predictions surely ahead guessing carrying within occasions sometime "
    "outsiders views hoping idle graver"
).split()
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Words that tell an outcome, the type of act that it comes to, and whether to its happening."""

    words: frozenset[str]
    nouns: frozenset[str]
    type: str
    happens: bool


@dataclass(frozen=True, slots=True)
class ForecastWords:
    """The tables of forecasts.yaml; `phrases` and `grades` give the range of each word, `kin` synonyms."""

    foreseeing: frozenset[str]
    staking: frozenset[str]
    likely: frozenset[str]
    chances: frozenset[str]
    predictions: frozenset[str]
    surely: frozenset[str]
    ahead: frozenset[str]
    guessing: frozenset[str]
    carrying: frozenset[str]
    within: frozenset[str]
    occasions: frozenset[str]
    sometime: frozenset[str]
    outsiders: frozenset[str]
    views: frozenset[str]
    hoping: frozenset[str]
    idle: frozenset[str]
    graver: frozenset[str]
    kin: tuple[frozenset[str], ...]
    phrases: dict[str, Range]
    grades: dict[str, Range]
    around: tuple[str, ...]
    over: tuple[str, ...]
    under: tuple[str, ...]
    usual: dict[str, int]
    vague_units: dict[str, str]
    outcomes: tuple[Outcome, ...]


@cache
def load_forecast_words(language: str = "en") -> ForecastWords:
    """The forecasting words of a language. Raises DataError where a step or type is unknown."""
    source = language_file(language, "forecasts.yaml")
    table = read_yaml(source)
    return ForecastWords(
        **{name: frozenset(table[name]) for name in LISTS},
        phrases=_ranges(table, "phrases", source),
        grades=_ranges(table, "grades", source),
        around=tuple(table["around"]),
        over=tuple(table["over"]),
        under=tuple(table["under"]),
        usual=_rows(table["usual"]),
        vague_units=_rows(table["vague_units"]),
        kin=tuple(map(frozenset, table["kin"])),
        outcomes=tuple(_outcome(row, source) for row in table["outcomes"]),
    )


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some phrases, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def _rows(table: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in table.items() if k != "__line__"}


def _ranges(table: dict[str, Any], name: str, source: Source) -> dict[str, Range]:
    steps = _rows(table["steps"])
    found: dict[str, Range] = {}
    for step, words in _rows(table[name]).items():
        if step not in steps:
            fault = f"{name}: {step!r} is no step"
            raise DataError(f"{source}:{table[name]['__line__']}", fault, "Use one of " + ", ".join(steps))
        found |= dict.fromkeys(words, (steps[step][0], steps[step][1]))
    return found


def _outcome(row: dict[str, Any], source: Source) -> Outcome:
    types = load_ontology().types
    if row["type"] not in types:
        fault = f"{row['type']!r} is no type"
        raise DataError(f"{source}:{row['__line__']}", fault, "Use one of " + ", ".join(types))
    happens = not row.get("not", False)
    return Outcome(frozenset(row["words"]), frozenset(row.get("nouns", ())), row["type"], happens)
