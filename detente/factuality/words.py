"""The tables of factuality.yaml: which words make which context, and what each context is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from detente.errors import DataError
from detente.tables import language_file, read_yaml


@dataclass(frozen=True, slots=True)
class FactualityWords:
    """The tables of factuality.yaml: kinds by words."""

    signatures: dict[str, tuple[float, float]]
    verbs: dict[str, dict[str, str]]
    nouns: dict[str, str]
    adjectives: dict[str, str]
    modifiers: dict[str, str]
    adverbs: dict[str, str]
    modals: dict[str, str]
    modals_past: dict[str, str]
    marks: dict[str, str]
    prepositions: dict[str, str]
    governed: dict[str, dict[str, str]]
    nobody: frozenset[str]
    few: frozenset[str]
    carriers: frozenset[str]
    copulas: frozenset[str]
    unsure: frozenset[str]
    definite: frozenset[str]


@cache
def load_factuality_words(language: str = "en") -> FactualityWords:
    """The contexts of a language. Raises DataError for a kind without a signature or a word that has two."""
    source = language_file(language, "factuality.yaml")
    table = read_yaml(source)
    signatures = {k: (float(v[0]), float(v[1])) for k, v in _rows(table["signatures"])}

    def known(kind: str, line: int) -> str:
        if kind not in signatures:
            raise DataError(f"{source}:{line}", f"{kind!r} has no signature", "Add it under 'signatures'")
        return kind

    def turned(rows: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, words in _rows(rows):
            for word in words:
                if word in found:
                    fault = f"{word!r} is {found[word]} and {kind}"
                    raise DataError(f"{source}:{rows['__line__']}", fault, "Leave one out")
                found[word] = known(kind, rows["__line__"])
        return found

    def plain(rows: dict[str, Any]) -> dict[str, str]:
        return {word: known(kind, rows["__line__"]) for word, kind in _rows(rows)}

    return FactualityWords(
        signatures,
        {form: turned(rows) for form, rows in _rows(table["verbs"])},
        turned(table["nouns"]), turned(table["adjectives"]),
        turned(table["modifiers"]), turned(table["adverbs"]),
        plain(table["modals"]), plain(table["modals_past"]),
        plain(table["marks"]), plain(table["prepositions"]),
        {prep: turned(rows) for prep, rows in _rows(table["governed"])},
        frozenset(table["nobody"]), frozenset(table["few"]), frozenset(table["carriers"]),
        frozenset(table["copulas"]), frozenset(table["unsure"]), frozenset(table["definite"]),
    )  # fmt: skip


def _rows(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((k, v) for k, v in table.items() if k != "__line__")
