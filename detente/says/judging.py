"""What an attribution and a word of probability make of an act."""

from __future__ import annotations

from collections.abc import Sequence

from detente.events import Act
from detente.records import Certainty, Says, Statement, Status
from detente.says.sources import OUTSIDERS
from detente.says.words import load_speech_words


def speaker_of(act: Act, statements: Sequence[Statement]) -> Says | None:
    """Who asserts an act: the source of the innermost statement whose content holds its trigger."""
    start, end = act.trigger
    holding = [
        (content.end - content.start, s)
        for s in statements
        for content in s.content
        if content.start <= start and end <= content.end and not (s.cue.start <= start < s.cue.end)
    ]
    return min(holding, key=lambda h: h[0])[1].says if holding else None


def certainty_of(act: Act) -> Certainty | None:
    """The word of probability that hangs on an act or the words that govern it, as a range."""
    words = load_speech_words()
    sentence = act.sentence
    path = {t.i for t in act.judged.path}
    for found in words.certainty_pattern.finditer(sentence.text):
        span = act.passage.doc.char_span(
            sentence.start_char + found.start(), sentence.start_char + found.end(), alignment_mode="expand"
        )
        if (
            span is not None
            and span.root.pos_ != "PROPN"
            and (span.root.i in path or span.root.head.i in path)
        ):
            low, high = words.certainty[found[0].lower()]
            return Certainty(low, high, found[0])
    return None


def settle_prediction(act: Act, says: Says | None, certainty: Certainty | None) -> tuple[Status, list[str]]:
    """The act's status in the light of who says it and how sure: experts predict, 'probably' hedges."""
    future = act.judged.tense == "future"
    if act.status == "planned" and future and act.judged.operator is None:
        if certainty is not None:
            return "predicted", [f"'{certainty.phrase}' of the future makes it predicted"]
        if says is not None and says.kind in OUTSIDERS:
            return "predicted", [f"what an outsider ({says.kind}) says of the future is a prediction"]
    if act.status == "happened" and certainty is not None:
        return "hedged", [f"'{certainty.phrase}' makes it hedged"]
    if act.status == "happened" and says is not None and says.kind == "rumour":
        return "alleged", ["a rumour tells it"]
    return act.status, []
