"""The command that threads events into negotiations."""

from __future__ import annotations

from typing import Any

import click

from detente.cli.options import day_option, format_option, output_option
from detente.cli.streams import check_outputs, count, open_output, pick_format
from detente.errors import StoreError
from detente.export import write_threads
from detente.records import THREAD_STATES
from detente.store import Store


@click.command(short_help="Thread the events in a store into negotiations.")
@click.argument("store")
@format_option("table")
@output_option
@click.option("--between", nargs=2, metavar="A B", help="Threads in which both take part: codes or names.")
@click.option(
    "--state", multiple=True, type=click.Choice(THREAD_STATES), metavar="STATE",
    help=f"May be given several times: {', '.join(THREAD_STATES)}.",
)  # fmt: skip
@day_option("--since", "Threads with a step on this day or after it.")
def threads(store: str, format_: str | None, output: str | None, **chosen: Any) -> None:
    """Thread the events in STORE that answer each other (offers, refusals, counter-offers) and show them.

    Run 'detente link' first, and both again after adding reports. Each thread has its topic in a report's
    words, its steps, its state and whose turn it is ('ball'); each step says what it answers and which words
    or features tell that.

    \b
    Example:
      detente threads events.db --between KOR PRK
      detente threads events.db --state open --since 2013-06-01 -o threads.ndjson
    """
    from detente.threads import find_threads

    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, make=False) as opened:
        events = [event for event, _ in opened.events()]
        if not events and opened.counts().mentions:
            raise StoreError(store, "its mentions aren't merged yet", f"Run 'detente link {store}' first")
        outcomes = opened.put_threads(find_threads(events, opened.mentions()))
        with open_output(output, format_) as stream:
            write_threads(opened.threads(**chosen), format_, stream)
    found = sum(outcomes[name] for name in ("new", "changed", "as before"))
    told = ", ".join(f"{outcomes[name]} {name}" for name in ("new", "changed", "as before", "gone"))
    click.echo(f"{count(len(events), 'event')}, {count(found, 'thread')}: {told}", err=True)
