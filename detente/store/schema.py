"""The tables of a store, and how an older store is brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from detente.store.faults import transaction

APPLICATION_ID = 0x44544E54  # 'DTNT' in the file's header tells a store from any other SQLite file

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
    (
        "ALTER TABLE reports ADD COLUMN origin TEXT",  # the full path of its file: find_origin
        "CREATE INDEX reports_by_origin ON reports (origin, given_id)",
        "CREATE INDEX reports_by_given_id ON reports (given_id)",
        "CREATE INDEX reports_by_path ON reports (path)",
    ),
    (
        # derived from mentions and judgements: can be dropped and made again to the same ids
        """CREATE TABLE events (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day TEXT, last_day TEXT, type TEXT NOT NULL,
            mode TEXT, quad TEXT NOT NULL, score REAL NOT NULL, status TEXT NOT NULL, place TEXT,
            country TEXT, mentions INTEGER NOT NULL, outlets INTEGER NOT NULL, lead TEXT NOT NULL,
            record TEXT NOT NULL)""",
        """CREATE TABLE event_mentions (
            event INTEGER NOT NULL REFERENCES events (number) ON DELETE CASCADE, mention TEXT NOT NULL)""",
        """CREATE TABLE event_parties (
            event INTEGER NOT NULL REFERENCES events (number) ON DELETE CASCADE,
            side TEXT NOT NULL CHECK (side IN ('actor', 'recipient')), code TEXT COLLATE NOCASE,
            name TEXT NOT NULL COLLATE NOCASE)""",
        # what people said, by ids of mentions, which may go and come back
        """CREATE TABLE judgements (
            id TEXT PRIMARY KEY, verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')),
            mentions TEXT NOT NULL, "by" TEXT, day TEXT, why TEXT)""",
        "CREATE INDEX events_by_day ON events (day)",
        "CREATE INDEX event_mentions_by_event ON event_mentions (event)",
        "CREATE INDEX event_mentions_by_mention ON event_mentions (mention)",
        "CREATE INDEX event_parties_by_event ON event_parties (event)",
        "CREATE INDEX event_parties_by_code ON event_parties (code, side, event)",
    ),
    (
        # what judgements make of a mention, in its columns and parties; its record stays as it was coded
        "ALTER TABLE mentions ADD COLUMN judged TEXT CHECK (judged IN ('corrected', 'wrong'))",
        "CREATE INDEX mentions_judged ON mentions (judged) WHERE judged IS NOT NULL",
        "ALTER TABLE judgements RENAME TO old_judgements",
        """CREATE TABLE judgements (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'wrong', 'type', 'party')),
            value TEXT, "by" TEXT, day TEXT, why TEXT)""",
        """INSERT INTO judgements (id, verdict, "by", day, why)
            SELECT id, verdict, "by", day, why FROM old_judgements ORDER BY day, id""",
        # where the words stand that were judged: they tell which mention is meant when its id has changed
        """CREATE TABLE judged_mentions (
            judgement TEXT NOT NULL REFERENCES judgements (id) ON DELETE CASCADE, mention TEXT NOT NULL,
            report_id TEXT, "start" INTEGER, "end" INTEGER, words TEXT,
            alone INTEGER)""",  # whether no other act stood on these words
        """INSERT INTO judged_mentions SELECT j.id, given.value, m.report_id,
            json_extract(m.record, '$.trigger.start'), json_extract(m.record, '$.trigger.end'),
            json_extract(m.record, '$.trigger.text'), NULL
            FROM old_judgements j, json_each(j.mentions) given LEFT JOIN mentions m ON m.id = given.value""",
        "DROP TABLE old_judgements",
        "CREATE INDEX judged_mentions_by_judgement ON judged_mentions (judgement)",
        "CREATE INDEX judged_mentions_by_mention ON judged_mentions (mention)",
        "CREATE INDEX judged_mentions_by_report ON judged_mentions (report_id)",
    ),
    (
        # derived from events: can be dropped and made again to the same ids
        """CREATE TABLE threads (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day TEXT, last_day TEXT, state TEXT NOT NULL,
            ball TEXT, topic TEXT NOT NULL, steps INTEGER NOT NULL, record TEXT NOT NULL)""",
        """CREATE TABLE thread_events (
            thread INTEGER NOT NULL REFERENCES threads (number) ON DELETE CASCADE, event TEXT NOT NULL)""",
        """CREATE TABLE thread_parties (
            thread INTEGER NOT NULL REFERENCES threads (number) ON DELETE CASCADE,
            code TEXT COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE)""",
        "CREATE INDEX threads_by_day ON threads (day)",
        "CREATE INDEX thread_events_by_thread ON thread_events (thread)",
        "CREATE INDEX thread_events_by_event ON thread_events (event)",
        "CREATE INDEX thread_parties_by_thread ON thread_parties (thread)",
        "CREATE INDEX thread_parties_by_code ON thread_parties (code, thread)",
        "CREATE INDEX thread_parties_by_name ON thread_parties (name, thread)",
    ),
    (
        # read from the reports, and resolved by events: can be dropped and made again to the same ids
        """CREATE TABLE forecasts (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE, published TEXT, last_day TEXT,
            type TEXT NOT NULL, mode TEXT, happens INTEGER NOT NULL, chance_low REAL, chance_high REAL,
            says_kind TEXT, says_name TEXT COLLATE NOCASE, says_code TEXT, says_text TEXT, quote TEXT NOT
            NULL, record TEXT NOT NULL)""",
        """CREATE TABLE forecast_parties (
            forecast INTEGER NOT NULL REFERENCES forecasts (number) ON DELETE CASCADE,
            side TEXT NOT NULL CHECK (side IN ('actor', 'recipient')), code TEXT COLLATE NOCASE,
            name TEXT COLLATE NOCASE, text TEXT NOT NULL COLLATE NOCASE)""",
        """CREATE TABLE forecasts_read (
            report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE, coding TEXT NOT NULL)""",
        """CREATE TABLE resolutions (
            forecast TEXT PRIMARY KEY REFERENCES forecasts (id) ON DELETE CASCADE, outcome TEXT NOT NULL,
            as_of TEXT NOT NULL, day TEXT, brier REAL, baseline_brier REAL, record TEXT NOT NULL)""",
        "CREATE INDEX forecasts_by_report ON forecasts (report_id)",
        "CREATE INDEX forecast_parties_by_forecast ON forecast_parties (forecast)",
    ),
    (
        # derived: what merging has seen, with the weeks in which it looks for a mention and the mention's
        # event, and how likely pairs tell one happening. What is written anew drops out of it by itself.
        """CREATE TABLE linked (
            number INTEGER PRIMARY KEY REFERENCES mentions (number) ON DELETE CASCADE,
            first_week INTEGER NOT NULL, last_week INTEGER NOT NULL, event INTEGER)""",
        """CREATE TABLE ties (
            one INTEGER NOT NULL, other INTEGER NOT NULL, probability REAL NOT NULL,
            PRIMARY KEY (one, other)) WITHOUT ROWID""",
        "CREATE TABLE linked_by (mark TEXT NOT NULL)",
        "CREATE INDEX linked_by_week ON linked (first_week, last_week)",
        "CREATE INDEX linked_by_event ON linked (event)",
        "CREATE INDEX ties_by_other ON ties (other)",
        """CREATE TRIGGER linked_removed AFTER DELETE ON linked BEGIN
            DELETE FROM ties WHERE one = old.number; DELETE FROM ties WHERE other = old.number; END""",
        """CREATE TRIGGER event_removed AFTER DELETE ON events BEGIN
            UPDATE linked SET event = NULL WHERE event = old.number; END""",
        "CREATE INDEX events_by_mentions ON events (mentions)",
        "CREATE INDEX event_parties_by_name ON event_parties (name, side, event)",
    ),
    (
        # in which state files, lists and pages were last read by watching; see watched.Seen
        """CREATE TABLE watched (
            name TEXT PRIMARY KEY, state TEXT NOT NULL, failures INTEGER NOT NULL, due REAL NOT NULL)
            WITHOUT ROWID""",
    ),
    # which run of merging the tables are in the hands of: an earlier one that is still under way ends
    ("ALTER TABLE linked_by ADD COLUMN run TEXT",),
]


def is_database(path: str | Path) -> bool:
    """Whether the file starts as an SQLite database does, so is meant as a store, not as a report."""
    try:
        with Path(path).open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def migrate(db: sqlite3.Connection) -> None:
    """Apply the migrations that the store lacks, all or none; another process may be doing the same."""
    if schema_version(db) == len(MIGRATIONS):
        return
    with transaction(db):
        for migration in MIGRATIONS[schema_version(db) :]:
            for statement in migration:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def schema_version(db: sqlite3.Connection) -> int:
    """How many migrations a database has been through."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def is_empty(db: sqlite3.Connection) -> bool:
    """Whether a database holds nothing at all, so that a store can be made in it."""
    return schema_version(db) == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone()
