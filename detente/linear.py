"""A linear model of what one marked party does to another, by words, dependency paths and frames.

It complements the encoder of `classifier.py`, which reads meaning but not the parse: a multinomial logistic
regression over the features that `list_features` names. Of a feature only the CRC-32 of its name is kept.
`training/fit_linear.py` makes the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from detente.parse import Passage
from detente.records import SpanOffsets

HIGHEST = 3  # words above a party that are looked at
MASKED = frozenset({"PROPN", "NUM"})  # who is in the news, and how many
GOVERNORS = frozenset({"VERB", "AUX", "NOUN"})
MOODS = frozenset({"aux", "auxpass", "mark", "neg"})
ARGUMENTS = frozenset(
    {"acomp", "advcl", "agent", "amod", "attr", "ccomp", "compound", "dobj", "nmod", "pobj", "prt", "xcomp"}
)

Features = dict[str, float]


class LinearModel:
    """Weights of features for each type; `data` is a file as `pack` makes it."""

    def __init__(self, data: bytes, types: Sequence[str]) -> None:
        with np.load(io.BytesIO(data)) as arrays:
            self.keys, self.base = arrays["keys"], arrays["base"]
            self.weights: NDArray[np.float32] = arrays["weights"] * arrays["scale"]
        self.types = tuple(types)

    def share_types(self, features: Features) -> dict[str, float]:
        """The probability of each type; features that the model doesn't know count for nothing."""
        wanted = np.array([name_key(name) for name in features], dtype=np.uint32)
        values = np.array(list(features.values()), dtype=np.float32)
        at = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        known = self.keys[at] == wanted
        logits = self.base + values[known] @ self.weights[at[known]]
        raised = np.exp(logits - logits.max())
        return dict(zip(self.types, (raised / raised.sum()).tolist(), strict=True))


def name_key(name: str) -> int:
    """What is kept of a feature's name."""
    return crc32(name.encode())


def pack(keys: NDArray[np.uint32], weights: NDArray[np.float64], base: NDArray[np.float64]) -> bytes:
    """A model as a file; weights [feature, type] are kept in int8, each type's by a scale of its own."""
    order = np.argsort(keys)
    largest = np.abs(weights).max(0)
    scale = np.where(largest > 0, largest, 1) / 127
    rounded = np.rint(weights[order] / scale).astype(np.int8)
    made = io.BytesIO()
    np.savez_compressed(
        made, keys=keys[order], weights=rounded, scale=scale.astype(np.float32), base=base.astype(np.float32)
    )
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class MarkedParty:
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


def find_parties(passages: Sequence[Passage], marked: Mapping[str, SpanOffsets | None]) -> list[MarkedParty]:
    """The marked parties in the order of the words, of the first passage that holds any."""
    for passage in passages:
        sides = ((letter, find_words(passage, span)) for letter, span in marked.items() if span)
        if found := [MarkedParty(letter, words) for letter, words in sides if words]:
            return sorted(found, key=lambda p: p.span.start)
    return []


def find_words(passage: Passage, span: SpanOffsets) -> DocSpan | None:
    """The words that overlap a span; None where it doesn't lie in the passage as a whole."""
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


def list_words(parties: Sequence[MarkedParty]) -> Iterator[str]:
    """The words of the parties' sentences, by themselves, by where they stand, and in twos."""
    doc: Doc = parties[0].span.doc
    first, last = parties[0].span, parties[-1].span
    order = "".join(p.letter for p in parties)
    yield f"order {order}"
    before = "^"
    for token in doc[doc[first.start].sent.start : doc[last.end - 1].sent.end]:
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


def list_path(parties: Sequence[MarkedParty]) -> Iterator[str]:
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


def list_governors(parties: Sequence[MarkedParty]) -> Iterator[str]:
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
