"""Tables of sentences with the acts that they tell.

The tables and how to read them are in acts.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from _pytest.mark import ParameterSet

from detente.events import Act, find_acts
from detente.lexicon import load_lexicon
from detente.ontology import load_ontology
from detente.parse import parse_text
from detente.records import STATUSES, Party
from detente.who import actors_in

MUTUAL = {"CONSULT", "COOPERATE", "AGREE", "SUPPORT", "ACCUSE", "ASSAULT", "RETREAT"}

TABLES = yaml.safe_load(Path(__file__).with_name("acts.yaml").read_text(encoding="utf-8"))
KNOWN_FAULTS = TABLES.pop("known_faults")
SENTENCES = [sentence for table in TABLES.values() for sentence in table]


def as_list(expected: str | list[str]) -> list[str]:
    return [expected] if isinstance(expected, str) else expected


def rows() -> Iterator[ParameterSet]:
    """Each sentence with what is expected of it; those of KNOWN_FAULTS must fail."""
    for name, table in TABLES.items():
        for sentence, expected in table.items():
            yield pytest.param(sentence, as_list(expected), id=f"{name}-{sentence[:40]}")
    for cause, table in KNOWN_FAULTS.items():
        fault = pytest.mark.xfail(strict=True, reason=cause)
        for sentence, expected in table.items():
            yield pytest.param(sentence, as_list(expected), id=f"fault-{sentence[:40]}", marks=fault)


class Told(NamedTuple):
    """What a sentence tells, in codes."""

    type: str
    status: str
    actors: Set[str]
    recipients: Set[str]


def codes(parties: list[Party]) -> Set[str]:
    return frozenset(p.code for p in parties if p.code)


@cache
def acts_of(sentence: str) -> tuple[Act, ...]:
    """The acts of a sentence, coded as a report of its own."""
    passages = parse_text(sentence)
    return tuple(find_acts(passages, actors_in(passages), load_lexicon())[0])


def tell(act: Act) -> Told:
    return Told(act.type, act.status, codes(act.actors), codes(act.recipients))


def fits(wanted: str, told: Told) -> bool:
    """Whether an expectation without brackets and ' / ' fits what was found."""
    head, _, recipients = wanted.partition(">")
    types, statuses, *actors = head.split()
    if told.type not in types.split("|") or told.status not in statuses.split("|"):
        return False
    if told.actors == set(actors) and (recipients == " *" or told.recipients == set(recipients.split())):
        return True
    together = told.actors | told.recipients
    return told.type in MUTUAL and not recipients and len(actors) > 1 and together == set(actors)


def compare(sentence: str, expected: Sequence[str]) -> tuple[list[str], list[Told]]:
    """The expectations that nothing fits, and what was found that fits no expectation."""
    left = [tell(act) for act in acts_of(sentence)]
    missed = []
    for wanted in sorted(expected, key=lambda w: w.startswith("(")):
        options = wanted.strip("()").split(" / ")
        hit = next((told for told in left if any(fits(option, told) for option in options)), None)
        if hit is not None:
            left.remove(hit)
        elif not wanted.startswith("("):
            missed.append(wanted)
    return missed, left


@pytest.mark.parametrize(("sentence", "expected"), list(rows()))
def test_acts(sentence: str, expected: list[str]) -> None:
    assert compare(sentence, expected) == ([], [])


def test_tables_cover_all_types_and_statuses() -> None:
    wanted = [
        w.split() for table in TABLES.values() for expected in table.values() for w in as_list(expected)
    ]
    assert {t for words in wanted for t in words[0].split("|")} >= set(load_ontology().types)
    assert {s for words in wanted for s in words[1].split("|")} >= set(STATUSES)


def test_no_sentence_is_both_right_and_wrong() -> None:
    faults = {sentence for table in KNOWN_FAULTS.values() for sentence in table}
    assert len(set(SENTENCES)) == len(SENTENCES)
    assert faults.isdisjoint(SENTENCES)


LINKS = [
    ("Israel refused to meet the Iranian delegation.", "refused", "meet"),
    ("Russia threatened to cut ties with Norway.", "threatened", "cut"),
    ("Azerbaijan accused Armenia of shelling its positions.", "accused", "shelling"),
    ("Ukraine demanded that Russia withdraw its troops.", "demanded", "withdraw"),
    ("Belarus refused to release the Polish journalist.", "refused", "release"),
]


@pytest.mark.parametrize(("sentence", "outer", "inner"), LINKS)
def test_themes_are_linked(sentence: str, outer: str, inner: str) -> None:
    acts = {act.token.text: act for act in acts_of(sentence)}
    assert acts[outer].theme is acts[inner]
    assert acts[inner].outer is acts[outer]
    assert acts[inner].theme is None


SPANS = [
    ("Russia vetoed the plan on Friday, and markets fell.", "vetoed", "Russia vetoed the plan on Friday"),
    (
        "Officials said that Turkey had expelled two Greek envoys.",
        "expelled",
        "Turkey had expelled two Greek envoys",
    ),
    ("Chile, which had rejected the offer, met Peru in Lima.", "met", "Chile"),
]


@pytest.mark.parametrize(("sentence", "trigger", "words"), SPANS)
def test_the_span_holds_the_clause(sentence: str, trigger: str, words: str) -> None:
    act = next(a for a in acts_of(sentence) if a.token.text == trigger)
    start, end = act.span
    assert words in sentence[start:end]
    assert sentence[slice(*act.trigger)] == trigger
    assert start <= act.trigger[0] < act.trigger[1] <= end


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_act_gives_its_reasons(sentence: str) -> None:
    assert all(act.reasons and all(reason.strip() for reason in act.reasons) for act in acts_of(sentence))


@pytest.mark.parametrize("sentence", TABLES["no_event"])
def test_what_tells_nothing_is_passed_over_not_coded(sentence: str) -> None:
    passages = parse_text(sentence)
    acts, rejected = find_acts(passages, actors_in(passages), load_lexicon())
    assert acts == []
    assert all(r.reason for r in rejected)


def test_nothing_is_found_in_nothing() -> None:
    assert find_acts((), (), load_lexicon()) == ([], [])


TWO_SENTENCES = [
    ("Russia proposed talks to Ukraine. Ukraine rejected the proposal.", "rejected", {"UKR"}, {"RUS"}),
    ("Iran seized a Greek tanker. Greece condemned the seizure.", "condemned", {"GRC"}, {"IRN"}),
    ("Peru proposed talks to Chile. Chile accepted the offer.", "accepted", {"CHL"}, {"PER"}),
]


@pytest.mark.parametrize(("text", "trigger", "actors", "recipients"), TWO_SENTENCES)
def test_the_recipient_is_taken_from_the_act_that_is_answered(
    text: str, trigger: str, actors: set[str], recipients: set[str]
) -> None:
    act = next(a for a in acts_of(text) if a.token.text == trigger)
    assert (codes(act.actors), codes(act.recipients)) == (actors, recipients)
