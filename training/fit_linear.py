"""Fits the linear model of pairs: python -m training.fit_linear

Multinomial logistic regression with a ridge over the features of `detente/linear.py`, on the pairs of
corpus/train that are not kept to choose by. Writes detente/model/linear.npz and its checksum into meta.json.
Run it after training.export and after the frames were changed, and training.measure after it. Takes three
minutes on one core, without PyTorch.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from detente.linear import Features, list_features, name_key, pack
from detente.ontology import load_ontology
from training.instances import BUILD, load_instances
from training.measure import Marked, frame_weights, list_pairs, read_passages
from training.meta import TARGET, read_meta, write_meta

SEEN = 2  # pairs of the training part that must have a feature
RIDGE = 3.0
STEPS = 60  # of L-BFGS; later ones change no answer
STRONGEST = 60_000  # features that are kept, by their largest weight
TYPES = tuple(load_ontology().types)

Weights = NDArray[np.float64]  # a row for each feature and one for the base, a column for each type


def read_features(pairs: Iterable[Marked]) -> list[Features]:
    """The features of each pair."""
    return [list_features(read_passages(text), a, b, frame_weights(text, a, b)) for text, a, b in pairs]


def count_columns(rows: Iterable[Features]) -> dict[int, int]:
    """A column for the key of each feature that enough pairs have."""
    counts = Counter(name_key(name) for row in rows for name in row)
    return {key: i for i, key in enumerate(k for k, count in counts.items() if count >= SEEN)}


def fill_matrix(rows: Sequence[Features], columns: Mapping[int, int]) -> Any:
    """The known features as a sparse matrix, a row for each pair; the last column is the base, 1 for all."""
    cells = [
        (i, columns[key], value)
        for i, row in enumerate(rows)
        for name, value in row.items()
        if (key := name_key(name)) in columns
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


def keep_strongest(columns: Mapping[int, int], weights: Weights) -> bytes:
    """The model as a file, without the features that say least."""
    keys = np.array(list(columns), dtype=np.uint32)
    features, base = weights[:-1], weights[-1]
    kept = np.abs(features).max(1).argsort()[-STRONGEST:]
    return pack(keys[kept], features[kept], base)


def main() -> None:
    """Fits and writes."""
    train = [i for i in load_instances(BUILD / "instances.jsonl") if i.part == "train"]
    pairs, gold = list_pairs(train)
    rows = read_features(pairs)
    columns = count_columns(rows)
    weights = fit(fill_matrix(rows, columns), [type_ for type_, _ in gold])
    model = keep_strongest(columns, weights)
    (TARGET / "linear.npz").write_bytes(model)
    write_meta(read_meta() | {"linear_sha256": hashlib.sha256(model).hexdigest()})
    print(f"{len(pairs)} pairs, {len(columns)} features, {len(model):,} bytes")


if __name__ == "__main__":
    main()
