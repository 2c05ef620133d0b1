"""A store's file → a connection; nothing is written to a file that is no store."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from detente.errors import StoreError
from detente.store.faults import FAULTS, name_of
from detente.store.schema import APPLICATION_ID, MIGRATIONS, is_empty, migrate, schema_version

BUSY_SECONDS = 10.0


def check_path(path: Path, make: bool) -> None:
    """Raises StoreError where no store can be opened, or made if it is to `make` one, at `path`."""
    if path.is_dir():
        raise StoreError(str(path), "is a folder", "Name a file, such as events.db")
    if not make and not path.exists():
        raise StoreError(str(path), "there is no such store", "Make one with 'detente add'")
    if not path.parent.is_dir():
        raise StoreError(str(path), "its folder doesn't exist", f"Make the folder {path.parent}")


def connect_reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises StoreError, or sqlite3.Error for `faults.explained`."""
    try:
        db = _connect(path, "mode=rw")  # 'ro' would leave the -wal and -shm files behind
    except sqlite3.OperationalError as e:
        waiting = path.with_name(path.name + "-wal")
        if not name_of(e).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or waiting.exists():
            raise
        # a folder that can't be written to, as on a CD
        return _connect(path, "immutable=1")
    db.execute("PRAGMA query_only = ON")
    return db


def connect_writing(path: Path, make: bool) -> sqlite3.Connection:
    """A connection that reads and writes; brings the store up to date, or may `make` it. Raises as above."""
    db = _connect(path, "mode=rwc" if make else "mode=rw", make=make, migrating=True)
    try:
        migrate(db)
        with suppress(sqlite3.OperationalError):  # locked: another first writer is setting WAL
            db.executescript("PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL")
    except BaseException:
        db.close()
        raise
    return db


def _connect(path: Path, options: str, make: bool = False, migrating: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", timeout=BUSY_SECONDS, uri=True, isolation_level=None
    )
    try:
        db.execute("BEGIN")  # one snapshot: another process may be making the store just now
        _check_kind(db, path, make, migrating)
        db.execute("COMMIT")
        db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def _check_kind(db: sqlite3.Connection, path: Path, make: bool, migrating: bool) -> None:
    """Refuse, before anything is written, a file that isn't a store of a version known here.

    An empty database is one where it is to `make` a store, an older version where it is `migrating`.
    """
    (application,) = db.execute("PRAGMA application_id").fetchone()
    version = schema_version(db)
    if application != APPLICATION_ID and not (make and is_empty(db)):
        raise StoreError(str(path), *FAULTS["SQLITE_NOTADB"])
    if version > len(MIGRATIONS):
        fault = f"was made by a newer detente (schema {version}, this one knows {len(MIGRATIONS)})"
        raise StoreError(str(path), fault, "Upgrade detente: pip install --upgrade detente")
    if not migrating and version < len(MIGRATIONS):
        fault = f"was made by an older detente (schema {version}, this one reads {len(MIGRATIONS)})"
        raise StoreError(str(path), fault, f"Bring it up to date with 'detente link {path}'")
