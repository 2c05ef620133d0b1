"""The words of languages/<code>/speech.yaml: cues, kinds of sources, words of estimative probability."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from detente.errors import DataError
from detente.records import SaysKind
from detente.tables import language_file, read_yaml

LISTS = (
    "verbs aside_verbs quoting foreseeing of_deeds deeds telling hearsay expecting withholding denying nouns "
    "content_nouns rumour_nouns"
).split()


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """The tables of speech.yaml. `phrases` are cues of several words, as lemmas, by their first lemma."""

    verbs: frozenset[str]
    aside_verbs: frozenset[str]
    quoting: frozenset[str]
    foreseeing: frozenset[str]
    of_deeds: frozenset[str]
    deeds: frozenset[str]
    telling: frozenset[str]
    hearsay: frozenset[str]
    expecting: frozenset[str]
    naming: dict[str, str]
    speaking_of: dict[str, str]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    withholding: frozenset[str]
    denying: frozenset[str]
    nouns: frozenset[str]
    content_nouns: frozenset[str]
    rumour_nouns: frozenset[str]
    adverbs: dict[str, SaysKind]
    prefixes: re.Pattern[str]
    kinds: dict[str, SaysKind]
    agencies: re.Pattern[str]
    certainty: dict[str, tuple[float, float]]
    certainty_pattern: re.Pattern[str]


@cache
def load_speech_words(language: str = "en") -> SpeechWords:
    """The words of attribution and probability of a language. Raises DataError for an unknown kind."""
    source = language_file(language, "speech.yaml")
    table = read_yaml(source)
    kinds: dict[str, SaysKind] = {}
    kind: Any
    for kind, nouns in _rows(table["kinds"]).items():
        if kind not in get_args(SaysKind):
            raise DataError(
                f"{source}:{table['kinds']['__line__']}",
                f"{kind!r} is no kind of source", "Use one of " + ", ".join(get_args(SaysKind)),
            )  # fmt: skip
        for noun in nouns:
            kinds.setdefault(noun, kind)
    certainty = {k: (v[0], v[1]) for k, v in _rows(table["certainty"]).items()}
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in table["phrases"]:
        words = tuple(phrase.split())
        phrases.setdefault(words[0], []).append(words)
    return SpeechWords(
        **{name: frozenset(table[name]) for name in LISTS},
        naming=_rows(table["naming"]),
        speaking_of=_rows(table["speaking_of"]),
        phrases={first: tuple(sorted(p, key=len, reverse=True)) for first, p in phrases.items()},
        adverbs=_rows(table["adverbs"]),
        prefixes=_any_of(table["prefixes"], re.IGNORECASE),
        kinds=kinds,
        agencies=_any_of(table["agencies"]),
        certainty=certainty,
        certainty_pattern=_any_of(certainty, re.IGNORECASE),
    )


def _rows(table: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in table.items() if k != "__line__"}


def _any_of(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """A pattern for any of some phrases, the longest first."""
    ranked = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, ranked)) + r")\b", flags)
