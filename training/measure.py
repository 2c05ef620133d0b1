"""Measures the model on the part of corpus/train that was kept to choose by.

How much frames and linear model count beside the encoder in a pair is chosen by the mean of single sentences
and of whole reports, which are fewer but nearer to news; of mixes that are about as good, the one where the
frames count most (`choose`), as they can be read and were not fitted on the corpus's prose. How much all
count together is what makes the shares the best probabilities: their log loss is the least (temperature
scaling, Guo and others 2017).

Run as `python -m training.measure [FILE.tsv]` after training.export and training.fit_linear; writes its
figures and the mix into detente/model/meta.json. A FILE with the columns marked_sentence, gold_type and
gold_quad is measured and printed too (macro-F1 over types and quads); nothing is chosen by it.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import lru_cache
from math import log
from pathlib import Path
from random import Random
from statistics import stdev
from typing import Any

from detente.classifier import NONE, Classifier
from detente.classify import (
    LEAST_PROBABILITY,
    Evidence,
    Mix,
    combine,
    read_marked,
    share_linear,
    share_out,
    weigh_frames,
)
from detente.ontology import load_ontology
from detente.parse import Passage, parse_text
from detente.records import Party, SpanOffsets
from training.instances import BUILD, Instance, load_instances
from training.meta import TARGET, write_meta

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
FRAMES = tuple(i / 2 for i in range(13))  # how much frames and linear model may count beside the encoder's 1
LINEAR = (0.25, 0.5, 0.75, 1.0)
SHARPNESSES = tuple(i / 20 for i in range(4, 27))
DRAWS = 50
SHIPPED = "all"  # of the ways
WAYS = {
    "frames": [Mix(1.0, 0.0, 0.0)],
    "encoder": [Mix(0.0, 1.0, 0.0)],
    "linear": [Mix(0.0, 0.0, 1.0)],
    "frames, encoder": [Mix(f, 1.0, 0.0) for f in FRAMES],
    "frames, linear": [Mix(f, 0.0, 1.0) for f in FRAMES],
    "encoder, linear": [Mix(0.0, 1.0, x) for x in LINEAR],
    SHIPPED: [Mix(f, 1.0, x) for f in FRAMES for x in LINEAR],
}
REPORT = "report-"  # the ids of whole reports start so
YIELD, YIELD_QUAD = "YIELD", "material cooperation"  # CONCEDE and RETREAT in older data
MERGED = {"CONCEDE": YIELD, "RETREAT": YIELD}


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with its gold labels and what speaks for each type."""

    type: str
    quad: str
    evidence: Evidence

    def best(self, mix: Mix) -> str:
        """The type that wins where each kind of evidence counts as `mix` says."""
        if mix.encoder == mix.linear == 0:
            shares = share_out(self.evidence.frames)
            return max(shares, key=lambda t: shares[t])
        return load_ontology().pick_type(combine(self.evidence, mix))


Marked = tuple[str, SpanOffsets | None, SpanOffsets | None]


def judge_pairs(
    classifier: Classifier, pairs: Sequence[Marked], gold: Sequence[tuple[str, str]]
) -> list[Judged]:
    """What the frames, the encoder and the linear model say of each pair."""
    read = classifier.read_pairs(pairs)
    return [
        Judged(type_, quad, judge_pair(classifier, *pair, encoder))
        for pair, (type_, quad), encoder in zip(pairs, gold, read, strict=True)
    ]


def judge_pair(
    classifier: Classifier,
    text: str,
    actor: SpanOffsets | None,
    recipient: SpanOffsets | None,
    encoder: Mapping[str, float],
) -> Evidence:
    """What speaks for each type, the encoder's probabilities given."""
    frames = frame_weights(text, actor, recipient)
    return Evidence(
        frames, encoder, share_linear(classifier, read_passages(text), (actor, recipient), frames)
    )


@lru_cache(maxsize=4)
def read_passages(text: str) -> Sequence[Passage]:
    """A sentence as parsed; the pairs of one follow each other."""
    return parse_text(text)


def frame_weights(text: str, actor: SpanOffsets | None, recipient: SpanOffsets | None) -> dict[str, float]:
    """Each type's weight by the frames alone."""
    spans = ((actor, "A"), (recipient, "B"))
    parties = [Party(text[s[0] : s[1]], *s, name=text[s[0] : s[1]], code=c) for s, c in spans if s]
    return weigh_frames(read_passages(text), parties)[0]


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """Mean of the F1 of each gold label, in per cent."""
    scores = []
    for label in set(gold):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        scores.append(200 * right / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def score_mix(judged: Sequence[Judged], mix: Mix) -> tuple[float, float]:
    """Macro-F1 over types and over quads of what `mix` names."""
    return score_types([(j.type, j.quad) for j in judged], [j.best(mix) for j in judged])


def score_types(gold: Sequence[tuple[str, str]], types: Sequence[str]) -> tuple[float, float]:
    """Macro-F1 over types and over quads, both in the vocabulary of the gold labels."""
    gold_types, gold_quads = zip(*gold, strict=True)
    quads = [load_ontology().types[t].quad for t in types]
    if YIELD in gold_types:
        quads = [YIELD_QUAD if t in MERGED else q for t, q in zip(types, quads, strict=True)]
        types = [MERGED.get(t, t) for t in types]
    return macro_f1(gold_types, types), macro_f1(gold_quads, quads)


def sharpen(judged: Sequence[Judged], mix: Mix) -> Mix:
    """The mix, all of it times the number with which the shares of the gold types have the least log loss."""

    def times(sharpness: float) -> Mix:
        return Mix(*(round(sharpness * part, 3) for part in astuple(mix)))

    def lose(mix: Mix) -> float:
        shares = (combine(j.evidence, mix)[j.type] for j in judged)
        return -sum(log(max(share, LEAST_PROBABILITY)) for share in shares)

    return min((times(s) for s in SHARPNESSES), key=lose)


def choose(judged: Sequence[Judged], whole: Sequence[bool], mixes: Sequence[Mix]) -> Mix:
    """The best mix, sharpened, with as much of the frames as leaves it about as good.

    How good is the F1 in the mean of single sentences and whole reports; about as good is what loses no more
    than one standard error of the loss (as Breiman and others 1984 choose trees).
    """
    sharpened = [sharpen(judged, mix) for mix in mixes]
    scores = [sum_scores(judged, whole, mix) for mix in sharpened]
    best = max(range(len(mixes)), key=lambda i: scores[i][0])

    def is_near(i: int) -> bool:
        if mixes[i].linear != mixes[best].linear:
            return False
        losses = [b - s for b, s in zip(scores[best][1:], scores[i][1:], strict=True)]
        return scores[best][0] - scores[i][0] <= stdev(losses)

    return sharpened[max(filter(is_near, range(len(mixes))), key=lambda i: mixes[i].frames)]


def sum_scores(judged: Sequence[Judged], whole: Sequence[bool], mix: Mix) -> list[float]:
    """The F1 over types and quads of sentences and of reports, added up: of all, and of each of `DRAWS`
    samples drawn with replacement, the same for every mix."""
    labels = [((j.type, j.quad), j.best(mix)) for j in judged]
    kinds = [[x for x, w in zip(labels, whole, strict=True) if w == kind] for kind in (False, True)]
    random = Random(1)
    sums = []
    for draw in range(DRAWS + 1):
        drawn = [random.choices(kind, k=len(kind)) if draw else kind for kind in kinds if kind]
        sums.append(sum(sum(score_types(*map(list, zip(*kind, strict=True)))) for kind in drawn))
    return sums


def name_scores(scores: tuple[float, float]) -> dict[str, float]:
    """Macro-F1 over types and over quads, to one decimal."""
    return {"types": round(scores[0], 1), "quads": round(scores[1], 1)}


def list_pairs(instances: Sequence[Instance]) -> tuple[list[Marked], list[tuple[str, str]]]:
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
        typed = [w for w, s in right if s.act_type == w.type]
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
        "type_accuracy": percent(sum(s.act_type == w.type for w, s in gold), len(gold)),
        "status_accuracy": percent(sum(s.status == w.status for w, s in gold), len(gold)),
        "none_accuracy": percent(sum(s.type == NONE for s in silent), len(silent)),
        "silent_sentences": percent(sum(r.silent > 0.5 for r in empty), len(empty)),
        "telling_sentences": percent(sum(r.silent <= 0.5 for r in telling), len(telling)),
        "found": at,
    }


def percent(part: int, whole: int) -> float:
    """A share in per cent, to one decimal."""
    return round(100 * part / max(1, whole), 1)


def main() -> None:
    """Measures, chooses how much each kind of evidence counts, writes meta.json."""
    classifier = Classifier(TARGET)
    if classifier.linear is None:
        raise SystemExit("no linear model in detente/model: run python -m training.fit_linear first")
    dev = [i for i in load_instances(BUILD / "instances.jsonl") if i.part == "dev"]
    meta = classifier.meta
    meta["words"] = measure_words(classifier, dev)
    parts = {"dev": judge_pairs(classifier, *list_pairs(dev))}
    parts |= {f.name: judge_pairs(classifier, *read_table(f)) for f in map(Path, sys.argv[1:])}
    whole = [i.id.startswith(REPORT) for i in dev for _ in i.pairs]
    chosen = {way: choose(parts["dev"], whole, mixes) for way, mixes in WAYS.items()}
    meta["pairs"] = {way: name_scores(score_mix(parts["dev"], mix)) for way, mix in chosen.items()}
    meta["mix"] = asdict(chosen[SHIPPED])
    for way, mix in chosen.items():
        for name, judged in parts.items():
            print(f"{name}, {way}:", name_scores(score_mix(judged, mix)), mix)
    write_meta(meta)
    print(json.dumps(meta["words"], indent=1))


if __name__ == "__main__":
    main()
