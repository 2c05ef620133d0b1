"""The table of moves.yaml: which words make a move of a mention, and which point back to an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from detente.errors import DataError
from detente.link.sketch import STEM
from detente.ontology import Ontology, load_ontology
from detente.records import STATUSES, EventMention
from detente.tables import Source, language_file, read_yaml

Kind = Literal[
    "proposal", "demand", "condition", "acceptance", "refusal", "break", "plan", "concession", "deed",
    "pressure",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
CUES = ("reply", "instead", "soon", "again", "condition", "breach")
KEYS = frozenset({"kind", "types", "modes", "statuses", "trigger", "clause", "__line__"})
WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of `kinds`: what a mention must be to tell a move of that kind (None: no move)."""

    kind: Kind | None
    types: frozenset[str]
    modes: frozenset[str]
    statuses: frozenset[str]
    trigger: re.Pattern[str] | None
    clause: re.Pattern[str] | None

    def fits(self, mention: EventMention) -> bool:
        """Whether the mention is one of this row."""
        return (
            (not self.types or mention.type in self.types)
            and (not self.modes or mention.mode in self.modes)
            and (not self.statuses or mention.status in self.statuses)
            and (self.trigger is None or bool(self.trigger.match(mention.trigger.text)))
            and (self.clause is None or bool(self.clause.search(mention.quote)))
        )


@dataclass(frozen=True, slots=True)
class MoveWords:
    """The tables of moves.yaml."""

    kinds: tuple[KindRow, ...]
    pointers: Mapping[str, re.Pattern[str]]
    cues: Mapping[str, re.Pattern[str]]
    introduced: re.Pattern[str]
    common: tuple[str, ...]

    def read_kind(self, mention: EventMention) -> Kind | None:
        """The kind of move that a mention tells, if any."""
        return next((row.kind for row in self.kinds if row.fits(mention)), None)

    def find_pointers(self, mention: EventMention) -> dict[str, str]:
        """The kinds of move that a clause points back to, each with the words that do ('the offer').

        The word that tells the mention's own act points to nothing else.
        """
        at = mention.trigger.start - mention.start
        found = {}
        for kind, pattern in self.pointers.items():
            match = next((f for f in pattern.finditer(mention.quote) if not f.start() <= at < f.end()), None)
            if match:
                found[kind] = match[0]
        return found

    def find_cue(self, cue: str, words: str) -> str | None:
        """The first words that are such a cue."""
        match = self.cues[cue].search(words)
        return match[0] if match else None


def name_kind(kind: str) -> str:
    """'a proposal', 'an acceptance'."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words; `word*` stands for all words that begin so."""
    parts = (re.escape(w).replace(r"\*", r"[\w-]*").replace(r"\ ", r"\s+") for w in words)
    return "|".join(parts)


@cache
def load_move_words(language: str = "en") -> MoveWords:
    """The words of a language. Raises DataError naming file, line and cure where the table is faulty."""
    return read_move_words(language_file(language, "moves.yaml"))


def read_move_words(source: Source) -> MoveWords:
    """The words of one table. Raises DataError as `load_move_words` does."""
    table = read_yaml(source)
    missing = [
        part
        for part in ("kinds", "pointers", "determiners", "introducing", "cues", "common")
        if part not in table
    ]
    if missing:
        raise DataError(f"{source}:1", f"lacks {', '.join(missing)}", "Add what languages/en/moves.yaml has")
    ontology = load_ontology()
    rows = tuple(_read_row(row, source, ontology) for row in table["kinds"])
    before = "|".join(rf"\b{re.escape(w)}" if w[0].isalpha() else re.escape(w) for w in table["determiners"])
    pointers = {
        kind: re.compile(rf"(?:{before})\s+(?:[\w-]+\s+){{0,1}}?(?:{any_of(nouns)})\b", re.IGNORECASE)
        for kind, nouns in _named(table["pointers"], KINDS, "kind", source)
    }
    cues = {cue: _anywhere(words) for cue, words in _named(table["cues"], CUES, "cue", source)}
    lacking = [cue for cue in CUES if cue not in cues]
    if lacking:
        raise DataError(f"{source}:{table['cues']['__line__']}", f"lacks {', '.join(lacking)}", "Add them")
    introduced = re.compile(rf"\b(?:{any_of(table['introducing'])})[\s:,]*\Z", re.IGNORECASE)
    return MoveWords(rows, pointers, cues, introduced, tuple(w.rstrip("*")[:STEM] for w in table["common"]))


def _anywhere(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(words)})\b", re.IGNORECASE)


def _named(
    rows: Mapping[str, Any], known: Iterable[str], what: str, source: Source
) -> Iterable[tuple[str, list[str]]]:
    for name, words in rows.items():
        if name == "__line__":
            continue
        if name not in known:
            fault = f"there is no {what} {name!r}"
            raise DataError(f"{source}:{rows['__line__']}", fault, f"Use {', '.join(known)}")
        yield name, words


def _read_row(row: Mapping[str, Any], source: Source, ontology: Ontology) -> KindRow:
    line = f"{source}:{row['__line__']}"
    if unknown := set(row) - KEYS:
        raise DataError(
            line, f"unknown keys {sorted(unknown)}", f"Use {', '.join(sorted(KEYS - {'__line__'}))}"
        )
    kind = row.get("kind")
    if kind != "none" and kind not in KINDS:
        raise DataError(line, f"{kind!r} is no kind of move", f"Use none, {', '.join(KINDS)}")
    types, modes, statuses = (frozenset(row.get(key, ())) for key in ("types", "modes", "statuses"))
    of_types = {mode for t in ontology.types.values() if not types or t.name in types for mode in t.modes}
    for key, found, known in (
        ("type", types, set(ontology.types)),
        ("status", statuses, set(STATUSES)),
        ("mode", modes, of_types),
    ):
        if wrong := sorted(found - known):
            raise DataError(line, f"{wrong[0]!r} is no {key}", f"Use {', '.join(sorted(known)) or 'none'}")
    trigger, clause = row.get("trigger"), row.get("clause")
    return KindRow(
        kind if kind != "none" else None, types, modes, statuses,
        re.compile(rf"(?:{any_of(trigger)})\Z", re.IGNORECASE) if trigger else None,
        _anywhere(clause) if clause else None,
    )  # fmt: skip
