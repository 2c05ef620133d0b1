from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import pytest
from lxml import html

from detente.ontology import load_ontology
from detente.records import (
    STATUSES,
    Certainty,
    Coding,
    EventMention,
    Party,
    PassedOver,
    Report,
    Says,
    Skipped,
    When,
    Where,
)
from detente.report import make_report
from detente.report.views import find_pairs
from detente.report.wording import describe_place, format_when, load_words, order_by_when
from tests import factories

MADE = date(2014, 3, 1)
DAY = "2013-07-01"


def read_page(*codings: Coding, title: str | None = None) -> html.HtmlElement:
    return html.document_fromstring(make_report(codings, title, MADE))


def read_mention(**fields: Any) -> tuple[html.HtmlElement, EventMention]:
    """The page of one mention with those fields, and the mention."""
    mention = factories.make_mention(**fields)
    return read_page(factories.make_coding(mentions=(mention,))), mention


def read_text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def make_party(code: str | None, name: str | None = None) -> Party:
    return Party("they", 0, 4, name=name, code=code)


def make_many(reports: int, each: int) -> list[Coding]:
    """Codings with every type and status, over a year, for size and speed."""
    dice, ontology, codings = random.Random(1), load_ontology(), []
    for number in range(reports):
        report = factories.make_report(title=f"Report {number}", url=f"https://example.org/{number}")
        mentions = []
        for n in range(each):
            type_ = dice.choice(sorted(ontology.types))
            day = date.fromordinal(date(2013, 1, 1).toordinal() + dice.randrange(365)).isoformat()
            mention = factories.make_mention(
                report,
                type=type_,
                status=dice.choice(STATUSES),
                score=ontology.score(type_),
                when=When("then", day, day, "stated"),
                coder=f"{number}-{n}",
            )
            mentions.append(mention)
        passed = tuple(
            PassedOver(report.id, n, n + 90, report.text[:90], "met", "no party") for n in range(30)
        )
        codings.append(Coding(report, tuple(mentions), passed))
    return codings


def test_an_entry_says_who_did_what_to_whom() -> None:
    page, mention = read_mention(
        says=Says("Interia", 0, 7, "agency", name="Interia"),
        certainty=Certainty(0.8, 0.95, "highly likely"),
        where=Where("Panmunjom", "Panmunjom", "KOR", 37.9, 126.7, 1, "site"),
    )
    entry = page.get_element_by_id(f"m-{mention.id}")
    words = read_text(entry)
    for part in (
        "1 Jul 2013",
        "date as stated: “on Monday”",
        "Ruritania (RUR) towards Freedonia (FRE)",
        "rejects REJECT −2",
        "happened",
        "According to Interia (news agency)",
        "highly likely: 80–95%",
        "in Panmunjom, South Korea",
        "A proposal is rejected, The Strelsau Courier, 5 Jul 2013",
        "Confidence 0.80",
        "the verb 'reject' tells a REJECT",
    ):
        assert part in words


def test_entries_and_reports_tell_where_they_come_from() -> None:
    report = factories.make_report(
        given_id="LN-17", path="archive/17.md", author="A. Writer", url="https://example.org/17"
    )
    mention = factories.make_mention(report)
    page = read_page(Coding(report, (mention,), ()))
    entry = read_text(page.get_element_by_id(f"m-{mention.id}"))
    assert "A proposal is rejected, The Strelsau Courier, 5 Jul 2013, id LN-17" in entry
    shown = read_text(page.get_element_by_id("r-1"))
    for words in (
        "The Strelsau Courier · 5 Jul 2013 · by A. Writer",
        "id LN-17 · archive/17.md",
        "example.org/17",
    ):
        assert words in shown


def test_what_names_a_report_is_not_told_twice() -> None:
    report = factories.make_report(given_id="LN-17", title=None, path="-")
    mention = factories.make_mention(report)
    page = read_page(Coding(report, (mention,), ()))
    assert read_text(page.get_element_by_id("r-1")).count("LN-17") == 1
    assert read_text(page.get_element_by_id(f"m-{mention.id}")).count("LN-17") == 1


def read_marks(entry: html.HtmlElement) -> list[tuple[str, str, str | None]]:
    return [(m.get("class"), m.text_content(), m.get("data-role")) for m in entry.iter("mark")]


def test_parties_and_act_are_marked_in_the_quote() -> None:
    page, mention = read_mention()
    entry = page.get_element_by_id(f"m-{mention.id}")
    assert read_marks(entry) == [
        ("actor", "Ruritania", "actor"),
        ("act", "rejected", "act"),
        ("recipient", "Freedonia", "recipient"),
    ]
    assert read_text(entry.find(".//blockquote")) == mention.sentence


def test_overlapping_marks_keep_every_word_once() -> None:
    text = "The Ruritanian army attack on Freedonia went on."
    report = factories.make_report(text)
    party = factories.make_party(text, "Ruritanian army attack", "RUR")
    mention = factories.make_mention(
        report, "army attack on", actor=(party,), recipient=(factories.make_party(text, "Freedonia"),)
    )
    entry = read_page(Coding(report, (mention,), ())).get_element_by_id(f"m-{mention.id}")
    assert read_marks(entry)[:3] == [
        ("actor", "Ruritanian ", None),
        ("actor act", "army attack", "actor"),
        ("act", " on", "act"),
    ]
    assert read_text(entry.find(".//blockquote")) == text


def test_those_who_act_on_each_other_have_one_mark_each() -> None:
    text = factories.TEXT
    both = (factories.make_party(text, "Ruritania", "RUR"), factories.make_party(text, "Freedonia", "FRE"))
    page, mention = read_mention(actor=both, recipient=both)
    entry = page.get_element_by_id(f"m-{mention.id}")
    assert [m for m in read_marks(entry) if m[0] == "both"] == [
        ("both", "Ruritania", "party"),
        ("both", "Freedonia", "party"),
    ]
    assert "Ruritania (RUR) and Freedonia (FRE)" in read_text(entry)
    assert "towards" not in read_text(entry)


def test_a_party_of_another_sentence_stands_in_brackets() -> None:
    text = factories.TEXT
    start = text.index("Freedonia said")
    later = Party("Freedonia", start, start + 9, "Freedonia", "FRE", "state")
    page, mention = read_mention(recipient=(later,))
    quote = read_text(page.get_element_by_id(f"m-{mention.id}").find(".//blockquote"))
    assert quote == f"{mention.sentence} [recipient, named elsewhere: Freedonia]"


def test_the_words_around_the_quote_are_set_apart_and_cut() -> None:
    report = factories.make_report("A " * 400 + "Ruritania rejected it" + " b" * 400)
    start = report.text.index("Ruritania")
    mention = factories.make_mention(
        report,
        start=start,
        end=start + 21,
        quote="Ruritania rejected it",
        sentence=report.text,
        sentence_start=0,
    )
    entry = read_page(Coding(report, (mention,), ())).get_element_by_id(f"m-{mention.id}")
    quote = entry.find(".//blockquote")
    assert "A " not in "".join(t for t in quote.find("p").xpath("./text()"))
    assert read_text(quote).startswith("…")
    assert read_text(quote).endswith("…")
    assert len(read_text(quote)) < 700


HOSTILE = (
    "<script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>&amp;{{ 7*7 }}\x00\ud800"
)


def test_hostile_text_is_shown_as_text() -> None:
    text = f"Ruritania rejected {HOSTILE} by Freedonia."
    report = Report(
        "1", text, HOSTILE, None, "javascript:alert(1)", HOSTILE, HOSTILE, notes=(HOSTILE,),
        skipped=(Skipped(0, 5, HOSTILE, HOSTILE),),
    )  # fmt: skip
    party = Party(HOSTILE, 0, 9, HOSTILE, HOSTILE)
    mention = factories.make_mention(
        report,
        actor=(party,),
        recipient=(Party(HOSTILE + "2", 19, 25, HOSTILE + "2", None),),
        when=When(HOSTILE, None, None, "stated"),
        says=Says(HOSTILE, 0, 3, "media", HOSTILE),
        where=Where(HOSTILE, HOSTILE, HOSTILE, None, None, None, None),
        reasons=(HOSTILE,),
        mode=HOSTILE,
    )
    dated = factories.make_mention(report, "by", actor=mention.actor, recipient=mention.recipient)
    coding = Coding(report, (mention, dated), (PassedOver("1", 0, 5, HOSTILE, HOSTILE, HOSTILE),))
    written = make_report([coding], HOSTILE, MADE)
    page = html.document_fromstring(written.encode("utf-8"))
    assert not page.xpath("//script | //img | //*[@onerror]")
    assert not page.xpath("//a[starts-with(@href, 'javascript:')]")
    assert "<script>alert('x')" in page.findtext(".//title")
    assert "49" not in page.findtext(".//title")
    assert not re.search("[\x00\ud800]", written)


def test_nothing_is_loaded() -> None:
    page = read_page(*make_many(2, 5))
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert not page.xpath("//*[@src] | //link | //script | //*[@style] | //iframe | //object")
    assert not re.search(r"url\(|@import", page.findtext(".//style"))
    outward = page.xpath("//*[@href[not(starts-with(., '#'))]]")
    assert {(a.tag, a.get("rel")) for a in outward} == {("a", "noopener noreferrer nofollow")}


def test_every_link_leads_somewhere_and_ids_stand_once() -> None:
    first = factories.make_mention(trigger="rejected")
    second = factories.make_mention(
        trigger="proposal", theme=first.id, when=When(None, None, None, "unknown")
    )
    codings = [factories.make_coding(mentions=(first, second))] * 2
    page = read_page(*codings, *make_many(3, 8))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = page.xpath("//@aria-labelledby")
    targets = {h[1:] for h in page.xpath("//a/@href[starts-with(., '#')]")} | {
        i for n in named for i in n.split()
    }
    assert targets <= set(ids)
    about = page.get_element_by_id(f"m-{second.id}").xpath(f".//a[@href='#m-{first.id}']")
    assert read_text(about[0]) == "rejects (happened)"


def test_a_theme_that_is_not_on_the_page_is_no_link() -> None:
    page, _ = read_mention(theme="f" * 16)
    assert not page.xpath(f"//a[@href='#m-{'f' * 16}']")


def test_points_link_to_their_entries() -> None:
    page, mention = read_mention()
    (point,) = page.xpath("//svg[@class='timeline']//a")
    assert point.get("href") == f"#m-{mention.id}"
    assert read_text(point).startswith(
        "1 Jul 2013. Ruritania → Freedonia: rejects (happened). “Ruritania rej"
    )
    assert point.get("class") == "down"


@pytest.mark.parametrize(
    ("actor", "recipient", "pairs"),
    [
        (["B"], ["A"], {("A", "B"): "second"}),
        (["A"], ["B", "C"], {("A", "B"): "first", ("A", "C"): "first"}),
        (["A", "B"], ["A", "B"], {("A", "B"): "both"}),
        (["A", "B"], [], {("A", "B"): "both"}),
        (["A", "B"], ["C"], {("A", "C"): "first", ("B", "C"): "first"}),
        (["A"], ["A"], {}),
        (["A"], [], {}),
        (["A"], [None], {}),
    ],
)
def test_pairs_are_actor_by_recipient(
    actor: list[str], recipient: list[str | None], pairs: dict[tuple[str, str], str]
) -> None:
    sides = (tuple(map(make_party, side)) for side in (actor, recipient))
    mention = factories.make_mention(**dict(zip(("actor", "recipient"), sides, strict=True)))
    assert find_pairs(mention) == pairs


def test_relationships_are_ranked_named_and_the_rest_listed() -> None:
    def tell(pair: tuple[str, str], times: int) -> list[EventMention]:
        actor, recipient = (make_party(code, f"{code} people") for code in pair)
        return [
            factories.make_mention(actor=(actor,), recipient=(recipient,), coder=str(n)) for n in range(times)
        ]

    mentions = (*tell(("XKX", "SRB"), 2), *tell(("KOR", "PRK"), 5), *tell(("KOR", "IGO:ODD"), 1))
    page = read_page(factories.make_coding(mentions=mentions))
    assert [read_text(h) for h in page.xpath("//article[@class='pair']/h3")] == [
        "South Korea – North Korea",
        "Serbia – Kosovo",
    ]
    (listed,) = page.xpath("//ul[@class='compact']/li")
    assert read_text(listed) == "IGO:ODD people – South Korea, 1 mention: 1 Jul 2013"
    summary = page.xpath("//article[@class='pair']/p/text()")[0]
    assert summary == "5 mentions: 0 of cooperation, 5 of conflict; 5 happened."


def test_what_is_not_on_a_timeline_is_said() -> None:
    days = ["2013-07-01", "2013-07-05", "1953-07-27", None]
    mentions = tuple(
        factories.make_mention(when=When(None, d, d, "stated" if d else "unknown"), coder=str(d))
        for d in days
    )
    page = read_page(factories.make_coding(mentions=mentions))
    assert len(page.xpath("//svg[@class='timeline']//a")) == 2
    note = page.get_element_by_id("p-1-end")
    assert read_text(note) == "Outside these days: 27 Jul 1953. 1 mention without a date, not drawn."


def test_the_chronology_is_in_order_with_undated_entries_last() -> None:
    days = [
        ("2013-07-05",) * 2,
        ("2013-01-01", "2013-12-31"),
        (None, None),
        ("2012-12-31",) * 2,
        (None, "2013-07-02"),
    ]
    mentions = [factories.make_mention(when=When(None, a, b, "stated"), coder=str(a)) for a, b in days]
    page = read_page(factories.make_coding(mentions=tuple(mentions)))
    assert [read_text(t) for t in page.xpath("//section[@id='chronology']//time")] == [
        "31 Dec 2012",
        "2013",
        "until 2 Jul 2013",
        "5 Jul 2013",
        "no date",
    ]
    assert [read_text(h) for h in page.xpath("//section[@id='chronology']/*[self::h3 or self::h4]")] == [
        "December 2012",
        "2013, no single month",
        "July 2013",
        "Without a date",
        "A proposal is rejected",
    ]


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (DAY, DAY, "1 Jul 2013"),
        (DAY, "2013-07-31", "July 2013"),
        ("2013-12-01", "2013-12-31", "December 2013"),
        ("2013-01-01", "2013-12-31", "2013"),
        (DAY, "2013-07-09", "1–9 Jul 2013"),
        (DAY, "2014-02-09", "1 Jul 2013\u2009–\u20099 Feb 2014"),
        (DAY, None, "from 1 Jul 2013"),
        (None, DAY, "until 1 Jul 2013"),
        (None, None, "no date"),
        ("9999-12-01", "9999-12-31", "1–31 Dec 9999"),
    ],
)
def test_days_read_as_people_write_them(earliest: str | None, latest: str | None, words: str) -> None:
    when = When(None, earliest, latest, "stated")
    assert format_when(when) == words
    assert order_by_when(when)[0] is (words == "no date")


@pytest.mark.parametrize(
    ("name", "country", "level", "words"),
    [
        ("Kaesong", "PRK", "city", "Kaesong, North Korea"),
        ("Bosnia and Herzegovina", "BIH", "country", "Bosnia and Herzegovina"),
        ("Strelsau", "RUR", "city", "Strelsau, RUR"),
        (None, None, None, "the old mill"),
    ],
)
def test_places_are_named_with_their_country(
    name: str | None, country: str | None, level: Any, words: str
) -> None:
    assert describe_place(Where("the old mill", name, country, None, None, None, level)) == words


def test_each_report_tells_what_was_passed_over() -> None:
    text = factories.TEXT
    report = factories.make_report(skipped=(Skipped(53, 60, text[53:60], "promotion"),))
    passed = (
        PassedOver(report.id, 0, 9, text[:9], None, "no trigger word"),
        PassedOver(report.id, 53, 60, text[53:60], None, "promotion"),
        *(PassedOver(report.id, n, n + 9, text[n : n + 9], "recall", "no party") for n in range(100)),
    )
    page = read_page(Coding(report, (), passed))
    section = page.get_element_by_id("r-1")
    assert [read_text(s) for s in section.iter("summary")] == [
        "no party (100)",
        "no trigger word (1)",
        "promotion (1)",
    ]
    items = [read_text(li) for li in section.iter("li")]
    assert items[0] == "recall: Ruritania"
    assert "… and 20 more" in items


def test_the_header_counts_what_was_read() -> None:
    reports = [
        factories.make_report(title="one"),
        factories.make_report(title="two", published="2013-07-09", source="Border Post"),
        factories.make_report(title="three", published=None, source=None),
    ]
    codings = [factories.make_coding(r, (factories.make_mention(r),)) for r in reports]
    page = read_page(*codings, title="Talks")
    facts = read_text(page.xpath("//dl")[0])
    for part in (
        "3 reports from 2 outlets; 1 of them with no outlet named",
        "5–9 Jul 2013; 1 report without a date of publication",
        "3 mentions",
        "3 passages",
    ):
        assert part in facts
    assert page.findtext(".//title") == page.findtext(".//h1") == "Talks"
    assert "Made on 1 Mar 2014 by detente" in read_text(page)
    (row,) = [r for r in page.xpath("//tr") if read_text(r).startswith("happened")]
    assert read_text(row).endswith("3")


@pytest.mark.parametrize(
    ("codings", "words"),
    [
        ([], "No reports were read"),
        ([factories.make_coding(mentions=())], "No act between parties was found in 1 report."),
    ],
)
def test_an_empty_page_says_so(codings: list[Coding], words: str) -> None:
    page = read_page(*codings)
    assert words in read_text(page)
    assert not page.xpath("//section[@id='chronology'] | //svg")


def test_bare_mentions_are_shown() -> None:
    page, mention = read_mention(actor=(), recipient=(), says=None)
    words = read_text(page.get_element_by_id(f"m-{mention.id}"))
    assert "actor not named towards recipient not named" in words
    assert "Told by the report itself" in words
    assert not page.xpath("//article[@class='pair']")


def test_the_same_codings_give_the_same_page() -> None:
    codings = make_many(3, 10)
    assert make_report(codings, made=MADE) == make_report(iter(codings[::-1]), made=MADE)


def test_a_large_page_stays_under_a_megabyte() -> None:
    assert len(make_report(make_many(20, 25), made=MADE).encode()) < 1_000_000


def test_every_name_has_its_words() -> None:
    words, ontology = load_words(), load_ontology()
    assert set(words["types"]) - {"__line__"} == set(ontology.types)
    assert set(words["statuses"]) - {"__line__"} == set(STATUSES)
    for name, type_ in ontology.types.items():
        assert set(words["modes"].get(name, {})) - {"__line__"} == set(type_.modes), name
