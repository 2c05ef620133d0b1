"""One PLOVER label for two marked mentions; marks; faulty spans."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from types import MappingProxyType

import pytest

from detente.classify import Evidence, Mix, PairLabel, classify_marked, classify_pair, combine, read_marked
from detente.errors import UsageError
from detente.ontology import load_ontology, single_label

# the label of what <s> does to <t>
CASES = [
    ("<s>Peru</s> signed a treaty with <t>Ecuador</t>.", "SUPPORT AGREE"),
    ("<s>Armenia</s> agreed to a truce with <t>Azerbaijan</t>.", "AGREE"),
    ("<s>India</s> accepted the proposal of <t>China</t>.", "AGREE"),
    ("<s>Italy</s> will send food to <t>Libya</t>.", "AGREE"),
    ("The president of <s>Cuba</s> plans to visit <t>Mexico</t>.", "AGREE"),
    ("<s>Norway</s> pledged to support <t>Estonia</t>.", "AGREE"),
    ("The president of <s>Kenya</s> met his counterpart from <t>Uganda</t>.", "CONSULT"),
    ("<s>Vietnam</s>'s prime minister arrived in <t>Laos</t> for talks.", "CONSULT"),
    ("<s>Egypt</s> held talks with <t>Sudan</t> over the dam.", "CONSULT"),
    ("<s>Cuba</s> praised <t>Venezuela</t> for its stance.", "SUPPORT"),
    ("<s>France</s> recognised the government of <t>Mali</t>.", "SUPPORT"),
    ("<s>Washington</s> lifted its sanctions on <t>Myanmar</t>.", "CONCEDE"),
    ("<s>Malaysia</s> shared intelligence with <t>Singapore</t>.", "COOPERATE"),
    ("<s>Germany</s> sent medicine to <t>Moldova</t>.", "AID"),
    ("<s>Canada</s> granted asylum to refugees from <t>Syria</t>.", "AID"),
    ("<s>Israel</s> withdrew its troops from <t>Lebanon</t>.", "RETREAT"),
    ("<s>Iran</s> released two sailors from <t>Britain</t>.", "RETREAT"),
    ("<s>Serbia</s> asked <t>Hungary</t> for help.", "REQUEST"),
    ("<s>Chile</s> urged <t>Peru</t> to pull back its ships.", "REQUEST"),
    ("<s>Germany</s> must send weapons to <t>Ukraine</t>.", "REQUEST"),
    ("<s>Estonia</s> condemned <t>Russia</t>.", "ACCUSE"),
    ("<s>Chad</s> accused <t>Sudan</t> of lying.", "ACCUSE"),
    ("<s>Denmark</s> summoned the ambassador of <t>China</t>.", "ACCUSE"),
    ("<s>Iran</s> rejected the demand of <t>Iraq</t>.", "REJECT"),
    ("<s>Israel</s> refused to meet the delegation of <t>Iran</t>.", "REJECT"),
    ("<s>Laos</s> turned down the offer by <t>Thailand</t>.", "REJECT"),
    ("<s>Rwanda</s> threatened <t>Burundi</t> with war.", "THREATEN"),
    ("<s>Russia</s> threatened to cut ties with <t>Norway</t>.", "THREATEN"),
    ("Thousands of people in <s>Georgia</s> protested against <t>Russia</t>.", "PROTEST"),
    ("<s>Bahrain</s> recalled its ambassador from <t>Iran</t>.", "SANCTION"),
    ("<s>Bolivia</s> cut diplomatic ties with <t>Israel</t>.", "SANCTION"),
    ("<s>Lithuania</s> expelled two diplomats from <t>Belarus</t>.", "SANCTION"),
    ("<s>Pakistan</s> has massed its troops along the border with <t>India</t>.", "MOBILIZE"),
    ("<s>Iran</s> seized a tanker from <t>Greece</t>.", "COERCE"),
    ("<s>China</s> arrested two citizens of <t>Canada</t>.", "COERCE"),
    ("<s>Syria</s> shelled a village in <t>Turkey</t>.", "ASSAULT"),
    ("<s>Russia</s> invaded <t>Georgia</t> in August.", "ASSAULT"),
    # the passive, and the second mention before the first
    ("The envoy of <t>Syria</t> was expelled by <s>Jordan</s>.", "SANCTION"),
    ("<t>Ukraine</t> was invaded by <s>Russia</s>.", "ASSAULT"),
    ("<t>Myanmar</t> was condemned by the <s>United Nations</s>.", "ACCUSE"),
    # the pair decides which of two acts is meant
    ("<s>Oman</s> praised <t>Iran</t> and condemned Israel.", "SUPPORT"),
    ("<s>Oman</s> praised Iran and condemned <t>Israel</t>.", "ACCUSE"),
    ("<s>Kenya</s> sent food to <t>Somalia</t> after Ethiopia had shelled Eritrea.", "AID"),
    ("Kenya sent food to Somalia after <s>Ethiopia</s> had shelled <t>Eritrea</t>.", "ASSAULT"),
    # people without a state's name
    ("The <s>minister</s> thanked the <t>rebels</t> for the truce.", "SUPPORT"),
    ("<s>Police</s> arrested <t>twelve protesters</t> in the capital.", "COERCE"),
    ("<s>Chad</s> accused <t>Sudan</t> of arming rebels.", "ACCUSE"),
]


@cache
def label_of(marked: str) -> PairLabel:
    return classify_marked(marked)


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_labels(marked: str, expected: str) -> None:
    assert label_of(marked).type in expected.split()


@pytest.mark.parametrize("marked", [marked for marked, _ in CASES])
def test_scores_are_shares(marked: str) -> None:
    label = label_of(marked)
    assert set(label.scores) == set(load_ontology().types)
    assert sum(label.scores.values()) == pytest.approx(1, abs=0.001)
    assert min(label.scores.values()) >= 0
    types = load_ontology().types
    assert label.scores[label.type] == max(s for t, s in label.scores.items() if types[t].quad == label.quad)
    assert label.quad == load_ontology().types[label.type].quad
    assert label.reasons
    assert all(label.reasons)


PICKED = [
    ({"ASSAULT": 0.6, "ACCUSE": 0.4}, "ASSAULT"),
    ({"ASSAULT": 0.4, "ACCUSE": 0.35, "REJECT": 0.25}, "ACCUSE"),  # verbal conflict has more together
    ({"AGREE": 0.3, "CONSULT": 0.3, "AID": 0.4}, "AGREE"),
    ({"CONSULT": 1.0, "AID": 0.0}, "CONSULT"),
]


@pytest.mark.parametrize(("shares", "expected"), PICKED)
def test_the_quad_is_picked_before_the_type(shares: dict[str, float], expected: str) -> None:
    assert load_ontology().pick_type(shares) == expected


class Reader:
    """A classifier that always reads the same."""

    meta = MappingProxyType({"mix": {"frames": 0.0, "encoder": 1.0, "linear": 1.0}})
    linear = None

    def read_pairs(self, items: list[object]) -> list[dict[str, float]]:
        read = {"ASSAULT": 0.4, "ACCUSE": 0.35, "REJECT": 0.25}
        return [dict.fromkeys(load_ontology().types, 0.0) | read for _ in items]


def test_a_label_says_where_its_quad_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.classify.load_classifier", Reader)
    label = classify_pair("Peru met Chile.", (0, 4), (9, 14))
    assert (label.type, label.quad) == ("ACCUSE", "verbal conflict")
    assert label.scores["ASSAULT"] > label.scores["ACCUSE"]
    assert "the types of its quad are together the likeliest" in label.reasons[0]


def test_a_mix_that_counts_for_less_flattens_the_shares_and_keeps_their_order() -> None:
    evidence = Evidence(
        {"AID": 0.5}, {t: {"AID": 0.3, "ACCUSE": 0.5}.get(t, 0.01) for t in load_ontology().types}, {}
    )
    sharp, flat = (combine(evidence, Mix(4.0 * s, s, 0.0)) for s in (1.0, 0.5))
    assert sum(flat.values()) == pytest.approx(1)
    assert sorted(sharp, key=lambda t: sharp[t]) == sorted(flat, key=lambda t: flat[t])
    assert flat["AID"] / flat["ACCUSE"] == pytest.approx((sharp["AID"] / sharp["ACCUSE"]) ** 0.5)


def test_all_types_but_none_stand_in_the_table() -> None:
    assert {t for _, expected in CASES for t in expected.split()} == set(load_ontology().types)


def test_a_sentence_that_tells_nothing_has_the_default_with_its_reason() -> None:
    label = classify_pair("Peru lies north of Chile.", (0, 4), (19, 24))
    assert label.type in load_ontology().types
    assert "no word tells this act" in label.reasons[0]


def test_the_recipient_may_be_missing() -> None:
    assert classify_pair("Russia vetoed the plan.", (0, 6)).type == "REJECT"


def test_the_actor_may_be_missing() -> None:
    assert classify_pair("Kuwait was invaded at dawn.", None, (0, 6)).type == "ASSAULT"


BAD_SPANS = [(-1, 4), (0, 0), (5, 3), (0, 99), (99, 100)]


@pytest.mark.parametrize("span", BAD_SPANS)
def test_spans_outside_the_sentence_are_refused(span: tuple[int, int]) -> None:
    sentence = "Russia vetoed the plan."
    with pytest.raises(UsageError, match="outside the sentence of 23 characters"):
        classify_pair(sentence, span)
    with pytest.raises(UsageError, match="outside"):
        classify_pair(sentence, (0, 6), span)


MARKED = [
    ("<s>Iran</s> met <t>Iraq</t>.", ("Iran met Iraq.", (0, 4), (9, 13))),
    ("<t>Iraq</t> was met by <s>Iran</s>.", ("Iraq was met by Iran.", (16, 20), (0, 4))),
    ("<s>Iran</s> spoke.", ("Iran spoke.", (0, 4), None)),
    ("He met <t>Iraq</t>.", ("He met Iraq.", None, (7, 11))),
    ("No marks here.", ("No marks here.", None, None)),
    ("", ("", None, None)),
    ("5 < 6 and <s>7</s> > 3; <b>bold</b>", ("5 < 6 and 7 > 3; <b>bold</b>", (10, 11), None)),
    ("<s>the <t>Iraqi</t> army</s> left", ("the Iraqi army left", (0, 14), (4, 9))),
    ("<s>Côte d’Ivoire</s> met <t>Türkiye</t>", ("Côte d’Ivoire met Türkiye", (0, 13), (18, 25))),
]


@pytest.mark.parametrize(("marked", "expected"), MARKED)
def test_marks(marked: str, expected: tuple[str, tuple[int, int] | None, tuple[int, int] | None]) -> None:
    assert read_marked(marked) == expected


ODD_MARKS = [
    "<s>Iran met Iraq.",
    "Iran</s> met Iraq.",
    "<s></s> met <t></t>.",
    "<s>Iran</s> <s>Iraq</s>",
    "</t><s>",
    "<s>Iran <t>met</s> Iraq</t>",
]


@pytest.mark.parametrize("marked", ODD_MARKS)
def test_odd_marks_never_give_spans_outside_the_sentence(marked: str) -> None:
    with suppress(UsageError):  # nobody is marked, or an empty mark names nobody
        plain, actor, recipient = read_marked(marked)
        assert not any(mark in plain for mark in ("<s>", "</s>", "<t>", "</t>"))
        for span in (actor, recipient):
            assert span is None or 0 <= span[0] <= span[1] <= len(plain)
        assert classify_pair(plain, actor, recipient).type in load_ontology().types


@pytest.mark.parametrize("marked", ["", "No marks here.", "<b>Iran</b> met Iraq.", "<S>Iran</S>", "<s>Iran"])
def test_a_sentence_without_mentions_is_refused(marked: str) -> None:
    with pytest.raises(UsageError, match="lacks both"):
        classify_marked(marked)


SINGLE = [
    ("CONSULT", "happened", "CONSULT"),
    ("CONSULT", "planned", "AGREE"),
    ("AID", "offered", "AGREE"),
    ("SUPPORT", "predicted", "AGREE"),
    ("COOPERATE", "planned", "AGREE"),
    ("ASSAULT", "happened", "ASSAULT"),
    ("ASSAULT", "threatened", "THREATEN"),
    ("SANCTION", "threatened", "THREATEN"),
    ("AID", "demanded", "REQUEST"),
    ("CONSULT", "refused", "REJECT"),
    ("CONCEDE", "planned", "AGREE"),
    ("RETREAT", "offered", "AGREE"),
    ("CONCEDE", "negated", "REJECT"),
]


@pytest.mark.parametrize(("type_", "status", "expected"), SINGLE)
def test_single_labels(type_: str, status: str, expected: str) -> None:
    assert single_label(type_, status) == expected
