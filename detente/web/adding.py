"""Reports that come in by the browser: pasted or dropped and seen at once, or stored with progress shown."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path, PurePath
from secrets import token_urlsafe
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from detente.errors import InputError, UsageError
from detente.pipeline import BUILTIN, code_report, try_code
from detente.read import read_reports, read_text
from detente.records import Coding, Report
from detente.web.library import Library
from detente.web.rendering import link, render
from detente.web.reports import view_coding

SINGLE = (".txt", ".md", ".markdown", ".html", ".htm")
TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
MOST_TEXT = 2_000_000  # characters of one pasted report
MOST_JOBS = 50
MOST_TRIED = 32  # codings that were shown and may yet be stored
router = APIRouter(include_in_schema=False)


@dataclass
class Job:
    """An import: what is under way, done, and set aside."""

    number: int
    total: int
    stage: str = "waiting"
    done: int = 0
    mentions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in ("done", "failed")


class Jobs:
    """The imports since the app was started; one at a time is worked on."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.found: dict[int, Job] = {}
        self._workers = ThreadPoolExecutor(1, thread_name_prefix="detente-import")

    def close(self) -> None:
        """Begin no further import."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def start(self, library: Library, uploads: Sequence[tuple[str, bytes]], published: str | None) -> Job:
        """Begin to read, code and store what was sent."""
        job = Job(next(self._numbers), len(uploads))
        self.found = {**dict(list(self.found.items())[-MOST_JOBS:]), job.number: job}
        self._workers.submit(_work, job, library, uploads, published)
        return job


class Tried:
    """The codings that were shown and not stored, each under a key; only the last ones are held."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, Coding] = {}

    def hold(self, coding: Coding) -> str:
        """The key under which the coding is found from now on."""
        key = token_urlsafe(16)
        with self._lock:
            self._held[key] = coding
            while len(self._held) > MOST_TRIED:
                del self._held[next(iter(self._held))]
        return key

    def find(self, key: str) -> Coding:
        """The coding under a key. Raises UsageError where it isn't held any longer."""
        coding = self._held.get(key)
        if coding is None:
            raise UsageError("the report", "is not held any longer", "Paste it, or choose its file, again")
        return coding


@router.post("/try")
def try_report(
    request: Request,
    text: Annotated[str, Form()] = "",
    file: UploadFile | None = None,
    published: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Code a report and show it; nothing is stored."""
    if file is not None and file.filename:
        found = list(read_upload(file.filename, file.file.read(), published or None, SINGLE))
        report = replace(found[0], source=found[0].source or source.strip() or None)
    else:
        report = _read_pasted(text, published, source=source)
    coding = code_report(report)
    tried: Tried = request.app.state.tried
    return render(request, "report.html", keep=tried.hold(coding), **view_coding(coding, stored=False))


@router.post("/keep")
def keep_report(request: Request, key: Annotated[str, Form()]) -> RedirectResponse:
    """Store a coding that was shown, and show it with what is known of it there."""
    library: Library = request.app.state.library
    tried: Tried = request.app.state.tried
    coding = tried.find(key)
    with library.change() as store:
        store.add(coding)
    library.relink()
    return RedirectResponse(link(f"/report/{coding.report.id}"), 303)


@router.get("/add")
def show_add(request: Request) -> HTMLResponse:
    """The forms by which reports come in."""
    return render(
        request, "add.html", jobs=list(request.app.state.jobs.found.values())[::-1], kinds=(*SINGLE, *TABLES)
    )


@router.post("/add")
def add_reports(
    request: Request, files: list[UploadFile], published: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Begin to store the reports of files."""
    uploads = [(file.filename or "", file.file.read()) for file in files if file.filename]
    if not uploads:
        raise UsageError("the form", "names no file", "Choose one or several files")
    for name, _ in uploads:
        check_name(name, (*SINGLE, *TABLES))
    jobs: Jobs = request.app.state.jobs
    job = jobs.start(request.app.state.library, uploads, published or None)
    return RedirectResponse(link(f"/add/{job.number}"), 303)


@router.get("/add/{number}")
def show_job(request: Request, number: int) -> HTMLResponse:
    """How far an import is."""
    job = request.app.state.jobs.found.get(number)
    if job is None:
        raise UsageError(f"import {number}", "is not known since the app was started", "See the reports")
    return render(request, "job.html", job=job)


def check_name(name: str, kinds: tuple[str, ...]) -> str:
    """The suffix of a file that was sent. Raises InputError where it isn't one of `kinds`."""
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    if suffix not in kinds:
        raise InputError(
            name[:80] or "the file",
            f"is of no kind that is read here ({suffix or 'no suffix'})",
            f"Use {', '.join(kinds)}",
        )
    return suffix


def read_upload(
    name: str, data: bytes, published: str | None, kinds: tuple[str, ...], faults: list[str] | None = None
) -> Iterator[Report]:
    """The reports of a file that was sent, as `read_reports` reads them, without a path of their own.

    Raises what `read_reports` raises; with `faults`, what is wrong with a report is added there instead.
    """
    suffix = check_name(name, kinds)
    on_error = None if faults is None else lambda e: faults.append(f"{name[:80]}: {e.fault}. {e.cure}")
    with tempfile.TemporaryDirectory(prefix="detente-") as folder:
        path = Path(folder, f"upload{suffix}")
        path.write_bytes(data)
        try:
            for report in read_reports(path, published, on_error):
                yield replace(
                    report, path=None, notes=(*report.notes, f"sent by the browser as {name[:120]}")
                )
        except InputError as e:
            raise InputError(name[:80], e.fault, e.cure) from e


def _read_pasted(text: str, published: str, **told: str) -> Report:
    if not text.strip():
        raise UsageError("the form", "holds no text", "Paste a report, or choose a file")
    if len(text) > MOST_TEXT:
        raise UsageError("the text", f"has over {MOST_TEXT:,} characters", "Use 'detente add' for so much")
    known = {name: value.strip() or None for name, value in told.items()}
    return read_text(text.replace("\r\n", "\n"), published=published.strip() or None, **known)


def _work(job: Job, library: Library, uploads: Sequence[tuple[str, bytes]], published: str | None) -> None:
    """Read, code, store and merge; what fails is told in the job."""
    for name, data in uploads:
        job.stage = f"reading and coding {name[:80]}"
        try:
            _store_upload(job, library, name, data, published)
        except Exception as e:  # noqa: BLE001 - a thread has nobody else to tell, and later files are still read
            job.faults.append(str(e) if isinstance(e, InputError) else f"{name[:80]}: {e}")
        job.done += 1
    job.stage = "merging mentions into events"
    try:
        library.link()
        job.stage = "done"
    except Exception as e:  # noqa: BLE001 - as above
        job.faults.append(str(e))
        job.stage = "failed"


def _store_upload(job: Job, library: Library, name: str, data: bytes, published: str | None) -> None:
    for report in read_upload(name, data, published, (*SINGLE, *TABLES), job.faults):
        coding = try_code(report, BUILTIN, None, shared=True)
        if not isinstance(coding, Coding):
            job.faults.append(str(coding))
            continue
        with library.change() as store:
            job.outcomes[store.add(coding)] += 1
        job.mentions += len(coding)
        job.reports.append((report.id, report.title or name))
