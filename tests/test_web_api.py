from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from detente import link_store, make_series
from detente.records import When
from detente.store import Browser, EventFilter, Filter, Store
from detente.web import make_app
from tests import factories
from tests.test_web import TEXT, ask, find_event

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def get(client: TestClient, address: str, expected: int = 200, **query: Any) -> Any:
    answer = client.get(f"/api/{address}", params=query)
    assert answer.status_code == expected, answer.text[:500]
    return answer.json()


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"a": "KOR", "b": "PRK"}, EventFilter(between=("KOR", "PRK"))),
        ({"a": "South Korea", "b": "north korea"}, EventFilter(between=("KOR", "PRK"))),
        ({"a": "PRK"}, EventFilter(party="PRK")),
        ({"type": ["consult", "REJECT"]}, EventFilter(type=("CONSULT", "REJECT"))),
        ({"status": ["offered"]}, EventFilter(status=("offered",))),
        ({"mode": ["meet"]}, EventFilter(mode=("meet",))),
        ({"since": "2013-06-01", "until": "2013-06-30"}, EventFilter(since="2013-06-01", until="2013-06-30")),
        ({"says": "official"}, EventFilter(says="official")),
        ({"place": "Panmunjom"}, EventFilter(place="Panmunjom")),
        ({"sure": "0.8"}, EventFilter(sure=0.8)),
        ({"search": "talks"}, EventFilter(search="talks")),
    ],
)
def test_events_are_filtered(
    korea_web: TestClient, korea: Path, query: dict[str, Any], chosen: EventFilter
) -> None:
    with Browser(korea) as store:
        expected = [event.id for event, _ in store.list_events(chosen)]
    found = get(korea_web, "events", limit=1000, **query)
    assert [item["event"]["id"] for item in found["items"]] == expected
    assert found["total"] == len(expected) > 0


def test_events_come_in_parts(korea_web: TestClient) -> None:
    whole = get(korea_web, "events", limit=40)["items"]
    parts = [get(korea_web, "events", limit=15, offset=at)["items"] for at in (0, 15, 30)]
    assert [*parts[0], *parts[1], *parts[2]][:40] == whole


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"a": "KOR", "b": "PRK"}, Filter(between=("KOR", "PRK"))),
        ({"actor": "PRK", "status": "refused"}, Filter(actor="PRK", status="refused")),
        ({"search": "talks"}, Filter(search="talks")),
    ],
)
def test_mentions_are_those_of_the_command_line(
    korea_web: TestClient, korea: Path, query: dict[str, Any], chosen: Filter
) -> None:
    with Browser(korea) as store:
        expected = [mention.id for mention in store.mentions(chosen)]
    found = get(korea_web, "mentions", limit=1000, **query)
    assert expected
    assert [item["id"] for item in found["items"]] == expected
    assert not found["more"]
    assert get(korea_web, "mentions", limit=1, **query)["more"] == (len(expected) > 1)


def test_series_and_turns(korea_web: TestClient, korea: Path) -> None:
    series = get(korea_web, "series", a="kor", b="North Korea", by="month")
    assert series["pair"] == ["KOR", "PRK"]
    assert sum(period["events"] for period in series["periods"]) > 20
    turns = get(korea_web, "turns", a="KOR", b="PRK")
    [turn] = turns["turns"]
    assert turn["earliest"] <= "2013-04-08" <= turn["latest"]
    assert turn["before"] < turn["after"]
    assert [words.partition(":")[0] for words in turns["abstained"]] == ["Cycles", "Warnings"]
    with Browser(korea) as store:
        told = make_series(store.tabulate_events(("KOR", "PRK")), ("KOR", "PRK"), "month")
    left_out = [list(reason) for reason in told.passed_over]
    assert any("did not happen" in reason for reason, _ in left_out)
    assert series["passed_over"] == turns["passed_over"] == left_out
    assert [period["start"] for period in series["periods"]] == [p.start for p in told.periods]


def test_the_turn_of_a_pair_is_found_by_its_events(tmp_path: Path) -> None:
    worse, better = {"type": "ASSAULT", "score": -9.0}, {"type": "AID", "score": 10.0}
    sides = {
        "actor": (factories.make_party(factories.TEXT, "Ruritania", "RUR"),),
        "recipient": (factories.make_party(factories.TEXT, "Freedonia", "FRE"),),
    }
    days = [date(2010, 1, 1) + timedelta(days=20 * n) for n in range(60)]
    with Store(tmp_path / "turn.db") as store:
        for n, day in enumerate(days):
            report = factories.make_report(f"{factories.TEXT} This is report {n}.", published=day.isoformat())
            when = When(None, day.isoformat(), day.isoformat(), "stated")
            mention = factories.make_mention(report, when=when, **sides, **(worse if n < 30 else better))
            store.add(factories.make_coding(report, (mention,)))
        link_store(store)
    with ask(tmp_path / "turn.db") as client:
        (turn,) = get(client, "turns", a="RUR", b="FRE")["turns"]
    assert turn["earliest"] <= days[30].isoformat() <= turn["latest"]
    assert (turn["before"], turn["after"]) == pytest.approx((-9.0, 10.0))
    assert {c["event"]["score"] for c in turn["carried_by"]} == {10.0}


def test_records_by_id(korea_web: TestClient, korea: Path) -> None:
    event = find_event(korea)
    assert get(korea_web, f"events/{event.id}") == get(korea_web, f"events/{event.lead}")
    (first, *_) = get(korea_web, "reports")["items"]
    whole = get(korea_web, f"reports/{first['report']['id']}")
    assert len(whole["mentions"]) == first["mentions"]
    assert whole["report"]["text"]
    assert get(korea_web, "pairs", limit=1)[0]["codes"] == ["KOR", "PRK"]


@pytest.mark.parametrize(
    ("address", "query", "status", "fault"),
    [
        ("events", {"status": "done"}, 422, "status"),
        ("events", {"type": "WAR"}, 400, "there is no such type"),
        ("events", {"limit": "0"}, 422, "limit"), ("events", {"colour": "red"}, 422, "colour"),
        ("events", {"since": "2013-99-01"}, 400, "day"), ("events/ffff", {}, 404, "holds no event"),
        ("reports/ffff", {}, 404, "holds no report"), ("mentions", {"a": "KOR"}, 400, "names one of two"),
        ("mentions", {"actor": "Nobodyland"}, 400, "is nobody"),
        ("series", {"a": "KOR", "b": "KOR"}, 400, "two parties"),
        ("nothing", {}, 404, "no such page"),
    ],
)  # fmt: skip
def test_faults_say_what_to_do(
    korea_web: TestClient, address: str, query: dict[str, Any], status: int, fault: str
) -> None:
    answer = get(korea_web, address, status, **query)
    assert fault in answer["fault"]
    assert answer["cure"]


def test_reports_and_judgements_are_taken(changing_web: TestClient) -> None:
    new = {"text": TEXT, "published": "2013-07-05"}
    tried = changing_web.post("/api/reports", json={**new, "keep": False}).json()
    assert tried["outcome"] is None
    assert [m["type"] for m in tried["mentions"]]
    made = changing_web.post("/api/reports", json={**new, "source": "Post"}).json()
    assert made["outcome"] == "added"
    mention = made["mentions"][0]["id"]
    assert get(changing_web, f"events/{mention}")["mentions"] == [mention]
    said = changing_web.post(
        "/api/judgements", json={"verdict": "wrong", "mentions": [mention], "by": "ML"}
    ).json()
    assert get(changing_web, f"events/{mention}", 404)
    (judgement,) = said["items"]
    assert changing_web.delete(f"/api/judgements/{judgement['id']}").json() == {"items": []}
    assert get(changing_web, f"events/{mention}")


def test_the_description_names_every_answer(korea_web: TestClient) -> None:
    schema = get(korea_web, "openapi.json")
    for path, methods in schema["paths"].items():
        assert path.startswith("/api/")
        for operation in methods.values():
            assert operation["description"]
            assert {"200", "400", "404", "422", "503"} <= operation["responses"].keys()


def test_answers_are_as_described(korea_copy: Path) -> None:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", make_app(korea_copy, hosts=("*",)))
    for operation in schema.get_all_operations():
        check_operation(operation.ok())


def check_operation(operation: Any) -> None:
    @settings(
        max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers={"host": "127.0.0.1"})

    check()
