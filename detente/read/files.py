"""Files, folders and standard input → Reports, one at a time."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError, InputError, UsageError
from detente.fetch import is_address, show_address
from detente.read.build import CHECK_SAVED, Dating, Read, Source, Web, check_published, name_input
from detente.read.decode import SAMPLE
from detente.read.formats import RANDOM_ACCESS, find_suffix, guess_suffix, list_suffixes, load_readers
from detente.records import Report

if TYPE_CHECKING:
    from detente.fetch.fetcher import Fetcher
    from detente.read.web import Pages

OnError = Callable[[DetenteError], None]


def read_reports(
    path_or_url: str | Path,
    published: str | date | None = None,
    on_error: OnError | None = None,
    day_first: bool | None = None,
    fetcher: Fetcher | None = None,
    follow: bool = False,
) -> Iterator[Report]:
    """The reports in a file, a folder, standard input ('-') or, with a `fetcher`, at a web address.

    Text (.txt), Markdown (.md, with YAML front matter), pages (.html), documents (.pdf, .docx, .rtf), mail
    (.eml, .mbox), feeds (.rss, .atom, .xml), web archives (.warc, .warc.gz, .wacz), exports of LexisNexis
    and Factiva, and tables (.jsonl, .ndjson, .json, .csv, .tsv, .parquet) with the columns id, title, text,
    published, url, source, author, of which only text is required; `file` in its place names a file beside
    the table. A folder is read with all folders in it, by name; hidden files, README files and other
    suffixes are passed over, linked folders not followed. What standard input holds is told by its start.

    `published` ('2013-07-05', or a date) is the day of those reports that state none themselves. `day_first`
    says whether '03/04/2013' is in April (True) or in March (False); where it is None, the other rows of a
    table decide, and a date that could be either is a fault.

    Nothing is fetched without a `fetcher`, which has limits and manners (see `detente.fetch`). An address
    may be that of a page, of any file as above, of a sitemap, or of a list of addresses as GDELT gives it;
    the pages that these two name are fetched. With `follow`, so are those that feeds link to, and those that
    lists in files name.

    Raises UsageError at once for a `published` that is no date, and where there is no fetcher for what needs
    one. A report that can't be read raises InputError; with `on_error` that is called with the error, and
    reading goes on.
    """
    dating = Dating(check_published(published, day_first), day_first)
    if fetcher is None and (follow or is_address(path_or_url)):
        subject = show_address(path_or_url) if is_address(path_or_url) else "follow"
        cure = "Pass fetcher=detente.Fetcher(), or save the page and give the file's name"
        raise UsageError(subject, "needs the network, which is used only where that is asked for", cure)
    pages = _make_pages(fetcher, dating, follow) if fetcher else None
    if pages and is_address(path_or_url):
        address = str(path_or_url)
        return _hand_out(_guard(show_address(address), pages.read, address), on_error)
    return _hand_out(_read_any(path_or_url, dating, pages if follow else None), on_error)


def _make_pages(fetcher: Fetcher, dating: Dating, follow: bool) -> Pages:
    from detente.read.web import Pages  # what it needs takes a while to load

    return Pages(fetcher, dating, follow)


def _hand_out(found: Iterator[Read], on_error: OnError | None) -> Iterator[Report]:
    for read in found:
        if isinstance(read, Report):
            yield read
        elif on_error is None:
            raise read
        else:
            on_error(read)


def _read_any(given: str | Path, dating: Dating, web: Web | None) -> Iterator[Read]:
    if str(given) == "-":
        yield from _guard("standard input", _read_standard_input, dating, web)
        return
    path = Path(given)
    if "\0" not in str(path) and path.is_dir():
        yield from _read_folder(path, dating, web)
    else:
        yield from _read_file(path, dating, web)


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


def _read_folder(folder: Path, dating: Dating, web: Web | None) -> Iterator[Read]:
    faults: list[OSError] = []
    found = False
    for path in walk_folder(folder, faults):
        found = True
        yield from _read_file(path, dating, web)
    for fault in faults:
        subject = name_input(fault.filename)
        yield InputError(
            subject, f"the folder can't be read ({fault.strerror})", "Ask for the right to read it"
        )
    if not found and not faults:
        yield InputError(
            name_input(folder), "the folder holds no reports", f"Put files into it: {list_suffixes()}"
        )


def walk_folder(folder: Path, faults: list[OSError]) -> Iterator[Path]:
    """The files to read: those of a folder by name, then those of each folder in it.

    `faults` takes up the errors of folders that can't be looked into.
    """
    for place, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            passed = name.startswith(".") or name.lower().startswith("readme")
            special = path.exists() and not path.is_file()
            if find_suffix(path) in load_readers() and not passed and not special:
                yield path


def _read_file(path: Path, dating: Dating, web: Web | None) -> Iterator[Read]:
    subject = name_input(path)
    if "\0" in str(path):
        yield InputError(subject, "a file name can't hold the character NUL", "Check the name")
        return
    yield from _guard(subject, _open_file, path, subject, dating, web)


def _open_file(path: Path, subject: str, dating: Dating, web: Web | None) -> Iterator[Read]:
    with path.open("rb") as stream:
        file = path if path.is_file() else None
        yield from _read_source(Source(stream, find_suffix(path), subject, subject, file, web), dating)


def _read_standard_input(dating: Dating, web: Web | None) -> Iterator[Read]:
    stream: Any = sys.stdin.buffer
    if not hasattr(stream, "peek"):
        stream = io.BufferedReader(stream, SAMPLE)
    suffix = guess_suffix(stream.peek(SAMPLE))
    source = Source(stream, suffix, "standard input", "-", web=web)
    if suffix in RANDOM_ACCESS:
        source = replace(source, stream=io.BufferedReader(io.BytesIO(source.read_document())))
    yield from _read_source(source, dating)


def _read_source(source: Source, dating: Dating) -> Iterator[Read]:
    readers = load_readers()
    if source.suffix not in readers:
        fault = f"the suffix {source.suffix!r} is not known" if source.suffix else "the name has no suffix"
        raise InputError(
            source.subject, fault, f"Save it as one of {list_suffixes()}, or pass text through '-'"
        )
    if not source.stream.peek(1):
        raise InputError(source.subject, "is empty", CHECK_SAVED)
    yield from readers[source.suffix](source, dating)
