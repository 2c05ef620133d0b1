"""Prints how far the two annotators of the test part agree: python -m corpus.agreement

The second one marked 260 sentences (test/second-pass.marks) without sight of the first one's marks; since
then both were brought in line with the conventions of docs/corpus.md, which raised the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from detente.corpus import GoldMention, Sample, read_corpus
from detente.evaluate import overlap
from detente.records import Span

HERE = Path(__file__).parent
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})


def same_side(a: Sequence[Span], b: Sequence[Span]) -> bool:
    """Whether both name nobody, or one party in common."""
    return (not a and not b) or any(overlap(x, y) for x in a for y in b)


def same_parties(a: GoldMention, b: GoldMention) -> bool:
    """Whether actors and recipients agree; in mutual types the sides may change places."""
    if same_side(a.actors, b.actors) and same_side(a.recipients, b.recipients):
        return True
    return a.type in MUTUAL and same_side(a.actors + a.recipients, b.actors + b.recipients)


def pair_up(first: Sample, second: Sample) -> list[tuple[GoldMention, GoldMention]]:
    """The mentions whose triggers overlap, those of one type first; each once."""
    left = list(second.mentions)
    pairs = []
    for mention in first.mentions:
        near = [m for m in left if overlap(mention.trigger, m.trigger)]
        if near:
            best = min(near, key=lambda m: m.type != mention.type)
            left.remove(best)
            pairs.append((mention, best))
    return pairs


def main() -> None:
    """Prints the figures."""
    first = {s.id: s for s in read_corpus(HERE / "test")}
    seconds = list(read_corpus(HERE / "test" / "second-pass.marks"))
    pairs = [p for s in seconds for p in pair_up(first[s.id], s)]
    marked = sum(len(first[s.id].mentions) + len(s.mentions) for s in seconds)
    typed = [(a, b) for a, b in pairs if a.type == b.type]
    whole = [(a, b) for a, b in typed if same_parties(a, b)]
    same_status = sum(a.status == b.status for a, b in pairs)
    print(f"sentences {len(seconds)}, mentions {marked // 2} on average, shared {len(pairs)}")
    for name, found in (("trigger", pairs), ("trigger and type", typed), ("type and parties", whole)):
        print(f"{name:18} F1 {200 * len(found) / marked:5.1f}")
    print(f"status of shared mentions  {100 * same_status / len(pairs):5.1f} %")


if __name__ == "__main__":
    main()
