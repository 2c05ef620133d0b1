"""The application: its pages and its API on one store, behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from detente import __version__
from detente.errors import DetenteError, StoreError, UsageError
from detente.web import (
    adding,
    api,
    assets,
    event,
    exporting,
    home,
    judging,
    maps,
    pair,
    predictions,
    reports,
    threads,
)
from detente.web.library import Library
from detente.web.rendering import render
from detente.web.safety import LOOPBACK, Guard

ROUTERS = (
    home.router, pair.router, event.router, threads.router, predictions.router, maps.router, reports.router,
    judging.router, adding.router, exporting.router, api.router, assets.router,
)  # fmt: skip


def make_app(store: str | Path, hosts: tuple[str, ...] = LOOPBACK, token: str | None = None) -> FastAPI:
    """The web app on the store in the file `store`, answering to `hosts` (names without a port).

    With a `token`, every request must hold it; see `Guard`. Raises StoreError where there is no store.
    """
    library = Library(store)
    library.prepare()

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        library.start()
        yield
        app.state.jobs.close()
        library.close()

    app = FastAPI(
        title="detente", version=__version__, summary="Who did what to whom, when and where, and who says so",
        docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=live,
    )  # fmt: skip
    app.state.library, app.state.jobs = library, adding.Jobs()
    app.state.tried = adding.Tried()
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(DetenteError, _explain)
    app.add_exception_handler(HTTPException, _explain)
    app.add_exception_handler(RequestValidationError, _explain)
    app.add_middleware(Guard, hosts=hosts, token=token)
    return app


def _explain(request: Request, error: Exception) -> Response:
    """An error as a page, or as JSON where the API was asked: what is wrong, and what to do next."""
    status, fault, cure = _describe(error)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"fault": fault, "cure": cure}, status)
    return render(request, "error.html", status_code=status, fault=fault, cure=cure)


def _describe(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, DetenteError):
        missing = isinstance(error, StoreError) and error.fault.startswith("holds no")
        status = 404 if missing else 400 if isinstance(error, UsageError) else 422
        if isinstance(error, StoreError) and not missing:
            status = 503
        return status, f"{error.subject}: {error.fault}", error.cure
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        return 422, f"{where}: {first['msg']}", "Correct it; /api tells what is taken"
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: "There is no such page", 405: "That can't be asked of this address"}
    return status, known.get(status, "This can't be answered"), "Go back, or to the first page"
