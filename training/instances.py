"""Corpus → training instances: each word of a sentence with its act and status, each pair with its label.

Run as `python -m training.instances`; writes training/build/instances.jsonl. Needs the parser, not PyTorch.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from detente.classifier import NONE
from detente.corpus import GoldMention, Sample, check_corpus
from detente.errors import DataError
from detente.events.grammar import is_verb
from detente.ontology import single_label
from detente.parse import parse_text
from detente.records import Span, SpanOffsets

CORPUS = Path("corpus/train")
BUILD = Path("training/build")
DEV_SHARE = 10  # per cent of the samples that are kept to choose by
PARTIES = 2  # of a side, how many are paired with the other side's
MUTUAL = frozenset({"CONSULT", "COOPERATE", "AGREE"})


@dataclass(frozen=True, slots=True)
class Word:
    """A verb or noun with what it tells and who does it to whom; `status` is None where it tells nothing."""

    start: int
    end: int
    type: str
    status: str | None
    actors: tuple[SpanOffsets, ...] = ()
    recipients: tuple[SpanOffsets, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties, PLOVER's single label of what the first does to the second, and the word that tells it."""

    actor: SpanOffsets | None
    recipient: SpanOffsets | None
    label: str
    trigger: SpanOffsets


@dataclass(frozen=True, slots=True)
class Instance:
    """A sentence with its words and pairs; `part` is 'train' or 'dev', `empty` that it tells no event."""

    id: str
    part: str
    text: str
    words: tuple[Word, ...]
    pairs: tuple[Pair, ...]
    empty: bool


def read_instances(corpus: Path) -> Iterator[Instance]:
    """The instances of a corpus; faulty blocks are named on stderr and left out.

    A report is read sentence by sentence, as the coder does; any other sample is one instance a paragraph.
    """
    for sample in check_corpus(corpus):
        if isinstance(sample, DataError):
            print(sample, file=sys.stderr)
            continue
        for passage in parse_text(sample.text):
            for piece in passage.doc.sents if sample.is_report else [passage.doc[:]]:
                yield make_instance(sample, passage.start, passage.doc, piece)


def part_of(id_: str) -> str:
    """Whether a sample is trained on or chosen by: by the hash of its id, so that it never changes sides."""
    return "dev" if int(sha256(id_.encode()).hexdigest(), 16) % 100 < DEV_SHARE else "train"


def make_instance(sample: Sample, start: int, doc: Doc, piece: DocSpan) -> Instance:
    """The instance of one sentence: `piece` of the paragraph that starts at `start`."""
    first = start + doc[piece.start].idx
    last = first + len(piece.text)
    inside = [m for m in sample.mentions if first <= m.trigger.start < last]
    gold = [told_word(m, first, last) for m in {m.trigger: m for m in reversed(inside)}.values()]
    words = [w for t in piece if (w := silent_word(t, start - first, gold))]
    empty = not inside and (sample.is_report or sample.none is not None)
    pairs = tuple(make_pairs(inside, first, last))
    ordered = tuple(sorted([*gold, *words], key=lambda w: w.start))
    return Instance(sample.id, part_of(sample.id), piece.text, ordered, pairs, empty)


def told_word(mention: GoldMention, first: int, last: int) -> Word:
    """The word of a mention, its offsets and those of its parties counted from `first`."""
    start, end = mention.trigger.start - first, mention.trigger.end - first
    sides = (spans_inside(side, first, last) for side in (mention.actors, mention.recipients))
    return Word(start, end, mention.type, mention.status, *sides)


def spans_inside(spans: Iterable[Span], first: int, last: int) -> tuple[SpanOffsets, ...]:
    """Those of the spans that stand between two offsets, counted from the first."""
    return tuple((s.start - first, s.end - first) for s in spans if first <= s.start and s.end <= last)


def silent_word(token: Token, shift: int, gold: list[Word]) -> Word | None:
    """A verb or noun that is marked as telling nothing; None for any other word."""
    if not is_verb(token) and token.pos_ not in {"NOUN", "PROPN"}:
        return None
    start, end = token.idx + shift, token.idx + shift + len(token)
    if any(w.start < end and start < w.end for w in gold):
        return None
    return Word(start, end, NONE, None)


def make_pairs(mentions: list[GoldMention], first: int, last: int) -> Iterator[Pair]:
    """The pairs that a sentence's mentions tell, each once; acts inside others are told by the outer one."""
    seen: set[tuple[SpanOffsets | None, SpanOffsets | None]] = set()
    for m in mentions:
        if m.outer is not None:
            continue
        actors = spans_inside(m.actors[:PARTIES], first, last)
        recipients = spans_inside(m.recipients[:PARTIES], first, last)
        both: list[tuple[SpanOffsets | None, SpanOffsets | None]] = [*product(actors, recipients)]
        if m.type in MUTUAL:
            members = [*actors, *recipients]
            both += [(a, b) for a in members for b in members if a != b]
        for pair in both or [(p, None) for p in actors] or [(None, p) for p in recipients]:
            if pair not in seen:
                seen.add(pair)
                told = (m.trigger.start - first, m.trigger.end - first)
                yield Pair(*pair, single_label(m.type, m.status), told)


def load_instances(file: Path) -> list[Instance]:
    """The instances that `main` wrote."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        words = tuple(_word(w) for w in row.pop("words"))
        pairs = tuple(
            Pair(_span(p["actor"]), _span(p["recipient"]), p["label"], (p["trigger"][0], p["trigger"][1]))
            for p in row.pop("pairs")
        )
        found.append(Instance(words=words, pairs=pairs, **row))
    return found


def _word(row: dict[str, Any]) -> Word:
    sides = (tuple((a, b) for a, b in row[side]) for side in ("actors", "recipients"))
    return Word(row["start"], row["end"], row["type"], row["status"], *sides)


def _span(offsets: list[int] | None) -> SpanOffsets | None:
    return (offsets[0], offsets[1]) if offsets else None


def main() -> None:
    """Writes the instances and prints how many there are."""
    BUILD.mkdir(exist_ok=True)
    counts: Counter[str] = Counter()
    with (BUILD / "instances.jsonl").open("w", encoding="utf-8") as out:
        for instance in read_instances(CORPUS):
            out.write(json.dumps(asdict(instance)) + "\n")
            counts[f"{instance.part} sentences"] += 1
            counts[f"{instance.part} pairs"] += len(instance.pairs)
            counts[f"{instance.part} words that tell an act"] += sum(w.type != NONE for w in instance.words)
            counts[f"{instance.part} other words"] += sum(w.type == NONE for w in instance.words)
    for what, number in sorted(counts.items()):
        print(f"{number:7} {what}")


if __name__ == "__main__":
    main()
