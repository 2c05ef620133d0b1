"""Who asserts it, and how sure: attributions, kinds of sources, words of estimative probability."""

from detente.says.attributions import find_statements, statements_in
from detente.says.judging import certainty_of, settle_prediction, speaker_of
from detente.says.sources import name_source
from detente.says.words import SpeechWords, load_speech_words

__all__ = [
    "SpeechWords",
    "certainty_of",
    "find_statements",
    "load_speech_words",
    "name_source",
    "settle_prediction",
    "speaker_of",
    "statements_in",
]
