"""Watching folders and addresses: what is new is added once, whatever stops a round."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from detente.cli import run_command, watch
from detente.errors import CoderError, StoreError
from detente.records import Coding, Report
from detente.store import Store
from tests.factories import make_coding
from tests.sites import HOST, Answer, Page, Site, make_article, serve_site
from tests.test_read_web import make_feed, make_list, make_sitemap

ROOT = Path(__file__).parents[1]
Watch = Callable[..., str]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as site:
        site.pages |= {f"/{n}": make_article(f"Story {n}", f"Ruritania rejected offer {n}.") for n in "abcd"}
        yield site


def code_nothing(reports: Iterable[Report], *given: object) -> Iterator[Coding]:
    return (make_coding(report, ()) for report in reports)


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Watch:
    """One round, with a coder that finds nothing; gives the line that it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("detente.fetch.manners.Pace.wait", lambda *given: None)
    monkeypatch.setattr("detente.pipeline.code_reports", code_nothing)

    def look(*sources: str, code: int = 0) -> str:
        assert run_command(["watch", "s.db", *sources, "--once", "--private", HOST]) == code
        return capsys.readouterr().err

    return look


def titles() -> list[str | None]:
    with Store("s.db", readonly=True) as store:
        return sorted(report.title or report.text for report in store.reports())


def write(name: str, text: str, age: float = 60.0) -> Path:
    """A file that was last changed `age` seconds ago."""
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_folder(look: Watch) -> None:
    write("in/a.txt", "Chad recalled its envoy.")
    assert "  1 added, 0 updated, 0 replaced, 0 already there, 0 set aside\n" in look("in")
    assert "  0 added, 0 updated, 0 replaced, 0 already there, 0 set aside\n" in look("in")
    write("in/deep/b.txt", "Mali recalled its envoy.")
    write("in/c.txt", "Niger recalled its en", age=1)
    assert "1 added, 0 updated, 0 replaced, 0 already there, 0 set aside, 1 file still being" in look("in")
    write("in/c.txt", "Niger recalled its envoy.")
    write("in/a.txt", "Chad did not recall its envoy.")
    assert "1 added, 0 updated, 1 replaced, 0 already" in look("in")
    assert titles() == [
        "Chad did not recall its envoy.", "Mali recalled its envoy.", "Niger recalled its envoy.",
    ]  # fmt: skip


def test_a_faulty_file_is_named_until_it_was_read_once(look: Watch) -> None:
    write("in/a.csv", "x,y\n1,2\n")
    said = look("in", code=1)
    assert "in/a.csv: lacks the column 'text'" in said
    assert "1 set aside" in said
    assert "0 set aside" in look("in")
    assert "nosuch: can't be read (No such file" in look("in", "nosuch", code=1)


def answer_once(state: dict[str, str]) -> Callable[[BaseHTTPRequestHandler], Answer]:
    """A page whose words and ETag are in `state`."""

    def answer(handler: BaseHTTPRequestHandler) -> Answer:
        if handler.headers.get("If-None-Match") == state["etag"]:
            return 304, {}, b""
        return 200, {"ETag": state["etag"]}, state["words"].encode()

    return answer


def test_a_feed(look: Watch, site: Site) -> None:
    state = {"etag": '"1"', "words": make_feed(f"{site.address}/a", f"{site.address}/b")}
    site.pages["/feed"] = answer_once(state)
    assert "2 added" in look(f"{site.address}/feed")
    assert "0 added, 0 updated, 0 replaced, 0 already there" in look(f"{site.address}/feed")
    state |= {"etag": '"2"', "words": make_feed(*(f"{site.address}/{n}" for n in "abc"))}
    assert "1 added, 0 updated, 0 replaced, 2 already there" in look(f"{site.address}/feed")
    assert site.count("/a") == 0
    assert "3 added" in look(f"{site.address}/feed", "--follow")
    assert "0 added" in look(f"{site.address}/feed", "--follow")
    assert [site.count(f"/{n}") for n in "abc"] == [1, 1, 1]


@pytest.mark.parametrize("make", [make_sitemap, make_list])
def test_a_list_of_pages(look: Watch, site: Site, make: Callable[..., str]) -> None:
    """What failed, or was too much for one round, is fetched in later ones, and what was read is not."""
    pages = [f"{site.address}/{n}" for n in "abcd"]
    site.pages["/list"] = answer_once({"etag": '"1"', "words": make(*pages)})
    broken: Page = (500, {}, b"")
    whole, site.pages["/b"] = site.pages["/b"], broken
    few = ("--most-pages", "3", "--every", "10s")
    said = look(f"{site.address}/list", *few, code=1)
    assert f"{site.address}/b: its server failed (500)" in said
    assert f"{site.address}/d: is beyond the 3 pages" in said
    assert "2 added, 0 updated, 0 replaced, 0 already there, 2 set aside" in said
    site.pages["/b"] = whole
    assert "1 added" in look(f"{site.address}/list", *few)
    assert site.count("/b") == 1
    hasten("page ")
    assert "1 added, 0 updated, 0 replaced, 0 already there, 0 set" in look(f"{site.address}/list", *few)
    assert titles() == [f"Story {n}" for n in "abcd"]
    assert "0 added" in look(f"{site.address}/list", *few)
    assert [site.count(f"/{n}") for n in "abcd"] == [1, 2, 1, 1]
    assert "if-none-match" in site.headers[-1]


def test_a_list_in_a_file(look: Watch, site: Site) -> None:
    """It is read again, though it hasn't changed, until its pages are fetched."""
    whole, site.pages["/b"] = site.pages["/b"], (500, {}, b"")
    write("in/list.csv", make_list(f"{site.address}/a", f"{site.address}/b"))
    write("in/a.txt", "Chad recalled its envoy.")
    assert "2 added" in look("in", "--follow", code=1)
    site.pages["/b"] = whole
    hasten("page ")
    assert "1 added, 0 updated, 0 replaced, 0 already there" in look("in", "--follow")
    assert "0 added, 0 updated, 0 replaced, 0 already there" in look("in", "--follow")
    assert [site.count(f"/{n}") for n in "ab"] == [1, 2]


def hasten(start: str) -> None:
    """Make what is left alone due at once."""
    with Store("s.db") as store:
        store._db.execute("UPDATE watched SET due = 0 WHERE name LIKE ?", [f"{start}%"])


def test_a_page_is_given_up_after_three_tries(look: Watch, site: Site) -> None:
    site.pages["/list"] = make_list(f"{site.address}/nosuch")
    for code in (1, 1, 1, 0, 0):
        look(f"{site.address}/list", code=code)
        hasten("page ")
    assert site.count("/nosuch") == 3


def test_a_source_that_fails_is_left_alone_for_longer_and_longer(look: Watch, site: Site) -> None:
    site.pages["/feed"] = (503, {}, b"")
    waits = []
    for _ in range(3):
        assert "its server failed (503)" in look(f"{site.address}/feed", code=1)
        with Store("s.db") as store:
            waits.append(store.watched.find(f"{site.address}/feed"))
        assert "1 source left alone until" in look(f"{site.address}/feed")
        hasten("http")
    assert [seen and seen.failures for seen in waits] == [1, 2, 3]
    rests = [seen.due - time.time() for seen in waits if seen]
    assert all(0.9 < rest / (900 * 2**n) < 1.1 for n, rest in enumerate(rests, 1))
    assert site.count("/feed") == 3
    site.pages["/feed"] = make_feed("/a")
    assert "1 added" in look(f"{site.address}/feed")
    assert "1 already there" in look(f"{site.address}/feed")


def test_removed_pages_stay_away(look: Watch, site: Site) -> None:
    site.pages["/list"] = make_list(f"{site.address}/a", f"{site.address}/b")
    look(f"{site.address}/list")
    assert run_command(["remove", "s.db", f"{site.address}/a"]) == 0
    assert "0 added" in look(f"{site.address}/list")
    assert titles() == ["Story b"]


def test_rounds_go_on_after_errors_until_the_end(
    look: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An endpoint or a store that fails now is tried in the next round; Ctrl-C says that all is safe."""
    write("in/a.txt", "Chad recalled its envoy.")
    run_round, faults = watch.run_round, [CoderError("m", "f", "c"), StoreError("s", "f", "c")]
    slept: list[float] = []

    def run_badly(*given: object) -> str:
        if faults:
            raise faults.pop()
        return run_round(*given)  # type: ignore[arg-type]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch, "run_round", run_badly)
    monkeypatch.setattr(watch.time, "sleep", sleep)
    assert run_command(["watch", "s.db", "in", "--every", "20s"]) == 130
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "detente: s: f. c."
    assert said[1].partition("  ")[2].startswith("nothing more was added. Next round at ")
    assert [line.partition("  ")[2][:7] for line in said[4:6]] == ["1 added", "0 added"]
    assert said[6] == "detente: interrupted: all is safe in s.db. Run the same command again to go on."
    assert all(0 < seconds <= 20 for seconds in slept)


UNCODED = """
import sys
import detente.fetch.manners, detente.pipeline
from detente.cli import run_command
from tests.test_watch import code_nothing
detente.fetch.manners.Pace.wait = lambda *given: None
detente.pipeline.code_reports = code_nothing
run_command(["watch", *sys.argv[1:]])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")
def test_a_killed_round_is_taken_up_again(look: Watch, site: Site, tmp_path: Path) -> None:
    """Killed while it waits for the third page, when the first ones are in the store."""

    def kill(handler: BaseHTTPRequestHandler) -> None:
        os.kill(process.pid, signal.SIGKILL)

    pages = [f"{site.address}/{n}" for n in "abc"]
    site.pages["/list"] = answer_once({"etag": '"1"', "words": make_list(*pages)})
    whole, site.pages["/c"] = site.pages["/c"], kill
    arguments = [str(tmp_path / "s.db"), f"{site.address}/list", "--private", HOST]
    process = subprocess.Popen([sys.executable, "-c", UNCODED, *arguments], cwd=ROOT)
    process.wait(timeout=120)
    assert process.returncode == -signal.SIGKILL
    site.pages["/c"] = whole
    assert titles() == ["Story a", "Story b"]
    assert "1 added, 0 updated, 0 replaced, 0 already there, 0 set aside" in look(f"{site.address}/list")
    assert titles() == ["Story a", "Story b", "Story c"]
    assert "0 added" in look(f"{site.address}/list")
    assert [site.count(f"/{n}") for n in "abc"] == [1, 1, 2]
