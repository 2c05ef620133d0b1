"""Fits the weights by which mentions are merged: python -m training.fit_links

Logistic regression with a ridge over the levels of all candidate pairs in the groups of corpus/merge that are
not kept from tuning, and in the long reports of corpus/train: there each act is marked once, so all pairs
within one report count as different. Writes detente/link/weights.yaml; prints B³ with each group left out in
turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detente.corpus import read_corpus
from detente.link import BELONG, group_mentions
from detente.link.candidates import find_candidates
from detente.link.compare import BASE, Level, find_levels, load_weights, name_levels
from detente.link.measure import Group, label_mentions, read_groups
from detente.link.sketch import sketch_mentions
from detente.pipeline import code_report
from detente.records import EventMention, Report, content_id
from detente.scores import Score, score_b_cubed
from training.logistic import fit_logistic

ROOT = Path(__file__).parents[1]
RIDGE = 2.0
HEAD = """# What each level of likeness between two mentions tells: log-odds that both tell one happening.
# Source: fitted on the groups of corpus/merge that are not kept from tuning, by python -m training.fit_links.
"""
Pair = tuple[tuple[Level, ...], bool]
Weights = dict[Level, float]


def marked_pairs(mentions: Sequence[EventMention], labels: dict[str, str]) -> list[Pair]:
    """The levels of each candidate pair of marked mentions, and whether they are one happening."""
    sketches = sketch_mentions(m for m in mentions if m.id in labels)
    found = {pair for a, b in find_candidates(sketches) for pair in zip(a.tolist(), b.tolist(), strict=True)}
    if not found:
        return []
    one, other = np.array(sorted(found)).T
    levels = find_levels(sketches, one, other)
    label = [labels[i] for i in sketches.ids]
    return [(name_levels(levels, n), label[a] == label[b]) for n, (a, b) in enumerate(sorted(found))]


def pairs_of_reports() -> list[Pair]:
    """The candidate pairs within each long report of corpus/train, as different happenings."""
    pairs: list[Pair] = []
    for sample in read_corpus(ROOT / "corpus/train"):
        if sample.is_report:
            report = Report(content_id(sample.text), sample.text, published=sample.keys.get("pub"))
            mentions = list(code_report(report))
            pairs += marked_pairs(mentions, {m.id: m.id for m in mentions})
    return pairs


def fit(pairs: Sequence[Pair]) -> Weights:
    """The weight of each level that any pair has, and of the base."""
    columns: dict[Level, int] = {BASE: 0}
    for levels, _ in pairs:
        for level in levels:
            columns.setdefault(level, len(columns))
    x = np.zeros((len(pairs), len(columns)))
    x[:, 0] = 1
    for row, (levels, _) in enumerate(pairs):
        x[row, [columns[level] for level in levels]] = 1
    y = np.array([same for _, same in pairs], dtype=float)
    w = fit_logistic(x, y, RIDGE)
    return {level: round(float(w[i]), 2) for level, i in columns.items()}


def write_weights(weights: Weights) -> None:
    """Writes the table, the heaviest levels first."""
    lines = [HEAD + f"base: {weights[BASE]}"]
    for name in dict.fromkeys(name for name, _ in weights if name != "base"):
        lines.append(f"{name}:")
        found = sorted(
            ((w, level) for (n, level), w in weights.items() if n == name), key=lambda f: (-f[0], f[1])
        )
        lines += [f'  "{level}": {w}' for w, level in found if w]
    (ROOT / "detente/link/weights.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fits, says how well it does on groups left out, and writes the table."""
    groups = [g for g in read_groups(ROOT / "corpus/merge") if not g.kept]
    mentions = {g.name: [m for r in g.reports for m in code_report(r)] for g in groups}
    labels = {g.name: label_mentions(mentions[g.name], g.marks) for g in groups}
    pairs = {g.name: marked_pairs(mentions[g.name], labels[g.name]) for g in groups}
    apart = pairs_of_reports()
    print(f"{sum(map(len, pairs.values()))} pairs of groups, {len(apart)} of single reports")
    for threshold in (BELONG - 0.1, BELONG - 0.05, BELONG, BELONG + 0.05, BELONG + 0.1):
        total = Score()
        for group in groups:
            others = [p for name, found in pairs.items() if name != group.name for p in found]
            weights = fit(others + apart)
            total += score_left_out(group, mentions[group.name], labels[group.name], weights, threshold)
        print(f"{threshold:.2f}: B³ {total.precision:.1f} {total.recall:.1f} {total.f1:.1f}")
    write_weights(fit([p for found in pairs.values() for p in found] + apart))
    load_weights.cache_clear()


def score_left_out(
    group: Group, mentions: Sequence[EventMention], labels: dict[str, str], weights: Weights, threshold: float
) -> Score:
    """B³ on one group with weights fitted on the others."""
    found = group_mentions(mentions, weights=weights, threshold=threshold)
    return score_b_cubed(labels, {i: found[i] for i in labels})


if __name__ == "__main__":
    main()
