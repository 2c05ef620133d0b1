"""The main commands: reports in, mentions, stores and pages out."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from detente.cli.coding import chosen_coder, coder_options
from detente.cli.streams import (
    Batch,
    check_outputs,
    count,
    explain_interrupt,
    open_output,
    pick_format,
    to_line,
)
from detente.errors import InputError, UsageError
from detente.export import WRITERS, write_mentions
from detente.records import STATUSES, Coding, EventMention, Report
from detente.store import Filter, Store, is_database

if TYPE_CHECKING:
    from detente.coders import Coder


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
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True,
    help="Processes to code with; with --coder llm, requests sent to the endpoint at once.",
)  # fmt: skip
paths_argument = click.argument("paths", nargs=-1, required=True)


def format_option(default: str) -> Callable[[Any], Any]:
    """The option --format, which otherwise goes by the suffix of -o, and then is `default`."""
    return click.option(
        "--format", "format_", type=click.Choice(list(WRITERS)),
        help=f"How to write the mentions. [default: by the suffix of -o, else {default}]",
    )  # fmt: skip


output_option = click.option("-o", "--output", help="File to write. [default: standard output]")


@click.command(short_help="Code reports: event mentions out.")
@paths_argument
@published_option
@format_option("ndjson")
@output_option
@workers_option
@click.option(
    "--passed-over", help="File for the clauses that were not coded and why, one JSON object a line."
)
@coder_options
def code(
    paths: tuple[str, ...],
    published: str | None,
    format_: str | None,
    output: str | None,
    workers: int,
    passed_over: str | None,
    **chosen: Any,
) -> None:
    """Code reports: files, folders or '-' in, event mentions out.

    Reports are text, Markdown, HTML pages, JSON lines or tables with a column 'text'. One that can't be
    read is named on stderr and set aside; the rest goes on.

    \b
    Example:
      detente code reports/ --workers 4 -o mentions.csv
      cat report.txt | detente code - --published 2013-07-05 | jq .status
      detente code reports/ --coder llm --model qwen3 --endpoint http://localhost:11434/v1
    """
    check_outputs((output, passed_over), paths)
    format_ = pick_format(format_, output, "ndjson")
    batch = Batch()
    with (
        explain_interrupt(lambda: f"{batch.summary()} until then", "Run the same command again"),
        chosen_coder(workers=workers, **chosen) as coder,
        open_output(output, format_) as stream,
        open_output(passed_over, "ndjson") if passed_over else nullcontext() as notes,
    ):
        codings = _code_paths(paths, published, workers, batch, coder)
        watched = batch.watch(codings, to_terminal=output is None and stream.isatty())
        write_mentions(_note_passed_over(watched, notes), format_, stream)
    batch.finish()


@click.command(short_help="Code reports into a store.")
@click.argument("store")
@paths_argument
@published_option
@workers_option
@coder_options
def add(store: str, paths: tuple[str, ...], published: str | None, workers: int, **chosen: Any) -> None:
    """Code reports into STORE, an SQLite file that is made where there is none.

    What is there already, coded by this version of the same coder, is skipped, so the same command goes on
    after a stop. Each report is stored as soon as it is coded.

    \b
    Example:
      detente add events.db reports/ more.jsonl --workers 4
    """
    with Store(store) as opened, chosen_coder(workers=workers, **chosen) as coder:
        batch, outcomes = _add_reports(opened, paths, published, workers, coder)
        held = opened.counts()
    told = [f"{outcomes[name]} {name}" for name in ("added", "updated")]
    told += [f"{outcomes['unchanged']} already there", f"{batch.aside} set aside"]
    holds = f"{count(held.reports, 'report')} and {count(held.mentions, 'mention')}"
    batch.finish(f"{', '.join(told)}. {store} holds {holds}.")


@click.command(short_help="Show the event mentions in a store.")
@click.argument("store")
@format_option("table")
@output_option
@click.option("--between", nargs=2, metavar="A B", help="Mentions that hold between these two, whoever acts.")
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
@click.option("--search", help='Words of the quote; "words together" in quotes, word* for a beginning.')
@click.option("--limit", type=click.IntRange(min=1), help="At most so many mentions.")
def events(store: str, format_: str | None, output: str | None, **chosen: Any) -> None:
    """Show the event mentions in STORE, by day.

    \b
    Example:
      detente events events.db --between KOR PRK --status offered --status refused
      detente events events.db --actor "North Korea" --search "rocket*" -o rockets.csv
    """
    types = tuple(map(_known_type, chosen.pop("types")))
    picked = Filter(type=types, status=chosen.pop("statuses"), **chosen)
    check_outputs((output,), (store,))
    format_ = pick_format(format_, output, "table")
    with Store(store, readonly=True) as opened, open_output(output, format_) as stream:
        write_mentions(opened.mentions(picked), format_, stream)


@click.command(short_help="Make an HTML page of a store or of reports.")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS_OR_STORE...")
@click.option("-o", "--output", required=True, help="HTML file to write.")
@click.option("--title", help="Heading of the page.")
@published_option
@workers_option
def report(
    paths: tuple[str, ...], output: str, title: str | None, published: str | None, workers: int
) -> None:
    """Make one self-contained HTML page from a store, or from reports.

    \b
    Example:
      detente report events.db -o report.html --title "Korea, 2013"
      detente report reports/ -o report.html
    """
    check_outputs((output,), paths)
    from detente.coders import BuiltinCoder

    batch = Batch()
    with explain_interrupt(lambda: f"{output} was not written", "Run the same command again"):
        stores = [path for path in paths if is_database(path)]
        reports = [path for path in paths if path not in stores]
        stored = itertools.chain.from_iterable(map(_read_store, stores))
        codings = itertools.chain(stored, _code_paths(reports, published, workers, batch, BuiltinCoder()))
        _write_page(list(batch.watch(codings)), output, title, batch)
    batch.finish(f"{batch.summary()}. The report is {output}." if batch.reports or stores else None)


@click.command(short_help="Try detente on the reports that come with it.")
@click.option("-o", "--output", default="detente-demo", show_default=True, help="Folder for what it makes.")
def demo(output: str) -> None:
    """Try detente on the reports that come with it: makes a store and a report page.

    \b
    Example:
      detente demo
      detente demo -o /tmp/try
    """
    from detente.coders import BuiltinCoder

    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    store, page = folder / "events.db", folder / "report.html"
    with Store(store) as opened:
        batch, _ = _add_reports(opened, (str(_find_examples()),), None, 1, BuiltinCoder())
        _write_page(opened.codings(), str(page), "The reports that come with detente", batch)
        for line in _describe_store(opened):
            click.echo(line)
    click.echo(f"The report is {page}: open it in a browser.")
    click.echo(f"Try next: detente events {store} --between KOR PRK --status offered")
    if batch.aside:
        click.get_current_context().exit(1)


def _code_paths(
    paths: Iterable[str],
    published: str | None,
    workers: int,
    batch: Batch,
    coder: Coder,
    skip: Callable[[Report], bool] = lambda _: False,
) -> Iterator[Coding]:
    from detente.pipeline import code_reports
    from detente.read import read_reports

    found = (report for path in paths for report in read_reports(path, published, batch.set_aside))
    return code_reports((r for r in found if not skip(r)), workers, batch.set_aside, coder)


def _add_reports(
    store: Store, paths: tuple[str, ...], published: str | None, workers: int, coder: Coder
) -> tuple[Batch, Counter[str]]:
    batch, outcomes = Batch(), Counter[str]()

    def skip(report: Report) -> bool:
        known = store.is_coded(report, coder.name)
        outcomes["unchanged"] += known
        return known

    def safe() -> str:
        stored = count(outcomes["added"] + outcomes["updated"], "report")
        return f"{stored} coded now, and all before, are safe in {store.path}"

    with explain_interrupt(safe, "Run the same command again to go on"):
        for coding in batch.watch(_code_paths(paths, published, workers, batch, coder, skip)):
            try:
                outcomes[store.add(coding, coder.name)] += 1
            except InputError as e:
                batch.set_aside(e)
    return batch, outcomes


def _read_store(path: str) -> Iterator[Coding]:
    with Store(path, readonly=True) as store:
        yield from store.codings()


def _write_page(codings: Iterable[Coding], output: str, title: str | None, batch: Batch) -> None:
    """Write the report page, unless everything that was to be in it was set aside."""
    from detente.report import make_report

    if batch.aside and not batch.reports:
        raise InputError(output, "was not written, as no report could be read", "Mend what is named above")
    page = make_report(codings, title)
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


def _known_type(name: str) -> str:
    from detente.ontology import load_ontology

    types = load_ontology().types
    if name.upper() not in types:
        raise UsageError(f"--type {name}", "there is no such type", f"Use {', '.join(types)}")
    return name.upper()
