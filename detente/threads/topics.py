"""The words of a report that name the topic of a thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.link.sketch import STEM, stems
from detente.records import EventMention, Topic
from detente.threads.moves import Move
from detente.threads.words import load_move_words

LONGEST = 120  # characters of a topic, by judgement: what fits on a line or two
SAYING = frozenset({"REQUEST", "REJECT", "AGREE", "THREATEN", "ACCUSE"})
LEADING = re.compile(r"\W*(?:(?:that|to|for|about|on|with|a|an|the|its|their)\b\s*)*", re.IGNORECASE)


def name_topic(moves: Sequence[Move]) -> Topic:
    """The words that a thread is about: of the first offer or demand that says enough, if any."""
    common = load_move_words().common
    ranked = sorted(moves, key=lambda m: m.kind not in ("proposal", "demand", "condition"))
    best = next((m for m in ranked if len(m.words) >= 2), ranked[0])
    topics = [_object_of(m) for m in best.mentions]
    return max(topics, key=lambda t: len([w for w in stems(t.text) if not w.startswith(common)]))


def _object_of(m: EventMention) -> Topic:
    """The words that a mention is about: after a word of saying, else from the act's word on.

    The whole clause where little follows.
    """
    start = m.trigger.start
    if m.type in SAYING:
        leading = LEADING.match(m.quote, m.trigger.end - m.start)
        start = m.start + leading.end() if leading else m.trigger.end
    if not stems(m.quote[start - m.start :]) - {m.trigger.text.casefold()[:STEM]}:
        start = m.start
    words = m.quote[start - m.start :]
    if len(words) > LONGEST:
        words = words[:LONGEST].rpartition(" ")[0] or words[:LONGEST]
    words = words.rstrip(" .,;:!?") or words
    return Topic(m.id, start, start + len(words), words)
