"""Quotes of mentions: they end with whole words, names and parties, and hold what the clause tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from detente.corpus import read_corpus
from detente.events import Act, PartyIndex, find_acts
from detente.lexicon import load_lexicon
from detente.parse import parse_report
from detente.pipeline import code_report
from detente.read import read_reports
from detente.records import Report
from detente.who import actors_in
from tests.factories import make_report

ROOT = Path(__file__).parents[1]
SHARE = 2  # per cent of the training corpus


def is_chosen(name: str) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100 < SHARE


def reports() -> Iterator[Report]:
    yield from read_reports(ROOT / "examples")
    for sample in read_corpus(ROOT / "corpus" / "train"):
        if is_chosen(sample.id):
            yield make_report(sample.text)


@cache
def acts_with_parties() -> tuple[tuple[Act, PartyIndex], ...]:
    found = []
    for report in reports():
        passages = parse_report(report)
        parties = actors_in(passages)
        acts, _ = find_acts(passages, parties, load_lexicon())
        found += [(act, PartyIndex(parties)) for act in acts]
    return tuple(found)


def test_there_is_enough_to_look_at() -> None:
    assert len(acts_with_parties()) > 200


def test_quotes_hold_their_triggers_and_end_with_tokens() -> None:
    for act, _ in acts_with_parties():
        start, end = act.span
        tokens = [(act.passage.start + t.idx, act.passage.start + t.idx + len(t)) for t in act.passage.doc]
        assert start in {a for a, _ in tokens}
        assert end in {b for _, b in tokens}
        assert start <= act.trigger[0] < act.trigger[1] <= end


def test_quotes_never_cut_a_name() -> None:
    for act, _ in acts_with_parties():
        start, end = act.span
        names = [
            (act.passage.start + e.start_char, act.passage.start + e.end_char) for e in act.passage.doc.ents
        ]
        names += [(p.start, p.end) for p in act.parties]
        cut = [act.passage.text[a - act.passage.start : b - act.passage.start]
               for a, b in names if a < start < b or a < end < b]  # fmt: skip
        assert cut == [], act.passage.text


def test_quotes_hold_the_parties_that_their_clause_names() -> None:
    for act, index in acts_with_parties():
        start, end = act.span
        here = [t for t in act.filled if t.sent == act.sentence]
        named = [p for t in here for p in index.at(act.passage, t) if p in act.parties]
        assert [p.text for p in named if not (start <= p.start and p.end <= end)] == [], act.passage.text


# text, trigger, quote
QUOTES = [
    (
        "On Monday the Soviet Union threatened Finland with war.",
        "threatened", "On Monday the Soviet Union threatened Finland with war",
    ),
    (
        "Chad freed the sailors whom its coast guard had seized.",
        "freed", "Chad freed the sailors",
    ),
    (
        "China's foreign minister, Yang Jiechi, summoned the North Korean ambassador and protested.",
        "summoned", "China's foreign minister, Yang Jiechi, summoned the North Korean ambassador",
    ),
    (
        "Earlier this month the Bank of Peru closed the account of Chile's Foreign Trade Bank.",
        "closed", "Earlier this month the Bank of Peru closed the account of Chile's Foreign Trade Bank",
    ),
    (
        "Two Security Council resolutions forbid the Islamic Republic to test missiles.",
        "forbid", "Two Security Council resolutions forbid the Islamic Republic to test missiles",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "trigger", "quote"), QUOTES)
def test_quotes(text: str, trigger: str, quote: str) -> None:
    found = [mention.quote for mention in code_report(make_report(text)) if mention.trigger.text == trigger]
    assert found == [quote]
