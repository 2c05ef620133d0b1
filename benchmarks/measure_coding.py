"""How fast the coder is beside the bare parser: sentences a second on one core, over the example reports.

Run as `python -m benchmarks.measure_coding`. Both are timed in turns in the same run; the ratio is the
figure to go by, since machines differ and are shared.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from detente.parse import load_parser
from detente.pipeline import code_text
from detente.read import read_reports

ROUNDS = 3


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Prints sentences a second of both and their ratio, each the best of the rounds."""
    reports = list(read_reports("examples"))
    parser = load_parser()
    texts = [r.text for r in reports]
    sentences = sum(sum(1 for _ in doc.sents) for doc in parser.pipe(texts))
    for report in reports[:2]:
        code_text(report)
    parsing = min(timed(lambda: list(parser.pipe(texts))) for _ in range(ROUNDS))
    coding = min(timed(lambda: [code_text(r) for r in reports]) for _ in range(ROUNDS))
    print(f"{sentences} sentences of {len(reports)} reports")
    print(f"bare parser: {sentences / parsing:.0f} sentences a second of processor time")
    print(f"whole path:  {sentences / coding:.0f} sentences a second, {parsing / coding:.2f} of the parser")


if __name__ == "__main__":
    main()
