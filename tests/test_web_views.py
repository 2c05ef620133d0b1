"""The pages of negotiations and predictions, and what the API gives of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from detente.judgements import make_judgement
from detente.ledger import OUTCOMES
from detente.records import Thread, Topic
from detente.store import Browser, Store
from tests.test_web import HOSTILE, ask, read, words_of
from tests.test_web_api import get


def find_thread(path: Path) -> Thread:
    """The longest thread of a store."""
    with Browser(path) as store:
        return max(store.threads(), key=lambda thread: len(thread.steps))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/pair?a=KOR&b=PRK", "Negotiations"),
        ("/threads", "South Korea"),
        ("/threads?a=PRK&b=south+korea", "negotiation"),
        ("/threads?state=open", "open"),
        ("/threads?since=2999-01-01", "None fits"),
        ("/predictions", "How well they foresaw"),
        ("/predictions?who=expert", "expert"),
        ("/predictions?a=PRK&outcome=open", "open"),
        ("/predictions?who=zzzz", "None fits"),
    ],
)
def test_pages(korea_web: TestClient, address: str, words: str) -> None:
    assert words in words_of(read(korea_web, address))


@pytest.mark.parametrize(
    ("address", "status", "fault"),
    [
        ("/threads/0000", 404, "holds no thread"),
        ("/threads?state=over", 400, "state='over'"),
        ("/threads?a=zzzz", 400, "is nobody that the tables"),
        ("/threads?since=soon", 400, "is no ISO day"),
        ("/predictions?outcome=won", 400, "outcome='won'"),
        ("/predictions?page=x", 400, "is no whole number"),
    ],
)
def test_what_cant_be_answered_is_explained(
    korea_web: TestClient, address: str, status: int, fault: str
) -> None:
    assert fault in words_of(read(korea_web, address, status))


def test_a_thread_shows_each_step_with_its_words_and_evidence(korea_web: TestClient, korea: Path) -> None:
    thread = find_thread(korea)
    page = read(korea_web, f"/threads/{thread.id}")
    steps = page.xpath("//ol[@class='steps']/li")
    assert len(steps) == len(thread.steps) == len(page.xpath("//*[@class='marks']/a"))
    with Browser(korea) as store:
        told = {m.id: m for m in store.mentions_of(step.mention for step in thread.steps)}
    for step, shown in zip(thread.steps, steps, strict=True):
        words = words_of(shown, ".")
        mention = told[step.mention]
        assert step.move in words
        assert mention.status in words
        assert mention.trigger.text in words
        assert shown.xpath(".//p[@class='source']/a/@href") == [f"/event/{step.event}#evidence"]
    for link in page.xpath("//*[@class='marks']/a/@href"):
        assert page.xpath(f"//*[@id='{link[1:]}']")
    assert read(korea_web, f"/event/{thread.steps[0].event}").xpath(f"//a[@href='/threads/{thread.id}']")


def test_predictions_are_filtered_and_scored(korea_web: TestClient, korea: Path) -> None:
    with Browser(korea) as store:
        entries = list(store.forecasts())
    assert entries
    shown = 0
    for outcome in OUTCOMES:
        page = read(korea_web, f"/predictions?outcome={outcome}")
        rows = page.xpath("//table[@class='ledger']/tbody/tr")
        assert all(outcome in words_of(row, ".") for row in rows)
        shown += len(rows)
    assert shown == len(entries)
    (brier,) = read(korea_web, "/predictions").xpath("//p[@class='brier']/b/text()")
    scored = [r.brier for _, r in entries if r and r.brier is not None]
    assert float(brier) == pytest.approx(sum(scored) / len(scored), abs=0.006)


def test_predictions_are_read_when_asked(korea_copy: Path) -> None:
    with Store(korea_copy) as store:
        store._db.execute("DELETE FROM forecasts_read")
        store._db.execute("DELETE FROM resolutions")
    with ask(korea_copy) as client:
        assert "8 reports not read for predictions" in words_of(read(client, "/predictions"))
        assert client.post("/predictions/read", follow_redirects=False).status_code == 303
        client.app.state.library._reading.result(timeout=60)  # type: ignore[attr-defined]
        page = read(client, "/predictions")
    assert "not read for predictions" not in words_of(page)
    assert page.xpath("//table[@class='ledger']")


def test_a_store_without_threads_gets_them(korea_copy: Path) -> None:
    with Store(korea_copy) as store:
        store.put_threads([])
    with ask(korea_copy) as client:
        assert read(client, "/threads").xpath("//ol/li")


def test_a_store_with_a_changed_mention_is_merged_at_the_start(korea_copy: Path) -> None:
    with Store(korea_copy) as store:
        told = next(store.mentions())
        store.add_judgement(make_judgement("type", [told.id], value="AID"))
        assert store.count_unmerged() == 1
    with ask(korea_copy), Browser(korea_copy) as opened:
        assert opened.count_unmerged() == 0


def test_open_negotiations_stand_on_the_first_page(korea_copy: Path) -> None:
    thread = replace(find_thread(korea_copy), state="open", ball=("PRK",))
    with Store(korea_copy) as store:
        store.put_threads([thread])
    with ask(korea_copy) as client:
        page = read(client, "/")
    assert "open, North Korea’s turn" in words_of(page)
    assert page.xpath(f"//a[@href='/threads/{thread.id}']")


def test_hostile_words_stay_words(korea_copy: Path) -> None:
    thread = find_thread(korea_copy)
    first = replace(thread.steps[0], quote=HOSTILE, mention="ffff", actor=(HOSTILE,), recipient=(HOSTILE,))
    made = replace(thread, topic=Topic("ffff", 0, 3, HOSTILE), steps=(first,), reasons=(HOSTILE,))
    with Store(korea_copy) as store:
        store.put_threads([made])
        forecast, _ = next(iter(store.forecasts()))
        store.put_forecasts(forecast.report_id, [replace(forecast, quote=HOSTILE)])
    with ask(korea_copy) as client:
        for address in ("/", "/threads", f"/threads/{made.id}", "/predictions", "/pair?a=KOR&b=PRK"):
            page = read(client, address)
            assert len(page.xpath("//script")) == 1, "the app's own alone"
            assert not page.xpath("//main//script | //*[@onclick] | //main//style | //*[@style]")


# -- API -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({}, {}),
        ({"a": "KOR", "b": "north korea"}, {"between": ("KOR", "PRK")}),
        ({"a": "PRK"}, {"between": ("PRK", "PRK")}),
        ({"state": ["open", "agreed"]}, {"state": ("open", "agreed")}),
        ({"since": "2013-06-01"}, {"since": "2013-06-01"}),
    ],
)
def test_threads_are_filtered(
    korea_web: TestClient, korea: Path, query: dict[str, Any], chosen: dict[str, Any]
) -> None:
    with Browser(korea) as store:
        expected = [thread.id for thread in store.threads(**chosen)]
    found = get(korea_web, "threads", **query)
    assert [item["id"] for item in found["items"]] == expected
    assert found["total"] == len(expected) > 0
    assert get(korea_web, f"threads/{expected[0]}")["id"] == expected[0]


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({}, {}),
        ({"a": "PRK"}, {"between": ("PRK", "PRK")}),
        ({"who": "expert"}, {"who": "expert"}),
        ({"outcome": ["open"]}, {}),
    ],
)
def test_forecasts_are_filtered(
    korea_web: TestClient, korea: Path, query: dict[str, Any], chosen: dict[str, Any]
) -> None:
    with Browser(korea) as store:
        entries = [(f.id, r and r.outcome) for f, r in store.forecasts(**chosen)]
    expected = [id_ for id_, outcome in entries if outcome in query.get("outcome", OUTCOMES)]
    found = get(korea_web, "forecasts", limit=1000, **query)
    assert [item["forecast"]["id"] for item in found["items"]] == expected
    assert found["total"] == len(expected) > 0


@pytest.mark.parametrize("name", ["threads", "forecasts"])
def test_they_come_in_parts(korea_web: TestClient, name: str) -> None:
    whole = get(korea_web, name, limit=4)["items"]
    assert [
        *get(korea_web, name, limit=2)["items"],
        *get(korea_web, name, limit=2, offset=2)["items"],
    ] == whole


@pytest.mark.parametrize(
    ("address", "query", "status", "fault"),
    [
        ("threads", {"state": "over"}, 422, "state"),
        ("threads", {"a": "zzzz"}, 400, "nobody"),
        ("threads/ffff", {}, 404, "holds no thread"),
        ("forecasts", {"outcome": "won"}, 422, "outcome"),
        ("forecasts", {"limit": "0"}, 422, "limit"),
    ],
)
def test_faults_are_told(
    korea_web: TestClient, address: str, query: dict[str, str], status: int, fault: str
) -> None:
    assert fault in str(get(korea_web, address, status, **query))
