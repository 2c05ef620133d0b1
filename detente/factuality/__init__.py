"""How far an author holds an event for a fact, on a scale from -3 (certainly not) to 3 (certainly).

From the event's word a walk goes up the parse and notes each context it stands in: a negation, a modal, a
verb that takes it as its complement, an if-clause. Each kind of context is a line between two points (its
signature in languages/en/factuality.yaml): the number where the word over the event certainly holds, and the
number where it certainly does not. Read from the top down, starting with 3, they give the event's number.
docs/method.md says where the signatures come from.
"""

from __future__ import annotations

from functools import lru_cache

from spacy.tokens import Token

from detente.errors import UsageError
from detente.factuality.contexts import Context, find_contexts
from detente.factuality.words import load_factuality_words
from detente.parse import Passage, parse_text

__all__ = ["Context", "find_contexts", "judge_factuality", "load_factuality_words", "rate_event"]

CERTAIN = 3.0


def judge_factuality(text: str, span: tuple[int, int]) -> float:
    """How far the author of `text` holds the event at `span` for a fact: -3 (certainly not) to 3 (certainly).

    `span` holds the (start, end) offsets of the event's word; where it holds no word, the number is 0.
    The scale is that of Lee et al. (2015), 'Event Detection and Factuality Assessment with Non-Expert
    Supervision'; docs/method.md says how the number is made. Raises UsageError for a span outside the text.
    """
    start, end = span
    if not 0 <= start < end <= len(text):
        fault = f"lies outside the text of {len(text)} characters"
        raise UsageError(f"span {span}", fault, "Give offsets in it")
    for passage in _parse(text):
        inside = passage.doc.char_span(start - passage.start, end - passage.start, alignment_mode="expand")
        if inside is not None and passage.start <= start < passage.start + len(passage.doc.text):
            return rate_event(inside.root)
    return 0.0


@lru_cache(maxsize=8)
def _parse(text: str) -> tuple[Passage, ...]:
    """The last texts parsed: a sentence is mostly asked about once for each of its events."""
    return parse_text(text)


def rate_event(event: Token) -> float:
    """The number from -3 to 3 for a parsed word: its contexts' signatures, read from the top down."""
    signatures = load_factuality_words().signatures
    number = CERTAIN
    for context in reversed(find_contexts(event)):
        held, denied = signatures[context.kind]
        number = denied + (held - denied) * (number + CERTAIN) / (2 * CERTAIN)
    return number
