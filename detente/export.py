"""EventMentions out: NDJSON, CSV, Parquet, and a table for the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from detente.errors import UsageError
from detente.records import EventMention, Party, When, to_dict

if TYPE_CHECKING:
    import polars

# The flat columns and their kinds: t text, i whole number, f number.
COLUMNS = {
    "id": "t", "report_id": "t", "title": "t", "published": "t", "url": "t", "start": "i", "end": "i",
    "earliest": "t", "latest": "t", "when": "t", "basis": "t",
    "actor_code": "t", "actor_name": "t", "actor_sector": "t", "actor_text": "t",
    "recipient_code": "t", "recipient_name": "t", "recipient_sector": "t", "recipient_text": "t",
    "type": "t", "mode": "t", "quad": "t", "score": "f", "contexts": "t", "status": "t", "theme": "t",
    "certainty_low": "f", "certainty_high": "f", "certainty": "t",
    "place": "t", "place_text": "t", "place_level": "t", "country": "t", "lat": "f", "lon": "f",
    "geonames_id": "i", "says_kind": "t", "says_name": "t", "says_code": "t", "says_text": "t",
    "confidence": "f", "trigger": "t", "quote": "t", "sentence": "t", "coder": "t", "reasons": "t",
}  # fmt: skip
BATCH = 10_000  # mentions held as Python objects while a frame is built
PIPED_WIDTH = 120  # columns of a table that goes to no terminal, unless COLUMNS says otherwise
# What a spreadsheet would run as a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"(?![+-]?\d+(\.\d+)?\Z)[=+\-@\t\r]")
STATUS_STYLES = {"happened": "green", "threatened": "red", "denied": "dim", "negated": "dim"}


def write_mentions(mentions: Iterable[EventMention], format: str, stream: IO[Any]) -> int:
    """Write mentions to `stream` and give back how many there were.

    `format` is 'ndjson' (a whole record a line), 'csv' (the flat COLUMNS, safe to open in a
    spreadsheet), 'table' (for people; coloured and as wide as the terminal) or 'parquet' (the flat
    COLUMNS). 'parquet' needs a binary stream, the others a text stream. All but 'table' and
    'parquet' write each mention as it comes. Raises UsageError for another format or a wrong stream.
    """
    writer = WRITERS.get(format)
    if not writer:
        raise UsageError(f"format {format!r}", "is not known", f"Use {', '.join(WRITERS)}")
    kind = "binary" if format == "parquet" else "text"
    if isinstance(stream, io.TextIOBase if kind == "binary" else (io.RawIOBase, io.BufferedIOBase)):
        raise UsageError(f"format {format!r}", f"needs a {kind} stream", "Open the file that way")
    return writer(mentions, stream)


def mentions_frame(mentions: Iterable[EventMention]) -> polars.DataFrame:
    """The mentions as a polars frame with the flat COLUMNS; days are ISO strings, lists joined by ';'."""
    import polars

    kinds = {"t": polars.String, "i": polars.Int64, "f": polars.Float64}
    schema = {name: kinds[kind] for name, kind in COLUMNS.items()}
    rows = map(flatten_mention, mentions)
    frames = [polars.DataFrame([], schema=schema)]
    while batch := list(islice(rows, BATCH)):
        frames.append(polars.DataFrame(batch, schema=schema))
    return polars.concat(frames)


def flatten_mention(m: EventMention) -> dict[str, Any]:
    """A mention as one row of the flat COLUMNS; parties stand in the same order in each of their columns."""
    certainty, where, says = m.certainty, m.where, m.says
    return {
        "id": m.id, "report_id": m.report_id, "title": m.title, "published": m.published, "url": m.url,
        "start": m.start, "end": m.end, "earliest": m.when.earliest, "latest": m.when.latest,
        "when": m.when.text, "basis": m.when.basis,
        **_flatten_parties("actor", m.actor), **_flatten_parties("recipient", m.recipient),
        "type": m.type, "mode": m.mode, "quad": m.quad, "score": m.score,
        "contexts": _join(m.contexts), "status": m.status, "theme": m.theme,
        "certainty_low": certainty and certainty.low, "certainty_high": certainty and certainty.high,
        "certainty": certainty and certainty.phrase,
        "place": where and where.name, "place_text": where and where.text,
        "place_level": where and where.level, "country": where and where.country,
        "lat": where and where.lat, "lon": where and where.lon,
        "geonames_id": where and where.geonames_id,
        "says_kind": says and says.kind, "says_name": says and says.name,
        "says_code": says and says.code, "says_text": says and says.text,
        "confidence": m.confidence, "trigger": m.trigger.text, "quote": m.quote,
        "sentence": m.sentence, "coder": m.coder, "reasons": _join(m.reasons),
    }  # fmt: skip


def _flatten_parties(side: str, parties: Iterable[Party]) -> dict[str, str | None]:
    fields = ("code", "name", "sector", "text")
    return {f"{side}_{field}": _join(getattr(p, field) for p in parties) for field in fields}


def _join(values: Iterable[str | None]) -> str | None:
    """The values between semicolons, or None where all are empty."""
    joined = ";".join((v or "").replace(";", ",") for v in values)
    return joined if joined.strip(";") else None


def guard_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: one that looks so gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def print_safe(words: str) -> str:
    """The words on one line, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in words)


def _write_ndjson(mentions: Iterable[EventMention], stream: IO[str]) -> int:
    number = 0
    for number, mention in enumerate(mentions, 1):  # noqa: B007 - the count is what is given back
        stream.write(json.dumps(to_dict(mention), ensure_ascii=False) + "\n")
    return number


def _write_csv(mentions: Iterable[EventMention], stream: IO[str]) -> int:
    number = 0
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, mention in enumerate(mentions, 1):  # noqa: B007
        writer.writerow({k: guard_cell(v) for k, v in flatten_mention(mention).items()})
    return number


def _write_parquet(mentions: Iterable[EventMention], stream: IO[bytes]) -> int:
    frame = mentions_frame(mentions)
    packed = io.BytesIO()  # polars reports a full disk less plainly than the stream does
    frame.write_parquet(packed)
    stream.write(packed.getbuffer())
    return frame.height


def _write_table(mentions: Iterable[EventMention], stream: IO[str]) -> int:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("Day", "Who", "To whom", "Act", "Status", "Says", box=None, pad_edge=False)
    table.add_column("Words", ratio=1)
    for mention in mentions:
        cells = [Text(print_safe(words)) for words in _table_cells(mention)]
        cells[4].stylize(STATUS_STYLES.get(mention.status, "yellow"))
        table.add_row(*cells)
    width = shutil.get_terminal_size((PIPED_WIDTH, 24)).columns
    Console(file=stream, width=width).print(table if table.row_count else "No mention fits.")
    return table.row_count


def _table_cells(m: EventMention) -> Iterator[str]:
    yield _show_days(m.when)
    yield _show_parties(m.actor)
    yield _show_parties(m.recipient)
    yield f"{m.type}-{m.mode}" if m.mode else m.type
    yield m.status
    yield (m.says.name or m.says.text) if m.says else ""
    yield m.quote


def _show_days(when: When) -> str:
    first, last = when.earliest or "", when.latest or ""
    return first if first == last else f"{first}–{last}"


def _show_parties(parties: Iterable[Party]) -> str:
    return ", ".join(p.code or p.name or p.text for p in parties)


WRITERS: dict[str, Callable[[Iterable[EventMention], IO[Any]], int]] = {
    "ndjson": _write_ndjson,
    "csv": _write_csv,
    "parquet": _write_parquet,
    "table": _write_table,
}
