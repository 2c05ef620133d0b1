"""The coder `nli`: the frames find acts and parties, a model of textual entailment decides the types.

Each type has hypotheses (languages/*/hypotheses.yaml), such as '{actor} praised {recipient}'; the model says
how far the sentence entails each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from detente.coders.base import BuiltinCoder, Found
from detente.errors import CoderError, DataError
from detente.events import Act
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import Party, Report
from detente.tables import language_file, read_yaml

BATCH = 32  # pairs of sentence and hypothesis read at once
LONGEST = 512  # tokens of a pair, where the tokenizer doesn't say how many the model takes
LEAST = 0.5  # entailment under which the frame's type is kept
MARGIN = 0.2  # entailment by which another type must lead the frame's own to replace it
OTHER_TYPE = 0.1  # confidence that a type loses where the frame tells another
TOLD = frozenset({"happened", "alleged"})
ENTAILMENT = ("entailment", "entail", "entailed")
Entailed = tuple[str, str]  # a sentence, and what it may say


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """The templates of hypotheses.yaml: whole sentences, and (done, doing) phrases by type."""

    told: str
    about: str
    absent: str
    types: dict[str, tuple[tuple[str, str], ...]]

    def write(self, type_: str, actor: str | None, recipient: str | None, about: bool = False) -> list[str]:
        """The hypotheses of a type for two names; with `about`, as what is talked of, not what was done."""
        form = self.about if about else self.told
        who = {"actor": actor or self.absent, "recipient": recipient or self.absent}
        return [form.format(done=done, doing=doing, **who) for done, doing in self.types[type_]]


@cache
def load_hypotheses(language: str = "en") -> Hypotheses:
    """The hypotheses of a language. Raises DataError where a type of the ontology lacks one."""
    source = language_file(language, "hypotheses.yaml")
    table = read_yaml(source)
    types = {}
    for name in load_ontology().types:
        rows = table["types"].get(name) or []
        if not rows or not all({"done", "doing"} <= set(row) for row in rows):
            line = table["types"]["__line__"]
            raise DataError(f"{source}:{line}", f"{name} lacks hypotheses", "Add lines with done and doing")
        types[name] = tuple((row["done"], row["doing"]) for row in rows)
    return Hypotheses(table["told"], table["about"], table["absent"], types)


class Scorer(Protocol):
    """Says how far sentences entail hypotheses."""

    name: str

    def score(self, pairs: Sequence[Entailed]) -> list[float]:
        """The probability of entailment of each pair of sentence and hypothesis."""


class NliModel:
    """A Hugging Face model of textual entailment, on the GPU where PyTorch sees one."""

    def __init__(self, name: str, tokenizer: Any, model: Any, entailment: int) -> None:
        import torch

        self.name = name
        self.tokenizer = tokenizer
        self.entailment = entailment
        self.longest = min(tokenizer.model_max_length, LONGEST)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = model.to(self.device).eval()

    def score(self, pairs: Sequence[Entailed]) -> list[float]:
        """The probability of entailment of each pair, over all labels of the model."""
        import torch

        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
        scores = [0.0] * len(pairs)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            tokens = self.tokenizer(
                [pairs[i][0] for i in batch], [pairs[i][1] for i in batch],
                padding=True, truncation="only_first", max_length=self.longest, return_tensors="pt",
            ).to(self.device)  # fmt: skip
            with torch.inference_mode():
                shares = self.model(**tokens).logits.softmax(-1)[:, self.entailment].tolist()
            for i, share in zip(batch, shares, strict=True):
                scores[i] = share
        return scores


def load_scorer(name: str) -> NliModel:
    """The NLI model of that name on the Hugging Face hub, or in that folder.

    Raises CoderError where PyTorch or transformers isn't installed, the model can't be loaded, or its labels
    don't say which one is entailment.
    """
    try:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as e:
        cure = "pip install 'detente[nli]'"
        raise CoderError("coder nli", f"its libraries can't be loaded ({e})", cure) from e
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForSequenceClassification.from_pretrained(name)
    except (OSError, ValueError, ImportError) as e:
        said = str(e).strip().splitlines() or [type(e).__name__]
        cure = "Name a folder with a model and its tokenizer, or a model on huggingface.co"
        raise CoderError(f"model {name}", f"can't be loaded ({said[0].rstrip('.')})", cure) from e
    return NliModel(
        Path(name).name if Path(name).is_dir() else name,
        tokenizer,
        model,
        find_entailment(name, model.config.id2label),
    )


def find_entailment(name: str, labels: Mapping[int, str]) -> int:
    """The number of the label that stands for entailment. Raises CoderError where none says so."""
    for number, label in labels.items():
        if label.lower() in ENTAILMENT:
            return int(number)
    told = ", ".join(labels.values())
    cure = "Use a model of textual entailment, or set id2label in its config.json"
    raise CoderError(f"model {name}", f"has no label 'entailment' (it has {told})", cure)


class NliCoder:
    """Codes as the built-in does, but lets an NLI model decide what type an act is."""

    copies = False

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.name = f"nli:{scorer.name}"
        self.builtin = BuiltinCoder()
        self.changed = self.unsure = self.read = 0

    def summary(self) -> str:
        """How many types the model changed."""
        return (
            f"{self.name}: acts: {self.read:,} read, {self.changed:,} given another type, "
            f"{self.unsure:,} where it was unsure"
        )

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """The acts that the frames find, with the types that the model reads in them."""
        found = self.builtin.find_acts(report, passages, parties)
        questions = [list(ask_about(act)) for act in found.acts]
        scores = iter(self.scorer.score([pair for asked in questions for _, pair in asked]))
        for act, asked in zip(found.acts, questions, strict=True):
            best = take_best((type_, next(scores)) for type_, _ in asked)
            self.settle(act, best)
        return found

    def settle(self, act: Act, best: Mapping[str, float]) -> None:
        """Gives an act the type that the model finds likeliest, if that is likely and leads the frame's."""
        self.read += 1
        type_ = max(best, key=lambda t: best[t])
        if best[type_] < LEAST:
            self.unsure += 1
            act.reasons.append(f"{self.name} finds no type entailed ({type_} most, {best[type_]:.2f})")
        elif type_ == act.type:
            act.reasons.append(f"{self.name} reads {type_} too ({best[type_]:.2f})")
        elif best[type_] - best[act.type] < MARGIN:
            self.unsure += 1
            read = f"{type_} ({best[type_]:.2f}) hardly before {act.type} ({best[act.type]:.2f})"
            act.reasons.append(f"{self.name} reads {read}")
        else:
            self.changed += 1
            act.weaken(OTHER_TYPE, f"{self.name} reads {type_} ({best[type_]:.2f}), not {act.type}")
            act.type = type_
            act.frame = replace(act.frame, type=type_, mode=None)

    def share_types(self, sentence: str, actor: str | None, recipient: str | None) -> dict[str, float]:
        """Each type's share of the entailment between two names in a sentence; the shares sum to 1."""
        hypotheses = load_hypotheses()
        asked = [(t, h) for t in hypotheses.types for h in hypotheses.write(t, actor, recipient)]
        scores = self.scorer.score([(sentence, h) for _, h in asked])
        best = take_best((t, score) for (t, _), score in zip(asked, scores, strict=True))
        total = sum(best.values()) or 1.0
        return {t: score / total for t, score in best.items()}


def ask_about(act: Act) -> Iterator[tuple[str, Entailed]]:
    """(type, (sentence, hypothesis)) for all hypotheses about an act.

    The sentence is the act's clause where its parties stand in it, so that other acts don't mix in.
    """
    start, end = act.span
    sentence = str(act.sentence.text)
    inside = all(start <= p.start and p.end <= end for p in act.parties)
    if inside and act.parties:
        sentence = act.passage.doc.text[start - act.passage.start : end - act.passage.start]
    actor, recipient = (name_side(side, sentence) for side in (act.actors, act.recipients))
    hypotheses = load_hypotheses()
    for type_ in hypotheses.types:
        for hypothesis in hypotheses.write(type_, actor, recipient, about=act.status not in TOLD):
            yield type_, (sentence, hypothesis)


def name_side(parties: Sequence[Party], sentence: str) -> str | None:
    """The names of one side, in the sentence's own words where it has them; None where nobody is named."""
    names = [p.text if p.text in sentence else p.name or p.text for p in parties[:2]]
    return " and ".join(names) or None


def take_best(scores: Iterator[tuple[str, float]]) -> dict[str, float]:
    """The highest score of each type."""
    best: dict[str, float] = {}
    for type_, score in scores:
        best[type_] = max(score, best.get(type_, 0.0))
    return best
