"""The frame lexicon: which verbs and nouns tell which act, and where its parties stand.

Read from languages/<code>/verbs.yaml and nouns.yaml, whose heads explain the format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from detente.errors import DataError
from detente.ontology import Ontology, load_ontology
from detente.records import STATUSES, Status
from detente.tables import Source, language_file, read_yaml

PartOfSpeech = Literal["verb", "noun"]
PREPOSITIONS = frozenset(
    "about after against along among around as at before behind between by during for from in inside into "
    "near of off on onto out outside over through to toward towards under until upon with "
    "within without".split()
)
OWN_SLOTS = {
    "verb": frozenset({"subj", "obj", "iobj", "prt", "clause", "acomp"}),
    "noun": frozenset({"subj", "poss", "mod", "clause", "number"}),
}
LEAVES = frozenset({"poss", "any", "subj", "obj"})
DEFAULTS: dict[str, dict[str, tuple[str, ...]]] = {
    "verb": {
        "actor": ("subj",),
        "recipient": ("obj", "iobj", "with", "to", "against", "on", "from", "at", "towards", "toward"),
        "theme": ("clause",),
    },
    "noun": {
        "actor": ("subj", "poss", "by", "between", "among", "from", "of"),
        "recipient": ("with", "against", "on", "to", "towards", "toward", "at", "of"),
        "theme": ("clause",),
    },
}
INNER_STATUS: dict[str, Status] = {
    "REJECT": "refused",
    "REQUEST": "demanded",
    "THREATEN": "threatened",
    "ACCUSE": "alleged",
    "AGREE": "planned",
}
SEE_HEAD = "The file's head lists the slots"
KEYS = frozenset(
    "lemmas needs type mode actor recipient theme inner status symmetric contexts reason negated".split()
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One sense of a verb or noun: the act it tells (`type` None: no event), and its places.

    `needs` maps a slot to the lemmas that must fill it ({'*'}: anything; {'@actor'}: a party;
    {'none'}: the slot is empty).
    `actor`, `recipient` and `theme` list the slots to look in, best first. `inner` is the status
    that the frame gives to the act in its theme; `negated` the type that not doing it tells ('failed to
    heed' is a REJECT). `line` is the frame's place in its file.
    """

    lemma: str
    pos: PartOfSpeech
    type: str | None
    mode: str | None
    needs: Mapping[str, frozenset[str]]
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    theme: tuple[str, ...]
    inner: Status | None
    status: Status | None
    symmetric: bool
    contexts: tuple[str, ...]
    reason: str | None
    negated: str | None
    line: int


@dataclass(frozen=True)
class Lexicon:
    """All frames of a language, by part of speech and lemma; more demanding ones first."""

    language: str
    frames: dict[tuple[PartOfSpeech, str], tuple[Frame, ...]]
    classes: dict[str, frozenset[str]] = field(default_factory=dict)

    def find(self, pos: PartOfSpeech, lemma: str) -> tuple[Frame, ...]:
        """The frames of a lemma, the most demanding first."""
        return self.frames.get((pos, lemma), ())

    def __len__(self) -> int:
        return sum(len(f) for f in self.frames.values())

    def __iter__(self) -> Iterator[Frame]:
        for found in self.frames.values():
            yield from found


def check_slot(slot: str, pos: PartOfSpeech) -> bool:
    """Whether `slot` names a place that a frame of that part of speech can look in."""
    head, _, leaf = slot.partition(".")
    return (head in OWN_SLOTS[pos] or head in PREPOSITIONS) and (
        not leaf or leaf in LEAVES or leaf in PREPOSITIONS
    )


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class _FileReader:
    """Turns one lexicon file into frames."""

    def __init__(self, source: Source, pos: PartOfSpeech, ontology: Ontology) -> None:
        self.source, self.pos, self.ontology = source, pos, ontology
        self.table = read_yaml(source)
        self.classes = {
            name: frozenset(_as_list(words))
            for name, words in self.table.get("classes", {}).items()
            if name != "__line__"
        }

    def fail(self, line: int, fault: str, cure: str) -> DataError:
        return DataError(f"{self.source}:{line}", fault, cure)

    def words(self, value: Any, line: int) -> frozenset[str]:
        found: set[str] = set()
        for word in _as_list(value):
            if word == "any":
                found.add("*")
            elif word == "@actor":
                found.add(word)
            elif word.startswith("@"):
                if word[1:] not in self.classes:
                    raise self.fail(line, f"the class {word} is not defined", "Define it under 'classes'")
                found |= self.classes[word[1:]]
            else:
                found.add(word)
        return frozenset(found)

    def slots(self, row: dict[str, Any], key: str) -> tuple[str, ...]:
        if key not in row:
            return DEFAULTS[self.pos][key]
        found = tuple(_as_list(row[key]))
        for slot in found:
            if not check_slot(slot, self.pos):
                raise self.fail(row["__line__"], f"{key} names the slot {slot!r}", SEE_HEAD)
        return found

    def frames(self) -> Iterator[Frame]:
        for section, rows in self.table.items():
            if section in ("classes", "__line__"):
                continue
            if section != "NONE" and section not in self.ontology.types:
                known = ", ".join(self.ontology.types)
                raise self.fail(1, f"the section {section} is no type", f"Use one of {known}")
            for row in rows:
                yield from self.row(None if section == "NONE" else section, row)

    def row(self, type_: str | None, row: dict[str, Any]) -> Iterator[Frame]:
        line = row["__line__"]
        unknown = set(row) - KEYS - {"__line__"}
        if unknown or "lemmas" not in row:
            fault = f"unknown keys {sorted(unknown)}" if unknown else "no lemmas"
            raise self.fail(line, fault, "Use " + ", ".join(sorted(KEYS)))
        self.check_values(type_, row)
        needs = {
            slot: self.words(value, line)
            for slot, value in row.get("needs", {}).items()
            if slot != "__line__"
        }
        for slot in needs:
            if not check_slot(slot, self.pos):
                raise self.fail(line, f"needs names the slot {slot!r}", SEE_HEAD)
        for lemma in sorted(self.words(row["lemmas"], line)):
            yield Frame(
                lemma=lemma,
                pos=self.pos,
                type=type_,
                mode=row.get("mode"),
                needs=needs,
                actor=self.slots(row, "actor"),
                recipient=self.slots(row, "recipient"),
                theme=self.slots(row, "theme"),
                inner=row.get("inner", INNER_STATUS.get(type_ or "")),
                status=row.get("status"),
                symmetric=bool(row.get("symmetric", False)),
                contexts=tuple(_as_list(row.get("contexts", ()))),
                reason=row.get("reason"),
                negated=row.get("negated"),
                line=line,
            )

    def check_values(self, type_: str | None, row: dict[str, Any]) -> None:
        line = row["__line__"]
        if type_ and row.get("mode") and row["mode"] not in self.ontology.types[type_].modes:
            known = ", ".join(self.ontology.types[type_].modes) or "none"
            raise self.fail(line, f"{type_} has no mode {row['mode']!r}", f"It has {known}")
        if row.get("negated") and row["negated"] not in self.ontology.types:
            raise self.fail(line, f"negated {row['negated']!r} is no type", "Use a type's name")
        for key in ("inner", "status"):
            if row.get(key) and row[key] not in STATUSES:
                raise self.fail(line, f"{key} {row[key]!r} is no status", "Use one of " + ", ".join(STATUSES))
        for context in _as_list(row.get("contexts", ())):
            if context not in self.ontology.contexts:
                raise self.fail(line, f"{context!r} is no context", "See ontologies/plover.yaml for them")
        if type_ is None and not row.get("reason"):
            raise self.fail(line, "a frame under NONE without a reason", "Say in 'reason' why it is no event")


def demand(frame: Frame) -> float:
    """How demanding a frame is: named words count more than any party, and that more than anything at all."""
    return sum(0.5 if "*" in words else 1.0 if words <= {"@actor"} else 2.0 for words in frame.needs.values())


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The frame lexicon of a language. Raises DataError naming file, line and cure where it is faulty."""
    found: dict[tuple[PartOfSpeech, str], list[Frame]] = {}
    classes: dict[str, frozenset[str]] = {}
    parts: tuple[tuple[PartOfSpeech, str], ...] = (("verb", "verbs.yaml"), ("noun", "nouns.yaml"))
    for pos, name in parts:
        reader = _FileReader(language_file(language, name), pos, load_ontology())
        classes |= reader.classes
        for frame in reader.frames():
            found.setdefault((pos, frame.lemma), []).append(frame)
    ranked = {key: tuple(sorted(f, key=demand, reverse=True)) for key, f in found.items()}
    return Lexicon(language, ranked, classes)
