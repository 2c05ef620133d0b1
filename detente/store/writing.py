"""Puts codings into a store, and takes them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from detente import __version__
from detente.checks import check_kind
from detente.errors import StoreError
from detente.ledger import Forecast, Resolution
from detente.records import Coding, Event, EventMention, Judgement, Report, Thread
from detente.serial import to_dict
from detente.store.derived import put_threads
from detente.store.faults import blamed, transaction
from detente.store.forecasts import put_forecasts, put_resolutions
from detente.store.judged import delete_judgement, judge_anew, put_judgement, put_parties
from detente.store.merged import Merged
from detente.store.reading import Reader
from detente.store.rows import Row, insert_row, mark_coding, mark_report, mention_row, report_row
from detente.store.versions import MOST_STRETCH, are_alike, fills_file, find_origin, has_own_place
from detente.store.watched import Watched

CODER = "builtin"
Outcome = Literal["added", "updated", "replaced", "unchanged"]


class Store(Reader):
    """A store in the file `path`; made when it isn't there yet, unless it is `readonly` or not to `make`.

    One of an older detente is brought up to date, unless it is `readonly`. Use as a context manager. Every
    method raises StoreError when the file is no store, was made by a newer detente, is locked by another
    writer for 10 s, is damaged, or can't be read or written.
    """

    def __init__(self, path: str | Path, readonly: bool = False, make: bool = True) -> None:
        super().__init__(path, readonly, make)
        self._met: dict[str, str | None] = {}  # ids of the reports given since it was opened, and their files

    def add(self, coding: Coding, coder: str = CODER) -> Outcome:
        """Store a report with all that was coded in it, in one transaction.

        The same coding by the same coder changes nothing ('unchanged'); another takes the place of what
        the report had ('updated'), unless it lacks the day of publication that the store knows. A report
        that corrects others (see `find_earlier`) takes their place ('replaced').
        Raises InputError when this report can't be stored, though others can.
        """
        check_kind(coding, Coding, "Store.add", "Code the report first, with code_report")
        report = coding.report
        self._met[report.id] = find_origin(report)
        marks = mark_report(report), mark_coding(coding, coder)
        with self._explained(), blamed(report), transaction(self._db):
            query = "SELECT fingerprint, coding_fingerprint, published FROM reports WHERE id = ?"
            old = self._db.execute(query, [report.id]).fetchone()
            again = old and old[:2] == marks and not fills_file(report)
            earlier = [] if again else self.find_earlier(report)
            if not earlier and old and (old[:2] == marks or (old[2] and not report.published)):
                return "unchanged"
            for gone in earlier:
                self._delete_report(gone.id)
            self._put_report(report_row(report, coder, marks[1]))
            for mention in coding.mentions:
                self._put_mention(mention)
            judge_anew(self._db, report.id)
            self._db.executemany(
                "INSERT INTO passed_over VALUES (:report_id, :start, :end, :quote, :trigger, :reason)",
                [to_dict(note) for note in coding.passed_over],
            )
        return "replaced" if earlier else "updated" if old else "added"

    def is_coded(self, report: Report, coder: str = CODER) -> bool:
        """Whether a report is stored just so, as this version of `coder` codes it, and corrects none."""
        query = "SELECT fingerprint, coder, detente_version FROM reports WHERE id = ?"
        stored = self._one(query, report.id) == (mark_report(report), coder, __version__)
        return bool(stored and not (fills_file(report) and any(self._find_same_place(report))))

    def fill_known(self, report: Report) -> Report:
        """The report with the day of publication, author and own id that the store knows, where it has none.

        They are known of the report itself, or of the earlier version of which it has most words. To be
        called before coding, as the days of mentions hang on the day of publication.
        """
        self._met[report.id] = find_origin(report)
        known = [*self._read_reports("id = ?", report.id)]
        if not known:
            known = [r for r in self.find_earlier(report) if are_alike(r.text, report.text)]
        for field in ("published", "author", "given_id"):
            found = (value for r in reversed(known) if (value := getattr(r, field)))
            if getattr(report, field) is None and (value := next(found, None)):
                report = replace(report, **{field: value})
        return report

    def find_earlier(self, report: Report) -> list[Report]:
        """The stored reports that `report` corrects, being other than they are.

        Those read from the same file, where it holds one report, or with the same own id from the same
        table; and those with the same own id from elsewhere that have most of its words. What was given to
        the store since it was opened is current, and corrected by nothing but its own file, read again.
        """
        return [*self._find_same_place(report), *self._find_same_id(report)]

    def remove(self, names: Iterable[str]) -> list[tuple[Report, int]]:
        """Remove reports with all that hangs on them: all those that `names` mean (see `find_reports`).

        Gives back what was removed with the number of mentions. Raises StoreError, and removes nothing, where
        one of the names means no report.
        """
        with self._explained(), transaction(self._db):
            found = {report.id: report for name in names for report in self.find_reports(name)}
            return [(report, self._delete_report(report.id)) for report in found.values()]

    def put_events(self, events: Iterable[Event]) -> Counter[str]:
        """Make `events`, of one's own merging, the store's events, until `link_store` merges its mentions.

        Gives back how many are 'new', 'changed', 'as before' and 'gone'.
        """
        events = list(events)
        with self.merged.writing():
            found = self.merged.put_events(events)
            found["gone"] = self.merged.drop_events({e.id for e in events})
        return found

    def put_threads(self, threads: Iterable[Thread]) -> Counter[str]:
        """Make `threads` the store's threads, as `put_events` does with events."""
        with self._explained(), transaction(self._db):
            return put_threads(self._db, threads)

    def put_forecasts(self, report_id: str, forecasts: Iterable[Forecast], coding: str | None = None) -> None:
        """Keep the forecasts of a report in place of those that it had, and that they were read.

        `coding` is what `unread_codings` gives with the coding that they were read from: nothing is kept
        where the report has gone or been coded anew since.
        """
        with self._explained(), transaction(self._db):
            put_forecasts(self._db, report_id, forecasts, coding)

    def put_resolutions(self, resolutions: Iterable[Resolution]) -> None:
        """Make `resolutions` all that the store holds, but for those whose forecasts have gone."""
        with self._explained(), transaction(self._db):
            put_resolutions(self._db, resolutions)

    def add_judgement(self, judgement: Judgement) -> None:
        """Keep what a person said, and apply it; the same thing said twice is kept once."""
        with self._explained(), transaction(self._db):
            put_judgement(self._db, judgement)

    def take_back(self, judgement_id: str) -> None:
        """Forget a judgement and what it did. Raises StoreError where there is none with that id."""
        with self._explained(), transaction(self._db):
            gone = delete_judgement(self._db, judgement_id)
        if not gone:
            cure = f"List them with 'detente judge {self.path} --list'"
            raise StoreError(str(self.path), f"holds no judgement {judgement_id!r}", cure)

    @property
    def merged(self) -> Merged:
        """What merging keeps in the store; `detente.link.link_store` fills it."""
        return Merged(self._db, self._explained)

    @property
    def watched(self) -> Watched:
        """What watching keeps in the store; `detente.watch.Round` fills it."""
        return Watched(self._db, self._explained)

    def _find_same_place(self, report: Report) -> Iterator[Report]:
        if has_own_place(report):
            same = "id <> ? AND origin = ? AND given_id IS ? ORDER BY number"
            found = self._read_reports(same, report.id, find_origin(report), report.given_id)
            own = find_origin(report) if fills_file(report) else None
            yield from (r for r in found if r.id not in self._met or (own and self._met[r.id] == own))

    def _find_same_id(self, report: Report) -> Iterator[Report]:
        if report.given_id is None:
            return
        size = len(report.text)
        same = "given_id = ? AND id <> ? AND origin IS NOT ? AND length(text) BETWEEN ? AND ? ORDER BY number"
        values = report.given_id, report.id, find_origin(report), size // MOST_STRETCH, size * MOST_STRETCH
        for found in self._read_reports(same, *values):
            if found.id not in self._met and are_alike(found.text, report.text):
                yield found

    def _delete_report(self, id_: str) -> int:
        """Delete a report with all that hangs on it; gives back how many mentions it had."""
        mentions = self._db.execute("DELETE FROM mentions WHERE report_id = ?", [id_]).rowcount
        self._db.execute("DELETE FROM reports WHERE id = ?", [id_])
        return mentions

    def _put_report(self, row: Row) -> None:
        changes = ", ".join(f"{column} = excluded.{column}" for column in row)
        insert_row(self._db, "reports", row, f"ON CONFLICT (id) DO UPDATE SET {changes}")
        for table in ("mentions", "passed_over"):
            self._db.execute(f"DELETE FROM {table} WHERE report_id = ?", [row["id"]])

    def _put_mention(self, mention: EventMention) -> None:
        put_parties(self._db, insert_row(self._db, "mentions", mention_row(mention)), mention)
