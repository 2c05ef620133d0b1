"""What writers share: the formats of all that is listed, and rows as CSV, tab-separated tables and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import IO, Any

from detente.errors import UsageError
from detente.export.flat import Row, guard_cell

FORMATS = ("ndjson", "csv", "parquet", "table")  # of mentions, events, reports and all else that is listed


def check_stream(format: str, binary: bool, stream: IO[Any]) -> None:
    """Raises UsageError for a text stream where the format is binary, or the other way round."""
    kind = "binary" if binary else "text"
    if isinstance(stream, io.TextIOBase if kind == "binary" else (io.RawIOBase, io.BufferedIOBase)):
        raise UsageError(f"format {format!r}", f"needs a {kind} stream", "Open the file that way")


def write_csv(rows: Iterable[Row], columns: Iterable[str], stream: IO[str]) -> int:
    """Write rows as CSV with a header, safe to open in a spreadsheet, and give back how many there were."""
    number = 0
    writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows, 1):  # noqa: B007 - the count is what is given back
        writer.writerow({k: guard_cell(v) for k, v in row.items()})
    return number


def write_tsv(rows: Iterable[Row], columns: Iterable[str], stream: IO[str], header: bool = True) -> int:
    """Write rows separated by tabs, safe as CSV is; what a cell holds is put on one line, without tabs."""
    number, names = 0, list(columns)
    if header:
        stream.write("\t".join(names) + "\n")
    for number, row in enumerate(rows, 1):  # noqa: B007
        stream.write("\t".join(_write_cell(row.get(name)) for name in names) + "\n")
    return number


def write_list(records: Iterable[Row], stream: IO[str], around: tuple[str, str] = ("", "")) -> None:
    """Write records as a JSON list, one a line as they come, with what stands `around` it."""
    before, between = around[0] + "[\n", ",\n"
    for record in records:
        stream.write(before + json.dumps(record, ensure_ascii=False))
        before = between
    stream.write(("" if before == between else before) + f"\n]{around[1]}\n")


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    return str(guard_cell(" ".join(value.split()) if isinstance(value, str) else value))
