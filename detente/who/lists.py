"""A user's own list of names: where it lies, what it may hold, and how it is read and written."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import click

from detente.errors import DataError, InputError
from detente.records import PartyKind
from detente.tables import data_file, read_tsv

VARIABLE = "DETENTE_ACTORS"
NEEDED = ("name", "code")
COLUMNS = ("name", "code", "aliases", "sector", "from", "to", "role", "kind", "sex")
CODE = re.compile(r"[A-Z]{3}|(?:IGO|NSA|NGO):[A-Z0-9][A-Z0-9-]*")
DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
SECTORS = frozenset(
    "GOV MIL COP SPY LEG JUD OPP REB UAF CRM PTY BUS MED LAB REL NGO IGO EDU HLH CVL AGR ELI SET".split()
)
HEADER = "# Names of your own for detente, read beside its tables. See 'detente actors -h'.\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: a party, or an office that a person held from one day to another."""

    name: str
    code: str
    aliases: tuple[str, ...] = ()
    sector: str = ""
    since: str = ""
    until: str = ""
    role: str = ""
    kind: PartyKind = "organisation"
    sex: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two rows the same row."""
        return self.name.casefold(), self.code, self.role.casefold(), self.since[:7]


def list_path() -> Path:
    """Where the user's list lies: what DETENTE_ACTORS names, else actors.tsv in the config folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(click.get_app_dir("detente")) / "actors.tsv"


def read_own_list() -> list[Entry]:
    """The entries of the user's list; none where there is no list in the config folder.

    Raises InputError where DETENTE_ACTORS names a file that isn't there, DataError for a faulty row.
    """
    path = list_path()
    if path.exists():
        return read_entries(path)
    if os.environ.get(VARIABLE):
        raise InputError(
            str(path), "there is no such list of names", "Make it with 'detente actors add FILE'"
        )
    return []


def read_entries(path: Path) -> list[Entry]:
    """The entries of a table with tabs, or with commas where its name ends in .csv.

    The first line names the columns: `name` and `code`, and any of `aliases` (separated by ';'),
    `sector`, `from`, `to`, `role`, `kind`, `sex`. Raises InputError where the file can't be read, DataError
    naming file and line where a row is faulty.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        fault = f"can't be read ({getattr(e, 'strerror', None) or 'it is not UTF-8'})"
        raise InputError(str(path), fault, "Name a table in UTF-8 with the columns name and code") from e
    try:
        rows = _read_rows(text, path)
    except csv.Error as e:
        raise DataError(
            str(path), f"is no table ({e})", "Put one name a line, without quotes left open"
        ) from e
    entries = [_read_entry(row, f"{path}:{line}") for line, row in rows]
    if not entries:
        raise InputError(str(path), "holds no names", "Put one name a line under the names of the columns")
    return entries


def _read_rows(text: str, path: Path) -> list[tuple[int, dict[str, str]]]:
    delimiter = "," if path.suffix.lower() == ".csv" else "\t"
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for cells in lines:
        cells = [cell.strip() for cell in cells]
        if not any(cells) or cells[0].startswith("#"):
            continue
        where = f"{path}:{lines.line_num}"
        if not header:
            header = [cell.lower() for cell in cells]
            _check_header(header, where)
        elif len(cells) != len(header):
            fault = f"has {len(cells)} cells where the header has {len(header)}"
            raise DataError(where, fault, f"Put one {'comma' if delimiter == ',' else 'tab'} between cells")
        else:
            rows.append((lines.line_num, dict(zip(header, cells, strict=True))))
    return rows


def _check_header(header: Sequence[str], where: str) -> None:
    missing = [c for c in NEEDED if c not in header]
    unknown = [c for c in header if c not in COLUMNS]
    if missing:
        fault = f"the first line lacks the column {' and '.join(missing)}"
        raise DataError(where, fault, f"Name the columns there, out of: {', '.join(COLUMNS)}")
    if unknown:
        fault = f"there is no column {unknown[0]!r}"
        raise DataError(where, fault, f"Use {', '.join(COLUMNS)}")


def _read_entry(row: dict[str, str], where: str) -> Entry:
    def cell(name: str) -> str:
        return row.get(name, "")

    aliases = tuple(a.strip() for a in cell("aliases").split(";") if a.strip())
    for written in (cell("name"), *aliases):
        if not any(c.isalnum() for c in written):
            raise DataError(where, f"{written!r} is no name", "Write one with letters, or take the line out")
    _check_code(cell("code"), where)
    if cell("sector") and cell("sector") not in SECTORS:
        raise DataError(where, f"{cell('sector')!r} is no sector", f"Use {', '.join(sorted(SECTORS))}")
    for name in ("from", "to"):
        if cell(name) and not DAY.fullmatch(cell(name)):
            raise DataError(
                where, f"{name}: {cell(name)!r} is no day", "Write it as 2013-07-05, 2013-07 or 2013"
            )
    if cell("to") and cell("from") > cell("to"):
        raise DataError(where, f"ends ({cell('to')}) before it begins ({cell('from')})", "Swap the two days")
    if cell("sex") not in ("", "f", "m"):
        raise DataError(where, f"sex: {cell('sex')!r}", "Use f or m, or leave it empty")
    return Entry(
        cell("name"), cell("code"), aliases, cell("sector"), cell("from"), cell("to"), cell("role"),
        _read_kind(row, where), cell("sex"),
    )  # fmt: skip


def _check_code(code: str, where: str) -> None:
    known = {row["code"] for _, row in read_tsv(data_file("actors", "states.tsv"), ("code",))}
    if not CODE.fullmatch(code) or (":" not in code and code not in known):
        cure = "Use a state's code of three letters (PRK), or IGO:NAME, NSA:NAME or NGO:NAME in capitals"
        raise DataError(where, f"{code!r} is no code", cure)


def _read_kind(row: dict[str, str], where: str) -> PartyKind:
    kind = row.get("kind", "")
    if not kind:
        if row.get("role") or row.get("from") or row.get("to"):
            return "person"
        return "group" if row["code"].startswith("NSA:") else "organisation"
    for known in get_args(PartyKind):
        if kind == known and kind != "unknown":
            return known  # type: ignore[no-any-return]
    kinds = ", ".join(k for k in get_args(PartyKind) if k != "unknown")
    raise DataError(where, f"{kind!r} is no kind of party", f"Use {kinds}")


def merge_entries(old: Iterable[Entry], new: Iterable[Entry]) -> list[Entry]:
    """Old and new rows; a new one takes the place of the old one of that name, code, role and month."""
    merged = {entry.key: entry for entry in old}
    merged.update({entry.key: entry for entry in new})
    return list(merged.values())


def close_offices(old: Iterable[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Old rows with their end where a new one names another holder of the same office."""
    holders = {(e.code, e.role): e for e in new if e.role and e.since}
    closed = []
    for entry in old:
        successor = holders.get((entry.code, entry.role))
        follows = successor is not None and successor.name != entry.name and entry.since < successor.since
        closed.append(
            replace(entry, until=successor.since) if successor and follows and not entry.until else entry
        )
    return closed


def write_entries(path: Path, entries: Iterable[Entry]) -> None:
    """Write a list whole, so that a reader never sees half of it. Raises InputError where it can't be."""
    rows = ["\t".join(COLUMNS)]
    rows += [
        "\t".join((e.name, e.code, ";".join(e.aliases), e.sector, e.since, e.until, e.role, e.kind, e.sex))
        for e in entries
    ]
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as e:
        fault = f"can't be written ({e.strerror or e})"
        raise InputError(
            str(path), fault, "Name another file with 'detente --actor-list FILE actors ...'"
        ) from e
