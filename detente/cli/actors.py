"""The command `actors`: who is named in a text, and the user's own list of names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from detente.cli.finders import print_records
from detente.cli.options import DefaultGroup, day_option
from detente.cli.streams import count, read_text
from detente.errors import InputError


def use_list(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Callback of the option --actor-list: the whole run, and its processes, read that list."""
    if value:
        from detente.who.lists import VARIABLE

        os.environ[VARIABLE] = str(Path(value).resolve())
    return value


@click.group(
    cls=DefaultGroup, default="find", short_help="Find who is named in a plain text; keep names of your own."
)
def actors() -> None:
    """Find who is named in a plain text, and keep a list of names of your own.

    'detente actors FILE' is short for 'detente actors find FILE'. All commands read your list beside
    detente's own tables; a name in it comes before theirs. The list is actors.tsv in your config folder,
    or the file that the option --actor-list or the variable DETENTE_ACTORS names.

    \b
    Example:
      echo "Seoul turned the offer down." | detente actors - --on 2013-07-05
      detente actors add my-names.tsv
    """


@actors.command(short_help="Find who is named in a plain text.")
@click.argument("file")
@day_option("--on", "The day for which names and offices are read.")
def find(file: str, on: str | None) -> None:
    """Find who is named in a plain text, one JSON object a line.

    \b
    Example:
      echo "Seoul turned the offer down." | detente actors find - --on 2013-07-05
    """
    from detente.who import find_actors

    print_records(find_actors(read_text(file), on))


@actors.command(short_help="Add names from a table to your list.")
@click.argument("file", type=click.Path(path_type=Path))
def add(file: Path) -> None:
    """Add the names in FILE, a table with tabs (or commas, where it ends in .csv), to your list.

    Its first line names the columns: name and code, and any of aliases (separated by ';'), sector, from, to,
    role, kind and sex. A name that is there already, with the same code, role and month, is replaced. A
    faulty line is named, and nothing is added.

    \b
    Example:
      detente actors add my-names.tsv
    """
    from detente.who.lists import list_path, merge_entries, read_entries, write_entries

    new = read_entries(file)
    path = list_path()
    old = read_entries(path) if path.exists() else []
    merged = merge_entries(old, new)
    write_entries(path, merged)
    click.echo(f"{count(len(new), 'name')} read, {path} holds {count(len(merged), 'name')}.", err=True)


@actors.command(name="list", short_help="Show your list of names.")
def show() -> None:
    """Show the names in your list, as a table with tabs.

    \b
    Example:
      detente actors list > my-names.tsv
    """
    from detente.who.lists import list_path

    path = list_path()
    if not path.exists():
        click.echo(f"No names of your own yet: {path} is not there.", err=True)
        return
    click.echo(path.read_text(encoding="utf-8"), nl=False)


@actors.command(short_help="Say where your list lies.")
def where() -> None:
    """Say which file holds your list of names, whether it is there yet or not.

    \b
    Example:
      detente actors where | xargs ls -l
    """
    from detente.who.lists import list_path

    click.echo(list_path())


@actors.command(short_help="Take a name out of your list.")
@click.argument("name")
def remove(name: str) -> None:
    """Take all rows with that NAME out of your list.

    \b
    Example:
      detente actors remove "Example Liberation Front"
    """
    from detente.who.lists import list_path, read_entries, write_entries

    path = list_path()
    old = read_entries(path) if path.exists() else []
    kept = [entry for entry in old if entry.name.casefold() != name.casefold()]
    if len(kept) == len(old):
        raise InputError(name, f"is no name in {path}", "See 'detente actors list'")
    if kept:
        write_entries(path, kept)
    else:
        path.unlink()
    click.echo(f"{count(len(old) - len(kept), 'row')} taken out, {len(kept)} left.", err=True)


@actors.command(short_help="Read current office holders from Wikidata into your list.")
@click.option("--endpoint", metavar="URL", help="Another SPARQL endpoint than Wikidata's query service.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, metavar="SECONDS",
    help="How long to wait for the answer.",
)  # fmt: skip
def update(endpoint: str | None, timeout: float) -> None:
    """Read who heads each state and government now from Wikidata, and put them into your list.

    This is the one command that uses the network. Rows that it wrote before end where a successor begins.

    \b
    Example:
      detente actors update --timeout 120
    """
    from detente.who.lists import close_offices, list_path, merge_entries, read_entries, write_entries
    from detente.who.wikidata import ENDPOINT, fetch_holders

    new = fetch_holders(endpoint or ENDPOINT, timeout)
    path = list_path()
    old: list[Any] = read_entries(path) if path.exists() else []
    merged = merge_entries(close_offices(old, new), new)
    write_entries(path, merged)
    click.echo(
        f"{count(len(new), 'office holder')} read, {path} holds {count(len(merged), 'name')}.", err=True
    )
