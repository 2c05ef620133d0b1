"""Reports from paths, each once, coded one by one and counted; and put into a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli.streams import Batch, count, explain_interrupt
from detente.errors import InputError
from detente.fetch import Limits, Memory, is_address
from detente.pool import count_cores
from detente.records import Coding, Report
from detente.store import Counts, Store

if TYPE_CHECKING:
    from detente.coders import Coder
    from detente.fetch.fetcher import Fetcher
    from detente.ontology import Ontology


TIME_LIMIT = 600.0  # seconds for a report; one of 10 MB, the most that is read, takes about as long


@dataclass(frozen=True, slots=True)
class How:
    """How reports are read and coded: the options of `options.reading_options`."""

    published: str | None = None
    day_first: bool | None = None
    workers: int | None = None
    time_limit: float = TIME_LIMIT
    follow: bool = False
    private_hosts: tuple[str, ...] = ()
    most_pages: int = Limits().pages

    @contextmanager
    def open_fetcher(self, paths: Iterable[str], memory: Memory | None = None) -> Iterator[Fetcher | None]:
        """What fetches, where a path is a web address or links are to be followed."""
        if not self.follow and not any(map(is_address, paths)):
            yield None
            return
        from detente.fetch.fetcher import Fetcher

        with Fetcher(Limits(pages=self.most_pages), self.private_hosts, memory) as fetcher:
            yield fetcher


def code_paths(paths: Iterable[str], how: How, batch: Batch, coder: Coder | None = None) -> Iterator[Coding]:
    """The codings of the reports in `paths`, by the built-in coder or `coder`; what fails is set aside."""
    return _code(read_paths(paths, how, batch), how, batch, coder or _load_builtin())


def view_codings(codings: Iterable[Coding], view: Ontology | None, batch: Batch) -> Iterator[Coding]:
    """The codings in the types of another ontology; mentions without one there are left out and counted."""
    if view is None:
        yield from codings
        return
    from detente.crosswalk import view_coding

    for coding in codings:
        seen = view_coding(coding, view)
        batch.untyped += len(coding) - len(seen)
        yield seen


def read_paths(
    paths: Iterable[str], how: How, batch: Batch, memory: Memory | None = None
) -> Iterator[Report]:
    """The reports in `paths`; one that is named, or stands there, twice comes once."""
    from detente.read import read_reports

    paths, met = tuple(paths), set[str]()
    with how.open_fetcher(paths, memory) as fetcher:
        for path in paths:
            given = how.published, batch.set_aside, how.day_first, fetcher, how.follow
            for report in read_reports(path, *given):
                if report.id in met:
                    batch.repeats += 1
                    continue
                met.add(report.id)
                yield report


def add_reports(
    path: str,
    paths: Iterable[str],
    how: How,
    batch: Batch,
    coder: Coder | None = None,
    memory: Memory | None = None,
) -> tuple[Counter[str], Counts | None]:
    """Code reports into the store at `path`, which is made once a report could be read.

    Gives back how many had which outcome, and what the store then holds; None where there is no store.
    `memory` is what the fetcher of web addresses has.
    """
    outcomes, coder = Counter[str](), coder or _load_builtin()

    def safe() -> str:
        done = outcomes.total() - outcomes["unchanged"]
        return f"{count(done, 'report')} coded now, and all before, are safe in {path}"

    with explain_interrupt(safe, "Run the same command again to go on"):
        reports = read_paths(paths, how, batch, memory)
        first = next(reports, None)
        if first is None and not Path(path).exists():
            return outcomes, None
        with Store(path) as store:
            found = chain([first] if first else [], reports)
            left = _leave_coded(found, store, outcomes, coder.name)
            for coding in batch.watch(_code(left, how, batch, coder)):
                try:
                    outcomes[store.add(coding, coder.name)] += 1
                except InputError as e:
                    batch.set_aside(e)
            return outcomes, store.counts()


def add_shards(path: str, folder: str, batch: Batch) -> tuple[Counter[str], Counts | None]:
    """Put the codings in a folder of shards into the store at `path`; gives what `add_reports` does."""
    from detente.cluster import read_shards

    outcomes = Counter[str]()
    codings = read_shards(folder, batch.set_aside)
    first = next(codings, None)  # a folder that holds no shards must not make a store
    with (
        explain_interrupt(lambda: f"{outcomes.total()} reports are safe in {path}", "Run it again to go on"),
        Store(path) as store,
    ):
        for coding in batch.watch(chain([first] if first else [], codings)):
            outcomes[store.add(coding)] += 1
        return outcomes, store.counts()


def _leave_coded(
    reports: Iterable[Report], store: Store, outcomes: Counter[str], coder: str
) -> Iterator[Report]:
    """The reports that are still to be coded, with what the store knows of them."""
    for report in map(store.fill_known, reports):
        if store.is_coded(report, coder):
            outcomes["unchanged"] += 1
        else:
            yield report


def _code(reports: Iterable[Report], how: How, batch: Batch, coder: Coder) -> Iterator[Coding]:
    from detente.pipeline import code_reports
    from detente.read.language import is_foreign_note

    workers, limit = how.workers or count_cores(), how.time_limit if coder.copies else None
    for coding in code_reports(reports, workers, batch.set_aside, coder, limit):
        for note in filter(is_foreign_note, coding.report.notes):
            batch.warn_foreign(coding.report, note)
        yield coding


def _load_builtin() -> Coder:
    from detente.coders import BuiltinCoder

    return BuiltinCoder()
