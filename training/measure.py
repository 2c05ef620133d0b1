"""Measures the model on the part of corpus/train that was kept to choose by.

The weight of the frames in a pair is the one that is best in the mean of single sentences and of whole
reports, which are fewer but nearer to news.

Run as `python -m training.measure [FILE.tsv]`; writes its figures into detente/model/meta.json, with the
weight that the frames get beside the model's scores of a pair. A FILE with the columns marked_sentence,
gold_type and gold_quad is measured and printed too (macro-F1 over types and quads); nothing is chosen by it.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.classifier import NONE, Classifier, SpanOffsets
from detente.classify import combine, read_marked, share_out, weigh_frames
from detente.ontology import load_ontology
from detente.records import Party
from training.export import TARGET, write_meta
from training.instances import BUILD, Instance
from training.train import load_instances

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
WEIGHTS = tuple(i / 2 for i in range(25))
REPORT = "report-"  # the ids of whole reports start so
YIELD, YIELD_QUAD = "YIELD", "material cooperation"  # CONCEDE and RETREAT in older data
MERGED = {"CONCEDE": YIELD, "RETREAT": YIELD}


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with its gold labels, and each type's weight by the frames and probability by the model."""

    type: str
    quad: str
    frames: dict[str, float]
    model: dict[str, float]

    def best(self, frame_weight: float | None) -> str:
        """The type that wins with a weight of the frames; by the frames alone for None."""
        if frame_weight is None:
            shares = share_out(self.frames)
        else:
            shares = combine(self.frames, self.model, frame_weight)
        return max(shares, key=lambda t: shares[t])


Marked = tuple[str, SpanOffsets | None, SpanOffsets | None]


def judge_pairs(
    classifier: Classifier, pairs: Sequence[Marked], gold: Sequence[tuple[str, str]]
) -> list[Judged]:
    """The scores of both for each pair."""
    read = classifier.read_pairs(pairs)
    return [
        Judged(type_, quad, frame_weights(*pair), model)
        for pair, (type_, quad), model in zip(pairs, gold, read, strict=True)
    ]


def frame_weights(text: str, actor: SpanOffsets | None, recipient: SpanOffsets | None) -> dict[str, float]:
    """Each type's weight by the frames alone."""
    spans = ((actor, "A"), (recipient, "B"))
    parties = [Party(text[s[0] : s[1]], *s, name=text[s[0] : s[1]], code=c) for s, c in spans if s]
    return weigh_frames(text, parties)[0]


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """Mean of the F1 of each gold label, in per cent."""
    scores = []
    for label in set(gold):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        scores.append(200 * right / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def score_weight(judged: Sequence[Judged], frame_weight: float | None) -> tuple[float, float]:
    """Macro-F1 over types and over quads, both in the vocabulary of the gold labels."""
    older = any(j.type == YIELD for j in judged)
    types = [j.best(frame_weight) for j in judged]
    quads = [load_ontology().types[t].quad for t in types]
    if older:
        quads = [YIELD_QUAD if t in MERGED else q for t, q in zip(types, quads, strict=True)]
        types = [MERGED.get(t, t) for t in types]
    return macro_f1([j.type for j in judged], types), macro_f1([j.quad for j in judged], quads)


def name_scores(scores: tuple[float, float]) -> dict[str, float]:
    """Macro-F1 over types and over quads, to one decimal."""
    return {"types": round(scores[0], 1), "quads": round(scores[1], 1)}


def read_dev_pairs(instances: Sequence[Instance]) -> tuple[list[Marked], list[tuple[str, str]]]:
    """The pairs of the corpus with gold type and quad."""
    found = [(i.text, p) for i in instances for p in i.pairs]
    types = load_ontology().types
    return [(text, p.actor, p.recipient) for text, p in found], [
        (p.label, types[p.label].quad) for _, p in found
    ]


def read_table(file: Path) -> tuple[list[Marked], list[tuple[str, str]]]:
    """The pairs of a table of marked sentences."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [read_marked(r["marked_sentence"]) for r in rows], [(r["gold_type"], r["gold_quad"]) for r in rows]


def measure_words(classifier: Classifier, instances: Sequence[Instance]) -> dict[str, Any]:
    """How well words that tell an act are found at each threshold, and gold ones are typed and judged.

    A word counts as found when the chance that it tells an act, 1 - "none", reaches the threshold.
    """
    readings = classifier.read_sentences([i.text for i in instances])
    judged = [
        (w, r.word((w.start, w.end))) for i, r in zip(instances, readings, strict=True) for w in i.words
    ]
    gold = [(w, s) for w, s in judged if w.type != NONE]
    at = {}
    for threshold in THRESHOLDS:
        found = [(w, s) for w, s in judged if 1 - s.types[NONE] >= threshold]
        right = [(w, s) for w, s in found if w.type != NONE]
        typed = [w for w, s in right if likeliest_act(s.types) == w.type]
        at[str(threshold)] = {
            "precision": percent(len(right), len(found)),
            "recall": percent(len(right), len(gold)),
            "typed_precision": percent(len(typed), len(found)),
            "typed_recall": percent(len(typed), len(gold)),
        }
    silent = [s for w, s in judged if w.type == NONE]
    empty = [r for i, r in zip(instances, readings, strict=True) if i.empty]
    telling = [r for i, r in zip(instances, readings, strict=True) if any(w.status for w in i.words)]
    return {
        "words_that_tell": len(gold),
        "type_accuracy": percent(sum(likeliest_act(s.types) == w.type for w, s in gold), len(gold)),
        "status_accuracy": percent(sum(s.status == w.status for w, s in gold), len(gold)),
        "none_accuracy": percent(sum(s.type == NONE for s in silent), len(silent)),
        "silent_sentences": percent(sum(r.silent > 0.5 for r in empty), len(empty)),
        "telling_sentences": percent(sum(r.silent <= 0.5 for r in telling), len(telling)),
        "found": at,
    }


def likeliest_act(types: dict[str, float]) -> str:
    """The likeliest type of a word that is taken to tell an act."""
    return max((t for t in types if t != NONE), key=lambda t: types[t])


def percent(part: int, whole: int) -> float:
    """A share in per cent, to one decimal."""
    return round(100 * part / max(1, whole), 1)


def main() -> None:
    """Measures, chooses the weight, writes meta.json."""
    classifier = Classifier(TARGET)
    dev = [i for i in load_instances(BUILD / "instances.jsonl") if i.part == "dev"]
    meta = classifier.meta
    meta["words"] = measure_words(classifier, dev)
    parts = [[i for i in dev if i.id.startswith(REPORT) == whole] for whole in (False, True)]
    kinds = [judge_pairs(classifier, *read_dev_pairs(part)) for part in parts]
    chosen = max(WEIGHTS, key=lambda w: sum(sum(score_weight(kind, w)) for kind in kinds))
    judged = [j for kind in kinds for j in kind]
    meta["frame_weight"] = chosen
    ways: tuple[tuple[str, float | None], ...] = (("rules", None), ("model", 0.0), ("both", chosen))
    meta["pairs"] = {name: name_scores(score_weight(judged, weight)) for name, weight in ways}
    write_meta(meta)
    print(json.dumps({k: meta[k] for k in ("words", "frame_weight", "pairs")}, indent=1))
    for file in map(Path, sys.argv[1:]):
        judged = judge_pairs(classifier, *read_table(file))
        for name, weight in ways:
            print(f"{file.name}, {name}:", name_scores(score_weight(judged, weight)))


if __name__ == "__main__":
    main()
