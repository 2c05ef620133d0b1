"""How coding speed, memory and the store change with the number of reports.

Run as `python -m benchmarks.measure_growth [--minutes 4] [--reports 100000] [--keep FOLDER]`.

One process codes made-up reports (benchmarks/make_reports.py) into a store, block by block, as a worker of
`detente add` and its main process do together. After each block bare spaCy parses some of its reports, so
that speed is told beside spaCy's in the same minutes; times are those of the processor. With `--keep`, what
was measured is kept in FOLDER, and another run goes on after it, in a new process, until all is done.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import spacy
from spacy.language import Language

from benchmarks.make_reports import make_reports
from benchmarks.measure_coding import timed
from detente.parse import MODELS
from detente.pipeline import code_report
from detente.records import Coding
from detente.store import Store

EACH = 10  # of so many reports, one is parsed by bare spaCy


@dataclass(frozen=True)
class Block:
    """What one block took: seconds of the processor, and the most memory that the process ever held."""

    until: int  # reports, with those of the blocks before
    words: int
    coding: float
    storing: float
    ratio: float  # of the speed of coding to that of bare spaCy
    peak: int  # bytes
    stored: int  # bytes
    process: int  # reports that this process had coded

    def line(self) -> str:
        """The block as a line of the table."""
        return (
            f"{self.until:>8,} {self.process:>8,} {self.words / self.coding:>8,.0f} {self.ratio:>6.2f}"
            f" {1e6 * self.storing / self.words:>8.0f} {self.peak / 1e6:>7,.0f} {self.stored / 1e6:>7,.1f}"
        )


def read_peak() -> int:
    """The most memory, in bytes, that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure_block(bare: Language, folder: Path, first: int, size: int, before: int) -> Block:
    """Codes and stores so many reports from the report `first` on; `before` were coded by this process."""
    reports, codings = list(make_reports(size, first=first)), list[Coding]()
    words = sum(len(r.text.split()) for r in reports)
    coding = timed(lambda: codings.extend(map(code_report, reports)))
    texts = [r.text for r in reports[::EACH]]
    parsing = timed(lambda: list(bare.pipe(texts))) / sum(len(text.split()) for text in texts)
    with Store(folder / "growth.db") as store:
        storing = timed(lambda: [store.add(c) for c in codings])
    stored = (folder / "growth.db").stat().st_size
    ratio = parsing / (coding / words)
    return Block(first + size, words, coding, storing, ratio, read_peak(), stored, before + size)


def measure(folder: Path, most: int, size: int, minutes: float) -> Iterator[Block]:
    """The blocks that are still to measure, until the time is over."""
    kept, began = folder / "growth.jsonl", time.monotonic()
    told = kept.read_text().splitlines() if kept.exists() else []
    first, done = json.loads(told[-1])["until"] if told else 0, 0
    bare = spacy.load(next(name for name in MODELS if spacy.util.is_package(name)))
    for report in make_reports(20, seed=1):  # loads what is loaded once
        code_report(report)
    while first + done < most and (not done or time.monotonic() - began < 60 * minutes):
        block = measure_block(bare, folder, first + done, min(size, most - first - done), done)
        with kept.open("a") as file:
            file.write(json.dumps(asdict(block)) + "\n")
        yield block
        done = block.process


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4, help="later, no block is begun but the first")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--block", type=int, default=250, help="reports in a block")
    parser.add_argument("--keep", type=Path, help="folder to go on in; default: a temporary one")
    given = parser.parse_args()
    print(" reports  process words/s  ratio ms/1000w peak MB  db MB", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        for block in measure(folder, given.reports, given.block, given.minutes):
            print(block.line(), flush=True)
        blocks = [Block(**json.loads(line)) for line in (folder / "growth.jsonl").read_text().splitlines()]
    change = blocks[0].ratio / blocks[-1].ratio
    print(f"Beside bare spaCy, the last of {blocks[-1].until:,} reports took {change:.2f} times as long")


if __name__ == "__main__":
    main()
