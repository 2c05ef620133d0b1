"""Prints how well negotiations are threaded: python -m corpus.measure_threads

Codes the reports of corpus/threads, merges and threads their events, and compares the threads with the blocks
at the end of each file: for the part that was tuned on, for Kaesong 2013 from examples/korea (tuned on, too),
and for the part that is kept from tuning, unless the argument 'tuned' leaves that out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from detente.link import link_events
from detente.link.measure import Group, label_mentions, read_groups
from detente.pipeline import code_report
from detente.read import read_reports
from detente.threads import find_threads
from detente.threads.measure import Figures, read_hand_marked, score_threads

ROOT = Path(__file__).parents[1]
NAMES = {
    "found": "links between coded events",
    "found_pairs": "the same, whatever the relation",
    "links": "all links",
    "pairs": "the same, whatever the relation",
}


def measure(group: Group) -> Figures:
    """The figures of one group."""
    mentions = [m for report in group.reports for m in code_report(report)]
    threads = find_threads(link_events(mentions, group.reports), mentions)
    return score_threads(group.blocks, threads, label_mentions(mentions, group.marks))


def print_figures(name: str, figures: Figures) -> None:
    """Print the figures of a part."""
    print(name)
    for field, words in NAMES.items():
        score = getattr(figures, field)
        print(f"  {words:32} {score.precision:5.1f} {score.recall:5.1f} {score.f1:5.1f}  of {score.gold}")
    for field in ("moves", "states", "balls"):
        score = getattr(figures, field)
        found = f", {score.predicted} of them found" if score.predicted < score.gold else ""
        print(f"  {field + ' right':32} {score.right} of {score.gold}{found}")


def main() -> None:
    """Measures each part."""
    groups = list(read_groups(ROOT / "corpus" / "threads"))
    korea = read_hand_marked(ROOT / "tests" / "korea_threads.md", read_reports(ROOT / "examples" / "korea"))
    parts = {"tuned on": [g for g in groups if not g.kept], "Kaesong 2013": [korea]}
    if "tuned" not in sys.argv:
        parts["kept from tuning"] = [g for g in groups if g.kept]
    for name, chosen in parts.items():
        threads = sum(len(g.blocks) for g in chosen)
        figures = sum(map(measure, chosen), Figures())
        print_figures(f"{name}: {threads} threads in {len(chosen)} files", figures)


if __name__ == "__main__":
    main()
