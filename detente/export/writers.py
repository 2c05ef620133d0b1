"""Writes rows to a stream in the format asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from detente.errors import UsageError
from detente.export.exporters import find_exporter
from detente.export.flat import (
    COLUMNS,
    EVENT_COLUMNS,
    PERIOD_COLUMNS,
    REPORT_COLUMNS,
    THREAD_COLUMNS,
    Row,
    flatten_event,
    flatten_mention,
    flatten_period,
    flatten_report,
    flatten_thread,
    rows_frame,
)
from detente.export.ledger import (
    LEDGER_COLUMNS,
    SCORE_COLUMNS,
    flatten_entry,
    flatten_score,
    ledger_record,
    show_ledger,
    show_scores,
)
from detente.export.tabular import FORMATS, check_stream, write_csv
from detente.export.terminal import show_events, show_mentions, show_periods, show_reports, show_threads
from detente.ledger import Forecast, Resolution, Scorecard
from detente.records import Event, EventMention, Report, Thread
from detente.serial import to_dict

if TYPE_CHECKING:
    from detente.turns import Series


def write_mentions(mentions: Iterable[EventMention], format: str, stream: IO[Any]) -> int:
    """Write mentions to `stream` and give back how many there were.

    `format` is 'ndjson' (a whole record a line), 'csv' (the flat COLUMNS, safe to open in a
    spreadsheet), 'table' (for people; coloured and as wide as the terminal) or 'parquet' (the flat
    COLUMNS). 'parquet' needs a binary stream, the others a text stream. All but 'table' and
    'parquet' write each mention as it comes. Any other name is that of a plugin's exporter, which gets a text
    stream. Raises UsageError for an unknown format or a wrong stream, PluginError where a plugin fails.
    """
    if format not in FORMATS:
        return find_exporter(format, FORMATS).write(mentions, stream)
    _check_format(format, stream)
    if format == "table":
        return show_mentions(mentions, stream)
    if format == "ndjson":
        return _write_ndjson(map(to_dict, mentions), stream)
    return _write_flat(map(flatten_mention, mentions), COLUMNS, format, stream)


def write_reports(reports: Iterable[tuple[Report, int]], format: str, stream: IO[Any]) -> int:
    """Write reports with the number of their mentions, as `write_mentions` does: REPORT_COLUMNS, no text."""
    _check_format(format, stream)
    if format == "table":
        return show_reports(reports, stream)
    rows = (flatten_report(report, mentions) for report, mentions in reports)
    if format == "ndjson":
        return _write_ndjson(rows, stream)
    return _write_flat(rows, REPORT_COLUMNS, format, stream)


def write_events(events: Iterable[tuple[Event, str]], format: str, stream: IO[Any]) -> int:
    """Write events, each with the quote of its leading mention, as `write_mentions` does: EVENT_COLUMNS.

    'ndjson' has the whole event with the quote.
    """
    _check_format(format, stream)
    if format == "table":
        return show_events(events, stream)
    if format == "ndjson":
        return _write_ndjson(({**to_dict(event), "quote": quote} for event, quote in events), stream)
    rows = (flatten_event(event, quote) for event, quote in events)
    return _write_flat(rows, EVENT_COLUMNS, format, stream)


def write_threads(threads: Iterable[Thread], format: str, stream: IO[Any]) -> int:
    """Write threads as `write_mentions` does and give back how many lines or rows that made.

    'table' shows each thread with its steps under it, 'ndjson' has the whole thread, and a row of
    THREAD_COLUMNS is one step.
    """
    _check_format(format, stream)
    if format == "table":
        return show_threads(threads, stream)
    if format == "ndjson":
        return _write_ndjson(map(to_dict, threads), stream)
    rows = (row for thread in threads for row in flatten_thread(thread))
    return _write_flat(rows, THREAD_COLUMNS, format, stream)


def write_ledger(entries: Iterable[tuple[Forecast, Resolution | None]], format: str, stream: IO[Any]) -> int:
    """Write forecasts with what came of them, as `write_mentions` does: LEDGER_COLUMNS; 'ndjson' has all."""
    _check_format(format, stream)
    if format == "table":
        return show_ledger(entries, stream)
    if format == "ndjson":
        return _write_ndjson(map(ledger_record, entries), stream)
    return _write_flat(map(flatten_entry, entries), LEDGER_COLUMNS, format, stream)


def write_scores(scores: Iterable[Scorecard], format: str, stream: IO[Any]) -> int:
    """Write scorecards, as `write_mentions` does: SCORE_COLUMNS; 'ndjson' has the whole card."""
    _check_format(format, stream)
    if format == "table":
        return show_scores(scores, stream)
    if format == "ndjson":
        return _write_ndjson(map(to_dict, scores), stream)
    return _write_flat(map(flatten_score, scores), SCORE_COLUMNS, format, stream)


def write_series(series: Series, format: str, stream: IO[Any]) -> int:
    """Write the periods of a series, as `write_mentions` does: PERIOD_COLUMNS."""
    _check_format(format, stream)
    rows = map(flatten_period, series.periods)
    if format == "table":
        return show_periods(rows, stream)
    if format == "ndjson":
        return _write_ndjson(rows, stream)
    return _write_flat(rows, PERIOD_COLUMNS, format, stream)


def _check_format(format: str, stream: IO[Any]) -> None:
    if format not in FORMATS:
        raise UsageError(f"format {format!r}", "is not known", f"Use {', '.join(FORMATS)}")
    check_stream(format, format == "parquet", stream)


def _write_ndjson(records: Iterable[Row], stream: IO[str]) -> int:
    number = 0
    for number, record in enumerate(records, 1):  # noqa: B007 - the count is what is given back
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    return number


def _write_flat(rows: Iterator[Row], columns: Mapping[str, str], format: str, stream: IO[Any]) -> int:
    return (write_csv if format == "csv" else _write_parquet)(rows, columns, stream)


def _write_parquet(rows: Iterable[Row], columns: Mapping[str, str], stream: IO[bytes]) -> int:
    frame = rows_frame(rows, columns)
    packed = io.BytesIO()  # polars reports a full disk less plainly than the stream does
    frame.write_parquet(packed)
    stream.write(packed.getbuffer())
    return frame.height
