"""Reports from addresses: pages, feeds, sitemaps, lists and archives, from a site on this machine."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from detente.errors import DetenteError
from detente.fetch import Limits, Memory
from detente.fetch.fetcher import Fetcher
from detente.read import read_reports
from detente.records import Report
from tests.sites import HOST, Page, Site, make_article, serve_site

LIMITS = Limits(seconds=5, pause=0.0, redirects=3)
POLISH = "Łódź i Gdańsk"
BODY = "Ruritania rejected Strelsau's offer of talks on Friday. A second round was not foreseen."


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as site:
        site.pages |= {f"/{n}": make_article(f"Story {n}", f"Ruritania rejected offer {n}.") for n in "abcd"}
        yield site


def read(
    given: str | Path, follow: bool = False, limits: Limits = LIMITS, memory: Memory | None = None
) -> tuple[list[Report], list[str]]:
    errors: list[DetenteError] = []
    with Fetcher(limits, [HOST], memory) as fetcher:
        reports = list(read_reports(given, None, errors.append, fetcher=fetcher, follow=follow))
    return reports, [str(e) for e in errors]


def test_a_page(site: Site) -> None:
    (report,), errors = read(f"{site.address}/a")
    assert not errors
    assert report.title == "Story a"
    assert "Ruritania rejected offer a." in report.text
    assert (report.published, report.source) == ("2013-07-05", "Courier")
    assert report.url == report.path == f"{site.address}/a"


def make_feed(*links: str) -> str:
    items = "".join(
        f"<item><title>Entry {n}</title><link>{link}</link><guid>g{n}</guid><description>{BODY} {n}"
        f"</description><pubDate>Thu, 04 Jul 2013 08:00:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'


def make_sitemap(*addresses: str, root: str = "urlset") -> str:
    part = "sitemap" if root == "sitemapindex" else "url"
    parts = "".join(f"<{part}><loc>{a}</loc></{part}>" for a in addresses)
    head = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{head}{parts}</{root}>"


def make_list(*addresses: str) -> str:
    lines = [f"{a},,2013-07-06 10:15:00,A title" for a in addresses]
    return "\r\n".join(["\N{ZERO WIDTH NO-BREAK SPACE}URL,MobileURL,Date,Title", *lines, ""])


def make_rows(width: int, *addresses: str) -> str:
    """Lines as in GDELT's tables of so many columns."""
    at = {16: (5, 2, 4), 27: (4, 1, 3), 58: (57, 56, 0), 61: (60, 59, 0)}[width]
    rows = []
    for address in addresses:
        cells = [""] * width
        cells[at[2]], cells[at[1]], cells[at[0]] = "courier.example", "20130706101500", address
        rows.append("\t".join(cells) + "\n")
    return "".join(rows)


def make_zip(content: str, *more: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("20130706.gkg.csv", *more):
            archive.writestr(name, content)
    return written.getvalue()


def make_warc(*names: str) -> bytes:
    written = io.BytesIO()
    writer = WARCWriter(written, gzip=True)
    for name in names:
        body = make_article(name)[2]
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        address = f"https://news.example/{name}"
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=head)
        )
    return written.getvalue()


def make_parquet() -> bytes:
    written = io.BytesIO()
    polars.DataFrame({"id": ["1", "2"], "text": [BODY, f"{BODY} Two."]}).write_parquet(written)
    return written.getvalue()


def lists(site: Site) -> dict[str, Page]:
    """Inputs that name the pages /a and /b, by the path at which they stand."""
    pages = [f"{site.address}/{name}" for name in "ab"]
    articles = [{"url": p, "title": "A title", "seendate": "20130706T101500Z", "domain": "x"} for p in pages]
    as_json = json.dumps({"articles": articles}, indent=1)
    rows = {f"/rows{width}.csv": make_rows(width, *pages, *pages) for width in (16, 27, 58, 61)}
    return rows | {
        "/list?format=csv": (200, {"Content-Type": "text/plain"}, make_list(*pages).encode()),
        "/list?format=json": (200, {"Content-Type": "application/json"}, as_json.encode()),
        "/own.csv": "id;url\n7;" + "\n8;".join(pages),
        "/own.jsonl": "\n".join(json.dumps({"url": page, "title": "A title"}) for page in pages),
        "/gkg.csv.zip": make_zip(make_rows(27, *pages)),
        "/sitemap.xml": make_sitemap(*pages, pages[0]),
        "/sitemap.xml.gz": gzip.compress(make_sitemap(*pages).encode()),
        "/index": make_sitemap(*(f"{site.address}/part{n}" for n in "12"), root="sitemapindex"),
    }  # fmt: skip


PATHS = [
    "/rows16.csv", "/rows27.csv", "/rows58.csv", "/rows61.csv", "/list?format=csv", "/list?format=json",
    "/own.csv", "/own.jsonl", "/gkg.csv.zip", "/sitemap.xml", "/sitemap.xml.gz", "/index",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_that_a_list_names_are_fetched_once(site: Site, path: str) -> None:
    site.pages |= lists(site)
    site.pages |= {f"/part{n}": make_sitemap(f"{site.address}/{a}") for n, a in zip("12", "ab", strict=True)}
    reports, errors = read(site.address + path)
    assert not errors
    assert [(r.title, r.url) for r in reports] == [(f"Story {n}", f"{site.address}/{n}") for n in "ab"]
    assert {r.published for r in reports} == {"2013-07-05"}
    assert (site.count("/a"), site.count("/b")) == (1, 1)
    assert {r.given_id for r in reports} == ({"7", "8"} if path == "/own.csv" else {None})


def test_lists_in_files_are_followed_only_when_asked(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(make_list(f"{site.address}/a", f"{site.address}/nosuch", f"{site.address}/b"))
    reports, (error,) = read(path)
    assert not reports
    assert error.startswith(f"{path}: lists addresses without texts")
    assert "--follow" in error
    reports, (error,) = read(path, follow=True)
    assert [r.title for r in reports] == ["Story a", "Story b"]
    assert error.startswith(f"{site.address}/nosuch: there is no such page (404)")
    site.pages["/a"] = 200, {"Content-Type": "text/plain"}, BODY.encode()
    undated, _ = read(path, follow=True)
    assert [(r.title, r.published) for r in undated] == [("A title", "2013-07-06"), ("Story b", "2013-07-05")]


def test_a_line_that_cannot_be_read_ends_no_table(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.read.rows.MAX_BYTES", 1000)
    rows = [make_rows(16, f"{site.address}/{name}") for name in "ab"]
    site.pages["/x.csv"] = ("x" * 2000 + "\n").join(rows)
    reports, (error,) = read(f"{site.address}/x.csv")
    assert [r.title for r in reports] == ["Story a", "Story b"]
    assert error.startswith(f"{site.address}/x.csv, line 2: the line is over")


def test_a_feed_is_followed_only_when_asked(site: Site) -> None:
    site.pages["/feed"] = make_feed(f"{site.address}/a", "/b", f"{site.address}/nosuch")
    reports, errors = read(f"{site.address}/feed")
    assert not errors
    assert [r.text for r in reports] == [f"{BODY} {n}" for n in range(3)]
    assert site.asked == ["/robots.txt", "/feed"]
    reports, (error,) = read(f"{site.address}/feed", follow=True)
    assert [(r.title, r.given_id, r.published) for r in reports] == [
        ("Entry 0", "g0", "2013-07-04"),
        ("Entry 1", "g1", "2013-07-04"),
    ]
    assert [r.path for r in reports] == [f"{site.address}/{n}" for n in "ab"]
    assert "Ruritania rejected offer a." in reports[0].text
    assert error.startswith(f"{site.address}/nosuch: there is no such page")


def test_what_a_news_sitemap_says_of_a_page(site: Site) -> None:
    """What changed last comes first; title and day stand in where the page has none."""
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    told = "<n:news><n:publication><n:name>Wire</n:name></n:publication><n:title>Told</n:title>{}</n:news>"
    days = "<n:publication_date>2013-07-0{}T10:00:00Z</n:publication_date>"
    parts = "".join(f"<url><loc>{site.address}/t{n}</loc>{told.format(days.format(n))}</url>" for n in "12")
    site.pages |= {f"/t{n}": (200, {"Content-Type": "text/plain"}, f"{BODY} {n}".encode()) for n in "12"}
    site.pages["/s"] = f'<urlset xmlns="http://x" xmlns:n="{news}">{parts}</urlset>'
    reports, errors = read(f"{site.address}/s")
    assert not errors
    assert [(r.title, r.published, r.url) for r in reports] == [
        ("Told", f"2013-07-0{n}", f"{site.address}/t{n}") for n in "21"
    ]


def test_pictures_that_a_sitemap_names_are_no_pages(site: Site) -> None:
    """An extension's own address and title, whether before or after those of the page, are not the page's."""
    image = "<i:image><i:loc>http://127.0.0.1:1/x.png</i:loc><i:title>A bridge</i:title></i:image>"
    loc = f"<loc>{site.address}/{{}}</loc>"
    urls = f"<url>{loc.format('t1')}{image}</url><url>{image}{loc.format('t2')}</url>"
    site.pages |= {f"/t{n}": (200, {"Content-Type": "text/plain"}, f"Talks, {n}.".encode()) for n in "12"}
    site.pages["/s"] = f'<urlset xmlns="http://x" xmlns:i="http://www.google.com/schemas/i">{urls}</urlset>'
    reports, errors = read(f"{site.address}/s")
    assert not errors
    assert [(r.url, r.title) for r in reports] == [(f"{site.address}/t{n}", None) for n in "12"]


@pytest.mark.parametrize(
    ("path", "page", "texts"),
    [
        ("/x.jsonl", json.dumps({"text": BODY}), [BODY]),
        ("/x.csv.gz", gzip.compress(f"text\n{BODY}\n".encode()), [BODY]),
        ("/x", (200, {"Content-Type": "text/csv"}, f"text\n{BODY}\n".encode()), [BODY]),
        ("/x.parquet", make_parquet(), [BODY, f"{BODY} Two."]),
        ("/x.md", f"---\ntitle: A\n---\n{BODY}", [f"---\ntitle: A\n---\n{BODY}"]),
        ("/x", (200, {"Content-Type": "text/plain; charset=cp1250"}, POLISH.encode("cp1250")), [POLISH]),
        ("/x", (200, {"Content-Type": "not a type"}, BODY.encode()), [BODY]),
        ("/x", (200, {"Content-Type": "text/plain; x*"}, BODY.encode()), [BODY]),
    ],
)  # fmt: skip
def test_files_by_name_or_stated_type(site: Site, path: str, page: Page, texts: list[str]) -> None:
    site.pages[path] = page
    reports, errors = read(site.address + path)
    assert not errors
    assert [r.text for r in reports] == texts


def test_a_web_archive_is_read_to_its_end(site: Site) -> None:
    site.pages["/crawl/a.warc.gz"] = 200, {"Content-Type": "binary/octet-stream"}, make_warc("One", "Two")
    small = replace(LIMITS, size=100)
    reports, errors = read(f"{site.address}/crawl/a.warc.gz", limits=small)
    assert not errors
    assert [(r.title, r.url) for r in reports] == [(n, f"https://news.example/{n}") for n in ("One", "Two")]


FAULTS: list[tuple[Page, str]] = [
    ("", "is empty"),
    ("<html><body></body></html>", "the page holds no article"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture, not text"),
    (make_sitemap(), "the sitemap lists no addresses"),
    ("<urlset><url><loc>http://a.example", "is no valid sitemap"),
    (b"\x1f\x8b" + b"words", "can't be unpacked"),
    (gzip.compress(bytes(60_000_000), 9), "unpacks to over 50 MB"),
    ((404, {}, b""), "there is no such page"),
    ((200, {"Content-Type": "image/png"}, BODY.encode()), ""),
]


@pytest.mark.parametrize(("page", "fault"), FAULTS)
def test_faults(site: Site, page: Page, fault: str) -> None:
    site.pages["/x"] = page
    reports, errors = read(f"{site.address}/x")
    assert len(errors) == bool(fault)
    assert len(reports) == (not fault)
    assert all(error.startswith(f"{site.address}/x: {fault}") for error in errors)


@pytest.mark.parametrize(
    ("path", "page", "message"),
    [
        ("/x.csv.zip", make_zip("a", "b.csv"), "holds 2 files, not one table"),
        ("/x.csv.zip", "words", "is no whole ZIP archive"),
        ("/x.csv", make_rows(16, "http://a.invalid/") + "words\n", ", row 2: is no row of GDELT's"),
        ("/s", make_sitemap("ftp://a.example/x"), "ftp://a.example/x: is no address of the web"),
        ("/s", make_sitemap("http://10.0.0.1/x"), "http://10.0.0.1/x: is at 10.0.0.1, which is not"),
        ("/feed", make_feed("http://[::1"), "http://[::1: is no web address|links to no web address"),
    ],
)
def test_faults_in_lists(site: Site, path: str, page: Page, message: str) -> None:
    site.pages[path] = page
    _, errors = read(site.address + path, follow=True)
    assert any(part in errors[-1] for part in message.split("|"))


def test_a_sitemap_that_names_itself_ends(site: Site) -> None:
    site.pages["/s"] = make_sitemap(f"{site.address}/s", f"{site.address}/t", root="sitemapindex")
    site.pages["/t"] = make_sitemap(f"{site.address}/s", f"{site.address}/u?1", root="sitemapindex")
    site.pages["/u?1"] = make_sitemap(*(f"{site.address}/u?{n}" for n in (1, 2)), root="sitemapindex")
    site.pages["/u?2"] = make_sitemap("http://me:secret@a.example/", root="sitemapindex")
    reports, errors = read(f"{site.address}/s")
    assert not reports
    assert any("http://a.example/: is more than 3 sitemaps deep" in error for error in errors)
    assert site.asked == ["/robots.txt", "/s", "/t", "/u?1", "/u?2"]


def test_no_more_pages_than_allowed(site: Site) -> None:
    site.pages["/s"] = make_sitemap(*(f"{site.address}/{n}" for n in "abcd"))
    reports, (error,) = read(f"{site.address}/s", limits=replace(LIMITS, pages=2))
    assert [r.title for r in reports] == ["Story a", "Story b"]
    assert error.startswith(f"{site.address}/c: is beyond the 2 pages that are fetched. Allow more")
    assert site.count("/c") + site.count("/d") == 0


def test_only_what_is_named_itself_may_be_large(site: Site) -> None:
    """Not what a sitemap names, however it calls it; nor are more of them read than allowed."""
    large = make_sitemap(f"{site.address}/a") + " " * 50_000
    site.pages |= {"/large.csv": large, "/s": make_sitemap(f"{site.address}/large.csv", root="sitemapindex")}
    small = replace(LIMITS, size=20_000)
    assert [r.title for r in read(f"{site.address}/large.csv", limits=small)[0]] == ["Story a"]
    reports, (error,) = read(f"{site.address}/s", limits=small)
    assert not reports
    assert error.startswith(f"{site.address}/large.csv: is over 0.02 MB")
    site.pages |= {f"/s?{n}": make_sitemap(f"{site.address}/{n}") for n in "abc"}
    site.pages["/s"] = make_sitemap(*(f"{site.address}/s?{n}" for n in "abc"), root="sitemapindex")
    reports, (error,) = read(f"{site.address}/s", limits=replace(LIMITS, pages=2))
    assert [r.title for r in reports] == ["Story a", "Story b"]
    assert error.startswith(f"{site.address}/s?c: is beyond the 2 sitemaps that are fetched")


class Unwanted(Memory):
    def wants(self, address: str) -> bool:
        return not address.endswith("/a")


def test_pages_that_are_not_wanted_are_passed_over(site: Site) -> None:
    site.pages["/s"] = make_sitemap(f"{site.address}/a", f"{site.address}/b")
    reports, errors = read(f"{site.address}/s", memory=Unwanted())
    assert ([r.title for r in reports], errors) == (["Story b"], [])
    assert site.count("/a") == 0
