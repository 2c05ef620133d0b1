"""Events in detente's own fields and columns, as a format among the others."""

from __future__ import annotations

from typing import IO, Any

from detente.export.selection import Selection
from detente.export.writers import write_events


def write_csv(chosen: Selection, stream: IO[Any]) -> None:
    """Write the flat EVENT_COLUMNS as CSV."""
    _write("csv", chosen, stream)


def write_ndjson(chosen: Selection, stream: IO[Any]) -> None:
    """Write whole events with their quotes, one a line."""
    _write("ndjson", chosen, stream)


def write_parquet(chosen: Selection, stream: IO[Any]) -> None:
    """Write the flat EVENT_COLUMNS as Parquet."""
    _write("parquet", chosen, stream)


def _write(format_: str, chosen: Selection, stream: IO[Any]) -> None:
    write_events(((told.event, told.lead.quote) for told in chosen.told), format_, stream)
