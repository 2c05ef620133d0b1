"""Reading: every kind of input, every fault, and what is passed over."""

from __future__ import annotations

import io
import json
import os
import random
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from detente.errors import DataError, DetenteError, InputError, UsageError
from detente.read import MAX_BYTES, clean_page, find_furniture, read_day, read_reports
from detente.read.build import MAX_TEXT
from detente.read.decode import decode_text, detect_encoding
from detente.read.furniture import _read_table, find_headline
from detente.read.language import find_foreign, is_foreign_note
from detente.records import Report, content_id

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
BODY = (
    "Ruritania rejected a proposal by Freedonia on Monday, officials in Strelsau said.\n\n"
    "Freedonia answered that it would recall its envoy unless the border was opened again."
)
PAGE = """<!DOCTYPE html><html><head><title>Border plan rejected | The Strelsau Courier</title>
<meta charset="utf-8"><meta property="og:title" content="Border plan rejected">
<meta property="og:site_name" content="The Strelsau Courier">
<meta property="article:published_time" content="2013-07-05T23:30:00+09:00">
<meta name="author" content="Antoinette Mauban"><link rel="canonical" href="https://courier.example/border">
</head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>Border plan rejected</h1>
<p>Ruritania rejected a proposal by Freedonia on Monday, officials in Strelsau said after a long day.</p>
<p>Freedonia answered that it would <b>recall</b> its envoy &amp; close the last crossing to trade.</p>
</article><footer>© 2013 The Strelsau Courier</footer></body></html>"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_one(path: Path | str, published: str | None = None) -> Report:
    (report,) = read_reports(path, published)
    return report


def read_with_errors(path: Path | str) -> tuple[list[Report], list[str]]:
    errors: list[DetenteError] = []
    reports = list(read_reports(path, on_error=errors.append))
    return reports, [str(e) for e in errors]


def skipped_words(text: str, title: str | None = None) -> list[str]:
    return [s.text for s in find_furniture(text, title)]


# --- one reader after another


def test_text_keeps_every_character(tmp_path: Path) -> None:
    text = "Talks \u200bresume\u202e in Strelsau.\r\n\r\nA NUL \0 stays.\tSo do tabs.\n"
    report = read_one(write(tmp_path / "a.txt", text))
    assert report.text == text
    assert (report.path, report.published, report.encoding, report.notes) == (
        str(tmp_path / "a.txt"),
        None,
        "utf-8",
        (),
    )
    assert report.id == content_id(text, None, None, None)


def test_text_takes_its_title_from_its_headline(tmp_path: Path) -> None:
    report = read_one(write(tmp_path / "a.txt", "Ruritania Rejects Border Plan\n\n" + BODY))
    assert report.title == "Ruritania Rejects Border Plan"
    assert [(s.text, s.reason) for s in report.skipped] == [(report.title, "headline: the body tells it")]
    assert read_one(write(tmp_path / "b.txt", BODY)).title is None


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: Plan rejected\ndate: 2013-07-05\n", ("Plan rejected", "2013-07-05", None, None, None)),
        (
            "title: 'Border: a plan'\npublished: July 5, 2013\nurl: https://a.example\nsource: Courier\n"
            "author: [A. Mauban, R. Hentzau]\n",
            ("Border: a plan", "2013-07-05", "https://a.example", "Courier", "A. Mauban, R. Hentzau"),
        ),
        ("tags: [a]\n", (None, None, None, None, None)),
    ],
)
def test_markdown_front_matter(tmp_path: Path, front: str, expected: tuple[str | None, ...]) -> None:
    text = f"---\n{front}---\n\n{BODY} See [the plan](https://a.example/plan).\n"
    report = read_one(write(tmp_path / "a.md", text))
    assert (report.title, report.published, report.url, report.source, report.author) == expected
    assert report.text == text
    assert [s.reason for s in report.skipped] == ["front matter"]
    assert text[report.skipped[0].end :].strip().startswith("Ruritania")


def test_markdown_heading_is_the_title_and_a_rule_is_no_front_matter(tmp_path: Path) -> None:
    report = read_one(write(tmp_path / "a.md", "---\n\n# Ruritania Rejects Border Plan\n\n" + BODY))
    assert report.title == "Ruritania Rejects Border Plan"
    assert [s.text for s in report.skipped] == ["# Ruritania Rejects Border Plan"]


def test_page(tmp_path: Path) -> None:
    report = read_one(write(tmp_path / "a.html", PAGE), published="2020-01-01")
    assert report.title == "Border plan rejected"
    assert (report.published, report.url) == ("2013-07-05", "https://courier.example/border")
    assert (report.source, report.author) == ("The Strelsau Courier", "Antoinette Mauban")
    assert report.text == clean_page(PAGE)
    assert [s.text for s in report.skipped] == ["Border plan rejected"]
    assert report.notes == ()


def test_clean_page_parts_paragraphs_by_blank_lines() -> None:
    text = clean_page(PAGE)
    assert text == clean_page(PAGE)
    assert "on Monday, officials in Strelsau said after a long day.\n\nFreedonia answered" in text
    assert "recall its envoy & close" in text
    assert "Home" not in text
    assert "©" not in text


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="2013-07-05">',
        '<meta itemprop="datePublished" content="Fri, 05 Jul 2013 10:00:00 GMT">',
        '<script type="application/ld+json">{"@graph": [{"datePublished": "2013-07-05T10:00"}]}</script>',
        '<script type="application/ld+json">{broken</script><meta name="pubdate" content="20130705">',
        '<time pubdate datetime="2013-07-05">yesterday</time>',
        '<meta name="date" content="5 juillet"><time itemprop="datePublished" datetime="2013-07-05">x</time>',
    ],
)
def test_page_states_its_day(tmp_path: Path, head: str) -> None:
    page = f"<html><head>{head}</head><body><article><p>{BODY}</p></article></body></html>"
    assert read_one(write(tmp_path / "a.htm", page)).published == "2013-07-05"


def test_page_day_is_never_guessed(tmp_path: Path) -> None:
    page = (
        '<html><head><link rel="canonical" href="https://courier.example/2013/07/05/plan"></head>'
        f"<body><article><p>July 5, 2013</p><p>{BODY}</p></article></body></html>"
    )
    assert read_one(write(tmp_path / "a.html", page)).published is None
    assert read_one(tmp_path / "a.html", published="July 6, 2013").published == "2013-07-06"
    odd = page.replace("<head>", '<head><meta name="date" content="03/04/2013">')
    report = read_one(write(tmp_path / "b.html", odd))
    assert report.published is None
    assert report.notes == ("the page's date '03/04/2013' can't be read",)


def test_cut_page_is_read_with_a_note(tmp_path: Path) -> None:
    report = read_one(write(tmp_path / "a.html", PAGE[: PAGE.index("close the last")]))
    assert report.text.endswith("recall its envoy &")
    assert report.notes == ("the page does not end with </html>: it may be cut short",)


ROW = {"id": "7", "title": "Plan rejected", "text": BODY, "published": "2013-07-05", "source": "Courier"}


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(ROW), "", json.dumps({"id": 8, "text": "Talks resumed.", "extra": [1]})]
    first, second = read_reports(write(tmp_path / name, "\n".join(lines)), published="2014-01-01")
    assert (first.given_id, first.title, first.published, first.source) == (
        "7",
        "Plan rejected",
        "2013-07-05",
        "Courier",
    )
    assert first.id == content_id(BODY, "Plan rejected", None, "Courier")
    assert (second.given_id, second.text, second.published) == ("8", "Talks resumed.", "2014-01-01")


def test_json_list_and_object(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps([{"text": "One fell."}, {"no": 1}, {"text": "Two rose."}]))
    reports, errors = read_with_errors(path)
    assert [r.text for r in reports] == ["One fell.", "Two rose."]
    cure = "Name the report's key 'text'"
    assert errors == [f"{path}, item 2: lacks 'text' (found: 'no'). {cure}"]
    assert read_one(write(tmp_path / "b.json", '{"text": "One fell."}')).text == "One fell."


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a.csv", 'id,title,text,url\n1,T,"Talks, at last, ""resumed"".\nThey go on.",u\n2,,B.,\n'),
        (
            "a.csv",
            '\ufeffID;Title;Text;URL\r\n1;T;"Talks, at last, ""resumed"".\nThey go on.";u\r\n2;;B.;\r\n',
        ),
        (
            "a.tsv",
            'id\ttitle\ttext\turl\n1\tT\t"Talks, at last, ""resumed"".\nThey go on."\tu\n\n2\t\tB.\t\n',
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_tables(tmp_path: Path, name: str, table: str, encoding: str) -> None:
    first, second = read_reports(
        write(tmp_path / name, table.removeprefix("\ufeff" * (encoding == "utf-16")).encode(encoding))
    )
    assert first.text == 'Talks, at last, "resumed".\nThey go on.'
    assert (first.given_id, first.title, first.url) == ("1", "T", "u")
    assert (second.given_id, second.title, second.text, second.url) == ("2", None, "B.", None)


def test_long_cells_are_read(tmp_path: Path) -> None:
    text = "Talks went on. " * 20_000
    assert read_one(write(tmp_path / "a.csv", f"text\n{text}\n")).text == text


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        (b"Talks resumed.\r\n", ["Talks resumed.\r\n"]),
        (b'\n{"text": "One fell."}\n{"text": "Two rose."}\n', ["One fell.", "Two rose."]),
        (PAGE.encode(), [clean_page(PAGE)]),
    ],
)
@pytest.mark.parametrize("buffered", [True, False])
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, given: bytes, texts: list[str], buffered: bool
) -> None:
    raw = io.BytesIO(given)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(raw) if buffered else raw))
    reports = list(read_reports("-"))
    assert [r.text for r in reports] == texts
    assert {r.path for r in reports} == {"-"}


def test_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c/z.txt", "c/a.md", "B.TXT", "d/e/f.jsonl"):
        write(tmp_path / name, '{"text": "Talks resumed."}' if name.endswith("l") else f"Talks on {name}.")
    for name in ("README.md", "readme.txt", ".hidden.txt", ".git/a.txt", "a.py", "notes", "data.bin"):
        write(tmp_path / name, "Not a report.")
    found = [str(Path(str(r.path)).relative_to(tmp_path)) for r in read_reports(tmp_path)]
    assert found == ["B.TXT", "a.txt", "b.txt", "c/a.md", "c/z.txt", "d/e/f.jsonl"]
    assert found == [str(Path(str(r.path)).relative_to(tmp_path)) for r in read_reports(str(tmp_path))]


def test_many_reports_are_streamed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": "Talks resumed."}\n' * 5 + "{broken\n")
    stream = read_reports(path)
    assert [next(stream).text for _ in range(5)] == ["Talks resumed."] * 5
    with pytest.raises(InputError, match="line 6"):
        next(stream)


# --- faults

GOOD = '{"text": "Talks resumed."}'
FAULTS: list[tuple[str, str | bytes, str]] = [
    ("a.txt", b"", "{p}: is empty. Check that it was saved or downloaded whole"),
    ("a.csv", b"", "{p}: is empty. Check that it was saved or downloaded whole"),
    ("a.txt", " \n\t\n", "{p}: the text is empty. Check that it was saved whole, or leave it out"),
    ("a.txt", "\ufeff*** --- ***", "{p}: the text holds no words. Check that it was saved whole"),
    ("a.txt", bytes(range(256)) * 40, "{p}: is a binary file, not text. Save it as text, Markdown, HTML"),
    ("a.csv", bytes(range(256)) * 40, "{p}: is a binary file, not text. Save it as text, Markdown, HTML"),
    ("a.txt", b"%PDF-1.7\nwords", "{p}: is a PDF file, not text. Give its name the suffix .pdf"),
    (
        "a.html",
        b"PK\x03\x04" + b"x" * 99,
        "{p}: is a ZIP archive, as Word, Excel and OpenDocument files are,",
    ),
    ("a.odt", "words", "{p}: the suffix '.odt' is not known. Save it as one of .txt, .md"),
    ("report", "words", "{p}: the name has no suffix. Save it as one of .txt, .md"),
    ("a.txt", "word " * (MAX_BYTES // 5 + 1), "{p}: is over 10 MB, more than one report holds. Split it"),
    ("a.txt", "word " * (MAX_TEXT // 5 + 1), "{p}: the text is over 2 million characters, more than one"),
    ("a.html", "word " * (MAX_BYTES // 5 + 1), "{p}: is over 10 MB, more than one report holds. Split it"),
    (
        "a.html",
        "<html><body><nav>",
        "{p}: the page holds no article that can be found and may be cut short. Save",
    ),
    ("a.html", "<html></html>", "{p}: the page holds no article that can be found. Save the page again"),
    ("a.md", "---\ntitle: a: b\n---\nText.", "{p}, line 2: the front matter is not valid YAML: "),
    (
        "a.md",
        "---\ndate: soon\n---\nText.",
        "{p}: published: 'soon' is not a date that can be read. Write it as",
    ),
    ("a.json", "[]", "{p}: holds an empty list. Put objects into it"),
    ("a.json", '[{"text": 1', "{p}: is not valid JSON: expecting ',' delimiter at character 12. Mend it"),
    ("a.json", "[" * 100_000, "{p}: is not valid JSON: nested too deep. Mend it"),
    (
        "a.jsonl",
        "{broken",
        "{p}, line 1: is not valid JSON: expecting property name enclosed in double quotes",
    ),
    ("a.jsonl", "[1]", '{p}, line 1: is a list, not an object. Write one object a line, such as {"id"'),
    ("a.jsonl", '{"body": "x"}', "{p}, line 1: lacks 'text' (found: 'body'). Name the report's key 'text'"),
    ("a.jsonl", '{"text": ["x"]}', "{p}, line 1: 'text' is a list, not a string. Write it as one string"),
    ("a.jsonl", '{"text": null}', "{p}, line 1: the text is empty. Check"),
    ("a.jsonl", r'{"text": "half \ud83d"}', r"{p}, line 1: the text holds half a character ('\ud83d') at 5"),
    ("a.jsonl", '{"text": "x", "published": 3}', "{p}, line 1: 'published' is a number, not a string. "),
    ("a.csv", "id,body\n1,x\n", "{p}: lacks the column 'text' (found: 'id', 'body'). Name the column with"),
    ("a.csv", "text,text\nx,y\n", "{p}: has two columns 'text'. Rename or remove one of them"),
    ("a.csv", "id,text\n1\n", "{p}, row 2: has 1 cells where the first row has 2. Give it a cell for each"),
    ("a.csv", "id,text\n1,Talks, they said\n", "{p}, row 2: has 3 cells where the first row has 2. Give it"),
    (
        "a.csv",
        'id,text\n1,"open\n2,x\n',
        "{p}, row 2: a quote is opened and never closed, so all rows after it",
    ),
    (
        "a.csv",
        "text,published\nx,03/04/2013\n",
        "{p}, row 2: published: the date '03/04/2013' can be read as day",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), FAULTS)
def test_faults(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    path = write(tmp_path / name, content)
    expected = message.replace("{p}", str(path))
    with pytest.raises(InputError) as caught:
        list(read_reports(path))
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)
    assert caught.value.cure
    reports, errors = read_with_errors(path)
    assert reports == []
    assert errors[0] == str(caught.value)


def test_missing_and_forbidden_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "no\nsuch.txt"
    shown = str(missing).replace("\n", "\\n")
    assert read_with_errors(missing) == ([], [f"{shown}: there is no such file or folder. Check the name"])
    assert "can't hold the character NUL" in read_with_errors("a\0.txt")[1][0]
    inside_a_file = write(tmp_path / "a.txt", "x") / "b.txt"
    assert f"{inside_a_file}: can't be read (Not a directory)" in read_with_errors(inside_a_file)[1][0]
    (tmp_path / "empty").mkdir()
    assert (
        "empty: the folder holds no reports. Put files into it: .txt"
        in read_with_errors(tmp_path / "empty")[1][0]
    )

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert read_with_errors(tmp_path / "a.txt")[1] == [
        f"{tmp_path / 'a.txt'}: may not be read. Ask for the right to read it, or copy it"
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_forbidden_folder(tmp_path: Path) -> None:
    locked = write(tmp_path / "locked" / "a.txt", "Talks resumed.").parent
    locked.chmod(0)
    try:
        assert "the folder can't be read" in read_with_errors(tmp_path)[1][0]
    finally:
        locked.chmod(0o700)


def test_faults_set_one_report_aside(tmp_path: Path) -> None:
    long_line = json.dumps({"text": "x" * (MAX_BYTES + 1)})
    path = write(tmp_path / "a.jsonl", "\n".join([GOOD, "{", long_line, GOOD]))
    reports, errors = read_with_errors(path)
    assert len(reports) == 2
    assert [e.split(": ")[0] for e in errors] == [f"{path}, line 2", f"{path}, line 3"]
    path = write(
        tmp_path / "b.csv",
        f'id,text\n1,Talks resumed.\n2\n3,"{"x " * (MAX_BYTES // 2 + 1)}"\n4,Talks ended.\n',
    )
    reports, errors = read_with_errors(path)
    assert [r.given_id for r in reports] == ["1", "4"]
    assert [e.split(": ")[0] for e in errors] == [f"{path}, row 3", f"{path}, line 4"]
    write(tmp_path / "c.txt", "Talks resumed.")
    assert len(read_with_errors(tmp_path)[0]) == 5


def test_usage_errors_come_at_once() -> None:
    for url in ("https://courier.example/a", "HTTP://courier.example", "ftp://courier.example/a"):
        with pytest.raises(UsageError, match=r"needs the network, .* Pass fetcher=detente\.Fetcher\(\)"):
            read_reports(url)
    with pytest.raises(UsageError, match="follow: needs the network"):
        read_reports("a.csv", follow=True)
    with pytest.raises(
        UsageError, match=r"published: 'soon' is not a date that can be read\. Write it as YYYY"
    ):
        read_reports("a.txt", published="soon")


# --- days


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2013-07-05", "2013-07-05"),
        (" 2013-7-5 ", "2013-07-05"),
        ("2013/07/05", "2013-07-05"),
        ("20130705", "2013-07-05"),
        ("2013-07-05T23:59:59Z", "2013-07-05"),
        ("2013-07-05T10:00:00.123+09:00", "2013-07-05"),
        ("2013-07-05 10:00:00 +0900", "2013-07-05"),
        ("Fri, 05 Jul 2013 10:00:00 +0900", "2013-07-05"),
        ("July 5, 2013", "2013-07-05"),
        ("Friday, July 5th, 2013 at 10:15 am", "2013-07-05"),
        ("5 July 2013", "2013-07-05"),
        ("5 Sept. 2013", "2013-09-05"),
        ("25/12/2013", "2013-12-25"),
        ("12/25/2013", "2013-12-25"),
        ("05.05.2013", "2013-05-05"),
        ("29 February 2012", "2012-02-29"),
    ],
)
def test_days(words: str, day: str) -> None:
    assert read_day(words) == day


@pytest.mark.parametrize(
    ("words", "day_first", "day"),
    [
        ("03/04/2013", True, "2013-04-03"),
        ("03/04/2013", False, "2013-03-04"),
        ("3.4.2013 10:15", True, "2013-04-03"),
        ("25/12/2013", False, "2013-12-25"),
        ("12/25/2013", True, "2013-12-25"),
        ("2013-03-04", True, "2013-03-04"),
    ],
)
def test_days_with_a_told_order(words: str, day_first: bool, day: str) -> None:
    assert read_day(words, day_first) == day


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        (["03.04.2020", "25.12.2020"], ["2020-04-03", "2020-12-25"]),
        (["12/25/2020", "03/04/2020"], ["2020-12-25", "2020-03-04"]),
        (
            ["03/04/2020", "", "2020-01-31", "no day", "13/01/2020"],
            ["2020-04-03", None, "2020-01-31", "2020-01-13"],
        ),
        (["03.04.2020", "04.05.2020"], []),
        (["03.04.2020", "25.12.2020", "12/25/2020"], ["2020-12-25", "2020-12-25"]),
        (["04.04.2020"], ["2020-04-04"]),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json"])
def test_a_column_proves_the_order_of_its_dates(
    tmp_path: Path, name: str, stated: list[str], days: list[str | None]
) -> None:
    objects = [{"text": "Talks resumed.", "published": words} for words in stated]
    mark = "\t" if name.endswith("tsv") else ","
    table = "".join(f"Talks resumed.{mark}{words}\n" for words in stated)
    content = {
        "a.jsonl": "\n".join(map(json.dumps, objects)), "a.json": json.dumps(objects),
    }.get(name, f"text{mark}published\n{table}")  # fmt: skip
    reports, errors = read_with_errors(write(tmp_path / name, content))
    assert [r.published for r in reports] == days
    assert len(errors) == len(stated) - len(days)
    cure = "or say which with --day-first or --month-first (day_first in Python)"
    assert all(cure in e for e in errors if "first" in e.split(". ")[0])


def test_a_told_order_holds_for_every_kind_of_report(tmp_path: Path) -> None:
    page = PAGE.replace("2013-07-05T23:30:00+09:00", "05/07/2013")
    for name, content in (
        ("a.md", f"---\ndate: 05/07/2013\n---\n{BODY}"),
        ("b.html", page),
        ("c.csv", f"text,published\n{BODY!r},05/07/2013\n".replace("'", '"')),
    ):
        (report,) = read_reports(write(tmp_path / name, content), day_first=True)
        assert report.published == "2013-07-05", name
    (report,) = read_reports(write(tmp_path / "d.txt", BODY), published="05/07/2013", day_first=False)
    assert report.published == "2013-05-07"
    (report,) = read_reports(tmp_path / "d.txt", published=date(2013, 7, 5))
    assert report.published == "2013-07-05"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("03/04/2013", "can be read as day or month first"),
        ("3.4.2013", "can be read as day or month first"),
        ("2013", "is not a date"),
        ("2013-07", "is not a date"),
        ("July 2013", "is not a date"),
        ("5 July", "is not a date"),
        ("05/07/13", "is not a date"),
        ("2013-02-30", "does not exist"),
        ("31 June 2013", "does not exist"),
        ("13/13/2013", "does not exist"),
        ("5 juillet 2013", "is not a date"),
        ("yesterday", "is not a date"),
        ("1372982400", "is not a date"),
        ("x" * 99, "…' is not a date"),
        ("", "is not a date"),
    ],
)
def test_days_that_are_none(words: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_day(words)


# --- encodings

SENTENCE = "Le président de la Ruritanie a rejeté l'offre, et la frontière reste fermée à Strelsau."


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("“Talks” resumed – at last.", "utf-8", "utf-8"),
        ("“Talks” resumed – at last.", "utf-8-sig", "utf-8-sig"),
        ("“Talks” resumed – at last.", "utf-16", "utf-16"),
        ("“Talks” resumed – at last.", "utf-16-le", "utf-16-le"),
        ("“Talks” resumed – at last.", "utf-16-be", "utf-16-be"),
        ("“Talks” resumed – at last.", "cp1252", "cp1252"),
        (SENTENCE, "latin-1", "cp1252"),
        ("Rząd odrzucił propozycję, a granica między państwami pozostaje zamknięta.", "cp1250", "cp1250"),
        ("Правительство отклонило предложение, и граница остаётся закрытой.", "cp1251", "cp1251"),
        ("政府は月曜日に提案を拒否し、国境は閉鎖されたままだと当局者が述べた。" * 3, "shift_jis", "cp932"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str, name: str) -> None:
    report = read_one(write(tmp_path / "a.txt", text.encode(encoding)))
    assert report.text == text
    assert report.encoding == name
    notes = [note for note in report.notes if "seems to be in" not in note]
    assert bool(notes) == (name not in ("utf-8", "utf-8-sig", "utf-16"))
    assert all(name in note for note in notes)


def test_broken_utf8_stays_utf8() -> None:
    found = decode_text("Der Präsident, die Gespräche, die Länder, Köln: ".encode() + b"\xe2\x80 Ende", "a")
    assert found.text.endswith("Köln: \ufffd Ende")
    assert found.notes == ("1 broken UTF-8 character(s) read as '\ufffd'",)


def test_page_encoding_is_the_one_it_names(tmp_path: Path) -> None:
    page = PAGE.replace("utf-8", "windows-1251").replace("on Monday", "в понедельник")
    report = read_one(write(tmp_path / "a.html", page.encode("cp1251", "xmlcharrefreplace")))
    assert "Freedonia в понедельник, officials" in report.text
    assert (report.encoding, report.notes) == ("cp1251", ("not UTF-8: read as cp1251, as the page says",))


@pytest.mark.parametrize("name", ["hex", "idna", "punycode", "undefined", "nosuch"])
def test_encodings_that_no_text_is_in_are_passed_over(name: str) -> None:
    data = f'<meta charset="{name}"> {SENTENCE}'.encode("latin-1")
    found = decode_text(data, "a", page=True, stated=name)
    assert (found.text, found.encoding) == (data.decode("cp1252"), "cp1252")


def test_rows_may_differ_in_encoding(tmp_path: Path) -> None:
    rows = b'{"text": "Ruritania\xe2\x80\x99s envoy left."}\n' + f'{{"text": "{SENTENCE}"}}\n'.encode(
        "latin-1"
    )
    first, second = read_reports(write(tmp_path / "a.jsonl", rows))
    assert (first.text, first.encoding, first.notes) == ("Ruritania’s envoy left.", "utf-8", ())
    assert (second.text, second.encoding) == (SENTENCE, "cp1252")
    assert second.notes == (
        "not UTF-8: read as cp1252, as its bytes suggest",
        "seems to be in French, and the coder reads English",
    )


def test_nothing_is_detected_in_noise() -> None:
    assert detect_encoding(b"") in (None, "utf_8", "ascii", "cp1252")


# --- what is passed over

FURNITURE = [
    ("Like this story? Sign up for our weekly newsletter! Only €3 a month.", "promotion"),
    ("Sign up for our newsletter", "promotion"),
    ("Subscribe now", "promotion"),
    ("Click here to subscribe", "promotion"),
    ("Read more: Freedonia Recalls Its Envoy", "promotion"),
    ("READ MORE", "promotion"),
    ("Advertisement", "promotion"),
    ("ADVERTISEMENT - STORY CONTINUES BELOW", "promotion"),
    ("Support our journalism", "promotion"),
    (
        "Dreaming of a career in diplomacy?\nTry the Courier job board.\nFind your next job",
        "promotion",
    ),
    ("This site uses cookies to make it work better.", "promotion"),
    ("This article was first published in The Strelsau Courier.", "promotion"),
    ("The views expressed in this article are the author’s own and not those of the paper.", "promotion"),
    ("Related: Freedonia recalls its envoy", "promotion"),
    ("Get three months of access for only $9.", "promotion"),
    ("Already a subscriber? Log in.", "promotion"),
    ("READ: Freedonia recalls its envoy", "promotion"),
    ("Tags: Ruritania, border, talks", "site label"),
    ("This story has been updated.", "note of the editors"),
    ("File photo", "credit"),
    ("Courier writers Antoinette Mauban in Zenda and Rupert Hentzau contributed to this report.", "byline"),
    ("Share this", "share line"),
    ("Share this article on Facebook", "share line"),
    ("Follow us on Twitter", "share line"),
    ("Follow Rudolf Rassendyll on Twitter @rassendyll", "share line"),
    ("Facebook Twitter Email", "share line"),
    ("Facebook | Twitter | WhatsApp | Copy link", "share line"),
    ("12 comments", "share line"),
    ("**Share on WhatsApp**", "share line"),
    ("Credit: Zenda Archive", "credit"),
    ("Image credit: Flickr/Black Michael", "credit"),
    ("Photo: Reuters/A. Mauban", "credit"),
    ("Photo by Antoinette Mauban", "credit"),
    ("Photo courtesy of the Strelsau Museum", "credit"),
    ("(AP Photo/Antoinette Mauban)", "credit"),
    ("Image copyright Getty Images", "credit"),
    ("Opinion", "site label"),
    ("The Debate", "site label"),
    ("RECENT FEATURES", "site label"),
    ("World > Europe > Ruritania", "site label"),
    ("By Antoinette Mauban", "byline"),
    ("By Antoinette Mauban and Rupert of Hentzau, Strelsau Courier", "byline"),
    ("BY ANTOINETTE MAUBAN", "byline"),
    ("(Reporting by Antoinette Mauban in Strelsau; Editing by Fritz von Tarlenheim)", "byline"),
    ("With reporting by Antoinette Mauban", "byline"),
    ("Antoinette Mauban contributed reporting from Zenda.", "byline"),
    ("© 2013 The Strelsau Courier. All rights reserved.", "copyright line"),
    ("Copyright 2013 The Strelsau Courier", "copyright line"),
    ("All rights reserved.", "copyright line"),
    ("Ruritania Rejects Border Plan Again", "heading: the text under it tells it"),
]


@pytest.mark.parametrize(("words", "reason"), FURNITURE)
def test_furniture_is_found(words: str, reason: str) -> None:
    first, second = BODY.split("\n\n")
    text = f"{first}\n\n{words}\n\n{second}"
    assert [(s.text, s.reason) for s in find_furniture(text, None)] == [
        (w, reason) for w in words.split("\n")
    ]


AT_THE_END = [
    "Antoinette Mauban is a freelance journalist and the author of two books on Ruritania.",
    "Fritz von Tarlenheim is a senior fellow at the Zenda Institute. His work is on borders.",
    "Dr. Rudolf Rassendyll teaches as a visiting professor of history at Zenda University",
    "The author is a former ambassador and a research fellow at the Zenda Institute.",
]


@pytest.mark.parametrize("words", AT_THE_END)
def test_author_lines_at_the_end_are_found(words: str) -> None:
    text = f"{BODY}\n\nTalks go on.\n\n{words}\n\nShare this\n"
    assert skipped_words(text) == [words, "Share this"]
    middle = f"{BODY}\n\n{words}\n\n{BODY}\n\n{BODY}\n\n{BODY}"
    assert words not in skipped_words(middle)


OWN_SENTENCES = [
    "Share prices fell in Strelsau after the border was closed.",
    "Share this burden, the envoy told Freedonia, or lose the alliance.",
    "Follow the money, the prosecutor told parliament.",
    "Follow us to peace, the marchers in Zenda shouted.",
    "Ruritania will subscribe to the treaty for full access to the river.",
    "Subscribe to the treaty or face sanctions, Ruritania warned.",
    "Sign up for the ceasefire, the mediators urged both armies.",
    "The minister took Credit: Zenda was not his idea, he said.",
    "Credit: the bank lends to both sides, and neither pays.",
    "Photo: the president shook hands with the rebel leader at the border.",
    "Support our troops, the king said.",
    "Support independent journalism in Ruritania, the Union told Strelsau.",
    "Become a member of the alliance, Freedonia was told, and the sanctions end.",
    "Donate blood, the mayor begged after the shelling.",
    "Opinion in Strelsau turned against the king.",
    "Related: the two sides also agreed to swap prisoners.",
    "By Monday Freedonia had withdrawn its troops.",
    "Reporting by state media has been denied by the army.",
    "Reporting by Reuters showed that the bridge was destroyed.",
    "Copyright disputes soured the talks between Ruritania and Freedonia.",
    "All rights reserved to the crown were given up under the treaty.",
    "Advertisement of the tender broke the embargo.",
    "Watch: he will attack within days.",
    "Twitter and Facebook were blocked in Ruritania on Monday.",
    "Facebook removed the accounts of the Ruritanian army.",
    "Only €3 a month.",
    "The debate ended with a threat of war.",
    "Print this, he said, and tore up the treaty.",
    "Home Minister Sapt resigned.",
    "“We have one message. Sign up for our newsletter. It is free,” the envoy joked.",
    "By continuing to shell Zenda, the army broke the truce.",
    "Read more closely, the treaty allows for inspections.",
    "Thank you for your support, the king told Freedonia.",
    "Your support helps our army to hold the border, the king told Freedonia.",
    "Get out for only three days, the rebels told the villagers.",
    "Read the treaty: it allows for inspections.",
    "This report was updated by the inspectors after they had seen the second site in Zenda.",
    "Sign in Strelsau, the mediators urged.",
    "Images of the attack were shown to the Union.",
    "Total Dead: 192",
    "STRELSAU, Ruritania (AP) --",
    "Strelsau, July 5, 2013",
    "ceasefire lines were redrawn",
]


@pytest.mark.parametrize("sentence", OWN_SENTENCES)
@pytest.mark.parametrize("place", ["alone", "first", "middle", "last", "inline"])
def test_the_reports_own_sentences_stay(sentence: str, place: str) -> None:
    first, second = BODY.split("\n\n")
    text = {
        "alone": sentence,
        "first": f"{sentence}\n\n{BODY}",
        "middle": f"{first}\n\n{sentence}\n\n{second}",
        "last": f"{BODY}\n\n{sentence}",
        "inline": f"{first} {sentence} {second}",
    }[place]
    assert skipped_words(text) == []


LAST_SENTENCES = [
    "Hu Kwong is a journalist and activist who was arrested in Zenda.",
    "Michael Elphberg is the editor of the paper, and will meet the king on Friday.",
    "Black Michael, M.D., has been named an assistant professor in Zenda.",
    "Antoinette Mauban is the minister for trade.",
]


@pytest.mark.parametrize("sentence", LAST_SENTENCES)
def test_last_sentences_about_people_stay(sentence: str) -> None:
    assert skipped_words(f"{BODY}\n\nTalks go on.\n\n{sentence}") == []


def test_people_of_the_report_are_not_its_author() -> None:
    last = "Antoinette Mauban is a freelance journalist and a critic of the king."
    assert skipped_words(f"Police searched the home of Mauban.\n\n{BODY}\n\n{last}") == []


def test_inline_furniture_is_cut_out_of_its_line() -> None:
    text = (
        "Soldiers stood guard at Zenda. (AP Photo/Antoinette Mauban)\n\n"
        "Ruritania rejected the plan. Enjoying this story? Click here to subscribe for unlimited access. "
        "Only €3 a month. Freedonia recalled its envoy."
    )
    assert skipped_words(text) == [
        "(AP Photo/Antoinette Mauban)",
        "Enjoying this story? Click here to subscribe for unlimited access. Only €3 a month.",
    ]


WRAPPED = """The foreign minister of Ruritania told reporters in Strelsau that
Opinion
polls would not change the plan, which both countries had agreed to
Share this
river under, and that United Nations Secretary-General Anna Holm and
South Ruritanian President Rudolf Elphberg would meet at the castle of
Zenda.
"""


def test_lines_of_wrapped_prose_stay() -> None:
    assert skipped_words(WRAPPED) == []


def test_promotion_that_is_wrapped_is_found() -> None:
    promotion = "Please click here to subscribe for full access to all of our\nreports from Ruritania."
    assert skipped_words(f"{BODY}\n\n{promotion}\n") == [promotion]


HEAD = """The Debate

Ruritania’s Envoys Come Home With Little

Freedonia gave way on tolls but not on the bridge.

Ruritania’s Envoys Come Home With Little
Credit: Zenda Archive

"""


def test_headlines_are_skipped_and_sentences_under_them_stay() -> None:
    headline = "Ruritania’s Envoys Come Home With Little"
    text = HEAD + BODY + f"\n\n{headline}\n"
    assert skipped_words(text) == ["The Debate", headline, headline, "Credit: Zenda Archive", headline]
    assert find_headline(text) == headline


@pytest.mark.parametrize(
    ("line", "title", "found"),
    [
        ("Ruritania Rejects Border Plan", None, True),
        ("RURITANIA REJECTS BORDER PLAN", None, True),
        ("Is Ruritania Ready to Talk?", None, True),
        ("Ruritania rejects proposal by Freedonia", None, True),
        (
            "Ruritania rejects proposal by Freedonia",
            "Ruritania rejects proposal by Freedonia | Courier",
            True,
        ),
        ("Border plan is off", "Border plan is off", True),
        ("Border plan is off.", "Border plan is off.", True),
        ("Two generals were shot in Zenda", None, False),
        ("Ruritania rejects proposal by Freedonia.", None, False),
        ("The king of Ruritania arrived,", None, False),
    ],
)
def test_headlines(line: str, title: str | None, found: bool) -> None:
    assert skipped_words(f"{line}\n\n{BODY}", title) == [line] * found


@pytest.mark.parametrize(
    "text",
    [
        "Ruritania Rejects Border Plan",
        "Ruritania Rejects Border Plan\nFreedonia Recalls Envoy\nTalks Resume in Zenda",
        "RURITANIA REJECTED THE PLAN ON MONDAY\n\nFREEDONIA RECALLED ITS ENVOY FROM STRELSAU, SOURCES SAID.",
    ],
)
def test_text_that_is_all_headlines_stays(text: str) -> None:
    assert skipped_words(text) == []
    assert find_headline(text) is None


def shuffle_text(seed: int) -> str:
    dice = random.Random(seed)
    pieces = (
        [w for w, _ in FURNITURE]
        + OWN_SENTENCES
        + AT_THE_END
        + WRAPPED.splitlines()
        + [HEAD, BODY, "", "\u200b", "“"]
    )
    gaps = ["\n", "\n\n", "\r\n", " ", "\n \n", "\t", "\x0c", "\u2028"]
    return "".join(dice.choice(pieces) + dice.choice(gaps) for _ in range(dice.randrange(30)))


@pytest.mark.parametrize("seed", range(150))
def test_offsets_always_hold(seed: int) -> None:
    text = shuffle_text(seed)
    found = find_furniture(text, "Ruritania Rejects Border Plan Again")
    assert all(text[s.start : s.end] == s.text and s.text.strip() == s.text and s.reason for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert found == find_furniture(text, "Ruritania Rejects Border Plan Again")


def test_long_odd_texts_are_fast() -> None:
    text = "A " * 100_000 + "\n" + "Photo: " + "A/" * 5_000 + "\n" + "By A B " * 50 + "\n\n" + "x.\n" * 20_000
    assert isinstance(find_furniture(text, "A"), list)


TABLE_FAULTS: list[tuple[str, str]] = [
    ("share:\n  longest: 3\n  lines: ['<no>']\n", r"t.yaml:2: the part <no> is not defined"),
    ("share:\n  longest: 3\n  lines: ['(']\n", r"t.yaml:2: '\(' is not a pattern"),
    ("share:\n  longest: 3\n  words: [a]\n", r"t.yaml:2: 'share' has the unknown key 'words'"),
    ("share:\n  lines: [a]\n", r"t.yaml:2: 'share' lacks the key 'longest'"),
]


@pytest.mark.parametrize(("table", "fault"), TABLE_FAULTS)
def test_faulty_tables_are_told(tmp_path: Path, table: str, fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        _read_table(write(tmp_path / "t.yaml", table))


SEED_FURNITURE = {  # by name: how many passages of which reason
    "000": {"site label": 3, "headline: the body tells it": 2, "promotion": 3},
    "002": {"site label": 1, "headline: the body tells it": 2, "credit": 1, "promotion": 2},
    "004": {"headline: the body tells it": 1, "about the author": 1},
}


@pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the example reports lie beside the project only where they may"
)
@pytest.mark.parametrize("name", sorted(SEED_FURNITURE))
def test_seed_reports(name: str) -> None:
    report = read_one(next(SEEDS.glob(f"{name}_*.txt")))
    counted: dict[str, int] = {}
    for skip in report.skipped:
        counted[skip.reason] = counted.get(skip.reason, 0) + 1
    assert counted == SEED_FURNITURE[name]
    assert sum(len(s.text.split()) for s in report.skipped) < 60
    assert report.title
    assert report.published is None


# --- other languages

FOREIGN = [
    ("French", "Le ministre a rejeté la proposition de son voisin et il a dit que les troupes resteront."),
    (
        "German",
        "Der Minister hat den Vorschlag abgelehnt, und die Truppen bleiben, wie er sagte, an der Grenze.",
    ),
    (
        "Spanish",
        "El ministro rechazó la propuesta de su vecino y dijo que las tropas se quedan en la frontera.",
    ),
    (
        "Portuguese",
        "O ministro disse que não aceita a proposta e que as tropas vão ficar na fronteira por mais tempo.",
    ),
    (
        "Dutch",
        "De minister heeft het voorstel van zijn buur niet aanvaard en hij zei dat de troepen er blijven.",
    ),
    (
        "Turkish",
        "Bakan, bu konuda yeni bir teklif için daha çok zaman gerektiğini ve her şeyin iyi olduğunu dedi.",
    ),
    (
        "Indonesian",
        "Menteri itu mengatakan bahwa mereka tidak akan menerima usul yang telah dibuat oleh negara lain.",
    ),
    ("Russian", "Министр отклонил предложение соседей, и войска останутся на границе."),
    ("Ukrainian", "Міністр відхилив пропозицію сусідів, і війська залишаться на кордоні, бо це їхнє право."),
    ("Arabic", "رفض الوزير الاقتراح وقال إن القوات ستبقى على الحدود."),
    ("Greek", "Ο υπουργός απέρριψε την πρόταση και είπε ότι ο στρατός θα μείνει."),
    ("Hebrew", "השר דחה את ההצעה ואמר כי הצבא יישאר על הגבול."),
    ("Hindi", "मंत्री ने प्रस्ताव को अस्वीकार कर दिया और कहा कि सेना सीमा पर रहेगी।"),
    ("Chinese", "部长拒绝了邻国的提议，并表示部队将留在边境。"),
    ("Japanese", "大臣は隣国の提案を拒否し、部隊は国境に残ると述べた。"),
    ("Korean", "장관은 이웃 나라의 제안을 거부하고 군대가 국경에 남을 것이라고 말했다."),
]


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_another_language_is_noted(tmp_path: Path, language: str, text: str) -> None:
    report = read_one(write(tmp_path / "a.txt", text))
    assert report.notes == (f"seems to be in {language}, and the coder reads English",)
    assert is_foreign_note(report.notes[0])
    mixed = f"---\ntitle: A plan is rejected by the minister of the country to the north\n---\n{text}"
    assert read_one(write(tmp_path / "a.md", mixed)).notes == report.notes


ENGLISH = [
    BODY,
    "Ruritania Rejects Border Plan",
    "Kim Jong Un met Moon Jae-in.",
    "Lula da Silva met Nicolás Maduro Moros, Juan Manuel Santos and Evo Morales in Rio de Janeiro.",
    "Le Monde, El País, Der Spiegel and La Repubblica reported that the Élysée had turned it down.",
    "Pakistan jets hit Taliban hideouts in North Waziristan",
    "Spokesman Zhao Lijian (赵立坚) said that the embassy of 中国 in Москва was open.",
    "Dushanbe, Bishkek, Tashkent, Astana, Ashgabat, Yerevan, Baku, Tbilisi, Chisinau, Minsk, Vilnius, Riga",
    "Ouagadougou, Bamako, N'Djamena; Niamey. 12.5 % 2013-07-05 3,000",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_foreign_names_is_not(text: str) -> None:
    assert find_foreign(text) is None


def test_the_language_of_a_long_text_is_found() -> None:
    assert find_foreign(FOREIGN[0][1] * 20_000) == "French"
