"""The main commands: reports in, mentions, stores and pages out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from detente.cli.batches import How, add_reports, code_paths, view_codings
from detente.cli.coding import chosen_coder, coder_options
from detente.cli.options import (
    fetching_options,
    mention_format_option,
    ontology_option,
    output_option,
    paths_argument,
    reading_options,
)
from detente.cli.streams import (
    Batch,
    check_outputs,
    check_suffix,
    count,
    explain_interrupt,
    open_output,
    pick_format,
    to_line,
)
from detente.errors import InputError, UsageError
from detente.export import write_mentions
from detente.records import Coding, EventMention
from detente.store import Store, is_database

if TYPE_CHECKING:
    from detente.ontology import Ontology


@click.command(short_help="Code reports: event mentions out.")
@paths_argument
@reading_options
@fetching_options
@mention_format_option("ndjson")
@output_option
@ontology_option
@click.option(
    "--passed-over", help="File for the clauses that were not coded and why, one JSON object a line."
)
@coder_options
def code(
    paths: tuple[str, ...],
    how: How,
    format_: str | None,
    output: str | None,
    passed_over: str | None,
    view: Ontology | None,
    **chosen: Any,
) -> None:
    """Code reports: files, folders, web addresses or '-' in, event mentions out.

    Reports are text, Markdown, HTML pages, JSON lines or tables with a column 'text'. One that can't be
    read is named on stderr and set aside; the rest goes on. Nothing is fetched but from addresses named here
    and, with --follow, what they and lists of addresses link to.

    \b
    Example:
      detente code reports/ --workers 4 -o mentions.csv
      cat report.txt | detente code - --published 2013-07-05 | jq .status
      detente code reports/ --coder llm --model qwen3 --endpoint http://localhost:11434/v1
    """
    check_outputs((output, passed_over), paths)
    format_ = pick_format(format_, output, "ndjson")
    check_suffix(passed_over, (".ndjson", ".jsonl"))
    if output is None and passed_over == "-":
        fault = "would mix what was passed over with the mentions"
        raise UsageError("--passed-over -", fault, "Name a file for one of them")
    batch = Batch()
    with (
        explain_interrupt(lambda: f"{batch.summary()} until then", "Run the same command again"),
        chosen_coder(workers=how.workers or 1, **chosen) as coder,
        open_output(output, format_) as stream,
        open_output(passed_over, "ndjson") if passed_over else nullcontext() as notes,
    ):
        codings = code_paths(paths, how, batch, coder)
        watched = batch.watch(
            view_codings(codings, view, batch), to_terminal=output is None and stream.isatty()
        )
        write_mentions(_note_passed_over(watched, notes), format_, stream)
    batch.finish()


@click.command(short_help="Make an HTML page of a store or of reports.")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS_OR_STORE...")
@click.option("-o", "--output", required=True, help="HTML file to write; '-' is standard output.")
@click.option("--title", help="Heading of the page.")
@click.option(
    "--pair",
    "--between",
    "between",
    nargs=2,
    metavar="A B",
    help="Only what is between these: codes or names.",
)
@click.option(
    "--logo", type=click.Path(), help="Picture for the head of the page; it becomes part of the page."
)
@reading_options
@fetching_options
def report(paths: tuple[str, ...], how: How, output: str, **given: Any) -> None:
    """Make one self-contained HTML page from a store, or from reports.

    It shows relationships over time with their turns, negotiations, predictions, and all acts with their
    words, for reading, mailing and printing. Of a store it shows what 'detente link', 'detente threads' and
    'detente forecasts resolve' made; reports are merged and read for these on the way.

    \b
    Example:
      detente report events.db -o report.html --title "Korea, 2013"
      detente report events.db --pair KOR PRK --logo desk.png -o briefing.html
      detente report reports/ -o report.html
    """
    check_outputs((output,), paths)
    check_suffix(output, (".html", ".htm"))
    batch = Batch()
    with explain_interrupt(lambda: f"{output} was not written", "Run the same command again"):
        stores = [path for path in paths if is_database(path)]
        reports = [path for path in paths if path not in stores]
        stored = itertools.chain.from_iterable(map(_read_store, stores))
        codings = list(batch.watch(itertools.chain(stored, code_paths(reports, how, batch))))
        linked = stores[0] if len(stores) == len(paths) == 1 else None
        _write_page(codings, output, batch, store=linked, **given)
    shown = "on standard output" if output == "-" else output
    batch.finish(f"{batch.summary()}. The report is {shown}." if batch.reports or stores else None)


@click.command(short_help="Try detente on the reports that come with it.")
@click.option("-o", "--output", default="detente-demo", show_default=True, help="Folder for what it makes.")
def demo(output: str) -> None:
    """Try detente on the reports that come with it: makes a store and a report page.

    \b
    Example:
      detente demo
      detente demo -o /tmp/try
    """
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    store, page = folder / "events.db", folder / "report.html"
    batch = Batch()
    add_reports(str(store), (str(_find_examples()),), How(), batch)
    with Store(store, readonly=True) as opened:
        codings = list(opened.codings())
        _write_page(codings, str(page), batch, title="The reports that come with detente")
        for line in _describe_store(opened):
            click.echo(line)
    click.echo(f"The report is {page}: open it in a browser.")
    click.echo(f"Try next: detente events {store} --between KOR PRK --status offered")
    if batch.aside:
        click.get_current_context().exit(1)


def _read_store(path: str) -> Iterator[Coding]:
    with Store(path, readonly=True) as store:
        yield from store.codings()


def _write_page(
    codings: Sequence[Coding], output: str, batch: Batch, store: str | None = None, **given: Any
) -> None:
    """Write the report page, unless everything that was to be in it was set aside.

    What hangs together is taken from the `store`, where it was linked, else made anew.
    """
    from detente.report import Findings, make_findings, make_report, read_findings

    if batch.aside and not batch.reports:
        raise InputError(output, "was not written, as no report could be read", "Mend what is named above")
    findings = Findings()
    if store:
        with Store(store, readonly=True) as opened:
            findings = read_findings(opened)
    page = make_report(codings, findings=findings if findings.events else make_findings(codings), **given)
    with open_output(output, "ndjson") as stream:
        stream.write(page)


def _find_examples() -> Path:
    """The reports that come with detente: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder, sign in ((package, package), (package.parent, package.parent / "pyproject.toml")):
        if sign.exists() and (folder / "examples").is_dir():
            return folder / "examples"
    raise InputError(
        "demo",
        "the example reports are not installed",
        "Install detente again, or use 'detente add' on reports of your own",
    )


def _describe_store(store: Store) -> Iterator[str]:
    counts = store.counts()
    yield f"{count(counts.reports, 'report')}, {count(counts.mentions, 'mention')}"
    for status, number in counts.by_status.items():
        yield f"  {number:4}  {status}"
    yield "Pairs with most mentions"
    for pair in store.pairs(5):
        yield f"  {pair.mentions:4}  {' – '.join(pair.names)} ({' '.join(pair.codes)})"


def _note_passed_over(codings: Iterable[Coding], notes: IO[str] | None) -> Iterator[EventMention]:
    for coding in codings:
        if notes:
            notes.writelines(to_line(note) for note in coding.passed_over)
        yield from coding
