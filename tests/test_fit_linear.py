"""The linear model of pairs: features, fit, what it adds to the others; how shares are measured."""

from __future__ import annotations

import pytest

from detente.classify import read_marked
from detente.parse import parse_text
from training.fit_linear import (
    TYPES,
    Features,
    Part,
    count_columns,
    fill_matrix,
    fit,
    list_features,
    mix,
    share,
)
from training.measure import Judged, choose_sharpness, score_mix


def features_of(marked: str) -> Features:
    text, actor, recipient = read_marked(marked)
    return list_features(parse_text(text), actor, recipient, {"ACCUSE": 0.5, "AID": 0.0})


FOUND = [
    ("<s>Iran</s> condemned <t>Israel</t>.", "sides AB"),
    ("<s>Iran</s> condemned <t>Israel</t>.", "order AB"),
    ("<s>Iran</s> condemned <t>Israel</t>.", "path ^nsubj | dobj by condemn.VERB"),
    ("<s>Iran</s> condemned <t>Israel</t>.", "word AB between condemn.VERB"),
    ("<s>Iran</s> condemned <t>Israel</t>.", "frame ACCUSE 0.5"),
    ("<t>Israel</t> was condemned by <s>Iran</s>.", "order BA"),
    ("<t>Israel</t> was condemned by <s>Iran</s>.", "B 1 auxpass was"),
    ("<t>Israel</t> was condemned by <s>Iran</s>.", "A pobj condemn.VERB"),
    ("<s>Iran</s> did not meet <t>Israel</t>.", "A 1 neg not"),
    ("<s>Iran</s> would meet <t>Israel</t>.", "A 1 aux would"),
    ("If <s>Iran</s> strikes <t>Israel</t>, oil rises.", "A 1 mark if"),
    ("<s>Iran</s> sent aid to <t>Yemen</t>.", "A send.VERB dobj aid.NOUN"),
    ("<s>The rebels</s> left.", "sides A"),
    ("<s>The rebels</s> left.", "A has rebel.NOUN"),
    ("<s>Iran</s> spoke. <t>Israel</t> left.", "word AB between speak.VERB"),
]


@pytest.mark.parametrize(("marked", "name"), FOUND)
def test_features(marked: str, name: str) -> None:
    assert name in features_of(marked)


@pytest.mark.parametrize("marked", ["<s>Iran</s> met <t>Iraq</t>.", "<s>Kenya</s> met <t>Peru</t>."])
def test_who_is_in_the_news_is_no_feature(marked: str) -> None:
    assert not [f for f in features_of(marked) if any(n in f.lower() for n in ("ira", "kenya", "peru"))]


def test_parties_of_two_sentences_have_no_path() -> None:
    assert not [f for f in features_of("<s>Iran</s> spoke. <t>Israel</t> left.") if "path" in f]


def test_fit_learns_what_tells_the_labels_apart_and_leaves_rare_features_out() -> None:
    rows = [{"praise": 1.0}, {"praise": 1.0}, {"blame": 1.0}, {"blame": 1.0, "once": 1.0}]
    columns = count_columns(rows)
    assert list(columns) == ["praise", "blame"]
    labels = ["SUPPORT", "SUPPORT", "ACCUSE", "ACCUSE"]
    x = fill_matrix(rows, columns)
    shares = share(x, fit(x, labels, ridge=0.1))
    assert [TYPES[i] for i in shares.argmax(1)] == labels
    assert shares.sum(1) == pytest.approx(1)
    held = share(x, fit(x, labels, ridge=100.0))
    assert held.max() < shares.max()  # a ridge holds the weights back
    unknown = share(fill_matrix([{"new": 1.0}], columns), fit(x, labels))
    assert unknown[0, TYPES.index("SUPPORT")] == pytest.approx(0.5, abs=0.01)  # the base alone


EVEN = dict.fromkeys(TYPES, 1 / len(TYPES))


def judge(type_: str, model: dict[str, float]) -> Judged:
    return Judged(type_, "verbal conflict", {}, EVEN | model)


def test_the_linear_model_decides_where_the_others_do_not() -> None:
    judged = judge("ACCUSE", {})
    linear = dict.fromkeys(TYPES, 0.01) | {"ACCUSE": 0.85}
    assert mix(judged, linear, 1.0, 0.0).best((1.0, 1.0)) == "ACCUSE"
    frames = Judged("AID", "material cooperation", {"AID": 1.0}, EVEN)
    assert mix(frames, linear, 0.5, 12.0).best((1.0, 1.0)) == "AID"
    assert (
        Part([judge("AID", {"AID": 0.9})], [linear]).mixed(1.0, 0.0, network=False)[0].best((1.0, 1.0))
        == "ACCUSE"
    )


def test_sharpness_is_low_where_sure_shares_err() -> None:
    sure = dict.fromkeys(TYPES, 0.005) | {"ACCUSE": 0.925}
    right, wrong = judge("ACCUSE", sure), judge("REJECT", sure)
    often_wrong = choose_sharpness([right, wrong], 0.0)
    assert often_wrong < choose_sharpness([right] * 9 + [wrong], 0.0) < choose_sharpness([right] * 20, 0.0)


def test_score_counts_types_and_quads() -> None:
    judged = [judge("ACCUSE", {"ACCUSE": 0.9}), judge("REJECT", {"ACCUSE": 0.9})]
    types, quads = score_mix(judged, (0.0, 1.0))
    assert types == pytest.approx(100 * (2 / 3) / 2)
    assert quads == pytest.approx(100)
