"""The words around place names, from languages/<code>/places.yaml."""

from __future__ import annotations

import re
from functools import cache

from detente.errors import DataError
from detente.tables import language_file, read_yaml


@cache
def word_list(name: str, language: str = "en") -> frozenset[str]:
    """The words of one of the lists in places.yaml; '_' there is a blank here.

    Raises DataError where there is no such list.
    """
    source = language_file(language, "places.yaml")
    words = read_yaml(source).get(name)
    if not isinstance(words, str):
        raise DataError(f"{source}:1", f"lacks the list {name!r}", f"Add '{name}: >-' and its words")
    return frozenset(word.replace("_", " ") for word in words.split())


@cache
def word_pattern(name: str, language: str = "en") -> str:
    """A regular expression for any word of a list; '*' in a word stands for letters."""
    words = sorted(word_list(name, language), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(re.escape(w).replace(r"\*", r"\w*") for w in words) + ")"
