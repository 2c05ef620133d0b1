"""What a shard gives, as two Parquet files: written whole or not at all, and read back as codings."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import fsspec
import polars

from detente.cluster.shards import open_address
from detente.errors import DetenteError, InputError
from detente.export import COLUMNS, flatten_mention
from detente.export.flat import rows_frame
from detente.records import Coding, EventMention, PassedOver, Report
from detente.serial import from_dict, from_json, to_json

MENTIONS, REPORTS = "mentions", "reports"  # the folders of the two files of each shard
# of each report: where it is from, all that was read of it and passed over in it, and why it was set aside
REPORT_COLUMNS = {
    "id": "t", "given_id": "t", "title": "t", "published": "t", "source": "t", "url": "t", "path": "t",
    "mentions": "i", "record": "t", "subject": "t", "fault": "t", "cure": "t",
}  # fmt: skip
Row = dict[str, Any]


def write_shard(target: str, name: str, codings: Sequence[Coding], aside: Sequence[DetenteError]) -> None:
    """Write the two files of a shard; the one with the mentions comes last, and says that it is done."""
    reports = [*map(_report_row, codings), *map(_aside_row, aside)]
    mentions = [flatten_mention(m) | {"record": to_json(m)} for coding in codings for m in coding]
    _write_whole(shard_file(target, REPORTS, name), rows_frame(reports, REPORT_COLUMNS))
    _write_whole(shard_file(target, MENTIONS, name), rows_frame(mentions, COLUMNS | {"record": "t"}))


def shard_file(target: str, folder: str, name: str) -> str:
    """The address of one of the files of a shard."""
    return f"{target.rstrip('/')}/{folder}/{name}.parquet"


def find_done(target: str) -> set[str]:
    """The names of the shards that are written."""
    fs, path = open_address(f"{target.rstrip('/')}/{MENTIONS}")
    files = fs.glob(f"{path}/*.parquet") if fs.exists(path) else []
    return {file.rsplit("/", 1)[-1].removesuffix(".parquet") for file in files}


def read_shards(target: str, on_error: Callable[[DetenteError], None] | None = None) -> Iterator[Coding]:
    """The codings in the shards under `target`, shard by shard; what was set aside goes to `on_error`.

    Raises InputError where there are no shards.
    """
    done = sorted(find_done(target))
    if not done:
        raise InputError(target, "holds no shards", "Name the folder that 'detente cluster' wrote to")
    for name in done:
        by_report: dict[str, list[EventMention]] = defaultdict(list)
        for row in _read_rows(shard_file(target, MENTIONS, name), ["record"]):
            mention = from_json(EventMention, row["record"])
            by_report[mention.report_id].append(mention)
        for row in _read_rows(shard_file(target, REPORTS, name), ["record", "subject", "fault", "cure"]):
            if row["record"] is not None:
                report, passed = _read_record(row["record"])
                yield Coding(report, tuple(by_report[report.id]), passed)
            elif on_error is not None:
                on_error(InputError(row["subject"], row["fault"], row["cure"]))


def write_bytes(address: str, data: bytes) -> None:
    """Write a file so that it is there whole or not at all: beside its place first, then moved to it."""
    fs, path = open_address(address)
    fs.makedirs(path.rpartition("/")[0], exist_ok=True)
    beside = f"{path}.{uuid4().hex[:8]}.part"
    fs.pipe_file(beside, data)
    fs.mv(beside, path)


def _write_whole(address: str, frame: polars.DataFrame) -> None:
    packed = io.BytesIO()
    frame.write_parquet(packed)
    write_bytes(address, packed.getvalue())


def _read_rows(address: str, columns: list[str]) -> Iterator[Row]:
    with fsspec.open(address, "rb") as file:
        yield from polars.read_parquet(file.read(), columns=columns).iter_rows(named=True)


def _report_row(coding: Coding) -> Row:
    report = coding.report
    told = {name: getattr(report, name) for name in list(REPORT_COLUMNS)[:7]}
    record = to_json({"report": report, "passed_over": coding.passed_over})
    return told | {"mentions": len(coding), "record": record}


def _aside_row(error: DetenteError) -> Row:
    return {"subject": error.subject, "fault": error.fault, "cure": error.cure}


def _read_record(record: str) -> tuple[Report, tuple[PassedOver, ...]]:
    told = json.loads(record)
    passed = tuple(from_dict(PassedOver, note) for note in told["passed_over"])
    return from_dict(Report, told["report"]), passed
