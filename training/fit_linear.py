"""A linear model of what one marked party does to another, beside the network and the frames: an ablation.

Multinomial logistic regression with a ridge over words, dependency paths, governing words and frames, trained
on the pairs of corpus/train that are not kept to choose by. docs/model.md says why it is not shipped.

Run as `python -m training.fit_linear [FILE.tsv]` after training.instances, beside the model that is shipped;
prints macro-F1 over types and quads of each of the three alone and together, on the development part and on
each FILE (columns as in training.measure). How much each counts is chosen on the development part. Takes four
minutes on one core, without PyTorch.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from detente.classifier import Classifier, SpanOffsets
from detente.classify import LEAST_PROBABILITY
from detente.ontology import load_ontology
from detente.parse import Passage, parse_text
from training.instances import BUILD, load_instances
from training.measure import (
    REPORT,
    WEIGHTS,
    Judged,
    Marked,
    choose_sharpness,
    frame_weights,
    judge_pairs,
    name_scores,
    read_dev_pairs,
    read_table,
    score_mix,
)
from training.meta import TARGET

SEEN = 2  # pairs of the training part that must have a feature
RIDGE = 3.0
STEPS = 60  # of L-BFGS; later ones change no answer
HIGHEST = 3  # words above a party that are looked at
SHARES = (0.25, 0.5, 0.75, 1.0)  # how much the linear model may count beside the network's 1
MASKED = frozenset({"PROPN", "NUM"})  # who is in the news, and how many
GOVERNORS = frozenset({"VERB", "AUX", "NOUN"})
MOODS = frozenset({"aux", "auxpass", "mark", "neg"})
ARGUMENTS = frozenset(
    {"acomp", "advcl", "agent", "amod", "attr", "ccomp", "compound", "dobj", "nmod", "pobj", "prt", "xcomp"}
)
TYPES = tuple(load_ontology().types)

Features = dict[str, float]
Weights = NDArray[np.float64]  # a row for each feature and one for the base, a column for each type


@dataclass(frozen=True, slots=True)
class Party:
    """A marked party: its letter (A acts, B is acted on) and its words."""

    letter: str
    span: DocSpan

    def holds(self, token: Token) -> bool:
        """Whether a word is one of the party's."""
        return self.span.start <= token.i < self.span.end


def list_features(
    passages: Sequence[Passage],
    actor: SpanOffsets | None,
    recipient: SpanOffsets | None,
    frames: Mapping[str, float],
) -> Features:
    """The features of a parsed sentence with two marked parties and the types' weights by the frames."""
    features = {f"sides {'A' if actor else ''}{'B' if recipient else ''}": 1.0}
    for type_, weight in frames.items():
        if weight:
            features |= {f"frame {type_}": 2 * weight, f"frame {type_} {weight:.1f}": 1.0}
    parties = find_parties(passages, {"A": actor, "B": recipient})
    if parties:
        named = [*list_words(parties), *list_path(parties), *list_governors(parties)]
        features |= dict.fromkeys(named, 1.0)
    return features


def find_parties(passages: Sequence[Passage], marked: Mapping[str, SpanOffsets | None]) -> list[Party]:
    """The marked parties in the order of the words, of the first passage that holds any."""
    for passage in passages:
        sides = ((letter, find_words(passage, span)) for letter, span in marked.items() if span)
        if found := [Party(letter, words) for letter, words in sides if words]:
            return sorted(found, key=lambda p: p.span.start)
    return []


def find_words(passage: Passage, span: SpanOffsets) -> DocSpan | None:
    """The words that overlap a span; None where it doesn't lie in the passage."""
    start, end = (at - passage.start for at in span)
    if start < 0 or end > len(passage.text):
        return None
    return passage.doc.char_span(start, end, alignment_mode="expand")


def is_masked(token: Token) -> bool:
    """Whether a word is left out: a name, a number, or 'Israeli'."""
    return token.pos_ in MASKED or token.ent_type_ == "NORP"


def name_word(token: Token) -> str:
    """A word's lemma and part of speech; of a name or number only its kind."""
    if is_masked(token):
        return str(token.ent_type_ or token.pos_)
    return f"{token.lemma_.lower()}.{token.pos_}"


def name_link(token: Token) -> str:
    """How a word hangs on the one above it; of a preposition, which it is."""
    return f"{token.dep_}:{token.lower_}" if token.pos_ == "ADP" else str(token.dep_)


def list_words(parties: Sequence[Party]) -> Iterator[str]:
    """The words of the parties' sentences, by themselves, by where they stand, and in twos."""
    doc: Doc = parties[0].span.doc
    first, last = parties[0].span, parties[-1].span
    order = "".join(p.letter for p in parties)
    yield f"order {order}"
    before = "^"
    for token in doc[first.root.sent.start : last.root.sent.end]:
        holder = next((p.letter for p in parties if p.holds(token)), None)
        if token.is_space or token.is_punct:
            continue
        if holder and not is_masked(token):
            yield f"{holder} has {name_word(token)}"
        word = holder or name_word(token)
        if word != before:
            yield f"two {before} {word}"
        before = word
        if not holder:
            place = "before" if token.i < first.start else "after" if token.i >= last.end else "between"
            yield f"word {word}"
            yield f"word {order} {place} {word}"


def list_path(parties: Sequence[Party]) -> Iterator[str]:
    """The shortest path between the parties: its labels, with lemmas, and each word on it."""
    if len(parties) < 2 or parties[0].span.root.sent != parties[1].span.root.sent:
        return
    up, down = (climb(p.span.root) for p in sorted(parties, key=lambda p: p.letter))
    top = next(t for t in up if t in down)
    rising, falling = up[: up.index(top)], down[: down.index(top)][::-1]
    labels = " ".join([*(f"^{name_link(t)}" for t in rising), "|", *map(name_link, falling)])
    inside = [t for t in (*rising, top, *falling) if not any(p.holds(t) for p in parties)]
    yield f"path {labels}"
    yield f"path {labels} by {name_word(top)}"
    yield f"path {labels} over {' '.join(map(name_word, inside))}"
    for token in inside:
        yield f"on path {name_word(token)}"


def climb(token: Token) -> list[Token]:
    """A word and all that it hangs on, up to the sentence's root."""
    return [token, *token.ancestors]


def list_governors(parties: Sequence[Party]) -> Iterator[str]:
    """The verbs and nouns that each party hangs on, with their arguments, negations and conditions."""
    for party in parties:
        chain = climb(party.span.root)
        above = [n for n, t in enumerate(chain) if t.pos_ in GOVERNORS and not party.holds(t)]
        for height, n in enumerate(above[:HIGHEST], 1):
            token = chain[n]
            word, links = name_word(token), [name_link(t) for t in chain[:n]]
            yield f"{party.letter} {height} {word}"
            yield f"{party.letter} {links[0]} {word}"
            yield f"{party.letter} {'<'.join(links)} {word}"
            yield f"{party.letter} {height} is {token.tag_}"
            for child in token.children:
                if child.dep_ in MOODS:
                    yield f"{party.letter} {height} {child.dep_} {child.lower_}"
                elif child.dep_ in ARGUMENTS and not any(p.holds(child) for p in parties):
                    yield f"{party.letter} {word} {child.dep_} {name_word(child)}"


def read_features(pairs: Sequence[Marked], frames: Iterable[Mapping[str, float]]) -> list[Features]:
    """The features of each pair; a sentence is parsed once."""
    parsed = {text: parse_text(text) for text in dict.fromkeys(text for text, _, _ in pairs)}
    return [
        list_features(parsed[text], a, b, found) for (text, a, b), found in zip(pairs, frames, strict=True)
    ]


def count_columns(rows: Iterable[Features]) -> dict[str, int]:
    """A column for each feature that enough pairs have."""
    counts = Counter(name for row in rows for name in row)
    return {name: i for i, name in enumerate(n for n, count in counts.items() if count >= SEEN)}


def fill_matrix(rows: Sequence[Features], columns: Mapping[str, int]) -> Any:
    """The known features as a sparse matrix, a row for each pair; the last column is the base, 1 for all."""
    cells = [
        (i, columns[name], value)
        for i, row in enumerate(rows)
        for name, value in row.items()
        if name in columns
    ]
    cells += [(i, len(columns), 1.0) for i in range(len(rows))]
    at, column, values = zip(*cells, strict=True)
    return csr_array((values, (at, column)), shape=(len(rows), len(columns) + 1))


def fit(x: Any, labels: Sequence[str], ridge: float = RIDGE) -> Weights:
    """The weights under which the labels are likeliest, held to 0 by half the ridge times their squares.

    x is as `fill_matrix` gives it; the base is not held back.
    """
    wanted = np.array([TYPES.index(label) for label in labels])
    every = np.arange(len(wanted))
    held = np.full((x.shape[1], 1), ridge)
    held[-1] = 0
    turned = x.T.tocsr()

    def lose(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(x.shape[1], len(TYPES))
        shares = share(x, weights)
        loss = -np.log(shares[every, wanted]).sum() + (held * weights**2).sum() / 2
        shares[every, wanted] -= 1
        return float(loss), (turned @ shares + held * weights).ravel()

    start = np.zeros(x.shape[1] * len(TYPES))
    found = minimize(lose, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x).reshape(x.shape[1], len(TYPES))


def share(x: Any, weights: Weights) -> NDArray[np.float64]:
    """The probability of each type (softmax), a row for each pair; none is quite 0."""
    logits = x @ weights
    raised = np.exp(np.maximum(logits - logits.max(1, keepdims=True), -50))
    shares: NDArray[np.float64] = raised / raised.sum(1, keepdims=True)
    return shares


def mix(judged: Judged, linear: Mapping[str, float], count: float, weight: float) -> Judged:
    """What is judged of a pair, with the linear model's evidence and the frames' as one."""
    frames = {
        t: count * log(max(p, LEAST_PROBABILITY)) + weight * judged.frames.get(t, 0.0)
        for t, p in linear.items()
    }
    return replace(judged, frames=frames)


@dataclass(frozen=True, slots=True)
class Part:
    """Pairs as the frames and the network judge them, and each type's probability by the linear model."""

    judged: list[Judged]
    linear: list[dict[str, float]]

    def mixed(self, count: float, weight: float, network: bool = True) -> list[Judged]:
        """The pairs with how much the linear model and the frames count beside the network, or without it."""
        silent = dict.fromkeys(TYPES, 1.0)
        shown = self.judged if network else [replace(j, model=silent) for j in self.judged]
        return [mix(j, p, count, weight) for j, p in zip(shown, self.linear, strict=True)]


WAYS: dict[str, tuple[bool, tuple[float, ...], tuple[float, ...]]] = {  # network, linear, frames
    "network": (True, (0.0,), (0.0,)),
    "linear": (False, (1.0,), (0.0,)),
    "network, frames": (True, (0.0,), WEIGHTS),
    "network, linear": (True, SHARES, (0.0,)),
    "all three": (True, SHARES, WEIGHTS),
}


def choose(dev: Part, ids: Sequence[str], way: str) -> tuple[float, float, float]:
    """How much the linear model and the frames count, and the sharpness, as training.measure chooses them."""
    network, counts, weights = WAYS[way]
    best = (-1.0, (0.0, 0.0, 0.0))
    for count, weight in product(counts, weights):
        mixed = dev.mixed(count, weight, network)
        sharpness = choose_sharpness(mixed, 1.0)
        kinds = [
            [j for j, id_ in zip(mixed, ids, strict=True) if id_.startswith(REPORT) == whole]
            for whole in (False, True)
        ]
        reached = sum(sum(score_mix(kind, (1.0, sharpness))) for kind in kinds if kind)
        best = max(best, (reached, (count, weight, sharpness)))
    return best[1]


def main() -> None:
    """Fits, chooses, measures and prints."""
    instances = load_instances(BUILD / "instances.jsonl")
    train, dev = ([i for i in instances if i.part == part] for part in ("train", "dev"))
    pairs, gold = read_dev_pairs(train)
    rows = read_features(pairs, (frame_weights(*p) for p in pairs))
    columns = count_columns(rows)
    weights = fit(fill_matrix(rows, columns), [type_ for type_, _ in gold])
    print(f"{len(pairs)} pairs to train on, {len(columns)} features")
    classifier = Classifier(TARGET)

    def judge(pairs: Sequence[Marked], gold: Sequence[tuple[str, str]]) -> Part:
        judged = judge_pairs(classifier, pairs, gold)
        shares = share(fill_matrix(read_features(pairs, (j.frames for j in judged)), columns), weights)
        return Part(judged, [dict(zip(TYPES, row, strict=True)) for row in shares.tolist()])

    parts = {"dev": judge(*read_dev_pairs(dev))}
    parts |= {file.name: judge(*read_table(file)) for file in map(Path, sys.argv[1:])}
    ids = [i.id for i in dev for _ in i.pairs]
    for name, part in parts.items():
        print(f"{name}, frames:", name_scores(score_mix(part.judged, None)))
    for way in WAYS:
        count, weight, sharpness = choose(parts["dev"], ids, way)
        print(f"{way}: linear {count}, frames {weight}, sharpness {sharpness}")
        for name, part in parts.items():
            mixed = part.mixed(count, weight, WAYS[way][0])
            print(f"{name}, {way}:", name_scores(score_mix(mixed, (1.0, sharpness))), flush=True)


if __name__ == "__main__":
    main()
