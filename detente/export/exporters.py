"""Writes events in a format of detente's or of a plugin's, which writes the mentions that tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from detente.errors import DetenteError, PluginError, UsageError
from detente.export.formats import EXPORTS, ExportFormat
from detente.export.selection import Selection
from detente.export.tabular import FORMATS, check_stream
from detente.plugins import find_parts
from detente.records import EventMention
from detente.store import Filter, ToldEvent
from detente.store.reading import Reader


@dataclass(frozen=True, slots=True)
class Exported:
    """How many events were written, and how many had no place in the format."""

    written: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Exporter:
    """A plugin's way to write mentions to a text stream, which gives back how many there were."""

    name: str
    plugin: str
    function: Callable[..., int]

    def write(self, mentions: Iterable[EventMention], stream: IO[str]) -> int:
        """Write mentions and give back their number. Raises PluginError where the plugin fails."""
        try:
            return self.function(mentions, stream)
        except (DetenteError, OSError):
            raise
        except Exception as e:
            fault = f"its exporter {self.name!r} failed ({type(e).__name__}: {e})"
            raise PluginError(f"plugin {self.plugin!r}", fault, "Report this to its maker") from e

    def write_told(self, chosen: Selection, stream: IO[str]) -> None:
        """Write the mentions that tell events."""
        self.write((m for told in chosen.told for m in told.mentions), stream)


def find_exporters() -> dict[str, Exporter]:
    """The exporters of plugins by name. Raises PluginError where one is faulty or its name is taken."""
    added = find_parts("exporters", (*FORMATS, *EXPORTS))
    return {name: Exporter(name, part.plugin, part.value) for name, part in added.items()}


def find_exporter(name: str, own: Iterable[str]) -> Exporter:
    """The exporter of that name, where it is none of detente's `own`. Raises UsageError for none."""
    added = find_exporters()
    if name not in added:
        raise UsageError(f"format {name!r}", "is not known", f"Use {', '.join((*own, *added))}")
    return added[name]


def find_format(name: str) -> ExportFormat:
    """The format of that name among EXPORTS and those of plugins. Raises UsageError for none."""
    if name in EXPORTS:
        return EXPORTS[name]
    added = find_exporter(name, EXPORTS)
    summary = f"the mentions of the events, as the plugin {added.plugin!r} writes them"
    return ExportFormat(summary, ".txt", "text/plain; charset=utf-8", added.write_told)


def export_store(store: Reader, format: str, stream: IO[Any], chosen: Filter | None = None) -> Exported:
    """Write the events of a store that fit a Filter to `stream`, in one of EXPORTS or a plugin's format.

    Which events have a place in a format, and what becomes of their statuses, docs/formats.md says. 'parquet'
    needs a binary stream, the others a text stream. The events are those of the last merging.
    Raises UsageError for another format, PluginError where a plugin fails, and what `Store.told_events` does.
    """
    return write_export(Selection(store.path.stem, store.told_events(chosen)), format, stream)


def write_export(chosen: Selection, format: str, stream: IO[Any]) -> Exported:
    """Write events to `stream` as `export_store` does, those that have a place in the format."""
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
