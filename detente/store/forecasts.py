"""The ledger of forecasts in a store: forecasts by report, and what came of them when last resolved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from detente import __version__
from detente.ledger import Forecast, Resolution
from detente.serial import from_json, to_json
from detente.store.parties import KINDS, Query, look_up_party, seek_party
from detente.store.rows import insert_row

# forecasts are read anew from another coding, or by another version
MARK = f"coding_fingerprint || ' {__version__}'"
UNREAD = f"""NOT EXISTS (SELECT 1 FROM forecasts_read r WHERE r.report_id = id AND r.coding = {MARK})
    ORDER BY number"""
LEDGER = """SELECT record, (SELECT record FROM resolutions WHERE forecast = id) FROM forecasts
    WHERE {0} ORDER BY published NULLS LAST, number"""
PARTY = "number IN (SELECT forecast FROM forecast_parties WHERE {0})"


def read_ledger(
    rows: Query, between: tuple[str, str] | None = None, who: str | None = None
) -> Iterator[tuple[Forecast, Resolution | None]]:
    """The forecasts that fit, each with its resolution; see Reader.forecasts."""
    conditions, values = ["TRUE"], []
    for name in between or ():
        sought = seek_party(name, rows)
        conditions.append(PARTY.format(" OR ".join(f"{column} = ? COLLATE NOCASE" for column, _ in sought)))
        values += [value for _, value in sought]
    if who:
        condition, wanted = _speaker(who)
        conditions.append(condition)
        values += wanted
    for forecast, resolution in rows(LEDGER.format(" AND ".join(conditions)), *values):
        found = from_json(Resolution, resolution) if resolution else None
        yield from_json(Forecast, forecast), found


def _speaker(who: str) -> tuple[str, list[str]]:
    if who.lower() in KINDS:
        return "says_kind = ?", [who.lower()]
    meant = look_up_party(who)
    parts = [f"says_{column} = ? COLLATE NOCASE" for column, _ in meant]
    return f"({' OR '.join([*parts, 'instr(lower(says_text), lower(?))'])})", [*(v for _, v in meant), who]


def put_forecasts(
    db: sqlite3.Connection, report_id: str, forecasts: Iterable[Forecast], coding: str | None
) -> None:
    """Keep the forecasts of a report in place of those that it had; what came of the same ones stays.

    `coding` is the fingerprint of the coding that they were read from (None: the one stored). Nothing is
    kept where the report has gone or been coded anew since.
    """
    stored = db.execute("SELECT coding_fingerprint FROM reports WHERE id = ?", [report_id]).fetchone()
    if stored is None or coding not in (None, *stored):
        return
    query = """SELECT forecast, r.record FROM resolutions r JOIN forecasts f ON f.id = forecast
        WHERE report_id = ?"""
    kept = dict(db.execute(query, [report_id]))
    db.execute("DELETE FROM forecasts WHERE report_id = ?", [report_id])
    for forecast in forecasts:
        number = insert_row(db, "forecasts", _forecast_row(forecast))
        sides = (("actor", forecast.actor), ("recipient", forecast.recipient))
        parties = [(number, side, p.code, p.name, p.text) for side, found in sides for p in found]
        db.executemany("INSERT INTO forecast_parties VALUES (?, ?, ?, ?, ?)", parties)
        if forecast.id in kept:
            _put_resolution(db, from_json(Resolution, kept[forecast.id]))
    mark = f"INSERT OR REPLACE INTO forecasts_read SELECT id, {MARK} FROM reports WHERE id = ?"
    db.execute(mark, [report_id])


def put_resolutions(db: sqlite3.Connection, resolutions: Iterable[Resolution]) -> None:
    """Make `resolutions` all that are kept, but for those whose forecasts have gone."""
    db.execute("DELETE FROM resolutions")
    for resolution in resolutions:
        _put_resolution(db, resolution)


def _put_resolution(db: sqlite3.Connection, r: Resolution) -> None:
    values = [r.forecast, r.outcome, r.as_of, r.day, r.brier, r.baseline_brier, to_json(r)]
    there = "EXISTS (SELECT 1 FROM forecasts WHERE id = ?1)"
    db.execute(f"INSERT INTO resolutions SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE {there}", values)


def _forecast_row(f: Forecast) -> dict[str, Any]:
    chance, says = f.chance, f.says
    return {
        "id": f.id, "report_id": f.report_id, "published": f.published, "last_day": f.window.latest,
        "type": f.type, "mode": f.mode, "happens": f.happens,
        "chance_low": chance and chance.low, "chance_high": chance and chance.high,
        "says_kind": says and says.kind, "says_name": says and says.name, "says_code": says and says.code,
        "says_text": says and says.text, "quote": f.quote, "record": to_json(f),
    }  # fmt: skip
