"""Passages and their offsets; lemmas."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.parse import (
    LONGEST_PASSAGE,
    LONGEST_SENTENCE,
    load_parser,
    parse_report,
    parse_text,
    split_passages,
)
from detente.records import Skipped
from tests.factories import make_report

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/*.md"))
LONGEST_DASH = 4
WRAPPED = "The minister said on Monday that the talks would go\non until the two sides agreed."

# text, the passages that it is split into
SPLITS = [
    ("", []),
    ("   \n\n \t \n", []),
    ("One paragraph.", ["One paragraph."]),
    ("First.\n\nSecond.", ["First.", "Second."]),
    ("First.\r\n\r\nSecond.", ["First.", "Second."]),
    ("First.\n \t \n\n\nSecond.\n", ["First.", "Second."]),
    ("  Indented. \n\n  So is this. ", ["Indented.", "So is this."]),
    ("Talks collapse\nThe ministers left.", ["Talks collapse", "The ministers left."]),
    (WRAPPED, [WRAPPED.replace("\n", " ")]),
    (WRAPPED.replace("\n", "\r\n"), [WRAPPED.replace("\n", "  ")]),
    ("A full sentence that is long enough to be a wrapped line.\nNext.", [
        "A full sentence that is long enough to be a wrapped line.", "Next.",
    ]),
    ("Peace at last?\n" + WRAPPED, ["Peace at last?", WRAPPED.replace("\n", " ")]),
    ("Zürich – “Nein”.\n\nÇa va.", ["Zürich – “Nein”.", "Ça va."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_passages(text: str, expected: list[str]) -> None:
    assert [words for _, words in split_passages(text)] == expected


@pytest.mark.parametrize("text", [text for text, _ in SPLITS])
def test_offsets_of_passages(text: str) -> None:
    assert_offsets(text)


def assert_offsets(text: str, skipped: tuple[Skipped, ...] = ()) -> None:
    """Each passage stands at its offset, but for line breaks, which are read as spaces; none overlaps."""
    last = 0
    for start, words in split_passages(text, skipped):
        stands = text[start : start + len(words)]
        assert stands.replace("\n", " ").replace("\r", " ") == words
        assert start >= last
        assert words == words.strip() != ""
        last = start + len(words)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_offsets_in_the_examples(path: Path, line_end: str) -> None:
    text = path.read_text(encoding="utf-8").replace("\n", line_end)
    assert_offsets(text)
    found = [words for _, words in split_passages(text)]
    left_out = len("".join(text.split())) - sum(len("".join(words.split())) for words in found)
    assert 0 <= left_out < LONGEST_DASH


@pytest.mark.parametrize("path", EXAMPLES[:2], ids=lambda p: p.stem)
def test_offsets_of_parsed_passages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for passage in parse_text(text):
        words = passage.doc.text
        assert text[passage.start : passage.start + len(words)].replace("\n", " ") == words
        for token in passage.doc:
            start = passage.start + token.idx
            assert text[start : start + len(token)].replace("\n", " ") == token.text


TEXT = "Read this first.\n\nIran met Iraq.\nAdvertisement\nOman met Qatar.\n\nSubscribe now."
SKIPS = [
    (["Read this first."], ["Iran met Iraq.", "Advertisement", "Oman met Qatar.", "Subscribe now."]),
    (["Advertisement"], ["Read this first.", "Iran met Iraq.", "Oman met Qatar.", "Subscribe now."]),
    (["Subscribe now.", "Read this first."], ["Iran met Iraq.", "Advertisement", "Oman met Qatar."]),
    (
        ["Iran met Iraq.\nAdvertisement", "Advertisement"],
        ["Read this first.", "Oman met Qatar.", "Subscribe now."],
    ),
    ([TEXT], []),
]  # fmt: skip


@pytest.mark.parametrize(("names", "expected"), SKIPS)
def test_what_is_skipped_is_not_parsed(names: list[str], expected: list[str]) -> None:
    skipped = tuple(Skipped(TEXT.index(n), TEXT.index(n) + len(n), n, "promotion") for n in names)
    assert [words for _, words in split_passages(TEXT, skipped)] == expected
    assert_offsets(TEXT, skipped)
    parsed = parse_report(make_report(TEXT, skipped=skipped))
    assert [passage.doc.text for passage in parsed] == expected


def test_a_paragraph_without_end_is_cut() -> None:
    text = "word " * 9000
    lengths = [len(words) for _, words in split_passages(text)]
    assert max(lengths) <= LONGEST_PASSAGE
    assert sum(lengths) >= len(text) - 2 * len(lengths)
    assert_offsets(text)


CLAUSE = "the guards fired at the boat"
# what joins the clauses of a sentence that never ends, and what each part of it ends with
ENDLESS = [("; ", ";"), (", and ", ","), (", ", ","), (" ", "")]


@pytest.mark.parametrize(("joint", "mark"), ENDLESS)
def test_a_sentence_without_end_is_cut_between_clauses(joint: str, mark: str) -> None:
    text = "A short one. " + joint.join([CLAUSE] * 200) + ". Another."
    parts = [words for _, words in split_passages(text)]
    assert len(parts) > 4
    assert max(map(len, parts)) <= LONGEST_SENTENCE + len("A short one. ")
    assert all(words.endswith(mark) for words in parts[:-1])
    assert "".join("".join(words.split()) for words in parts) == "".join(text.split())
    assert_offsets(text)


def test_long_paragraphs_of_whole_sentences_are_cut_between_them() -> None:
    text = (CLAUSE + ". ") * 1000
    parts = [words for _, words in split_passages(text)]
    assert 1 < len(parts) <= len(text) // LONGEST_PASSAGE + 1
    assert all(words.endswith("boat.") for words in parts)


DATELINES = [
    ("GENEVA, March 3 (Courier) - Iran met Iraq.", ["GENEVA, March 3 (Courier)", "Iran met Iraq."]),
    ("ADDIS ABABA — Kenya met Sudan.", ["ADDIS ABABA", "Kenya met Sudan."]),
    ("GENEVA, May 2, 2021 (AP) - Iran met Iraq.", ["GENEVA, May 2, 2021 (AP)", "Iran met Iraq."]),
    ("PARIS, May 2 2021 – Iran met Iraq.", ["PARIS, May 2 2021", "Iran met Iraq."]),
    ("PARIS, 2 May 2021 (ITAR-TASS) - Iran left.", ["PARIS, 2 May 2021 (ITAR-TASS)", "Iran left."]),
    ("PARIS, France, May 2, 2021 -- Iran left.", ["PARIS, France, May 2, 2021", "Iran left."]),
    ("SEOUL, South Korea, 2 May 2021 — Iran left.", ["SEOUL, South Korea, 2 May 2021", "Iran left."]),
    ("BAKU, May 2, 2021 (Sea Wire) — Iran left.", ["BAKU, May 2, 2021 (Sea Wire)", "Iran left."]),
    ("NATO, May 2, 2021 was a Sunday.", ["NATO, May 2, 2021 was a Sunday."]),
    ("NATO is a pact.", ["NATO is a pact."]),
    ("US-Iran talks began.", ["US-Iran talks began."]),
    ("EU-China summits are rare.", ["EU-China summits are rare."]),
    ("UN envoy - a Swede - resigns.", ["UN envoy - a Swede - resigns."]),
]


@pytest.mark.parametrize(("text", "expected"), DATELINES)
def test_a_dateline_is_a_passage_of_its_own(text: str, expected: list[str]) -> None:
    assert [words for _, words in split_passages(text)] == expected
    assert_offsets(text)


LEMMAS = [
    ("Iran hopes to meet Iraq.", "hopes", "hope"),
    ("Iran is hoping to meet Iraq.", "hoping", "hope"),
    ("Iran hoped to meet Iraq.", "hoped", "hope"),
    ("The children are hopping over the rope.", "hopping", "hop"),
    ("The envoy planned a visit.", "planned", "plan"),
    ("The planes were used to bomb the town.", "used", "use"),
    ("The army fired at the crowd.", "fired", "fire"),
    ("Two men were shot and three robbed.", "robbed", "rob"),
    ("They taped the talk and tapped the telephone.", "tapped", "tap"),
    ("The talks stopped on Friday.", "stopped", "stop"),
    ("Both sides agreed on Friday.", "agreed", "agree"),
    ("Russia vetoed the plan.", "vetoed", "veto"),
    ("The king freed the prisoners.", "freed", "free"),
    ("The minister paid a visit.", "paid", "pay"),
]


@pytest.mark.parametrize(("sentence", "form", "lemma"), LEMMAS)
def test_lemmas(sentence: str, form: str, lemma: str) -> None:
    assert next(t.lemma_ for t in load_parser()(sentence) if t.text == form) == lemma


def test_vectors_that_nothing_uses_after_parsing_are_dropped() -> None:
    (passage,) = parse_text("Ruritania thanked Freedonia.")
    assert passage.doc.tensor is None


def test_the_parser_is_loaded_once() -> None:
    assert load_parser() is load_parser()


# text, the subject of its main verb
SUBJECTS = [
    ("In 1974 Turkey invaded Cyprus.", "Turkey"),
    ("In March Turkey closed the border with Syria.", "Turkey"),
    ("In 1990 Kuwait was invaded by Iraq.", "Kuwait"),
    ("In 2008 Russia attacked Georgia.", "Russia"),
]


@pytest.mark.parametrize(("text", "subject"), SUBJECTS)
def test_a_time_before_a_subject_does_not_swallow_it(text: str, subject: str) -> None:
    root = next(parse_text(text)[0].doc.sents).root
    found = [c.text for c in root.children if c.dep_ in {"nsubj", "nsubjpass"}]
    assert found == [subject]
