"""Which stored reports a report corrects: the file says so, or the user's own id."""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from detente.fetch import is_address
from detente.records import Report

ONE_REPORT = frozenset({".txt", ".md", ".markdown", ".html", ".htm"})  # suffixes of files with one report
ALIKE = 0.5  # share of word pairs from which two texts are versions of one; see docs/decisions.md
MOST_STRETCH = 3  # lengths of two texts that differ by a greater factor share less than that
WORD = re.compile(r"\w+")


def find_origin(report: Report) -> str | None:
    """The full path of the file, or the web address, that a report was read from; else None."""
    if report.path and is_address(report.path):
        return report.path
    return os.path.abspath(report.path) if report.path and report.path != "-" else None  # noqa: PTH100


def fills_file(report: Report) -> bool:
    """Whether a report was read from a file or page that holds it alone, so that its path means it."""
    if report.path and is_address(report.path):
        return report.url == report.path
    return find_origin(report) is not None and Path(str(report.path)).suffix.lower() in ONE_REPORT


def has_own_place(report: Report) -> bool:
    """Whether its file, with its own id where it has one, tells a report from others.

    A row of a table without an id could be any of the table's.
    """
    return fills_file(report) or (find_origin(report) is not None and report.given_id is not None)


def are_alike(one: str, other: str) -> bool:
    """Whether two texts share half of their pairs of neighbouring words or more (Dice)."""
    pairs = [Counter(pairwise(WORD.findall(text.lower()))) for text in (one, other)]
    total = sum(map(Counter.total, pairs))
    return one == other or (total > 0 and 2 * (pairs[0] & pairs[1]).total() / total >= ALIKE)
