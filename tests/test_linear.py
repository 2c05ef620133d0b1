"""The linear model of pairs: features, fit, the file it is kept in; how evidence is chosen and counted."""

from __future__ import annotations

import numpy as np
import pytest

from detente.classifier import load_classifier
from detente.classify import Evidence, Mix, combine, read_marked
from detente.linear import Features, LinearModel, list_features, name_key, pack
from detente.parse import parse_text
from training.fit_linear import TYPES, count_columns, fill_matrix, fit, keep_strongest, share
from training.measure import Judged, choose, score_mix, sharpen


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
    ("<s>Iran spoke. It</s> condemned <t>Israel</t>.", "word AB between condemn.VERB"),
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
    assert list(columns) == [name_key("praise"), name_key("blame")]
    labels = ["SUPPORT", "SUPPORT", "ACCUSE", "ACCUSE"]
    x = fill_matrix(rows, columns)
    shares = share(x, fit(x, labels, ridge=0.1))
    assert [TYPES[i] for i in shares.argmax(1)] == labels
    assert shares.sum(1) == pytest.approx(1)
    held = share(x, fit(x, labels, ridge=100.0))
    assert held.max() < shares.max()  # a ridge holds the weights back
    unknown = share(fill_matrix([{"new": 1.0}], columns), fit(x, labels))
    assert unknown[0, TYPES.index("SUPPORT")] == pytest.approx(0.5, abs=0.01)  # the base alone


def test_a_model_reads_from_its_file_what_was_fitted() -> None:
    rows = [{"praise": 1.0}, {"praise": 2.0}, {"blame": 1.0}, {"blame": 1.0}]
    columns = count_columns(rows)
    weights = fit(fill_matrix(rows, columns), ["SUPPORT", "SUPPORT", "ACCUSE", "ACCUSE"])
    kept = LinearModel(keep_strongest(columns, weights), TYPES)
    known = {"praise": 1.0, "blame": 0.5, "unheard of": 9.0}
    expected = share(fill_matrix([known], columns), weights)[0]
    found = kept.share_types(known)
    assert list(found) == list(TYPES)
    assert list(found.values()) == pytest.approx(expected.tolist(), abs=0.01)  # int8 rounds


def test_a_model_that_knows_no_feature_goes_by_its_base() -> None:
    data = pack(np.array([7], dtype=np.uint32), np.ones((1, 2)), np.log(np.array([3.0, 1.0])))
    assert LinearModel(data, ["AID", "ACCUSE"]).share_types({}) == pytest.approx(
        {"AID": 0.75, "ACCUSE": 0.25}
    )


SHIPPED = [
    ("<s>Iran</s> bombed <t>Israel</t>.", "ASSAULT"),
    ("<s>Peru</s> accused <t>Chile</t> of spying.", "ACCUSE"),
    ("<s>France</s> thanked <t>Morocco</t> for its help.", "SUPPORT"),
    ("<s>Police</s> arrested <t>the mayor</t>.", "COERCE"),
]


@pytest.mark.parametrize(("marked", "expected"), SHIPPED)
def test_the_model_that_is_shipped_knows_plain_acts_without_frames(marked: str, expected: str) -> None:
    classifier = load_classifier()
    assert classifier is not None
    assert classifier.linear is not None
    text, actor, recipient = read_marked(marked)
    shares = classifier.linear.share_types(list_features(parse_text(text), actor, recipient, {}))
    assert max(shares, key=lambda t: shares[t]) == expected
    assert sum(shares.values()) == pytest.approx(1)


EVEN = dict.fromkeys(TYPES, 1 / len(TYPES))
ENCODER, LINEAR = Mix(0.0, 1.0, 0.0), Mix(0.0, 0.0, 1.0)


def judge(type_: str, encoder: dict[str, float]) -> Judged:
    return Judged(type_, "verbal conflict", Evidence({}, EVEN | encoder, {}))


def test_each_kind_of_evidence_counts_as_the_mix_says() -> None:
    linear = dict.fromkeys(TYPES, 0.01) | {"ACCUSE": 0.85}
    evidence = Evidence({"AID": 1.0}, EVEN | {"REJECT": 0.5}, linear)
    judged = Judged("ACCUSE", "verbal conflict", evidence)
    assert judged.best(LINEAR) == "ACCUSE"
    assert judged.best(ENCODER) == "REJECT"
    assert judged.best(Mix(1.0, 0.0, 0.0)) == "AID"
    assert judged.best(Mix(12.0, 0.5, 0.5)) == "AID"
    assert sum(combine(evidence, Mix(1.0, 0.5, 0.5)).values()) == pytest.approx(1)


def test_evidence_that_is_not_given_counts_for_nothing() -> None:
    given = Evidence({}, EVEN | {"ACCUSE": 0.9}, {})
    assert combine(given, Mix(1.0, 1.0, 1.0)) == combine(given, ENCODER)


def test_shares_that_are_sure_and_err_are_flattened() -> None:
    sure = dict.fromkeys(TYPES, 0.005) | {"ACCUSE": 0.925}
    right, wrong = judge("ACCUSE", sure), judge("REJECT", sure)
    often_wrong, seldom, never = (
        sharpen(judged, ENCODER).encoder for judged in ([right, wrong], [right] * 9 + [wrong], [right] * 20)
    )
    assert often_wrong < seldom < never


def test_sentences_and_reports_count_the_same_when_a_mix_is_chosen() -> None:
    def both(type_: str, encoder: str, linear: str) -> Judged:
        peaks = (EVEN | {encoder: 0.9}, EVEN | {linear: 0.9})
        return Judged(type_, "verbal conflict", Evidence({}, *peaks))

    encoder_right, linear_right = both("ACCUSE", "ACCUSE", "AID"), both("ACCUSE", "AID", "ACCUSE")
    sentences = [encoder_right] * 6 + [linear_right] * 3
    reports = [linear_right] * 2
    judged, whole = [*sentences, *reports], [False] * 9 + [True] * 2
    assert choose(judged, whole, [ENCODER, LINEAR]).linear > 0
    assert choose(judged, [False] * 11, [ENCODER, LINEAR]).encoder > 0


def test_score_counts_types_and_quads() -> None:
    judged = [judge("ACCUSE", {"ACCUSE": 0.9}), judge("REJECT", {"ACCUSE": 0.9})]
    types, quads = score_mix(judged, ENCODER)
    assert types == pytest.approx(100 * (2 / 3) / 2)
    assert quads == pytest.approx(100)
