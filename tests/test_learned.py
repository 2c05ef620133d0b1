"""What the classifier adds to the frames, with readings made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from detente.classifier import NONE, ROLES, Classifier, TriggerScores
from detente.events import Act, Rejected, find_acts
from detente.lexicon import load_lexicon
from detente.ontology import load_ontology
from detente.parse import parse_text
from detente.records import STATUSES, SpanOffsets
from detente.who import actors_in

Word = tuple[str, float, str]  # a type, its probability, a status (of probability 0.9)


@dataclass
class FakeReading:
    """A reading by words: what each tells, and (trigger, words of a party) → role."""

    text: str
    words: Mapping[str, Word]
    parties: Mapping[tuple[str, str], str]
    silent: float = 0.0
    length: int = 10_000
    likely: float = 0.9

    def covers(self, span: SpanOffsets) -> bool:
        return span[0] >= 0 and span[1] <= min(self.length, len(self.text))

    def word(self, span: SpanOffsets) -> TriggerScores:
        best, share, status = self.words.get(self.text[slice(*span)], (NONE, 1.0, "happened"))
        rest = "AGREE" if best == NONE else NONE
        types = dict.fromkeys((*load_ontology().types, NONE), 0.0) | {rest: 1 - share, best: share}
        others = 0.1 / (len(STATUSES) - 1)
        return TriggerScores(types, dict.fromkeys(STATUSES, others) | {status: 0.9})

    def roles(self, trigger: SpanOffsets, party: SpanOffsets) -> dict[str, float]:
        told, named = self.text[slice(*trigger)], self.text[slice(*party)]
        roles = {role for (t, p), role in self.parties.items() if t == told and p in named}
        return {role: self.likely if role in roles else 0.01 for role in ROLES}


@dataclass
class FakeClassifier:
    """Gives every sentence the same readings; an act is as likely right as its word tells one."""

    words: Mapping[str, Word]
    parties: Mapping[tuple[str, str], str]
    silent: float = 0.0
    length: int = 10_000
    likely: float = 0.9
    meta: Mapping[str, Any] = field(
        default_factory=lambda: {"confidence": {"act": 1.0}, "least_confidence": 0.5}
    )

    def read_sentences(self, sentences: Sequence[str]) -> list[Any]:
        made = self.words, self.parties, self.silent, self.length, self.likely
        return [FakeReading(s, *made) for s in sentences]


def find(text: str, fake: FakeClassifier | None) -> tuple[list[Act], list[Rejected]]:
    passages = parse_text(text)
    return find_acts(passages, actors_in(passages), load_lexicon(), cast("Classifier | None", fake))


def show(act: Act) -> str:
    sides = (" ".join(p.code or p.text for p in side) or "-" for side in (act.actors, act.recipients))
    return f"{act.token.text}: {act.type} {act.status} {' > '.join(sides)}"


LOOTED = "Kenya glimmered Uganda near the border."


@pytest.mark.parametrize(("share", "told"), [(0.99, ["glimmered: ASSAULT happened KEN > UGA"]), (0.4, [])])
def test_a_word_without_frame_tells_what_is_read_for_sure(share: float, told: list[str]) -> None:
    fake = FakeClassifier({"glimmered": ("ASSAULT", share, "happened")}, {})
    assert [show(a) for a in find(LOOTED, None)[0]] == []
    assert [show(a) for a in find(LOOTED, fake)[0]] == told


def test_a_frame_is_dropped_where_no_act_is_read() -> None:
    text = "Kenya attacked Uganda."
    assert [show(a) for a in find(text, None)[0]] == ["attacked: ASSAULT happened KEN > UGA"]
    acts, rejected = find(text, FakeClassifier({"attacked": (NONE, 0.99, "happened")}, {}))
    assert acts == []
    assert [(r.token.text, r.reason) for r in rejected] == [("attacked", "too unsure (0.01)")]


def test_a_word_that_was_not_read_is_left_to_its_frame() -> None:
    fake = FakeClassifier({"attacked": (NONE, 1.0, "happened")}, {}, length=5)
    assert [show(a) for a in find("Kenya attacked Uganda.", fake)[0]] == [
        "attacked: ASSAULT happened KEN > UGA"
    ]


def test_an_empty_place_is_filled_as_read() -> None:
    text = "In Nairobi, protests against Uganda went on, and Kenya was said to have attacked."
    parties = {("attacked", "Kenya"): "actor", ("attacked", "Uganda"): "recipient"}
    acts, _ = find(text, FakeClassifier({"attacked": ("ASSAULT", 0.99, "happened")}, parties))
    attack = next(a for a in acts if a.token.text == "attacked")
    assert [p.code for p in attack.actors] == ["KEN"]
    assert [p.code for p in attack.recipients] == ["UGA"]
    assert "the trained classifier reads 'Uganda' as the recipient" in attack.reasons
    assert attack.signs["guessed"] > 0


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ({}, "urged: REQUEST happened KEN > GEO"),
        ({("urged", "lamplighters"): "recipient"}, "urged: REQUEST happened KEN > the lamplighters"),
    ],
)
def test_who_is_read_as_the_recipient_is_replaced_by_nobody_else(
    read: dict[tuple[str, str], str], told: str
) -> None:
    text = "Georgian police left, and Kenya urged the lamplighters to think again."
    acts, _ = find(text, FakeClassifier({"urged": ("REQUEST", 0.99, "happened")}, read))
    assert told in [show(a) for a in acts]


def test_a_phrase_that_no_table_knows_can_be_a_party() -> None:
    text = "The lamplighters attacked the glassblowers."
    words: dict[str, Word] = {"attacked": ("ASSAULT", 0.99, "happened")}
    parties = {("attacked", "lamplighters"): "actor", ("attacked", "glassblowers"): "recipient"}
    assert find(text, None)[0] == []
    assert [show(a) for a in find(text, FakeClassifier(words, parties))[0]] == [
        "attacked: ASSAULT happened The lamplighters > the glassblowers"
    ]


def test_type_and_status_give_way_to_a_reading_that_all_but_excludes_them() -> None:
    text = "Kenya attacked Uganda."
    parties = {("attacked", "Kenya"): "actor", ("attacked", "Uganda"): "recipient"}
    acts, _ = find(text, FakeClassifier({"attacked": ("ACCUSE", 1.0, "alleged")}, parties))
    assert [show(a) for a in acts] == ["attacked: ACCUSE alleged KEN > UGA"]
    assert "the trained classifier reads ACCUSE" in acts[0].reasons
    assert "the trained classifier reads it as alleged" in acts[0].reasons


STRUCK = {("attacked", "Uganda"): "recipient"}
SAID = "Georgian police said that Kenya attacked Uganda."


@pytest.mark.parametrize(
    ("text", "parties", "told"),
    [
        (SAID, STRUCK | {("attacked", "Georgian"): "actor"}, "GEO > UGA"),
        (SAID, STRUCK, "KEN > UGA"),  # nobody is likelier
        (SAID, STRUCK | {("attacked", p): "actor" for p in ("Georgian", "Kenya")}, "KEN > UGA"),
        (
            "Kenya attacked Uganda.",
            {("attacked", "Uganda"): "actor", ("attacked", "Kenya"): "recipient"},
            "UGA > KEN",
        ),
        (  # who stands in another sentence was not read
            "Kenya spoke. It attacked Uganda. Georgian police left.",
            STRUCK | {("attacked", "Georgian"): "actor"},
            "KEN > UGA",
        ),
    ],
)
def test_a_party_read_as_out_of_its_role_gives_way_to_a_likelier_one(
    text: str, parties: dict[tuple[str, str], str], told: str
) -> None:
    acts, _ = find(text, FakeClassifier({"attacked": ("ASSAULT", 0.99, "happened")}, parties))
    assert f"attacked: ASSAULT happened {told}" in [show(a) for a in acts]


@pytest.mark.parametrize(
    ("text", "act", "parties", "told"),
    [
        (
            "Kenya glimmered near the lamplighters.",
            "glimmered",
            {("glimmered", "Kenya"): "actor", ("glimmered", "lamplighters"): "recipient"},
            "glimmered: ASSAULT happened KEN > the lamplighters",
        ),
        (  # nor is one who belongs to the actor somebody else
            "Kenya glimmered near its people.",
            "glimmered",
            {("glimmered", "Kenya"): "actor", ("glimmered", "people"): "recipient"},
            "glimmered: ASSAULT happened KEN > -",
        ),
    ],
)
def test_who_may_fill_a_place(text: str, act: str, parties: dict[tuple[str, str], str], told: str) -> None:
    acts, _ = find(text, FakeClassifier({act: ("ASSAULT", 0.99, "happened")}, parties))
    assert told in [show(a) for a in acts]


@pytest.mark.parametrize(("likely", "told"), [(0.9, "The lamplighters > UGA"), (0.7, "KEN > UGA")])
def test_a_phrase_that_no_table_knows_takes_a_place_only_where_it_is_surely_read(
    likely: float, told: str
) -> None:
    read = STRUCK | {("attacked", "lamplighters"): "actor"}
    fake = FakeClassifier({"attacked": ("ASSAULT", 0.99, "happened")}, read, likely=likely)
    acts, _ = find("The lamplighters said that Kenya attacked Uganda.", fake)
    assert f"attacked: ASSAULT happened {told}" in [show(a) for a in acts]
