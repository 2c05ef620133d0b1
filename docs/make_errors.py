"""Writes docs/errors.md: what the coder gets wrong on the test part of the corpus.

Run as `python docs/make_errors.py`. Whoever works on rules, thresholds or training doesn't read the result.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAD = """# Errors on the test part

Written by `python docs/make_errors.py`, that is `detente eval corpus/test --confusion --worst 20`. **If you
work on rules, thresholds or training, don't read on**: these sentences are what the coder is measured on.

"Worst" are the errors of which the coder was surest, one a sentence: its type, parties or status are wrong,
or nothing is marked there. Some are the annotators'.

```text
"""


def main() -> None:
    """Writes the page."""
    command = [sys.executable, "-m", "detente", "eval", "corpus/test", "--confusion", "--worst", "20"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    Path(__file__).with_name("errors.md").write_text(f"{HEAD}{printed}```\n", encoding="utf-8")


if __name__ == "__main__":
    main()
