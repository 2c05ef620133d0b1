"""Date phrases, the days that values cover, and which date dates an event."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import DataError, UsageError
from detente.records import DateMention
from detente.when import event_when, find_dates, to_interval
from detente.when.tagger import MAKERS
from detente.when.words import MAKES, DateLanguage, load_dates

FRIDAY = "2013-07-05"
HISTORY = (
    "The league was founded in 1751 and fell apart in 1759. In 1752 it took the port, in 1753 the castle, "
    "and by 1754 the whole coast. The siege ended in 1756, and the garrison left in 1757. "
)


def values(text: str, published: str | None = FRIDAY) -> list[tuple[str, str]]:
    return [(m.text, m.value) for m in find_dates(text, published)]


FULL_DATES = [
    ("It was signed on July 5, 2013.", "July 5, 2013", "2013-07-05"),
    ("It was signed on 5 July 2013.", "5 July 2013", "2013-07-05"),
    ("It was signed on the 5th of July, 2013.", "the 5th of July, 2013", "2013-07-05"),
    ("It was signed on Friday, 5 July 2013.", "Friday, 5 July 2013", "2013-07-05"),
    ("It was signed on Oct. 3, 1999 there.", "Oct. 3, 1999", "1999-10-03"),
    ("Signed 2013-07-05 in Ruri.", "2013-07-05", "2013-07-05"),
    ("Signed 2013/07/05 in Ruri.", "2013/07/05", "2013-07-05"),
    ("Signed 25/12/2013 in Ruri.", "25/12/2013", "2013-12-25"),
    ("Signed 7/25/2013 in Ruri.", "7/25/2013", "2013-07-25"),
    ("Signed 25.12.2013 in Ruri.", "25.12.2013", "2013-12-25"),
    ("It ended in July 2013.", "July 2013", "2013-07"),
    ("It ended in late July 2013.", "late July 2013", "2013-07"),
    ("It ended in mid-1987.", "mid-1987", "1987"),
    ("It ended in 1987.", "1987", "1987"),
    ("It ended in the spring of 1918.", "the spring of 1918", "1918-SP"),
    ("It ended in winter 1917.", "winter 1917", "1917-WI"),
    ("It began in the 1970s.", "the 1970s", "197"),
    ("It began in the early 19th century.", "the early 19th century", "18"),
    ("It began in 480 BC with a raid.", "480 BC", "BC0480"),
    ("It grew in the second quarter of 2012.", "the second quarter of 2012", "2012-Q2"),
    ("It grew in Q3 2012 again.", "Q3 2012", "2012-Q3"),
    ("It grew in the second half of 2008.", "the second half of 2008", "2008-H2"),
    ("The budget for fiscal year 2014 passed.", "fiscal year 2014", "FY2014"),
    ("The budget for the 2014 fiscal year passed.", "the 2014 fiscal year", "FY2014"),
    ("They met on Veterans Day in 2007.", "Veterans Day in 2007", "2007-11-11"),
    ("The budget for FY2014 passed.", "FY2014", "FY2014"),
    ("They met on Christmas Eve 2011.", "Christmas Eve 2011", "2011-12-24"),
    ("They met on Easter Monday 2013.", "Easter Monday 2013", "2013-04-01"),
    ("They met on Thanksgiving 2012.", "Thanksgiving 2012", "2012-11-22"),
    ("It fell on the night of March 3, 1945.", "the night of March 3, 1945", "1945-03-03TNI"),
    ("The shelling began at 4:30 a.m. on 12 May 1982.", "4:30 a.m. on 12 May 1982", "1982-05-12T04:30"),
]


@pytest.mark.parametrize("published", [FRIDAY, None])
@pytest.mark.parametrize(("text", "words", "value"), FULL_DATES)
def test_full_dates_need_no_anchor(text: str, words: str, value: str, published: str | None) -> None:
    assert values(text, published) == [(words, value)]


RELATIVE = [
    ("Envoys arrived on Wednesday.", "Wednesday", "2013-07-03"),
    ("Envoys arrived Friday.", "Friday", "2013-07-05"),
    ("On Saturday, envoys plan to meet.", "Saturday", "2013-07-06"),
    ("Envoys will meet on Thursday.", "Thursday", "2013-07-11"),
    ("Envoys agreed to meet on Sunday.", "Sunday", "2013-07-07"),
    ("It would be ready as early as Tuesday.", "Tuesday", "2013-07-09"),
    ("He left next Tuesday's session.", "next Tuesday", "2013-07-09"),
    ("He left last Friday.", "last Friday", "2013-06-28"),
    ("Envoys met on Monday morning.", "Monday morning", "2013-07-01TMO"),
    ("They came yesterday.", "yesterday", "2013-07-04"),
    ("They come the day after tomorrow.", "the day after tomorrow", "2013-07-07"),
    ("They came last night.", "last night", "2013-07-04TNI"),
    ("They come tonight.", "tonight", "2013-07-05TNI"),
    ("They were arrested overnight.", "overnight", "2013-07-05TNI"),
    ("They came this morning.", "this morning", "2013-07-05TMO"),
    ("The forum opened this week.", "this week", "2013-W27"),
    ("It was held last month.", "last month", "2013-06"),
    ("They will return later this month.", "later this month", "2013-07"),
    ("It closed last year.", "last year", "2012"),
    ("It opens early next year.", "early next year", "2014"),
    ("It was shut this spring.", "this spring", "2013-SP"),
    ("It was shut last winter.", "last winter", "2012-WI"),
    ("It was tested last December.", "last December", "2012-12"),
    ("He comes as early as this September.", "this September", "2013-09"),
    ("He came there in November.", "November", "2012-11"),
    ("It was closed in April.", "April", "2013-04"),
    ("He will come in September.", "September", "2013-09"),
    ("It was signed on June 2.", "June 2", "2013-06-02"),
    ("They were told to leave by July 14.", "July 14", "2013-07-14"),
    ("They met over the weekend.", "the weekend", "2013-W26-WE"),
    ("They met this past weekend.", "this past weekend", "2013-W26-WE"),
    ("They will meet this coming Monday.", "this coming Monday", "2013-07-08"),
    ("They came two weeks ago.", "two weeks ago", "2013-W25"),
    ("They came three days ago.", "three days ago", "2013-07-02"),
    ("They came almost four years ago.", "almost four years ago", "2009"),
    ("They came a decade ago.", "a decade ago", "2003"),
    ("It opens six months from now.", "six months from now", "2014-01"),
    ("It happened years ago.", "years ago", "PAST_REF"),
    ("It happened recently.", "recently", "PAST_REF"),
    ("It is now closed.", "now", "PRESENT_REF"),
    ("It may close in the future.", "the future", "FUTURE_REF"),
    ("They meet on New Year's Eve as expected.", "New Year's Eve", "2013-12-31"),
    ("It grew in the first quarter.", "the first quarter", "2013-Q1"),
    ("It was due at the end of the month.", "the end of the month", "2013-07"),
    ("The vote is set for the week of July 22.", "the week of July 22", "2013-W30"),
    ("The siren went at 14:30 there.", "14:30", "2013-07-05T14:30"),
    ("Talks resume at 10 a.m. local time on Monday.", "10 a.m. local time on Monday", "2013-07-08T10:00"),
    ("It grew in the first half of last year.", "the first half of last year", "2012-H1"),
    ("The siren went at noon.", "noon", "2013-07-05T12:00"),
    ("The siren went at 9 p.m. Tuesday.", "9 p.m. Tuesday", "2013-07-02T21:00"),
]


@pytest.mark.parametrize(("text", "words", "value"), RELATIVE)
def test_relative_dates_count_from_publication(text: str, words: str, value: str) -> None:
    assert values(text) == [(words, value)]


UNANCHORED = [
    ("Envoys arrived on Thursday.", "Thursday", "XXXX-WXX-4"),
    ("It was tested last December.", "last December", "XXXX-12"),
    ("It was signed on June 2.", "June 2", "XXXX-06-02"),
    ("It was held last month.", "last month", "XXXX-XX"),
    ("It closed last year.", "last year", "XXXX"),
    ("They came two weeks ago.", "Two weeks ago".lower(), "XXXX-WXX"),
    ("It happened recently.", "recently", "PAST_REF"),
]


@pytest.mark.parametrize(("text", "words", "value"), UNANCHORED)
def test_without_publication_no_year_is_invented(text: str, words: str, value: str) -> None:
    assert values(text, None) == [(words, value)]


LENGTHS = [
    ("The talks took two weeks.", "two weeks", "DURATION", "P2W"),
    ("The talks took three hours.", "three hours", "DURATION", "PT3H"),
    ("The talks took twenty-five days.", "twenty-five days", "DURATION", "P25D"),
    ("The talks took 5 1/2 hours.", "5 1/2 hours", "DURATION", "PT5H30M"),
    ("The talks took 1,500 days.", "1,500 days", "DURATION", "P1500D"),
    ("The talks took two and a half years.", "two and a half years", "DURATION", "P2.5Y"),
    ("The talks took a couple of months.", "a couple of months", "DURATION", "P2M"),
    ("The talks took several months.", "several months", "DURATION", "PXM"),
    ("The talks took more than three decades.", "more than three decades", "DURATION", "P30Y"),
    ("It was a two-day visit.", "two-day", "DURATION", "P2D"),
    ("Within hours they accepted.", "hours", "DURATION", "PTXH"),
    ("In recent weeks they wavered.", "recent weeks", "DURATION", "PXW"),
    ("In the past two months they wavered.", "the past two months", "DURATION", "P2M"),
    ("It is reviewed every two weeks.", "every two weeks", "SET", "P2W"),
    ("They gather daily there.", "daily", "SET", "P1D"),
    ("They gather every Monday.", "every Monday", "SET", "XXXX-WXX-1"),
    ("They gather twice a year.", "twice a year", "SET", "P1Y"),
    ("It pays $5 a month.", "a month", "SET", "P1M"),
]


@pytest.mark.parametrize(("text", "words", "kind", "value"), LENGTHS)
def test_durations_and_sets(text: str, words: str, kind: str, value: str) -> None:
    assert [(m.text, m.type, m.value) for m in find_dates(text, FRIDAY)] == [(words, kind, value)]


SERIES = [
    (
        "In February 2008, after months of protest, he fled. In March, an envoy came.",
        ["2008-02", "PXM", "2008-03"],
    ),
    ("Some 120 years later, they returned.", ["XXXX"]),
    ("The war (1951 – 1953) ended.", ["1951", "1953"]),
    ("The war of 1951-53 ended.", ["1951", "1953"]),
    ("In the 1970s and 80s people vanished.", ["197", "198"]),
    ("They met on April 24 and 25 there, as was told.", ["2013-04-24", "2013-04-25"]),
    ("They fought from 3 to 6 May 1944.", ["1944-05-03", "1944-05-06"]),
    ("They fought in August and September 1914.", ["1914-08", "1914-09"]),
    ("They fought from May 15 to August 16, 1988.", ["1988-05-15", "1988-08-16"]),
    ("They met on 3 May 2012. The following day they left.", ["2012-05-03", "2012-05-04"]),
    ("They met on 3 May 2012. Two weeks earlier they had argued.", ["2012-05-03", "2012-W16"]),
    ("They met in May 2010. Later that year they left.", ["2010-05", "2010"]),
    ("They met in May 2010. The previous year they had argued.", ["2010-05", "2009"]),
    ("They met in May 2010, and signed in the same month.", ["2010-05", "2010-05"]),
    ("It began in 1991. In 1995, after a truce, it ended in August.", ["1991", "1995", "1995-08"]),
]


@pytest.mark.parametrize(("text", "expected"), SERIES)
def test_dates_lean_on_those_before(text: str, expected: list[str]) -> None:
    assert [v for _, v in values(text)] == expected


@pytest.mark.parametrize("published", [FRIDAY, None])
@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("In December 1757 it froze. In January the ice broke.", "January", "1758-01"),
        ("On 3 May 1757 they met. On 8 June they parted.", "8 June", "1757-06-08"),
        ("On 3 May 1757 they met. On the 9th they parted.", "the 9th", "1757-05-09"),
        ("In 1757 they met. The next year they parted.", "The next year", "1758"),
        ("In May 1757 they met. A book of 1994 tells of it. In June they parted.", "June", "1757-06"),
    ],
)
def test_narratives_count_on(text: str, words: str, value: str, published: str | None) -> None:
    assert dict(values(HISTORY + text, published))[words] == value


@pytest.mark.parametrize(
    "text",
    [
        "The envoy may march on.",
        "A 6-year-old boy was hurt.",
        "He lost 2000 troops and $1990 in gold.",
        "They walked a second time round the house.",
        "Theresa May spoke of the fall of the house.",
        "The nearly 63-year-old joined Post No. 1922 there.",
        "They ran 15 ad campaigns.",
        "He ran 5/6 of it and won 3-2 in game 12.",
        "Sun and shade, a mon and a dec.",
        "",
    ],
)
def test_other_words_are_no_dates(text: str) -> None:
    assert find_dates(text, FRIDAY) == []


def test_offsets_are_those_of_the_untouched_text() -> None:
    text = "  It fell\n\non May\n3, 1999 —  and «again» in\tJune 2001."
    assert [text[m.start : m.end] for m in find_dates(text)] == ["May\n3, 1999", "June 2001"]
    assert all(m.text == text[m.start : m.end] for m in find_dates(text))


def test_the_core_finds_all_that_the_whole_text_would() -> None:
    language = load_dates()
    text = " ".join(f"Ruritania keeps its own counsel. {case[0]}" for case in FULL_DATES + RELATIVE)
    text += " ".join(f"Freedonia keeps its own counsel. {case[0]}" for case in [*LENGTHS, *SERIES])
    codes = language.split(text).codes
    extract = language.extract(codes)

    def spans(rule_codes: str) -> set[str]:
        return {m.group() for rule in language.rules for m in rule.pattern.finditer(rule_codes)}

    assert len(extract.codes) < 0.8 * len(codes)
    assert spans(extract.codes) == spans(codes)


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", None])
def test_a_published_day_past_belief_is_taken_for_none(published: str | None) -> None:
    assert values("It closed last year.", published) == [("last year", "XXXX")]
    assert when("Envoys met again.", "met", published=published)[3] == "unknown"


def test_a_published_day_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="Write it like 2013-07-05"):
        find_dates("It fell on Monday.", "Friday")


@pytest.mark.parametrize(
    ("text"), ["the " * 20_000, "1 " * 20_000, "early " * 5_000, "May 5, " * 3_000, "one and " * 5_000]
)
def test_long_runs_of_one_word_end(text: str) -> None:
    found = find_dates(text, FRIDAY)
    assert all(text[d.start : d.end] == d.text for d in found)


INTERVALS = [
    ("2013-07-05", "2013-07-05", "2013-07-05"),
    ("2013-07-05TMO", "2013-07-05", "2013-07-05"),
    ("2013-07-05T14:30", "2013-07-05", "2013-07-05"),
    ("2012-02", "2012-02-01", "2012-02-29"),
    ("2013", "2013-01-01", "2013-12-31"),
    ("197", "1970-01-01", "1979-12-31"),
    ("19", "1900-01-01", "1999-12-31"),
    ("2013-W27", "2013-07-01", "2013-07-07"),
    ("2013-W27-WE", "2013-07-06", "2013-07-07"),
    ("2009-W53", "2009-12-28", "2010-01-03"),
    ("2013-SP", "2013-03-01", "2013-05-31"),
    ("2011-WI", "2011-12-01", "2012-02-29"),
    ("2013-Q2", "2013-04-01", "2013-06-30"),
    ("2013-H2", "2013-07-01", "2013-12-31"),
    ("FY2013", "2012-10-01", "2013-09-30"),
    ("PRESENT_REF", FRIDAY, FRIDAY),
]


@pytest.mark.parametrize(("value", "first", "last"), INTERVALS)
def test_values_cover_days(value: str, first: str, last: str) -> None:
    assert to_interval(value, FRIDAY) == (first, last)


@pytest.mark.parametrize(
    "value",
    ["PAST_REF", "FUTURE_REF", "P2W", "PXY", "XXXX-WXX-1", "XXXX-06", "BC0480", "2013-02-30", "2011-W53", ""],
)
def test_values_without_days(value: str) -> None:
    assert to_interval(value, FRIDAY) is None


def when(text: str, trigger: str, clause: str = "", **fields: str | None) -> tuple[str | None, ...]:
    """(text, earliest, latest, basis) of the event `trigger`, in the sentence and clause that hold it."""
    at = text.index(trigger)
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    sentence = (start, text.find(".", at) + 1)
    begin = text.index(clause) if clause else start
    end = begin + len(clause) if clause else sentence[1]
    published = fields.get("published", FRIDAY)
    found = event_when(
        find_dates(text, published),
        at,
        (begin, end),
        sentence,
        fields.get("status") or "happened",
        fields.get("tense", "past") or "",
        published,
        text,
    )
    return found.text, found.earliest, found.latest, found.basis


STATED = [
    ("Envoys met on Wednesday.", "met", "happened", "on Wednesday", "2013-07-03", "2013-07-03"),
    ("Envoys met this week.", "met", "happened", "this week", "2013-07-01", "2013-07-05"),
    (
        "They plan to meet later this month.",
        "meet",
        "planned",
        "later this month",
        "2013-07-05",
        "2013-07-31",
    ),
    ("Envoys must leave by July 14.", "leave", "demanded", "by July 14", "2013-07-05", "2013-07-14"),
    ("Envoys met in recent weeks.", "met", "happened", "in recent weeks", "2013-06-07", "2013-07-05"),
    ("An envoy recently visited Ruri.", "visited", "happened", "recently", "2013-06-04", "2013-07-05"),
    ("Ruri closed the park this spring.", "closed", "happened", "this spring", "2013-03-01", "2013-05-31"),
    ("Wednesday's meeting was short.", "meeting", "happened", "Wednesday", "2013-07-03", "2013-07-03"),
]


@pytest.mark.parametrize(("text", "trigger", "status", "words", "first", "last"), STATED)
def test_words_date_an_event(text: str, trigger: str, status: str, words: str, first: str, last: str) -> None:
    assert when(text, trigger, status=status) == (words, first, last, "stated")


UNSTATED = [
    ("Envoys met again.", "met", "happened", "past", "2013-06-28", "2013-07-05", "tense"),
    ("Envoys have met again.", "met", "happened", "perfect", "2013-06-28", "2013-07-05", "tense"),
    ("Envoys will meet.", "meet", "planned", "future", "2013-07-05", "2013-08-05", "tense"),
    ("Ruritania offers talks.", "talks", "offered", "present", "2013-07-05", "2013-08-05", "tense"),
    ("Ruritania backs the plan.", "backs", "happened", "present", "2013-07-05", "2013-07-05", "tense"),
    ("The visit was a success.", "visit", "happened", "", "2013-06-28", "2013-07-05", "published"),
    ("They kept the 1953 armistice.", "kept", "happened", "past", "2013-06-28", "2013-07-05", "tense"),
    ("They cut the ties held since 1990.", "cut", "happened", "past", "2013-06-28", "2013-07-05", "tense"),
    ("They met in the past nine years.", "met", "happened", "past", "2013-06-28", "2013-07-05", "tense"),
    ("They met for three days.", "met", "happened", "past", "2013-06-28", "2013-07-05", "tense"),
]


@pytest.mark.parametrize(("text", "trigger", "status", "tense", "first", "last", "basis"), UNSTATED)
def test_tense_dates_an_event(
    text: str, trigger: str, status: str, tense: str, first: str, last: str, basis: str
) -> None:  # fmt: skip
    assert when(text, trigger, status=status, tense=tense) == (None, first, last, basis)


def test_nothing_known() -> None:
    assert when("Envoys met again.", "met", published=None) == (None, None, None, "unknown")


def test_a_date_of_another_clause_dates_no_other_event() -> None:
    text = "Freedonia, which Ruritania attacked in 2008, signed the pact."
    assert when(text, "signed", "signed the pact")[3] == "tense"
    assert when(text, "attacked", "which Ruritania attacked in 2008")[:2] == ("in 2008", "2008-01-01")


def test_the_nearest_date_of_the_clause_counts() -> None:
    text = "Envoys who met on Monday signed on Wednesday."
    assert when(text, "met")[0] == "on Monday"
    assert when(text, "signed")[0] == "on Wednesday"


def test_a_date_that_opens_the_sentence_dates_its_main_clause() -> None:
    text = "On Wednesday, the firms that work there threatened to leave."
    assert when(text, "threatened", "the firms that work there threatened to leave")[0] == "On Wednesday"


@pytest.mark.parametrize(
    ("tie", "words", "last"),
    [
        ("Within hours Ruritania accepted.", "Within hours", "2013-07-03"),
        ("Ruritania then accepted.", "then", "2013-07-05"),
        ("In response, Ruritania accepted.", "In response", "2013-07-05"),
    ],
)
def test_ties_to_the_date_before(tie: str, words: str, last: str) -> None:
    text = f"Freedonia offered talks on Tuesday. {tie}"
    assert when(text, "accepted") == (words, "2013-07-02", last, "stated")


@pytest.mark.parametrize("loose", ["Since then Ruritania accepted.", "Ruritania accepted."])
def test_no_tie_without_its_words(loose: str) -> None:
    assert when(f"Freedonia offered talks on Tuesday. {loose}", "accepted")[3] == "tense"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('match: "rate=rate"', 'match: "rate=rat"', "no class is called 'rat'"),
        ('match: "rate=rate"', 'mach: "rate=rate"', "other keys"),
        ('match: "rate=rate"', 'match: "$rate"', "no macro"),
        ('match: "rate=rate"', 'match: "(rate=rate"', "no pattern"),
        ("easter: 0", "eastern: 0", "a holiday needs"),
        ("\nmacros:", "\nmacro:", "lacks the sections macros"),
        ("  month month_abbr weekday", "  moth month_abbr weekday", "'core' names 'moth'"),
        ("{january: 1,", "{january: 13,", "month 'january' has the value 13"),
        ("makes: recurring", "makes: recuring", "makes 'recuring'"),
    ],
)
def test_faulty_tables_are_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    good = Path(str(load_dates().source)).read_text(encoding="utf-8")
    assert old in good
    table = tmp_path / "dates.yaml"
    table.write_text(good.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=fault) as caught:
        DateLanguage(table)
    assert caught.value.subject.startswith(f"{table}:")


def test_each_kind_of_rule_has_its_maker() -> None:
    assert set(MAKERS) | {"nothing"} == MAKES


def test_mentions_are_plain_records() -> None:
    assert find_dates("It fell in 1987.") == [DateMention(11, 15, "1987", "DATE", "1987")]
