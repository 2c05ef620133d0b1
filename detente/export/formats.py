"""The formats that other programs read, and what each holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import IO, Any

from detente.export.selection import Selection
from detente.store import ToldEvent

JSON, TSV = "application/json", "text/tab-separated-values; charset=utf-8"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: a line of help, its usual suffix and media type.

    `writer` says how a Selection is written, `test` which events have a place in the format ('' is all), and
    `lacks` of the others what they lack; both name functions in the modules of detente.export, which are
    loaded when the format is asked for (a plugin's writer is at hand). A `binary` format needs a binary
    stream; a `whole` one tells of the whole store, whichever events are chosen.
    """

    summary: str
    suffix: str
    media: str
    writer: str | Callable[[Selection, IO[Any]], object]
    test: str = ""
    lacks: str = ""
    binary: bool = False
    whole: bool = False

    def write(self, chosen: Selection, stream: IO[Any]) -> None:
        """Write events that have a place in the format."""
        write = _load(self.writer) if isinstance(self.writer, str) else self.writer
        write(chosen, stream)

    def fits(self, told: ToldEvent) -> bool:
        """Whether an event has a place in the format."""
        return not self.test or bool(_load(self.test)(told))


@cache
def _load(name: str) -> Callable[..., object]:
    home, _, function = name.partition(".")
    found: Callable[..., object] = getattr(import_module(f"detente.export.{home}"), function)
    return found


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
