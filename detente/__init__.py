"""Reads reports on diplomacy and conflict into an evidence-linked record.

The functions stand in the order of the path: read, find, code, store, link, follow, report.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente.notebook import teach_records

if TYPE_CHECKING:
    from detente.classify import classify_pair as classify_pair
    from detente.factuality import judge_factuality as judge_factuality
    from detente.fetch.fetcher import Fetcher as Fetcher
    from detente.forecasts import read_forecasts as read_forecasts
    from detente.forecasts import resolve_forecasts as resolve_forecasts
    from detente.forecasts import score_forecasters as score_forecasters
    from detente.judgements import make_judgement as make_judgement
    from detente.link import link_events as link_events
    from detente.link import link_store as link_store
    from detente.pipeline import code_report as code_report
    from detente.pipeline import code_reports as code_reports
    from detente.read import clean_page as clean_page
    from detente.read import read_reports as read_reports
    from detente.read import read_text as read_text
    from detente.records import Report as Report
    from detente.report import make_report as make_report
    from detente.says import find_statements as find_statements
    from detente.store import Store as Store
    from detente.threads import find_threads as find_threads
    from detente.turns import find_turns as find_turns
    from detente.turns import make_series as make_series
    from detente.undated import infer_published as infer_published
    from detente.when import find_dates as find_dates
    from detente.where import find_places as find_places
    from detente.who import find_actors as find_actors

__version__ = "0.1.0"

_HOMES = {
    "Report": "records",
    "read_reports": "read",
    "Fetcher": "fetch.fetcher",
    "read_text": "read",
    "clean_page": "read",
    "code_report": "pipeline",
    "code_reports": "pipeline",
    "find_dates": "when",
    "find_places": "where",
    "find_actors": "who",
    "infer_published": "undated",
    "find_statements": "says",
    "judge_factuality": "factuality",
    "classify_pair": "classify",
    "Store": "store",
    "link_events": "link",
    "link_store": "link",
    "make_judgement": "judgements",
    "find_threads": "threads",
    "make_series": "turns",
    "find_turns": "turns",
    "read_forecasts": "forecasts",
    "resolve_forecasts": "forecasts",
    "score_forecasters": "forecasts",
    "make_report": "report",
}
teach_records()
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """Loads a public function when it is first asked for, so that `import detente` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    return getattr(import_module(f"detente.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
