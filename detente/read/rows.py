"""Tables of reports (JSON lines, JSON, CSV, TSV, Parquet) → rows → reports, one at a time."""

from __future__ import annotations

import codecs
import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import InputError
from detente.read.build import (
    CHECK_SAVED,
    FOLLOW,
    MAX_BYTES,
    Dating,
    Draft,
    Read,
    Source,
    Web,
    name_input,
    too_large,
    try_report,
)
from detente.read.days import CURE_ORDER, prove_order
from detente.read.decode import SAMPLE, check_binary, decode_text
from detente.read.gdelt import read_cells
from detente.read.texts import draft_page, read_whole
from detente.read.unpack import check_size, open_zip

if TYPE_CHECKING:
    from polars import LazyFrame

COLUMNS = ("id", "title", "text", "published", "url", "source", "author")
SEEN = ("date", "seendate")  # when GDELT saw a page
LINKED = ("file", *SEEN)  # further columns of lists whose texts are in files or pages
SLICE = 1000  # rows of a Parquet file
DELIMITERS = ",;\t|"
ONE_A_LINE = 'Write one object a line, such as {"id": "1", "text": "…"}'


class LineReader:
    """The lines of a table as text, never more than one in memory.

    `encoding` and `notes` tell how the lines since the last `take_notes` were decoded. `next` raises
    InputError for a line that is too long or can't be decoded; the line after it can still be read.
    """

    def __init__(self, stream: io.BufferedReader, subject: str) -> None:
        self.subject, self.number = subject, 0
        head = stream.peek(SAMPLE)
        check_binary(head, subject)
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self.stream = stream
        self.wide = io.TextIOWrapper(stream, "utf-16", "replace", "") if wide else None
        self.encoding, self.notes = "utf-8", ()  # type: tuple[str, tuple[str, ...]]

    def __iter__(self) -> LineReader:
        return self

    def __next__(self) -> str:
        self.number += 1
        line = self._decode_next()
        if not line:
            raise StopIteration
        return line

    def _decode_next(self) -> str:
        if self.wide:
            self.encoding = "utf-16"
            return str(self._cut(self.wide, self.wide.readline(MAX_BYTES + 1), "\n"))
        raw = self._cut(self.stream, self.stream.readline(MAX_BYTES + 1), b"\n")
        if self.number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        try:
            return str(raw.decode("utf-8"))
        except UnicodeDecodeError:
            sample = raw + self.stream.peek(SAMPLE)
            found = decode_text(raw, f"{self.subject}, line {self.number}", sample)
        self.encoding = found.encoding
        self.notes = tuple(dict.fromkeys((*self.notes, *found.notes)))
        return found.text

    def _cut(self, stream: Any, line: Any, end: Any) -> Any:
        if len(line) <= MAX_BYTES:
            return line
        rest = line
        while rest and not rest.endswith(end):
            rest = stream.readline(MAX_BYTES)
        raise too_large(f"{self.subject}, line {self.number}", "the line")

    def take_notes(self) -> tuple[str, tuple[str, ...]]:
        """The encoding and notes of the lines read since the last call."""
        taken = self.encoding, self.notes
        self.encoding, self.notes = "utf-8", ()
        return taken


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, how its bytes were decoded, and what fetches the page that it names."""

    path: str
    subject: str
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    web: Web | None = None

    def at(self, spot: str, lines: LineReader | None = None) -> Place:
        """The place of one row, such as 'line 7', with how its `lines` were decoded."""
        encoding, notes = lines.take_notes() if lines else (self.encoding, self.notes)
        return Place(self.path, f"{self.subject}, {spot}", encoding, notes, self.web)


Cells = Mapping[str, str]
Row = tuple[Cells, Place] | InputError  # the cells by column, or why they can't be read


def read_table(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in each row of a table, by the suffix of its file."""

    def read_again() -> Iterator[Row]:
        assert source.file
        with source.file.open("rb") as stream:
            yield from _read_rows(replace(source, stream=stream))

    yield from build_reports(_read_rows(source), dating, read_again if source.file else None)


def read_zipped_table(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in each row of the one CSV file in a ZIP archive, as GDELT gives them."""
    with open_zip(source.stream, source.subject) as archive:
        members = archive.infolist()
        if len(members) != 1:
            raise InputError(source.subject, f"holds {len(members)} files, not one table", "Unpack it")
        check_size(members[0], source.subject)
        stream: Any = archive.open(members[0])
        with io.BufferedReader(stream) as unpacked:
            yield from build_reports(_read_rows(replace(source, stream=unpacked, suffix=".csv")), dating)


def _read_rows(source: Source) -> Iterator[Row]:
    table = Place(source.path, source.subject, web=source.web)
    if source.suffix in (".jsonl", ".ndjson"):
        return read_json_lines(source.stream, table)
    if source.suffix == ".parquet":
        return read_parquet(source.file or source.stream, table)
    if source.suffix in (".csv", ".tsv"):
        return read_csv(source.stream, table, "\t" if source.suffix == ".tsv" else ",")
    found = read_whole(source.stream, source.subject)
    return read_json(found.text, replace(table, encoding=found.encoding, notes=found.notes))


def build_reports(
    rows: Iterable[Row], dating: Dating, again: Callable[[], Iterable[Row]] | None = None
) -> Iterator[Read]:
    """The report in each row, or the error that set it aside.

    Where a date could put day or month first, and `dating` doesn't say which, the whole column decides:
    `again` gives all rows anew, of a file that can be read twice.
    """
    for row in rows:
        found = row if isinstance(row, InputError) else _build_row(*row, dating)
        if again and isinstance(found, InputError) and found.cure == CURE_ORDER:
            dating, again = replace(dating, day_first=_prove_column(again())), None
            found = row if isinstance(row, InputError) else _build_row(*row, dating)
        if found is not None:
            yield found


def _prove_column(rows: Iterable[Row]) -> bool | None:
    """Whether the dates of a column put the day first; None where none shows it, or they disagree."""
    stated = (row[0].get("published") or "" for row in rows if not isinstance(row, InputError))
    proofs = {order for words in stated if (order := prove_order(words)) is not None}
    return proofs.pop() if len(proofs) == 1 else None


def read_json_lines(stream: io.BufferedReader, table: Place) -> Iterator[Row]:
    """The row on each line of a JSON-lines stream, or the error that set it aside."""
    lines = LineReader(stream, table.subject)
    for line in _read_each(lines):
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            yield _read_object(line, table.at(f"line {lines.number}", lines))


def _read_each(lines: LineReader) -> Iterator[str | InputError]:
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except InputError as e:
            yield e


def _read_object(line: str, place: Place) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as e:
        return InputError(place.subject, f"is not valid JSON: {_say_json_fault(e)}", ONE_A_LINE)
    return read_mapping(row, place)


def _say_json_fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
    return "nested too deep" if isinstance(error, RecursionError) else "a number is too long"


def read_mapping(row: Any, place: Place) -> Row:
    """The cells of an object with the keys `COLUMNS`, or the error that sets it aside."""
    if not isinstance(row, dict):
        return InputError(place.subject, f"is {_name_type(row)}, not an object", ONE_A_LINE)
    if "text" not in row and not (place.web and row.get("url")):
        found = ", ".join(repr(str(key)[:30]) for key in list(row)[:12]) or "no keys"
        return InputError(place.subject, f"lacks 'text' (found: {found})", "Name the report's key 'text'")
    cells: dict[str, str] = {}
    for key in COLUMNS:
        value = row.get(key)
        if key == "id" and isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            fault = f"{key!r} is {_name_type(value)}, not a string"
            return InputError(place.subject, fault, "Write it as one string in quotes")
        cells[key] = value or ""
    return cells | {key: row[key] for key in SEEN if isinstance(row.get(key), str)}, place


def _name_type(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object" if isinstance(value, dict) else "null")


def _build_row(cells: Cells, place: Place, dating: Dating) -> Read | None:
    if not cells.get("text") and "file" in cells:
        return _build_linked(cells, place, dating)
    if not cells.get("text") and place.web and cells.get("url"):
        return _build_fetched(cells, place.web, dating)
    draft = Draft(
        subject=place.subject,
        path=place.path,
        text=cells.get("text") or "",
        title=cells.get("title"),
        published=cells.get("published"),
        url=cells.get("url"),
        source=cells.get("source"),
        author=cells.get("author"),
        given_id=cells.get("id"),
        encoding=place.encoding,
        notes=place.notes,
    )
    return try_report(draft, dating)


def _build_linked(cells: Cells, place: Place, dating: Dating) -> Read:
    """The report whose text is in the file that the row names, in the table's folder or one below it."""
    try:
        draft = _open_linked(cells["file"].strip(), place, dating)
    except InputError as e:
        return e
    stated = replace(
        draft,
        title=cells.get("title") or draft.title,
        published=_date_row(cells, draft),
        url=cells.get("url") or draft.url,
        source=cells.get("source") or draft.source,
        author=cells.get("author") or draft.author,
        given_id=cells.get("id"),
    )
    return try_report(stated, dating)


def _build_fetched(cells: Cells, web: Web, dating: Dating) -> Read | None:
    """The report at the address that the row names; None where that isn't wanted."""
    try:
        draft = web.draft_page(cells["url"])
    except InputError as e:
        return e
    if draft is None:
        return None
    stated = replace(
        draft,
        title=draft.title or cells.get("title"),
        published=_date_row(cells, draft),
        source=cells.get("source") or draft.source,
        author=cells.get("author") or draft.author,
        given_id=cells.get("id"),
    )
    return try_report(stated, dating)


def _date_row(cells: Cells, draft: Draft) -> str | None:
    """The day that a row states, else its text, else the one on which GDELT saw the page."""
    return cells.get("published") or draft.published or next(filter(None, map(cells.get, SEEN)), None)


def _open_linked(name: str, place: Place, dating: Dating) -> Draft:
    if not name:
        raise InputError(place.subject, "names no file with its text", "Save the page and name its file")
    folder = Path(place.path).resolve().parent
    path = (folder / name).resolve()
    if "\0" in name or place.path == "-" or not path.is_relative_to(folder):
        fault = f"names the file {name_input(name)!r}, which is not in the table's folder"
        raise InputError(place.subject, fault, "Put the texts into the table's folder or one below it")
    is_page = path.suffix.lower() in (".html", ".htm")
    try:
        with path.open("rb") as stream:
            found = read_whole(stream, place.subject, page=is_page)
    except OSError as e:
        fault = f"names the file {name_input(name)!r}, which can't be read ({e.strerror})"
        raise InputError(place.subject, fault, "Check the name") from e
    if is_page:
        return draft_page(found, str(path), place.subject, dating.day_first)
    return Draft(place.subject, str(path), found.text, encoding=found.encoding, notes=found.notes)


def read_json(text: str, place: Place) -> Iterator[Row]:
    """The rows in a JSON file that holds a list of objects, or one object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as e:
        cure = "Mend it, or write one object a line and name the file .jsonl"
        yield InputError(place.subject, f"is not valid JSON: {_say_json_fault(e)}", cure)
        return
    if isinstance(found, dict) and isinstance(found.get("articles"), list):  # as GDELT lists them
        found = found["articles"]
    if not isinstance(found, list):
        yield read_mapping(found, place)
    elif not found:
        yield InputError(place.subject, "holds an empty list", 'Put objects into it, such as {"text": "…"}')
    else:
        for number, row in enumerate(found, 1):
            yield read_mapping(row, place.at(f"item {number}"))


def read_csv(stream: io.BufferedReader, table: Place, delimiter: str) -> Iterator[Row]:
    """The cells of each row of a CSV or TSV stream, or the error that set it aside.

    The first row names the columns; rows are counted as a spreadsheet shows them, the first being row 1.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    lines = LineReader(stream, table.subject)
    first = next(lines, "")
    if read_cells(first) is not None:
        yield from _read_gdelt(chain([first], _read_each(lines)), table)
        return
    rows = csv.reader(chain([first], lines), delimiter=_choose_delimiter(first, delimiter), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
    except csv.Error as e:
        yield _tell_csv_fault(e, f"{table.subject}, row 1")
        return
    _check_header(header, table)
    for number in count(2):
        spot = f"row {number}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except InputError as e:
            yield e
        except csv.Error as e:
            yield _tell_csv_fault(e, f"{table.subject}, {spot}")
        else:
            if any(cell.strip() for cell in row):
                yield _read_cells(header, row, table.at(spot, lines))


def _read_gdelt(lines: Iterable[str | InputError], table: Place) -> Iterator[Row]:
    if table.web is None:
        raise InputError(table.subject, "lists addresses without texts, as GDELT does", FOLLOW)
    for number, line in enumerate(lines, 1):
        if isinstance(line, InputError):
            yield line
            continue
        place = table.at(f"row {number}")
        cells = read_cells(line)
        yield (cells, place) if cells else InputError(place.subject, "is no row of GDELT's", CHECK_SAVED)


def _choose_delimiter(first: str, usual: str) -> str:
    """The delimiter under which the first line has a column 'text', else 'url'; else the usual one."""
    for name in ("text", "url"):
        for delimiter in usual + DELIMITERS:
            if name in (cell.strip(' "\r\n').lower() for cell in first.split(delimiter)):
                return delimiter
    return usual


def _check_header(header: list[str], table: Place) -> None:
    subject = table.subject
    if not any(header):
        raise InputError(subject, "is empty", CHECK_SAVED)
    if "text" not in header and "file" not in header and not (table.web and "url" in header):
        if "url" in header:
            fault = "lists addresses without texts, as GDELT does"
            cure = f"{FOLLOW}, or save them and name each one's file in a column 'file'"
            raise InputError(subject, fault, cure)
        found = ", ".join(repr(name[:30]) for name in header[:12])
        fault = f"lacks the column 'text' (found: {found})"
        raise InputError(subject, fault, "Name the column with the reports 'text' in the first row")
    for name in COLUMNS:
        if header.count(name) > 1:
            raise InputError(subject, f"has two columns {name!r}", "Rename or remove one of them")


def _tell_csv_fault(error: csv.Error, subject: str) -> InputError:
    known = {
        "unexpected end of data": "a quote is opened and never closed, so all rows after it are lost",
        "field larger than field limit": "a cell is over 10 MB: a quote may be opened and never closed",
        "new-line character": "a line ends with a carriage return alone",
    }
    fault = next((says for start, says in known.items() if str(error).startswith(start)), f"{error}")
    return InputError(subject, fault, 'Quote cells as "…" and write quotes inside them as ""')


def _read_cells(header: list[str], row: list[str], place: Place) -> Row:
    while len(row) > len(header) and not row[-1].strip():
        row = row[:-1]
    if len(row) != len(header):
        fault = f"has {len(row)} cells where the first row has {len(header)}"
        cure = "Give it a cell for each column; quote cells that hold the delimiter"
        return InputError(place.subject, fault, cure)
    return dict(zip(header, row, strict=True)), place


def read_parquet(file: Any, table: Place, start: int = 0, stop: int = sys.maxsize) -> Iterator[Row]:
    """The cells of the rows from `start` to before `stop` of a Parquet file, given as a path or an open file.

    SLICE rows are in memory at a time; places count from row 1. Raises InputError as `count_parquet` does.
    """
    with _tell_parquet_fault(table):
        texts = _scan_texts(file, table)
        for at in count(start, SLICE):
            rows = texts.slice(at, min(SLICE, stop - at)).collect().to_dicts()
            yield from ((row, table.at(f"row {number}")) for number, row in enumerate(rows, at + 1))
            if len(rows) < SLICE:
                return


def count_parquet(file: Any, table: Place) -> int:
    """How many rows of reports a Parquet file has; raises InputError where it isn't one."""
    import polars as pl

    with _tell_parquet_fault(table):
        return int(_scan_texts(file, table).select(pl.len()).collect().item())


def _scan_texts(file: Any, table: Place) -> LazyFrame:
    import polars as pl

    frame = pl.scan_parquet(file)
    schema = frame.collect_schema()
    header = [name.strip().lower() for name in schema]
    _check_header(header, table)
    kept = {name: key for name, key in zip(schema, header, strict=True) if key in (*COLUMNS, *LINKED)}
    if nested := [name for name in kept if schema[name].is_nested() or schema[name] == pl.Binary]:
        fault = f"the column {nested[0]!r} holds {schema[nested[0]]}, not text"
        raise InputError(table.subject, fault, "Write it as strings")
    return frame.select(pl.col(name).cast(pl.String).fill_null("").alias(key) for name, key in kept.items())


@contextmanager
def _tell_parquet_fault(table: Place) -> Iterator[None]:
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as e:
        fault = f"is no Parquet file that can be read ({str(e).splitlines()[0][:100]})"
        raise InputError(table.subject, fault, CHECK_SAVED) from e
