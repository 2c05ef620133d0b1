"""Work behind the scenes: a large store is merged in a process of its own, and the app answers meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detente.errors import StoreError
from detente.judgements import make_judgement
from detente.pool import StoppedError
from detente.store import Browser, Store
from detente.web.chores import COMMANDS, Crew, merge_mentions
from detente.web.serving import _listen
from tests.test_web import ask, read, words_of

MERGING = "Mentions are being merged into events"


@pytest.fixture
def unmerged(korea_copy: Path) -> Path:
    """A store of which one mention, judged anew, waits to be merged."""
    with Store(korea_copy) as store:
        store.add_judgement(make_judgement("type", [next(store.mentions()).id], value="AID"))
    return korea_copy


def test_a_large_store_is_answered_while_it_is_merged(
    unmerged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.web.library.AT_ONCE", 0)
    with ask(unmerged) as client:
        page = read(client, "/")
        assert MERGING in words_of(page)
        assert "South Korea – North Korea" in words_of(page)
        client.app.state.library._linking.result(timeout=300)  # type: ignore[attr-defined]
        assert MERGING not in words_of(read(client, "/"))
    with Browser(unmerged) as store:
        assert store.count_unmerged() == 0


def test_what_is_closed_begins_no_process(unmerged: Path) -> None:
    crew = Crew()
    crew.close()
    with pytest.raises(StoppedError):
        crew.do(merge_mentions, unmerged)
    with Browser(unmerged) as store:
        assert store.count_unmerged() == 1


def wait_for_long(path: Path) -> None:
    path.touch()
    time.sleep(600)


def test_what_is_closed_ends_its_process(tmp_path: Path) -> None:
    crew, begun = Crew(), tmp_path / "begun"
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(crew.do, wait_for_long, begun)
        while not begun.exists() and not under_way.done():
            time.sleep(0.05)
        crew.close()
        with pytest.raises(StoppedError):
            under_way.result(timeout=60)


def die(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_process_that_is_ended_by_another_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COMMANDS, die, "'detente forecasts resolve'")
    with pytest.raises(StoreError, match=r"was ended, perhaps .* Run 'detente forecasts resolve' on it"):
        Crew().do(die, tmp_path / "s.db")


def test_who_comes_before_the_app_is_ready_waits() -> None:
    with (
        _listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname(), timeout=5) as found,
    ):
        assert found.getpeername() == listening.getsockname()
