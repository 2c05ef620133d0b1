"""Which reports make a shard, and how they are read: a stretch of a JSON-lines or Parquet file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import fsspec

from detente.errors import InputError, UsageError
from detente.read.build import Dating, Read
from detente.read.rows import Place, Row, build_reports, count_parquet, read_json_lines, read_parquet
from detente.records import content_id

LINE = 4_096  # bytes that a report in JSON lines is reckoned to take, as its lines aren't counted beforehand
CHUNK = 1 << 20  # bytes read at once while the end of a line is looked for
SUFFIXES = (".jsonl", ".ndjson", ".parquet")


@dataclass(frozen=True, slots=True)
class Shard:
    """A stretch of a file: bytes of JSON lines or rows of Parquet, from `start` to before `stop`.

    A line belongs to the shard in which it starts.
    """

    path: str
    start: int
    stop: int

    @property
    def name(self) -> str:
        """A name that the same stretch of the same file always has, in the order of the file."""
        return f"{PurePosixPath(self.path).stem}-{content_id(self.path)[:8]}-{self.start:015d}"


def plan_shards(inputs: Iterable[str], size: int) -> list[Shard]:
    """Shards of about `size` reports of files, folders or fsspec addresses; reads no report.

    Raises InputError for what can't be opened, UsageError for a file of another kind.
    """
    return [shard for path in find_files(inputs) for shard in _cut(path, size)]


def find_files(inputs: Iterable[str]) -> list[str]:
    """The files named, and those with one of `SUFFIXES` in the folders named, each once."""
    found: dict[str, None] = {}
    for given in inputs:
        fs, path = open_address(given)
        if fs.isdir(path):
            inside = sorted(p for p in fs.find(path) if p.endswith(SUFFIXES))
            found |= dict.fromkeys(_full_name(fs, p) for p in inside)
        elif not fs.exists(path):
            raise InputError(given, "there is no such file or folder", "Check the name")
        elif not path.endswith(SUFFIXES):
            raise UsageError(given, "is no table that can be cut into shards", f"Use {', '.join(SUFFIXES)}")
        else:
            found[_full_name(fs, path)] = None
    return list(found)


def _full_name(fs: Any, path: str) -> str:
    return path if "file" in fs.protocol else str(fs.unstrip_protocol(path))


def open_address(address: str) -> tuple[Any, str]:
    """The file system of an address and the path on it. Raises UsageError where it can't be reached."""
    try:
        fs, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as e:
        cure = "Install what the address needs, such as s3fs for s3://"
        raise UsageError(address, f"can't be opened ({e})", cure) from e
    return fs, str(path)


def _cut(path: str, size: int) -> Iterator[Shard]:
    if path.endswith(".parquet"):
        with fsspec.open(path, "rb") as file:
            length, step = count_parquet(file, Place(path, path)), size
    else:
        fs, plain = open_address(path)
        length, step = fs.size(plain), size * LINE
    for start in range(0, length, step):
        yield Shard(path, start, min(start + step, length))


def read_shard(shard: Shard, dating: Dating) -> Iterator[Read]:
    """The reports of a shard in their order, each as a report or as the error that it can't be read with."""
    is_parquet = shard.path.endswith(".parquet")
    return build_reports(_read_parquet(shard) if is_parquet else _read_lines(shard), dating)


def _read_lines(shard: Shard) -> Iterator[Row]:
    with fsspec.open(shard.path, "rb") as file:
        file.seek(max(0, shard.start - 1))
        data = file.read(shard.stop - max(0, shard.start - 1))
        while data and not data.endswith(b"\n") and (more := file.read(CHUNK)):
            line, end, _ = more.partition(b"\n")
            data += line + end
    if shard.start:  # what stands before the first line break started in the shard before
        data = data.partition(b"\n")[2]
    place = Place(shard.path, f"{shard.path}, from byte {shard.start}")
    yield from read_json_lines(io.BufferedReader(io.BytesIO(data)), place)


def _read_parquet(shard: Shard) -> Iterator[Row]:
    place = Place(shard.path, shard.path)
    with fsspec.open(shard.path, "rb") as file:
        yield from read_parquet(file, place, shard.start, shard.stop)
