"""Makes docs/report.png: a part of the page that `detente report examples/korea` makes.

    python docs/make_pictures.py

Needs Chromium or Chrome. The picture shows the timeline of the first relationship and, from the chronology,
three entries of different statuses; the rest of the page is hidden, and nothing else is changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from detente import code_reports, make_report, read_reports
from detente.records import EventMention

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
    codings = list(code_reports(read_reports(ROOT / "examples" / "korea")))
    entries = choose_entries(mention for coding in codings for mention in coding)
    shown = ", ".join(f"#m-{mention.id}" for mention in entries)
    page = make_report(codings, made=MADE)
    return page.replace("</style>", ONLY.replace("SHOWN", f":is({shown})") + "</style>")


def find_browser() -> str:
    """The first browser that is installed; leaves with a message where there is none."""
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    return found[0] if found else sys.exit(f"No browser found. Install one of: {', '.join(BROWSERS)}")


def main() -> None:
    """Write the picture."""
    browser = find_browser()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        page.write_text(make_page(), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1"]
        options += [f"--user-data-dir={folder}", f"--window-size={SIZE}", f"--screenshot={PICTURE}"]
        subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)
    print(f"{PICTURE} holds {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
