"""The command that finds turns in a store."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from detente.cli.options import day_option, output_option
from detente.cli.streams import check_outputs, count, open_output, to_line
from detente.store import Filter, Store

if TYPE_CHECKING:
    from detente.turns import DatedEvent, Turns


@click.command(short_help="Find when a relationship turned.")
@click.argument("store")
@click.option(
    "--pair", nargs=2, required=True, metavar="A B", help="The two parties: codes (PRK, IGO:UN) or names."
)
@click.option(
    "--by", type=click.Choice(["day", "week", "month"]), default="day", show_default=True,
    help="Length of the periods that the events are summed by.",
)  # fmt: skip
@click.option("--directed", is_flag=True, help="Only what A did to B.")
@click.option(
    "--measure", type=click.Choice(["tone", "net"]), default="tone", show_default=True,
    help="The mean score of the events, or the sum of scores per period.",
)  # fmt: skip
@day_option("--since", "From this day on.")
@day_option("--until", "Up to this day.")
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
    told from so few events is left open, with the reason.

    \b
    Example:
      detente turns events.db --pair KOR PRK --by week
      detente turns events.db --pair USA IRN --directed --format ndjson | jq .day
    """
    from detente.turns import find_turns

    check_outputs((output,), (store,))
    with Store(store, readonly=True) as opened, open_output(output, "ndjson") as stream:
        list(opened.mentions(Filter(between=pair, limit=1)))  # refuses names that nobody knows
        happened = opened.mentions(Filter(status="happened", since=since, until=until))
        found = find_turns(happened, (_code_of(pair[0]), _code_of(pair[1])), until=until, **chosen)
        if format_ == "ndjson":
            stream.writelines(map(to_line, found))
        else:
            _write_text(found, stream)
    summary = f"{count(len(found.series.events), 'event')}, {count(len(found), 'turn')}"
    click.echo(". ".join([summary, *found.abstained]) + ".", err=True)


def _code_of(words: str) -> str:
    from detente.who.lookup import look_up

    meant = look_up(words)
    return meant.codes[0] if meant and len(meant.codes) == 1 else words


def _write_text(found: Turns, stream: IO[str]) -> None:
    for turn in found:
        stream.write(f"{turn.day} ({turn.earliest} to {turn.latest})\n")
        stream.writelines(f"  {reason}\n" for reason in turn.reasons)
        stream.writelines(f"  carried by {_tell(c.event)}\n" for c in turn.carried_by)
        stream.writelines(f"  went before {_tell(event)}\n" for event in turn.went_before)
    for silence in found.silences:
        stream.write(f"silence from {silence.start}, {count(silence.days, 'day')}\n")
    for cycle in found.cycles:
        days = f"{cycle.start} over {cycle.high} to {cycle.end}"
        stream.write(f"swing from {days}, {cycle.amplitude:.1f} points\n")
    for rise in found.rises:
        kept = f"{rise.followed} of {rise.earlier} earlier warnings were followed by one"
        stream.write(f"{rise.day}: conflict rises as before {rise.crises} past crises ({kept})\n")


def _tell(event: DatedEvent) -> str:
    what = event.extra.get("quote") or event.extra.get("type") or ""
    sides = " > ".join(filter(None, (", ".join(event.actor), ", ".join(event.recipient))))
    return f"{event.day} {sides} {event.score:+g} {' '.join(str(what).split())[:80]}".rstrip()
