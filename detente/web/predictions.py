"""Predictions: the ledger as a table, what came of each, and how well chances were given."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import QueryParams

from detente.errors import UsageError
from detente.ledger import OUTCOMES, Forecast
from detente.report.predictions import UNRESOLVED, name_speaker, view_forecast, view_ledger
from detente.store import Browser
from detente.web.library import Library
from detente.web.rendering import link, render
from detente.web.state import read_number
from detente.web.threads import choose_between

ON_A_PAGE = 40
MOST_SPEAKERS = 60  # forecasters offered in a list
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Which predictions are shown: by `who`, on `a` (and `b`), with an `outcome`."""

    who: str = ""
    a: str = ""
    b: str = ""
    outcome: str = ""
    page: int = 1

    def url(self, **changes: Any) -> str:
        """The address of this view with `changes`."""
        values = asdict(replace(self, **changes))
        return link("/predictions", **{k: v for k, v in values.items() if v and (k, v) != ("page", 1)})


@router.get("/predictions")
def show_predictions(request: Request) -> HTMLResponse:
    """The ledger; scores are over all that fit whatever their outcome."""
    state = read_ledger_state(request.query_params)
    library: Library = request.app.state.library
    with library.open() as store:
        entries = list(store.forecasts(choose_between(state.a, state.b), state.who or None))
        unread = store.count_unread()
        speakers = library.keep("speakers", lambda: _list_speakers(store))
    shown = [(f, r) for f, r in entries if state.outcome in ("", r.outcome if r else UNRESOLVED)]
    start = (state.page - 1) * ON_A_PAGE
    return render(
        request, "predictions.html", state=state, outcomes=OUTCOMES, speakers=speakers, unread=unread,
        is_reading=library.is_reading, total=len(shown), ledger=view_ledger(entries),
        views=[view_forecast(entry, _link_report) for entry in shown[start : start + ON_A_PAGE]],
        pages=-(-len(shown) // ON_A_PAGE), urls=lambda page: state.url(page=page) + "#list-title",
    )  # fmt: skip


@router.post("/predictions/read")
def read_predictions(request: Request) -> RedirectResponse:
    """Read the predictions of reports that were not read yet, behind the scenes."""
    library: Library = request.app.state.library
    library.read_forecasts()
    return RedirectResponse("/predictions", 303)


def read_ledger_state(params: QueryParams) -> LedgerState:
    """The state in an address. Raises UsageError where it can't be meant."""
    outcome = params.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        raise UsageError(f"outcome={outcome!r}", "is not known", f"Use {', '.join(OUTCOMES)}")
    who, a, b = (params.get(name, "").strip() for name in ("who", "a", "b"))
    return LedgerState(who, a, b, outcome, max(read_number(params, "page", 1), 1))


def _link_report(forecast: Forecast) -> str:
    anchor = f"#m-{forecast.mention}" if forecast.mention else ""
    return link(f"/report/{forecast.report_id}") + anchor


def _list_speakers(store: Browser) -> list[str]:
    """Who foresees, most often first."""
    counted = Counter(name_speaker(forecast) for forecast, _ in store.forecasts() if forecast.says)
    return [name for name, _ in counted.most_common(MOST_SPEAKERS)]
