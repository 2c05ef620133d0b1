"""What people say of the evidence: kept, applied, shown, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from detente.errors import UsageError
from detente.judgements import VERDICTS, join_named, make_judgement
from detente.link import settle
from detente.records import Judgement
from detente.store import Browser, Store
from detente.web.evidence import describe_verdict
from detente.web.library import Library
from detente.web.rendering import render

COOKIE = "detente-by"  # the name that judgements are signed with
YEAR = 365 * 24 * 3600
router = APIRouter(include_in_schema=False)


@router.post("/judge")
def judge(
    request: Request,
    verdict: Annotated[str, Form()],
    mention: Annotated[list[str], Form()],
    value: Annotated[str, Form()] = "",
    side: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/judgements",
) -> RedirectResponse:
    """Keep a judgement on mentions (for 'same', the last of them may be an event), and go back."""
    library: Library = request.app.state.library
    said = value.strip() or None
    if verdict == "party":
        said = f"{side}={value.strip()}"
    with library.change() as store:
        made = keep_judgement(store, verdict, mention, (by.strip() or None, why.strip() or None, said))
    library.relink()
    answer = RedirectResponse(_stay_here(back, made[-1].id), 303)
    if by.strip():
        answer.set_cookie(
            COOKIE, by.strip().encode("ascii", "ignore").decode(), YEAR, httponly=True, samesite="strict"
        )
    return answer


@router.post("/judge/undo")
def undo(
    request: Request, id: Annotated[str, Form()], back: Annotated[str, Form()] = "/judgements"
) -> RedirectResponse:
    """Take a judgement back."""
    library: Library = request.app.state.library
    with library.change() as store:
        store.take_back(id)
    library.relink()
    return RedirectResponse(_stay_here(back), 303)


@router.get("/judgements")
def list_judgements(request: Request) -> HTMLResponse:
    """All judgements, the newest first."""
    library: Library = request.app.state.library
    with library.open() as store:
        said = [(j, describe_verdict(j), _name_mentions(store, j)) for j in reversed(store.judgements())]
    return render(request, "judgements.html", said=said)


def keep_judgement(
    store: Store, verdict: str, names: list[str], told: tuple[str | None, str | None, str | None]
) -> list[Judgement]:
    """Keep what was said of mentions or events by their ids; `told` is by whom, why, and a value.

    Raises UsageError where it can't hold together with what was said before.
    """
    if verdict not in VERDICTS:
        raise UsageError(f"verdict {verdict!r}", "there is no such verdict", f"Use {', '.join(VERDICTS)}")
    by, why, value = told
    ids = join_named(verdict, [store.find_mentions(name) for name in names])
    groups = [(ids[0], other) for other in ids[1:]] if verdict == "different" else [tuple(ids)]
    made = [make_judgement(verdict, group, by, None, why, value) for group in groups]
    if not made:
        raise UsageError("a judgement", "names one mention where it takes two", "Name another")
    judgements = [*store.judgements(), *made]
    settle(judgements, {i for j in judgements for i in j.mentions})
    for judgement in made:
        store.add_judgement(judgement)
    return made


def _name_mentions(store: Browser, judgement: Judgement) -> list[tuple[str, str]]:
    """The quotes of a judgement's mentions with their reports' ids."""
    return [(m.report_id, m.quote) for m in store.mentions_of(judgement.mentions, judged=False)]


def _stay_here(back: str, done: str = "") -> str:
    """A path on this server, with the judgement that was made; anything else leads to the list."""
    if not back.startswith("/") or back.startswith(("//", "/\\")):
        back = "/judgements"
    path, _, anchor = back.partition("#")
    joined = path + ("&" if "?" in path else "?") + f"done={done}" if done else path
    return joined + (f"#{anchor}" if anchor else "")
