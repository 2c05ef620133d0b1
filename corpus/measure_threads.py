"""Prints how well negotiations are threaded: python corpus/measure_threads.py

Codes the reports of corpus/threads, merges and threads their events, and compares the threads with the blocks
at the end of each file, for the part that was tuned on and the part that is kept from it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from detente.link import link_events
from detente.link.measure import Group, label_mentions, read_groups
from detente.pipeline import code_report
from detente.threads import find_threads
from detente.threads.measure import Figures, score_threads

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
        print(f"  {field + ' right':32} {score.right} of {score.gold}")


def main() -> None:
    """Measures both parts; with the argument 'tuned', only the one that was tuned on."""
    groups = list(read_groups(Path(__file__).parent / "threads"))
    for kept in (False, True)[: 1 if "tuned" in sys.argv else 2]:
        chosen = [g for g in groups if g.kept == kept]
        total = sum(map(measure, chosen), Figures())
        part = "kept from tuning" if kept else "tuned on"
        print_figures(f"{part}: {len(chosen)} groups, {sum(len(g.blocks) for g in chosen)} threads", total)


if __name__ == "__main__":
    main()
