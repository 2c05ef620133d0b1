"""Pages from templates, with what all of them share."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from detente import __version__
from detente.draw import draw_marker
from detente.report.wording import count_things, describe_score
from detente.tables import data_file

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
STYLES = ("base.css", "web/web.css")
SCRIPT = "web/web.js"


def render(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """The page that a template in templates/web makes of `values`."""
    library = request.app.state.library
    page = (
        _environment()
        .get_template(f"web/{template}")
        .render(path=request.url.path, store=library.path.name, is_linking=library.is_linking, **values)
    )
    return HTMLResponse(UNPRINTABLE.sub("\ufffd", page), status_code)


def link(path: str, **values: object) -> str:
    """An address on this server; empty values are left out, tuples stand several times."""
    pairs = [
        (name, str(one)) for name, value in values.items() for one in _several(value) if one not in ("", None)
    ]
    return quote(path) + (f"?{urlencode(pairs)}" if pairs else "")


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@cache
def read_asset(*names: str) -> str:
    """Files of the folder templates, one after the other."""
    return "\n".join(data_file("templates", *name.split("/")).read_text(encoding="utf-8") for name in names)


@cache
def mark_asset(*names: str) -> str:
    """A hash by which browsers tell versions of files apart."""
    return hashlib.sha256(read_asset(*names).encode()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("detente", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "version": __version__, "marker": draw_marker, "count": count_things, "score": describe_score,
        "link": link, "style_mark": mark_asset(*STYLES), "script_mark": mark_asset(SCRIPT),
    }  # fmt: skip
    return environment
