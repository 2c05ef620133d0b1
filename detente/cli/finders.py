"""The commands that look at one plain text, or at marked sentences, without making a record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from detente.cli.coding import chosen_coder, model_option
from detente.cli.options import ontology_option, published_option
from detente.cli.streams import Batch, count, open_output, read_text, to_line
from detente.errors import DetenteError, InputError

if TYPE_CHECKING:
    from detente.coders import Coder
    from detente.ontology import Ontology

Row = tuple[str, dict[str, str]]  # its name for messages, its cells by column


@click.command(short_help="Find the dates in a plain text.")
@click.argument("file")
@published_option
@click.option(
    "--language",
    metavar="CODE",
    default="en",
    show_default=True,
    help="Whose date words to read: en, or a plugin's.",
)
def dates(file: str, published: str | None, language: str) -> None:
    """Find the dates, times and durations in a plain text, one JSON object a line.

    \b
    Example:
      echo "They met last Monday." | detente dates - --published 2013-07-05
    """
    from detente.when import find_dates

    print_records(find_dates(read_text(file), published, language))


@click.command(short_help="Find the places in a plain text.")
@click.argument("file")
def places(file: str) -> None:
    """Find the places in a plain text, one JSON object a line.

    \b
    Example:
      echo "They met in Kaesong." | detente places -
    """
    from detente.where import find_places

    print_records(find_places(read_text(file)))


@click.command(short_help="Find who says what in a plain text.")
@click.argument("file")
def statements(file: str) -> None:
    """Find who says what in a plain text, one JSON object a line: source, cue, content.

    \b
    Example:
      echo "A spokesman said the talks had failed." | detente statements -
    """
    from detente.says import find_statements

    print_records(find_statements(read_text(file)))


@click.command(short_help="Classify marked pairs in a table.")
@click.argument("file")
@click.option("--coder", metavar="NAME", default="builtin", show_default=True,
    help="What labels the pairs: builtin (frames and the trained classifier), nli (an entailment model), or "
    "a plugin's.",
)  # fmt: skip
@model_option
@ontology_option
def classify(file: str, view: Ontology | None, **chosen: Any) -> None:
    """Classify marked pairs: FILE is a table with tabs, '-' reads one from standard input.

    Its column 'marked_sentence' marks who acts as <s>...</s> and who is acted on as <t>...</t>. Out comes,
    row by row, a table with the type, the quad and the score of each type; a column 'id' is kept. The type
    of a row that can't be classified is empty, and stderr says why.

    \b
    Example:
      detente classify sentences.tsv > types.tsv
    """
    batch = Batch()
    header, rows = _read_rows(file, batch)
    from detente.classify import check_labels_pairs

    with chosen_coder(**chosen) as coder:
        check_labels_pairs(coder)
        _write_labels(header, rows, batch, coder, view)
    batch.finish(f"{count(batch.mentions, 'sentence')}, {batch.aside} set aside")


def _write_labels(
    header: list[str], rows: Iterable[Row], batch: Batch, coder: Coder, view: Ontology | None
) -> None:
    from detente.ontology import load_ontology

    types = (view or load_ontology()).types
    columns = ["id"] * ("id" in header) + ["type", "quad", *(f"score_{name}" for name in types)]
    with open_output(None, "ndjson") as stream:
        writer = csv.DictWriter(stream, columns, dialect="excel-tab", lineterminator="\n")
        writer.writeheader()
        for name, row in rows:
            kept = {"id": row["id"]} if "id" in row else {}
            writer.writerow(kept | _classify_row(name, row, batch, coder, view))
            batch.mentions += 1


def _classify_row(
    name: str, row: dict[str, str], batch: Batch, coder: Coder, view: Ontology | None
) -> dict[str, object]:
    from detente.classify import classify_marked
    from detente.crosswalk import view_label

    if "marked_sentence" not in row:
        return {}
    try:
        label = classify_marked(row["marked_sentence"], coder)
    except DetenteError as e:
        batch.set_aside(InputError(name, e.fault, e.cure))
        return {}
    seen = view_label(label, view) if view else label
    scores = {f"score_{type_}": round(score, 4) for type_, score in seen.scores.items()}
    return {"type": seen.type, "quad": seen.quad, **scores}


def _read_rows(file: str, batch: Batch) -> tuple[list[str], Iterator[Row]]:
    """The header of a table with tabs, and (name of the row, its cells by column); a faulty row is empty."""
    subject = "standard input" if file == "-" else file
    cells = csv.reader(io.StringIO(read_text(file), newline=""), dialect="excel-tab")
    header = next(cells, [])
    if "marked_sentence" not in header:
        cure = "Put the names of the columns into its first line, with tabs between them"
        raise InputError(subject, "has no column 'marked_sentence'", cure)

    def read() -> Iterator[Row]:
        try:
            for row in filter(None, cells):
                name = f"{subject}, line {cells.line_num}"
                if len(row) != len(header):
                    fault = f"has {len(row)} cells where the header has {len(header)}"
                    batch.set_aside(InputError(name, fault, "Put one tab between cells"))
                yield name, dict(zip(header, row, strict=True)) if len(row) == len(header) else {}
        except csv.Error as e:
            raise InputError(f"{subject}, line {cells.line_num}", str(e), "Mend that line") from e

    return header, read()


def print_records(records: Iterable[Any]) -> None:
    """Write records to standard output, one JSON object a line."""
    with open_output(None, "ndjson") as stream:
        stream.writelines(to_line(record) for record in records)
