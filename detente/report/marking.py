"""The words of a report with what was found in them marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from detente.records import EventMention
from detente.report.wording import shorten

CONTEXT = 300  # characters of the sentence shown before and after the quote
LONGEST_QUOTE = 1500
ROLES = {"actor": "actor", "act": "act", "recipient": "recipient", "both": "party"}
Mark = tuple[str, int, int]  # a role and where its words start and end


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with the same marks; `label` names the marks that end here."""

    text: str
    marks: tuple[str, ...]
    label: str
    quoted: bool


ELLIPSIS = Piece("…", (), "", False)


def mark_quote(mention: EventMention, text: str) -> tuple[tuple[Piece, ...], tuple[tuple[str, str], ...]]:
    """The sentence around a mention's quote in pieces, its parties and act marked; and the parties outside.

    Marks may overlap: each piece carries all that cover it. A party that is named elsewhere in the
    report comes back as (role, its words).
    """
    low = max(min(mention.start, mention.sentence_start), mention.start - CONTEXT, 0)
    quote_end = min(mention.end, mention.start + LONGEST_QUOTE)
    sentence_end = max(mention.end, mention.sentence_start + len(mention.sentence))
    high = min(sentence_end, quote_end + CONTEXT, len(text))
    actors, recipients = ({(p.start, p.end) for p in side} for side in (mention.actor, mention.recipient))
    spans = [("both", *at) for at in sorted(actors & recipients)]
    spans += [("actor", *at) for at in sorted(actors - recipients)]
    spans += [("act", mention.trigger.start, mention.trigger.end)]
    spans += [("recipient", *at) for at in sorted(recipients - actors)]
    inside = [s for s in spans if low <= s[1] < s[2] <= high]
    outside = dict.fromkeys(
        (ROLES[role], shorten(text[start:end], 80)) for role, start, end in spans
        if start < end and not low <= start < end <= high
    )  # fmt: skip
    pieces = cut_text(text, (low, high), inside, (mention.start, quote_end))
    before = [ELLIPSIS] if low > min(mention.start, mention.sentence_start) else []
    after = [ELLIPSIS] if high < min(sentence_end, len(text)) else []
    return (*before, *pieces, *after), tuple(outside)


def cut_text(
    text: str, window: tuple[int, int], spans: Sequence[Mark], quote: tuple[int, int] | None = None
) -> tuple[Piece, ...]:
    """The words in `window` in pieces, each with all the marks that cover it.

    `spans` are marks as (role, start, end); what lies in `quote` counts as quoted, all where it is None.
    """
    low, high = window
    quoted = quote or window
    bounds = {low, high, *quoted, *(at for span in spans for at in span[1:])}
    cuts = sorted(at for at in bounds if low <= at <= high)
    ends: dict[int, dict[str, None]] = defaultdict(dict)
    for role, _, end in spans:
        ends[end][ROLES.get(role, role)] = None
    pieces, opening = [], sorted((span for span in spans if span[1] < span[2]), key=lambda span: span[1])
    covering: list[Mark] = []
    for start, end in pairwise(cuts):
        while opening and opening[0][1] <= start:
            covering.append(opening.pop(0))
        covering = [span for span in covering if span[2] > start]
        marks = tuple(dict.fromkeys(role for role, _, _ in sorted(covering, key=spans.index)))
        label = " + ".join(ends[end]) if end in ends else ""
        pieces.append(Piece(text[start:end], marks, label, quoted[0] <= start and end <= quoted[1]))
    return tuple(pieces)


def sample_pieces() -> tuple[Piece, ...]:
    """The made-up sentence of the legend."""
    words = (
        ("Ruritania", "actor"),
        (" ", ""),
        ("rejected", "act"),
        (" the proposal of ", ""),
        ("Freedonia", "recipient"),
    )
    return tuple(Piece(text, (mark,) if mark else (), mark, True) for text, mark in words)
