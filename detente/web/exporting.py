"""What is on screen as a file: events in the formats of `detente export`, charts and maps as pictures."""

from __future__ import annotations

import io

from fastapi import APIRouter, Request, Response

from detente.errors import UsageError
from detente.export import Selection, find_format, write_export
from detente.web.library import Library
from detente.web.maps import read_map_state, view_map
from detente.web.narrowing import select_rows
from detente.web.pair import view_pair
from detente.web.state import PairState, read_state

router = APIRouter(include_in_schema=False)


@router.get("/export/events")
def export_events(request: Request) -> Response:
    """The events of a pair's view that have a place in a format."""
    state = read_state(request.query_params)
    format_ = request.query_params.get("format", "csv")
    as_ = find_format(format_)
    if as_.whole:
        raise UsageError(f"format {format_!r}", "tells of a whole store", "Use 'detente export' for it")
    library: Library = request.app.state.library
    with library.open() as store:
        ids = [row.id for row in select_rows(library, store, state)]
        chosen = Selection(_name_file(state), store.tell_events(ids))
    return _attach(write_events(chosen, format_), as_.media, f"{chosen.name}{as_.suffix}")


@router.get("/export/chart.svg")
def export_chart(request: Request) -> Response:
    """The timeline of a pair's view as a picture."""
    state = read_state(request.query_params)
    library: Library = request.app.state.library
    with library.open() as store:
        picture = view_pair(library, store, state)["picture"]
    if picture is None:
        raise UsageError("this view", "has no event with a day to draw", "Drop a condition")
    return _attach(picture.encode(), "image/svg+xml", f"{_name_file(state)}.svg")


@router.get("/export/map.svg")
def export_map(request: Request) -> Response:
    """The map of a view as a picture."""
    library: Library = request.app.state.library
    with library.open() as store:
        picture = view_map(store, read_map_state(request.query_params))["picture"]
    return _attach(picture.encode(), "image/svg+xml", "map.svg")


def write_events(chosen: Selection, format_: str) -> bytes:
    """Events in one of EXPORTS; cells of tables that a spreadsheet would run are disarmed."""
    if find_format(format_).binary:
        packed = io.BytesIO()
        write_export(chosen, format_, packed)
        return packed.getvalue()
    stream = io.StringIO(newline="")
    write_export(chosen, format_, stream)
    return stream.getvalue().encode("utf-8", "backslashreplace")


def _attach(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _name_file(state: PairState) -> str:
    """A name of letters and digits alone."""
    return "-".join(
        "".join(c if c.isascii() and c.isalnum() else "_" for c in key) for key in (state.a, state.b)
    )
