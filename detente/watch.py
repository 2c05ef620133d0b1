"""What is new in folders and at web addresses since a store was last filled from them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from detente.errors import InputError
from detente.fetch import Memory, Validator, is_address
from detente.read.build import name_input
from detente.read.files import walk_folder
from detente.read.formats import find_suffix
from detente.read.gdelt import ZIPPED
from detente.store.watched import Seen, Watched

SETTLED = 10.0  # seconds since its last change after which a file is taken to be written whole
MOST_TRIES = 3  # of a page that a list names
LONGEST_REST = 86_400.0  # seconds for which a source that fails is left alone at the most
LISTING = frozenset(
    {".csv", ".tsv", ZIPPED, ".json", ".jsonl", ".ndjson", ".parquet", ".xml", ".rss", ".atom"}
)
READ = "read"
PAGE, FOLLOWED = "page ", "follow "  # before names: pages that lists name, and what is read with `follow`


class Round(Memory):
    """One look at all sources: what is to be read now, and, once that is in the store, what was.

    `every` is the time between rounds in seconds; an address that fails is left alone for twice that, then
    four times, up to a day. `follow` is as in `read_reports`. Nothing is kept before `finish`, so what is
    stopped before is done again.
    """

    def __init__(self, watched: Watched, every: float, follow: bool = False) -> None:
        self._watched, self._every, self._follow = watched, every, follow
        self._now = time.time()
        self._seen: dict[str, Seen] = {}  # what `finish` keeps
        self._lists: list[Seen] = []  # those of the source that is being read
        self._sources: set[str] = set()
        self._complete = True
        self._listing: set[str] = set()  # files that may name pages
        self._all_fetched = True
        self.unsettled = 0  # files that are still being written
        self.resting: list[float] = []  # when the sources that are left alone are due

    def find_new(self, sources: tuple[str, ...], on_error: Callable[[InputError], None]) -> list[str]:
        """The addresses to ask and the files to read, in the order of the sources."""
        return [found for source in sources for found in self._find_in(source, on_error)]

    def _find_in(self, source: str, on_error: Callable[[InputError], None]) -> Iterator[str]:
        if is_address(source):
            known = self._watched.find(self._key(source))
            if known and known.due > self._now:
                self.resting.append(known.due)
            else:
                self._sources.add(source)
                yield source
            return
        path, faults = Path(source), list[OSError]()
        for file in walk_folder(path, faults) if path.is_dir() else [path]:
            if self._is_new(file, faults):
                yield str(file)
        for fault in faults:
            cure = "Check its name, and that it may be read"
            on_error(InputError(name_input(fault.filename), f"can't be read ({fault.strerror})", cure))

    def _is_new(self, file: Path, faults: list[OSError]) -> bool:
        """Whether a file is new or has changed; one that is still being written is left for another round."""
        try:
            found = file.stat()
        except OSError as e:
            faults.append(e)
            return False
        state = f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
        name = self._key(os.path.abspath(file))  # noqa: PTH100 - links stay as they are
        known = self._watched.find(name)
        if known and known.state == state:
            return False
        if 0 <= self._now - found.st_mtime < SETTLED:
            self.unsettled += 1
            return False
        self._seen[name] = Seen(name, state)
        if self._follow and find_suffix(file) in LISTING:
            self._listing.add(name)
        return True

    def wants(self, address: str) -> bool:
        """Whether a page was neither read nor failed MOST_TRIES times, and isn't left alone just now."""
        known = self._watched.find(PAGE + address)
        if known and known.state != READ and known.failures < MOST_TRIES and known.due > self._now:
            self.put_off(address)
            return False
        done = known is not None and (known.state == READ or known.failures >= MOST_TRIES)
        return not done and not self._watched.holds_report(address)

    def recall(self, address: str) -> Validator | None:
        """What the server said when all that the list names had been read."""
        known = self._watched.find(self._key(address))
        return Validator(**json.loads(known.state)) if known and known.state else None

    def put_off(self, address: str) -> None:
        """See that the list is read again, as it holds more than was fetched."""
        self._complete = self._all_fetched = False

    def note(self, address: str, outcome: Validator | InputError, page: bool) -> None:
        """Take down how the asking went."""
        if page:
            self._note_page(address, outcome)
            return
        if address in self._sources:
            self._close_source()
        if isinstance(outcome, Validator):
            self._lists.append(Seen(self._key(address), json.dumps(asdict(outcome))))
            return
        self._complete = False
        if address in self._sources:
            self._seen[self._key(address)] = self._note_failure(self._key(address))

    def finish(self) -> None:
        """Keep what was read, once its reports are in the store."""
        self._close_source()
        again = set() if self._all_fetched else self._listing
        self._watched.put(seen for name, seen in self._seen.items() if name not in again)
        self._seen.clear()

    def _note_page(self, address: str, outcome: Validator | InputError) -> None:
        if isinstance(outcome, Validator):
            self._seen[PAGE + address] = Seen(PAGE + address, READ)
        else:
            self.put_off(address)
            self._seen[PAGE + address] = self._note_failure(PAGE + address)

    def _note_failure(self, name: str) -> Seen:
        known = self._watched.find(name) or Seen(name, "")
        rest = min(self._every * 2 ** min(known.failures + 1, 20), LONGEST_REST)
        return Seen(name, known.state, known.failures + 1, self._now + rest)

    def _close_source(self) -> None:
        """Keep the validators of a source's lists, but only where nothing is left to be fetched again."""
        for seen in self._lists:
            self._seen[seen.name] = seen if self._complete else Seen(seen.name, "")
        self._lists.clear()
        self._complete = True

    def _key(self, name: str) -> str:
        """The name under which a list or file is kept: followed, it tells more than it does else."""
        return FOLLOWED + name if self._follow else name
