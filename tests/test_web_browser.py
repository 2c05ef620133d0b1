"""The web app in Chromium: what mouse, keyboard and screen readers meet. Skipped where there is none."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars
import pytest
import uvicorn

from detente.store import Browser
from detente.web import make_app
from tests.test_web import TEXT, find_event
from tests.test_web_views import find_thread

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here")
PAIR = "/pair?a=KOR&b=PRK"
GRAVE = ("serious", "critical")
SIZES = [(380, 800), (1280, 900), (2560, 1400)]
VIEWS = [
    "/", PAIR, f"{PAIR}&event=EVENT", "/event/EVENT", "/threads", "/threads/THREAD", "/predictions", "/map",
    "/map?party=PRK&months=12", "/reports", "/report/REPORT", "/search?q=talks", "/add", "/judgements",
    "/api",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(korea: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of the app on a copy of the examples, and that copy."""
    path = Path(shutil.copy(korea, tmp_path_factory.mktemp("served") / "korea.db"))
    server = uvicorn.Server(uvicorn.Config(make_app(path), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", path
    server.should_exit = True
    thread.join(10)


class Watched:
    """A page that notes what no page may do: errors on the console, and requests to other servers."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address, self.faults = page, address, list[str]()
        page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._check)

    def _check(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.faults.append(f"asks {request.url}")

    def go(self, view: str) -> Any:
        self.page.goto(self.address + view)
        return self.page


@pytest.fixture
def watched(chromium: Any, served: tuple[str, Path]) -> Iterator[Watched]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    found = Watched(page, served[0])
    yield found
    page.close()
    assert found.faults == []


def fill_view(view: str, path: Path) -> str:
    with Browser(path) as store:
        report = next(store.reports()).id
    ids = {"EVENT": find_event(path).id, "REPORT": report, "THREAD": find_thread(path).id}
    return reduce(lambda filled, name: filled.replace(name, ids[name]), ids, view)


def wait_for(page: Any, words: str) -> None:
    page.wait_for_function("words => document.querySelector('main').innerText.includes(words)", arg=words)


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_serious_for_axe_and_no_page_too_wide(
    watched: Watched, served: tuple[str, Path], view: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = watched.go(fill_view(view, served[1]))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"too wide at {width}"
    page.set_viewport_size({"width": 1280, "height": 900})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(f"{Axe().axe_script}; axe.run()")["violations"]
        grave = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in GRAVE]
        assert grave == []


def test_keys_move_in_the_chart_and_open_the_evidence(watched: Watched) -> None:
    page = watched.go(PAIR)
    page.locator("[data-chart] a[href]:not([tabindex='-1'])").focus()
    first = page.evaluate("document.activeElement.querySelector('title').textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.querySelector('title').textContent") != first
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.querySelector('title').textContent") == first
    page.keyboard.press("Enter")
    page.wait_for_selector("#evidence-title")
    assert page.evaluate("document.activeElement.id") == "evidence-title"
    assert "event=" in page.url
    assert page.locator(".account mark.act").count() >= 1
    page.locator("[data-chart] a[aria-current]").focus()
    page.keyboard.press("+")
    page.wait_for_url("**since=**")
    page.keyboard.press("0")
    page.wait_for_url(lambda url: "since=" not in url)


def test_the_mouse_chooses_days(watched: Watched) -> None:
    page = watched.go(PAIR)
    box = page.locator("svg.timeline").bounding_box()
    y = box["y"] + box["height"] * 0.78
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=4)
    page.mouse.up()
    page.wait_for_url("**since=2013-**")
    days = page.locator("svg.timeline").get_attribute("data-days")
    page.go_back()
    page.wait_for_function("days => document.querySelector('svg.timeline').dataset.days !== days", arg=days)


def test_filters_apply_at_once_and_stay_in_the_address(watched: Watched) -> None:
    page = watched.go(PAIR)
    whole = page.locator("#list-title").inner_text()
    page.locator(".filters summary").click()
    page.locator("input[name=status][value=offered]").check()
    page.wait_for_selector(".chips li")
    assert "status=offered" in page.url
    assert page.locator("#list-title").inner_text() != whole
    page.reload()
    assert page.locator("input[name=status][value=offered]").is_checked()
    page.get_by_role("link", name="Drop all").click()
    wait_for(page, whole)


def test_a_judgement_is_made_and_taken_back(watched: Watched, served: tuple[str, Path]) -> None:
    page = watched.go(f"{PAIR}&event={find_event(served[1]).id}")
    page.locator(".judge summary").first.click()
    page.get_by_label("Your name or initials").first.fill("ML")
    page.get_by_role("button", name="Wrong: no such act").first.click()
    page.wait_for_url("**done=**")
    with Browser(served[1]) as store:
        (made,) = store.judgements()
    assert (made.verdict, made.by) == ("wrong", "ML")
    page.get_by_role("button", name="Take back").first.click()
    page.wait_for_url(lambda url: "done=" not in url)
    with Browser(served[1]) as store:
        assert store.judgements() == []


def test_a_report_is_pasted_and_shown(watched: Watched) -> None:
    page = watched.go("/")
    page.get_by_label("Paste the text of a report").fill(TEXT)
    page.get_by_label("Published").fill("2013-07-05")
    page.get_by_role("button", name="Code it").click()
    page.wait_for_url("**/try")
    assert page.locator(".text mark.act").count() >= 1
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/report/*")


def test_marks_of_a_report_can_be_switched_off(watched: Watched, served: tuple[str, Path]) -> None:
    page = watched.go(fill_view("/report/REPORT", served[1]))
    shown = "getComputedStyle(document.querySelector('.text mark.act')).textDecorationLine"
    assert page.evaluate(shown) == "underline"
    page.locator("#show-act").uncheck()
    assert page.evaluate(shown) == "none"


def test_the_map_follows_the_slider_and_opens_places(watched: Watched) -> None:
    page = watched.go("/map?months=12")
    before = page.locator("output").inner_text()
    page.locator("input[type=range]").focus()
    page.keyboard.press("Home")
    page.wait_for_function("words => document.querySelector('output').innerText !== words", arg=before)
    page.goto(page.url.replace("months=12", "months="))
    watched.go("/map")
    page.locator(".map .marks a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**place=**")
    assert page.locator("#events .event").count() >= 1


@pytest.mark.parametrize("name", ["CSV", "Parquet", "NDJSON", "SVG", "PNG"])
def test_what_is_shown_is_saved(watched: Watched, name: str) -> None:
    page = watched.go(f"{PAIR}&status=offered")
    with page.expect_download() as caught:
        page.locator(".exports").get_by_text(name, exact=True).click()
    content = Path(caught.value.path()).read_bytes()
    if name == "CSV":
        assert set(polars.read_csv(content)["status"]) == {"offered"}
    assert content.startswith({"PNG": b"\x89PNG", "SVG": b"<svg", "Parquet": b"PAR1"}.get(name, content[:1]))


@pytest.mark.parametrize("view", [PAIR, "/map", "/", "/report/REPORT"])
def test_views_work_without_scripts(chromium: Any, served: tuple[str, Path], view: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served[0] + fill_view(view, served[1]))
    if view == PAIR:
        page.locator(".list .event a").first.click()
        page.wait_for_selector("#evidence-title")
        page.locator(".filters summary").click()
        page.locator("input[name=status][value=offered]").check()
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**status=offered**")
    assert page.locator("main").inner_text()
    context.close()
