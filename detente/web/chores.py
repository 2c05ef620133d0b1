"""Work on a whole store, which may take minutes, as functions of its file; and a process that does it.

Meanwhile the app answers, as another process holds the interpreter; its memory is given back at the end, and
it ends with the app. SQLite keeps what was stored, whenever that is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from detente.errors import StoreError
from detente.pool import StoppedError, Worker
from detente.store import Store

Chore = Callable[[Path], None]


def merge_mentions(path: Path) -> None:
    """Merge the mentions of a store into events, and thread these into negotiations.

    Raises UsageError where judgements contradict each other.
    """
    from detente.link import link_store
    from detente.threads import find_threads

    with Store(path, make=False) as store:
        link_store(store)
        events = [event for event, _ in store.events()]
        store.put_threads(find_threads(events, store.mentions()))


def read_predictions(path: Path) -> None:
    """Read the predictions of a store's reports that were not read yet, and resolve all."""
    from detente.forecasts.stored import read_store, resolve_store

    with Store(path, make=False) as store:
        for _ in read_store(store):
            pass
        resolve_store(store)


# what does the same as a chore from the command line
COMMANDS: dict[Chore, str] = {
    merge_mentions: "'detente link' and 'detente threads'",
    read_predictions: "'detente forecasts resolve'",
}


class Crew:
    """Does chores in processes of their own, one at a time, until it is closed."""

    def __init__(self) -> None:
        self._one_at_a_time, self._closing = threading.Lock(), threading.Lock()
        self._worker: Worker[Path, bool] | None = None
        self._closed = False

    def do(self, chore: Chore, path: Path) -> None:
        """Do a chore, and come back when it is done. Raises what it raises, StoppedError when called off."""
        with self._one_at_a_time:
            worker = self._start(chore)
            try:
                if worker.do([path]) != [True]:
                    fault = "the process that worked on it was ended, perhaps for want of memory"
                    raise StoreError(str(path), fault, f"Run {COMMANDS[chore]} on it")
            finally:
                worker.stop()

    def close(self) -> None:
        """End what is under way; no more is done."""
        with self._closing:
            self._closed = True
            if self._worker is not None:
                self._worker.stop()

    def _start(self, chore: Chore) -> Worker[Path, bool]:
        with self._closing:
            if self._closed:
                raise StoppedError
            self._worker = Worker(partial(_do_each, chore))
            return self._worker


def _do_each(chore: Chore, paths: Sequence[Path]) -> list[bool]:
    for path in paths:
        chore(path)
    return [True] * len(paths)
