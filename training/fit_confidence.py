"""Fits how likely an act is coded right: python -m training.fit_confidence [--least 0.3]

Logistic regression with a ridge over the signs of each act (`events/confidence.py`) that the coder finds in
the samples of corpus/train that are kept from training, however unsure; right is an act whose type, parties
and status are marked so. Writes the weights and the least confidence of a mention into
detente/model/meta.json; prints how many are right at each confidence, and F1 from each confidence on, each
tenth of the samples judged by weights fitted on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente.classifier import load_classifier
from detente.coders import BuiltinCoder, Found
from detente.corpus import Sample, read_corpus
from detente.evaluate import Evaluation, compare_mentions
from detente.events import Act
from detente.mentions import mention_id
from detente.parse import Passage
from detente.pipeline import code_text
from detente.records import Party, Report, content_id
from detente.scores import Score
from training.instances import CORPUS, part_of
from training.logistic import fit_logistic
from training.meta import write_meta

RIDGE = 1.0
FOLDS = 10
LEAST = 0.3
LEVELS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Judged:
    """An act coded in a sample with its signs, and whether its type, parties and status are right."""

    sample: str
    signs: dict[str, float]
    right: bool


class Listener:
    """The built-in coder, with the acts that it found in the last report."""

    name = "builtin"
    copies = False

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """The acts of a report."""
        found = BuiltinCoder().find_acts(report, passages, parties)
        self.acts = found.acts
        return found

    def summary(self) -> None:
        """Nothing."""


def judge_acts(samples: Sequence[Sample]) -> Iterator[Judged]:
    """Each act that becomes a mention of one of the samples."""
    listener = Listener()
    for sample in samples:
        report = Report(content_id(sample.text), sample.text, published=sample.keys.get("pub"))
        coded, compared = code_text(report, listener), Evaluation()
        compare_mentions(sample, coded, compared)
        signs = {mention_id(act, report): act.signs for act in listener.acts}
        for m, (_, right) in zip(coded.mentions, compared.confidences, strict=True):
            if signs[m.id]:
                yield Judged(sample.id, signs[m.id], right)


def spread_signs(judged: Sequence[Judged]) -> tuple[list[str], NDArray[np.float64]]:
    """The names of all signs, 'constant' first, and their values: [act, sign]."""
    names = list(judged[0].signs)
    return names, np.array([[j.signs[name] for name in names] for j in judged])


def cross_validate(judged: Sequence[Judged]) -> NDArray[np.float64]:
    """The confidence of each act by weights fitted without a tenth of the samples, its own among them."""
    _, x = spread_signs(judged)
    y = np.array([j.right for j in judged], dtype=float)
    fold = np.array([int(sha256(j.sample.encode()).hexdigest(), 16) % FOLDS for j in judged])
    chances = np.zeros(len(judged))
    for k in range(FOLDS):
        chances[fold == k] = 1 / (1 + np.exp(-x[fold == k] @ fit_logistic(x[fold != k], y[fold != k], RIDGE)))
    return chances


def print_levels(judged: Sequence[Judged], chances: NDArray[np.float64], gold: int) -> None:
    """How many are right at each confidence, and precision, recall and F1 of all from it on."""
    right = np.array([j.right for j in judged], dtype=float)
    print("from  acts  right here  expected here | from here on: precision  recall    F1")
    for low, high in pairwise([0.0, *LEVELS, 1.0]):
        here, on = (low <= chances) & (chances < high), chances >= low
        score = Score.of(int(right[on].sum()), int(on.sum()), gold)
        shares = f"{100 * right[here].mean():10.1f}% {100 * chances[here].mean():13.1f}%"
        whole = f"{score.precision:23.1f} {score.recall:7.1f} {score.f1:5.1f}"
        print(f"{low:4.2f} {here.sum():5} {shares} | {whole}")


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--least", type=float, default=LEAST, help="confidence from which on an act is coded")
    given = parser.parse_args()
    classifier = load_classifier()
    if classifier is None:
        raise SystemExit("no model in detente/model: run python -m training.export first")
    meta = classifier.meta
    meta["confidence"], meta["least_confidence"] = {}, 0.0  # all acts are equally likely: none is left out
    samples = [s for s in read_corpus(CORPUS) if part_of(s.id) == "dev"]
    judged = list(judge_acts(samples))
    print_levels(judged, cross_validate(judged), sum(len(s.mentions) for s in samples))
    names, x = spread_signs(judged)
    weights = fit_logistic(x, np.array([j.right for j in judged], dtype=float), RIDGE)
    meta["confidence"] = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}
    meta["least_confidence"] = given.least
    write_meta(meta)
    print(meta["confidence"])


if __name__ == "__main__":
    main()
