"""GDELT's tables, which have no header: a line → the address, day and outlet of the article that it names.

The columns are those of the codebooks at https://www.gdeltproject.org/data.html#documentation: events 1.0 and
2.0, mentions, and the Global Knowledge Graph 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ZIPPED = ".csv.zip"  # the suffix of GDELT's files, whatever they hold
STAMP = re.compile(r"(\d{8})(?:\d{6})?")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns, counted from 0, of a table."""

    address: int
    stamp: int  # the time at which GDELT saw the article: YYYYMMDD or YYYYMMDDHHMMSS
    outlet: int | None = None


LAYOUTS = {  # by the number of columns
    16: Layout(5, 2, 4),  # mentions
    27: Layout(4, 1, 3),  # Global Knowledge Graph
    58: Layout(57, 56),  # events 1.0
    61: Layout(60, 59),  # events 2.0
}


def read_cells(line: str) -> dict[str, str] | None:
    """What a line of such a table tells, by the names of columns; None for a line of any other table."""
    cells = line.rstrip("\r\n").split("\t")
    layout = LAYOUTS.get(len(cells))
    seen = STAMP.fullmatch(cells[layout.stamp]) if layout else None
    if layout is None or seen is None or "://" not in cells[layout.address]:
        return None
    outlet = cells[layout.outlet] if layout.outlet is not None else ""
    return {"url": cells[layout.address], "date": seen[1], "source": outlet}
