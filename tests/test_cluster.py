"""Shards: how inputs are cut, what a run writes, and that no death of a worker loses or doubles anything."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import polars
import pytest

import detente
import detente.cluster.work
from detente.cluster import Settings, Shard, code_shards, plan_shards, read_shards
from detente.cluster.results import find_done
from detente.cluster.run import Run, run_here, run_on_dask, run_shards
from detente.cluster.shards import read_shard
from detente.cluster.work import Done, code_shard
from detente.errors import DetenteError, InputError, UsageError
from detente.read.build import Dating
from detente.records import Coding, Report
from tests.factories import make_mention

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")


def text_of(number: int) -> str:
    return f"Iran rejected the offer no. {number}, {'é' * (number % 7)}."


def write_lines(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts)))
    return path


def read_texts(shards: list[Shard]) -> list[str]:
    found = [r for shard in shards for r in read_shard(shard, Dating())]
    assert all(isinstance(r, Report) for r in found)
    return [r.text for r in found if isinstance(r, Report)]


@pytest.mark.parametrize("step", [1, 7, 40, 41, 60, 1000])
def test_each_line_is_in_one_shard(tmp_path: Path, step: int) -> None:
    path = write_lines(tmp_path / "a.jsonl", list(map(text_of, range(20))))
    length = path.stat().st_size
    shards = [Shard(str(path), at, min(at + step, length)) for at in range(0, length, step)]
    assert read_texts(shards) == list(map(text_of, range(20)))


@pytest.mark.parametrize("size", [1, 3, 20])
def test_each_row_is_in_one_shard(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.parquet"
    polars.DataFrame({"Text": list(map(text_of, range(20))), "other": range(20)}).write_parquet(path)
    shards = plan_shards([str(tmp_path)], size)
    assert len(shards) == -(-20 // size)
    assert read_texts(shards) == list(map(text_of, range(20)))


@pytest.mark.parametrize("columns", [{"text": ["", text_of(1)]}, {"text": [None, text_of(1)], "id": [7, 8]}])
def test_rows_are_read_as_those_of_a_whole_table(tmp_path: Path, columns: dict[str, list[object]]) -> None:
    path = tmp_path / "a.parquet"
    polars.DataFrame(columns).write_parquet(path)
    whole: list[object] = []
    whole += detente.read_reports(path, on_error=whole.append)
    found = [r for shard in plan_shards([str(path)], 1) for r in read_shard(shard, Dating())]
    assert [str(r) for r in found] == [str(r) for r in whole]
    assert [isinstance(r, Report) for r in found] == [False, True]


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("none.jsonl", InputError, "no such file"),
        ("a.txt", UsageError, "no table"),
        ("x9://a", UsageError, "x9"),
        ("broken.parquet", InputError, "no Parquet file that can be read"),
        ("other.parquet", InputError, "lacks the column 'text'"),
    ],
)
def test_what_is_no_input(tmp_path: Path, name: str, error: type[DetenteError], words: str) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 words")
    polars.DataFrame({"words": ["Text"]}).write_parquet(tmp_path / "other.parquet")
    with pytest.raises(error, match=words):
        plan_shards([name if "://" in name else str(tmp_path / name)], 10)


def test_a_run_writes_what_the_pipeline_gives_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [text_of(1), "", text_of(1), text_of(2)])
    settings = Settings(str(tmp_path / "out"), published="2013-07-05")
    *_, progress = code_shards([str(path)], settings, workers=1)
    assert (progress.shards, progress.before, progress.done, progress.reports) == (1, 0, 1, 2)
    aside: list[DetenteError] = []
    codings = list(read_shards(settings.target, aside.append))
    assert [e.fault for e in aside] == ["the text is empty"]
    first, _, last = detente.code_reports(detente.read_reports(path, "2013-07-05", aside.append))
    assert codings == [first, last]  # the second is the first again
    assert not list((tmp_path / "out" / "tries").iterdir())
    *_, again = code_shards([str(path)], settings, workers=1)
    assert (again.before, again.done) == (1, 0)
    with pytest.raises(UsageError, match="other inputs"):
        list(code_shards([str(path)], Settings(settings.target)))


def test_shards_in_an_object_store(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    monkeypatch.setattr(detente.cluster.work, "try_code", code_quickly)
    with fsspec.open("memory://in/a.jsonl", "w") as file:
        file.write(json.dumps({"text": text_of(1)}) + "\n")
    [shard] = plan_shards(["memory://in"], 10)
    assert code_shard(shard, Settings("memory://out")) == Done(1, 1, 0)
    assert find_done("memory://out") == {shard.name}
    assert [c.report.text for c in read_shards("memory://out")] == [text_of(1)]


def code_quickly(report: Report, *_: object, **__: object) -> Coding:
    """Stands for the coder."""
    return Coding(report, (make_mention(report),), ())


def code_or_die(report: Report, *_: object, **__: object) -> Coding:
    """Stands for the coder; 'POISON' ends the process each time, 'ONCE' the first time."""
    mark = Path(report.text.split()[-1])
    if "POISON" in report.text or ("ONCE" in report.text and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return code_quickly(report)


def code_shard_or_die(shard: Shard, settings: Settings) -> Done:
    detente.cluster.work.try_code = code_or_die  # type: ignore[assignment]
    return code_shard(shard, settings)


@pytest.fixture(params=["here", "dask"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Two workers of each kind."""
    if request.param == "here":
        yield partial(run_here, workers=2)
        return
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield partial(run_on_dask, scheduler=cluster.scheduler_address)


@POSIX
def test_killed_workers_lose_and_double_nothing(tmp_path: Path, run: Run) -> None:
    texts = [f"{text_of(i)} {tmp_path / 'none'}" for i in range(12)]
    texts[4] = f"{text_of(4)} ONCE {tmp_path / 'killed'}"
    texts[9] = f"{text_of(9)} POISON {tmp_path / 'poisoned'}"
    path = tmp_path / "a.parquet"
    polars.DataFrame({"text": texts}).write_parquet(path)
    settings = Settings(str(tmp_path / "out"))
    shards = plan_shards([str(path)], 3)
    work: Callable[[Shard], Done] = partial(code_shard_or_die, settings=settings)
    done = list(run_shards(run, work, shards))
    assert sum(d.reports for d in done) == 11
    aside: list[DetenteError] = []
    codings = list(read_shards(settings.target, aside.append))
    assert Counter(c.report.text for c in codings) == Counter(t for t in texts if "POISON" not in t)
    assert all(len(c) == 1 for c in codings)
    assert [e.fault for e in aside] == ["ended the process that coded it, twice"]
    assert (tmp_path / "killed").exists()
    assert (tmp_path / "poisoned").exists()
    assert not list((tmp_path / "out").rglob("*.part"))
