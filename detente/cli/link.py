"""The commands that merge mentions into events, and take people's word on it."""

from __future__ import annotations

import click

from detente.cli.options import format_option, output_option
from detente.cli.streams import check_outputs, count, open_output, pick_format
from detente.errors import UsageError
from detente.export import print_safe, write_events
from detente.judgements import VERDICTS, join_named, make_judgement
from detente.records import Judgement, Verdict
from detente.store import Store


@click.command(short_help="Merge the mentions in a store into events.")
@click.argument("store")
@format_option("table")
@output_option
@click.option(
    "--least", type=click.IntRange(min=1), default=2, show_default=True,
    help="Show events that so many mentions tell, or more.",
)  # fmt: skip
def link(store: str, format_: str | None, output: str | None, least: int) -> None:
    """Merge mentions of one happening in STORE into events, and show those that several mentions tell.

    Each event keeps all its mentions, the history of its status, how many independent outlets tell it (a text
    that several print counts once) and what they contradict each other on. Run it again after adding reports:
    only events that these touch are written anew. Judgements ('detente judge') are kept to.

    \b
    Example:
      detente link events.db
      detente link events.db --least 1 -o events.csv
    """
    from detente.link import link_store

    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, make=False) as opened:
        outcomes = link_store(opened)
        mentions = opened.counts().mentions
        with open_output(output, format_) as stream:
            write_events(opened.events(least), format_, stream)
    told = ", ".join(f"{outcomes[name]} {name}" for name in ("new", "changed", "as before", "gone"))
    events = count(outcomes.total() - outcomes["gone"], "event")
    click.echo(f"{count(mentions, 'mention')}, {events}: {told}", err=True)


@click.command(short_help="Say which mentions are the same happening, and what is wrong in one.")
@click.argument("store")
@click.argument("verdict", required=False, type=click.Choice(VERDICTS))
@click.argument("mentions", nargs=-1)
@click.option("--value", help="With 'type' and 'party': what is right, such as REJECT-meet or actor=PRK.")
@click.option("--by", help="Who says so.")
@click.option("--why", help="Why.")
@click.option("--list", "listed", is_flag=True, help="List the judgements in STORE.")
@click.option("--take-back", metavar="ID", help="Forget the judgement with this id.")
def judge(
    store: str,
    verdict: Verdict | None,
    mentions: tuple[str, ...],
    listed: bool,
    take_back: str | None,
    **said: str | None,
) -> None:
    """Say what MENTIONS are, where the coding or the merging is wrong.

    \b
    same       they tell one happening
    different  each tells another one
    wrong      they tell no such act: left out from then on
    type       the act is that of --value: CONSULT, REJECT-meet
    party      those of --value act or are acted on: actor=PRK, "recipient=KOR;IGO:UN", recipient=

    MENTIONS are ids of mentions; for 'same', ids of events do as well. What was coded stays:
    'detente events --as-coded' shows it. Judgements outrank what 'detente link' finds, survive coding the
    reports again, and can be taken back. Run 'detente link' afterwards, so that events follow.

    \b
    Example:
      detente judge events.db same 5263db2a01e1bca9 77ab01c9d4e2f310 --by ML --why "one raid"
      detente judge events.db party 5263db2a01e1bca9 --value actor=PRK --by ML
      detente judge events.db --list
      detente judge events.db --take-back 0c1d2e3f4a5b6c7d
    """
    with Store(store, make=False) as opened:
        if take_back:
            opened.take_back(take_back)
            click.echo(f"taken back: {take_back}", err=True)
        elif verdict:
            kept = _keep(opened, verdict, mentions, **said)
            click.echo(f"kept as {kept.id}. Run 'detente link {store}' so that events follow.", err=True)
        elif not listed:
            raise UsageError(
                "detente judge", "no verdict is given", f"Say one of {', '.join(VERDICTS)}, or --list"
            )
        if listed:
            for judgement in opened.judgements():
                click.echo(print_safe(_describe(judgement)))


def _keep(store: Store, verdict: Verdict, names: tuple[str, ...], **said: str | None) -> Judgement:
    """Keep a judgement, unless it can't hold together with those that are kept."""
    from detente.link import settle

    ids = join_named(verdict, [store.find_mentions(name) for name in names])
    judgement = make_judgement(verdict, ids, **said)
    judgements = [*store.judgements(), judgement]
    settle(judgements, {i for j in judgements for i in j.mentions})
    store.add_judgement(judgement)
    return judgement


def _describe(judgement: Judgement) -> str:
    said = " ".join(filter(None, (judgement.verdict, judgement.value)))
    told = " ".join(filter(None, (judgement.day, judgement.by)))
    why = f": {judgement.why}" if judgement.why else ""
    return f"{judgement.id}  {said:9}  {' '.join(judgement.mentions)}  {told}{why}"
