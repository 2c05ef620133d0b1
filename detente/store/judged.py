"""Judgements in a store: kept with where their mentions stand, and applied to the columns that are searched.

The record of a mention stays as it was coded. What was judged shows in its indexed columns and its parties,
and in `judged`: 'corrected', 'wrong', or NULL where nothing was said of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from detente.judgements import correct_mention
from detente.records import EventMention, Judgement
from detente.store.parties import Query
from detente.store.rows import OF_REPORT, act_columns, party_rows, read_mention

STANDING = "judged IS NOT 'wrong'"  # the mentions that nobody judged to be no such act
# the mentions to compare with others: those that never were, or that have changed since
NEW = """SELECT m.number FROM mentions m LEFT JOIN linked l ON l.number = m.number
    WHERE l.number IS NULL AND m.number NOT IN (SELECT number FROM mentions WHERE judged = 'wrong')"""
RECORDS = f"""SELECT record,
    (SELECT json_array({", ".join(OF_REPORT.values())}) FROM reports WHERE id = report_id), judged, number
    FROM mentions"""
TRIGGER = "json_extract({0}record, '$.trigger.start')"
JUDGEMENTS = """SELECT id, verdict,
    (SELECT json_group_array(mention) FROM judged_mentions WHERE judgement = id), "by", day, why, value
    FROM judgements"""
# A coder that gives an act another type gives the mention another id: it is known by its trigger then, where
# that told and tells one act alone.
FOLLOW = f"""UPDATE judged_mentions SET mention = found.id FROM (
        SELECT j.rowid AS said, min(m.id) AS id FROM judged_mentions j JOIN mentions m
        ON m.report_id = j.report_id AND {TRIGGER.format("m.")} = j."start"
        WHERE j.report_id = ?1 AND j.alone AND j.mention NOT IN (SELECT id FROM mentions WHERE report_id = ?1)
        GROUP BY j.rowid HAVING count(*) = 1) found
    WHERE judged_mentions.rowid = found.said"""
ANCHOR = f"""INSERT INTO judged_mentions SELECT ?1, given.id, report_id, {TRIGGER.format("m.")},
        json_extract(record, '$.trigger.end'), json_extract(record, '$.trigger.text'),
        NOT EXISTS (SELECT 1 FROM mentions other WHERE other.report_id = m.report_id AND other.id <> m.id
            AND {TRIGGER.format("other.")} = {TRIGGER.format("m.")})
    FROM (SELECT ?2 AS id) given LEFT JOIN mentions m ON m.id = given.id"""


def read_judgements(rows: Query, mention: str | None = None) -> list[Judgement]:
    """What was said, of one mention or of all, in the order in which it was said."""
    about = "WHERE id IN (SELECT judgement FROM judged_mentions WHERE mention = ?)" if mention else ""
    found = rows(f"{JUDGEMENTS} {about} ORDER BY day, number", *([mention] if mention else []))
    return [
        Judgement(id_, verdict, tuple(sorted(json.loads(mentions))), *told)
        for id_, verdict, mentions, *told in found
    ]


def read_told(rows: Query, query: str, *values: object) -> Iterator[EventMention]:
    """The mentions of a query that begins with RECORDS, as judgements leave them; none that are wrong."""
    for record, of_report, judged, _ in rows(query, *values):
        told = tell_mention(rows, record, of_report, judged)
        if told is not None:
            yield told


def tell_mention(rows: Query, record: str, of_report: str, judged: str | None) -> EventMention | None:
    """The mention of a row of RECORDS, as judgements leave it."""
    coded = read_mention(record, of_report)
    return correct_mention(coded, read_judgements(rows, coded.id)) if judged else coded


def put_judgement(db: sqlite3.Connection, judgement: Judgement) -> None:
    """Keep a judgement with the places of its mentions, as the last one said, and apply it."""
    j = judgement
    columns = 'id, verdict, value, "by", day, why'
    db.execute("DELETE FROM judgements WHERE id = ?", [j.id])
    db.execute(
        f"INSERT INTO judgements ({columns}) VALUES (?, ?, ?, ?, ?, ?)",
        [j.id, j.verdict, j.value, j.by, j.day, j.why],
    )
    db.executemany(ANCHOR, [(j.id, mention) for mention in j.mentions])
    apply_judgements(db, j.mentions)


def delete_judgement(db: sqlite3.Connection, id_: str) -> bool:
    """Forget a judgement and what it did; says whether there was one."""
    about = [row[0] for row in db.execute("SELECT mention FROM judged_mentions WHERE judgement = ?", [id_])]
    gone = db.execute("DELETE FROM judgements WHERE id = ?", [id_]).rowcount
    apply_judgements(db, about)
    return bool(gone)


def judge_anew(db: sqlite3.Connection, report_id: str) -> None:
    """Apply what was said of a report's mentions to what it was coded as now."""
    db.execute(FOLLOW, [report_id])
    query = "SELECT DISTINCT mention FROM judged_mentions WHERE report_id = ?"
    apply_judgements(db, [row[0] for row in db.execute(query, [report_id])])


def apply_judgements(db: sqlite3.Connection, mentions: Iterable[str]) -> None:
    """Make the columns and parties of mentions those that judgements leave; they are to be merged anew."""

    def rows(query: str, *values: object) -> Iterable[tuple[str, ...]]:
        return db.execute(query, values)

    for id_ in mentions:
        for record, of_report, _, number in db.execute(f"{RECORDS} WHERE id = ?", [id_]).fetchall():
            coded = read_mention(record, of_report)
            told = correct_mention(coded, read_judgements(rows, id_))
            state = "wrong" if told is None else "corrected" if told != coded else None
            columns = act_columns(told or coded) | {"judged": state}
            changes = ", ".join(f"{column} = :{column}" for column in columns)
            db.execute(f"UPDATE mentions SET {changes} WHERE id = :id", {**columns, "id": id_})
            put_parties(db, number, told or coded)
            db.execute("DELETE FROM linked WHERE number = ?", [number])


def put_parties(db: sqlite3.Connection, number: int | None, mention: EventMention) -> None:
    """Make the parties of a mention, with its number in the table, those that it has now."""
    db.execute("DELETE FROM parties WHERE mention = ?", [number])
    rows = [(number, *values) for values in party_rows(mention)]
    db.executemany("INSERT INTO parties VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
