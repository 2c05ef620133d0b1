"""SQLite's errors → errors that name the file, the fault and the next step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from detente.errors import InputError, StoreError
from detente.records import Report

Kind = Literal["IMMEDIATE", "DEFERRED"]
# The start of SQLite's name of an error → the fault and the next step.
FAULTS = {
    "SQLITE_FULL": ("the disk is full", "Free some space and run the same again; what was stored stays"),
    "SQLITE_BUSY": ("another program is writing to it", "Wait until that has finished and run this again"),
    "SQLITE_CORRUPT": ("the file is damaged", "Restore it from a copy, or make a new store from the reports"),
    "SQLITE_NOTADB": ("is not a detente store", "Name a store made by 'detente add', or a new file"),
    "SQLITE_READONLY": ("can't be written to", "Change its permissions, or use a store elsewhere"),
    "SQLITE_CANTOPEN": ("can't be opened", "Check the permissions of the file and of its folder"),
    "SQLITE_IOERR": ("the disk can't be read or written", "Check the disk, and that the file is still there"),
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors on the store at `path` into StoreErrors."""
    try:
        yield
    except sqlite3.Error as e:
        known = (FAULTS[name] for name in FAULTS if name_of(e).startswith(name))
        unknown = (f"SQLite says '{e}'", "Report this, with what led to it, as a fault of detente")
        raise StoreError(str(path), *next(known, unknown)) from e


@contextmanager
def blamed(report: Report) -> Iterator[None]:
    """Turn faults of one report into InputErrors."""
    subject = report.path or report.url or report.id
    try:
        yield
    except UnicodeEncodeError as e:
        fault = "holds half a character (a lone surrogate) and can't be stored"
        raise InputError(subject, fault, "Save it as valid UTF-8") from e
    except sqlite3.IntegrityError as e:
        raise InputError(subject, f"its coding can't be stored ({e})", "Report this with the text") from e


@contextmanager
def transaction(db: sqlite3.Connection, kind: Kind = "IMMEDIATE") -> Iterator[None]:
    """All that is done inside, or nothing where an error or an interrupt ends it; all sees one state.

    No other program writes meanwhile; with 'DEFERRED' others do as long as nothing is written here.
    """
    db.execute(f"BEGIN {kind}")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def name_of(error: sqlite3.Error) -> str:
    """SQLite's name of an error, such as SQLITE_BUSY."""
    return getattr(error, "sqlite_errorname", None) or ""
