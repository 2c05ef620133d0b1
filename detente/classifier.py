"""The trained classifier: what act a word of a sentence tells, with which status, by whom, to whom.

A small encoder (MiniLM-L6, int8 ONNX) with heads for the act of a word, for its status and its parties, and
for what one marked party does to another; docs/model.md says on what it was trained and how well it does. It
complements the frames of `languages/`: it knows words that no frame lists.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from detente.checks import hide_halves
from detente.errors import DataError
from detente.linear import LinearModel
from detente.records import SpanOffsets

NONE = "none"  # the label of a word that tells no act
ROLES = ("actor", "recipient")
MARKERS = ("[unused1]", "[unused2]", "[unused3]", "[unused4]")  # before and after actor, recipient
CONTINUES = "##"  # starts a token that goes on with a word
LONGEST = 256  # tokens of a sentence that are read; the encoder was made for as many
BATCH = 8  # sentences read at once; more are slower, as short ones wait for the longest
OUTPUTS = ["types", "acts", "statuses", "roles", "silent", "pair"]  # of the network, in this order
FILES = ("model.onnx", "tokenizer.json", "meta.json")
REPAIR = "Install the package again, or run 'make train'"


@dataclass(frozen=True, slots=True)
class TriggerScores:
    """What a word may tell: `types` and `statuses` give a probability to each label and sum to 1.

    `types` holds "none", the probability that the word tells no act at all.
    """

    types: dict[str, float]
    statuses: dict[str, float]

    @property
    def type(self) -> str:
        """The likeliest type, or "none" where the word is as likely to tell no act."""
        return NONE if self.types[NONE] >= 0.5 else self.act_type

    @property
    def act_type(self) -> str:
        """The likeliest type, if the word tells an act."""
        return max((t for t in self.types if t != NONE), key=lambda t: self.types[t])

    @property
    def status(self) -> str:
        """The likeliest status, if the word tells an act."""
        return max(self.statuses, key=lambda s: self.statuses[s])


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence as the encoder reads it; markers and special tokens have the offsets (-1, -1)."""

    ids: list[int]
    offsets: list[SpanOffsets]

    def position(self, start: int, end: int) -> int | None:
        """The index of the first token that overlaps [start, end), None where it was cut off."""
        return next(iter(self.positions(start, end)), None)

    def positions(self, start: int, end: int) -> list[int]:
        """The indices of the tokens that overlap [start, end)."""
        return [i for i, (a, b) in enumerate(self.offsets) if 0 <= a < end and b > start]


@dataclass(frozen=True)
class Reading:
    """What the encoder read in one sentence; ask it by the (start, end) offsets of words in the sentence.

    `silent` is the probability that the sentence tells no event, though words in it may suggest one.
    """

    types: tuple[str, ...]
    statuses: tuple[str, ...]
    tokens: Tokens
    type_logits: NDArray[np.float32]
    act_logits: NDArray[np.float32]
    status_logits: NDArray[np.float32]
    role_logits: NDArray[np.float32]
    silent: float

    def covers(self, span: SpanOffsets) -> bool:
        """Whether a word was read: it doesn't stand beyond the 256th token."""
        return self.tokens.position(*span) is not None

    def word(self, span: SpanOffsets) -> TriggerScores:
        """The act and status that a word may tell; one beyond the 256th token was not read and tells none."""
        at = self.tokens.position(*span)
        if at is None:
            even = 1 / len(self.statuses)
            none = {t: float(t == NONE) for t in self.types}
            return TriggerScores(none, dict.fromkeys(self.statuses, even))
        types, statuses = (share[at].tolist() for share in self.shares)
        return TriggerScores(
            dict(zip(self.types, types, strict=True)), dict(zip(self.statuses, statuses, strict=True))
        )

    @cached_property
    def shares(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The probability of each type, and of each status, at each token."""
        return _share_acts(self.type_logits, self.act_logits), _share(self.status_logits)

    def roles(self, trigger: SpanOffsets, party: SpanOffsets) -> dict[str, float]:
        """The probability of each role ("actor", "recipient") that a party has in the act a word tells."""
        at = self.tokens.position(*trigger)
        inside = self.tokens.positions(*party)
        if at is None or not inside:
            return dict.fromkeys(ROLES, 0.0)
        best = self.role_logits[:, at, inside[0] : inside[-1] + 1].max(-1).tolist()
        return {role: _chance(logit) for role, logit in zip(ROLES, best, strict=True)}


def encode(
    tokenizer: Tokenizer,
    text: str,
    actor: SpanOffsets | None = None,
    recipient: SpanOffsets | None = None,
) -> Tokens:
    """The tokens of a sentence, with markers around the two spans that are given."""
    found = tokenizer.encode(hide_halves(text))
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    offsets = [
        (-1, -1) if special else span
        for span, special in zip(found.offsets, found.special_tokens_mask, strict=True)
    ]
    plain = Tokens(list(found.ids), offsets)
    for span, (before, after) in ((actor, MARKERS[:2]), (recipient, MARKERS[2:])):
        inside = [i for i, (a, b) in enumerate(offsets) if span and a < span[1] and b > span[0]]
        if inside:
            opening.setdefault(inside[0], []).append(marker_id(tokenizer, before))
            closing.setdefault(inside[-1], []).insert(0, marker_id(tokenizer, after))
    marked = Tokens([], [])
    for i, (token, offset) in enumerate(zip(plain.ids, plain.offsets, strict=True)):
        pieces = [*opening.get(i, ()), token, *closing.get(i, ())]
        marked.ids.extend(pieces)
        marked.offsets.extend(offset if p == token else (-1, -1) for p in pieces)
    return marked


def marker_id(tokenizer: Tokenizer, marker: str) -> int:
    """The token id of a marker. Raises DataError where the tokenizer has none."""
    found = tokenizer.token_to_id(marker)
    if found is None:
        raise DataError("tokenizer.json", f"lacks {marker}", REPAIR)
    return found


def read_checked(file: Path, sha256: str) -> bytes:
    """A file of the model. Raises DataError where it is missing or isn't the one that meta.json describes."""
    if not file.is_file():
        raise DataError(f"{file}", "is missing", REPAIR)
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(f"{file}", "isn't the model that meta.json describes", REPAIR)
    return data


def load_tokenizer(file: Path) -> Tokenizer:
    """The encoder's tokenizer, cutting off what is longer than `LONGEST` tokens."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


class Classifier:
    """Reads words and pairs of parties in sentences; make one with `load_classifier`."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        model = read_checked(folder / "model.onnx", self.meta["sha256"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        if [o.name for o in self.session.get_outputs()] != OUTPUTS:
            raise DataError(f"{folder / 'model.onnx'}", "hasn't the outputs that are read", REPAIR)
        self.tokenizer = load_tokenizer(folder / "tokenizer.json")
        self.types: list[str] = self.meta["types"]
        self.linear: LinearModel | None = None  # until training.fit_linear has been run
        if "linear_sha256" in self.meta:
            self.linear = LinearModel(
                read_checked(folder / "linear.npz", self.meta["linear_sha256"]), self.types
            )
        self.statuses: list[str] = self.meta["statuses"]

    def read_sentences(self, sentences: Sequence[str]) -> list[Reading]:
        """What each sentence's words may tell, in the order of the sentences."""
        tokens = [encode(self.tokenizer, text) for text in sentences]
        found: dict[int, Reading] = {}
        labels = (*self.types, NONE), tuple(self.statuses)
        for at, (*outputs, silent, _) in self.run(tokens):
            ids = tokens[at].ids
            words = self.find_words(ids)
            types, acts, statuses, roles = (_mean_words(o[..., : len(ids), :], *words) for o in outputs)
            found[at] = Reading(*labels, tokens[at], types, acts, statuses, roles, _chance(float(silent)))
        return [found[at] for at in range(len(tokens))]

    def find_words(self, ids: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where each word starts among a sentence's tokens, and how many tokens it has."""
        pieces = [self.tokenizer.id_to_token(i) or "" for i in ids]
        starts = np.flatnonzero([not p.startswith(CONTINUES) for p in pieces])
        return starts, np.diff(starts, append=len(ids))

    def read_pairs(
        self, items: Iterable[tuple[str, SpanOffsets | None, SpanOffsets | None]]
    ) -> list[dict[str, float]]:
        """PLOVER's single label of what a first party does to a second, as a probability for each type.

        An item is a sentence and the (start, end) offsets of the two parties; one may be None.
        """
        tokens = [encode(self.tokenizer, *item) for item in items]
        pairs = {at: _share(outputs[-1]).tolist() for at, outputs in self.run(tokens)}
        return [dict(zip(self.types, pairs[at], strict=True)) for at in range(len(tokens))]

    def run(self, tokens: Sequence[Tokens]) -> Iterator[tuple[int, tuple[NDArray[np.float32], ...]]]:
        """(index, outputs) of each sentence, read in batches of like length."""
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i].ids))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            ids, mask = pad([tokens[i].ids for i in batch])
            outputs = self.session.run(None, {"ids": ids, "mask": mask})
            for row, at in enumerate(batch):
                yield at, tuple(np.asarray(o)[row] for o in outputs)


def pad(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids of several sentences as one array, with a mask that is 1 where a token stands."""
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask


def _chance(logit: float) -> float:
    return 0.5 * (1 + math.tanh(logit / 2))  # the logistic function, which never overflows in this form


def _mean_words(
    logits: NDArray[np.float32], starts: NDArray[np.intp], sizes: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Each token's logits as the mean over its word's tokens, which stand in the last dimension but one."""
    means = np.add.reduceat(logits, starts, -2) / sizes[:, None].astype(np.float32)
    return np.repeat(means, sizes, -2)


def _share_acts(types: NDArray[np.float32], acts: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities of the types and of no act, from the logits of the types and of telling an act."""
    told = _share(np.concatenate([acts, np.zeros_like(acts)], -1))  # an act, none
    shares: NDArray[np.float32] = np.concatenate([_share(types) * told[:, :1], told[:, 1:]], -1)
    return shares


def _share(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities of the labels (softmax), which stand in the last dimension."""
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    shares: NDArray[np.float32] = weights / weights.sum(-1, keepdims=True)
    return shares


@cache
def load_classifier(threads: int = 1) -> Classifier | None:
    """The classifier in the package's `model` folder; None where the package was installed without it.

    `threads` is how many the encoder may use. Raises DataError where the model isn't the one that its
    description names.
    """
    with as_file(files("detente").joinpath("model")) as folder:
        if not all((folder / name).is_file() for name in FILES):
            return None
        return Classifier(folder, threads)
