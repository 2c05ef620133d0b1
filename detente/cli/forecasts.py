"""The commands of the ledger: what was foreseen, what came of it, and who foresaw how well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from detente.cli.options import DefaultGroup, day_option, format_option, output_option
from detente.cli.streams import check_outputs, count, open_output, pick_format, progress_line
from detente.export import write_ledger, write_scores
from detente.ledger import OUTCOMES
from detente.store import Store

WHO = "Who foresees it: a kind (official, expert, media), a code, a name, or words for whoever it is."


def choosing_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose forecasts and say where and how to write them."""
    for option in (
        output_option,
        format_option("table"),
        click.option("--who", help=WHO),
        click.option("--between", nargs=2, metavar="A B", help="Forecasts on these two, whoever is to act."),
    ):
        command = option(command)
    return command


@click.group(cls=DefaultGroup, default="list", short_help="List what was foreseen; resolve and score it.")
def forecasts() -> None:
    """Keep a ledger of what reports foresee: who, between whom, by when, how likely, on what condition.

    'detente forecasts STORE' is short for 'detente forecasts list STORE'.

    \b
    Example:
      detente forecasts events.db --who expert
      detente forecasts resolve events.db --as-of 2019-01-10
      detente forecasts scores events.db
    """


@forecasts.command("list", short_help="List the forecasts in a store.")
@click.argument("store")
@choosing_options
def list_forecasts(
    store: str, format_: str | None, output: str | None, between: tuple[str, str] | None, who: str | None
) -> None:
    """List the forecasts in STORE, by the day on which they were made, with what came of those resolved.

    \b
    Example:
      detente forecasts list events.db --between PRK USA
      detente forecasts events.db --who expert -o forecasts.csv
    """
    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with _opened(store) as opened, open_output(output, format_) as stream:
        shown = write_ledger(opened.forecasts(between, who), format_, stream)
    click.echo(count(shown, "forecast"), err=True)


@forecasts.command(short_help="Match forecasts with later events.")
@click.argument("store")
@choosing_options
@day_option("--as-of", "What is known on this day. [default: the last day of a report]")
def resolve(
    store: str,
    format_: str | None,
    output: str | None,
    as_of: str | None,
    **chosen: Any,
) -> None:
    """Say what came of the forecasts in STORE: came true, did not, open, or can't be told, and why.

    Forecasts are matched with the events that 'detente link' made, or with mentions where nothing was merged,
    and with the words of later reports. All of them are resolved and kept; the options choose which to show.
    Beside each stands the base rate: how often such acts came before, between the same parties.

    \b
    Example:
      detente forecasts resolve events.db
      detente forecasts resolve events.db --as-of 2019-01-10 --between PRK USA -o outcomes.ndjson
    """
    from detente.forecasts.stored import resolve_store

    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with _opened(store) as opened:
        found, resolved = resolve_store(opened, as_of)
        with open_output(output, format_) as stream:
            write_ledger(opened.forecasts(**chosen), format_, stream)
    outcomes = Counter[str](r.outcome for r in resolved)
    told = ", ".join(f"{outcomes[name]} {name}" for name in OUTCOMES)
    day = f" as of {resolved[0].as_of}" if resolved else ""
    late = len(found) - len(resolved)
    left_out = f"; {count(late, 'forecast')} made later left out" if late else ""
    click.echo(f"{count(len(resolved), 'forecast')}{day}: {told}{left_out}", err=True)


@forecasts.command(short_help="Score forecasters beside the base rate.")
@click.argument("store")
@choosing_options
def scores(
    store: str, format_: str | None, output: str | None, between: tuple[str, str] | None, who: str | None
) -> None:
    """Score who foresaw in STORE, by the last 'detente forecasts resolve': outcomes, Brier score,
    calibration.

    The Brier score is the mean squared error of the chances given (0 is best; 0.25 is what 50 % for
    everything scores), with the number of forecasts in brackets; the base rate is scored on the same
    forecasts. The calibration says how often what was given such a chance took place, with the 95 % interval.

    \b
    Example:
      detente forecasts scores events.db
      detente forecasts scores events.db --who "Harbour Institute" --format ndjson | jq .calibration
    """
    from detente.forecasts import score_forecasters

    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with _opened(store) as opened, open_output(output, format_) as stream:
        entries = [(f, r) for f, r in opened.forecasts(between, who) if r]
        cards = score_forecasters([f for f, _ in entries], [r for _, r in entries])
        write_scores(cards if entries else [], format_, stream)
    click.echo(f"{count(len(entries), 'resolved forecast')}", err=True)


@contextmanager
def _opened(path: str) -> Iterator[Store]:
    """The store, with the forecasts of all its reports read."""
    from detente.forecasts.stored import read_store

    with Store(path, make=False) as store:
        with progress_line(hidden=False) as show:
            for number in read_store(store):
                show(f"{count(number, 'report')} read for forecasts")
        yield store
