"""Agency copy told from own reporting: which reports share their text, so that they are one voice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from detente.records import EventMention, Outlet, Report

SHINGLE = 4  # words in a row
COPY = 0.5  # share of the shorter text's shingles that stand in the other, from which it is a copy
WORD = re.compile(r"\w+")


class Copies:
    """Tells which reports are one voice: those of one outlet, and those that share most of their text.

    Texts are compared by the containment of their shingles, runs of four words (Broder, 1997). Only reports
    that tell the same event are compared, so exact sets do, without MinHash.
    """

    def __init__(self, reports: Iterable[Report]) -> None:
        self._reports = {r.id: r for r in reports}
        self._are_copies = cache(self._compare)
        self._shingles = cache(self._cut)

    def name_outlet(self, mention: EventMention) -> str:
        """The outlet of a mention's report: its source, else its site, else its id."""
        site = urlsplit(mention.url).hostname if mention.url else None
        return mention.report_source or site or mention.report_id

    def find_voices(self, mentions: Iterable[EventMention]) -> tuple[Outlet, ...]:
        """The independent voices among the reports of `mentions`, those with most reports first."""
        outlets = {m.report_id: self.name_outlet(m) for m in mentions}
        voices: list[set[str]] = []
        for report in sorted(outlets):
            same = [v for v in voices if any(self._one_voice(report, r, outlets) for r in v)]
            voices = [v for v in voices if v not in same] + [{report}.union(*same)]
        found = [Outlet(tuple(sorted({outlets[r] for r in v})), tuple(sorted(v))) for v in voices]
        return tuple(sorted(found, key=lambda o: (-len(o.reports), o.names, o.reports)))

    def _one_voice(self, one: str, other: str, outlets: dict[str, str]) -> bool:
        return outlets[one] == outlets[other] or self._are_copies(*sorted((one, other)))

    def _compare(self, one: str, other: str) -> bool:
        a, b = self._shingles(one), self._shingles(other)
        return bool(a and b) and len(a & b) >= COPY * min(len(a), len(b))

    def _cut(self, report_id: str) -> frozenset[tuple[str, ...]]:
        report = self._reports.get(report_id)
        words = WORD.findall(report.text.casefold()) if report is not None else []
        return frozenset(zip(*(words[i:] for i in range(SHINGLE)), strict=False))
