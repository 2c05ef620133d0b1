"""The commands that fill a store, show what is in it, and take reports out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from detente.cli.batches import How, add_reports, add_shards
from detente.cli.coding import chosen_coder, coder_options
from detente.cli.options import (
    fetching_options,
    filter_options,
    format_option,
    mention_format_option,
    ontology_option,
    output_option,
    reading_options,
)
from detente.cli.streams import Batch, check_outputs, count, open_output, pick_format
from detente.errors import UsageError
from detente.export import print_safe, write_mentions, write_reports
from detente.records import EventMention
from detente.store import Filter, Store

if TYPE_CHECKING:
    from detente.ontology import Ontology


@click.command(short_help="Code reports into a store.")
@click.argument("store")
@click.argument("paths", nargs=-1)
@click.option(
    "--shards", metavar="FOLDER", help="Add what 'detente cluster' wrote to FOLDER, instead of PATHS."
)
@reading_options
@fetching_options
@coder_options
def add(store: str, paths: tuple[str, ...], shards: str | None, how: How, **chosen: Any) -> None:
    """Code reports into STORE, an SQLite file that is made where there is none.

    What is there already, coded by this version of the same coder, is skipped, so the same command goes on
    after a stop. Each report is stored as soon as it is coded. A report that was read from the same file,
    or has the same id in your table, as one in the store, but other words, replaces that one. A known day of
    publication stays where none is given.

    \b
    Example:
      detente add events.db reports/ more.jsonl --workers 4
      detente add events.db https://example.org/feed.xml --follow
      detente add events.db --shards s3://bucket/shards
    """
    if bool(paths) == bool(shards):
        raise UsageError(
            "detente add", "needs either PATHS or --shards", "Name reports, or a folder of shards"
        )
    batch = Batch()
    if shards:
        outcomes, held = add_shards(store, shards, batch)
    else:
        with chosen_coder(workers=how.workers or 1, **chosen) as coder:
            outcomes, held = add_reports(store, paths, how, batch, coder)
    told = [f"{outcomes[name]} {name}" for name in ("added", "updated")]
    told += [f"{outcomes['replaced']} replaced"] if outcomes["replaced"] else []
    told += [f"{outcomes['unchanged']} already there", *batch.exceptions()]
    if held is None:
        batch.finish(f"{', '.join(told)}. {store} was not made.")
        return
    holds = f"{count(held.reports, 'report')} and {count(held.mentions, 'mention')}"
    _suggest_next(store)
    batch.finish(f"{', '.join(told)}. {store} holds {holds}.")


def _suggest_next(store: str) -> None:
    """Say on stderr, where that is a terminal, how to look at the pair with most mentions."""
    if not sys.stderr.isatty():
        return
    with Store(store, readonly=True) as opened:
        for pair in opened.pairs(1):
            asked = " ".join(shlex.quote(code) for code in pair.codes)
            click.echo(f"Try next: detente turns {shlex.quote(store)} --pair {asked}", err=True)
    click.echo(f"or look at it in the browser: detente serve {shlex.quote(store)}", err=True)


@click.command(short_help="Take reports out of a store.")
@click.argument("store")
@click.argument("reports", nargs=-1, required=True)
def remove(store: str, reports: tuple[str, ...]) -> None:
    """Take REPORTS out of STORE, with their mentions and all else that hangs on them.

    A report is named by its id, by the id that your table gives it, or by its file, which stands for all
    reports that were read from it. Where one of the names means no report, nothing is removed.

    \b
    Example:
      detente remove events.db 3f0c9a1be2d47a55 reports/talks.md
    """
    with Store(store, make=False) as opened:
        removed = opened.remove(reports)
        held = opened.counts()
    for found, mentions in removed:
        given = found.given_id and f"id {found.given_id}"
        named = " · ".join(filter(None, (given, found.title, found.path)))
        click.echo(print_safe(f"{found.id}  {named}: {count(mentions, 'mention')}"))
    holds = f"{count(held.reports, 'report')} and {count(held.mentions, 'mention')}"
    click.echo(f"{len(removed)} removed. {store} holds {holds}.", err=True)


@click.command(short_help="Show the event mentions in a store.")
@click.argument("store")
@mention_format_option("table")
@output_option
@filter_options("mentions")
@ontology_option
@click.option("--as-coded", is_flag=True, help="As they were coded, whatever 'detente judge' says of them.")
def events(
    store: str,
    format_: str | None,
    output: str | None,
    as_coded: bool,
    view: Ontology | None,
    picked: Filter,
) -> None:
    """Show the event mentions in STORE, by day, as judgements ('detente judge') leave them.

    --type and --status always mean PLOVER's. With another --ontology, mentions that have no type there are
    left out.

    \b
    Example:
      detente events events.db --between KOR PRK --status offered --status refused
      detente events events.db --actor "North Korea" --search "rocket*" -o rockets.csv
    """
    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, readonly=True) as opened, open_output(output, format_) as stream:
        found = opened.mentions(picked, judged=not as_coded)
        write_mentions(_view_mentions(found, view, opened), format_, stream)


@click.command(short_help="List the reports in a store.")
@click.argument("store")
@format_option("table")
@output_option
def reports(store: str, format_: str | None, output: str | None) -> None:
    """List the reports in STORE with their ids, days, sources, files and numbers of mentions.

    \b
    Example:
      detente reports events.db
      detente reports events.db -o reports.csv
    """
    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, readonly=True) as opened, open_output(output, format_) as stream:
        write_reports(opened.list_reports(), format_, stream)


def _view_mentions(
    mentions: Iterable[EventMention], view: Ontology | None, store: Store
) -> Iterator[EventMention]:
    """The mentions in the types of another ontology; how many have none there is told on stderr."""
    if view is None:
        yield from mentions
        return
    from detente.crosswalk import view_mention

    inner, untyped = store.inner_mentions(), 0
    for mention in mentions:
        if seen := view_mention(mention, view, inner):
            yield seen
        else:
            untyped += 1
    click.echo(f"{count(untyped, 'mention')} without a type in {view.name} left out", err=True)
