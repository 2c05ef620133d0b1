"""Makes docs/report.png: a part of the page that `detente report examples/korea` makes.

    python docs/make_pictures.py

Needs Chromium or Chrome. The picture shows the timeline of the first relationship and, from the chronology,
the first entry of each of a few statuses; the rest of the page is hidden, and nothing else is changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from detente import code_reports, make_report, read_reports
from detente.records import EventMention

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "report.png"
REPORT = "korea-2013-07-kaesong-proposals.md"  # its mentions are the entries shown
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE = "1280,1200"  # pixels
STATUSES = ("offered", "happened", "denied")
MADE = date(2014, 2, 27)
ONLY = """
nav, .masthead, #overview, #reading, #pairs-more, .compact, #reports, footer, h2,
.pair:not(#p-1), .event:not(SHOWN), .events:not(:has(SHOWN)), #chronology h3 { display: none !important }
body { display: block; max-width: none; padding: 0 2.5rem }
section { margin: 0 }
"""


def choose_entries(mentions: Iterable[EventMention]) -> list[EventMention]:
    """The first mention of each of STATUSES in which both sides, or two actors, are identified."""
    known = [m for m in mentions if len({p.code for p in m.actor + m.recipient if p.code}) > 1]
    first = {m.status: m for m in reversed(known)}
    return [first[status] for status in STATUSES if status in first]


def make_page() -> str:
    """The report page of the Korean examples with most of it hidden."""
    codings = list(code_reports(read_reports(ROOT / "examples" / "korea")))
    told = next(coding for coding in codings if Path(coding.report.path or "").name == REPORT)
    shown = ", ".join(f"#m-{mention.id}" for mention in choose_entries(told))
    return make_report(codings, made=MADE).replace(
        "</style>", ONLY.replace("SHOWN", f":is({shown})") + "</style>"
    )


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
