"""The whole path for one report, top to bottom. Read this first."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from detente.checks import check_day, check_kind
from detente.classifier import load_classifier
from detente.errors import DataError, DetenteError, InputError, UsageError
from detente.events import Rejected, find_acts
from detente.lexicon import load_lexicon
from detente.mentions import Context, build_mentions, sentence_notes
from detente.parse import Passage, parse_report
from detente.records import Coding, EventMention, Party, PassedOver, Report, Statement
from detente.says import statements_in
from detente.when import find_dates
from detente.where import places_in
from detente.who import actors_in

ErrorHandler = Callable[[DetenteError], None]
BATCH = 8  # reports handed to a worker at a time


@dataclass(frozen=True, slots=True)
class Coded:
    """What each step of the path found in a report."""

    passages: tuple[Passage, ...]
    parties: list[Party]
    mentions: list[EventMention]
    statements: list[Statement]
    rejected: list[Rejected]
    unsure: list[PassedOver]


def code_text(report: Report) -> Coded:
    """Takes one report along the path and gives what each step found."""
    passages = parse_report(report)
    parties = actors_in(passages, on=report.published)
    acts, rejected = find_acts(passages, parties, load_lexicon(), load_classifier())
    statements = list(statements_in(passages, parties))
    dates = find_dates(report.text, report.published)
    places = places_in(passages, report.text)
    mentions, unsure = build_mentions(acts, Context(report, dates, places, statements))
    return Coded(passages, parties, mentions, statements, rejected, unsure)


def code_report(report: Report | str, published: str | date | None = None) -> Coding:
    """Codes one report: its event mentions, and what was passed over with the reasons.

    `report` may be a text of your own; `published` is its day of publication, or that of a report that
    states none. Raises nothing for odd text: what can't be coded is passed over with its reason. Raises
    UsageError for what is neither report nor text, and for what is no day.
    """
    report = _as_report(report, published)
    found = code_text(report)
    notes = sentence_notes(report, found.passages, found.mentions, found.rejected)
    passed = sorted([*notes, *found.unsure], key=lambda n: n.start)
    return Coding(report, tuple(found.mentions), tuple(passed))


def code_reports(
    reports: Iterable[Report | str], workers: int = 1, on_error: ErrorHandler | None = None
) -> Iterator[Coding]:
    """Codes reports, or texts of your own, in their order, on `workers` processes.

    A report whose coding fails raises InputError, or is given to `on_error` and left out. Raises UsageError
    at once for a single report or text.
    """
    if isinstance(reports, str | Report):
        fault = f"takes several reports, not one {type(reports).__name__}"
        raise UsageError("code_reports", fault, "Use code_report, or put it into a list")
    return _hand_out(reports, workers, on_error)


def _hand_out(
    reports: Iterable[Report | str], workers: int, on_error: ErrorHandler | None
) -> Iterator[Coding]:
    outcomes = map(_try_code, reports) if workers <= 1 else _code_in_processes(iter(reports), workers)
    for outcome in outcomes:
        if isinstance(outcome, Coding):
            yield outcome
        elif on_error is None:
            raise outcome
        else:
            on_error(outcome)


def _as_report(given: Report | str, published: str | date | None) -> Report:
    """The text or report given as a report with an ISO day: `published`, where it states none."""
    if isinstance(given, str):
        from detente.read import read_text

        return read_text(given, published=published)
    check_kind(given, Report, "code_report", "Give a text, or a Report as read_reports and read_text make it")
    day = check_day(given.published or published, "published")
    return given if day == given.published else replace(given, published=day)


def _try_code(report: Report | str) -> Coding | InputError:
    try:
        return code_report(report)
    except DataError:
        raise
    except Exception as e:  # noqa: BLE001 - one bad report must not stop a batch; it is reported by name
        subject = _name_report(report) if isinstance(report, Report) else f"the text {str(report)[:40]!r}"
        if isinstance(e, DetenteError):
            return InputError(subject, e.fault, e.cure)
        return InputError(subject, f"coding failed ({type(e).__name__}: {e})", "Report this with the text")


def _name_report(report: Report) -> str:
    return " ".join(filter(None, (report.path or report.url or report.id, report.given_id or report.title)))


def _code_batch(reports: list[Report | str]) -> list[Coding | InputError]:
    return [_try_code(r) for r in reports]


def _code_in_processes(reports: Iterator[Report | str], workers: int) -> Iterator[Coding | InputError]:
    """Keeps two batches a worker under way, so memory stays bounded whatever the number of reports."""
    pool = ProcessPoolExecutor(workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    waiting: deque[Future[list[Coding | InputError]]] = deque()
    try:
        while batch := list(islice(reports, BATCH)):
            waiting.append(pool.submit(_code_batch, batch))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
