"""Which language a text seems to be in, by its commonest words: to warn where it isn't English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import cast

SAMPLE = 20_000  # characters that are looked at
FEWEST_WORDS = 8  # a shorter text tells too little
COMMON = 0.2  # English prose has a greater share of stop words (a third to a half); names and lists less
SHOWN = 0.3  # share of its own stop words that a text in another language has at least
SHOWN_LONG = 0.1  # the same for a longer text, in which chance tells less
LONG = 30  # words of a longer text
CLEAR = 2.0  # how many times as many of them as of English ones it has
# Languages with stop words in spaCy that write words apart, in Latin letters or, by script, in others.
LATIN = (
    "af ca cs da de es et eu fi fr ga hr hu id is it lb lt lv ms nb nl pl pt ro sk sl sq sv tl tr vi".split()
)
SCRIPTS = {
    "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "tt", "ky"), "ARABIC": ("ar", "fa", "ur"),
    "GREEK": ("el",), "HEBREW": ("he",), "DEVANAGARI": ("hi", "mr", "ne"), "BENGALI": ("bn",),
    "TAMIL": ("ta",), "TELUGU": ("te",), "ARMENIAN": ("hy",), "SINHALA": ("si",), "THAI": ("th",),
    "GUJARATI": ("gu",), "KANNADA": ("kn",), "MALAYALAM": ("ml",), "ETHIOPIC": ("am", "ti"),
    "HANGUL": ("ko",), "HIRAGANA": ("ja",), "KATAKANA": ("ja",), "CJK": ("zh",),
}  # fmt: skip
MOST_FOREIGN = 0.5  # share of letters of another script above which a text isn't English
NOTE = "seems to be in {}, and the coder reads English"
WORD = re.compile(r"[^\W\d_]{2,}")


def note_foreign(text: str) -> tuple[str, ...]:
    """The note that a text seems not to be English, or none."""
    language = find_foreign(text)
    return (NOTE.format(language),) if language else ()


def is_foreign_note(note: str) -> bool:
    """Whether a note of a report is one that `note_foreign` gave."""
    before, after = NOTE.split("{}")
    return note.startswith(before) and note.endswith(after)


def find_foreign(text: str) -> str | None:
    """The language of a text that seems not to be English ('French'), or None.

    Goes by script, and within one by the share of spaCy's stop words (https://spacy.io/usage/models#languages),
    the words that every text of a language is full of. Names in another language don't count; neither does a
    text without sentences.
    """
    sample = text[:SAMPLE]
    script = _find_script(sample)
    if script:
        words = Counter(WORD.findall(sample.lower()))
        return _name(max(SCRIPTS[script], key=lambda code: _share(words, code)))
    words = Counter(WORD.findall(sample.lower()))
    english = _share(words, "en")
    if words.total() < FEWEST_WORDS or english >= COMMON:
        return None
    best = max(LATIN, key=lambda code: _share(words, code))
    share = _share(words, best)
    least = SHOWN_LONG if words.total() >= LONG else SHOWN
    return _name(best) if share >= least and share > CLEAR * english else None


def _find_script(sample: str) -> str | None:
    """The script, other than Latin, of most letters."""
    letters = Counter(c for c in sample if c.isalpha())
    scripts: Counter[str] = Counter()
    for letter, number in letters.items():
        scripts[unicodedata.name(letter, "").split(" ")[0]] += number
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.1 * letters.total():
        return "HIRAGANA"
    script, number = max(scripts.items(), key=lambda item: item[1], default=("", 0))
    return script if script in SCRIPTS and number > MOST_FOREIGN * letters.total() else None


def _share(words: Counter[str], code: str) -> float:
    return sum(words[word] for word in words.keys() & _load_stop_words(code)) / (words.total() or 1)


@cache
def _load_stop_words(code: str) -> frozenset[str]:
    # the file alone: importing a language takes its tokenizer too, all of them together seconds
    spacy = Path(str(cast(ModuleSpec, find_spec("spacy")).origin)).parent
    found: Iterable[str] = run_path(str(spacy / "lang" / code / "stop_words.py"))["STOP_WORDS"]
    return frozenset(found)


def _name(code: str) -> str:
    from babel import Locale

    return str(Locale("en").languages.get(code, code))
