"""Options and arguments that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from detente.cli.batches import TIME_LIMIT, How
from detente.errors import UsageError
from detente.export import FORMATS, find_exporters
from detente.fetch import Limits
from detente.records import CODED, STATUSES
from detente.store import Filter

if TYPE_CHECKING:
    from detente.ontology import Ontology

# as a Filter has them
FILTERS = ("between", "actor", "recipient", "since", "until", "says", "search", "limit")


class DefaultGroup(click.Group):
    """A group that takes a first word which is none of its commands for an argument of its `default`."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before arguments that start with no command of the group."""
        own = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if own or not args else [self.default, *args])


def check_day(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Callback of options that take a day: gives it back as an ISO day. Raises BadParameter."""
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError as e:
        raise click.BadParameter(f"{value!r} is not a day. Write it as 2013-07-05", ctx, param) from e


def day_option(name: str, words: str) -> Callable[[Any], Any]:
    """An option that takes a day, with its help."""
    return click.option(name, metavar="DAY", callback=check_day, help=words)


published_option = day_option("--published", "The day on which reports that state none were published.")
order_option = click.option(
    "--day-first/--month-first", default=None,
    help="How to read dates such as 03.04.2020. [default: as other rows of the table prove, else not at all]",
)  # fmt: skip
workers_option = click.option(
    "--workers", type=click.IntRange(min=1),
    help="Processes to code with; with --coder llm, requests sent to the endpoint at once. "
    "[default: one for each core; for llm, one]",
)  # fmt: skip
time_limit_option = click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), default=TIME_LIMIT, show_default=True,
    metavar="SECONDS", help="A report that takes longer is set aside; not for --coder llm.",
)  # fmt: skip
follow_option = click.option(
    "--follow", is_flag=True, help="Fetch the pages that feeds, and lists of addresses in files, link to.",
)  # fmt: skip
private_option = click.option(
    "--private", "private_hosts", multiple=True, metavar="HOST",
    help="Fetch from this host though its address isn't public; may be given several times.",
)  # fmt: skip
pages_option = click.option(
    "--most-pages", type=click.IntRange(min=1), default=Limits().pages, show_default=True,
    help="Fetch at most so many of the pages that a feed, sitemap or list names.",
)  # fmt: skip
paths_argument = click.argument("paths", nargs=-1, required=True)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how reports are read and coded, given to the command together as `how`."""

    @published_option
    @order_option
    @workers_option
    @time_limit_option
    @wraps(command)
    def with_how(**given: Any) -> None:
        options = {field.name: given.pop(field.name) for field in fields(How) if field.name in given}
        command(how=How(**options), **given)

    decorated: Callable[..., None] = with_how
    return decorated


def fetching_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is fetched from the network; `reading_options` take them into `how`."""
    for option in (pages_option, private_option, follow_option):
        command = option(command)
    return command


def filter_options(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that choose `what` of a store, given to the command together as `picked`, a Filter."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option("--between", nargs=2, metavar="A B", help="What holds between these two, whoever acts.")
        @click.option("--actor", help="Who acts: a code (PRK, IGO:UN) or a name.")
        @click.option("--recipient", help="Who is acted on: a code or a name.")
        @click.option(
            "--type", "types", multiple=True, help="Type of act, such as REJECT; may be given several times."
        )
        @click.option(
            "--status", "statuses", multiple=True, type=click.Choice(STATUSES), metavar="STATUS",
            help=f"May be given several times: {', '.join(STATUSES)}.",
        )  # fmt: skip
        @day_option("--since", "From this day on.")
        @day_option("--until", "Up to this day.")
        @click.option("--says", help="Who asserts it: a kind (official, expert, rumour), a code or a name.")
        @click.option(
            "--search", help='Words of the quote; "words together" in quotes, word* for a beginning.'
        )
        @click.option("--limit", type=click.IntRange(min=1), help=f"At most so many {what}.")
        @wraps(command)
        def with_filter(types: tuple[str, ...], **given: Any) -> None:
            chosen = {name: given.pop(name) for name in FILTERS}
            picked = Filter(type=tuple(map(_known_type, types)), status=given.pop("statuses"), **chosen)
            command(picked=picked, **given)

        decorated: Callable[..., None] = with_filter
        return decorated

    return decorate


def _known_type(name: str) -> str:
    from detente.ontology import load_ontology

    types = load_ontology().types
    if name.upper() not in types:
        raise UsageError(f"--type {name}", "there is no such type", f"Use {', '.join(types)}")
    return name.upper()


def format_option(default: str) -> Callable[[Any], Any]:
    """The option --format, which otherwise goes by the suffix of -o, and then is `default`."""
    return click.option(
        "--format", "format_", type=click.Choice(FORMATS),
        help=f"How to write what comes out. [default: by the suffix of -o, else {default}]",
    )  # fmt: skip


def check_format(*own: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Callback of a --format that plugins add to; they are looked for only where it is none of `own`."""

    def check(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value in (None, *own) or value in (added := find_exporters()):
            return value
        known = ", ".join(map(repr, (*own, *added)))
        raise click.BadParameter(f"{value!r} is not one of {known}", ctx, param)

    return check


def mention_format_option(default: str) -> Callable[[Any], Any]:
    """The option --format of commands that write mentions: FORMATS and those of plugins."""
    return click.option(
        "--format", "format_", metavar=f"[{'|'.join(FORMATS)}|...]", callback=check_format(*FORMATS),
        help="How to write what comes out; plugins may add ways. "
        f"[default: by the suffix of -o, else {default}]",
    )  # fmt: skip


def choose_view(ctx: click.Context, param: click.Parameter, value: str) -> Ontology | None:
    """Callback of --ontology: the ontology to see acts in, None for the one that they are coded in."""
    if value == CODED:
        return None
    from detente.crosswalk import load_view

    return load_view(value)


ontology_option = click.option(
    "--ontology", "view", metavar="NAME", default=CODED, show_default=True, callback=choose_view,
    help="Types to show acts in: plover, in which they are coded; cameo-roots; or a plugin's.",
)  # fmt: skip
output_option = click.option(
    "-o", "--output", callback=lambda ctx, param, value: None if value == "-" else value,
    help="File to write; '-' is standard output. [default: -]",
)  # fmt: skip
