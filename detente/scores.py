"""Measures of accuracy: precision, recall and F1, and those of groupings (B³, MUC, CEAF, CoNLL)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

Grouping = Mapping[str, Hashable]  # the name of each member's group


@dataclass(frozen=True, slots=True)
class Score:
    """Precision (`right` of `predicted`) and recall (`found` of `gold`) as sums: parts can be added up."""

    right: float = 0.0
    predicted: float = 0.0
    found: float = 0.0
    gold: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right, self.predicted + other.predicted,
            self.found + other.found, self.gold + other.gold,
        )  # fmt: skip

    @classmethod
    def of(cls, right: int, predicted: int, gold: int) -> Score:
        """The score of items of which each is one or none of the marked ones."""
        return cls(right, predicted, right, gold)

    @property
    def f1(self) -> float:
        """F1 in per cent."""
        precision, recall = self.precision, self.recall
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def precision(self) -> float:
        """Precision in per cent."""
        return 100 * self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Recall in per cent."""
        return 100 * self.found / self.gold if self.gold else 0.0


def score_b_cubed(gold: Grouping, found: Grouping) -> Score:
    """B³ (Bagga and Baldwin, 1998): for each mention, the share of its cluster that belongs with it.

    Both groupings map the same mention ids to the names of their clusters.
    """
    ours, theirs = _clusters(found), _clusters(gold)
    precision = sum(len(ours[found[i]] & theirs[gold[i]]) / len(ours[found[i]]) for i in sorted(gold))
    recall = sum(len(ours[found[i]] & theirs[gold[i]]) / len(theirs[gold[i]]) for i in sorted(gold))
    return Score(precision, len(gold), recall, len(gold))


def score_muc(gold: Grouping, found: Grouping) -> Score:
    """MUC (Vilain and others, 1995): the links by which one grouping differs from the other."""
    return Score(*_links(found, gold), *_links(gold, found))


def _links(clusters: Grouping, other: Grouping) -> tuple[int, int]:
    right = total = 0
    for members in _clusters(clusters).values():
        right += len(members) - len({other[i] for i in members})
        total += len(members) - 1
    return right, total


def score_ceaf(gold: Grouping, found: Grouping) -> Score:
    """Entity-based CEAF (Luo, 2005): the best one-to-one pairing of clusters, by 2|A∩B| / (|A|+|B|)."""
    from scipy.optimize import linear_sum_assignment

    theirs, ours = list(_clusters(gold).values()), list(_clusters(found).values())
    alike = [[2 * len(a & b) / (len(a) + len(b)) for b in ours] for a in theirs]
    if not alike:
        return Score()
    rows, columns = linear_sum_assignment(alike, maximize=True)
    total = float(sum(alike[i][j] for i, j in zip(rows, columns, strict=True)))
    return Score(total, len(ours), total, len(theirs))


@dataclass(frozen=True, slots=True)
class Figures:
    """The three scores of a grouping."""

    b_cubed: Score = Score()
    muc: Score = Score()
    ceaf: Score = Score()

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.b_cubed + other.b_cubed, self.muc + other.muc, self.ceaf + other.ceaf)

    @property
    def conll(self) -> float:
        """The mean of the three F1, as in the CoNLL shared task of 2012 (Pradhan and others)."""
        return (self.b_cubed.f1 + self.muc.f1 + self.ceaf.f1) / 3


def score_groupings(gold: Grouping, found: Grouping) -> Figures:
    """All scores of `found` over the mentions that `gold` has."""
    ours = {i: found[i] for i in gold}
    return Figures(score_b_cubed(gold, ours), score_muc(gold, ours), score_ceaf(gold, ours))


def _clusters(grouping: Grouping) -> dict[Hashable, set[str]]:
    clusters: dict[Hashable, set[str]] = defaultdict(set)
    for member, name in grouping.items():
        clusters[name].add(member)
    return clusters
