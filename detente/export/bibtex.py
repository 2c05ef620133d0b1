"""The reports that tell events, as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote

from detente.export.selection import Selection
from detente.records import EventMention

# signs that TeX takes for commands
ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
INDENT = "  "


def write_bibtex(chosen: Selection, stream: IO[Any]) -> None:
    """Write an entry for each report that tells one of the events, in the order in which they come up."""
    seen: set[str] = set()
    for told in chosen.told:
        for mention in told.mentions:
            if mention.report_id not in seen:
                seen.add(mention.report_id)
                stream.write("\n".join(_tell_entry(mention)) + "\n\n")


def _tell_entry(mention: EventMention) -> Iterator[str]:
    year, month, _ = (mention.published or "--").split("-")
    kind = "article" if mention.report_source else "misc"
    yield f"@{kind}{{{_name_key(mention, year)},"
    fields = {
        "title": mention.title and f"{{{_escape(mention.title)}}}", "author": _escape(mention.report_author),
        "journal": _escape(mention.report_source), "year": year, "date": mention.published,
        "url": mention.url and re.sub(r"[{}\\\s]", lambda sign: quote(sign[0]), mention.url),
        "note": mention.report_given_id and f"id {_escape(mention.report_given_id)}",
    }  # fmt: skip
    for name, value in fields.items():
        if value:
            yield f"{INDENT}{name} = {{{value}}},"
    if month:
        yield f"{INDENT}month = {MONTHS[int(month) - 1]},"
    yield "}"


def _name_key(mention: EventMention, year: str) -> str:
    """'harbourwire1995-3f0c9a1b': letters of the outlet, the year, and the beginning of the report's id."""
    outlet = re.sub(r"[^a-z]", "", (mention.report_source or "report").lower()) or "report"
    return f"{outlet}{year}-{mention.report_id[:8]}"


def _escape(words: str | None) -> str:
    return " ".join((words or "").split()).translate(ESCAPES)
