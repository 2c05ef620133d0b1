"""Writes the crosswalk of detente/ontologies/cameo-roots.yaml: python docs/make_crosswalk.py

A root is the first two digits of the code that `detente export --format gdelt` gives an act, so the rows come
from export/cameo.yaml and languages/en/cameo.yaml. A test holds that the file is up to date, and that it
gives every act, word and status the root of its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from detente.export.cameo import Act, code_act, load_cameo, root_of
from detente.ontology import load_ontology
from detente.records import STATUSES

FILE = Path(__file__).parents[1] / "detente" / "ontologies" / "cameo-roots.yaml"
HEAD = "crosswalk:\n"
KEYS = ("statuses", "types", "modes", "triggers", "to")
WIDTH = 10_000  # columns; a row is a line
TYPES = {name: (None, *act.modes) for name, act in load_ontology().types.items()}

Row = dict[str, Any]


def find_root(type_: str, mode: str | None, status: str, word: str = "") -> str | None:
    """The two digits of an act's root; None where CAMEO has none."""
    code = code_act(Act(type_, mode, status), word)
    return code and root_of(code)


def list_words() -> list[str]:
    """The beginnings of all words that narrow a code."""
    words = load_cameo()["words"]
    return sorted({*words["demand"], *(start for codes in words["codes"].values() for start in codes)})


def tell_words(type_: str, status: str) -> Iterator[Row]:
    """Rows for the words that lead acts of a type elsewhere, in the modes in which they do."""
    found: dict[tuple[str | None, tuple[str | None, ...]], list[str]] = {}
    for word in list_words():
        roots = {mode: find_root(type_, mode, status, word) for mode in TYPES[type_]}
        moved = {m: root for m, root in roots.items() if root != find_root(type_, m, status)}
        for root in sorted(set(filter(None, moved.values()))):
            modes = tuple(mode for mode in moved if moved[mode] == root)
            found.setdefault((root, modes), []).append(word)
    for (root, modes), words in found.items():
        row = {"types": [type_], "triggers": words, "to": root}
        yield row if modes == TYPES[type_] else row | {"modes": list(modes)}


def tell_modes(type_: str, status: str) -> Iterator[Row]:
    """Rows for the modes of a type that have a root other than its own."""
    roots = {mode: find_root(type_, mode, status) for mode in TYPES[type_]}
    for root in sorted(set(filter(None, roots.values())) - {roots[None]}):
        yield {"types": [type_], "modes": [mode for mode in roots if roots[mode] == root], "to": root}


def tell_status(status: str) -> list[Row]:
    """All rows for a status: words, modes, then what is left of each type."""
    rows = [row for tell in (tell_words, tell_modes) for type_ in TYPES for row in tell(type_, status)]
    roots = {type_: find_root(type_, None, status) for type_ in TYPES}
    for root in sorted(set(filter(None, roots.values()))):
        types = [type_ for type_ in TYPES if roots[type_] == root]
        rows.append({"to": root} if types == list(TYPES) else {"types": types, "to": root})
    return rows


def tell_crosswalk() -> str:
    """The rows as YAML, statuses that share all rows together."""
    names = {name[:2]: name for name in load_ontology("cameo-roots").types}
    lines = []
    for rows, statuses in groupby(sorted(STATUSES, key=lambda s: str(tell_status(s))), key=tell_status):
        alike = list(statuses)
        for row in rows:
            whole = row | {"statuses": alike, "to": names[row["to"]]}
            told = {key: whole[key] for key in KEYS if key in whole}
            lines.append(f"  - {yaml.safe_dump(told, default_flow_style=True, sort_keys=False, width=WIDTH)}")
    return "".join(lines)


def fill_file(text: str) -> str:
    """The text of the ontology's file with its crosswalk renewed."""
    return f"{text.partition(HEAD)[0]}{HEAD}{tell_crosswalk()}"


if __name__ == "__main__":
    FILE.write_text(fill_file(FILE.read_text(encoding="utf-8")), encoding="utf-8")
