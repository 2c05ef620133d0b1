"""The style sheet and the script of the pages."""

from __future__ import annotations

from fastapi import APIRouter, Response

from detente.web.rendering import SCRIPT, STYLES, read_asset

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 8h14" stroke="#5F6368"/>'
    '<circle cx="5" cy="4" r="3" fill="#0072B2"/><circle cx="11" cy="12" r="3" fill="#D55E00"/></svg>'
)
LASTING = {"cache-control": "public, max-age=31536000, immutable"}  # their addresses hold their hashes
router = APIRouter(include_in_schema=False)


@router.get("/static/detente.css")
def get_styles() -> Response:
    """The style sheet: the design shared with the report page, and the app's own."""
    return Response(read_asset(*STYLES), media_type="text/css", headers=LASTING)


@router.get("/static/detente.js")
def get_script() -> Response:
    """The script that makes views quicker."""
    return Response(read_asset(SCRIPT), media_type="text/javascript", headers=LASTING)


@router.get("/favicon.ico")
def get_icon() -> Response:
    """The mark of a page."""
    return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})
