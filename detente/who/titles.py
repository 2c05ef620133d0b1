"""The words of languages/<code>/titles.yaml: offices, bodies, crowds, and words that point back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from detente.errors import DataError
from detente.records import PartyKind
from detente.tables import language_file, read_yaml

WORD_LISTS = (
    "quantities studies to_nouns for_nouns in_nouns place_prepositions place_nouns country_words "
    "group_words pair_words bare_pair_words other_words sending_verbs empty_adjectives empty_verbs "
    "acting_verbs common_surnames women"
).split()


@dataclass(frozen=True, slots=True)
class PartyNoun:
    """A head noun of a party. `synonyms` numbers the entry that it shares with words of like meaning."""

    word: str
    kind: PartyKind
    sector: str
    open: bool
    weak: bool
    synonyms: int


@dataclass(frozen=True)
class Titles:
    """All of a language's words for parties; word lists under their names in `lists`."""

    nouns: dict[str, PartyNoun]
    sector_words: dict[str, str]
    lists: dict[str, frozenset[str]]
    honorifics: dict[str, str]
    pairs: dict[str, tuple[str, str]]

    def has(self, name: str, word: str) -> bool:
        """Whether the word list `name` holds `word`."""
        return word in self.lists[name]


def _read_nouns(source: Any, rows: list[dict[str, Any]]) -> dict[str, PartyNoun]:
    nouns: dict[str, PartyNoun] = {}
    for i, row in enumerate(rows):
        if row.get("kind") not in get_args(PartyKind):
            cure = "Use one of " + ", ".join(get_args(PartyKind))
            raise DataError(f"{source}:{row['__line__']}", f"{row.get('kind')!r} is no kind of party", cure)
        for word in row["words"]:
            is_open, weak = bool(row.get("open")), bool(row.get("weak"))
            nouns.setdefault(word, PartyNoun(word, row["kind"], row["sector"], is_open, weak, i))
    return nouns


@cache
def load_titles(language: str = "en") -> Titles:
    """The party words of a language. Raises DataError naming file and line where the table is faulty."""
    source = language_file(language, "titles.yaml")
    table = read_yaml(source)
    missing = [
        name for name in (*WORD_LISTS, "nouns", "sector_words", "honorifics", "pairs") if name not in table
    ]
    if missing:
        raise DataError(f"{source}:1", f"lacks {', '.join(missing)}", "Add those lists")
    sectors = table["sector_words"].items()
    honorifics = table["honorifics"].items()
    return Titles(
        nouns=_read_nouns(source, table["nouns"]),
        sector_words={w: s for s, words in sectors if s != "__line__" for w in words},
        lists={name: frozenset(str(w) for w in table[name]) for name in WORD_LISTS},
        pairs={words: (codes[0], codes[1]) for words, codes in table["pairs"].items() if words != "__line__"},
        honorifics={w: sex for sex, words in honorifics if sex != "__line__" for w in words},
    )
