"""Negotiations: the list of threads, and the page of one with its lanes, steps and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from detente.errors import UsageError
from detente.records import THREAD_STATES, Thread
from detente.report.threads import (
    STATE_MARKS,
    describe_standing,
    format_days,
    name_parties,
    view_thread,
)
from detente.report.wording import shorten
from detente.store import Browser
from detente.web.library import Library
from detente.web.rendering import link, render
from detente.web.state import read_day, read_number

ON_A_PAGE = 30
MOST_NAMED = 6  # parties of a thread named in a list
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list."""

    topic: str
    names: tuple[str, ...]
    state: str
    mark: str
    standing: str
    days: str
    steps: int
    href: str


@dataclass(frozen=True, slots=True)
class ThreadsState:
    """Which threads are listed: those in which `a` (and `b`) take part, in a `state`, with a step `since`."""

    a: str = ""
    b: str = ""
    state: str = ""
    since: str = ""
    page: int = 1

    def url(self, **changes: Any) -> str:
        """The address of this list with `changes`."""
        values = asdict(replace(self, **changes))
        return link("/threads", **{k: v for k, v in values.items() if v and (k, v) != ("page", 1)})


@router.get("/threads")
def show_threads(request: Request) -> HTMLResponse:
    """The threads that fit, those with the latest step first."""
    state = read_threads_state(request.query_params)
    library: Library = request.app.state.library
    with library.open() as store:
        between = choose_between(state.a, state.b)
        found = list(store.threads(between, state.state or (), state.since or None))
        any_at_all = bool(found) or store.count_threads() > 0
    found.sort(key=lambda thread: thread.last or "", reverse=True)
    start = (state.page - 1) * ON_A_PAGE
    return render(
        request, "threads.html", state=state, total=len(found), any_at_all=any_at_all, states=THREAD_STATES,
        lines=view_lines(found[start : start + ON_A_PAGE]), pages=-(-len(found) // ON_A_PAGE),
        urls=lambda page: state.url(page=page),
    )  # fmt: skip


@router.get("/threads/{name}")
def show_thread(request: Request, name: str) -> HTMLResponse:
    """One thread."""
    library: Library = request.app.state.library
    with library.open() as store:
        thread = store.thread_of(name)
        mentions = {m.id: m for m in store.mentions_of(step.mention for step in thread.steps)}
        reports = {id_: store.report_of(id_) for id_ in {m.report_id for m in mentions.values()}}
    view = view_thread(
        thread, mentions, reports, lambda step: link(f"/event/{step.event}") + "#evidence", "thread"
    )
    keys = [p.code or p.name for p in thread.parties]
    names = name_parties(thread)
    pairs = [
        (f"{names[a]} – {names[b]}", link("/pair", a=a, b=b)) for a, b in map(sorted, combinations(keys, 2))
    ]
    return render(request, "thread.html", view=view, pairs=pairs[:MOST_NAMED])


def read_threads_state(params: QueryParams) -> ThreadsState:
    """The state in an address. Raises UsageError where it can't be meant."""
    state = params.get("state", "")
    if state and state not in THREAD_STATES:
        raise UsageError(f"state={state!r}", "is not known", f"Use {', '.join(THREAD_STATES)}")
    return ThreadsState(
        params.get("a", "").strip(), params.get("b", "").strip(), state, read_day(params, "since"),
        max(read_number(params, "page", 1), 1),
    )  # fmt: skip


def choose_between(a: str, b: str) -> tuple[str, str] | None:
    """What the store is asked for two parties of which one, or both, may be left open."""
    return (a or b, b or a) if a or b else None


def view_lines(threads: Iterable[Thread]) -> list[ThreadLine]:
    """Threads for a list."""
    return [_view_line(thread) for thread in threads]


def list_open(store: Browser, most: int) -> list[ThreadLine]:
    """The open threads with the latest steps."""
    found = sorted(store.threads(state="open"), key=lambda thread: thread.last or "", reverse=True)
    return view_lines(found[:most])


def _view_line(thread: Thread) -> ThreadLine:
    names = name_parties(thread)
    return ThreadLine(
        topic=shorten(thread.topic.text),
        names=tuple(names[p.code or p.name] for p in thread.parties[:MOST_NAMED]),
        state=thread.state,
        mark=STATE_MARKS[thread.state],
        standing=describe_standing(thread, names),
        days=format_days(thread),
        steps=len(thread.steps),
        href=link(f"/threads/{thread.id}"),
    )
