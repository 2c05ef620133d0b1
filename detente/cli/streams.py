"""What the commands share: counts, streams, progress, and errors in one line."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click

from detente.errors import DetenteError, InputError, UsageError
from detente.export import print_safe
from detente.records import Coding, Report
from detente.serial import to_dict

SUFFIX_FORMATS = {
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".parquet": "parquet", ".txt": "table",
}  # fmt: skip
INFERRED_SHOWN = 3  # reports whose inferred day is told on stderr; their records tell it of all
UTF8: dict[str, Any] = {"encoding": "utf-8", "errors": "backslashreplace"}


class Interrupted(DetenteError):
    """Ctrl-C, with what is safe and how to go on."""

    exit_code = 130


@dataclass
class Batch:
    """Counts what passes through a command, and says on stderr what was set aside."""

    reports: int = 0
    mentions: int = 0
    aside: int = 0
    repeats: int = 0
    foreign: int = 0
    inferred: int = 0
    untyped: int = 0

    def set_aside(self, error: DetenteError) -> None:
        """Count an input that failed, and say why; the rest goes on."""
        self.aside += 1
        tell(error)

    def warn_foreign(self, report: Report, note: str) -> None:
        """Count a report in another language, and say so; it is coded all the same."""
        self.foreign += 1
        subject = " ".join(filter(None, (report.path or report.id, report.given_id)))
        cure = "It was coded all the same; translate it first, or leave it out"
        tell(InputError("standard input" if subject == "-" else subject, note, cure))

    def watch(self, codings: Iterable[Coding], to_terminal: bool = False) -> Iterator[Coding]:
        """The codings, counted as they pass; a progress line shows on stderr where that is a terminal."""
        with progress_line(hidden=to_terminal) as show:
            for coding in codings:
                self.reports += 1
                self.mentions += len(coding)
                self.note_inferred(coding)
                show(self.summary())
                yield coding

    def note_inferred(self, coding: Coding) -> None:
        """Say of the first few reports without a day how they were dated."""
        for note in coding.report.notes:
            if note.startswith("date inferred"):
                self.inferred += 1
                if self.inferred <= INFERRED_SHOWN:
                    name = coding.report.path or coding.report.title or coding.report.id
                    click.echo(print_safe(f"{name}: {note}"), err=True)

    def summary(self) -> str:
        """'12 reports, 184 mentions, 1 set aside'."""
        coded = count(self.reports, "report"), count(self.mentions, "mention")
        return ", ".join((*coded, *self.exceptions()))

    def exceptions(self) -> list[str]:
        """'1 set aside', and, where there are any, '2 repeated', '1 not in English', and so on."""
        rare = [
            (self.repeats, "repeated"),
            (self.foreign, "not in English"),
            (self.untyped, "without a type in the ontology"),
        ]
        return [f"{self.aside} set aside", *(f"{number} {words}" for number, words in rare if number)]

    def finish(self, words: str | None = None) -> None:
        """Say what was done, and leave with 1 where something was set aside."""
        click.echo(words or self.summary(), err=True)
        if self.aside:
            click.get_current_context().exit(1)


def tell(error: DetenteError) -> None:
    """Say an error in one line on stderr."""
    line = print_safe(f"detente: {error}")
    click.echo(line if line.endswith((".", "!", "?")) else f"{line}.", err=True)


def read_text(file: str) -> str:
    """The text of a file or of standard input; line breaks stay as they are, so offsets hold."""
    from detente.read.decode import check_binary, decode_text

    subject = "standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as e:
        fault = f"can't be read ({getattr(e, 'strerror', None) or e})"
        raise InputError(subject, fault, "Name a file with plain text, or '-'") from e
    check_binary(data, subject)
    return decode_text(data, subject).text


def pick_format(format_: str | None, output: str | None, default: str) -> str:
    """The format asked for, else the one that the suffix of the output names, else `default`."""
    if format_ is None:
        check_suffix(output, SUFFIX_FORMATS, " or say how with --format")
    picked = format_ or SUFFIX_FORMATS.get(Path(output or "").suffix.lower(), default)
    if picked == "parquet" and output is None and sys.stdout.isatty():
        raise UsageError("--format parquet", "is not for a terminal", "Name a file with -o")
    return picked


def check_suffix(output: str | None, known: Iterable[str], otherwise: str = "") -> None:
    """Refuse a file to write whose suffix doesn't say what is written; a folder or device has none to say."""
    if output in (None, "-") or (Path(output).exists() and not Path(output).is_file()):
        return
    suffix = Path(output).suffix
    if suffix.lower() not in known:
        fault = f"the suffix {suffix!r} is not known" if suffix else "the name has no suffix"
        raise UsageError(output, fault, f"Use {', '.join(known)}{otherwise}")


def check_outputs(outputs: Iterable[str | None], inputs: Iterable[str]) -> None:
    """Refuse, before anything is opened, to write over what is to be read."""
    given = [os.path.realpath(path) for path in inputs if path != "-"]
    for output in outputs:
        if output and output != "-" and os.path.realpath(output) in given:
            raise UsageError(
                output, "is to be read and can't be written as well", "Name another file with -o"
            )


@contextmanager
def open_output(output: str | None, format_: str) -> Iterator[IO[Any]]:
    """The stream to write to: bytes for Parquet, else UTF-8 text; what UTF-8 can't hold is escaped."""
    binary = format_ == "parquet"
    stream: IO[Any]
    if output is None or output == "-":
        stream = sys.stdout.buffer if binary else sys.stdout
        yield stream
        stream.flush()
        return
    try:
        opened = Path(output).open("wb") if binary else Path(output).open("w", newline="", **UTF8)  # noqa: SIM115
    except OSError as e:
        fault, cure = f"can't be written ({e.strerror})", "Name another file, in a folder that exists"
        raise UsageError(output, fault, cure) from e
    with opened as stream:
        yield stream


@contextmanager
def explain_interrupt(safe: Callable[[], str], cure: str) -> Iterator[None]:
    """Turn Ctrl-C into an Interrupted that says what is `safe`, asked for then, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted", safe(), cure) from None


@contextmanager
def progress_line(hidden: bool) -> Iterator[Callable[[str], None]]:
    """A function that shows words in a line on stderr; it does nothing where stderr is no terminal."""
    if hidden or not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("reading", total=None)
        yield lambda words: progress.update(task, description=words)


def count(number: int, noun: str) -> str:
    """'1 report', '1,200 reports'."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def speak_utf8() -> None:
    """Have stdout and stderr write UTF-8, whatever the terminal's settings."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(**UTF8)


def silence_stdout() -> None:
    """Send what is left in stdout's buffer nowhere, as its reader has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def to_line(record: Any) -> str:
    """A record as a line of NDJSON."""
    return json.dumps(to_dict(record), ensure_ascii=False) + "\n"
