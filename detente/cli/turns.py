"""The commands that show a relationship over time, and when it turned, in a store."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten
from typing import IO, TYPE_CHECKING, Any

import click

from detente.cli.options import day_option, format_option, output_option
from detente.cli.streams import check_outputs, count, open_output, pick_format, to_line
from detente.export import write_series
from detente.store import Filter, Store

if TYPE_CHECKING:
    from detente.turns import DatedEvent, Series, Turns

LATEST = 3  # events shown where no turn is
LONGEST = 400  # characters of a quote
pair_option = click.option(
    "--pair", nargs=2, required=True, metavar="A B", help="The two parties: codes (PRK, IGO:UN) or names."
)
by_option = click.option(
    "--by", type=click.Choice(["day", "week", "month"]), default="day", show_default=True,
    help="Length of the periods that the events are summed by.",
)  # fmt: skip
directed_option = click.option("--directed", is_flag=True, help="Only what A did to B.")
since_option = day_option("--since", "From this day on.")
until_option = day_option("--until", "Up to this day.")


@click.command(short_help="Show how two parties treat each other over time.")
@click.argument("store")
@pair_option
@by_option
@directed_option
@since_option
@until_option
@format_option("table")
@output_option
def series(
    store: str,
    pair: tuple[str, str],
    since: str | None,
    until: str | None,
    format_: str | None,
    output: str | None,
    **chosen: Any,
) -> None:
    """Sum what happened between two parties in STORE by day, week or month.

    Each period has the number of events, the sums of the scores of cooperation and of conflict, their
    difference (net) and balance, and the mean score (tone). Merged events ('detente link') are counted
    where there are any, mentions otherwise; standard error says which.

    \b
    Example:
      detente series events.db --pair KOR PRK --by month
      detente series events.db --pair USA IRN --directed --by week -o usa-iran.csv
    """
    from detente.turns import make_series

    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, readonly=True) as opened, open_output(output, format_) as stream:
        codes = opened.find_code(pair[0]), opened.find_code(pair[1])
        rows, what = pick_happenings(opened, pair, since, until)
        found = make_series(rows, codes, since=since, until=until, **chosen)
        write_series(found, format_, stream)
    told = f"{count(len(found.events), 'event')} in {count(len(found), str(chosen['by']))}"
    click.echo(f"{told}, from {what}.", err=True)
    _tell_passed_over(found)


@click.command(short_help="Find when a relationship turned.")
@click.argument("store")
@pair_option
@by_option
@directed_option
@click.option(
    "--measure", type=click.Choice(["tone", "net"]), default="tone", show_default=True,
    help="The mean score of the events, or the sum of scores per period.",
)  # fmt: skip
@since_option
@until_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "ndjson"]), default="text", show_default=True,
    help="For people, or one JSON object a turn.",
)  # fmt: skip
@output_option
def turns(
    store: str,
    pair: tuple[str, str],
    since: str | None,
    until: str | None,
    format_: str,
    output: str | None,
    **chosen: Any,
) -> None:
    """Find when the way two parties treat each other turned, from what happened between them in STORE.

    Each turn comes with its interval, its effect, how likely chance is to look like it, the
    events that carry it and what went before, which is a matter of sequence and not of cause. What can't be
    told from so few events is left open, with the reason. Merged events ('detente link') are counted where
    there are any, mentions otherwise; standard error says which.

    \b
    Example:
      detente turns events.db --pair KOR PRK --by week
      detente turns events.db --pair USA IRN --directed --format ndjson | jq .day
    """
    from detente.turns import find_turns, make_series

    check_outputs((output,), (store,))
    with Store(store, readonly=True) as opened, open_output(output, "ndjson") as stream:
        codes = opened.find_code(pair[0]), opened.find_code(pair[1])
        rows, what = pick_happenings(opened, None, since, until)
        found = find_turns(rows, codes, until=until, **chosen)
        theirs = make_series(pick_happenings(opened, pair, since, until)[0], codes)
        if format_ == "ndjson":
            stream.writelines(map(to_line, found))
        else:
            _write_text(found, stream)
    summary = f"{count(len(found.series.events), 'event')}, {count(len(found), 'turn')}, from {what}"
    click.echo(". ".join([summary, *found.abstained]) + ".", err=True)
    _tell_passed_over(theirs)


def pick_happenings(
    store: Store, pair: tuple[str, str] | None, since: str | None, until: str | None
) -> tuple[Iterable[Any], str]:
    """What happened, of all parties or of two: the events of a store where it has any, else its mentions.

    Says which it is, and how many mentions the events don't follow yet.
    """
    if next(store.tabulate_events(), None) is None:
        chosen = Filter(between=pair, since=since, until=until)
        return store.mentions(chosen), f"mentions; 'detente link {store.path}' merges those of one happening"
    what, late = "merged events", store.count_unmerged()
    if late:
        what += f"; {count(late, 'mention')} not merged yet, or judged or gone since"
        what += f" ('detente link {store.path}' brings the events up to date)"
    return store.tabulate_events(pair, since, until), what


def _tell_passed_over(found: Series) -> None:
    """Say on stderr how many of a pair's acts are left out, by reason."""
    total = sum(number for _, number in found.passed_over)
    reasons = "; ".join(f"{number} {reason}" for reason, number in found.passed_over)
    if total:
        click.echo(f"{count(total, 'act')} between the two left out: {reasons}.", err=True)


def _write_text(found: Turns, stream: IO[str]) -> None:
    for turn in found:
        stream.write(f"{turn.day} ({turn.earliest} to {turn.latest})\n")
        stream.writelines(f"  {reason}\n" for reason in turn.reasons)
        stream.writelines(f"  carried by {_tell(c.event)}\n" for c in turn.carried_by)
        stream.writelines(f"  went before {_tell(event)}\n" for event in turn.went_before)
    if not found.turns:
        stream.write("no turn was found\n")
        stream.writelines(f"  latest {_tell(event)}\n" for event in found.series.events[-LATEST:])
    for silence in found.silences:
        stream.write(f"silence from {silence.start}, {count(silence.days, 'day')}\n")
    for cycle in found.cycles:
        days = f"{cycle.start} over {cycle.high} to {cycle.end}"
        stream.write(f"swing from {days}, {count(cycle.days, 'day')}, {cycle.amplitude:.1f} points\n")
    for rise in found.rises:
        kept = f"{rise.followed} of {rise.earlier} earlier warnings were followed by one"
        stream.write(f"{rise.day}: conflict rises as before {rise.crises} past crises ({kept})\n")


def _tell(event: DatedEvent) -> str:
    what = event.extra.get("quote") or event.extra.get("type") or ""
    sides = " > ".join(filter(None, (", ".join(event.actor), ", ".join(event.recipient))))
    said = shorten(str(what), LONGEST, placeholder=" …")
    return f"{event.day} {sides} {event.score:+g} {said}".rstrip()
