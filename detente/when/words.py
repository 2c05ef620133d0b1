"""The word tables and phrase rules of a language, read from languages/<code>/dates.yaml.

A text becomes a string with one character a word, each standing for the classes that the word is
in ('May' is a month, 'second' an ordinal and a unit). Rules are regular expressions over that
string, so they are short, and a text of a thousand words is a string of a thousand characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from detente.errors import DataError
from detente.tables import Source, language_file, read_yaml

TOKEN = re.compile(
    r"(?i:[ap]\.\s?m\b\.?|b\.\s?c\b\.?(?:\s?e\b\.?)?|a\.\s?d\b\.?|c\.\s?e\b\.?|FY\s?(?:\d\d){1,2}\b|Q[1-4]\b)"
    r"|\d+(?:st|nd|rd|th|s)\b|\d{1,3}(?:,\d{3})+(?!\d)|(?<!\d\.)\d+\.\d+(?!\.?\d)|\d+|[^\W\d_]+|\n[^\S\n]*\n|[^\w\s]"
)
BREAK = "<break>"
FIRST_CODE = 0xE000  # a private area of Unicode: no such character is special in a regular expression
PATTERN_PART = re.compile(
    r"(?P<look><!|<|>|!)?(?:(?P<name>\w+)=)?(?:~(?P<word>[^\s()|?*+]+)|\$(?P<macro>\w+)|(?P<cls>\w+)|(?P<open>\())"
    r"|(?P<other>[)|?*+])|(?P<space>\s+)|(?P<bad>.)"
)
LOOKS = {"<!": "(?<!", "<": "(?<=", ">": "(?=", "!": "(?!"}
MAKES = frozenset(
    "nothing calendar bare_month day_of_month bare_season bare_year short_year before_christ ancient_year "
    "numeric decade century quarter half fiscal relative week_of relative_month relative_season "
    "relative_weekday weekend day_word tonight daypart bare_daypart shifted shifted_vaguely duration "
    "holiday recurring clock reference".split()
)
UNITS = frozenset("TS TM TH D W 2W M 2M 3M 6M Y 2Y 10Y 100Y 1000Y WE".split())
ALLOWED: dict[str, frozenset[Any]] = {
    "month": frozenset(range(1, 13)),
    "month_abbr": frozenset(range(1, 13)),
    "weekday": frozenset(range(1, 8)),
    "season": frozenset({"SP", "SU", "FA", "WI"}),
    "daypart": frozenset({"MO", "AF", "EV", "NI", "DT"}),
    "unit": UNITS,
    "units": UNITS,
    "rate": UNITS,
}
SECTIONS = ("values", "lists", "core", "capital", "macros", "rules", "holidays")


def classify_digits(word: str) -> frozenset[str]:
    """The classes of a word that starts with a digit (or is FY2013 or Q2)."""
    low = word.lower()
    if not low[0].isdigit():
        return frozenset({"fy_token" if low[0] == "f" else "quarter_token"})
    if "." in low:
        return frozenset({"decimal"})
    if low[-1] == "s":
        return frozenset({"decade"}) if low[-2] == "0" and len(low) in (3, 4, 5) else frozenset()
    if not low[-1].isdigit():
        return frozenset({"nth", "dayth"} if len(low) < 5 and 1 <= int(low[:-2]) <= 31 else {"nth"})
    if "," in low or len(low) > 4:
        return frozenset({"bignum"})
    number, found = int(low), set()
    if len(low) == 4:
        found |= {"year"} if 1000 <= number < 2200 else {"bignum"}
        found |= {"clock4"} if number // 100 <= 24 and number % 100 < 60 else set()
        return frozenset(found)
    found.add("int")
    if len(low) < 3:
        found |= {"dayno"} if 1 <= number <= 31 else set()
        found |= {"hourno"} if number <= 24 else set()
    if len(low) == 2:
        found.add("two")
        found |= {"monthno"} if 1 <= number <= 12 else set()
        found |= {"minute"} if number < 60 else set()
    return frozenset(found)


def _digit_samples() -> Iterator[str]:
    yield from ("FY2013", "Q1", "2.5", "1,000", "80s", "85s", "1st", "40th", "123456")
    yield from (f"{i:0{width}}" for width in (1, 2, 3, 4) for i in range(10**width))


@dataclass(frozen=True, slots=True)
class Rule:
    """A phrase: what it makes, and the regular expression over class characters that finds it."""

    makes: str
    pattern: re.Pattern[str]
    line: int


@dataclass(frozen=True, slots=True)
class Extract:
    """The stretches of a text in which a phrase can stand: their class characters, and the words they are."""

    codes: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words: their spans, themselves in lower case, and their class characters.

    The first and the last word are blank lines that stand for the edges of the text.
    """

    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    capital: tuple[bool, ...]
    codes: str


class _Tables(dict[str, Any]):
    """Tables by name; one that a rule needs and the file lacks is a fault of the file."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source

    def __missing__(self, name: str) -> Any:
        cure = "Add it, if only empty, as languages/en/dates.yaml has it"
        raise DataError(f"{self.source}:1", f"lacks the table {name!r}, which one of its rules needs", cure)


class DateLanguage:
    """The classes, values and rules of one language."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.table = read_yaml(source)
        self._check_sections()
        self._check_values()
        self.values: dict[str, dict[str, Any]] = _Tables(source)
        self.values |= {
            name: {str(k): v for k, v in words.items() if k != "__line__"}
            for name, words in self.table["values"].items()
            if name != "__line__"
        }
        self.lists: dict[str, frozenset[str]] = _Tables(source)
        self.lists |= {
            name: frozenset(words.split())
            for name, words in self.table["lists"].items()
            if name != "__line__"
        }
        self.macros: dict[str, str] = {k: v for k, v in self.table["macros"].items() if k != "__line__"}
        self.classes_of: dict[str, set[str]] = {}
        for name, words in [*self.values.items(), *self.lists.items()]:
            for word in words:
                self.classes_of.setdefault(word, set()).add(name)
        self.holidays: dict[tuple[str, ...], dict[str, Any]] = {}
        self.macros["holiday"] = self._read_holidays()
        rows = self.table["rules"]
        self._note_literals(rows)
        self._number_kinds()
        self.core = self._find_core()
        self.rules = tuple(self._compile(row) for row in rows)

    def _fail(self, line: int, fault: str, cure: str) -> DataError:
        return DataError(f"{self.source}:{line}", fault, cure)

    def _check_sections(self) -> None:
        missing = [s for s in SECTIONS if s not in self.table]
        if missing:
            raise self._fail(1, f"lacks the sections {', '.join(missing)}", "Add them")
        for row in self.table["rules"]:
            if set(row) - {"__line__"} != {"makes", "match"}:
                fault = "a rule has other keys than 'makes' and 'match'"
                raise self._fail(row["__line__"], fault, "Give it these two")
            if row["makes"] not in MAKES:
                fault = f"a rule makes {row['makes']!r}, which nothing can"
                raise self._fail(row["__line__"], fault, "Use one of " + ", ".join(sorted(MAKES)))

        if BREAK not in self.table["lists"].get("end", "").split():
            raise self._fail(1, f"has no list 'end' with {BREAK}", "Add it: what may end a sentence")

    def _check_values(self) -> None:
        for name, allowed in ALLOWED.items():
            table = self.table["values"].get(name, {})
            for word, value in table.items():
                if word != "__line__" and value not in allowed:
                    known = ", ".join(map(str, sorted(allowed)))
                    raise self._fail(
                        table["__line__"], f"{name} {word!r} has the value {value!r}", f"Use {known}"
                    )

    def _read_holidays(self) -> str:
        """Fill `holidays` (name → row); give the pattern of all names, longer ones first."""
        for row in self.table["holidays"]:
            if len({"on", "easter", "nth"} & set(row)) != 1 or "names" not in row:
                fault = "a holiday needs 'names' and one of 'on', 'easter', 'nth'"
                raise self._fail(row["__line__"], fault, "Mend that line")
            self.holidays |= {tuple(TOKEN.findall(name.lower())): row for name in row["names"]}
        names = sorted(self.holidays, key=len, reverse=True)
        return "|".join(" ".join("quote" if w == "'" else f"~{w}" for w in name) for name in names)

    def _note_literals(self, rows: list[dict[str, Any]]) -> None:
        for pattern in [*self.macros.values(), *(r["match"] for r in rows)]:
            for part in PATTERN_PART.finditer(pattern):
                if part["word"]:
                    self.classes_of.setdefault(part["word"], set()).add(f"~{part['word']}")

    def _number_kinds(self) -> None:
        capital = set(self.table["capital"])
        self.lower_kinds = {w: frozenset(c - capital) for w, c in self.classes_of.items()}
        self.capital_kinds = {w: frozenset(c) for w, c in self.classes_of.items()}
        self.digit_kinds = {classify_digits(s) for s in _digit_samples()}
        kinds = {*self.lower_kinds.values(), *self.capital_kinds.values(), *self.digit_kinds}
        ranked = sorted({*kinds, frozenset[str]()}, key=sorted)
        self.code_of = {kind: chr(FIRST_CODE + i) for i, kind in enumerate(ranked)}
        self.lower_codes = {w: self.code_of[k] for w, k in self.lower_kinds.items()}
        self.capital_codes = {w: self.code_of[k] for w, k in self.capital_kinds.items()}
        self.other_code = self.code_of[frozenset()]

    @cached_property
    def _codes_of_class(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, code in self.code_of.items():
            for name in kind:
                found[name] = found.get(name, "") + code
        return found

    def _compile(self, row: Mapping[str, Any]) -> Rule:
        seen: Counter[str] = Counter()
        source = self._expand(row["match"], row["__line__"], seen)
        try:
            return Rule(row["makes"], re.compile(source), row["__line__"])
        except re.error as e:
            raise self._fail(row["__line__"], f"no pattern: {e}", "See the head of the file") from e

    def _expand(self, pattern: str, line: int, seen: Counter[str]) -> str:
        out: list[str] = []
        for part in PATTERN_PART.finditer(pattern):
            if part["bad"]:
                raise self._fail(line, f"{part['bad']!r} in a pattern", "See the head of the file")
            if part["space"]:
                continue
            out.append(part["other"] or self._expand_item(part, line, seen))
        return "".join(out)

    def _expand_item(self, part: re.Match[str], line: int, seen: Counter[str]) -> str:
        name = self._name_group(part["name"], seen) if part["name"] else "?:"
        if part["open"]:
            return f"({name}"
        if part["macro"]:
            if part["macro"] not in self.macros:
                raise self._fail(line, f"no macro is called ${part['macro']}", "Define it under 'macros'")
            name = name if part["name"] else self._name_group(part["macro"], seen)
            return f"({name}{self._expand(self.macros[part['macro']], line, seen)})"
        wanted = f"~{part['word']}" if part["word"] else part["cls"]
        if wanted not in self._codes_of_class:
            raise self._fail(line, f"no class is called {wanted!r}", "Define it under 'values' or 'lists'")
        chars = f"[{self._codes_of_class[wanted]}]"
        if part["look"]:
            return f"{LOOKS[part['look']]}{chars})"
        return f"({name}{chars})" if part["name"] else chars

    @staticmethod
    def _name_group(name: str, seen: Counter[str]) -> str:
        seen[name] += 1  # a name may stand in several branches, which re wants told apart
        return f"?P<{name}__{seen[name]}>"

    def _find_core(self) -> frozenset[str]:
        names = [*self.table["core"].split(), *(f"~{name[0]}" for name in self.holidays)]
        for name in names:
            if name not in self._codes_of_class:
                raise self._fail(1, f"'core' names {name!r}, which is no class", "Define it or take it out")
        return frozenset("".join(self._codes_of_class[name] for name in names))

    def codes_of(self, name: str) -> str:
        """The characters of all words in a class; none where the language has no such class."""
        return self._codes_of_class.get(name, "")

    def split(self, text: str) -> Words:
        """The words of a text with their classes; blank lines are words too."""
        spans, words, capital, codes = [(0, 0)], [BREAK], [False], [self.lower_codes[BREAK]]
        lower, upper = self.lower_codes, self.capital_codes
        for found in TOKEN.finditer(text):
            raw = found.group()
            first = raw[0]
            if first == "\n":
                word, code = BREAK, lower[BREAK]
            else:
                word = raw.lower()
                table = upper if first.isupper() else lower
                code = table.get(word) or self._code_of_number(raw, first)
            spans.append(found.span())
            words.append(word)
            capital.append(first.isupper())
            codes.append(code)
        spans.append((len(text), len(text)))
        words.append(BREAK)
        capital.append(False)
        codes.append(lower[BREAK])
        return Words(tuple(spans), tuple(words), tuple(capital), "".join(codes))

    def extract(self, codes: str) -> Extract:
        """The stretches of `codes` that hold a word of a date, with a word of context on either side."""
        kept: list[str] = []
        index: list[int] = []
        for found in re.finditer(f"[^{self.other_code}]+", codes):
            if self.core.isdisjoint(found.group()):
                continue
            kept.append(self.other_code + found.group())
            index += range(found.start() - 1, found.end())
        return Extract("".join(kept) + self.other_code, (*index, len(codes)))

    def _code_of_number(self, raw: str, first: str) -> str:
        if first.isdecimal() or (raw[-1].isdecimal() and first in "FfQq"):
            return self.code_of[classify_digits(raw)]
        return self.other_code


@cache
def load_dates(language: str = "en") -> DateLanguage:
    """The date words of a language. Raises DataError naming file, line and cure where they are faulty."""
    return DateLanguage(language_file(language, "dates.yaml"))
