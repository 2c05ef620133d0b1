"""The store: reports, their mentions and what was passed over, in one SQLite file.

One transaction a report, so whatever stops a run, every report is wholly in the store or not at all.
Other programs may read the file at any time; indexed columns stand beside each whole record as JSON.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from detente import __version__
from detente.errors import InputError, StoreError, UsageError
from detente.records import (
    STATUSES,
    Coding,
    EventMention,
    PassedOver,
    Report,
    Skipped,
    content_id,
    mention_from_dict,
    to_dict,
)

APPLICATION_ID = 0x44544E54  # 'DTNT' in the file's header tells a store from any other SQLite file
BUSY_SECONDS = 10.0
CODER = "builtin"
HOW_IT_WAS_READ = ("path", "encoding", "notes")  # fields that differ between copies of one report

# Each migration brings a store from the version before it to the next; never change a released one.
MIGRATIONS: list[tuple[str, ...]] = [
    (
        """CREATE TABLE reports (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, published TEXT, url TEXT,
            source TEXT, author TEXT, given_id TEXT, path TEXT, text TEXT NOT NULL,
            coder TEXT NOT NULL, detente_version TEXT NOT NULL,
            fingerprint TEXT NOT NULL, coding_fingerprint TEXT NOT NULL, record TEXT NOT NULL)""",
        """CREATE TABLE mentions (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
            day TEXT, last_day TEXT, type TEXT NOT NULL, mode TEXT, quad TEXT NOT NULL, score REAL NOT NULL,
            status TEXT NOT NULL, quote TEXT NOT NULL, says_kind TEXT, says_name TEXT, says_code TEXT,
            place TEXT, country TEXT, confidence REAL NOT NULL, theme TEXT, record TEXT NOT NULL)""",
        """CREATE TABLE parties (
            mention INTEGER NOT NULL REFERENCES mentions (number) ON DELETE CASCADE,
            side TEXT NOT NULL CHECK (side IN ('actor', 'recipient')), code TEXT COLLATE NOCASE,
            name TEXT COLLATE NOCASE, text TEXT NOT NULL COLLATE NOCASE, kind TEXT NOT NULL,
            sector TEXT, role TEXT)""",
        """CREATE TABLE passed_over (
            report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
            "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL, "trigger" TEXT,
            reason TEXT NOT NULL)""",
        "CREATE INDEX mentions_by_report ON mentions (report_id)",
        "CREATE INDEX mentions_by_day ON mentions (day)",
        "CREATE INDEX mentions_by_type ON mentions (type, status)",
        "CREATE INDEX mentions_by_status ON mentions (status)",
        "CREATE INDEX parties_by_mention ON parties (mention)",
        "CREATE INDEX parties_by_code ON parties (code, side, mention)",
        "CREATE INDEX parties_by_name ON parties (name, side, mention)",
        "CREATE INDEX parties_by_text ON parties (text, side, mention)",
        "CREATE INDEX passed_over_by_report ON passed_over (report_id)",
        """CREATE VIRTUAL TABLE quotes USING fts5 (
            quote, content = 'mentions', content_rowid = 'number',
            tokenize = 'porter unicode61 remove_diacritics 2')""",
        """CREATE TRIGGER quote_added AFTER INSERT ON mentions BEGIN
            INSERT INTO quotes (rowid, quote) VALUES (new.number, new.quote); END""",
        """CREATE TRIGGER quote_removed AFTER DELETE ON mentions BEGIN
            INSERT INTO quotes (quotes, rowid, quote) VALUES ('delete', old.number, old.quote); END""",
    ),
]

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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions to give back; what is None or empty doesn't narrow the choice.

    Parties (`between` two, `actor`, `recipient`) are codes ('PRK', 'IGO:UN') or names, in any case;
    `says` is a kind ('official'), name or code of who asserts it. `since` and `until` are ISO days,
    both included: a mention fits whose days, or else its report's, overlap them. `search` is words
    that the quote must hold, "words in quotes" together, `word*` for a beginning.
    """

    between: tuple[str, str] | None = None
    actor: str | None = None
    recipient: str | None = None
    type: str | tuple[str, ...] = ()
    status: str | tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    says: str | None = None
    report_id: str | None = None
    search: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds; `by_status` and `by_type` count mentions, most first."""

    reports: int
    mentions: int
    passed_over: int
    by_status: dict[str, int]
    by_type: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties, the name that each most often goes by, and how many mentions hold between them."""

    codes: tuple[str, str]
    names: tuple[str, str]
    mentions: int


def is_database(path: str | Path) -> bool:
    """Whether the file starts as an SQLite database does, so is meant as a store, not as a report."""
    try:
        with Path(path).open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


class Store:
    """A store in the file `path`; made when it isn't there yet, unless `readonly`.

    Use as a context manager. Every method raises StoreError when the file is no store, was made by a
    newer detente, is locked by another writer for 10 s, is damaged, or can't be read or written.
    """

    def __init__(self, path: str | Path, readonly: bool = False) -> None:
        self.path, self.readonly = Path(path), readonly
        self._check_path()
        with self._explained():
            self._db = self._connect_reading() if readonly else self._connect_writing()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was added is already safe."""
        self._db.close()

    def add(self, coding: Coding, coder: str = CODER) -> Literal["added", "updated", "unchanged"]:
        """Store a report with all that was coded in it, in one transaction.

        The same coding by the same coder changes nothing; another replaces what the report had.
        Raises InputError when this report can't be stored, though others can.
        """
        whole = [to_dict(m) for m in coding.mentions], [to_dict(p) for p in coding.passed_over]
        marks = _fingerprint(coding.report), content_id(coder, __version__, whole)
        with self._explained(), _blamed(coding.report), _transaction(self._db):
            old = self._db.execute(
                "SELECT fingerprint, coding_fingerprint FROM reports WHERE id = ?", [coding.report.id]
            ).fetchone()
            if old == marks:
                return "unchanged"
            self._put_report(coding.report, coder, marks)
            for mention in coding.mentions:
                self._put_mention(mention)
            self._db.executemany(
                "INSERT INTO passed_over VALUES (:report_id, :start, :end, :quote, :trigger, :reason)",
                whole[1],
            )
        return "updated" if old else "added"

    def has(self, report_id: str) -> bool:
        """Whether a report with this id is stored, however it was coded."""
        return self._one("SELECT 1 FROM reports WHERE id = ?", report_id) is not None

    def is_coded(self, report: Report, coder: str = CODER) -> bool:
        """Whether this very report is stored as this version of `coder` codes it."""
        query = "SELECT fingerprint, coder, detente_version FROM reports WHERE id = ?"
        return bool(self._one(query, report.id) == (_fingerprint(report), coder, __version__))

    def reports(self) -> Iterator[Report]:
        """The reports, in the order in which they were first added."""
        for text, record in self._rows("SELECT text, record FROM reports ORDER BY number"):
            yield _report_from_json(text, record)

    def mentions(self, chosen: Filter | None = None) -> Iterator[EventMention]:
        """The mentions that fit, by day (undated ones last) and then as their reports were added.

        Raises UsageError when the filter holds an unknown status or a day that is no ISO day.
        """
        chosen = chosen or Filter()
        where, values = _where_clause(chosen)
        limit = -1 if chosen.limit is None else chosen.limit
        query = f"SELECT record FROM mentions WHERE {where} ORDER BY day NULLS LAST, number LIMIT ?"
        return self._read_mentions(query, *values, limit)

    def codings(self) -> Iterator[Coding]:
        """Each report with its mentions and what was passed over, as they were added."""
        mentions = "SELECT record FROM mentions WHERE report_id = ? ORDER BY number"
        passed = "SELECT * FROM passed_over WHERE report_id = ? ORDER BY rowid"
        for report in self.reports():
            yield Coding(
                report,
                tuple(self._read_mentions(mentions, report.id)),
                tuple(PassedOver(*row) for row in self._rows(passed, report.id)),
            )

    def counts(self) -> Counts:
        """How many reports, mentions and passed-over clauses there are, and mentions by status and type."""
        totals = (
            "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM mentions),"
            " (SELECT count(*) FROM passed_over)"
        )
        reports, mentions, passed_over = next(self._rows(totals))
        by = "SELECT {0}, count(*) FROM mentions GROUP BY {0} ORDER BY 2 DESC, 1"
        by_status, by_type = (dict(self._rows(by.format(column))) for column in ("status", "type"))
        return Counts(reports, mentions, passed_over, by_status, by_type)

    def pairs(self, limit: int = 5) -> list[Pair]:
        """The pairs of coded parties with most mentions between them, whoever acts; see Filter.between."""
        query = f"""
            SELECT min(a.code, b.code), max(a.code, b.code), count(DISTINCT a.mention) AS mentions
            FROM parties a JOIN parties b ON a.mention = b.mention AND a.code <> b.code AND {_FACING}
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?"""
        return [
            Pair((a, b), (self._usual_name(a), self._usual_name(b)), number)
            for a, b, number in list(self._rows(query, limit))
        ]

    def _usual_name(self, code: str) -> str:
        query = """SELECT name FROM parties WHERE code = ? AND name IS NOT NULL
            GROUP BY name ORDER BY count(*) DESC, name LIMIT 1"""
        found = self._one(query, code)
        return str(found[0]) if found else code

    def _check_path(self) -> None:
        if self.path.is_dir():
            raise StoreError(str(self.path), "is a folder", "Name a file, such as events.db")
        if self.readonly and not self.path.exists():
            raise StoreError(str(self.path), "there is no such store", "Make one with 'detente add'")
        if not self.path.parent.is_dir():
            raise StoreError(
                str(self.path), "its folder doesn't exist", f"Make the folder {self.path.parent}"
            )

    def _connect(self, options: str) -> sqlite3.Connection:
        db = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{options}", timeout=BUSY_SECONDS, uri=True, isolation_level=None
        )
        try:
            db.execute("BEGIN")  # one snapshot: another process may be making the store just now
            self._check_kind(db)
            db.execute("COMMIT")
            db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            db.close()
            raise
        return db

    def _check_kind(self, db: sqlite3.Connection) -> None:
        """Refuse, before anything is written, a file that isn't a store of a version known here."""
        (application,) = db.execute("PRAGMA application_id").fetchone()
        version = _schema_version(db)
        if application != APPLICATION_ID and (self.readonly or not _is_empty(db)):
            raise StoreError(str(self.path), *FAULTS["SQLITE_NOTADB"])
        if version > len(MIGRATIONS):
            fault = f"was made by a newer detente (schema {version}, this one knows {len(MIGRATIONS)})"
            raise StoreError(str(self.path), fault, "Upgrade detente: pip install --upgrade detente")
        if self.readonly and version < len(MIGRATIONS):
            fault = f"was made by an older detente (schema {version}, this one reads {len(MIGRATIONS)})"
            raise StoreError(str(self.path), fault, "Bring it up to date: add a report with 'detente add'")

    def _connect_reading(self) -> sqlite3.Connection:
        try:
            db = self._connect("mode=rw")  # 'ro' would leave the -wal and -shm files behind
        except sqlite3.OperationalError as e:
            waiting = self.path.with_name(self.path.name + "-wal")
            if not _name(e).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or waiting.exists():
                raise
            return self._connect("immutable=1")  # a folder that can't be written to, as on a CD
        db.execute("PRAGMA query_only = ON")
        return db

    def _connect_writing(self) -> sqlite3.Connection:
        db = self._connect("mode=rwc")
        try:
            _migrate(db)
            with suppress(sqlite3.OperationalError):  # locked: another first writer is setting WAL
                db.executescript("PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL")
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into StoreErrors."""
        try:
            yield
        except sqlite3.Error as e:
            known = (FAULTS[name] for name in FAULTS if _name(e).startswith(name))
            unknown = (f"SQLite says '{e}'", "Report this, with what led to it, as a fault of detente")
            raise StoreError(str(self.path), *next(known, unknown)) from e

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        with self._explained():
            cursor = self._db.execute(query, values)
            while row := cursor.fetchone():
                yield row

    def _read_mentions(self, query: str, *values: Any) -> Iterator[EventMention]:
        return (mention_from_dict(json.loads(record)) for (record,) in self._rows(query, *values))

    def _one(self, query: str, *values: Any) -> Any:
        with self._explained():
            return self._db.execute(query, values).fetchone()

    def _put_report(self, report: Report, coder: str, marks: tuple[str, str]) -> None:
        record = to_dict(report)
        del record["text"]
        row = {
            "id": report.id, "title": report.title, "published": report.published, "url": report.url,
            "source": report.source, "author": report.author, "given_id": report.given_id,
            "path": report.path, "text": report.text, "coder": coder, "detente_version": __version__,
            "fingerprint": marks[0], "coding_fingerprint": marks[1], "record": _to_json(record),
        }  # fmt: skip
        changes = ", ".join(f"{column} = excluded.{column}" for column in row)
        self._insert("reports", row, f"ON CONFLICT (id) DO UPDATE SET {changes}")
        for table in ("mentions", "passed_over"):
            self._db.execute(f"DELETE FROM {table} WHERE report_id = ?", [report.id])

    def _put_mention(self, m: EventMention) -> None:
        row = {
            "id": m.id, "report_id": m.report_id,
            "day": m.when.earliest or m.when.latest or m.published,
            "last_day": m.when.latest or m.when.earliest or m.published,
            "type": m.type, "mode": m.mode, "quad": m.quad, "score": m.score, "status": m.status,
            "quote": m.quote, "says_kind": m.says and m.says.kind, "says_name": m.says and m.says.name,
            "says_code": m.says and m.says.code, "place": m.where and m.where.name,
            "country": m.where and m.where.country, "confidence": m.confidence, "theme": m.theme,
            "record": _to_json(to_dict(m)),
        }  # fmt: skip
        number = self._insert("mentions", row)
        for side, parties in (("actor", m.actor), ("recipient", m.recipient)):
            for p in parties:
                values = (number, side, p.code, p.name, p.text, p.kind, p.sector, p.role)
                self._db.execute("INSERT INTO parties VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _insert(self, table: str, row: dict[str, Any], conflict: str = "") -> int | None:
        columns, values = ", ".join(row), ", ".join(f":{column}" for column in row)
        return self._db.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({values}) {conflict}", row
        ).lastrowid


@contextmanager
def _blamed(report: Report) -> Iterator[None]:
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
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _migrate(db: sqlite3.Connection) -> None:
    """Apply the migrations that the store lacks, all or none; another process may be doing the same."""
    if _schema_version(db) == len(MIGRATIONS):
        return
    with _transaction(db):
        for migration in MIGRATIONS[_schema_version(db) :]:
            for statement in migration:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _schema_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _is_empty(db: sqlite3.Connection) -> bool:
    return _schema_version(db) == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone()


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def _fingerprint(report: Report) -> str:
    return content_id({k: v for k, v in to_dict(report).items() if k not in HOW_IT_WAS_READ})


def _to_json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _report_from_json(text: str, record: str) -> Report:
    values = json.loads(record)
    values["skipped"] = tuple(Skipped(**s) for s in values["skipped"])
    values["notes"] = tuple(values["notes"])
    return Report(text=text, **values)


# Two parties face each other across the act, or share it with nobody across ('A and B held talks').
_FACING = """(a.side <> b.side OR NOT EXISTS (
    SELECT 1 FROM parties c WHERE c.mention = a.mention AND c.side <> a.side))"""
_IS_PARTY = "(code = ? OR name = ? OR text = ?)"
_SIDE = f"number IN (SELECT mention FROM parties WHERE {_IS_PARTY} AND side = '{{}}')"
_BETWEEN = f"""number IN (
    SELECT a.mention FROM (SELECT rowid AS party, * FROM parties WHERE {_IS_PARTY}) a
    JOIN (SELECT rowid AS party, * FROM parties WHERE {_IS_PARTY}) b
    ON a.mention = b.mention AND a.party <> b.party AND {_FACING})"""

_SAYS = "? COLLATE NOCASE IN (says_kind, says_name, says_code)"
_SEARCH = "number IN (SELECT rowid FROM quotes WHERE quotes MATCH ?)"


def _where_clause(chosen: Filter) -> tuple[str, list[Any]]:
    """The SQL condition of a filter and its values."""
    one, two = chosen.between or ("", "")
    parts: list[tuple[str, list[Any]]] = [
        (_BETWEEN if chosen.between else "", [one] * 3 + [two] * 3),
        (_SIDE.format("actor") if chosen.actor else "", [chosen.actor] * 3),
        (_SIDE.format("recipient") if chosen.recipient else "", [chosen.recipient] * 3),
        _any_of("type", tuple(t.upper() for t in _several(chosen.type))),
        _any_of("status", _known_statuses(chosen.status)),
        ("last_day >= ?" if chosen.since else "", [_iso_day(chosen.since)]),
        ("day <= ?" if chosen.until else "", [_iso_day(chosen.until)]),
        ("report_id = ?" if chosen.report_id else "", [chosen.report_id]),
        (_SAYS if chosen.says else "", [chosen.says]),
        (_SEARCH if chosen.search else "", [_match_query(chosen.search or "")]),
    ]
    used = [part for part in parts if part[0]]
    return " AND ".join(sql for sql, _ in used) or "1", [v for _, values in used for v in values]


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _any_of(column: str, values: tuple[str, ...]) -> tuple[str, list[Any]]:
    return (f"{column} IN ({', '.join('?' * len(values))})" if values else ""), list(values)


def _known_statuses(value: str | tuple[str, ...]) -> tuple[str, ...]:
    for status in _several(value):
        if status not in STATUSES:
            raise UsageError(f"status {status!r}", "there is no such status", f"Use {', '.join(STATUSES)}")
    return _several(value)


def _iso_day(day: str | None) -> str | None:
    try:
        return day and date.fromisoformat(day).isoformat()
    except ValueError as e:
        raise UsageError(repr(day), "is not a day", "Write it as 2013-07-05") from e


def _match_query(words: str) -> str:
    """An FTS5 query that takes every word as a word, whatever signs it holds."""
    found = re.findall(r'"([^"]*)"(\*?)|([^\s"]+)', words)
    terms = [(phrase or word, star) for phrase, star, word in found]
    return " ".join(f'"{term.rstrip("*")}"' + "*" * bool(star or term[-1:] == "*") for term, star in terms)
