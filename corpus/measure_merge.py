"""Prints how well mentions of one happening are merged, beside a baseline: python -m corpus.measure_merge

Codes the reports of corpus/merge and compares the events with the marks. Figures (precision, recall, F1) are
over the mentions that the coder finds and that are marked, added up over the groups; CoNLL is the mean F1.
The baseline makes one event of the same type, the same parties and the same day.
"""

from __future__ import annotations

from pathlib import Path

from detente.link import group_mentions
from detente.link.measure import group_plainly, label_mentions, read_groups
from detente.pipeline import code_report
from detente.scores import Figures, score_groupings


def main() -> None:
    """Measures both parts: the one that the weights were fitted on, and the one kept from it."""
    groups = list(read_groups(Path(__file__).parent / "merge"))
    for kept in (False, True):
        chosen = [g for g in groups if g.kept == kept]
        ours, plain, coded = Figures(), Figures(), 0
        for group in chosen:
            mentions = [m for report in group.reports for m in code_report(report)]
            labels = label_mentions(mentions, group.marks)
            coded += len(labels)
            ours += score_groupings(labels, group_mentions(mentions))
            plain += score_groupings(labels, group_plainly(mentions))
        reports, marks = (sum(len(getattr(g, what)) for g in chosen) for what in ("reports", "marks"))
        part = "kept from tuning" if kept else "tuned on"
        print(f"{part}: {len(chosen)} groups, {reports} reports, {marks} marks, {coded} of them coded")
        for name, found in (("merged", ours), ("baseline", plain)):
            scores = "  ".join(
                f"{score} {getattr(found, field).precision:.1f} {getattr(found, field).recall:.1f} "
                f"{getattr(found, field).f1:.1f}"
                for score, field in (("B³", "b_cubed"), ("MUC", "muc"), ("CEAF", "ceaf"))
            )
            print(f"  {name:9} {scores}  CoNLL {found.conll:.1f}")


if __name__ == "__main__":
    main()
