"""The command line: thin commands that read and write streams, one function each."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from detente import __version__
from detente.cli import commands, corpora, finders, forecasts, link, serve, stores, threads, turns, watch
from detente.cli.actors import actors, use_list
from detente.cli.cluster import cluster
from detente.cli.export import export
from detente.cli.plugins import plugins
from detente.cli.streams import Interrupted, silence_stdout, speak_utf8, tell
from detente.errors import DetenteError, UsageError

__all__ = ["cli", "main", "run_command"]


def main() -> None:
    """The command `detente`: runs, and leaves with the exit code that its help lists."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command line and give back its exit code; errors become one line on stderr."""
    speak_utf8()
    try:
        code = cli.main(arguments, prog_name="detente", standalone_mode=False)
        sys.stdout.flush()
    except DetenteError as e:
        tell(e)
        return e.exit_code
    except click.ClickException as e:
        where = getattr(getattr(e, "ctx", None), "command_path", "detente")
        tell(UsageError(where, e.format_message().rstrip("."), f"See '{where} -h'"))
        return e.exit_code
    except BrokenPipeError:
        silence_stdout()
        return 0
    except OSError as e:
        subject = e.filename or "the output"
        tell(UsageError(str(subject), e.strerror or str(e), "Free some space, or name another file"))
        if e.filename is None:
            silence_stdout()  # what is left for it would fail again when Python leaves
        return 1
    return code if isinstance(code, int) else 0


class Commands(click.Group):
    """The group of commands, listed in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order in which they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a closed pipe ends it well, and Ctrl-C ends it with one line."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            silence_stdout()
            return 0
        except KeyboardInterrupt:
            raise Interrupted("interrupted", "stopped before the end", "Run the same command again") from None


def drop_colours(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Callback of --no-color: all that prints goes by NO_COLOR (https://no-color.org)."""
    if value:
        os.environ["NO_COLOR"] = "1"


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s", help="Show the version and leave.")
@click.option(
    "--actor-list", metavar="FILE", callback=use_list, expose_value=False,
    help="Your own list of names, instead of the one in the config folder. See 'detente actors -h'.",
)  # fmt: skip
@click.option(
    "--no-color", is_flag=True, is_eager=True, expose_value=False, callback=drop_colours,
    help="Print without colours, as where output is piped or NO_COLOR is set.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Read reports on diplomacy and conflict into an evidence-linked record: who did what to whom,
    when and where, whether it happened or was only offered, threatened or denied, and who says so.

    New here? 'detente demo' makes a store and a page of the reports that come along.

    \b
    Example:
      detente demo
      detente code report.txt --published 2013-07-05
      detente add events.db reports/
      detente events events.db --between KOR PRK --status offered
      detente report events.db -o report.html

    \b
    Exit codes:
      0    all well
      1    some input was set aside or failed; stderr says which, why and what to do
      2    wrong usage
      130  interrupted
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    commands.demo, commands.code, stores.add, watch.watch, cluster,
    stores.events, stores.reports, stores.remove,
    link.link, link.judge, threads.threads, turns.series, turns.turns, forecasts.forecasts, export,
    commands.report, serve.serve,
    finders.dates, finders.places, actors, finders.statements, finders.classify,
    corpora.corpus, corpora.evaluate, plugins,
):  # fmt: skip
    cli.add_command(command)
