"""The command that writes the events in a store for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from detente.cli.options import check_format, filter_options, output_option
from detente.cli.streams import check_outputs, count, open_output
from detente.errors import StoreError, UsageError
from detente.export import EXPORTS, export_store, find_format
from detente.store import Filter, Store

HELP = """Write the events in STORE in a format that other programs read.

The events are those of the last 'detente link'. Type, status, days and --between choose among events; what
else is asked for has to hold of one of the mentions that tell an event. A format without a place for a
status holds only the events that it can tell; standard error says how many it leaves out.

\b
Formats:
{formats}

A plugin's format ("detente plugins" lists them) gets the mentions that tell the events.

\b
Example:
  detente export events.db --format geojson -o events.geojson
  detente export events.db --format gdelt --between KOR PRK --since 2013-01-01 -o korea.tsv
  detente export events.db -o network.graphml
"""
LINES = "\n".join(f"  {name:<15} {format_.summary}" for name, format_ in EXPORTS.items())
# suffixes that one format alone has
OF_SUFFIX = {
    format_.suffix: name
    for name, format_ in EXPORTS.items()
    if sum(other.suffix == format_.suffix for other in EXPORTS.values()) == 1
}


@click.command(short_help="Write events for other programs.", help=HELP.format(formats=LINES))
@click.argument("store")
@click.option(
    "--format", "format_", metavar="NAME", callback=check_format(*EXPORTS),
    help="One of the formats above, or a plugin's. [default: by the suffix of -o, where only one has it]",
)  # fmt: skip
@output_option
@filter_options("events")
def export(store: str, format_: str | None, output: str | None, picked: Filter) -> None:
    """Write the events in STORE in a format that other programs read."""
    format_ = format_ or _name_format(output)
    check_outputs((output,), (store,))
    with Store(store, readonly=True) as opened:
        if next(opened.told_events(Filter(limit=1)), None) is None:
            raise StoreError(store, "holds no events yet", f"Merge its mentions with 'detente link {store}'")
        with open_output(output, format_) as stream:
            written = export_store(opened, format_, stream, picked)
        late = opened.count_unmerged()
    as_ = find_format(format_)
    told = ["the whole store" if as_.whole else f"{count(written.written, 'event')} written"]
    if written.left_out:
        told.append(f"{written.left_out} left out, which {as_.lacks}")
    if late:
        told.append(
            f"{count(late, 'mention')} not merged yet, or judged or gone since: run 'detente link {store}'"
        )
    click.echo("; ".join(told) + ".", err=True)


def _name_format(output: str | None) -> str:
    suffix = Path(output or "").suffix.lower()
    if suffix not in OF_SUFFIX:
        raise UsageError("detente export", "needs a format", f"Give --format: {', '.join(EXPORTS)}")
    return OF_SUFFIX[suffix]
