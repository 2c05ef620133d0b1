"""Work shared out to processes: results in order, memory bounded, and nothing lost when a process dies."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from queue import SimpleQueue
from typing import Generic, TypeVar

from detente.errors import UsageError

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 2  # batches that may wait for each worker: one at work, one to follow
HARD_LIMIT = 2  # times the time limit, after which a process that doesn't heed it is ended


class OutOfTimeError(BaseException):
    """Work took longer than `limit_time` allows; no `except Exception` on the way stops it."""


class StoppedError(Exception):
    """The work was called off."""


class Worker(Generic[T, R]):
    """A process that does work to lists of items; when it dies, another takes over."""

    def __init__(self, work: Callable[[Sequence[T]], list[R]]) -> None:
        self.work = work
        self.stopped = False
        self._pool: ProcessPoolExecutor | None = None
        self._started = self._processes().submit(os.getpid)

    def do(self, items: Sequence[T]) -> list[R | None]:
        """The result of each item; None for one that ended the process twice: among others, and alone.

        Raises UsageError where the process can't even start.
        """
        self._check_start()
        try:
            return list(self._submit(items))
        except BrokenProcessPool:
            return [self._do_alone(item) for item in items]

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.stopped = True
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):  # Python 3.14 has kill_workers
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _check_start(self) -> None:
        try:
            self._started.result()
        except BrokenProcessPool as e:
            cure = "Call this from a file, under 'if __name__ == \"__main__\":', or with one worker"
            raise UsageError("workers", "their processes could not start", cure) from e

    def _do_alone(self, item: T) -> R | None:
        try:
            return self._submit([item])[0]
        except BrokenProcessPool:
            return None

    def _submit(self, items: Sequence[T]) -> list[R]:
        try:
            return self._processes().submit(self.work, items).result()
        except BrokenProcessPool:
            self._pool = None
            if self.stopped:
                raise StoppedError from None
            raise

    def _processes(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # a pool for each: where one process of a pool dies, all the others are ended with it
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), signal.signal, _IGNORE_INTERRUPTS)
        return self._pool


_IGNORE_INTERRUPTS = (signal.SIGINT, signal.SIG_IGN)


def share_out(
    work: Callable[[Sequence[T]], list[R]], batches: Iterable[Sequence[T]], workers: int
) -> Iterator[tuple[T, R | None]]:
    """Each item with its result, in their order: None for an item that ended its process twice.

    `work` is done to a batch in one of `workers` processes. Only two batches a worker are taken ahead, so
    memory is bounded however many there are. When the iterator is closed, the processes are ended.
    """
    with _start(work, workers) as crew, ThreadPoolExecutor(workers) as threads:
        free: SimpleQueue[Worker[T, R]] = SimpleQueue()
        for worker in crew:
            free.put(worker)

        def do(batch: Sequence[T]) -> list[R | None]:
            worker = free.get()
            try:
                return worker.do(batch)
            finally:
                free.put(worker)

        waiting: deque[tuple[Sequence[T], Future[list[R | None]]]] = deque()
        try:
            for batch in batches:
                waiting.append((batch, threads.submit(do, batch)))
                if len(waiting) >= AHEAD * workers:
                    yield from _take_first(waiting)
            while waiting:
                yield from _take_first(waiting)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in crew:
                worker.stop()


def _take_first(
    waiting: deque[tuple[Sequence[T], Future[list[R | None]]]],
) -> Iterator[tuple[T, R | None]]:
    batch, future = waiting.popleft()
    yield from zip(batch, future.result(), strict=True)


@contextmanager
def _start(work: Callable[[Sequence[T]], list[R]], workers: int) -> Iterator[list[Worker[T, R]]]:
    """Workers that ignore Ctrl-C from the start, also while Python and the parser are loaded in them."""
    with _interrupts_ignored():
        crew = [Worker(work) for _ in range(workers)]
    try:
        yield crew
    finally:
        for worker in crew:
            worker.stop()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(*_IGNORE_INTERRUPTS)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def limit_time(seconds: float | None, ends_process: bool = False) -> Iterator[None]:
    """Raises OutOfTimeError in what runs longer, where the system can (not on Windows, nor in threads).

    With `ends_process`, what doesn't heed that is ended with its process after twice the time.
    """
    if seconds is None:
        yield
        return
    heeds = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, _raise_out_of_time) if heeds else None
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - faulthandler wants a file
        if ends_process:
            faulthandler.dump_traceback_later(HARD_LIMIT * seconds, exit=True, file=nowhere)
        try:
            if heeds:
                signal.setitimer(signal.ITIMER_REAL, seconds)
            yield
        finally:
            if heeds:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
            if ends_process:
                faulthandler.cancel_dump_traceback_later()


def _raise_out_of_time(number: int, frame: object) -> None:
    raise OutOfTimeError


def count_cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
