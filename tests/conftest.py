"""Fixtures that several test files share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from detente import (
    code_reports,
    find_threads,
    link_store,
    read_forecasts,
    read_reports,
    resolve_forecasts,
)
from detente.store import Store
from detente.web import make_app

EXAMPLES = Path(__file__).parents[1] / "examples" / "korea"
ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture(scope="session")
def korea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the Korean examples, merged, threaded and read for forecasts; not to be changed."""
    path = tmp_path_factory.mktemp("store") / "korea.db"
    with Store(path) as store:
        for coding in code_reports(read_reports(EXAMPLES)):
            store.add(coding)
            store.put_forecasts(coding.report.id, read_forecasts(coding))
        link_store(store)
        mentions, events = list(store.mentions()), [event for event, _ in store.events()]
        store.put_threads(find_threads(events, mentions))
        forecasts = [forecast for forecast, _ in store.forecasts()]
        store.put_resolutions(resolve_forecasts(forecasts, events, None, mentions, store.reports()))
    return path


@pytest.fixture
def korea_copy(korea: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copy(korea, tmp_path / "korea.db"))


@pytest.fixture(scope="session")
def korea_web(korea: Path) -> Iterator[TestClient]:
    """The web app on the store that isn't to be changed."""
    with TestClient(make_app(korea), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def changing_web(korea_copy: Path) -> Iterator[TestClient]:
    """The web app on the copy."""
    with TestClient(make_app(korea_copy), base_url=ADDRESS) as client:
        yield client
