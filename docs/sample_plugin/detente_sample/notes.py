"""A reader: files of notes, each after a line such as 'NOTE 2013-07-05 Strelsau Courier'."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detente.read.build import Dating, Draft, Read, Source, try_report

HEAD = re.compile(r"^NOTE (\S+) (.+)\n", re.MULTILINE)


def read_notes(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in each note. One with a date that is none is an error; the others are read all the same."""
    _, *parts = HEAD.split(source.read_document().decode("utf-8"))
    for number, at in enumerate(range(0, len(parts), 3), 1):
        published, outlet, text = parts[at : at + 3]
        subject = f"{source.subject}, note {number}"
        yield try_report(Draft(subject, source.path, text, published=published, source=outlet), dating)
