"""What a store gives back: reports, mentions, codings, counts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from detente.errors import StoreError
from detente.judgements import describe_judgement
from detente.ledger import Forecast, Resolution
from detente.records import (
    Coding,
    Event,
    EventMention,
    Judgement,
    PassedOver,
    Report,
    Thread,
)
from detente.serial import from_json
from detente.store.derived import read_threads
from detente.store.faults import explained
from detente.store.filters import FACING, Filter, where_clause, where_event, where_told
from detente.store.forecasts import UNREAD, read_ledger
from detente.store.judged import NEW, RECORDS, STANDING, read_judgements, read_told
from detente.store.opening import check_path, connect_reading, connect_writing
from detente.store.parties import seek_party
from detente.store.rows import read_mention, read_report
from detente.store.telling import ToldEvent, read_told_events

PARTIES = """(SELECT json_group_array(coalesce(code, name)) FROM event_parties p
    WHERE p.event = events.number AND p.side = '{0}')"""
TAKES_PART = "number IN (SELECT event FROM event_parties WHERE coalesce(code, name) IN ({0}))"
EVENT_FIELDS = (
    "id", "earliest", "latest", "type", "mode", "quad", "score", "status", "mentions", "outlets", "quote",
)  # fmt: skip


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


class Reader:
    """The part of a Store that only reads."""

    def __init__(self, path: str | Path, readonly: bool = True, make: bool = False) -> None:
        self.path, self.readonly = Path(path), readonly
        check_path(self.path, make and not readonly)
        with self._explained():
            self._db = connect_reading(self.path) if readonly else connect_writing(self.path, make)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was added is already safe."""
        self._db.close()

    def has(self, report_id: str) -> bool:
        """Whether a report with this id is stored, however it was coded."""
        return self._one("SELECT 1 FROM reports WHERE id = ?", report_id) is not None

    def reports(self) -> Iterator[Report]:
        """The reports, in the order in which they were first added."""
        yield from self._read_reports("TRUE ORDER BY number")

    def list_reports(self) -> Iterator[tuple[Report, int]]:
        """The reports in the same order, each with the number of its mentions."""
        for report in self.reports():
            query = f"SELECT count(*) FROM mentions WHERE report_id = ? AND {STANDING}"
            yield report, self._one(query, report.id)[0]

    def find_reports(self, name: str) -> list[Report]:
        """The reports that `name` means: by id, else by the user's own id, else by file (all of a table's).

        Raises StoreError where it means none, or is the own id of several.
        """
        if by_id := list(self._read_reports("id = ?", name)):
            return by_id
        if by_given := list(self._read_reports("given_id = ? ORDER BY number", name)):
            if len(by_given) > 1:
                fault = f"{len(by_given)} reports have the id {name!r}"
                ids = ", ".join(report.id for report in by_given[:5])
                raise StoreError(str(self.path), fault, f"Name one by detente's own id: {ids}")
            return by_given
        path = os.path.abspath(name)  # noqa: PTH100 - as find_origin has it
        if by_file := list(self._read_reports("origin = ? OR path = ? ORDER BY number", path, name)):
            return by_file
        cure = f"List them with 'detente reports {self.path}'"
        raise StoreError(str(self.path), f"holds no report with the id or file {name!r}", cure)

    def mentions(self, chosen: Filter | None = None, judged: bool = True) -> Iterator[EventMention]:
        """The mentions that fit, by day (undated ones last) and then as their reports were added.

        They are as judgements leave them, which `reasons` say, without those judged to be no such act; with
        `judged` False they are as they were coded, all of them. The filter goes by what holds after
        judgements in both cases. Raises UsageError when the filter holds an unknown status or party, or a
        day that is no ISO day.
        """
        chosen = chosen or Filter()
        where, values = where_clause(chosen, self._rows)
        limit = -1 if chosen.limit is None else chosen.limit
        standing = f" AND {STANDING}" if judged else ""
        query = f"{RECORDS} WHERE {where}{standing} ORDER BY day NULLS LAST, number LIMIT ?"
        if judged:
            return read_told(self._rows, query, *values, limit)
        return (read_mention(*row[:2]) for row in self._rows(query, *values, limit))

    def inner_mentions(self) -> set[str]:
        """The ids of the mentions that stand inside another."""
        return {theme for (theme,) in self._rows("SELECT theme FROM mentions WHERE theme IS NOT NULL")}

    def codings(self) -> Iterator[Coding]:
        """Each report with its mentions and what was passed over, as they were added.

        Mentions are as judgements leave them; those judged to be no such act are passed over.
        """
        query = f"{RECORDS} WHERE report_id = ? AND {STANDING} ORDER BY number"
        passed = "SELECT * FROM passed_over WHERE report_id = ? ORDER BY rowid"
        for report in self.reports():
            mentions = tuple(read_told(self._rows, query, report.id))
            notes = (PassedOver(*row) for row in self._rows(passed, report.id))
            yield Coding(report, mentions, (*notes, *self._judged_wrong(report)))

    def _judged_wrong(self, report: Report) -> Iterator[PassedOver]:
        for row in self._rows(f"{RECORDS} WHERE report_id = ? AND judged = 'wrong'", report.id):
            m = read_mention(*row[:2])
            said = [j for j in self.judgements(m.id) if j.verdict == "wrong"]
            reason = describe_judgement(said[-1])
            yield PassedOver(m.report_id, m.start, m.end, m.quote, m.trigger.text, reason)

    def events(
        self,
        least: int = 1,
        between: tuple[str, str] | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
    ) -> Iterator[tuple[Event, str]]:
        """The events with `least` mentions or more, by day, each with the quote of its leading mention.

        They are those of the last time that mentions were linked; one that has gone since has no quote.
        `between`, `since` and `until` narrow the choice as those of a Filter do, and raise the same.
        """
        where, values = where_event(between, since, until, self._rows)
        query = f"""SELECT record, (SELECT quote FROM mentions WHERE mentions.id = lead) FROM events
            WHERE {where} AND mentions >= ? ORDER BY day NULLS LAST, last_day, id"""
        found = self._rows(query, *values, least)
        return ((from_json(Event, record), quote or "") for record, quote in found)

    def told_events(self, chosen: Filter | None = None) -> Iterator[ToldEvent]:
        """The events that fit, by day, each with all mentions that tell it, as judgements leave them.

        Type, status, days and the parties of `between` are the event's own; what else the filter asks for
        must hold of one of its mentions. Raises what `mentions` does.
        """
        chosen = chosen or Filter()
        where, values = where_told(chosen, self._rows)
        limit = -1 if chosen.limit is None else chosen.limit
        order = "ORDER BY day NULLS LAST, last_day, id LIMIT ?"
        return read_told_events(self._rows, f"{where} {order}", *values, limit)

    def tabulate_events(
        self,
        between: tuple[str, str] | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        parties: Sequence[str] = (),
    ) -> Iterator[dict[str, Any]]:
        """The events as rows for `make_series` and `find_turns`; chooses as `events` does.

        A row has days, codes or names of the parties, score and status; no whole records are read. Given
        `parties`, codes or the names of those without one, only events in which one of them takes part.
        """
        where, values = where_event(between, since, until, self._rows)
        if parties:
            where += f" AND {TAKES_PART.format(', '.join('?' * len(parties)))}"
            values = [*values, *parties]
        query = f"""SELECT id, day, last_day, type, mode, quad, score, status, mentions, outlets,
            (SELECT quote FROM mentions WHERE mentions.id = lead), {PARTIES.format("actor")},
            {PARTIES.format("recipient")} FROM events WHERE {where} ORDER BY day NULLS LAST, last_day, id"""
        for *row, actor, recipient in self._rows(query, *values):
            sides = {"actor": json.loads(actor), "recipient": json.loads(recipient)}
            yield {"date": row[1], **dict(zip(EVENT_FIELDS, row, strict=True)), **sides}

    def find_code(self, name: str) -> str:
        """The code that a code, in any case, or a name stands for here, else the name itself.

        Raises UsageError for a party that nobody knows.
        """
        known = self._one("SELECT code FROM parties WHERE code = ? LIMIT 1", name)
        codes = [value for column, value in seek_party(name, self._rows) if column == "code"]
        return str(known[0]) if known else codes[0] if len(codes) == 1 else name

    def count_unmerged(self) -> int:
        """How many mentions were added, judged, or have changed or gone, since mentions were last linked."""
        standing = f"SELECT id FROM mentions WHERE {STANDING}"
        gone = f"SELECT count(*) FROM event_mentions WHERE mention NOT IN ({standing})"
        ungrouped = "SELECT count(*) FROM linked WHERE event IS NULL"  # merging was cut off, or is under way
        return int(self._one(f"SELECT (SELECT count(*) FROM ({NEW})) + ({ungrouped}) + ({gone})")[0])

    def threads(
        self,
        between: tuple[str, str] | None = None,
        state: str | tuple[str, ...] = (),
        since: str | None = None,
    ) -> Iterator[Thread]:
        """The threads that fit, by the day on which they opened; they are those of the last threading.

        `between` are two parties (codes or names) that both take part, `state` one or more states, `since`
        the ISO day on which, or after which, the last step was made. Raises UsageError where nobody knows a
        party, or there is no such state or day.
        """
        return read_threads(self._rows, between, (state,) if isinstance(state, str) else state, since)

    def unread_codings(self) -> Iterator[tuple[Coding, str]]:
        """The reports whose forecasts were not read since they were coded, with their mentions.

        Each comes with the fingerprint of its coding, for `put_forecasts`.
        """
        query = f"{RECORDS} WHERE report_id = ? AND {STANDING} ORDER BY number"
        unread = f"SELECT text, record, coding_fingerprint FROM reports WHERE {UNREAD}"
        for text, record, mark in list(self._rows(unread)):
            report = read_report(text, record)
            yield Coding(report, tuple(read_told(self._rows, query, report.id)), ()), mark

    def forecasts(
        self, between: tuple[str, str] | None = None, who: str | None = None
    ) -> Iterator[tuple[Forecast, Resolution | None]]:
        """The forecasts that fit, by the day on which they were made, each with what came of it when last
        resolved.

        `between` are two parties that both are to act or be acted on; `who` foresees: a kind of source, a
        code or a name, or words of the report for whoever it is. Raises UsageError for a party that nobody
        knows.
        """
        return read_ledger(self._rows, between, who)

    def judgements(self, mention: str | None = None) -> list[Judgement]:
        """What people said of mentions, or of the one with that id, in the order in which they said it.

        A mention that was coded anew as another type is named by its new id.
        """
        return read_judgements(self._rows, mention)

    def find_mentions(self, name: str) -> tuple[str, ...]:
        """The mentions that `name` means, as ids: one, or all of an event. Raises StoreError for none."""
        if self._one("SELECT 1 FROM mentions WHERE id = ?", name):
            return (name,)
        query = (
            "SELECT mention FROM event_mentions JOIN events ON event = number WHERE id = ? ORDER BY mention"
        )
        if of_event := tuple(row[0] for row in self._rows(query, name)):
            return of_event
        cure = (
            f"'detente link {self.path}' shows events, 'detente events {self.path} --format ndjson' mentions"
        )
        raise StoreError(str(self.path), f"holds no mention or event {name!r}", cure)

    def counts(self) -> Counts:
        """How many reports, mentions and passed-over clauses there are, and mentions by status and type."""
        totals = f"""SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM mentions WHERE {STANDING}),
            (SELECT count(*) FROM passed_over)"""
        reports, mentions, passed_over = next(self._rows(totals))
        by = f"SELECT {{0}}, count(*) FROM mentions WHERE {STANDING} GROUP BY {{0}} ORDER BY 2 DESC, 1"
        by_status, by_type = (dict(self._rows(by.format(column))) for column in ("status", "type"))
        return Counts(reports, mentions, passed_over, by_status, by_type)

    def pairs(self, limit: int = 5) -> list[Pair]:
        """The pairs of coded parties with most mentions between them, whoever acts; see Filter.between."""
        query = f"""
            SELECT min(a.code, b.code), max(a.code, b.code), count(DISTINCT a.mention) AS mentions
            FROM parties a JOIN parties b ON a.mention = b.mention AND a.code <> b.code AND {FACING}
            AND a.mention NOT IN (SELECT number FROM mentions WHERE judged = 'wrong')
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?"""
        return [
            Pair((a, b), (self.name_of(a), self.name_of(b)), number)
            for a, b, number in list(self._rows(query, limit))
        ]

    def name_of(self, key: str) -> str:
        """The name that mentions most often give the party with that code; else the key itself."""
        query = """SELECT name FROM parties WHERE code = ? AND name IS NOT NULL
            GROUP BY name ORDER BY count(*) DESC, name LIMIT 1"""
        found = self._one(query, key)
        return str(found[0]) if found else key

    def _read_reports(self, condition: str, *values: Any) -> Iterator[Report]:
        query = f"SELECT text, record FROM reports WHERE {condition}"
        return (read_report(*row) for row in self._rows(query, *values))

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.path)

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        with self._explained():
            cursor = self._db.execute(query, values)
            while row := cursor.fetchone():
                yield row

    def _one(self, query: str, *values: Any) -> Any:
        with self._explained():
            return self._db.execute(query, values).fetchone()
