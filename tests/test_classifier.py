"""The trained classifier: its readings, its tokens, and what it does with a faulty or missing model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import detente.classifier as module
from detente.classifier import MARKERS, NONE, Classifier, encode, load_classifier, pad
from detente.errors import DataError
from detente.ontology import load_ontology
from detente.records import STATUSES, SpanOffsets

MODEL = Path(module.__file__).parent / "model"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    found = load_classifier()
    assert found is not None, "the package lacks detente/model"
    return found


def span_of(text: str, words: str) -> SpanOffsets:
    start = text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("text", "word", "type_"),
    [
        ("Artillery shelled the port of Veldt for three days.", "shelled", "ASSAULT"),
        ("The foreign ministers of Ruritania and Freedonia met in Geneva.", "met", "CONSULT"),
        ("The cabinet imposed an arms embargo on Freedonia.", "embargo", "COERCE"),
        ("Ruritania shipped ten thousand tons of grain to Freedonia.", "shipped", "AID"),
        ("Thousands of teachers marched through the capital against the cuts.", "marched", "PROTEST"),
        ("The striker scored twice in the second half.", "scored", NONE),
        ("The minister wore a grey coat and smiled at the cameras.", "wore", NONE),
    ],
)
def test_reads_what_a_word_tells(classifier: Classifier, text: str, word: str, type_: str) -> None:
    [reading] = classifier.read_sentences([text])
    assert reading.word(span_of(text, word)).type == type_


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [
        ("The rebels shelled the port on Monday.", "shelled", "happened"),
        ("The army denied that it had shelled the port.", "shelled", "denied"),
        ("Ruritania will send troops to the border next week.", "send", "planned"),
        ("The envoy refused to meet the delegation.", "meet", "refused"),
        ("The council demanded that Freedonia withdraw its forces.", "withdraw", "demanded"),
        ("Analysts expect Ruritania to attack in the spring.", "attack", "predicted"),
    ],
)
def test_reads_the_status_of_a_word(classifier: Classifier, text: str, word: str, status: str) -> None:
    [reading] = classifier.read_sentences([text])
    assert reading.word(span_of(text, word)).status == status


@pytest.mark.parametrize(
    ("text", "actor", "recipient", "type_"),
    [
        ("Ruritania bombed a base in Freedonia.", "Ruritania", "Freedonia", "ASSAULT"),
        ("Ruritania accused Freedonia of spying.", "Ruritania", "Freedonia", "ACCUSE"),
        ("Ruritania threatened to bomb Freedonia.", "Ruritania", "Freedonia", "THREATEN"),
        ("Ruritania urged Freedonia to free the crew.", "Ruritania", "Freedonia", "REQUEST"),
        ("The police arrested forty students.", "The police", None, "COERCE"),
    ],
)
def test_reads_what_one_party_does_to_another(
    classifier: Classifier, text: str, actor: str, recipient: str | None, type_: str
) -> None:
    to = span_of(text, recipient) if recipient else None
    [scores] = classifier.read_pairs([(text, span_of(text, actor), to)])
    assert max(scores, key=lambda t: scores[t]) == type_


def test_scores_are_shares_of_all_labels(classifier: Classifier) -> None:
    text = "Ruritania accused Freedonia of spying."
    [reading] = classifier.read_sentences([text])
    word = reading.word(span_of(text, "accused"))
    [pair] = classifier.read_pairs([(text, (0, 9), span_of(text, "Freedonia"))])
    assert set(word.types) == {*load_ontology().types, NONE}
    assert set(word.statuses) == set(STATUSES)
    assert set(pair) == set(load_ontology().types)
    for shares in (word.types, word.statuses, pair):
        assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_a_sentence_is_read_alike_alone_and_beside_others(classifier: Classifier) -> None:
    texts = [
        "Artillery pounded the port.",
        "The rebels refused to meet the envoy of the United Nations until all prisoners had been freed.",
        "Ruritania proposed talks; Freedonia, which had closed the park in April, would consider the offer.",
    ]
    together = classifier.read_sentences(texts)
    for text, beside in zip(texts, together, strict=True):
        [alone] = classifier.read_sentences([text])
        size = len(alone.tokens.ids)
        assert np.array_equal(alone.type_logits[:size], beside.type_logits[:size])
        assert np.array_equal(alone.status_logits[:size], beside.status_logits[:size])


def test_answers_come_in_the_order_of_the_items(classifier: Classifier) -> None:
    texts = [
        "Ruritania accused Freedonia of spying on the talks that both had held in Strelsau since the spring.",
        "Troops shelled Veldt.",
        "The ministers met in Geneva, as their envoys had agreed.",
    ]
    places = [span_of(t, w) for t, w in zip(texts, ("accused", "shelled", "met"), strict=True)]
    together = classifier.read_sentences([*texts, *texts])
    for text, place, reading in zip([*texts, *texts], [*places, *places], together, strict=True):
        [alone] = classifier.read_sentences([text])
        assert reading.tokens == alone.tokens
        assert reading.word(place).type == alone.word(place).type


@pytest.mark.parametrize(
    ("text", "trigger", "actor", "recipient"),
    [
        ("Ruritania bombed a base in Freedonia.", "bombed", "Ruritania", "Freedonia"),
        ("Freedonia was accused by Ruritania of spying.", "accused", "Ruritania", "Freedonia"),
        ("The rebels, the army said, had attacked a convoy of the mission.", "attacked", "rebels", "mission"),
    ],
)
def test_reads_who_does_it_to_whom(
    classifier: Classifier, text: str, trigger: str, actor: str, recipient: str
) -> None:
    [reading] = classifier.read_sentences([text])
    at = span_of(text, trigger)
    doer, sufferer = reading.roles(at, span_of(text, actor)), reading.roles(at, span_of(text, recipient))
    assert doer["actor"] > 0.5 > doer["recipient"]
    assert sufferer["recipient"] > 0.5 > sufferer["actor"]


def test_reads_nothing_from_nothing(classifier: Classifier) -> None:
    assert classifier.read_sentences([]) == []
    assert classifier.read_pairs([]) == []


def test_a_word_that_was_cut_off_tells_nothing(classifier: Classifier) -> None:
    text = "and " * 400 + "shelled"
    [reading] = classifier.read_sentences([text])
    cut_off = span_of(text, "shelled")
    assert reading.word(cut_off).types[NONE] == 1
    assert set(reading.roles(cut_off, (0, 3)).values()) == {0.0}


def test_marks_stand_around_the_parties(classifier: Classifier) -> None:
    text = "The army of Ruritania left Freedonia."
    spans = span_of(text, "army of Ruritania"), span_of(text, "Freedonia")
    tokens = encode(classifier.tokenizer, text, *spans)
    words = [classifier.tokenizer.id_to_token(i) or "" for i in tokens.ids]
    shown = [w for w in words if not w.startswith("##")]
    assert shown[1:4] == ["the", MARKERS[0], "army"]
    assert shown[shown.index("left") - 1] == MARKERS[1]
    assert shown[shown.index("left") + 1] == MARKERS[2]
    assert shown[-3:] == [MARKERS[3], ".", "[SEP]"]
    at = tokens.position(*spans[1])
    assert at is not None
    assert text[slice(*tokens.offsets[at])] == "Freed"[: tokens.offsets[at][1] - tokens.offsets[at][0]]


def test_pads_short_rows() -> None:
    ids, mask = pad([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize("key", ["sha256", "linear_sha256"])
def test_refuses_a_model_that_is_not_the_one_described(tmp_path: Path, key: str) -> None:
    shutil.copytree(MODEL, tmp_path, dirs_exist_ok=True)
    meta = json.loads((tmp_path / "meta.json").read_text(encoding="utf-8"))
    (tmp_path / "meta.json").write_text(json.dumps(meta | {key: "0" * 64}), encoding="utf-8")
    with pytest.raises(DataError, match="make train"):
        Classifier(tmp_path)


def test_says_when_the_linear_model_is_missing(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path, dirs_exist_ok=True)
    (tmp_path / "linear.npz").unlink()
    with pytest.raises(DataError, match=r"linear\.npz: is missing"):
        Classifier(tmp_path)


def test_without_a_linear_model_that_was_fitted_there_is_none(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path, dirs_exist_ok=True)
    meta = json.loads((tmp_path / "meta.json").read_text(encoding="utf-8"))
    del meta["linear_sha256"]
    (tmp_path / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    assert Classifier(tmp_path).linear is None


def test_says_when_there_is_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    assert load_classifier.__wrapped__() is None


def test_labels_are_those_of_the_ontology_and_the_records(classifier: Classifier) -> None:
    assert classifier.types == list(load_ontology().types)
    assert classifier.statuses == list(STATUSES)


def test_the_tokens_of_a_word_are_read_as_one(classifier: Classifier) -> None:
    text = "Rebels dynamited Zugdidi."
    [reading] = classifier.read_sentences([text])
    first, last = reading.tokens.positions(*span_of(text, "dynamited"))
    assert np.array_equal(reading.type_logits[first], reading.type_logits[last])
    assert np.array_equal(reading.role_logits[:, first], reading.role_logits[:, last])


def test_words_start_where_no_token_goes_on(classifier: Classifier) -> None:
    ids = encode(classifier.tokenizer, "Rebels dynamited Zugdidi, U.S.").ids
    starts, sizes = classifier.find_words(ids)
    assert starts.tolist() == [0, 1, 2, 4, 8, 9, 10, 11, 12, 13]
    assert sizes.tolist() == [1, 1, 2, 4, 1, 1, 1, 1, 1, 1]
    assert classifier.find_words(encode(classifier.tokenizer, "").ids)[1].tolist() == [1, 1]


def test_whether_a_word_tells_an_act_is_apart_from_which() -> None:
    types, acts = np.zeros((3, 16), np.float32), np.array([[-20], [0], [20]], np.float32)
    shares = module._share_acts(types, acts)
    assert shares[:, -1] == pytest.approx([1, 0.5, 2.06e-9], rel=1e-2)
    assert shares[:, 0] * 16 == pytest.approx([2.06e-9, 0.5, 1], rel=1e-2)


def test_a_party_that_began_before_the_sentence_is_read_by_its_words_here(classifier: Classifier) -> None:
    [reading] = classifier.read_sentences(["Army shelled the port."])
    assert reading.tokens.positions(-5, 4) == reading.tokens.positions(0, 4) != []
    assert reading.tokens.positions(-5, 0) == []


def test_a_model_with_other_outputs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OUTPUTS", [*module.OUTPUTS, "more"])
    with pytest.raises(DataError, match="hasn't the outputs"):
        module.Classifier(MODEL)
