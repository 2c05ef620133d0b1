"""Writes rows to a stream in the format asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

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

T = TypeVar("T")


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
    return _MENTIONS.write(mentions, format, stream)


def write_reports(reports: Iterable[tuple[Report, int]], format: str, stream: IO[Any]) -> int:
    """Write reports with the number of their mentions, as `write_mentions` does: REPORT_COLUMNS, no text."""
    return _REPORTS.write(reports, format, stream)


def write_events(events: Iterable[tuple[Event, str]], format: str, stream: IO[Any]) -> int:
    """Write events, each with the quote of its leading mention, as `write_mentions` does: EVENT_COLUMNS.

    'ndjson' has the whole event with the quote.
    """
    return _EVENTS.write(events, format, stream)


def write_threads(threads: Iterable[Thread], format: str, stream: IO[Any]) -> int:
    """Write threads as `write_mentions` does and give back how many lines or rows that made.

    'table' shows each thread with its steps under it, 'ndjson' has the whole thread, and a row of
    THREAD_COLUMNS is one step.
    """
    return _THREADS.write(threads, format, stream)


def write_ledger(entries: Iterable[tuple[Forecast, Resolution | None]], format: str, stream: IO[Any]) -> int:
    """Write forecasts with what came of them, as `write_mentions` does: LEDGER_COLUMNS; 'ndjson' has all."""
    return _LEDGER.write(entries, format, stream)


def write_scores(scores: Iterable[Scorecard], format: str, stream: IO[Any]) -> int:
    """Write scorecards, as `write_mentions` does: SCORE_COLUMNS; 'ndjson' has the whole card."""
    return _SCORES.write(scores, format, stream)


def write_series(series: Series, format: str, stream: IO[Any]) -> int:
    """Write the periods of a series, as `write_mentions` does: PERIOD_COLUMNS."""
    return _PERIODS.write(map(flatten_period, series.periods), format, stream)


@dataclass(frozen=True, slots=True)
class _Layout(Generic[T]):
    """How one kind of thing is written: as a table, as a record of NDJSON, as flat rows with `columns`."""

    show: Callable[[Iterable[T], IO[str]], int]
    record: Callable[[T], Row]
    rows: Callable[[T], Iterable[Row]]
    columns: Mapping[str, str]

    def write(self, listed: Iterable[T], format: str, stream: IO[Any]) -> int:
        """Write what is listed in one of FORMATS."""
        if format not in FORMATS:
            raise UsageError(f"format {format!r}", "is not known", f"Use {', '.join(FORMATS)}")
        check_stream(format, format == "parquet", stream)
        if format == "table":
            return self.show(listed, stream)
        if format == "ndjson":
            return _write_ndjson(map(self.record, listed), stream)
        rows = (row for one in listed for row in self.rows(one))
        return (write_csv if format == "csv" else _write_parquet)(rows, self.columns, stream)


def _write_ndjson(records: Iterable[Row], stream: IO[str]) -> int:
    number = 0
    for number, record in enumerate(records, 1):  # noqa: B007 - the count is what is given back
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    return number


def _write_parquet(rows: Iterable[Row], columns: Mapping[str, str], stream: IO[bytes]) -> int:
    frame = rows_frame(rows, columns)
    packed = io.BytesIO()  # polars reports a full disk less plainly than the stream does
    frame.write_parquet(packed)
    stream.write(packed.getbuffer())
    return frame.height


_MENTIONS: _Layout[EventMention] = _Layout(show_mentions, to_dict, lambda m: [flatten_mention(m)], COLUMNS)
_REPORTS: _Layout[tuple[Report, int]] = _Layout(
    show_reports, lambda found: flatten_report(*found), lambda found: [flatten_report(*found)], REPORT_COLUMNS
)
_EVENTS: _Layout[tuple[Event, str]] = _Layout(
    show_events,
    lambda told: {**to_dict(told[0]), "quote": told[1]},
    lambda told: [flatten_event(*told)],
    EVENT_COLUMNS,
)
_THREADS: _Layout[Thread] = _Layout(show_threads, to_dict, flatten_thread, THREAD_COLUMNS)
_LEDGER: _Layout[tuple[Forecast, Resolution | None]] = _Layout(
    show_ledger, ledger_record, lambda entry: [flatten_entry(entry)], LEDGER_COLUMNS
)
_SCORES: _Layout[Scorecard] = _Layout(show_scores, to_dict, lambda card: [flatten_score(card)], SCORE_COLUMNS)
_PERIODS: _Layout[Row] = _Layout(show_periods, dict, lambda row: [row], PERIOD_COLUMNS)
