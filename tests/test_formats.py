"""Reading feeds, web archives, documents, mail, exports and lists: what is taken, and every fault."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import polars as pl
import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from detente.errors import DetenteError
from detente.read import read_reports
from detente.read.formats import READERS, guess_suffix
from detente.read.pages import flatten_page
from detente.records import Report

ONE = "Ruritania rejected a proposal by Freedonia on Monday, officials in Strelsau said."
TWO = "Freedonia answered that it would recall its envoy unless the border was opened again."
BODY = f"{ONE}\n\n{TWO}"
PAGE = f"""<!DOCTYPE html><html><head><title>Border plan rejected</title>
<meta property="article:published_time" content="2013-07-05T10:00:00Z"></head>
<body><article><h1>Border plan rejected</h1><p>{ONE}</p><p>{TWO}</p></article></body></html>"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path | str) -> tuple[list[Report], list[str]]:
    errors: list[DetenteError] = []
    reports = list(read_reports(path, on_error=errors.append))
    return reports, [str(e) for e in errors]


def read_one(path: Path) -> Report:
    reports, errors = read(path)
    assert errors == []
    (report,) = reports
    return report


def tell(report: Report) -> tuple[str | None, ...]:
    return (report.title, report.published, report.source, report.author, report.url)


# --- feeds

RSS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>The Strelsau Courier</title>"
)
RSS_END = "</channel></rss>"


def item(body: str = f"<description>{ONE}</description>", title: str = "Plan rejected") -> str:
    return (
        f"<item><title>{title}</title><link>https://a.example/1</link><guid>g1</guid>"
        f"<author>A. Mauban</author><pubDate>Fri, 05 Jul 2013 23:30:00 +0900</pubDate>{body}</item>"
    )


ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Strelsau Courier</title>
<entry><title type="html">Plan &lt;b&gt;rejected&lt;/b&gt;</title><id>g1</id><link href="https://a.example/1"/>
<author><name>A. Mauban</name></author><published>2013-07-05T23:30:00+09:00</published>
<content type="html">&lt;p&gt;{ONE}&lt;/p&gt;&lt;p&gt;{TWO}&lt;/p&gt;</content></entry></feed>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://a.example"><title>The Strelsau Courier</title><items><rdf:Seq/></items></channel>
<item rdf:about="https://a.example/1"><title>Plan rejected</title>
<link>https://a.example/1</link><dc:creator>A. Mauban</dc:creator><dc:date>2013-07-05</dc:date>
<description>{ONE}</description></item></rdf:RDF>"""
FULL = f"<content:encoded><![CDATA[<p>{ONE}</p>\n<p>{TWO}</p>]]></content:encoded>"
SUMMARY = ("the feed gives a summary only",)


@pytest.mark.parametrize(
    ("name", "feed", "text", "notes"),
    [
        ("a.rss", RSS_HEAD + item() + RSS_END, ONE, SUMMARY),
        ("a.xml", RSS_HEAD + item(FULL) + RSS_END, BODY, ()),
        ("a.xml", (RSS_HEAD + item(FULL) + RSS_END).replace("UTF-8", "UTF-16"), BODY, ()),
        ("a.atom", ATOM, BODY, ()),
        ("a.xml", RDF, ONE, SUMMARY),
    ],
)
def test_feeds(tmp_path: Path, name: str, feed: str, text: str, notes: tuple[str, ...]) -> None:
    data = feed.encode("utf-16" if "UTF-16" in feed else "utf-8")
    report = read_one(write(tmp_path / name, data))
    assert report.text == text
    expected = ("Plan rejected", "2013-07-05", "The Strelsau Courier", "A. Mauban", "https://a.example/1")
    assert tell(report) == expected
    assert report.notes == notes


def test_a_malformed_entry_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = item("<description>Talks & more talks <b>in Strelsau went on.</description>", "Bad")
    feed = RSS_HEAD + item() + bad + item("", "Empty") + item(FULL, "Last") + RSS_END
    reports, errors = read(write(tmp_path / "a.rss", feed))
    assert [r.title for r in reports] == ["Plan rejected", "Bad", "Last"]
    assert [any("malformed" in n for n in r.notes) for r in reports] == [False, True, False]
    assert errors == [
        f"{tmp_path}/a.rss, entry 3: the text is empty. Check that it was saved whole, or leave it out"
    ]


def test_entities_of_a_feed_are_not_expanded(tmp_path: Path) -> None:
    write(tmp_path / "secret.txt", "the secret of Zenda")
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY a0 "haha"><!ENTITY s SYSTEM "{tmp_path}/secret.txt">{bomb}]><rss'
    feed = (RSS_HEAD + item(f"<description>{ONE} &a11; &s;</description>") + RSS_END).replace("<rss", doctype)
    report = read_one(write(tmp_path / "a.rss", feed))
    assert report.text.startswith(ONE)
    assert len(report.text) < 150
    assert "secret" not in report.text
    assert "haha" not in report.text


def test_a_large_feed_is_read_entry_by_entry(tmp_path: Path) -> None:
    entries = "".join(
        item(f"<description>{ONE} It was day {n}.{' ' * 900}</description>") for n in range(100)
    )
    found = [r.text for r in read_reports(write(tmp_path / "a.rss", RSS_HEAD + entries + RSS_END))]
    assert found == [f"{ONE} It was day {n}." for n in range(100)]


# --- web archives


def make_warc(*records: tuple[str, str, bytes, str], packed: bool = True) -> bytes:
    """Records of (address, status and content type, body, content encoding) as warcio writes them."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "warcio"}))
    for address, told, body, encoding in records:
        status, kind = told.split(" ", 1)
        given = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        given += [("Content-Encoding", encoding)] if encoding else []
        http = StatusAndHeaders(status, given, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=http)
        )
    return out.getvalue()


WEB = (
    ("https://a.example/1", "200 text/html; charset=utf-8", PAGE.encode(), ""),
    ("https://a.example/2", "404 text/html", PAGE.encode(), ""),
    ("https://a.example/3", "200 image/png", b"\x89PNG", ""),
    ("https://a.example/4", "200 text/html", gzip.compress(PAGE.encode()), "gzip"),
    ("https://a.example/5", "200 text/plain", BODY.encode(), ""),
    ("https://a.example/6", "200 text/html", b"<html><body></body></html>", ""),
    ("https://a.example/7", "200 text/html", gzip.compress(b" " * 30_000_000), "gzip"),
)


def make_wacz(warc: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("../../archive/data.warc.gz", warc)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc.gz", make_warc(*WEB)),
        ("a.warc", make_warc(*WEB, packed=False)),
        ("a.wacz", make_wacz(make_warc(*WEB))),
    ],
)
def test_web_archives(tmp_path: Path, name: str, data: bytes) -> None:
    reports, errors = read(write(tmp_path / "in" / name, data))
    assert [r.url for r in reports] == [f"https://a.example/{n}" for n in (1, 4, 5)]
    assert tell(reports[0])[:3] == ("Border plan rejected", "2013-07-05", "a.example")
    assert {r.text for r in reports} == {f"Border plan rejected\n\n{BODY}", BODY}
    assert len(errors) == 2
    assert "(https://a.example/6): the page holds no article" in errors[0]
    assert "(https://a.example/7): is over 10 MB" in errors[1]
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


# --- documents


def make_docx(*paragraphs: str, title: str = "", author: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, author
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Plan rejected", "A. Mauban"
    paragraph = document.add_paragraph("Ruritania rejected ")
    paragraph.add_run("a proposal").bold = True
    paragraph.add_run(" by Freedonia on Monday, officials in Strelsau said.")
    document.add_table(1, 1).cell(0, 0).text = TWO
    document.sections[0].header.paragraphs[0].text = "A header"
    document.save(str(tmp_path / "a.docx"))
    report = read_one(tmp_path / "a.docx")
    assert report.text == BODY
    assert tell(report) == ("Plan rejected", None, None, "A. Mauban", None)


def test_docx_reads_changes_as_accepted_and_text_boxes_apart(tmp_path: Path) -> None:
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = (
        f"<w:document {word}><w:body><w:p><w:r><w:t>Talks </w:t></w:r>"
        "<w:ins><w:r><w:t>went on</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>ended</w:delText></w:r></w:del><w:r><w:t>.</w:t>"
        "<w:pict><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:pict></w:r></w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert read_one(tmp_path / "a.docx").text == "Talks went on.\n\nIn a box"


def test_rtf(tmp_path: Path) -> None:
    rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 "
    rtf += r"Ruritania\rquote s envoy \b left\b0  Caf\'e9.\par The \u8364?\par}"
    assert read_one(write(tmp_path / "a.rtf", rtf)).text == "Ruritania’s envoy left Café.\n\nThe €"


def make_pdf(build: Callable[[FPDF], None]) -> bytes:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    build(pdf)
    return bytes(pdf.output())


def build_articles(pdf: FPDF) -> None:
    pdf.set_title("Plan rejected")
    pdf.set_author("A. Mauban")
    pdf.text(10, 20, "Ruritania rejected a proposal by Freedonia on Mon-")
    pdf.text(10, 25, "day, officials in Strelsau said.")
    pdf.text(10, 50, "Freedonia answered that it would recall its")
    pdf.text(100, 285, "1")
    pdf.add_page()
    pdf.text(10, 20, "envoy unless the border was opened again.")


def build_columns(pdf: FPDF) -> None:
    """Two columns, written line by line across the page."""
    for n in range(8):
        pdf.text(10, 20 + 5 * n, f"Left line {n} of the first column")
        pdf.text(110, 20 + 5 * n, f"right line {n} of the second one")


def build_picture(pdf: FPDF) -> None:
    pdf.rect(10, 10, 50, 50)


def encrypt(pdf: FPDF) -> None:
    pdf.set_encryption("owner", "user", permissions=AccessPermission.none())
    pdf.text(10, 20, ONE)


def test_pdf(tmp_path: Path) -> None:
    report = read_one(write(tmp_path / "a.pdf", make_pdf(build_articles)))
    assert report.text == BODY
    assert tell(report) == ("Plan rejected", None, None, "A. Mauban", None)


def test_pdf_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    text = read_one(write(tmp_path / "a.pdf", make_pdf(build_columns))).text
    assert text.index("Left line 7") < text.index("right line 0")


# --- mail


def make_mail(text: str = BODY, html: str = "", subject: str = "Plan rejected") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = subject, '"Antoinette Mauban, for the Café" <a@courier.example>'
    mail["Date"], mail["List-Id"] = "Fri, 05 Jul 2013 23:30:00 +0900", "Courier briefing <b.courier.example>"
    mail["Message-ID"], mail["Archived-At"] = "<1@courier.example>", "<https://a.example/1>"
    if text:
        mail.set_content(text)
    if html:
        (mail.add_alternative if text else mail.set_content)(html, subtype="html")
    return mail


@pytest.mark.parametrize(("text", "html"), [(BODY, ""), (BODY, "<p>Other</p>"), ("", PAGE)])
def test_mail(tmp_path: Path, text: str, html: str) -> None:
    report = read_one(write(tmp_path / "a.eml", make_mail(text, html).as_bytes()))
    assert report.text.endswith(TWO if html and not text else f"{TWO}\n")
    author = "Antoinette Mauban, for the Café"
    expected = ("Plan rejected", "2013-07-05", "Courier briefing", author, "https://a.example/1")
    assert tell(report) == expected
    assert report.given_id == "<1@courier.example>"


def test_mail_names_attachments_and_keeps_its_encoding(tmp_path: Path) -> None:
    mail = make_mail("")
    mail.set_content("The envoy left the café in Strelsau.", charset="iso-8859-1")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    report = read_one(write(tmp_path / "a.eml", mail.as_bytes()))
    assert "café" in report.text
    assert report.notes == ("attachments that were not read: plan.pdf",)
    assert report.encoding == "iso-8859-1"


def test_mailbox(tmp_path: Path) -> None:
    start = b"From a@courier.example Fri Jul  5 14:30:00 2013\n"
    told = f"{ONE}\n\nFrom the capital nothing was heard.\n\n>From here neither."
    mails = [make_mail(told), make_mail("", subject="Empty"), make_mail(TWO)]
    box = b"\n".join(start + mail.as_bytes().replace(b"=\n", b"") for mail in mails)
    reports, errors = read(write(tmp_path / "a.mbox", box))
    assert [r.text.strip() for r in reports] == [told.replace(">From", "From"), TWO]
    assert errors == [
        f"{tmp_path}/a.mbox, message 2: the text is empty. Check that it was saved whole, or leave it out"
    ]


# --- exports

ACADEMIC = f"""                               1 of 2 DOCUMENTS


                              The Strelsau Courier

                              July 5, 2013 Friday
                              Late Edition - Final

HEADLINE: Plan
rejected

BYLINE: By A. MAUBAN

LENGTH: 24 words

DATELINE: STRELSAU, July 5

BODY:
   {ONE}

   {TWO}

LOAD-DATE: July 6, 2013

LANGUAGE: ENGLISH

                               2 of 2 DOCUMENTS

                              The Zenda Times

                                  6 July 2013

A second look at the plan

SECTION: WORLD; Pg. 3

LENGTH: 12 words

BODY: {TWO}
"""
UNI = f"""Date and Time: Saturday, July 20, 2013 10:00 AM
Documents (2)
1. Plan rejected
Plan rejected
The Strelsau Courier
July 5, 2013 Friday

Copyright 2013 The Strelsau Courier All Rights Reserved

Section: A; Pg. 1
Length: 24 words
Byline: A. MAUBAN
Body

{ONE}

{TWO}

Graphic

A map of the border
Load-Date: July 6, 2013

End of Document

A second look at the plan
The Zenda Times
July 6, 2013 Saturday 2:30 PM GMT

Length: 12 words

Body

{TWO}

Load-Date: July 6, 2013

End of Document
"""
FACTIVA = f"""World News
Plan rejected
By A. MAUBAN
24 words
5 July 2013
14:05
The Strelsau Courier
STRCOU
English
(c) 2013 The Strelsau Courier

{ONE}

{TWO}

Document STRCOU0020130705e9750012x

A second look at the plan

12 words
6 July 2013
The Zenda Times
ZENTIM
English
Copyright 2013. The Zenda Times.

{TWO}

Document ZENTIM0020130706e9760001a

Search Summary
Text: plan
""".replace("e9750012x", "E9750012X").replace("e9760001a", "E9760001A")
CODED = f"""HD  Plan rejected
BY  By A. MAUBAN
WC  24 words
PD  5 July 2013
ET  14:05
SN  The Strelsau Courier
SC  STRCOU
LA  English
CY  (c) 2013 The Strelsau Courier

LP
{ONE}

TD
{TWO}
IN BRIEF

CO  strcou : The Strelsau Courier
AN
Document STRCOU0020130705E9750012X

HD  A second look at the plan
WC  12 words
PD  6 July 2013
SN  The Zenda Times
LP  {TWO}
AN  Document ZENTIM0020130706E9760001A
"""
EXPORTS = {"academic": ACADEMIC, "uni": UNI, "factiva": FACTIVA, "coded": CODED}


def unwrap(text: str) -> str:
    """Documents and pages don't break lines as plain text does."""
    return text.replace("Plan\nrejected", "Plan rejected")


WRITERS: dict[str, Callable[[str], bytes]] = {
    ".txt": lambda text: text.replace("\n", "\r\n").encode(),
    ".docx": lambda text: make_docx(*unwrap(text).split("\n")),
    ".rtf": lambda text: ("{\\rtf1\\ansi " + unwrap(text).replace("\n", "\\par\n") + "}").encode(),
    ".html": lambda text: (
        "<html><body><p>"
        + "</p><p>".join(unwrap(text).replace("  ", "\n").split("\n"))
        + "</p></body></html>"
    ).encode(),
}


@pytest.mark.parametrize("layout", EXPORTS)
@pytest.mark.parametrize("suffix", WRITERS)
def test_exports(tmp_path: Path, suffix: str, layout: str) -> None:
    reports, errors = read(write(tmp_path / f"a{suffix}", WRITERS[suffix](EXPORTS[layout])))
    assert errors == []
    told = [" ".join(r.text.removesuffix("IN BRIEF").split()) for r in reports]
    assert told == [" ".join(BODY.split()), TWO]
    first, second = reports
    title, *others = tell(first)
    assert (title or "", *others) == (
        "Plan rejected",
        "2013-07-05",
        "The Strelsau Courier",
        "A. MAUBAN",
        None,
    )
    assert tell(second) == ("A second look at the plan", "2013-07-06", "The Zenda Times", None, None)


def test_an_article_without_a_body_is_set_aside(tmp_path: Path) -> None:
    text = FACTIVA.replace(f"{ONE}\n\n{TWO}\n\nDocument", "Document")
    reports, errors = read(write(tmp_path / "a.txt", text))
    assert len(reports) == 1
    assert errors == [
        f"{tmp_path}/a.txt, article 1: 'Plan rejected' has no body. Export it again with its full text"
    ]


@pytest.mark.parametrize("text", [f"{BODY}\n\nEnd of Document\n", f"{BODY}\n\nDocument AB12\n", BODY])
def test_other_texts_are_no_exports(tmp_path: Path, text: str) -> None:
    assert read_one(write(tmp_path / "a.txt", text)).text == text


# --- tables and lists


def test_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": [7, 8, 9],
            "text": [BODY, None, TWO],
            "published": [date(2013, 7, 5)] * 3,
            "n": [[1], [2], [3]],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    reports, errors = read(tmp_path / "a.parquet")
    assert [(r.given_id, r.published, r.text) for r in reports] == [
        ("7", "2013-07-05", BODY),
        ("9", "2013-07-05", TWO),
    ]
    assert errors == [
        f"{tmp_path}/a.parquet, row 2: the text is empty. Check that it was saved whole, or leave it out"
    ]


def test_a_list_takes_texts_from_files_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "pages" / "1.html", PAGE)
    write(tmp_path / "pages" / "2.txt", TWO)
    write(tmp_path.parent / "outside.txt", ONE)
    rows = (
        "URL,MobileURL,Date,Title,file\n"
        "https://a.example/1,,2013-07-06 10:00:00,Plan rejected,pages/1.html\n"
        "https://a.example/2,,2013-07-06 10:00:00,A second look,pages/2.txt\n"
        "https://a.example/3,,2013-07-06 10:00:00,Not saved,\n"
        "https://a.example/4,,2013-07-06 10:00:00,Outside,../outside.txt\n"
        "https://a.example/5,,2013-07-06 10:00:00,Gone,pages/5.html\n"
    )
    reports, errors = read(write(tmp_path / "list.csv", rows))
    assert [(r.title, r.published, r.url) for r in reports] == [
        ("Plan rejected", "2013-07-05", "https://a.example/1"),
        ("A second look", "2013-07-06", "https://a.example/2"),
    ]
    assert [e.partition("list.csv, ")[2] for e in errors] == [
        "row 4: names no file with its text. Save the page and name its file",
        "row 5: names the file '../outside.txt', which is not in the table's folder. Put the texts into the "
        "table's folder or one below it",
        "row 6: names the file 'pages/5.html', which can't be read (No such file or directory). "
        "Check the name",
    ]


# --- faults, folders, standard input


def make_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 40_000_000)
    return out.getvalue()


def make_damaged_warc() -> bytes:
    return make_warc(*WEB[:1])[:-200]


def cut_warc(mark: bytes) -> bytes:
    return make_warc(*WEB[:1], packed=False).partition(mark)[0]


FAULTS = [
    ("a.xml", "<sitemap><url/></sitemap>", "{p}: is no RSS or Atom feed. "),
    ("a.rss", RSS_HEAD + RSS_END, "{p}: the feed holds no entries. "),
    ("a.pdf", "words", "{p}: is no PDF file. "),
    ("a.pdf", b"%PDF-1.7\nwords", "{p}: is no whole PDF file "),
    ("a.pdf", make_pdf(encrypt), "{p}: is encrypted. Save it without its password first"),
    (
        "a.pdf",
        make_pdf(build_picture),
        "{p}: holds no text on its 1 page(s): they may be scanned pictures. Run",
    ),
    ("a.docx", "words", "{p}: is no whole ZIP archive "),
    ("a.docx", make_docx(ONE)[:3000], "{p}: is no whole ZIP archive "),
    ("a.docx", make_bomb(), "{p}: unpacks to more than 200 times its size, as a decompression bomb does. "),
    ("a.docx", make_wacz(b""), "{p}: is no Word document. "),
    ("a.rtf", "words", "{p}: is no rich-text (RTF) file. "),
    ("a.eml", "words without a header", "{p}: is no mail: it has no headers. "),
    ("a.eml", make_mail("").as_bytes(), "{p}: the text is empty. "),
    ("a.mbox", "words", "{p}: is no mailbox in the mbox format. "),
    ("a.warc", "words", "{p}: is damaged after record 0 "),
    (
        "a.warc.gz",
        make_damaged_warc(),
        "{p}, record 2 (https://a.example/1): is cut short: ",
    ),
    ("a.warc", cut_warc(b"-Type: text/html"), "{p}, record 2: is cut short: 0 of "),
    ("a.warc", cut_warc(b"WARC-Target"), "{p}, record 2: is cut short in its head. "),
    ("a.rss", RSS_HEAD + "<item><title", "{p}, entry 1: "),
    ("a.wacz", make_docx(ONE), "{p}: holds no WARC file. "),
    ("a.parquet", b"PAR1 words", "{p}: is no Parquet file that can be read "),
    (
        "a.csv",
        "URL,MobileURL,Date,Title\nhttps://a.example,,,x\n",
        "{p}: lists addresses without texts, as GDELT",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), FAULTS)
def test_faults(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    path = write(tmp_path / name, content)
    reports, errors = read(path)
    assert reports == []
    assert len(errors) == 1
    assert errors[0].startswith(message.replace("{p}", str(path)))


@pytest.mark.parametrize(
    ("module", "name", "content", "extra"),
    [("pdfminer.high_level", "a.pdf", b"%PDF-1.7", "pdf"), ("fastwarc.warc", "a.warc", b"WARC/1.0", "warc")],
)
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, content: bytes, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    _, errors = read(write(tmp_path / name, content))
    assert len(errors) == 1
    assert errors[0].endswith(f"pip install 'detente[{extra}]'")


SAMPLES: dict[str, str | bytes] = {
    "a.atom": ATOM,
    "b.docx": make_docx(ONE),
    "c.eml": make_mail().as_bytes(),
    "d.pdf": make_pdf(build_articles),
    "e.warc.gz": make_warc(*WEB[:1]),
    "f.txt": UNI,
}


def test_a_mixed_folder(tmp_path: Path) -> None:
    for name, content in SAMPLES.items():
        write(tmp_path / name, content)
    write(tmp_path / "z.docx", "broken")
    reports, errors = read(tmp_path)
    assert [Path(r.path or "").name for r in reports] == [*SAMPLES, "f.txt"]
    assert len(errors) == 1


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (ATOM, ".xml"),
        (RSS_HEAD, ".xml"),
        (PAGE, ".html"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', ".html"),
        ('{"text": "x"}', ".jsonl"),
        (r"{\rtf1 x}", ".rtf"),
        (make_docx(ONE), ".docx"),
        (make_pdf(build_articles), ".pdf"),
        (make_warc(*WEB[:1]), ".warc.gz"),
        (make_warc(*WEB[:1], packed=False), ".warc"),
        ("From a@courier.example Fri Jul  5 14:30:00 2013\nSubject: x\n", ".mbox"),
        ("From the capital came word of talks in 2013 and later.\n", ".txt"),
        (BODY, ".txt"),
    ],
)
def test_standard_input_is_told_by_its_start(
    monkeypatch: pytest.MonkeyPatch, content: str | bytes, suffix: str
) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    assert guess_suffix(data) == suffix
    assert suffix in READERS
    if suffix in (".docx", ".pdf", ".warc.gz", ".warc"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        reports, errors = read("-")
        assert (len(reports), errors, reports[0].path) == (1, [], "-")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("con\0trols &#1;\x1f out", "controls out"),
        ("plain &amp; simple", "plain & simple"),
        ("<p>One<br>two</p>three<script>x()</script><!-- c --> four", "One\n\ntwo\n\nthree four"),
        ("<ul><li>A <b>bold</b> point</li><li>Other</li></ul>", "A bold point\n\nOther"),
        ('<?xml version="1.0" encoding="utf-8"?><div>x</div>', "x"),
    ],
)
def test_flatten_page(html: str, text: str) -> None:
    assert flatten_page(html) == text
