"""Puts codings into a store."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from detente import __version__
from detente.records import Coding, EventMention, Report, to_dict
from detente.store.faults import blamed, transaction
from detente.store.reading import Reader
from detente.store.rows import Row, mark_coding, mark_report, mention_row, party_rows, report_row

CODER = "builtin"


class Store(Reader):
    """A store in the file `path`; made when it isn't there yet, unless `readonly`.

    Use as a context manager. Every method raises StoreError when the file is no store, was made by a
    newer detente, is locked by another writer for 10 s, is damaged, or can't be read or written.
    """

    def __init__(self, path: str | Path, readonly: bool = False) -> None:
        super().__init__(path, readonly)

    def add(self, coding: Coding, coder: str = CODER) -> Literal["added", "updated", "unchanged"]:
        """Store a report with all that was coded in it, in one transaction.

        The same coding by the same coder changes nothing; another replaces what the report had.
        Raises InputError when this report can't be stored, though others can.
        """
        report = coding.report
        marks = mark_report(report), mark_coding(coding, coder)
        with self._explained(), blamed(report), transaction(self._db):
            old = self._db.execute(
                "SELECT fingerprint, coding_fingerprint FROM reports WHERE id = ?", [report.id]
            ).fetchone()
            if old == marks:
                return "unchanged"
            self._put_report(report_row(report, coder, marks[1]))
            for mention in coding.mentions:
                self._put_mention(mention)
            self._db.executemany(
                "INSERT INTO passed_over VALUES (:report_id, :start, :end, :quote, :trigger, :reason)",
                [to_dict(note) for note in coding.passed_over],
            )
        return "updated" if old else "added"

    def is_coded(self, report: Report, coder: str = CODER) -> bool:
        """Whether this very report is stored as this version of `coder` codes it."""
        query = "SELECT fingerprint, coder, detente_version FROM reports WHERE id = ?"
        return bool(self._one(query, report.id) == (mark_report(report), coder, __version__))

    def _put_report(self, row: Row) -> None:
        changes = ", ".join(f"{column} = excluded.{column}" for column in row)
        self._insert("reports", row, f"ON CONFLICT (id) DO UPDATE SET {changes}")
        for table in ("mentions", "passed_over"):
            self._db.execute(f"DELETE FROM {table} WHERE report_id = ?", [row["id"]])

    def _put_mention(self, mention: EventMention) -> None:
        number = self._insert("mentions", mention_row(mention))
        rows = [(number, *values) for values in party_rows(mention)]
        self._db.executemany("INSERT INTO parties VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _insert(self, table: str, row: Row, conflict: str = "") -> int | None:
        columns, values = ", ".join(row), ", ".join(f":{column}" for column in row)
        return self._db.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({values}) {conflict}", row
        ).lastrowid
