"""What public functions take, and what they say to what they can't take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.checks import check_day
from detente.errors import InputError, UsageError
from detente.serial import to_dict
from detente.store import Filter
from tests.factories import make_coding, make_report

TEXT = "Iran rejected on Monday an offer of talks by Iraq, whose president had made it last week."
DAY = "2013-07-05"


@pytest.mark.parametrize(
    ("given", "day"),
    [
        (None, None), ("", None), (DAY, DAY), ("20130705", DAY), (date(2013, 7, 5), DAY),
        (datetime(2013, 7, 5, 23, 59), DAY), ("2013-07-05T10:00:00Z", DAY),
    ],
)  # fmt: skip
def test_days_are_taken_as_dates_and_in_words(given: Any, day: str | None) -> None:
    assert check_day(given, "on") == day


@pytest.mark.parametrize("day", [DAY, date(2013, 7, 5), datetime(2013, 7, 5, 12)])
def test_a_date_does_as_well_as_an_iso_day(day: Any) -> None:
    assert detente.find_dates(TEXT, day) == detente.find_dates(TEXT, DAY)
    assert detente.find_dates(TEXT, day)[0].value == "2013-07-01"
    assert detente.find_actors("Obama met Putin.", on=day) == detente.find_actors("Obama met Putin.", on=DAY)
    assert detente.code_report(TEXT, published=day) == detente.code_report(TEXT, published=DAY)
    assert "5 Jul 2013" in detente.make_report([], made=day)
    assert detente.read_text(TEXT, published=day).published == DAY


def test_a_text_of_ones_own_is_coded() -> None:
    coding = detente.code_report(TEXT, published=DAY)
    assert [m.type for m in coding][:1] == ["REJECT"]
    assert coding.report == detente.read_text(TEXT, published=DAY)
    assert {m.published for m in coding} == {DAY}
    assert coding.mentions[0].when.earliest == "2013-07-01"
    told = detente.read_text(TEXT, published="July 5, 2013", title="Offer", source="Courier", given_id="17")
    assert (told.published, told.title, told.source, told.given_id) == (DAY, "Offer", "Courier", "17")
    assert [m.report_given_id for m in detente.code_report(told)][:1] == ["17"]
    both = list(detente.code_reports([TEXT, told], workers=1))
    assert [c.report.given_id for c in both] == [None, "17"]


def test_a_page_of_one_coding() -> None:
    coding = make_coding()
    assert detente.make_report(coding, made=DAY) == detente.make_report([coding], made=DAY)


def test_a_day_is_filled_in_and_never_overwritten() -> None:
    undated, dated = make_report(TEXT, published=None), make_report(TEXT, published="2014-01-01")
    assert detente.code_report(undated, published=DAY).report.published == DAY
    assert detente.code_report(dated, published=DAY).report.published == "2014-01-01"
    of_dates = detente.code_report(make_report(TEXT, published=date(2013, 7, 5)))
    assert of_dates.report.published == DAY
    assert all(isinstance(to_dict(m)["published"], str) for m in of_dates)


REPORT = make_report()
WRONG: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: detente.code_report(None),
        "code_report: takes a Report, not a NoneType. Give a text, or a Report",
    ),
    (lambda: detente.code_report(Path("a.txt")), "code_report: takes a Report, not a "),
    (
        lambda: detente.code_report(TEXT, published="soon"),
        "published: 'soon' is not a date that can be read. Write it",
    ),
    (
        lambda: detente.code_report(make_report(published="soon")),
        "published 'soon': is no day in ISO 8601. Write",
    ),
    (
        lambda: detente.code_report(TEXT, published=2013),
        "published: takes a str, not a int. Give a date, or a str such as",
    ),
    (
        lambda: detente.code_reports(TEXT),
        "code_reports: takes several reports, not one str. Use code_report, or",
    ),
    (lambda: detente.code_reports(REPORT), "code_reports: takes several reports, not one Report"),
    (
        lambda: detente.read_text(b"text"),
        "read_text: takes a str, not a bytes. Give the text itself; read_reports",
    ),
    (lambda: detente.read_text(TEXT, published="03/04/2013"), "can be read as day or month first"),
    (lambda: detente.make_report("text"), "make_report: takes a Coding, not a str. Code the reports first"),
    (lambda: detente.make_report([REPORT]), "make_report: takes a Coding, not a Report"),
    (lambda: detente.make_report([], made="soon"), "made 'soon': is no day in ISO 8601"),
    (
        lambda: detente.find_dates(REPORT),
        "text: takes a str, not a Report. Give the text itself, such as report.text",
    ),
    (lambda: detente.find_dates(TEXT, "soon"), "published 'soon': is no day in ISO 8601"),
    (lambda: detente.find_dates(TEXT, 2013), "published: takes a str, not a int"),
    (lambda: detente.find_actors(TEXT, on="July"), "on 'July': is no day in ISO 8601"),
    (lambda: detente.find_actors(REPORT), "text: takes a str, not a Report"),
    (lambda: detente.find_places(b"Paris"), "text: takes a str, not a bytes"),
    (lambda: detente.find_statements(None), "text: takes a str, not a NoneType"),
    (lambda: detente.clean_page(b"<html>"), "clean_page: takes a str, not a bytes"),
    (lambda: detente.read_reports("a.txt", published=2013), "published: takes a str, not a int"),
]


@pytest.mark.parametrize(("call", "words"), WRONG, ids=[words[:40] for _, words in WRONG])
def test_what_can_not_be_taken_is_refused_with_a_cure(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        call()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_text_without_words_is_an_input_error() -> None:
    with pytest.raises(InputError, match="the text: the text is empty"):
        detente.code_report(" ")
    errors: list[Exception] = []
    found = list(detente.code_reports(["", TEXT, None], on_error=errors.append))  # type: ignore[list-item]
    assert [c.report.text for c in found] == [TEXT]
    assert [str(e).split(".")[0] for e in errors] == [
        "the text '': the text is empty",
        "the text 'None': takes a Report, not a NoneType",
    ]


def test_a_store_takes_codings_and_dates(tmp_path: Path) -> None:
    with detente.Store(tmp_path / "s.db") as store:
        with pytest.raises(
            UsageError, match=r"Store.add: takes a Coding, not a Report. Code the report first"
        ):
            store.add(REPORT)
        store.add(detente.code_report(TEXT, published=DAY))
        assert list(store.mentions(Filter(since=date(2013, 7, 1), until=date(2013, 7, 2))))
