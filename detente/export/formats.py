"""The formats that other programs read: what each holds, and how a store is written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import IO, Any

from detente.errors import UsageError
from detente.export.selection import Selection
from detente.export.writers import check_stream
from detente.store import Filter, ToldEvent
from detente.store.reading import Reader

JSON, TSV = "application/json", "text/tab-separated-values; charset=utf-8"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: a line of help, its usual suffix and media type.

    `writer` and `test` name functions in the modules of detente.export, which are loaded when a format is
    asked for: how a Selection is written, and which events have a place in the format ('' is all); `lacks`
    says of the others what they lack. A `binary` format needs a binary stream; a `whole` one tells of the
    whole store, whichever events are chosen.
    """

    summary: str
    suffix: str
    media: str
    writer: str
    test: str = ""
    lacks: str = ""
    binary: bool = False
    whole: bool = False

    def write(self, chosen: Selection, stream: IO[Any]) -> None:
        """Write events that have a place in the format."""
        _load(self.writer)(chosen, stream)

    def fits(self, told: ToldEvent) -> bool:
        """Whether an event has a place in the format."""
        return not self.test or bool(_load(self.test)(told))


@cache
def _load(name: str) -> Callable[..., object]:
    home, _, function = name.partition(".")
    found: Callable[..., object] = getattr(import_module(f"detente.export.{home}"), function)
    return found


@dataclass(frozen=True, slots=True)
class Exported:
    """How many events were written, and how many had no place in the format."""

    written: int
    left_out: int


EXPORTS = {
    "acled": ExportFormat(
        "protest and violence that happened, as ACLED's columns", ".csv", CSV,
        "acled.write_acled", "acled.is_disorder", "are no protest or violence that happened",
    ),
    "bibtex": ExportFormat(
        "the reports that tell the events, as BibTeX", ".bib", "application/x-bibtex", "bibtex.write_bibtex",
    ),
    "csv": ExportFormat("detente's own columns, for spreadsheets", ".csv", CSV, "own.write_csv"),
    "datasette": ExportFormat(
        "metadata that lets Datasette show the store (--metadata)", ".json", JSON,
        "datasette.write_datasette", whole=True,
    ),
    "gdelt": ExportFormat(
        "GDELT 2.0's table of events with CAMEO's codes, without a header", ".tsv", TSV,
        "gdelt.write_gdelt", "cameo.has_code", "have a status that CAMEO can't tell, or no day",
    ),
    "gdelt-mentions": ExportFormat(
        "GDELT 2.0's table of mentions, which goes with it", ".tsv", TSV,
        "gdelt.write_gdelt_mentions", "cameo.has_code", "have a status that CAMEO can't tell, or no day",
    ),
    "geojson": ExportFormat(
        "points for maps (QGIS, Leaflet)", ".geojson", "application/geo+json",
        "geojson.write_geojson", "geojson.has_point", "have no point",
    ),
    "graphml": ExportFormat(
        "the network of parties (Gephi, Cytoscape, igraph); needs networkx", ".graphml",
        "application/graphml+xml", "network.write_graphml", "network.has_both_sides",
        "lack one of two parties",
    ),
    "ical": ExportFormat(
        "what is planned or offered for named days, as a calendar", ".ics", "text/calendar; charset=utf-8",
        "ical.write_ical", "ical.is_ahead", "are not planned or offered for days that the words name",
    ),
    "ndjson": ExportFormat(
        "detente's whole events, one JSON object a line", ".ndjson", "application/x-ndjson",
        "own.write_ndjson",
    ),
    "parquet": ExportFormat(
        "detente's own columns (polars, pandas, R, DuckDB)", ".parquet", "application/vnd.apache.parquet",
        "own.write_parquet", binary=True,
    ),
    "plover": ExportFormat("PLOVER's JSON", ".json", JSON, "plover.write_plover"),
    "polecat": ExportFormat(
        "POLECAT's 40 columns, tab-separated", ".tsv", TSV, "polecat.write_polecat", "polecat.has_label",
        "have a status that PLOVER's single label can't tell",
    ),
    "timelinejs": ExportFormat(
        "slides for TimelineJS", ".json", JSON, "timeline.write_timeline", "timeline.has_day", "have no day",
    ),
    "ucdp": ExportFormat(
        "violence that happened, as UCDP GED's columns", ".csv", CSV,
        "ucdp.write_ucdp", "ucdp.is_violence", "are no violence that happened on a known day",
    ),
}  # fmt: skip


def find_format(name: str) -> ExportFormat:
    """The format of that name. Raises UsageError for none."""
    if name not in EXPORTS:
        raise UsageError(f"format {name!r}", "is not known", f"Use {', '.join(EXPORTS)}")
    return EXPORTS[name]


def export_store(store: Reader, format: str, stream: IO[Any], chosen: Filter | None = None) -> Exported:
    """Write the events of a store that fit a Filter to `stream`, in one of EXPORTS.

    Which events have a place in a format, and what becomes of their statuses, docs/formats.md says. 'parquet'
    needs a binary stream, the others a text stream. The events are those of the last merging.
    Raises UsageError for another format, and what `Store.told_events` does.
    """
    return write_export(Selection(store.path.stem, store.told_events(chosen)), format, stream)


def write_export(chosen: Selection, format: str, stream: IO[Any]) -> Exported:
    """Write events to `stream` in one of EXPORTS, those that have a place in it."""
    as_ = find_format(format)
    check_stream(format, as_.binary, stream)
    counts = {True: 0, False: 0}

    def take() -> Iterator[ToldEvent]:
        for told in chosen.told:
            fits = as_.fits(told)
            counts[fits] += 1
            if fits:
                yield told

    as_.write(Selection(chosen.name, take()), stream)
    return Exported(counts[True], counts[False])
