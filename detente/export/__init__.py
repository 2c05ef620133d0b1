"""Records out: NDJSON, CSV, Parquet, tables for the terminal, and what other programs read."""

from detente.export.exporters import Exported, export_store, find_exporters, find_format, write_export
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
from detente.export.formats import EXPORTS, ExportFormat
from detente.export.ledger import LEDGER_COLUMNS, SCORE_COLUMNS
from detente.export.network import to_networkx
from detente.export.selection import Selection
from detente.export.tabular import FORMATS
from detente.export.terminal import print_safe
from detente.export.writers import (
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
    "EXPORTS",
    "FORMATS",
    "LEDGER_COLUMNS",
    "PERIOD_COLUMNS",
    "REPORT_COLUMNS",
    "SCORE_COLUMNS",
    "THREAD_COLUMNS",
    "ExportFormat",
    "Exported",
    "Selection",
    "events_frame",
    "export_store",
    "find_exporters",
    "find_format",
    "flatten_mention",
    "guard_cell",
    "mentions_frame",
    "print_safe",
    "to_networkx",
    "write_events",
    "write_export",
    "write_ledger",
    "write_mentions",
    "write_reports",
    "write_scores",
    "write_series",
    "write_threads",
]
