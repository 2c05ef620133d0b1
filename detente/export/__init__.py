"""Records out: NDJSON, CSV, Parquet, and tables for the terminal."""

from detente.export.flat import (
    COLUMNS,
    EVENT_COLUMNS,
    PERIOD_COLUMNS,
    REPORT_COLUMNS,
    THREAD_COLUMNS,
    events_frame,
    flatten_mention,
    guard_cell,
    mentions_frame,
)
from detente.export.ledger import LEDGER_COLUMNS, SCORE_COLUMNS
from detente.export.terminal import print_safe
from detente.export.writers import (
    FORMATS,
    mention_formats,
    write_events,
    write_ledger,
    write_mentions,
    write_reports,
    write_scores,
    write_series,
    write_threads,
)

__all__ = [
    "COLUMNS",
    "EVENT_COLUMNS",
    "FORMATS",
    "LEDGER_COLUMNS",
    "PERIOD_COLUMNS",
    "REPORT_COLUMNS",
    "SCORE_COLUMNS",
    "THREAD_COLUMNS",
    "events_frame",
    "flatten_mention",
    "guard_cell",
    "mention_formats",
    "mentions_frame",
    "print_safe",
    "write_events",
    "write_ledger",
    "write_mentions",
    "write_reports",
    "write_scores",
    "write_series",
    "write_threads",
]
