"""Writes the parts of the documentation that the code knows best: python docs/make_reference.py

docs/commands.md comes from the help of the command line, and the table of act types and the list of
contexts in docs/record.md from ontologies/plover.yaml. A test holds that the files are up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from detente.cli import cli
from detente.ontology import ActType, load_ontology
from detente.report.wording import load_words

DOCS = Path(__file__).parent
WIDTH = 100  # columns of the help texts
GENERATED = re.compile(r"(<!-- types: [^\n]*-->\n).*?(<!-- end of types -->)", re.DOTALL)
HEAD = """# Commands

What `detente COMMAND --help` prints, for every command. [The guide](guide.md) shows them at work.

This page is made by `python docs/make_reference.py`; change the help texts, not the page.
"""


def list_commands() -> Iterator[click.Context]:
    """The context of `detente` and of each of its commands, as their help texts need it."""
    top = click.Context(cli, info_name="detente", terminal_width=WIDTH, **cli.context_settings)
    yield top
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        if command is not None:
            inner = click.Context(command, parent=top, info_name=name, terminal_width=WIDTH)
            yield inner
            for part in command.commands.values() if isinstance(command, click.Group) else ():
                yield click.Context(part, parent=inner, info_name=part.name, terminal_width=WIDTH)


def describe_commands() -> str:
    """The text of docs/commands.md."""
    parts = [f"## {ctx.command_path}\n\n```text\n{ctx.get_help()}\n```\n" for ctx in list_commands()]
    return "\n".join([HEAD, *parts])


def describe_type(act: ActType) -> str:
    """One row of the table of types."""
    words = load_words()
    modes = [f"`{mode}` {score:g} ({words['modes'][act.name][mode]})" for mode, score in act.modes.items()]
    return f"| `{act.name}` | {words['types'][act.name]} | {act.quad} | {act.score:g} | {', '.join(modes)} |"


def describe_types() -> str:
    """The table of types and the list of contexts, as docs/record.md holds them."""
    ontology = load_ontology()
    head = [
        "| type | an actor ... | quad | score | modes with their scores |",
        "|---|---|---|---:|---|",
    ]
    contexts = ", ".join(f"`{context}`" for context in ontology.contexts)
    return "\n".join([*head, *map(describe_type, ontology.types.values()), "", f"Contexts: {contexts}.\n"])


def fill_record(page: str) -> str:
    """The text of docs/record.md with its generated part renewed."""
    return GENERATED.sub(lambda found: f"{found[1]}{describe_types()}{found[2]}", page)


def main() -> None:
    """Write both files."""
    (DOCS / "commands.md").write_text(describe_commands(), encoding="utf-8")
    record = DOCS / "record.md"
    record.write_text(fill_record(record.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
