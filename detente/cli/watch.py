"""The command that follows feeds and folders."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from detente.cli.batches import How, add_reports
from detente.cli.coding import chosen_coder, coder_options
from detente.cli.options import fetching_options, reading_options
from detente.cli.streams import Batch, count, explain_interrupt, tell
from detente.errors import CoderError, StoreError, UsageError
from detente.store import Store

if TYPE_CHECKING:
    from detente.coders import Coder

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LEAST = 10  # seconds between two rounds


def check_interval(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """Callback of --every: gives '15m' back in seconds. Raises BadParameter."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", value.strip().lower())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    if seconds < LEAST:
        raise click.BadParameter(
            f"{value!r} is no time of {LEAST} s or more. Write it as 15m or 2h", ctx, param
        )
    return float(seconds)


@click.command(short_help="Follow feeds and folders, and add what is new.")
@click.argument("store")
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--every", default="15m", show_default=True, metavar="TIME", callback=check_interval,
    help="Time from one round to the next: 30s, 15m, 2h, 1d.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="One round, and leave: for cron and the like.")
@reading_options
@fetching_options
@coder_options
def watch(store: str, sources: tuple[str, ...], every: float, once: bool, how: How, **chosen: Any) -> None:
    """Look into SOURCES again and again, and add what is new to STORE, until Ctrl-C.

    SOURCES are web addresses (feeds, sitemaps, lists of articles, pages), folders and files. Each round says
    in one line what it did. What an address has is read again only if it has changed; where it fails, it is
    left alone for longer and longer. A page that a list names is fetched once. Of folders, files that are new
    or have changed are read; one that changed within the last 10 seconds is left for the next round. Stopped
    however, the same command goes on, and nothing is added twice.

    \b
    Example:
      detente watch events.db https://example.org/feed.xml --follow --every 30m
      detente watch events.db inbox/ https://example.org/sitemap.xml
      detente watch events.db inbox/ --once
    """
    if "-" in sources:
        raise UsageError("-", "standard input can't be watched", "Name folders, files or web addresses")
    with chosen_coder(workers=how.workers or 1, **chosen) as coder:
        while True:
            began, batch = time.time(), Batch()
            try:
                line = run_round(store, sources, how, batch, coder, every)
            except (StoreError, CoderError) as e:
                if once:
                    raise
                tell(e)
                line = "nothing more was added"
            line = f"{datetime.now():%Y-%m-%d %H:%M}  {line}"
            if once:
                batch.finish(line)
                return
            click.echo(f"{line}. Next round at {datetime.fromtimestamp(began + every):%H:%M}", err=True)
            with explain_interrupt(lambda: f"all is safe in {store}", "Run the same command again to go on"):
                time.sleep(max(0.0, began + every - time.time()))


def run_round(
    store: str, sources: tuple[str, ...], how: How, batch: Batch, coder: Coder, every: float
) -> str:
    """Add what is new in the sources since the last round, and say in a line what was done."""
    from detente.watch import Round  # the readers take a while to load

    with Store(store) as kept:
        found = Round(kept.watched, every, how.follow)
        paths = found.find_new(sources, batch.set_aside)
        outcomes, _ = add_reports(store, paths, how, batch, coder, found)
        found.finish()
    told = [f"{outcomes[name]} {name}" for name in ("added", "updated", "replaced")]
    told += [f"{outcomes['unchanged']} already there", *batch.exceptions()]
    if found.unsettled:
        told.append(f"{count(found.unsettled, 'file')} still being written")
    if found.resting:
        until = datetime.fromtimestamp(min(found.resting))
        told.append(f"{count(len(found.resting), 'source')} left alone until {until:%Y-%m-%d %H:%M} or later")
    return ", ".join(told)
