"""Prints how well negotiations are threaded: python -m corpus.measure_threads

Codes the reports of corpus/threads, merges and threads their events, and compares the threads with the blocks
at the end of each file. Beside that stands how well the events given by hand in corpus/threads/events are
threaded, which says how far the threading itself goes. Both for the part that was tuned on, for Kaesong 2013
from examples/korea (tuned on, too), and for the part that is kept from tuning, unless the argument 'tuned'
leaves that out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from detente.link import link_events
from detente.link.measure import Group, label_mentions, read_groups
from detente.pipeline import code_report
from detente.read import read_reports
from detente.threads import find_threads
from detente.threads.given import give_events, read_given
from detente.threads.measure import Figures, read_hand_marked, score_threads

ROOT = Path(__file__).parents[1]
NAMES = {
    "found": "links between coded events",
    "found_pairs": "the same, whatever the relation",
    "links": "all links",
    "pairs": "the same, whatever the relation",
}


def measure(group: Group) -> Figures:
    """The figures of one group, end to end."""
    mentions = [m for report in group.reports for m in code_report(report)]
    threads = find_threads(link_events(mentions, group.reports), mentions)
    return score_threads(group.blocks, threads, label_mentions(mentions, group.marks))


def measure_given(group: Group, table: Path) -> Figures:
    """The figures of one group with the events of `table`."""
    events, mentions, labels = give_events(group, read_given(table))
    return score_threads(group.blocks, find_threads(events, mentions), labels)


def read_parts() -> Iterator[tuple[str, list[tuple[Group, Path]]]]:
    """The parts by name: their groups, each with the table of its events, which may be missing."""
    folder = ROOT / "corpus" / "threads"
    groups = [(g, folder / "events" / f"{g.name}.tsv") for g in read_groups(folder)]
    korea = read_hand_marked(ROOT / "tests" / "korea_threads.md", read_reports(ROOT / "examples" / "korea"))
    yield "tuned on", [(g, table) for g, table in groups if not g.kept]
    yield "Kaesong 2013", [(korea, ROOT / "tests" / "korea_events.tsv")]
    yield "kept from tuning", [(g, table) for g, table in groups if g.kept]


def print_figures(name: str, figures: Figures) -> None:
    """Print the figures of a part."""
    print(name)
    for field, words in NAMES.items():
        score = getattr(figures, field)
        print(f"  {words:32} {score.precision:5.1f} {score.recall:5.1f} {score.f1:5.1f}  of {score.gold:.0f}")
    for field in ("moves", "states", "balls"):
        score = getattr(figures, field)
        found = f", {score.predicted} of them found" if score.predicted < score.gold else ""
        print(f"  {field + ' right':32} {score.right} of {score.gold}{found}")


def main() -> None:
    """Measures each part."""
    for name, part in read_parts():
        if name.startswith("kept") and "tuned" in sys.argv:
            continue
        given = [(group, table) for group, table in part if table.exists()]
        for how, groups, figures in (
            ("events given by hand", given, sum((measure_given(*g) for g in given), Figures())),
            ("end to end", part, sum((measure(g) for g, _ in part), Figures())),
        ):
            threads = sum(len(g.blocks) for g, _ in groups)
            print_figures(f"{name}, {how}: {threads} threads in {len(groups)} files", figures)


if __name__ == "__main__":
    main()
