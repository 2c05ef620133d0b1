"""Runs the shards: by processes of this machine, or by Dask workers on any number of machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from detente import __version__
from detente.cluster.results import find_done, write_bytes
from detente.cluster.shards import Shard, open_address, plan_shards
from detente.cluster.work import Done, Settings, code_shard
from detente.errors import InputError, UsageError
from detente.pool import count_cores, share_out

ROUNDS = 8  # times that shards whose worker died are tried anew; two deaths settle one report of a shard
PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: shards of all, those done before it, and what came out in this run."""

    shards: int
    before: int
    done: int = 0
    reports: int = 0
    mentions: int = 0
    aside: int = 0

    def after(self, shard: Done) -> Progress:
        """The progress with one more shard done."""
        reports, mentions = self.reports + shard.reports, self.mentions + shard.mentions
        return Progress(self.shards, self.before, self.done + 1, reports, mentions, self.aside + shard.aside)


def code_shards(
    inputs: Sequence[str],
    settings: Settings,
    size: int = 1000,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Progress]:
    """Code the reports of Parquet or JSON-lines files into shards of about `size` reports.

    On `workers` processes here (one for each core), or on the workers of the Dask `scheduler` at an address.
    Gives the progress after each shard. Shards that `settings.target` holds already are left as they are, so
    a run that was stopped goes on where it is begun again.

    Raises UsageError where the target was begun with other inputs, another size or another version, and
    where Dask is missing; InputError where an input can't be read, or some shards can't be done, after
    all others are.
    """
    shards = plan_shards(inputs, size)
    _keep_plan(shards, settings)
    done = find_done(settings.target)
    left = [shard for shard in shards if shard.name not in done]
    progress = Progress(len(shards), len(shards) - len(left))
    yield progress
    work = partial(code_shard, settings=settings)
    run = partial(run_here, workers=workers or count_cores())
    if scheduler is not None:
        run = partial(run_on_dask, scheduler=scheduler)
    for outcome in run_shards(run, work, left):
        progress = progress.after(outcome)
        yield progress


Run = Callable[[Callable[[Shard], Done], Sequence[Shard]], Iterator[tuple[Shard, "Done | None"]]]


def run_shards(run: Run, work: Callable[[Shard], Done], left: Sequence[Shard]) -> Iterator[Done]:
    """What each shard gives; those whose worker died are tried anew."""
    for _ in range(ROUNDS):
        lost = []
        for shard, outcome in run(work, left) if left else ():
            if outcome is None:
                lost.append(shard)
            else:
                yield outcome
        left = lost
    if left:
        fault = f"workers died on {len(left)} shards each time, such as {left[0].name}"
        raise InputError(left[0].path, fault, "Give the workers more memory, then run the same command again")


def run_here(
    work: Callable[[Shard], Done], shards: Sequence[Shard], workers: int
) -> Iterator[tuple[Shard, Done | None]]:
    """Each shard with what it gives, by processes of this machine; None where its process died twice."""
    each = partial(_do_each, work=work)
    return share_out(each, ([shard] for shard in shards), min(workers, len(shards)))


def _do_each(shards: Sequence[Shard], work: Callable[[Shard], Done]) -> list[Done]:
    return [work(shard) for shard in shards]


def run_on_dask(
    work: Callable[[Shard], Done], shards: Iterable[Shard], scheduler: str
) -> Iterator[tuple[Shard, Done | None]]:
    """Each shard with what it gives, by Dask workers; None where more of them died on it than Dask allows."""
    distributed = _import_dask()
    try:
        client = distributed.Client(scheduler, timeout="30s")
    except OSError as e:
        fault = f"no Dask scheduler answers ({e})"
        raise UsageError(scheduler, fault, "Start one with 'dask scheduler', and workers with it") from e
    with client:
        futures = {client.submit(work, shard, key=f"detente-{shard.name}"): shard for shard in shards}
        for future in distributed.as_completed(futures):
            try:
                yield futures[future], future.result()
            except distributed.KilledWorker:
                yield futures[future], None
            future.release()


def _import_dask() -> Any:
    try:
        import distributed
    except ImportError as e:
        raise UsageError("--scheduler", "needs Dask", "pip install 'detente[cluster]'") from e
    return distributed


def _keep_plan(shards: Sequence[Shard], settings: Settings) -> None:
    """Write down what the target is made of; a target that was begun otherwise is refused."""
    address = f"{settings.target.rstrip('/')}/{PLAN}"
    told = asdict(settings)
    del told["target"]
    plan = {"detente": __version__, "settings": told, "shards": [asdict(shard) for shard in shards]}
    fs, path = open_address(address)
    if not fs.exists(path):
        write_bytes(address, json.dumps(plan).encode())
    elif json.loads(fs.cat_file(path)) != json.loads(json.dumps(plan)):
        fault = "was begun with other inputs, settings or another version"
        raise UsageError(settings.target, fault, "Give those again, or name another folder")
