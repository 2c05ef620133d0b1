"""What a report page shows beside its chronology: turns, negotiations, predictions, a pair, a logo."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from lxml import html

from detente import make_report
from detente.errors import InputError, UsageError
from detente.records import Coding
from detente.report import Findings, make_findings, read_findings
from detente.report.logo import MOST_BYTES, read_logo
from detente.store import Store

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'


@pytest.fixture(scope="module")
def read(korea: Path) -> tuple[list[Coding], Findings]:
    with Store(korea, readonly=True) as store:
        return list(store.codings()), read_findings(store)


def parse(page: str) -> html.HtmlElement:
    return html.fromstring(page)


def words_of(page: html.HtmlElement, path: str) -> str:
    return " ".join(" ".join(found.text_content().split()) for found in page.xpath(path))


def test_the_page_shows_what_hangs_together(read: tuple[list[Coding], Findings]) -> None:
    codings, findings = read
    page = parse(make_report(codings, made="2014-03-01", findings=findings))
    threads = page.xpath("//section[@id='threads']/article")
    assert len(threads) == len(findings.threads) > 0
    steps = page.xpath("//section[@id='threads']//ol/li")
    assert len(steps) == sum(len(thread.steps) for thread in findings.threads)
    assert len(page.xpath("//table[@class='ledger']/tbody/tr")) == len(findings.ledger) > 0
    assert page.xpath("//svg[@class='plot']")
    assert page.xpath("//svg[@class='lanes']")


def test_links_lead_somewhere_and_ids_are_single(read: tuple[list[Coding], Findings]) -> None:
    page = parse(make_report(read[0], findings=read[1]))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    inside = {link[1:] for link in page.xpath("//@href") if link.startswith("#")}
    assert inside <= set(ids)
    assert not page.xpath("//script | //link | //*[@src and not(starts-with(@src, 'data:'))]")


def test_findings_can_be_made_without_a_store(read: tuple[list[Coding], Findings]) -> None:
    assert make_findings(read[0]) == read[1]


def test_without_findings_there_are_only_mentions(read: tuple[list[Coding], Findings]) -> None:
    page = parse(make_report(read[0]))
    assert not page.xpath("//section[@id='threads' or @id='predictions']")
    assert page.xpath("//section[@id='chronology']")


@pytest.mark.parametrize("between", [("KOR", "PRK"), ("north korea", "Seoul")])
def test_a_page_on_two_parties(read: tuple[list[Coding], Findings], between: tuple[str, str]) -> None:
    page = parse(make_report(*read[:1], findings=read[1], between=between))
    whole = parse(make_report(read[0]))
    few, all_ = (len(p.xpath("//li[@class='event']")) for p in (page, whole))
    assert 0 < few < all_
    assert len(page.xpath("//article[@class='pair']")) == 1
    for entry in page.xpath("//li[@class='event']/div/p[@class='act']"):
        assert "PRK" in entry.text_content()
        assert "KOR" in entry.text_content()


def test_two_parties_with_nothing_between_them_are_named(read: tuple[list[Coding], Findings]) -> None:
    with pytest.raises(UsageError, match=r"'KOR' and 'BRA': have no act between them.* between KOR PRK"):
        make_report(read[0], between=("KOR", "BRA"))
    with pytest.raises(UsageError, match=r"party 'Suth Korea': is nobody.*Did you mean South Korea \(KOR\)"):
        make_report(read[0], between=("Suth Korea", "PRK"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a..", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"), (SVG, "image/svg+xml"),
    ],
)  # fmt: skip
def test_a_logo_becomes_part_of_the_page(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "logo").write_bytes(content)
    (source,) = parse(make_report([], logo=tmp_path / "logo")).xpath("//img/@src")
    assert source == f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"MZ\x90", "is no picture"), (b"<html/>", "is no picture"), (b"", "is no picture"),
        (PNG + b"\0" * MOST_BYTES, "is too large"),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(InputError, match=fault):
        read_logo(tmp_path / "logo.png")


def test_a_logo_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.png: can't be read"):
        read_logo(tmp_path / "none.png")
