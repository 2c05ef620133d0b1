"""Writes the parts of the documentation that the code knows best: python docs/make_reference.py

docs/commands.md comes from the help of the command line; docs/codebook.md, and the table of act types and the
list of contexts in docs/record.md, from the ontologies with the sentences in docs/codebook.yaml. A test holds
that the files are up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from detente.cli import cli
from detente.ontology import ActType, load_ontology
from detente.report.wording import load_words
from detente.tables import data_file, read_yaml

DOCS = Path(__file__).parent
CONDITIONS = ("statuses", "types", "modes", "triggers")
WIDTH = 100  # columns of the help texts
HEAD = """# Commands

What `detente COMMAND --help` prints, for every command. [The guide](guide.md) shows them at work.

This page is made by `python docs/make_reference.py`; change the help texts, not the page.
"""

ROOTS = (
    "| status | types | modes | its word begins | root | quad | score |",
    "| --- | --- | --- | --- | --- | --- | ---: |",
)


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


def describe_act(act: ActType, examples: dict[str, str]) -> str:
    """The section of the codebook on one type."""
    words = load_words()
    told = [("plain", words["types"][act.name], act.score)]
    told += [(mode, words["modes"][act.name][mode], score) for mode, score in act.modes.items()]
    rows = [
        f"| {'' if mode == 'plain' else f'`{mode}`'} | {said} | {score:g} | {examples.get(mode, '')} |"
        for mode, said, score in told
    ]
    head = f"## {act.name}\n\n{act.quad.capitalize()}.\n\n"
    return (
        head
        + "\n".join(["| mode | an actor ... | score | example |", "| --- | --- | ---: | --- |", *rows])
        + "\n"
    )


def describe_acts() -> str:
    """The sections of docs/codebook.md on the types."""
    examples = read_yaml(DOCS / "codebook.yaml")
    return "\n".join(describe_act(act, examples[act.name]) for act in load_ontology().types.values())


def describe_roots() -> str:
    """The table of docs/codebook.md that leads to CAMEO's roots."""
    table = read_yaml(data_file("ontologies", "cameo-roots.yaml"))
    types = load_ontology("cameo-roots").types
    lines = [*ROOTS]
    for row in table["crosswalk"]:
        cells = [
            ", ".join(f"`{v}`" if v else "none" for v in row.get(key, ())) or "any" for key in CONDITIONS
        ]
        to = types[row["to"]]
        lines.append(f"| {' | '.join(cells)} | {to.name} | {to.quad} | {to.score:g} |")
    return "\n".join(lines) + "\n"


def fill_page(page: str, name: str, generated: str) -> str:
    """A page with the part between the comments '<!-- NAME: ... -->' and '<!-- end of NAME -->' renewed."""
    part = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    return part.sub(lambda found: f"{found[1]}{generated}{found[2]}", page)


def fill_record(page: str) -> str:
    """The text of docs/record.md with its generated part renewed."""
    return fill_page(page, "types", describe_types())


def fill_codebook(page: str) -> str:
    """The text of docs/codebook.md with its generated parts renewed."""
    return fill_page(fill_page(page, "types", describe_acts()), "roots", describe_roots())


def main() -> None:
    """Write all three files."""
    (DOCS / "commands.md").write_text(describe_commands(), encoding="utf-8")
    for name, fill in (("record.md", fill_record), ("codebook.md", fill_codebook)):
        page = DOCS / name
        page.write_text(fill(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
