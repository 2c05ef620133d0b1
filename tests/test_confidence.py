"""How likely an act is right: its signs, their weights, and how often the coder keeps what it promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detente.classifier import load_classifier
from detente.cli import run_command
from detente.evaluate import Evaluation
from detente.events import Act, ActFinder, find_acts
from detente.events.confidence import log_odds, weigh_signs
from detente.events.learned import Hints
from detente.lexicon import load_lexicon
from detente.parse import parse_text
from detente.pipeline import code_text
from detente.records import Report
from detente.who import actors_in
from training.logistic import fit_logistic

TOLD = "On Monday Turkey summoned the Greek ambassador and accused Greece of violating its airspace."
LOOSE = "The government of Thailand declared martial law."
FILM = "The film tells how Turkey once attacked a Greek choir with violins."


def acts_of(text: str, read: bool = True) -> list[Act]:
    passages = parse_text(text)
    classifier = load_classifier() if read else None
    return find_acts(passages, actors_in(passages), load_lexicon(), classifier)[0]


def reasons_against(text: str) -> list[str]:
    passages = parse_text(text)
    _, rejected = find_acts(passages, actors_in(passages), load_lexicon(), load_classifier())
    return [r.reason for r in rejected]


@pytest.mark.parametrize(("probability", "odds"), [(0.5, 0.0), (0.9, 2.197), (0.1, -2.197), (1.0, 6.213)])
def test_odds_are_even_around_one_half_and_bounded(probability: float, odds: float) -> None:
    assert log_odds(probability) == pytest.approx(odds, abs=0.001)


def test_signs_without_a_weight_count_for_nothing() -> None:
    assert weigh_signs({"act": 2.0, "new": 9.0}, {"act": 1.0}) == pytest.approx(1 / (1 + np.exp(-2)))


def test_the_fit_finds_the_odds_of_each_sign() -> None:
    x = np.array([[1.0, 0.0]] * 40 + [[1.0, 1.0]] * 40)
    y = np.array([1.0] * 10 + [0.0] * 30 + [1.0] * 30 + [0.0] * 10)
    assert fit_logistic(x, y, ridge=0.0) == pytest.approx([-np.log(3), 2 * np.log(3)], abs=1e-6)


def test_an_act_that_all_agree_on_is_surer_than_one_that_is_hinted_at() -> None:
    [passage] = passages = parse_text(TOLD)
    finder = ActFinder(actors_in(passages), load_lexicon(), Hints(load_classifier(), passages))
    acts = finder.read_sentence(passage, next(passage.doc.sents))
    for act in acts:
        finder.judge(act)
    sure = {a.token.text: a.confidence for a in acts}
    assert min(sure["summoned"], sure["accused"]) > 0.5 > sure["violating"]


def test_every_weight_is_of_a_sign_that_acts_have() -> None:
    classifier = load_classifier()
    assert classifier is not None
    assert set(classifier.meta["confidence"]) == set(acts_of(TOLD)[0].signs)


def test_a_bare_sentence_that_might_be_sports_is_coded_all_the_same() -> None:
    acts = acts_of("Oman met Qatar.")
    assert [(a.type, len(a.parties)) for a in acts] == [("CONSULT", 2)]
    assert acts[0].is_sure


def test_without_a_classifier_guesses_cost() -> None:
    act = acts_of(TOLD, read=False)[0]
    assert not act.signs
    assert act.confidence == pytest.approx(0.95 - act.penalty)


def test_what_is_too_unsure_is_passed_over_and_says_so() -> None:
    classifier = load_classifier()
    assert classifier is not None
    coded = code_text(Report("r", TOLD))
    assert all(m.confidence >= classifier.meta["least_confidence"] - 0.005 for m in coded.mentions)
    assert any(why.startswith("too unsure (0.") for why in reasons_against(LOOSE))


def test_a_sentence_that_tells_no_event_is_passed_over_and_says_so() -> None:
    assert not acts_of(FILM)
    assert any(why.startswith("its sentence is read as telling no event (") for why in reasons_against(FILM))


DOUBTED = [  # word, what the rules say against it
    ("Kampala turned down Nairobi's request for soldiers.", "request", "refers to an act told elsewhere"),
]


@pytest.mark.parametrize(("text", "word", "reason"), DOUBTED)
def test_what_rules_speak_against_is_coded_only_where_the_classifier_reads_it(
    text: str, word: str, reason: str
) -> None:
    assert word in {a.token.text for a in acts_of(text)}
    passages = parse_text(text)
    kept, rejected = find_acts(passages, actors_in(passages), load_lexicon())
    assert word not in {a.token.text for a in kept}
    assert [r.reason for r in rejected if r.token.text == word and reason in r.reason]


NOBODY_DID = [
    "Iran did not threaten to bomb Israel.",
    "Turkey never threatened to attack Greece.",
    "Japan denied that it had threatened to invade China.",
]


@pytest.mark.parametrize("text", NOBODY_DID)
def test_what_nobody_threatened_is_not_coded_as_threatened(text: str) -> None:
    assert [a.type for a in acts_of(text)] == ["THREATEN"]


def test_an_act_that_its_outer_act_lets_go_is_read_anew() -> None:
    for act in acts_of("Egypt ignored the promise to release Israelis."):
        assert act.parties
        assert act.outer is None or act.outer.is_sure


def test_calibration_counts_what_is_right_at_each_step() -> None:
    found = Evaluation(confidences=[(0.35, False), (0.45, True), (0.45, False), (0.95, True), (1.0, True)])
    assert [(low, number, share) for low, _, number, _, share in found.calibration()] == [
        (0.3, 1, 0.0),
        (0.4, 2, 0.5),
        (0.9, 2, 1.0),
    ]


def test_eval_prints_how_many_are_right_at_each_confidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "= x-1 style=agency region=asia decade=1990\n"
    (tmp_path / "c.txt").write_text(f"{head}{TOLD}\n@ summoned: ACCUSE happened | Turkey > -\n", "utf-8")
    assert run_command(["eval", str(tmp_path), "--confidence"]) == 0
    table = capsys.readouterr().out.partition("right in type, parties and status\n")[2].split()
    assert int(table[1]) >= 1
    assert 0 <= float(table[3]) <= 1


def test_the_reasons_tell_the_probabilities() -> None:
    [told] = [a.reasons[-1] for a in acts_of(TOLD) if a.token.text == "summoned"]
    assert told.startswith("the trained classifier's probabilities: act ")
    assert [words.split()[0] for words in told.partition(": ")[2].split(", ")] == [
        "act",
        "type",
        "status",
        "actor",
        "recipient",
    ]
