from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any

import polars
import pytest
from fastapi.testclient import TestClient
from lxml import html

from detente import link_store
from detente.cli import run_command
from detente.errors import StoreError, UsageError
from detente.pipeline import code_report
from detente.store import Browser, EventFilter, Store
from detente.web import make_app, serve
from detente.web.adding import MOST_TRIED, Tried
from detente.web.library import Library
from detente.web.safety import COOKIE, MOST_BYTES
from detente.web.state import PairState, zoom
from tests import factories
from tests.conftest import ADDRESS

PAIR = "/pair?a=KOR&b=PRK"
HOSTILE = '<script>alert("x")</script>'


def ask(store: Path, **given: Any) -> TestClient:
    return TestClient(make_app(store, **given), base_url=ADDRESS)


def read(client: TestClient, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return html.fromstring(answer.text)


def words_of(page: html.HtmlElement, path: str = "//main") -> str:
    return " ".join(" ".join(found.text_content().split()) for found in page.xpath(path))


def find_event(path: Path, least: int = 2) -> Any:
    with Browser(path) as store:
        return next(event for event, _ in store.events(least))


# -- pages ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "South Korea – North Korea"),
        ("/?window=", "all time"),
        (PAIR, "South Korea – North Korea"),
        (f"{PAIR}&status=offered", "offered"),
        ("/pair?a=KOR&b=zzzz", "No event between these two is known"),
        ("/search?q=talks", "with these words"),
        ("/search?q=korea", "with South Korea"),
        ("/search?q=", "Give words of quotes"),
        ("/search?q=zzzz", "Nothing was found"),
        ("/map", "Where it took place"),
        ("/map?party=north+korea&months=12&happened=1", "place"),
        ("/map?party=zzzz", "Nobody is known as “zzzz”"),
        ("/reports", "8 reports"),
        ("/judgements", "Nobody has judged anything yet"),
        ("/add", "Store files"),
        ("/api", "GET /api/events"),
    ],
)
def test_pages(korea_web: TestClient, address: str, words: str) -> None:
    assert words in words_of(read(korea_web, address))


@pytest.mark.parametrize(
    ("address", "status", "fault"),
    [
        ("/nowhere", 404, "There is no such page"),
        ("/pair?a=KOR", 400, "names no two parties"),
        (f"{PAIR}&status=done", 400, "status='done': is not known"),
        (f"{PAIR}&type=WAR", 400, "type='WAR'"),
        (f"{PAIR}&since=2013-13-01", 400, "is no ISO day"),
        (f"{PAIR}&page=x", 400, "is no whole number"),
        (f"{PAIR}&page={'9' * 5000}", 400, "has over 10 digits"),
        (f"{PAIR}&sure={'1' * 11}", 400, "has over 10 digits"),
        ("/report/0000", 404, "holds no report"),
        ("/event/0000", 404, "holds no event"),
        ("/map?months=7", 400, "is not known"),
        ("/add/77", 400, "is not known since"),
        (f"/export/events{PAIR[5:]}&format=xls", 400, "Use acled, bibtex, csv"),
    ],
)
def test_what_cant_be_answered_is_explained(
    korea_web: TestClient, address: str, status: int, fault: str
) -> None:
    assert fault in words_of(read(korea_web, address, status))


@pytest.mark.parametrize(
    "conditions",
    [
        {"status": ("offered", "refused")}, {"type": ("CONSULT",)}, {"mode": ("meet",)}, {"acts": ("first",)},
        {"says": "official"}, {"says": "report"}, {"place": "Panmunjom"}, {"sure": 80}, {"search": "talks"},
        {"since": "2013-07-01", "until": "2013-07-31"}, {"status": ("happened",), "type": ("REJECT",)},
    ],
)  # fmt: skip
def test_a_filter_narrows_chart_and_list_alike(
    korea_web: TestClient, korea: Path, conditions: dict[str, Any]
) -> None:
    state = PairState("KOR", "PRK", **conditions)
    with Browser(korea) as store:
        everything = store.pair_events(EventFilter(between=("KOR", "PRK")))
        told = EventFilter(("KOR", "PRK"), says=state.says, sure=state.sure / 100, search=state.search)
        expected = [row for row in store.pair_events(told) if state.fits(row)]
    page = read(korea_web, state.url())
    assert 0 < len(expected) < len(everything)
    assert f"{len(expected)} event" in words_of(page, "//h2[@id='list-title']")
    drawn = page.xpath("//*[@data-chart]//*[@class='marks']/a")
    assert len(drawn) <= len(expected)
    for name in ("status", "type", "mode"):
        if name in conditions:
            assert {getattr(row, name) for row in expected} <= set(conditions[name])
    if not {"since", "until"} & conditions.keys():
        assert page.xpath("//ul[@class='chips']/li")


def test_every_event_between_two_parties_is_listed_once(korea_web: TestClient, korea: Path) -> None:
    with Browser(korea) as store:
        rows = store.pair_events(EventFilter(between=("KOR", "PRK")))
        turned = store.pair_events(EventFilter(between=("PRK", "KOR")))
    page = read(korea_web, PAIR)
    assert len({row.id for row in rows}) == len(rows) == len(turned)
    assert {row.acts for row in rows} == {"first", "second", "both"}
    pages = 1 + len(page.xpath("//nav[@class='pager']")) * (len(rows) // 30)
    found = [
        link.get("href")
        for number in range(1, pages + 1)
        for link in read(korea_web, f"{PAIR}&page={number}").xpath(
            "//section[@class='list']//p[@class='act']/a"
        )
    ]
    assert len(found) == len(rows)


def test_a_chart_is_one_stop_of_the_tab_key(korea_web: TestClient) -> None:
    for address in (PAIR, "/map"):
        stops = read(korea_web, address).xpath("//*[@data-chart]//a[not(@tabindex)]")
        assert len(stops) == 1


def test_the_evidence_shows_the_words_of_every_mention(korea_web: TestClient, korea: Path) -> None:
    event = find_event(korea, 3)
    page = read(korea_web, f"{PAIR}&event={event.id}")
    accounts = page.xpath("//article[@class='account']")
    assert len(accounts) == len(event.mentions)
    for account in accounts:
        assert account.xpath(".//mark[contains(@class, 'act')]")
        assert account.xpath(".//mark[contains(@class, 'actor') or contains(@class, 'both')]")
    with Browser(korea) as store:
        quotes = [m.quote for m in store.mentions_of(event.mentions)]
    shown = [re.sub(r"\s+", " ", a.xpath("string(.//blockquote)")) for a in accounts]
    assert all(any(re.sub(r"\s+", " ", quote)[:40] in text for text in shown) for quote in quotes)
    if event.contradictions:
        assert page.xpath("//section[@class='contradiction']")


def test_a_report_is_shown_word_for_word(korea_web: TestClient, korea: Path) -> None:
    with Browser(korea) as store:
        report = next(store.reports())
        coding = store.coding_of(report.id)
    page = read(korea_web, f"/report/{report.id}")
    assert page.xpath("//div[@class='text']")[0].text_content() == report.text
    assert {f"m-{m.id}" for m in coding.mentions} == set(page.xpath("//span[@class='anchor']/@id"))
    assert len(page.xpath("//fieldset[@class='switches']//input")) == 8


# -- judging -------------------------------------------------------------------------------------------------
def judge(client: TestClient, **given: Any) -> str:
    answer = client.post("/judge", data=given, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("verdict", "given", "check"),
    [
        ("wrong", {}, lambda m: m is None),
        ("type", {"value": "AID"}, lambda m: m.type == "AID"),
        ("type", {"value": "REJECT-meet"}, lambda m: (m.type, m.mode) == ("REJECT", "meet")),
        ("party", {"side": "actor", "value": "China"}, lambda m: [p.code for p in m.actor] == ["CHN"]),
    ],
)
def test_a_judgement_is_applied_and_taken_back(
    changing_web: TestClient, korea_copy: Path, verdict: str, given: dict[str, str], check: Any
) -> None:
    event = find_event(korea_copy, 1)

    def look() -> Any:
        with Browser(korea_copy) as opened:
            return next(iter(opened.mentions_of([event.lead])), None)

    before = look()
    back = f"{PAIR}&event={event.lead}#evidence"
    to = judge(changing_web, verdict=verdict, mention=event.lead, by="ML", why="read it", back=back, **given)
    assert to.startswith(PAIR)
    assert check(look())
    assert "Take back" in words_of(read(changing_web, to.partition("#")[0]))
    (made,) = re.findall(r"done=(\w+)", to)
    answer = changing_web.post("/judge/undo", data={"id": made, "back": back}, follow_redirects=False)
    assert answer.headers["location"] == back
    assert look() == before


def test_events_are_put_together_and_taken_apart(changing_web: TestClient, korea_copy: Path) -> None:
    with Browser(korea_copy) as opened:
        one, other = [event for event, _ in opened.list_events(EventFilter(between=("KOR", "PRK")), 2)]
    judge(changing_web, verdict="same", mention=[one.lead, other.lead])
    with Browser(korea_copy) as opened:
        joined = opened.event_of(one.lead)
        assert joined is not None
        assert {one.lead, other.lead} <= set(joined.mentions)
    judge(changing_web, verdict="different", mention=[one.lead, other.lead])
    with Browser(korea_copy) as opened:
        parted = opened.event_of(one.lead)
        assert parted is not None
        assert other.lead not in parted.mentions
    assert "not the same happening" in words_of(read(changing_web, "/judgements"))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"verdict": "fine"}, 400), ({"verdict": "type", "value": "WAR"}, 400), ({"verdict": "same"}, 400),
        ({"verdict": "different"}, 400), ({"verdict": "party", "side": "actor", "value": "Nobodyland"}, 400),
        ({"verdict": "wrong", "mention": "ffff"}, 404), ({"verdict": ""}, 422), ({}, 422),
    ],
)  # fmt: skip
def test_a_faulty_judgement_changes_nothing(
    changing_web: TestClient, korea_copy: Path, given: dict[str, str], status: int
) -> None:
    answer = changing_web.post("/judge", data={"mention": find_event(korea_copy, 1).lead, **given})
    assert answer.status_code == status
    with Browser(korea_copy) as opened:
        assert opened.judgements() == []


def test_different_is_said_of_no_event(changing_web: TestClient, korea_copy: Path) -> None:
    event = find_event(korea_copy)
    with Browser(korea_copy) as opened:
        other = next(e.lead for e, _ in opened.list_events(EventFilter()) if e.id != event.id)
    answer = changing_web.post("/judge", data={"verdict": "different", "mention": [event.id, other]})
    assert (answer.status_code, "not of events" in answer.text) == (400, True)
    assert run_command(["judge", str(korea_copy), "different", event.id, other]) == 2
    with Browser(korea_copy) as opened:
        assert opened.judgements() == []


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", ""]
)
def test_going_back_stays_on_this_server(changing_web: TestClient, korea_copy: Path, back: str) -> None:
    assert judge(changing_web, verdict="wrong", mention=find_event(korea_copy).lead, back=back).startswith(
        "/judgements?"
    )


@pytest.mark.parametrize(
    "view", ["nan,0,10", "0,nan,10", "0,10,nan", "inf,0,10", "0,0,-inf", "1,2", "x,y,z", ""]
)
def test_a_view_that_is_none_shows_all_places(korea_web: TestClient, view: str) -> None:
    seen = "//svg/@viewbox"
    shown = html.fromstring(korea_web.get("/map", params={"view": view}).text).xpath(seen)
    assert shown == read(korea_web, "/map").xpath(seen) != []


# -- taking reports in ---------------------------------------------------------------------------------------
TEXT = "Ruritania's ambassador left Paris on Monday. France expelled two Russian diplomats on 3 July 2013."


def test_a_pasted_report_is_coded_and_kept_only_if_asked(changing_web: TestClient, korea_copy: Path) -> None:
    answer = changing_web.post("/try", data={"text": TEXT, "published": "2013-07-05", "source": "Post"})
    page = html.fromstring(answer.text)
    assert page.xpath("//div[@class='text']")[0].text_content() == TEXT
    assert "expels" in words_of(page)
    with Browser(korea_copy) as opened:
        assert opened.counts().reports == 8
    form = {i.get("name"): i.get("value") for i in page.xpath("//form[@action='/keep']//input")}
    kept = changing_web.post("/keep", data=form)
    assert "5 Jul 2013" in kept.text
    with Browser(korea_copy) as opened:
        assert opened.counts().reports == 9
        assert opened.count_unmerged() == 0


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("a.txt", TEXT.encode(), 200, "expels"),
        ("a.html", f"<html><body><p>{TEXT}</p></body></html>".encode(), 200, "expels"),
        ("a.exe", b"MZ", 422, "is of no kind that is read here"),
        ("a.txt", b"\x00\x01\x02\x03" * 50, 422, "a.txt"),
        ("../../a.txt", TEXT.encode(), 200, "expels"),
        ("", b"", 400, "holds no text"),
    ],
)
def test_a_dropped_file(korea_web: TestClient, name: str, content: bytes, status: int, words: str) -> None:
    files = {"file": (name, content)} if name else {}
    answer = korea_web.post("/try", data={"published": "2013-07-05"}, files=files)
    assert answer.status_code == status
    assert words in words_of(html.fromstring(answer.text))


def test_what_was_shown_is_what_is_stored(changing_web: TestClient, korea_copy: Path) -> None:
    given = f"---\ntitle: Expelled\nid: post-7\npublished: 2013-07-05\n---\n{TEXT}"
    answer = changing_web.post("/try", files={"file": ("a.md", given.encode())})
    (key,) = html.fromstring(answer.text).xpath("//form[@action='/keep']//input[@name='key']/@value")
    (shown,) = changing_web.app.state.tried._held.values()
    assert changing_web.post("/keep", data={"key": key}).status_code == 200
    with Browser(korea_copy) as opened:
        stored = opened.coding_of(shown.report.id)
    assert (stored.report, set(stored.mentions)) == (shown.report, set(shown.mentions))
    assert stored.report.notes


def test_only_the_last_codings_are_held(changing_web: TestClient) -> None:
    tried, coding = Tried(), code_report(TEXT)
    first, *later = [tried.hold(coding) for _ in range(MOST_TRIED + 1)]
    assert all(tried.find(key) is coding for key in later)
    with pytest.raises(UsageError, match="not held any longer"):
        tried.find(first)
    assert changing_web.post("/keep", data={"key": first}).status_code == 400


def read_when_done(web: TestClient, address: str) -> Any:
    """A page that waits for something, once that has come; else as it is after ten seconds."""
    for _ in range(200):
        page = read(web, address)
        if not page.xpath("//*[@data-wait]"):
            break
        time.sleep(0.05)
    return page


def test_files_are_stored_with_progress(changing_web: TestClient, korea_copy: Path) -> None:
    table = f'id,text,published\n1,"{TEXT}",2013-07-05\n2,"{TEXT} Again.",not a day\n'.encode()
    files = [("files", ("a.csv", table)), ("files", ("b.txt", f"{TEXT} More.".encode()))]
    answer = changing_web.post("/add", files=files)
    shown = words_of(read_when_done(changing_web, answer.url.path))
    assert "2 of 2 files · done" in shown
    assert "2 reports coded" in shown
    assert "not a day" in shown
    with Browser(korea_copy) as opened:
        assert opened.counts().reports == 10


def test_a_report_that_fails_stops_no_other(
    changing_web: TestClient, korea_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(report: Any, *_: Any) -> Any:
        if "bad" in report.text:
            raise ZeroDivisionError("odd")
        return code_report(report)

    monkeypatch.setattr("detente.pipeline.code_report", fail)
    table = f'id,text,published\n1,"bad {TEXT}",2013-07-05\n2,"{TEXT} Again.",2013-07-05\n'.encode()
    files = [("files", ("a.csv", table)), ("files", ("b.txt", f"{TEXT} More.".encode()))]
    address = changing_web.post("/add", files=files).url.path
    shown = words_of(read_when_done(changing_web, address))
    assert "2 of 2 files · done" in shown
    assert "2 reports coded" in shown
    assert "coding with 'builtin' failed (ZeroDivisionError: odd)" in shown
    with Browser(korea_copy) as opened:
        assert (opened.counts().reports, opened.count_unmerged()) == (10, 0)


def test_a_search_for_turns_that_failed_is_made_again(korea: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(korea)
    with monkeypatch.context() as patch:
        patch.setattr("detente.turns.find_turns", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.find_turns(("KOR", "PRK"), 30)
    assert library.find_turns(("KOR", "PRK"), 30) is not None
    library.close()


def test_what_was_found_is_kept_while_the_store_is_only_read(korea: Path) -> None:
    library, made = Library(korea), iter(range(9))
    found = []
    for _ in range(3):
        with library.open() as store:
            store.counts()
            found.append(library.keep("number", lambda: next(made)))
    assert found == [0, 0, 0]
    library.close()


# -- safety --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"origin": "http://127.0.0.1:8765"}, 303),
        ({"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "https://127.0.0.1:8765"}, 403),
        ({"origin": "http://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"host": "elsewhere.example"}, 421),
        ({"host": "127.0.0.1.elsewhere.example:8765"}, 421),
        ({"host": "localhost:8765"}, 303),
        ({"host": "[::1]:8765"}, 303),
        ({"content-length": str(MOST_BYTES + 1)}, 413),
    ],
)
def test_only_own_pages_change_anything(
    changing_web: TestClient, headers: dict[str, str], status: int
) -> None:
    made = changing_web.post("/api/judgements", json={"verdict": "same", "mentions": ["0", "1"]})
    assert made.status_code == 404
    answer = changing_web.post("/judge/undo", data={"id": "0"}, headers=headers, follow_redirects=False)
    assert answer.status_code == (404 if status == 303 else status)


def test_reading_needs_the_right_host_too(korea_web: TestClient) -> None:
    assert korea_web.get("/", headers={"host": "elsewhere.example"}).status_code == 421


def test_a_token_is_asked_for(korea: Path) -> None:
    client = ask(korea, token="secret")
    assert client.get("/").status_code == 401
    assert client.get("/?token=guess").status_code == 401
    assert client.get("/", headers={"authorization": "Bearer guess"}).status_code == 401
    assert client.get("/reports", headers={"authorization": "Bearer secret"}).status_code == 200
    answer = client.get("/reports?page=1&token=secret", follow_redirects=False)
    assert answer.headers["location"] == "/reports?page=1"
    assert f"{COOKIE}=secret; HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/reports").status_code == 200


def test_another_host_needs_a_token(korea: Path) -> None:
    with pytest.raises(UsageError, match="needs a token"):
        serve(korea, host="192.0.2.1")


def test_what_is_no_store_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such store"):
        make_app(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("no store")
    with pytest.raises(StoreError, match="is not a detente store"):
        make_app(tmp_path / "text.db")


@pytest.mark.parametrize("address", ["/", PAIR, "/static/detente.js", "/api/events", "/nowhere"])
def test_every_answer_forbids_what_pages_dont_need(korea_web: TestClient, address: str) -> None:
    headers = korea_web.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("address", ["/", PAIR, "/search?q=talks", "/map", "/reports", "/add", "/api"])
def test_pages_hold_no_inline_scripts_or_styles_and_no_other_server(
    korea_web: TestClient, address: str
) -> None:
    page = read(korea_web, address)
    assert [s.get("src").split("?")[0] for s in page.xpath("//script")] == ["/static/detente.js"]
    assert not page.xpath("//style | //*[@style] | //iframe | //object")
    assert not [name for e in page.iter() for name in e.attrib if name.startswith("on")]
    loaded = page.xpath("//script/@src | //link/@href | //img/@src | //form/@action")
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    text = f"Ruritania rejected {HOSTILE} a proposal by Freedonia. ‮ \x07 </div></main>"
    report = factories.make_report(text, title=HOSTILE, source=HOSTILE, url="javascript:alert(1)")
    parties = {
        "actor": (factories.make_party(text, "Ruritania", "AAA"),),
        "recipient": (factories.make_party(text, HOSTILE, None),),
    }
    mention = factories.make_mention(report, **parties)
    with Store(tmp_path / "hostile.db") as store:
        store.add(factories.make_coding(report, (mention,)))
        link_store(store)
    with ask(tmp_path / "hostile.db") as client:
        event = find_event(tmp_path / "hostile.db", 1)
        for address in (
            "/", f"/report/{report.id}", f"/event/{event.id}", "/reports", "/search?q=proposal",
            f"/search?q={HOSTILE}", f"/pair?a=AAA&b={HOSTILE}&event={event.id}", f"/map?party={HOSTILE}",
        ):  # fmt: skip
            answer = client.get(address)
            assert HOSTILE not in answer.text
            assert "\x07" not in answer.text
            assert "javascript:" not in " ".join(html.fromstring(answer.text).xpath("//a/@href"))


# -- exports -------------------------------------------------------------------------------------------------
def test_exports_hold_what_is_shown(korea_web: TestClient, korea: Path) -> None:
    with Browser(korea) as store:
        rows = store.pair_events(EventFilter(between=("KOR", "PRK"), status=("offered",)))
    exports = read(korea_web, rf"{PAIR}&status=offered").xpath("//p[@class='exports']/a")
    links = {a.text: a.get("href") for a in exports}
    csv = korea_web.get(links["CSV"])
    parquet = korea_web.get(links["Parquet"])
    assert csv.headers["content-disposition"] == 'attachment; filename="KOR-PRK.csv"'
    assert polars.read_csv(csv.content)["id"].to_list() == [row.id for row in rows]
    assert polars.read_parquet(io.BytesIO(parquet.content))["status"].to_list() == ["offered"] * len(rows)
    assert len(korea_web.get(links["NDJSON"]).text.splitlines()) == len(rows)
    assert korea_web.get(links["SVG"]).text.startswith("<svg")
    assert korea_web.get("/export/map.svg").text.startswith("<svg")


def test_cells_that_a_spreadsheet_would_run_are_disarmed(tmp_path: Path) -> None:
    text = "=HYPERLINK(1) rejected a proposal by Freedonia."
    report = factories.make_report(text)
    parties = {
        "actor": (factories.make_party(text, "=HYPERLINK(1)", "AAA"),),
        "recipient": (factories.make_party(text, "Freedonia", "BBB"),),
    }
    with Store(tmp_path / "cells.db") as store:
        store.add(factories.make_coding(report, (factories.make_mention(report, **parties),)))
        link_store(store)
    with ask(tmp_path / "cells.db") as client:
        row = polars.read_csv(client.get("/export/events?a=AAA&b=BBB").content).row(0, named=True)
    assert row["actor_name"] == "'=HYPERLINK(1)"
    assert row["quote"].startswith("'=")


# -- the state in the address --------------------------------------------------------------------------------
def test_an_address_restores_the_view(korea_web: TestClient) -> None:
    state = PairState(
        "KOR", "PRK", status=("offered", "refused"), type=("CONSULT",), says="official", sure=50,
        since="2013-01-01", until="2013-12-31", page=2,
    )  # fmt: skip
    page = read(korea_web, state.url())
    assert set(page.xpath("//input[@name='status'][@checked]/@value")) == {"offered", "refused"}
    assert page.xpath("//select[@name='says']/option[@selected]/@value") in ([], ["official"])
    assert page.xpath("//input[@name='since']/@value") == ["2013-01-01"]
    assert page.xpath("//input[@name='sure']/@value") == ["50"]


@pytest.mark.parametrize(
    ("span", "factor", "shift", "expected"),
    [
        (("2013-01-01", "2013-01-31"), 0.5, 0.0, ("2013-01-09", "2013-01-23")),
        (("2013-01-01", "2013-01-31"), 2.0, 0.0, ("2012-12-17", "2013-02-15")),
        (("2013-01-01", "2013-01-31"), 1.0, 0.5, ("2013-01-16", "2013-02-15")),
        (("2013-01-01", "2013-01-01"), 1.0, 0.0, ("2012-12-29", "2013-01-04")),
        (("0001-01-01", "9999-12-31"), 2.0, 0.0, ("0001-01-01", "9999-12-31")),
    ],
)
def test_zooming(span: tuple[str, str], factor: float, shift: float, expected: tuple[str, str]) -> None:
    assert zoom(span, factor, shift) == expected
