"""One PLOVER label for two given mentions in a sentence: what does the first do to the second?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.errors import UsageError
from detente.events import Act, ActFinder
from detente.lexicon import load_lexicon
from detente.ontology import load_ontology
from detente.parse import parse_text
from detente.records import Party

FUTURE = frozenset({"planned", "offered", "predicted"})
BECOMES_AGREE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})
BY_STATUS = {"threatened": "THREATEN", "demanded": "REQUEST", "refused": "REJECT"}
DEFAULT_TYPE = "CONSULT"  # where no word tells an act: the most frequent type of diplomatic news


@dataclass(frozen=True, slots=True)
class PairLabel:
    """A PLOVER type with its quad; `scores` gives each type's share of the evidence (they sum to 1)."""

    type: str
    quad: str
    scores: dict[str, float]
    reasons: tuple[str, ...]


def classify_pair(sentence: str, actor_span: tuple[int, int], recipient_span: tuple[int, int]) -> PairLabel:
    """The act of one given mention towards another, as PLOVER's single label.

    The spans are (start, end) offsets into `sentence`. As in PLOVER, a future CONSULT, SUPPORT,
    COOPERATE or AID counts as AGREE and a threatened act as THREATEN. Raises UsageError for a span outside the sentence.
    """
    actor, recipient = (_as_party(sentence, s, c) for s, c in ((actor_span, "A"), (recipient_span, "B")))
    weights: dict[str, float] = dict.fromkeys(load_ontology().types, 0.0)
    reasons: dict[str, str] = {}
    for act, weight, why in _weigh_acts(sentence, actor, recipient):
        label = single_label(act.type, act.status)
        if weight > weights[label]:
            weights[label] = weight
            reasons[label] = f"{act.reasons[0]}; {why}"
    if not any(weights.values()):
        weights[DEFAULT_TYPE] = 1.0
        reasons[DEFAULT_TYPE] = "no word between the two tells an act; the most frequent type is taken"
    total = sum(weights.values())
    best = max(weights, key=lambda t: weights[t])
    scores = {t: round(w / total, 4) for t, w in weights.items()}
    return PairLabel(best, load_ontology().types[best].quad, scores, (reasons[best],))


def single_label(type_: str, status: str) -> str:
    """PLOVER's one label for an act and its status (the manual's rules for future and threatened acts)."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    return "AGREE" if type_ in BECOMES_AGREE and status in FUTURE else type_


def _as_party(sentence: str, span: tuple[int, int], code: str) -> Party:
    start, end = span
    if not 0 <= start < end <= len(sentence):
        raise UsageError(
            f"span {span}", f"lies outside the sentence of {len(sentence)} characters", "Give offsets"
        )
    return Party(sentence[start:end], start, end, name=sentence[start:end], code=code)


def _weigh_acts(sentence: str, actor: Party, recipient: Party) -> Iterator[tuple[Act, float, str]]:
    passages = parse_text(sentence)
    finder = ActFinder([actor, recipient], load_lexicon())
    for passage in passages:
        for span in passage.doc.sents:
            for act in finder.read_sentence(passage, span):
                yield act, *_weigh(act)


def _weigh(act: Act) -> tuple[float, str]:
    """How well an act's places hold the two mentions (1: each in its own place)."""
    acts = {p.code for p in act.actors}
    suffers = {p.code for p in act.recipients}
    guessed = act.penalty / 2
    if "A" in acts and "B" in suffers:
        return 1.0 - guessed, "the first acts on the second"
    if {"A", "B"} <= acts:
        return 0.9, "both act together"
    if "A" in acts:
        return 0.5, "the first acts"
    if "B" in suffers:
        return 0.4, "the second is acted on"
    if "B" in acts and "A" in suffers:
        return 0.3, "the second acts on the first"
    return (0.1 if act.frame.pos == "verb" else 0.05), "it stands in the same sentence"


def read_marked(marked: str) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """A sentence marked with <s>…</s> and <t>…</t>, as the plain sentence and the two spans.

    Raises UsageError when a mark is missing.
    """
    spans: dict[str, tuple[int, int]] = {}
    plain = ""
    rest = marked
    opened: dict[str, int] = {}
    while rest:
        for tag in ("s", "t"):
            if rest.startswith(f"<{tag}>"):
                opened[tag], rest = len(plain), rest[3:]
                break
            if rest.startswith(f"</{tag}>") and tag in opened:
                spans[tag], rest = (opened[tag], len(plain)), rest[4:]
                break
        else:
            plain, rest = plain + rest[0], rest[1:]
    if set(spans) != {"s", "t"}:
        raise UsageError(
            marked[:60], "lacks <s>…</s> or <t>…</t>", "Mark the actor with <s> and the recipient with <t>"
        )
    return plain, spans["s"], spans["t"]


def classify_marked(sentences: Iterable[str]) -> Iterator[PairLabel]:
    """Labels for sentences marked with <s>…</s> and <t>…</t>, in their order."""
    for marked in sentences:
        yield classify_pair(*read_marked(marked))
