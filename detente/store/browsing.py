"""What a store gives to those who look around in it: events by pair, place, words and their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from detente.errors import StoreError
from detente.records import (
    Coding,
    Event,
    EventMention,
    PassedOver,
    Report,
    Thread,
)
from detente.serial import from_json
from detente.store.filters import iso_day, match_query
from detente.store.forecasts import UNREAD
from detente.store.judged import RECORDS, STANDING, read_told
from detente.store.reading import Reader
from detente.store.rows import read_mention, read_report
from detente.store.telling import ToldEvent, read_told_events

Acts = Literal["first", "second", "both"]
OWN_VOICE = "report"  # in place of a kind of source: no source, the report itself says so
COLUMNS = """e.id, e.day, e.last_day, e.type, e.mode, e.score, e.status, e.place, e.country,
    e.mentions, e.outlets"""
# Two parties face each other across an event, or share it with nobody across; as FACING has it of mentions.
_PAIR = """event_parties a CROSS JOIN event_parties b INDEXED BY event_parties_by_event ON b.event = a.event
    CROSS JOIN events e ON e.number = a.event WHERE {a} AND {b} AND (a.side <> b.side OR NOT EXISTS (
        SELECT 1 FROM event_parties c WHERE c.event = a.event AND c.side <> a.side))"""
_TOLD = "SELECT 1 FROM event_mentions em JOIN mentions m ON m.id = em.mention WHERE em.event = e.number"
_QUOTE = "(SELECT quote FROM mentions WHERE mentions.id = e.lead)"
_ORDER = "e.day NULLS LAST, e.last_day, e.id"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events to give back; what is empty doesn't narrow the choice.

    `between` are two parties by code, or by name where they have none; `party` is one of them. `says` is a
    kind of source ('official', OWN_VOICE for the report itself), and `sure` the least confidence (0 to 1):
    an event fits where one of its mentions does. `place` is the name of a place or the code of a country.
    `since` and `until` are ISO days, both included; `search` is words of a quote, as in `Filter`.
    """

    between: tuple[str, str] | None = None
    party: str = ""
    status: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    says: str = ""
    place: str = ""
    sure: float = 0.0
    since: str = ""
    until: str = ""
    search: str = ""


class EventRow(NamedTuple):
    """An event as a timeline needs it; `acts` says which of the two parties asked for acts."""

    id: str
    day: str | None
    last_day: str | None
    type: str
    mode: str | None
    score: float
    status: str
    place: str | None
    country: str | None
    mentions: int
    outlets: int
    acts: Acts


class Telling(NamedTuple):
    """A mention of an event, by their id and number, with how surely it was coded and who says so.

    `says` are the kind, code and name of the source; all None where the report itself says it.
    """

    event: str
    number: int
    confidence: float
    says: tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Movement:
    """How much happened between two parties in some days: `weight` sums the scores without their signs."""

    keys: tuple[str, str]
    events: int
    weight: float
    net: float
    last: str


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with its coordinates, its events, how many of them happened, and their mean score."""

    name: str
    country: str | None
    lat: float
    lon: float
    events: int
    happened: int
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """A party that the store's events name, and in how many."""

    key: str
    name: str
    events: int


@dataclass
class _Query:
    """An SQL condition in the making."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        self.parts.append(sql)
        self.values += values

    def __str__(self) -> str:
        return " AND ".join(self.parts) or "TRUE"


class Browser(Reader):
    """A store opened for looking around. Raises what Reader raises."""

    def pair_events(self, chosen: EventFilter) -> list[EventRow]:
        """The events between two parties, by day, those without one last."""
        one, two = chosen.between or ("", "")
        query = _conditions(chosen)
        source = _PAIR.format(a=self._is_party("a", one), b=self._is_party("b", two))
        acts = "max(a.side = 'actor') + 2 * max(b.side = 'actor')"
        rows = self._rows(
            f"SELECT {COLUMNS}, {acts} FROM {source} AND {query} GROUP BY e.number ORDER BY {_ORDER}",
            one, two, *query.values,
        )  # fmt: skip
        names: tuple[Acts, ...] = ("both", "first", "second", "both")
        return [EventRow(*(*row[:-1], names[row[-1]])) for row in rows]

    def pair_months(self, between: tuple[str, str], since: str = "") -> list[tuple[str, float, float]]:
        """Months ('2013-04') with the sums of cooperation and of conflict of what happened in them."""
        source = _PAIR.format(a=self._is_party("a", between[0]), b=self._is_party("b", between[1]))
        query = f"""SELECT substr(day, 1, 7), sum(max(score, 0)), sum(max(-score, 0)) FROM (
            SELECT DISTINCT e.number, e.day, e.score FROM {source}
            AND e.status = 'happened' AND e.day >= ?) GROUP BY 1 ORDER BY 1"""
        return list(self._rows(query, *between, since))

    def list_events(
        self, chosen: EventFilter, limit: int = -1, offset: int = 0
    ) -> Iterator[tuple[Event, str]]:
        """Whole events by day, each with the quote of its leading mention."""
        where, values = self._where(chosen)
        query = f"SELECT e.record, {_QUOTE} FROM events e WHERE {where} ORDER BY {_ORDER} LIMIT ? OFFSET ?"
        for record, quote in self._rows(query, *values, limit, offset):
            yield from_json(Event, record), quote or ""

    def count_events(self, chosen: EventFilter) -> int:
        """How many events fit."""
        where, values = self._where(chosen)
        return int(self._one(f"SELECT count(*) FROM events e WHERE {where}", *values)[0])

    def read_events(self, ids: Sequence[str]) -> list[tuple[Event, str]]:
        """The events with these ids, in their order; those that are gone are left out."""
        marks = ", ".join("?" * len(ids))
        query = f"SELECT e.id, e.record, {_QUOTE} FROM events e WHERE e.id IN ({marks})"
        rows = self._rows(query, *ids)
        found = {i: (from_json(Event, record), quote or "") for i, record, quote in rows}
        return [found[i] for i in ids if i in found]

    def tell_events(self, ids: Sequence[str]) -> list[ToldEvent]:
        """The events with these ids and all mentions that tell them, in the order of the ids."""
        told = read_told_events(self._rows, f"id IN ({', '.join('?' * len(ids))})", *ids)
        found = {t.event.id: t for t in told}
        return [found[i] for i in ids if i in found]

    def event_of(self, name: str) -> Event | None:
        """The event with that id, or that the mention with that id belongs to."""
        query = """SELECT record FROM events WHERE id = ?1 OR number IN (
            SELECT event FROM event_mentions WHERE mention = ?1) LIMIT 1"""
        row = self._one(query, name)
        return from_json(Event, row[0]) if row else None

    def mentions_of(self, ids: Iterable[str], judged: bool = True) -> list[EventMention]:
        """The mentions with these ids that are stored, in their order.

        They are as judgements leave them, without those judged to be no such act, unless `judged` is False.
        """
        wanted = list(ids)
        query = f"{RECORDS} WHERE id IN ({', '.join('?' * len(wanted))})"
        coded = read_told(self._rows, query, *wanted) if judged else self._read_coded(query, *wanted)
        found = {m.id: m for m in coded}
        return [found[i] for i in wanted if i in found]

    def coding_of(self, report_id: str) -> Coding:
        """A report with its mentions and what was passed over. Raises StoreError where it isn't stored."""
        report = self.report_of(report_id)
        query = 'SELECT * FROM passed_over WHERE report_id = ? ORDER BY "start", "end"'
        passed = (PassedOver(*row) for row in self._rows(query, report_id))
        mentions = read_told(self._rows, f"{RECORDS} WHERE report_id = ? ORDER BY number", report_id)
        return Coding(report, tuple(mentions), (*passed, *self._judged_wrong(report)))

    def report_of(self, report_id: str) -> Report:
        """The report with this id. Raises StoreError where it isn't stored."""
        report = next(self._read_reports("id = ?", report_id), None)
        if report is None:
            fault = f"holds no report with the id {report_id!r}"
            raise StoreError(str(self.path), fault, "Look for it among the reports")
        return report

    def page_reports(self, limit: int, offset: int = 0) -> Iterator[tuple[Report, int]]:
        """Reports without their texts, the last published first, each with the number of its mentions."""
        query = f"""SELECT record, (SELECT count(*) FROM mentions WHERE report_id = reports.id AND {STANDING})
            FROM reports ORDER BY published DESC NULLS LAST, number DESC LIMIT ? OFFSET ?"""
        for record, mentions in self._rows(query, limit, offset):
            yield read_report("", record), mentions

    def last_day(self) -> str | None:
        """The last day on which something happened."""
        query = "SELECT max(day) FROM events WHERE status = 'happened'"
        row = self._one(query)
        return row[0] if row else None

    def movements(self, since: str, until: str, limit: int) -> list[Movement]:
        """The pairs of coded parties between which most happened on these days, the most first."""
        query = """SELECT x, y, count(*), sum(abs(score)) AS weight, sum(score), max(day) FROM (
            SELECT DISTINCT min(a.code, b.code) AS x, max(a.code, b.code) AS y, e.number, e.score, e.day
            FROM events e CROSS JOIN event_parties a ON a.event = e.number
            CROSS JOIN event_parties b INDEXED BY event_parties_by_event
            ON b.event = e.number AND a.code < b.code
            AND (a.side <> b.side OR NOT EXISTS (
                SELECT 1 FROM event_parties c WHERE c.event = a.event AND c.side <> a.side))
            WHERE e.status = 'happened' AND e.day BETWEEN ? AND ?)
            GROUP BY x, y ORDER BY weight DESC, x, y LIMIT ?"""
        return [Movement(row[:2], *row[2:]) for row in self._rows(query, since, until, limit)]

    def places(self, chosen: EventFilter) -> list[PlaceCount]:
        """The places of events that have coordinates, those with most events first."""
        where, values = self._where(chosen)
        query = f"""SELECT e.place, e.country, json_extract(e.record, '$.where.lat') AS lat,
            json_extract(e.record, '$.where.lon') AS lon, count(*), sum(e.status = 'happened'), avg(e.score)
            FROM events e WHERE e.place IS NOT NULL AND {where}
            GROUP BY e.place, e.country HAVING lat IS NOT NULL ORDER BY 5 DESC, 1"""
        return [PlaceCount(*row) for row in self._rows(query, *values)]

    def span_of_places(self) -> tuple[str, str] | None:
        """The first and last day of events that have a place."""
        row = self._one("SELECT min(day), max(last_day) FROM events WHERE place IS NOT NULL")
        return (row[0], row[1]) if row and row[0] else None

    def pair_tellings(self, between: tuple[str, str]) -> list[Telling]:
        """How each mention of each event between two parties tells it."""
        source = _PAIR.format(a=self._is_party("a", between[0]), b=self._is_party("b", between[1]))
        query = f"""SELECT e.id, m.number, m.confidence, m.says_kind, m.says_code, m.says_name
            FROM (SELECT DISTINCT e.number, e.id FROM {source}) e
            JOIN event_mentions em ON em.event = e.number JOIN mentions m ON m.id = em.mention"""
        rows = self._rows(query, *between)
        return [
            Telling(event, number, sure, (kind, code, name)) for event, number, sure, kind, code, name in rows
        ]

    def find_quotes(self, words: str) -> set[int]:
        """The numbers of the mentions whose quotes hold these words, as `Filter.search` has them."""
        query = "SELECT rowid FROM quotes WHERE quotes MATCH ?"
        return {row[0] for row in self._rows(query, match_query(words))}

    def find_parties(self, words: str, limit: int = 12) -> list[Known]:
        """The parties whose name holds these words, or whose code it is, those in most events first."""
        pattern = f"%{words.replace('%', '').replace('_', ' ').strip()}%"
        query = """SELECT coalesce(code, name), name, count(DISTINCT event) FROM event_parties
            WHERE name LIKE ? OR code = ? GROUP BY 1 ORDER BY 3 DESC, 2 LIMIT ?"""
        return [Known(*row) for row in self._rows(query, pattern, words.strip(), limit)]

    def partners_of(self, key: str, limit: int = 30) -> list[Known]:
        """Those with coded names who share events with a party, those with most first."""
        query = f"""SELECT b.code, b.name, count(DISTINCT a.event) FROM event_parties a
            CROSS JOIN event_parties b INDEXED BY event_parties_by_event
            ON b.event = a.event AND b.code <> ?
            WHERE {self._is_party("a", key)} AND b.code IS NOT NULL
            GROUP BY b.code ORDER BY 3 DESC, 2 LIMIT ?"""
        return [Known(*row) for row in self._rows(query, key, key, limit)]

    def thread_of(self, name: str) -> Thread:
        """The thread with that id. Raises StoreError for none."""
        for thread in self._read_threads("id = ?", name):
            return thread
        cure = f"'detente threads {self.path}' lists them"
        raise StoreError(self.path.name, f"holds no thread {name!r}", cure)

    def threads_with(self, event: str) -> list[Thread]:
        """The threads that an event is a step of."""
        return list(self._read_threads("number IN (SELECT thread FROM thread_events WHERE event = ?)", event))

    def pair_threads(self, between: tuple[str, str]) -> list[Thread]:
        """The threads in which two parties both take part; by code, or by name where they have none."""
        parts = "number IN (SELECT thread FROM thread_parties p WHERE {})"
        where = " AND ".join(parts.format(self._is_party("p", key)) for key in between)
        return list(self._read_threads(where, *between))

    def count_threads(self) -> int:
        """How many threads there are."""
        return int(self._one("SELECT count(*) FROM threads")[0])

    def count_unread(self) -> int:
        """How many reports were not read for forecasts since they were coded."""
        return int(self._one(f"SELECT count(*) FROM reports WHERE {UNREAD}")[0])

    def _read_threads(self, condition: str, *values: Any) -> Iterator[Thread]:
        query = f"SELECT record FROM threads WHERE {condition} ORDER BY last_day DESC, id"
        return (from_json(Thread, record) for (record,) in self._rows(query, *values))

    def _read_coded(self, query: str, *values: Any) -> Iterator[EventMention]:
        return (read_mention(*row[:2]) for row in self._rows(query, *values))

    def _is_party(self, alias: str, key: str) -> str:
        coded = self._one("SELECT 1 FROM event_parties WHERE code = ? LIMIT 1", key)
        return f"{alias}.code = ?" if coded else f"({alias}.code IS NULL AND {alias}.name = ?)"

    def _where(self, chosen: EventFilter) -> tuple[str, list[Any]]:
        query = _conditions(chosen)
        if chosen.between:
            one, two = chosen.between
            source = _PAIR.format(a=self._is_party("a", one), b=self._is_party("b", two))
            query.add(f"e.number IN (SELECT e.number FROM {source})", one, two)
        if chosen.party:
            is_party = self._is_party("p", chosen.party)
            query.add(f"e.number IN (SELECT p.event FROM event_parties p WHERE {is_party})", chosen.party)
        return str(query), query.values


def _conditions(chosen: EventFilter) -> _Query:
    """The conditions on the event `e` itself and on its mentions."""
    query = _Query()
    for column in ("status", "type", "mode"):
        if wanted := getattr(chosen, column):
            query.add(f"e.{column} IN ({', '.join('?' * len(wanted))})", *wanted)
    if chosen.since:
        query.add("e.last_day >= ?", iso_day(chosen.since))
    if chosen.until:
        query.add("e.day <= ?", iso_day(chosen.until))
    if chosen.place:
        query.add("(e.place = ? OR e.country = ?)", chosen.place, chosen.place)
    if chosen.says == OWN_VOICE:
        query.add(f"EXISTS ({_TOLD} AND m.says_kind IS NULL)")
    elif chosen.says:
        told = "? COLLATE NOCASE IN (m.says_kind, m.says_code, m.says_name)"
        query.add(f"EXISTS ({_TOLD} AND {told})", chosen.says)
    if chosen.sure:
        query.add(f"EXISTS ({_TOLD} AND m.confidence >= ?)", chosen.sure)
    if chosen.search:
        found = "SELECT rowid FROM quotes WHERE quotes MATCH ?"
        mentions = f"SELECT id FROM mentions WHERE number IN ({found})"
        events = f"SELECT event FROM event_mentions WHERE mention IN ({mentions})"
        query.add(f"e.number IN ({events})", match_query(chosen.search))
    return query
