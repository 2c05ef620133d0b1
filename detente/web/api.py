"""The REST API: what the pages show, as JSON, with the filters of the command line; /api documents it."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from detente.errors import StoreError, UsageError
from detente.ontology import load_ontology
from detente.pipeline import code_report
from detente.read import read_text
from detente.records import Event, Judgement, Thread
from detente.store import Browser, EventFilter, Filter
from detente.turns import find_turns, make_series
from detente.web import bodies
from detente.web.judging import keep_judgement
from detente.web.library import Library
from detente.web.rendering import render
from detente.web.threads import choose_between


def open_library(request: Request) -> Library:
    """The library that the app serves."""
    found: Library = request.app.state.library
    return found


Shelf = Annotated[Library, Depends(open_library)]
Id = Annotated[str, Path(min_length=1, max_length=64, description="An id, as the answers give it.")]
FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"model": bodies.Fault, "description": words}
    for code, words in (
        (400, "What was asked can't be meant."), (404, "There is no such record."),
        (422, "A value is of the wrong kind."), (503, "The store can't be read or written now."),
    )
}  # fmt: skip
router = APIRouter(prefix="/api", responses=FAULTS)


@router.get("", include_in_schema=False)
def show_api(request: Request) -> HTMLResponse:
    """What the API takes and gives, for people."""
    schema = request.app.openapi()
    return render(request, "api.html", paths=list_operations(schema), address=str(request.base_url))


@router.get("/pairs")
def get_pairs(
    library: Shelf, limit: Annotated[int, Query(ge=1, le=bodies.MOST)] = 20
) -> list[bodies.PairItem]:
    """The pairs of coded parties with most mentions between them, whoever acts."""
    with library.open() as store:
        return [
            bodies.PairItem(codes=p.codes, names=p.names, mentions=p.mentions) for p in store.pairs(limit)
        ]


@router.get("/events")
def get_events(library: Shelf, query: Annotated[bodies.EventQuery, Query()]) -> bodies.EventPage:
    """Events by day: happenings, each merged from the mentions that tell it. `a` alone is one party's."""
    with library.open() as store:
        a, b = (read_party(store, words) if words else "" for words in (query.a, query.b))
        chosen = EventFilter(
            between=(a, b) if a and b else None, party="" if a and b else a or b,
            status=tuple(query.status), type=check_types(query.type), mode=tuple(query.mode), says=query.says,
            place=query.place, sure=query.sure, since=query.since or "", until=query.until or "",
            search=query.search,
        )  # fmt: skip
        found = store.list_events(chosen, query.limit, query.offset)
        items = [bodies.EventItem(event=event, quote=quote) for event, quote in found]
        return bodies.EventPage(total=store.count_events(chosen), offset=query.offset, items=items)


@router.get("/events/{name}")
def get_event(library: Shelf, name: Id) -> Event:
    """An event, by its id or by that of one of its mentions."""
    with library.open() as store:
        event = store.event_of(name)
    if event is None:
        raise StoreError(library.path.name, f"holds no event {name!r}", "Ask /api/events for their ids")
    return event


@router.get("/mentions")
def get_mentions(library: Shelf, query: Annotated[bodies.MentionQuery, Query()]) -> bodies.MentionPage:
    """Mentions by day: what single clauses of reports say."""
    if bool(query.a) != bool(query.b):
        raise UsageError("the request", "names one of two parties", "Give both 'a' and 'b', or 'actor'")
    chosen = Filter(
        between=(query.a, query.b) if query.a and query.b else None, actor=query.actor,
        recipient=query.recipient, type=check_types(query.type), status=tuple(query.status),
        since=query.since,
        until=query.until, says=query.says, report_id=query.report, search=query.search,
        limit=query.offset + query.limit + 1,
    )  # fmt: skip
    with library.open() as store:
        found = list(islice(store.mentions(chosen), query.offset, None))
    more = len(found) > query.limit
    return bodies.MentionPage(offset=query.offset, more=more, items=found[: query.limit])


@router.get("/threads")
def get_threads(library: Shelf, query: Annotated[bodies.ThreadQuery, Query()]) -> bodies.ThreadPage:
    """Negotiations by the day on which they opened: events that answer each other."""
    between = choose_between(query.a or "", query.b or "")
    with library.open() as store:
        found = list(store.threads(between, tuple(query.state), query.since))
    items = found[query.offset : query.offset + query.limit]
    return bodies.ThreadPage(total=len(found), offset=query.offset, items=items)


@router.get("/threads/{id}")
def get_thread(library: Shelf, id: Id) -> Thread:
    """A negotiation with all its steps."""
    with library.open() as store:
        return store.thread_of(id)


@router.get("/forecasts")
def get_forecasts(library: Shelf, query: Annotated[bodies.ForecastQuery, Query()]) -> bodies.ForecastPage:
    """What reports foresee, by the day on which they were published, with what came of it."""
    between = choose_between(query.a or "", query.b or "")
    with library.open() as store:
        found = [
            (f, r)
            for f, r in store.forecasts(between, query.who)
            if not query.outcome or (r and r.outcome in query.outcome)
        ]
    items = [
        bodies.ForecastItem(forecast=f, resolution=r)
        for f, r in found[query.offset : query.offset + query.limit]
    ]
    return bodies.ForecastPage(total=len(found), offset=query.offset, items=items)


@router.get("/series")
def get_series(library: Shelf, query: Annotated[bodies.SeriesQuery, Query()]) -> bodies.SeriesAnswer:
    """What happened between two parties, summed by day, week or month, from events."""
    with library.open() as store:
        pair = read_party(store, query.a), read_party(store, query.b)
        rows = list(store.tabulate_events(pair))
    found = make_series(rows, pair, query.by, query.directed, query.since, query.until)
    return bodies.SeriesAnswer(
        pair=found.pair, by=found.by, periods=list(found.periods), passed_over=list(found.passed_over)
    )


@router.get("/turns")
def get_turns(library: Shelf, query: Annotated[bodies.TurnsQuery, Query()]) -> bodies.TurnsAnswer:
    """When the way two parties treat each other turned."""
    with library.open() as store:
        pair = read_party(store, query.a), read_party(store, query.b)
        rows = list(store.tabulate_events(parties=pair))
        theirs = make_series(store.tabulate_events(pair), pair)
    found = find_turns(rows, pair, query.by, query.directed, query.measure, query.until)
    return bodies.TurnsAnswer(
        pair=pair, turns=list(found), abstained=list(found.abstained), passed_over=list(theirs.passed_over)
    )


@router.get("/reports")
def get_reports(library: Shelf, query: Annotated[bodies.Paged, Query()]) -> bodies.ReportPage:
    """The reports without their texts, the last published first."""
    with library.open() as store:
        found = store.page_reports(query.limit, query.offset)
        items = [bodies.ReportItem(report=report, mentions=mentions) for report, mentions in found]
        return bodies.ReportPage(total=store.counts().reports, offset=query.offset, items=items)


@router.get("/reports/{id}")
def get_report(library: Shelf, id: Id) -> bodies.CodedReport:
    """A report with its text, its mentions, and what was passed over."""
    with library.open() as store:
        coding = store.coding_of(id)
    return bodies.CodedReport(
        report=coding.report, mentions=list(coding.mentions), passed_over=list(coding.passed_over)
    )


@router.post("/reports")
def post_report(library: Shelf, new: bodies.NewReport) -> bodies.CodedReport:
    """Code a report, and store it unless `keep` is false; its mentions are merged with what is there."""
    report = read_text(**new.model_dump(exclude={"keep"}))
    coding = code_report(report)
    outcome = None
    if new.keep:
        with library.change() as store:
            outcome = store.add(coding)
        library.relink()
    return bodies.CodedReport(
        report=coding.report, mentions=list(coding.mentions), passed_over=list(coding.passed_over),
        outcome=outcome,
    )  # fmt: skip


@router.get("/judgements")
def get_judgements(library: Shelf) -> bodies.JudgementList:
    """What people said of mentions, in the order in which they said it."""
    with library.open() as store:
        return bodies.JudgementList(items=store.judgements())


@router.post("/judgements")
def post_judgement(library: Shelf, new: bodies.NewJudgement) -> bodies.JudgementList:
    """Keep a judgement; 'different' gives one for each of the other mentions."""
    with library.change() as store:
        made = keep_judgement(store, new.verdict, new.mentions, (new.by, new.why, new.value))
    library.relink()
    return bodies.JudgementList(items=made)


@router.delete("/judgements/{id}")
def delete_judgement(library: Shelf, id: Id) -> bodies.JudgementList:
    """Take a judgement back; gives those that are left."""
    with library.change() as store:
        store.take_back(id)
        left: list[Judgement] = store.judgements()
    library.relink()
    return bodies.JudgementList(items=left)


def check_types(names: list[str]) -> tuple[str, ...]:
    """Types of act in capitals. Raises UsageError for one that isn't known."""
    types = load_ontology().types
    for name in names:
        if name.upper() not in types:
            raise UsageError(f"type {name!r}", "there is no such type", f"Use {', '.join(types)}")
    return tuple(name.upper() for name in names)


def read_party(store: Browser, words: str) -> str:
    """The code or name by which the store has a party that words mean."""
    from detente.who.lookup import look_up  # loads the tables of names

    for known in store.find_parties(words):
        if known.key.casefold() == words.casefold():
            return known.key
    meant = look_up(words)
    return meant.codes[0] if meant and len(meant.codes) == 1 else words


def list_operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of an OpenAPI description, with parameters in words."""
    return [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
