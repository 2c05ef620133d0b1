"""Files, folders and standard input → Reports, one at a time."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from detente.errors import DetenteError, InputError, UsageError
from detente.read import rows
from detente.read.build import MAX_BYTES, SPLIT, Dating, Draft, Read, check_published, name_input, try_report
from detente.read.decode import SAMPLE, Decoded, check_binary, decode_text
from detente.read.pages import read_page
from detente.records import Report, Skipped

TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", *TABLES)
KNOWN = ", ".join(SUFFIXES)
FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?=[\w-]+[ \t]*:)(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)", re.DOTALL
)
CHECK_SAVED = "Check that it was saved or downloaded whole"
OnError = Callable[[DetenteError], None]


def read_reports(
    path_or_url: str | Path,
    published: str | date | None = None,
    on_error: OnError | None = None,
    day_first: bool | None = None,
) -> Iterator[Report]:
    """The reports in a file, a folder or standard input ('-'), one at a time.

    Text (.txt), Markdown (.md, with YAML front matter), pages (.html), JSON lines (.jsonl, .ndjson; .json
    holding a list) and tables (.csv, .tsv) with the columns id, title, text, published, url, source,
    author, of which only text is required. A folder is read with all folders in it, by name; hidden
    files, README files and other suffixes are passed over, linked folders not followed. Standard input is
    JSON lines when it starts with '{', a page when it starts with an HTML tag, else one text.

    `published` ('2013-07-05', or a date) is the day of those reports that state none themselves. `day_first`
    says whether '03/04/2013' is in April (True) or in March (False); where it is None, the other rows of a
    table decide, and a date that could be either is a fault.

    Raises UsageError at once for a `published` that is no date and for a web address. A report that
    can't be read raises InputError; with `on_error` that is called with the error, and reading goes on.
    """
    if re.match(r"https?://", str(path_or_url), re.IGNORECASE):
        fault = "reading from the network is not there yet"
        raise UsageError(name_input(path_or_url), fault, "Save the page first and give the file's name")
    dating = Dating(check_published(published, day_first), day_first)
    return _hand_out(_read_any(path_or_url, dating), on_error)


def _hand_out(found: Iterator[Read], on_error: OnError | None) -> Iterator[Report]:
    for read in found:
        if isinstance(read, Report):
            yield read
        elif on_error is None:
            raise read
        else:
            on_error(read)


def _read_any(given: str | Path, dating: Dating) -> Iterator[Read]:
    if str(given) == "-":
        yield from _guard("standard input", _read_standard_input, dating)
        return
    path = Path(given)
    if "\0" not in str(path) and path.is_dir():
        yield from _read_folder(path, dating)
    else:
        yield from _read_file(path, dating)


def _guard(subject: str, reader: Callable[..., Iterator[Read]], *given: Any) -> Iterator[Read]:
    """What `reader` yields, and the error that stops it as its last value."""
    try:
        yield from reader(*given)
    except InputError as e:
        yield e
    except FileNotFoundError:
        yield InputError(subject, "there is no such file or folder", "Check the name")
    except PermissionError:
        yield InputError(subject, "may not be read", "Ask for the right to read it, or copy it")
    except OSError as e:
        yield InputError(subject, f"can't be read ({e.strerror or e})", "Check the file and its disk")


def _read_folder(folder: Path, dating: Dating) -> Iterator[Read]:
    faults: list[OSError] = []
    found = False
    for path in _walk_folder(folder, faults):
        found = True
        yield from _read_file(path, dating)
    for fault in faults:
        subject = name_input(fault.filename)
        yield InputError(
            subject, f"the folder can't be read ({fault.strerror})", "Ask for the right to read it"
        )
    if not found and not faults:
        yield InputError(name_input(folder), "the folder holds no reports", f"Put files into it: {KNOWN}")


def _walk_folder(folder: Path, faults: list[OSError]) -> Iterator[Path]:
    """The files to read: those of a folder by name, then those of each folder in it."""
    for place, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            passed = name.startswith(".") or name.lower().startswith("readme")
            special = path.exists() and not path.is_file()
            if path.suffix.lower() in SUFFIXES and not passed and not special:
                yield path


def _read_file(path: Path, dating: Dating) -> Iterator[Read]:
    subject = name_input(path)
    if "\0" in str(path):
        yield InputError(subject, "a file name can't hold the character NUL", "Check the name")
        return
    yield from _guard(subject, _open_file, path, subject, dating)


def _open_file(path: Path, subject: str, dating: Dating) -> Iterator[Read]:
    suffix = path.suffix.lower()

    def read_again() -> Iterator[rows.Row]:
        with path.open("rb") as stream:
            yield from _read_rows(stream, suffix, rows.Place(subject, subject))

    with path.open("rb") as stream:
        yield from _read_stream(stream, suffix, subject, dating, read_again if path.is_file() else None)


def _read_standard_input(dating: Dating) -> Iterator[Read]:
    stream: Any = sys.stdin.buffer
    if not hasattr(stream, "peek"):
        stream = io.BufferedReader(stream, SAMPLE)
    head = stream.peek(SAMPLE).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_page = head.startswith((b"<!doctype html", b"<html"))
    suffix = ".jsonl" if head.startswith(b"{") else ".html" if is_page else ".txt"
    yield from _read_stream(stream, suffix, "standard input", dating)


def _read_stream(
    stream: io.BufferedReader,
    suffix: str,
    subject: str,
    dating: Dating,
    again: Callable[[], Iterator[rows.Row]] | None = None,
) -> Iterator[Read]:
    path = "-" if subject == "standard input" else subject
    if suffix not in SUFFIXES:
        fault = f"the suffix {suffix!r} is not known" if suffix else "the name has no suffix"
        raise InputError(subject, fault, f"Save it as one of {KNOWN}, or pass text through '-'")
    if not stream.peek(1):
        raise InputError(subject, "is empty", CHECK_SAVED)
    if suffix in TABLES:
        found = _read_rows(stream, suffix, rows.Place(path, subject))
        yield from rows.build_reports(found, dating, again)
    else:
        text = _read_whole(stream, subject, suffix in (".html", ".htm"))
        yield from _read_single(text, suffix, path, subject, dating)


def _read_rows(stream: io.BufferedReader, suffix: str, table: rows.Place) -> Iterator[rows.Row]:
    if suffix in (".jsonl", ".ndjson"):
        return rows.read_json_lines(stream, table)
    if suffix in (".csv", ".tsv"):
        return rows.read_csv(stream, table, "\t" if suffix == ".tsv" else ",")
    found = _read_whole(stream, table.subject, page=False)
    return rows.read_json(found.text, replace(table, encoding=found.encoding, notes=found.notes))


def _read_whole(stream: io.BufferedReader, subject: str, page: bool) -> Decoded:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(subject, "is over 10 MB, more than one report holds", SPLIT)
    check_binary(data, subject)
    return decode_text(data, subject, page=page)


def _read_single(found: Decoded, suffix: str, path: str, subject: str, dating: Dating) -> Iterator[Read]:
    if suffix in (".html", ".htm"):
        yield try_report(_draft_page(found, path, subject, dating.day_first), dating)
    elif suffix in (".md", ".markdown"):
        yield try_report(_draft_markdown(found, path, subject), dating)
    else:
        yield try_report(Draft(subject, path, found.text, encoding=found.encoding, notes=found.notes), dating)


def _draft_page(found: Decoded, path: str, subject: str, day_first: bool | None) -> Draft:
    page = read_page(found.text, day_first)
    if not page.text:
        cut = " and may be cut short" if page.notes else ""
        cure = "Save the page again, or save its text as .txt"
        raise InputError(subject, f"the page holds no article that can be found{cut}", cure)
    return Draft(
        subject=subject,
        path=path,
        text=page.text,
        title=page.title,
        published=page.published,
        url=page.url,
        source=page.source,
        author=page.author,
        encoding=found.encoding,
        notes=(*found.notes, *page.notes),
    )


def _draft_markdown(found: Decoded, path: str, subject: str) -> Draft:
    matter = FRONT_MATTER.match(found.text)
    stated = _read_front_matter(matter[1], subject) if matter else {}
    passed = Skipped(0, matter.end(), matter[0], "front matter") if matter else None
    return Draft(
        subject=subject,
        path=path,
        text=found.text,
        title=stated.get("title"),
        published=stated.get("published") or stated.get("date"),
        url=stated.get("url"),
        source=stated.get("source"),
        author=stated.get("author"),
        encoding=found.encoding,
        skipped=(passed,) if passed else (),
        notes=found.notes,
    )


def _read_front_matter(block: str, subject: str) -> dict[str, str]:
    try:
        stated = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 2 if e.problem_mark else 2
        fault = f"the front matter is not valid YAML: {e.problem}"
        raise InputError(f"{subject}, line {line}", fault, "Put values that hold a colon in quotes") from e
    except (yaml.YAMLError, RecursionError) as e:
        raise InputError(subject, "the front matter is not valid YAML", "Mend it, or remove it") from e
    found = stated if isinstance(stated, dict) else {}
    plain = {str(key).lower(): [value] if isinstance(value, str) else value for key, value in found.items()}
    return {
        key: ", ".join(words)
        for key, words in plain.items()
        if isinstance(words, list) and all(isinstance(word, str) for word in words)
    }
