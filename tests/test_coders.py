"""The coder back ends: the protocol and its faults, the built-in, and the one with an entailment model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from detente.classify import classify_pair
from detente.cli import run_command
from detente.cli.commands import code
from detente.cli.corpora import evaluate
from detente.cli.stores import add
from detente.coders import CODERS, BuiltinCoder, Coder, Found, PairCoder, load_coder
from detente.coders.nli import NliCoder, find_entailment, load_hypotheses, load_scorer, name_side
from detente.errors import CoderError, DetenteError, InputError, UsageError
from detente.ontology import load_ontology
from detente.parse import Passage, parse_text
from detente.pipeline import code_report, code_reports
from detente.records import EventMention, Party, PassedOver, Report
from detente.who import actors_in
from tests.factories import make_party, make_report

TEXT = "Iran rejected a proposal by Iraq on Monday. Turkey condemned Greece. It rained in Oslo."


class StrictCoder(BuiltinCoder):
    """The built-in, which fails where a report's text asks for it and keeps only what Iran does."""

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        if "BAD" in report.text:
            raise InputError("the server", "failed at it", "Try again")
        if "END" in report.text:
            raise CoderError("the server", "is gone", "Start it")
        found = BuiltinCoder.find_acts(self, report, passages, parties)
        acts = [a for a in found.acts if any(p.code == "IRN" for p in a.actors)]
        end = report.text.index(".") + 1
        note = PassedOver(report.id, 0, end, report.text[:end], None, "seen")
        return Found(acts, [], [note], silent="nothing of Iran")


def strict() -> Coder:
    return StrictCoder(name="strict:1", copies=False)


def told(mentions: Sequence[EventMention]) -> list[tuple[str, str, str]]:
    return [(m.type, m.trigger.text, m.coder) for m in mentions]


def test_the_builtin_is_the_default_and_needs_no_name() -> None:
    report = make_report(TEXT)
    assert code_report(report) == code_report(report, "builtin") == code_report(report, BuiltinCoder())
    assert {m.coder for m in code_report(report)} == {"builtin"}
    assert load_coder().summary() is None


def test_another_coder_gives_the_acts_and_the_path_finishes_them() -> None:
    coding = code_report(make_report(TEXT), strict())
    assert told(coding.mentions) == [("REJECT", "rejected", "strict:1")]
    (mention,) = coding
    assert mention.when.earliest == "2013-07-01"
    assert [(n.quote, n.reason) for n in coding.passed_over] == [
        ("Iran rejected a proposal by Iraq on Monday.", "seen"),
        ("Turkey condemned Greece.", "nothing of Iran"),
        ("It rained in Oslo.", "nothing of Iran"),
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_report_that_fails_is_set_aside_by_name(workers: int) -> None:
    reports = [make_report(TEXT), make_report("BAD. " + TEXT, path="b.txt", title=None)]
    failed: list[DetenteError] = []
    assert len(list(code_reports(reports, workers, failed.append, strict()))) == 1
    assert [str(e) for e in failed] == ["b.txt: failed at it. Try again"]


def test_a_coder_that_can_not_work_ends_the_batch() -> None:
    failed: list[DetenteError] = []
    with pytest.raises(CoderError, match="the server: is gone"):
        list(code_reports([make_report("END. " + TEXT), make_report(TEXT)], 1, failed.append, strict()))
    assert failed == []


def test_a_coder_that_can_be_copied_works_in_processes() -> None:
    reports = [make_report(TEXT, url=str(i)) for i in range(3)]
    coder = StrictCoder(name="strict:2", copies=True)
    codings = list(code_reports(reports, workers=2, coder=coder))
    assert [told(c.mentions) for c in codings] == [[("REJECT", "rejected", "strict:2")]] * 3


@pytest.mark.parametrize(
    ("chosen", "fault"),
    [
        ({"name": "oracle"}, "there is no such coder"),
        ({"name": "builtin", "model": "m"}, "takes no model"),
        ({"name": "builtin", "endpoint": "http://h/v1"}, "takes no endpoint"),
        ({"name": "nli", "model": "m", "prices": (1.0, 2.0)}, "takes no prices"),
        ({"name": "nli"}, "needs a model"),
        ({"name": "llm", "endpoint": "http://h/v1"}, "needs a model"),
        ({"name": "llm", "model": "gpt"}, "is no GGUF file, and no endpoint is named"),
        ({"name": "llm", "model": "nosuch.gguf"}, "is no GGUF file, and no endpoint is named"),
        ({"name": "llm", "model": "m", "endpoint": "localhost"}, "is no web address"),
    ],
)
def test_parts_that_do_not_fit_are_refused(chosen: dict[str, Any], fault: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_coder(**chosen)
    assert raised.value.fault == fault


class SaysOf:
    """Entails what holds one of the words that are given for a sentence."""

    name = "fake"

    def __init__(self, sure: float = 0.9, **words: str) -> None:
        self.sure = sure
        self.words = words
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked += pairs
        return [
            max((self.sure for sign, word in self.words.items() if sign in said and word in may), default=0.1)
            for said, may in pairs
        ]


def test_the_model_decides_the_type() -> None:
    scorer = SaysOf(0.9, rejected="rejected a proposal", condemned="praised")
    coder = NliCoder(scorer)
    coding = code_report(make_report("Iran rejected a plan. Turkey condemned Greece. Oman met Qatar."), coder)
    found = {m.trigger.text: m for m in coding}
    assert {word: m.type for word, m in found.items()} == {
        "rejected": "REJECT", "condemned": "SUPPORT", "met": "CONSULT",
    }  # fmt: skip
    plain = {m.trigger.text: m for m in code_report(coding.report)}
    changed, before = found["condemned"], plain["condemned"]
    assert (changed.mode, changed.quad, changed.score) == (None, "verbal cooperation", 5.0)
    assert changed.confidence == pytest.approx(before.confidence - 0.1)
    assert changed.reasons[-1] == "nli:fake reads SUPPORT (0.90), not ACCUSE"
    assert found["rejected"].confidence == plain["rejected"].confidence
    assert found["rejected"].reasons[-1] == "nli:fake reads REJECT too (0.90)"
    assert "finds no type entailed" in found["met"].reasons[-1]
    assert coder.summary() == "nli:fake: acts: 3 read, 1 given another type, 1 where it was unsure"


@pytest.mark.parametrize(
    ("scores", "type_"),
    [
        ({"ACCUSE": 0.1, "SUPPORT": 0.49}, "ACCUSE"),
        ({"ACCUSE": 0.1, "SUPPORT": 0.51}, "SUPPORT"),
        ({"ACCUSE": 0.45, "SUPPORT": 0.6}, "ACCUSE"),
        ({"ACCUSE": 0.45, "SUPPORT": 0.7}, "SUPPORT"),
        ({"ACCUSE": 0.7, "SUPPORT": 0.6}, "ACCUSE"),
    ],
)
def test_another_type_must_be_likely_and_lead(scores: dict[str, float], type_: str) -> None:
    found = BuiltinCoder().find_acts(*parsed("Turkey condemned Greece."))
    (act,) = found.acts
    NliCoder(SaysOf()).settle(act, dict.fromkeys(load_ontology().types, 0.0) | scores)
    assert (act.type, act.frame.type) == (type_, type_)
    assert "nli:fake" in act.reasons[-1]


def parsed(text: str) -> tuple[Report, Sequence[Passage], Sequence[Party]]:
    passages = parse_text(text)
    return make_report(text), passages, actors_in(passages)


def test_hypotheses_name_the_parties_and_the_sentence_is_the_clause() -> None:
    scorer = SaysOf()
    code_report(make_report("Iran mobilised and Turkey condemned Greece."), NliCoder(scorer))
    of = {may: said for said, may in scorer.asked if "criticised" in may}
    assert of == {
        "Iran criticised or condemned someone.": "Iran mobilised",
        "Turkey criticised or condemned Greece.": "Turkey condemned Greece",
    }


def test_what_has_not_happened_is_only_talked_about() -> None:
    scorer = SaysOf()
    code_report(make_report("Iran will attack Iraq."), NliCoder(scorer))
    assert ("Iran will attack Iraq", "This is about Iran attacking or bombing Iraq.") in scorer.asked


def test_no_report_without_acts_is_scored() -> None:
    scorer = SaysOf()
    code_report(make_report("It rained in Oslo."), NliCoder(scorer))
    assert scorer.asked == []


@pytest.mark.parametrize("type_", load_ontology().types)
def test_each_type_has_hypotheses_of_its_own(type_: str) -> None:
    hypotheses = load_hypotheses()
    written = hypotheses.write(type_, "Iran", None)
    assert len(written) == len(set(written)) >= 2
    assert all(w.startswith("Iran ") and w.endswith(" someone.") and "{" not in w for w in written)
    others = {w for t in hypotheses.types if t != type_ for w in hypotheses.write(t, "Iran", None)}
    assert not others & set(written)


@pytest.mark.parametrize(
    ("names", "sentence", "expected"),
    [
        ((), "It rained", None),
        (("Iran",), "Iran left", "Iran"),
        (("Iran", "Iraq", "Oman"), "Iran, Iraq and Oman met", "Iran and Iraq"),
    ],
)
def test_a_side_is_named_in_the_sentences_words(
    names: tuple[str, ...], sentence: str, expected: str | None
) -> None:
    assert name_side([make_party(sentence, name) for name in names], sentence) == expected


def test_a_party_from_another_sentence_goes_by_its_name() -> None:
    party = replace(make_party("It left", "It"), name="Iran")
    assert name_side([party], "the talks were rejected") == "Iran"


@pytest.mark.parametrize(
    ("labels", "number"),
    [
        ({0: "contradiction", 1: "entailment", 2: "neutral"}, 1),
        ({0: "ENTAILMENT", 1: "NOT_ENTAILMENT"}, 0),
        ({0: "not_entailment", 1: "Entailed"}, 1),
    ],
)
def test_the_label_of_entailment_is_found(labels: dict[int, str], number: int) -> None:
    assert find_entailment("m", labels) == number


@pytest.mark.parametrize("labels", [{0: "LABEL_0", 1: "LABEL_1"}, {0: "not_entailment", 1: "neutral"}])
def test_a_model_without_entailment_is_refused(labels: dict[int, str]) -> None:
    with pytest.raises(CoderError, match="has no label 'entailment'"):
        find_entailment("m", labels)


def test_a_pair_is_labelled_by_the_model() -> None:
    coder = NliCoder(SaysOf(gift="Oman gave money or goods as help to Iran"))
    assert isinstance(coder, PairCoder)
    label = classify_pair("A gift of Oman reached Iran.", (10, 14), (23, 27), coder)
    assert (label.type, label.quad) == ("AID", "material cooperation")
    assert sum(label.scores.values()) == pytest.approx(1, abs=0.01)
    assert label.scores["AID"] == 0.375
    assert label.reasons[0].startswith("nli:fake gives AID 0.3")


def test_a_coder_without_pairs_labels_none() -> None:
    mute: Any = type("Mute", (), {"name": "mute"})()
    with pytest.raises(UsageError, match="can't label given pairs"):
        classify_pair("Oman helped Iran.", (0, 4), (12, 16), mute)


@pytest.fixture
def tiny_model(tmp_path: Path) -> Callable[[dict[int, str]], Path]:
    """Makes a model with random weights, and a tokenizer trained on the hypotheses, in a folder."""
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tokenizers import BertWordPieceTokenizer

    def make(labels: dict[int, str]) -> Path:
        folder = tmp_path / "tiny-nli"
        folder.mkdir()
        words = BertWordPieceTokenizer()
        lines = [h for t in load_ontology().types for h in load_hypotheses().write(t, "Iran", "Iraq")]
        words.train_from_iterator([*lines, TEXT], vocab_size=400, show_progress=False)
        words.save_model(str(folder))
        transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
        config = transformers.BertConfig(
            vocab_size=words.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, num_labels=len(labels), id2label=labels,
            label2id={label: number for number, label in labels.items()},
        )  # fmt: skip
        transformers.BertForSequenceClassification(config).save_pretrained(folder)
        return folder

    return make


def test_a_model_in_a_folder_is_loaded_and_asked(tiny_model: Callable[[dict[int, str]], Path]) -> None:
    folder = tiny_model({0: "contradiction", 1: "neutral", 2: "entailment"})
    scorer = load_scorer(str(folder))
    pairs = [("Iran rejected a proposal.", "Iran met or visited Iraq."), ("It rained.", "Iran rejected it.")]
    scores = scorer.score(pairs * 20)
    assert all(0 < score < 1 for score in scores)
    assert scores[:2] * 20 == pytest.approx(scores, abs=1e-5)
    assert scorer.score([pairs[1]]) == pytest.approx(scores[1:2], abs=1e-5)
    coding = code_report(make_report(TEXT), load_coder("nli", str(folder)))
    assert [m.coder for m in coding] == ["nli:tiny-nli"] * len(coding)
    assert all(any("nli:tiny-nli" in reason for reason in m.reasons) for m in coding)


def test_a_model_without_names_for_its_labels_is_refused(
    tiny_model: Callable[[dict[int, str]], Path],
) -> None:
    with pytest.raises(CoderError, match="has no label 'entailment' \\(it has LABEL_0, LABEL_1\\)"):
        load_scorer(str(tiny_model({0: "LABEL_0", 1: "LABEL_1"})))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(CoderError, match="can't be loaded"):
        load_scorer(str(tmp_path))


def test_without_the_libraries_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(CoderError, match=r"pip install 'detente\[nli\]'"):
        load_coder("nli", "some-model")


def test_the_command_line_offers_all_coders() -> None:
    for command in (code, add, evaluate):
        (option,) = (o for o in command.params if o.name == "coder")
        assert isinstance(option, click.Option)
        assert all(f"{name} (" in (option.help or "") for name in CODERS)


def test_pairs_are_labelled_on_the_command_line(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = SaysOf(gift="gave money or goods as help to Iran")
    monkeypatch.setattr("detente.coders.nli.load_scorer", lambda name: scorer)
    table = tmp_path / "pairs.tsv"
    table.write_text("id\tmarked_sentence\n7\tA gift of <s>Oman</s> reached <t>Iran</t>.\n")
    assert run_command(["classify", str(table), "--coder", "nli", "--model", "m"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t")[:3] == ["7", "AID", "material cooperation"]
