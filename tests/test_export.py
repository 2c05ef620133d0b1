from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars
import pytest

from detente.errors import UsageError
from detente.export import (
    COLUMNS,
    REPORT_COLUMNS,
    flatten_mention,
    guard_cell,
    mentions_frame,
    write_mentions,
    write_reports,
)
from detente.records import Certainty, EventMention, Says, When, Where
from detente.serial import from_json
from tests.factories import TEXT, make_mention, make_party, make_report

FULL = make_mention(
    mode="meet",
    url="https://example.org/?a=1",
    actor=(
        make_party(TEXT, "Ruritania", "RUR", sector="GOV"),
        make_party(TEXT, "envoy", None),
        make_party(TEXT, "Freedonia", "FRE"),
    ),
    recipient=(),
    contexts=("diplomatic", "economic"),
    certainty=Certainty(0.55, 0.9, "likely"),
    where=Where("Strelsau", "Strelsau", "RUR", 50.1, 14.25, 17, "city"),
    says=Says("Freedonia", 10, 19, "official", "Rufus Firefly", "FRE"),
)
ODD = make_mention(
    quote='=HYPERLINK("x"), “声明”\r\nnext',
    title="-2 degrees",
    score=-2.0,
    reasons=("one; two", "three"),
    when=When(None, None, None, "unknown"),
    actor=(),
)


def write_text(mentions: list[EventMention], format: str) -> str:
    stream = io.StringIO(newline="")
    assert write_mentions(mentions, format, stream) == len(mentions)
    return stream.getvalue()


def test_ndjson_is_the_whole_record_a_line() -> None:
    lines = write_text([FULL, ODD], "ndjson").split("\n")
    assert "“声明”" in lines[1]
    assert [from_json(EventMention, line) for line in lines[:2]] == [FULL, ODD]
    assert lines[2:] == [""]


def test_ndjson_writes_each_mention_as_it_comes() -> None:
    stream = io.StringIO()

    def come():
        yield FULL
        assert stream.getvalue().count("\n") == 1
        yield ODD

    assert write_mentions(come(), "ndjson", stream) == 2


def test_csv_is_flat_and_joined_by_semicolons() -> None:
    first, second = csv.DictReader(io.StringIO(write_text([FULL, ODD], "csv"), newline=""))
    expected = {
        "actor_code": "RUR;;FRE", "actor_name": "Ruritania;envoy;Freedonia", "actor_sector": "GOV;;",
        "recipient_code": "", "type": "REJECT", "contexts": "diplomatic;economic", "earliest": "2013-07-01",
        "certainty_low": "0.55", "lat": "50.1", "geonames_id": "17", "says_name": "Rufus Firefly",
        "score": "-2.0", "quote": FULL.quote, "trigger": "rejected",
    }  # fmt: skip
    assert {k: first[k] for k in expected} == expected
    assert list(first) == list(COLUMNS) == list(flatten_mention(FULL))
    assert second["quote"] == "'" + ODD.quote
    assert second["title"] == "'-2 degrees"
    assert second["score"] == "-2.0"
    assert second["reasons"] == "one, two;three"
    assert second["actor_code"] == second["earliest"] == second["says_kind"] == ""


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("-2+3", "'-2+3"), ("-2\n=1", "'-2\n=1"), ("+1.", "'+1."),
        ("-2", "-2"), ("+3.75", "+3.75"), ("-0.5", "-0.5"), ("a=b", "a=b"), ("", ""), ("'=1", "'=1"),
        (-2.5, -2.5), (None, None),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(cell: object, guarded: object) -> None:
    assert guard_cell(cell) == guarded


def test_parquet_and_frame_hold_the_same(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    with path.open("wb") as stream:
        assert write_mentions(iter([FULL, ODD]), "parquet", stream) == 2
    frame = mentions_frame([FULL, ODD])
    assert polars.read_parquet(path).equals(frame)
    assert frame.columns == list(COLUMNS)
    assert frame.rows(named=True) == [flatten_mention(FULL), flatten_mention(ODD)]


def test_an_empty_frame_has_the_same_columns() -> None:
    assert mentions_frame([]).schema == mentions_frame([FULL]).schema


def test_a_frame_built_in_batches_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.export.flat.BATCH", 2)
    assert mentions_frame([ODD, FULL] * 2 + [ODD])["mode"].to_list() == [None, "meet", None, "meet", None]


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_table_fits_and_shows_no_colours_when_piped(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    evil = make_mention(quote="\x1b[31mred\x07 [bold]words[/bold]", status="threatened")
    shown = write_text([FULL, evil], "table")
    assert max(map(len, shown.splitlines())) <= columns
    assert "\x1b" not in shown
    assert "\x07" not in shown
    if columns == 160:
        assert "2013-07-01" in shown
        assert "RUR, envoy, FRE" in shown
        assert "REJECT-meet" in shown
        assert "Rufus Firefly" in shown
        assert "[bold]words[/bold]" in shown


def show_reports(columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = io.StringIO()
    given = make_report(given_id="LN-17", path="archive/a-long-folder-name/17.md")
    assert (
        write_reports([(given, 1), (make_report("Talks went on.", published=None), 0)], "table", stream) == 2
    )
    return stream.getvalue()


LONG = "Ruritania rejected a proposal by Freedonia on Monday and said that it would go on to close the border"


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 160])
def test_a_table_can_be_read_at_any_width(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Nothing is cut off, no word is broken where it would fit, and words get most of the room."""
    monkeypatch.setenv("COLUMNS", str(columns))
    says = Says("Freedonia", 10, 19, "official", "Rufus Firefly", "FRE")
    when = When("this year", "2013-01-01", "2013-12-31", "stated")
    told = make_mention(quote=LONG, mode="explosives", type="ASSAULT", when=when, says=says)
    shown = write_text([told, make_mention(quote=LONG, recipient=())], "table")
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= columns
    for words in ("2013-01-01–2013-12-31", "ASSAULT-explosives", "RUR", "FRE", "happened", *LONG.split()):
        assert words in shown
    assert len(shown.splitlines()) <= 2 * (2 + len(LONG) // (columns - 4) + 2)
    assert (shown.split()[0] == "Day") == (columns == 160)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_reports_can_be_read_at_any_width(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    shown = show_reports(columns, monkeypatch)
    assert max(map(len, shown.splitlines())) <= columns
    assert "…" not in shown
    for words in ("LN-17", "2013-07-05", "The Strelsau Courier", "A proposal is rejected"):
        assert words in " ".join(shown.split())
    assert ("no date" in shown) == ("1 mention" in shown) == (shown.split()[0] != "Report")


def test_reports_go_out_as_rows(tmp_path: Path) -> None:
    report = make_report(given_id="=17", author="A. Writer", notes=("one; two", "three"), path="a.txt")
    stream = io.StringIO(newline="")
    write_reports([(report, 3)], "csv", stream)
    (row,) = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    assert list(row) == list(REPORT_COLUMNS)
    told = {
        "given_id": "'=17",
        "author": "A. Writer",
        "path": "a.txt",
        "mentions": "3",
        "notes": "one, two;three",
    }
    assert {name: row[name] for name in told} == told
    with (tmp_path / "r.parquet").open("wb") as binary:
        write_reports([(report, 3)], "parquet", binary)
    assert polars.read_parquet(tmp_path / "r.parquet")["characters"].to_list() == [len(TEXT)]


def test_mentions_are_joined_to_their_report() -> None:
    report = make_report(given_id="LN-17", author="A. Writer", path="archive/17.md")
    mention = make_mention(report)
    told = {
        "report_given_id": "LN-17", "report_source": "The Strelsau Courier",
        "report_author": "A. Writer", "report_path": "archive/17.md",
    }  # fmt: skip
    (line,) = write_text([mention], "ndjson").splitlines()
    (row,) = csv.DictReader(io.StringIO(write_text([mention], "csv")))
    for found in (json.loads(line), row, mentions_frame([mention]).row(0, named=True)):
        assert {name: found[name] for name in told} == told


def test_an_empty_table_says_so() -> None:
    assert write_text([], "table") == "No mention fits.\n"


@pytest.mark.parametrize(
    ("format", "stream", "words"),
    [
        ("xlsx", io.StringIO(), "format 'xlsx': is not known. Use ndjson, csv, parquet, table"),
        ("parquet", io.StringIO(), "needs a binary stream"),
        ("ndjson", io.BytesIO(), "needs a text stream"),
    ],
)
def test_a_wrong_format_or_stream_is_refused(format: str, stream: io.IOBase, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        write_mentions([FULL], format, stream)
