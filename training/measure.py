"""Measures the model on the part of corpus/train that was kept to choose by.

Run as `python -m training.measure [FILE.tsv]`; writes its figures into detente/model/meta.json, with the
weight that the model's scores of a pair get beside the rules'. A FILE with the columns marked_sentence,
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
from detente.classify import read_marked, share_by_frames
from detente.ontology import load_ontology
from detente.records import Party
from training.export import TARGET, write_meta
from training.instances import BUILD, Instance
from training.train import load_instances

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
WEIGHTS = tuple(i / 20 for i in range(21))
NOTHING = "no word between"  # how the rules' reason starts where they found no act
MERGED = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}  # types that older data don't tell apart


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with its gold type and quad, and the scores of the rules (None: no act found) and the model."""

    type: str
    quad: str
    rules: dict[str, float] | None
    model: dict[str, float]

    def best(self, weight: float) -> str:
        """The type that wins when the model's scores get `weight` (0 to 1) and the rules' the rest."""
        rules = self.rules or (self.model if weight else {"CONSULT": 1.0})
        return max(self.model, key=lambda t: weight * self.model[t] + (1 - weight) * rules.get(t, 0.0))


Marked = tuple[str, SpanOffsets | None, SpanOffsets | None]


def judge_pairs(
    classifier: Classifier, pairs: Sequence[Marked], gold: Sequence[tuple[str, str]]
) -> list[Judged]:
    """The scores of both for each pair."""
    read = classifier.read_pairs(pairs)
    judged = []
    for pair, (type_, quad), model in zip(pairs, gold, read, strict=True):
        judged.append(Judged(type_, quad, share_by_rules(*pair), model))
    return judged


def share_by_rules(
    text: str, actor: SpanOffsets | None, recipient: SpanOffsets | None
) -> dict[str, float] | None:
    """Each type's share by the frames alone; None where they find no act."""
    spans = ((actor, "A"), (recipient, "B"))
    parties = [Party(text[s[0] : s[1]], *s, name=text[s[0] : s[1]], code=c) for s, c in spans if s]
    shares, reasons = share_by_frames(text, parties)
    return None if any(r.startswith(NOTHING) for r in reasons.values()) else shares


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """Mean of the F1 of each gold label, in per cent."""
    scores = []
    for label in set(gold):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        scores.append(200 * right / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def score_weight(judged: Sequence[Judged], weight: float) -> tuple[float, float]:
    """Macro-F1 over types (as fine as the gold tells them) and over quads."""
    merged = {j.type for j in judged} & set(MERGED.values())
    best = [j.best(weight) for j in judged]
    types = [MERGED.get(t, t) if merged else t for t in best]
    quads = [load_ontology().types[t].quad for t in best]
    return macro_f1([j.type for j in judged], types), macro_f1([j.quad for j in judged], quads)


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
    words = [(i.text, w) for i in instances for w in i.words]
    scores = classifier.read_triggers((text, (w.start, w.end)) for text, w in words)
    judged = [(w, s) for (_, w), s in zip(words, scores, strict=True)]
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
    return {
        "words_that_tell": len(gold),
        "type_accuracy": percent(sum(likeliest_act(s.types) == w.type for w, s in gold), len(gold)),
        "status_accuracy": percent(sum(s.status == w.status for w, s in gold), len(gold)),
        "none_accuracy": percent(sum(s.type == NONE for s in silent), len(silent)),
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
    judged = judge_pairs(classifier, *read_dev_pairs(dev))
    scored = {weight: score_weight(judged, weight) for weight in WEIGHTS}
    chosen = max(WEIGHTS, key=lambda w: sum(scored[w]))
    meta["pair_weight"] = chosen
    meta["pairs"] = {
        name: {"types": round(scored[w][0], 1), "quads": round(scored[w][1], 1)}
        for name, w in (("rules", 0.0), ("model", 1.0), ("both", chosen))
    }
    write_meta(meta)
    print(json.dumps({k: meta[k] for k in ("words", "pair_weight", "pairs")}, indent=1))
    for file in map(Path, sys.argv[1:]):
        judged = judge_pairs(classifier, *read_table(file))
        for weight in WEIGHTS:
            types, quads = score_weight(judged, weight)
            print(f"{file.name} weight {weight:.2f}: types {types:.1f}, quads {quads:.1f}")


if __name__ == "__main__":
    main()
