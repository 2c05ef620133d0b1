"""How far an author holds an event for a fact."""

from __future__ import annotations

from detente.errors import UsageError
from detente.events import judge_status
from detente.parse import parse_text
from detente.records import Status

FACTUALITY: dict[Status, float] = {
    "happened": 2.8,
    "planned": 1.2,
    "predicted": 0.8,
    "offered": 0.3,
    "threatened": 0.2,
    "demanded": -0.2,
    "refused": -1.5,
    "alleged": 1.0,
    "hedged": 0.5,
    "conditional": -0.3,
    "denied": -1.5,
    "negated": -2.5,
}


def judge_factuality(text: str, span: tuple[int, int]) -> float:
    """How far the author of `text` holds the event at `span` for a fact: -3 (certainly not) to 3 (certainly).

    `span` holds the (start, end) offsets of the event's word. The scale is that of Lee et al. (2015), 'Event
    Detection and Factuality Assessment with Non-Expert Supervision'; the number for each status is ours.
    Raises UsageError for a span outside the text.
    """
    start, end = span
    if not 0 <= start < end <= len(text):
        raise UsageError(
            f"span {span}", f"lies outside the text of {len(text)} characters", "Give offsets in it"
        )
    for passage in parse_text(text):
        inside = passage.doc.char_span(start - passage.start, end - passage.start, alignment_mode="expand")
        if inside is not None and passage.start <= start < passage.start + len(passage.doc.text):
            return FACTUALITY[judge_status(inside.root).status]
    return 0.0
