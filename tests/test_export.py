from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars
import pytest

from detente.errors import UsageError
from detente.export import COLUMNS, flatten_mention, guard_cell, mentions_frame, write_mentions
from detente.records import Certainty, EventMention, Says, When, Where, mention_from_dict
from tests.factories import TEXT, make_mention, make_party

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
    assert [mention_from_dict(json.loads(line)) for line in lines[:2]] == [FULL, ODD]
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
