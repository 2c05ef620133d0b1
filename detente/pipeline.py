"""The whole path for one report, top to bottom. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain

from detente.checks import check_day, check_kind
from detente.coders import BuiltinCoder, Coder, Found, load_coder
from detente.errors import CoderError, DataError, DetenteError, InputError, UsageError
from detente.mentions import Context, build_mentions, sentence_notes
from detente.parse import Passage, load_parser, parse_report
from detente.pool import OutOfTimeError, limit_time, share_out
from detente.records import Coding, EventMention, InferredDay, Party, PassedOver, Report, Statement
from detente.says import statements_in
from detente.undated import infer_published, mark_inferred, note_inferred
from detente.when import find_dates
from detente.where import places_in
from detente.who import actors_in

ErrorHandler = Callable[[DetenteError], None]
Attempt = partial["Coding | InputError"]  # codes one report
BATCH, BATCH_CHARACTERS = 8, 200_000  # reports handed to a worker at a time; where long, fewer
BUILTIN = BuiltinCoder()


@dataclass(frozen=True, slots=True)
class Coded:
    """What each step of the path found in a report."""

    passages: tuple[Passage, ...]
    parties: list[Party]
    mentions: list[EventMention]
    statements: list[Statement]
    found: Found
    unsure: list[PassedOver]
    inferred: InferredDay | None = None


def code_text(report: Report, coder: Coder = BUILTIN) -> Coded:
    """Takes one report along the path and gives what each step found.

    A report that states no day is read as of the day that it was written on by the signs inside it, where
    these suffice; what counts from that day is marked as inferred.
    """
    inferred = infer_published(report.text) if report.published is None else None
    if inferred is None:
        return _code_dated(report, coder)
    coded = _code_dated(replace(report, published=inferred.day), coder)
    return replace(coded, mentions=mark_inferred(coded.mentions, inferred, report.text), inferred=inferred)


def _code_dated(report: Report, coder: Coder) -> Coded:
    passages = parse_report(report)
    parties = actors_in(passages, on=report.published)
    found = coder.find_acts(report, passages, parties)
    statements = list(statements_in(passages, parties))
    dates = find_dates(report.text, report.published)
    places = places_in(passages, report.text)
    mentions, unsure = build_mentions(found.acts, Context(report, dates, places, statements, coder.name))
    return Coded(passages, parties, mentions, statements, found, unsure)


def code_report(
    report: Report | str, coder: str | Coder = BUILTIN, published: str | date | None = None
) -> Coding:
    """Codes one report: its event mentions, and what was passed over with the reasons.

    `report` may be a text of your own; `published` is its day of publication, or that of a report that
    states none. `coder` is the name of one that needs no model ('builtin'), or one made with `load_coder` or
    by yourself. The built-in raises nothing for odd text: what can't be coded is passed over with its reason.
    Another may raise InputError for a report that it can't code, and CoderError where it can code none.
    Raises UsageError for what is neither report nor text, and for what is no day.
    """
    report = _as_report(report, published)
    coded = code_text(report, load_coder(coder) if isinstance(coder, str) else coder)
    notes = sentence_notes(report, coded.passages, coded.mentions, coded.found)
    passed = sorted([*notes, *coded.unsure], key=lambda n: n.start)
    if coded.inferred is not None:
        report = replace(report, notes=(*report.notes, note_inferred(coded.inferred)))
    return Coding(report, tuple(coded.mentions), tuple(passed))


def code_reports(
    reports: Iterable[Report | str],
    workers: int = 1,
    on_error: ErrorHandler | None = None,
    coder: str | Coder = BUILTIN,
    time_limit: float | None = None,
) -> Iterator[Coding]:
    """Codes reports, or texts of your own, in their order, holding a few of them at a time.

    On `workers` processes where the coder can be copied and there are more reports than one batch, else in
    this one; what comes out is the same. `time_limit` is the number of seconds that a report may take.

    `coder` is as in `code_report`. A report whose coding fails, takes too long or ends its process twice
    raises InputError, or is given to `on_error` and left out; CoderError is raised where the coder can't work
    at all, UsageError for a single report, or where the processes can't start.
    """
    if isinstance(reports, str | Report):
        fault = f"takes several reports, not one {type(reports).__name__}"
        raise UsageError("code_reports", fault, "Use code_report, or put it into a list")
    chosen = load_coder(coder) if isinstance(coder, str) else coder
    code = partial(try_code, coder=chosen, time_limit=time_limit)
    return _hand_out(reports, workers if chosen.copies else 1, on_error, code)


def _hand_out(
    reports: Iterable[Report | str], workers: int, on_error: ErrorHandler | None, code: Attempt
) -> Iterator[Coding]:
    outcomes = map(code, reports) if workers <= 1 else _code_in_processes(reports, workers, code)
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


def try_code(
    report: Report | str,
    coder: Coder,
    time_limit: float | None,
    ends_process: bool = False,
    shared: bool = False,
) -> Coding | InputError:
    """The coding of a report, or why there is none: a fault of it, or `time_limit` (seconds) was over.

    `ends_process` is as in `limit_time`. Where other threads use the parser too (`shared`), it forgets no
    words. What stands in the way of every report is raised.
    """
    try:
        # words that only this report has are forgotten after it, so memory doesn't grow with their number
        with limit_time(time_limit, ends_process), nullcontext() if shared else load_parser().memory_zone():
            return code_report(report, coder)
    except (DataError, CoderError):
        raise
    except DetenteError as e:
        return InputError(_name_report(report), e.fault, e.cure)
    except OutOfTimeError:
        cure = "Split it, or allow more time (--time-limit)"
        return InputError(_name_report(report), f"took more than {time_limit:g} seconds", cure)
    except Exception as e:  # noqa: BLE001 - one bad report must not stop a batch; it is reported by name
        fault = f"coding with {coder.name!r} failed ({type(e).__name__}: {e})"
        return InputError(_name_report(report), fault, "Report this with the text")


def _name_report(report: Report | str) -> str:
    if not isinstance(report, Report):
        return f"the text {str(report)[:40]!r}"
    return " ".join(filter(None, (report.path or report.url or report.id, report.given_id or report.title)))


def _code_in_processes(
    reports: Iterable[Report | str], workers: int, code: Attempt
) -> Iterator[Coding | InputError]:
    """Starts no process for a single batch: loading the parser takes longer than coding a few reports."""
    batches = batch_reports(reports)
    first, second = next(batches, []), next(batches, [])
    if not second:
        yield from map(code, first)
        return
    work = partial(_code_batch, code=partial(code, ends_process=True))
    for report, outcome in share_out(work, chain([first, second], batches), workers):
        yield outcome or name_killer(report)


def batch_reports(reports: Iterable[Report | str]) -> Iterator[list[Report | str]]:
    """The reports in batches of `BATCH`, of fewer where they are long."""
    batch: list[Report | str] = []
    size = 0
    for report in reports:
        batch.append(report)
        size += len(report.text if isinstance(report, Report) else report)
        if len(batch) == BATCH or size > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _code_batch(reports: Sequence[Report | str], code: Attempt) -> list[Coding | InputError]:
    return [code(r) for r in reports]


def name_killer(report: Report | str) -> InputError:
    """The error of a report that ended its process twice."""
    fault = "ended the process that coded it, twice"
    return InputError(_name_report(report), fault, "Leave it out, or give the machine more memory")
