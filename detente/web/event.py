"""The page of one event: its evidence, and the pairs that it is part of."""

from __future__ import annotations

from itertools import combinations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from detente.errors import StoreError
from detente.records import Event
from detente.store import Browser
from detente.web.evidence import describe_verdict, list_acts, view_evidence
from detente.web.library import Library
from detente.web.rendering import link, render
from detente.web.state import PairState
from detente.web.threads import view_lines

router = APIRouter(include_in_schema=False)


@router.get("/event/{name}")
def show_event(request: Request, name: str) -> HTMLResponse:
    """An event, by its id or that of one of its mentions."""
    library: Library = request.app.state.library
    with library.open() as store:
        event = store.event_of(name)
        if event is None:
            fault = f"holds no event {name!r}"
            raise StoreError(store.path.name, fault, "Its mentions may have been judged; see Judgements")
        done = next((j for j in store.judgements() if j.id == request.query_params.get("done")), None)
        return render(
            request, "event.html", evidence=view_evidence(store, event), acts=list_acts(),
            threads=view_lines(store.threads_with(event.id)), back=link(f"/event/{event.lead}"),
            pairs=_list_pairs(store, event), done=done and (done, describe_verdict(done)),
        )  # fmt: skip


def _list_pairs(store: Browser, event: Event) -> list[tuple[str, str]]:
    """The pairs of its parties, in words, with the addresses that show it among theirs."""
    from detente.web.pair import name_key

    keys = list(dict.fromkeys(p.code or p.name for p in (*event.actor, *event.recipient)))
    pairs = [tuple(sorted(pair)) for pair in combinations(keys, 2)]
    return [
        (f"{name_key(store, a)} – {name_key(store, b)}", PairState(a, b, event=event.id).url())
        for a, b in pairs
    ]
