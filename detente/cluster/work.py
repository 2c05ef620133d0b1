"""What one worker does: codes a shard, and notes which report it is at, in case it doesn't survive it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from detente.cluster.results import shard_file, write_bytes, write_shard
from detente.cluster.shards import Shard, open_address, read_shard
from detente.errors import DetenteError
from detente.pipeline import BUILTIN, name_killer, try_code
from detente.read.build import Dating
from detente.records import Coding, Report

TRIES = "tries"  # the folder of the notes on shards under work
DEATHS = 2  # of a worker, after which the report that it was at is set aside


@dataclass(frozen=True, slots=True)
class Settings:
    """How reports are read and coded, and where the shards go."""

    target: str
    published: str | None = None
    day_first: bool | None = None
    time_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a shard held: reports coded, their mentions, and reports set aside."""

    reports: int
    mentions: int
    aside: int


class Notes:
    """Which report of a shard is at work, on file: what a worker that died leaves behind.

    On a disk each report is noted. In an object store, where a note takes as long as a report, that starts
    with the second try; a worker then dies three times before the report that ends it is known.
    """

    def __init__(self, settings: Settings, shard: Shard) -> None:
        self.address = shard_file(settings.target, TRIES, shard.name).replace(".parquet", ".json")
        self.fs, self.path = open_address(self.address)
        found = json.loads(self.fs.cat_file(self.path)) if self.fs.exists(self.path) else {}
        self.deaths = Counter({int(place): number for place, number in found.get("deaths", {}).items()})
        if found.get("at") is not None:
            self.deaths[found["at"]] += 1
        self.each = bool(found) or "file" in self.fs.protocol
        self.note(None)

    def note(self, place: int | None) -> None:
        """Note that the report at a place of the shard is at work."""
        if place is None or self.each:
            write_bytes(self.address, json.dumps({"at": place, "deaths": self.deaths}).encode())

    def clear(self) -> None:
        """Forget the notes: the shard is done."""
        if self.fs.exists(self.path):  # else another worker did the same shard, as Dask may have it
            self.fs.rm_file(self.path)


def code_shard(shard: Shard, settings: Settings) -> Done:
    """Code the reports of a shard and write what comes out; a report that stands in it twice is coded once.

    Reports that can't be read or coded are in the shard's table of reports, with the reason.
    """
    notes = Notes(settings, shard)
    codings: dict[str, Coding] = {}
    aside: list[DetenteError] = []
    for outcome in _code_each(shard, settings, notes):
        if isinstance(outcome, Coding):
            codings.setdefault(outcome.report.id, outcome)
        else:
            aside.append(outcome)
    write_shard(settings.target, shard.name, list(codings.values()), aside)
    notes.clear()
    return Done(len(codings), sum(map(len, codings.values())), len(aside))


def _code_each(shard: Shard, settings: Settings, notes: Notes) -> Iterator[Coding | DetenteError]:
    dating = Dating(settings.published, settings.day_first)
    for place, report in enumerate(read_shard(shard, dating)):
        if not isinstance(report, Report):
            yield report
        elif notes.deaths[place] >= DEATHS:
            yield name_killer(report)
        else:
            notes.note(place)
            yield try_code(report, BUILTIN, settings.time_limit, ends_process=True)
