"""Makes docs/report.png, a part of the page that `detente report examples/korea` makes, and pictures of the
web app on all examples: docs/web-home.png, -pair, -thread, -predictions, -map and -report.

    python docs/make_pictures.py

Needs Chromium or Chrome. The picture shows the timeline of the first relationship and, from the chronology,
three entries of different statuses; the rest of the page is hidden, and nothing else is changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import httpx
import uvicorn

from detente import Store, code_reports, make_report, read_reports
from detente.records import EventMention
from detente.web import make_app

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE = "1280,1350"  # pixels
ENTRIES = (  # status and trigger, with words of the quote
    ("threatened", "scrap", "the armistice"),
    ("happened", "rejected", "on 26 April"),
    ("denied", "closed", "denies that it closed the park"),
)
MADE = date(2014, 2, 27)
ONLY = """
nav, .masthead, #overview, #reading, #pairs-more, .compact, #reports, footer, h2,
.pair:not(#p-1), .event:not(SHOWN), .events:not(:has(SHOWN)), #chronology h3 { display: none !important }
body { display: block; max-width: none; padding: 0 2.5rem }
section { margin: 0 }
"""


def choose_entries(mentions: Iterable[EventMention]) -> Iterator[EventMention]:
    """The first mention for each of ENTRIES; leaves with a message where one is missing."""
    found = list(mentions)
    for status, trigger, words in ENTRIES:
        fitting = [m for m in found if (m.status, m.trigger.text) == (status, trigger) and words in m.quote]
        yield fitting[0] if fitting else sys.exit(f"No mention is {status} with '{trigger}'. Mend ENTRIES")


def make_page() -> str:
    """The report page of the Korean examples with most of it hidden."""
    codings = list(code_reports(read_reports("examples/korea")))
    entries = choose_entries(mention for coding in codings for mention in coding)
    shown = ", ".join(f"#m-{mention.id}" for mention in entries)
    page = make_report(codings, made=MADE)
    return page.replace("</style>", ONLY.replace("SHOWN", f":is({shown})") + "</style>")


def find_browser() -> str:
    """The first browser that is installed; leaves with a message where there is none."""
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    return found[0] if found else sys.exit(f"No browser found. Install one of: {', '.join(BROWSERS)}")


def take_picture(address: str, size: str, picture: Path) -> None:
    """Write what the browser shows at an address."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1"]
        options += [f"--user-data-dir={folder}", f"--window-size={size}", f"--screenshot={picture}"]
        subprocess.run([find_browser(), *options, address], check=True, capture_output=True)
    print(f"{picture} holds {picture.stat().st_size // 1000} kB")


def make_store(path: Path) -> dict[str, str]:
    """A store of the examples; gives the web app's views to be shown, by the names of their pictures."""
    for command in ("add {} examples", "link {}", "threads {}", "forecasts resolve {}"):
        words = command.format(path).split()
        subprocess.run([sys.executable, "-m", "detente", *words], check=True, capture_output=True)
    with Store(path, readonly=True) as store:
        told = [event for event, _ in store.events(3, between=("KOR", "PRK"))]
        report = next(r for r in store.reports() if r.title and "table" in r.title)
        longest = max(store.threads(between=("KOR", "PRK")), key=lambda thread: len(thread.steps))
    event = next((e for e in told if e.contradictions), told[0])
    views = {
        "home": "/?window=",
        "pair": f"/pair?a=KOR&b=PRK&event={event.id}",
        "thread": f"/threads/{longest.id}",
        "predictions": "/predictions",
        "map": "/map",
        "report": f"/report/{report.id}",
    }
    return {f"web-{name}.png": view for name, view in views.items()}


def take_web_pictures() -> None:
    """Write the pictures of the web app."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "events.db")
        views = make_store(store)
        server = uvicorn.Server(uvicorn.Config(make_app(store), port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        while "data-wait" in httpx.get(f"http://127.0.0.1:{port}/?window=").text:  # turns are looked for
            time.sleep(0.5)
        for name, view in views.items():
            take_picture(f"http://127.0.0.1:{port}{view}", "1280,900", ROOT / "docs" / name)
        server.should_exit = True
        thread.join()


def main() -> None:
    """Write the pictures."""
    os.chdir(ROOT)  # the pages name the files as they are given
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        page.write_text(make_page(), encoding="utf-8")
        take_picture(page.as_uri(), SIZE, PICTURE)
    take_web_pictures()


if __name__ == "__main__":
    main()
