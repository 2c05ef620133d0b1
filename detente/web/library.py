"""The store that an app serves: opened for each request, what is costly to find kept until it changes."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from detente.pool import StoppedError
from detente.store import Browser, Store
from detente.turns import Turns
from detente.web.chores import Chore, Crew, merge_mentions, read_predictions

MOST_KEPT = 256
PATIENCE = 0.1  # seconds that a page waits for turns before it is shown without
AT_ONCE = 5000  # mentions up to which a judgement is applied before the next page is shown

T = TypeVar("T")
_log = logging.getLogger("detente.web")


class Library:
    """A store in the file `path`, for an app: reading from any thread, writing from one at a time."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._writing = threading.Lock()
        self._keeping = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._searching = ThreadPoolExecutor(1, thread_name_prefix="detente-turns")
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="detente-chores")
        self._crew = Crew()
        self._linking: Future[None] | None = None
        self._reading: Future[None] | None = None

    def prepare(self) -> None:
        """Bring an older store up to date. Raises StoreError where there is none."""
        with self.change():
            pass

    def start(self) -> None:
        """Bring what hangs on the mentions up to date, where it isn't; a large store behind the scenes."""
        if not self.is_linked():
            self.relink()

    def close(self) -> None:
        """Stop what is under way."""
        self._searching.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False, cancel_futures=True)
        self._crew.close()

    @contextmanager
    def open(self) -> Iterator[Browser]:
        """The store for reading, in this thread."""
        with Browser(self.path) as store:
            yield store

    @contextmanager
    def change(self) -> Iterator[Store]:
        """The store for writing; one at a time."""
        with self._writing, Store(self.path, make=False) as store:
            yield store

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for `key` until the store changes."""
        full = (self._stamp(), key)
        with self._keeping:
            if full in self._kept:
                self._kept.move_to_end(full)
                return cast("T", self._kept[full])
        made = make()
        with self._keeping:
            self._kept[full] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    def find_turns(self, between: tuple[str, str], patience: float = PATIENCE) -> Turns | None:
        """The turns between two parties; None where they aren't found within `patience` seconds.

        They are looked for on, so that a later call has them.
        """
        future = self.keep(("turns", between), lambda: self._searching.submit(self._search, between))
        try:
            return future.result(timeout=patience)
        except StillWorking:
            return None
        except Exception:
            self._drop(future)
            raise

    def _drop(self, made: object) -> None:
        """Forget what `keep` keeps, so that it is made again."""
        with self._keeping:
            for key in [key for key, kept in self._kept.items() if kept is made]:
                del self._kept[key]

    def is_linked(self) -> bool:
        """Whether all mentions are merged into events, and these threaded."""
        with self.open() as store:
            return not store.count_unmerged() and bool(store.count_threads() or not any(store.events()))

    def relink(self) -> bool:
        """Merge the mentions anew: at once in a small store, else behind the scenes. Whether it is done."""
        small = self._is_small()
        if small:
            self.link()
        elif self._linking is None or self._linking.running() or self._linking.done():
            self._linking = self._waiting.submit(self._log_faults, self.link)
        return small

    def link(self) -> None:
        """Merge the mentions into events, and thread these; a large store in a process of its own.

        Comes back when that is done. Raises UsageError where judgements contradict each other.
        """
        self._do(merge_mentions)

    def _do(self, chore: Chore) -> None:
        if self._is_small():
            with self._writing:
                chore(self.path)
        else:
            self._crew.do(chore, self.path)

    def _is_small(self) -> bool:
        with self.open() as store:
            return store.counts().mentions <= AT_ONCE

    def read_forecasts(self) -> None:
        """Read the predictions of reports that were not read yet, and resolve all, behind the scenes."""
        if not self.is_reading:
            self._reading = self._waiting.submit(self._log_faults, partial(self._do, read_predictions))

    @property
    def is_reading(self) -> bool:
        """Whether predictions are being read behind the scenes."""
        return self._reading is not None and not self._reading.done()

    @property
    def is_linking(self) -> bool:
        """Whether mentions are being merged behind the scenes."""
        return self._linking is not None and not self._linking.done()

    def _log_faults(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StoppedError:
            return
        except Exception:
            _log.exception("work on %s failed", self.path)
            raise

    def _search(self, between: tuple[str, str]) -> Turns:
        from detente.turns import find_turns

        with self.open() as store:
            return find_turns(store.tabulate_events(parties=between), between)

    def _stamp(self) -> Hashable:
        """Changes when the store does, whoever writes to it; a reader's empty -wal file changes nothing."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        found = (file.stat() for file in files if file.exists())
        return tuple((stat.st_mtime_ns, stat.st_size) for stat in found if stat.st_size)
