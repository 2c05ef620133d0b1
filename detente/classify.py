"""One PLOVER label for two given mentions in a sentence: what does the first do to the second?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from detente.classifier import Classifier, load_classifier
from detente.coders import BuiltinCoder, Coder, PairCoder
from detente.errors import UsageError
from detente.events import Act, ActFinder
from detente.lexicon import load_lexicon
from detente.linear import list_features
from detente.ontology import load_ontology, single_label
from detente.parse import Passage, parse_text
from detente.pipeline import BUILTIN
from detente.records import Party, SpanOffsets

LEAST_PROBABILITY = 1e-3
NO_WORD = "no word tells this act between the two"
DEFAULT_TYPE = "CONSULT"  # where no word tells an act: the most frequent type of diplomatic news


MARKS = re.compile(r"(</?[st]>)")


@dataclass(frozen=True, slots=True)
class PairLabel:
    """A PLOVER type with its quad; `scores` gives each type's share of the evidence (they sum to 1).

    With the trained classifier the quad whose types together have the largest share is picked first
    (`Ontology.pick_type`); by the frames alone or another coder the type has the largest share.
    """

    type: str
    quad: str
    scores: dict[str, float]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each type: its weight by the frames, its probability by encoder and linear model."""

    frames: Mapping[str, float]
    encoder: Mapping[str, float]
    linear: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mix:
    """How much each of the three counts; the less all do, the less sure are the shares."""

    frames: float
    encoder: float
    linear: float


def classify_pair(
    sentence: str,
    actor_span: SpanOffsets | None,
    recipient_span: SpanOffsets | None = None,
    coder: Coder = BUILTIN,
) -> PairLabel:
    """The act of one given mention towards another, as PLOVER's single label.

    The spans are (start, end) offsets into `sentence`; either may be None where nobody is named.
    As in PLOVER, a future CONSULT, SUPPORT, COOPERATE or AID counts as AGREE and a threatened act as
    THREATEN. `coder` is the built-in or one that labels pairs (`coders.PairCoder`), such as nli. Raises
    UsageError where neither is given, a span lies outside the sentence or the coder labels no pairs.
    """
    if actor_span is None and recipient_span is None:
        cure = "Mark the actor with <s>…</s> and the recipient with <t>…</t>, or give their spans"
        raise UsageError(sentence[:60], "lacks both mentions", cure)
    given = ((actor_span, "A"), (recipient_span, "B"))
    parties = [_as_party(sentence, span, code) for span, code in given if span is not None]
    check_labels_pairs(coder)
    if isinstance(coder, PairCoder):
        return _label_by(coder, sentence, actor_span, recipient_span)
    passages = parse_text(sentence)
    weights, reasons = weigh_frames(passages, parties)
    classifier = load_classifier()
    if classifier is None:
        shares = share_out(weights)
        best = max(shares, key=lambda t: shares[t])
    else:
        read = classifier.read_pairs([(sentence, actor_span, recipient_span)])[0]
        linear = share_linear(classifier, passages, (actor_span, recipient_span), weights)
        shares = combine(Evidence(weights, read, linear), Mix(**classifier.meta["mix"]))
        best = load_ontology().pick_type(shares)
        for t, probability in read.items():
            told = (
                f"the trained classifier gives it {probability:.2f}, the linear model {linear.get(t, 1):.2f}"
            )
            reasons[t] = f"{reasons.get(t, NO_WORD)}; {told}"
        if shares[best] < max(shares.values()):
            reasons[best] += "; the types of its quad are together the likeliest"
    scores = {t: round(share, 4) for t, share in shares.items()}
    why = reasons.get(best, f"{NO_WORD}; the most frequent type is taken")
    return PairLabel(best, load_ontology().types[best].quad, scores, (why,))


def check_labels_pairs(coder: Coder) -> None:
    """Raises UsageError where a coder can't label given pairs."""
    if not isinstance(coder, BuiltinCoder | PairCoder):
        raise UsageError(f"coder {coder.name}", "can't label given pairs", "Use builtin or nli")


def _label_by(
    coder: PairCoder, sentence: str, actor_span: SpanOffsets | None, recipient_span: SpanOffsets | None
) -> PairLabel:
    actor, recipient = (sentence[slice(*span)] if span else None for span in (actor_span, recipient_span))
    shares = coder.share_types(sentence, actor, recipient)
    best = max(shares, key=lambda t: shares[t])
    why = f"{coder.name} gives {best} {shares[best]:.2f} of all entailment"
    scores = {t: round(share, 4) for t, share in shares.items()}
    return PairLabel(best, load_ontology().types[best].quad, scores, (why,))


def weigh_frames(
    passages: Sequence[Passage], parties: Sequence[Party]
) -> tuple[dict[str, float], dict[str, str]]:
    """How well the best act of each type holds the parties (0: none found, 1: each in its place), and why."""
    weights: dict[str, float] = dict.fromkeys(load_ontology().types, 0.0)
    reasons: dict[str, str] = {}
    for act, weight, why in _weigh_acts(passages, parties):
        label = single_label(act.type, act.status)
        if weight > weights[label]:
            weights[label] = weight
            reasons[label] = f"{act.reasons[0]}; {why}"
    return weights, reasons


def share_out(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights as shares that sum to 1; all to the most frequent type where there are none."""
    total = sum(weights.values())
    return {t: w / total if total else float(t == DEFAULT_TYPE) for t, w in weights.items()}


def share_linear(
    classifier: Classifier,
    passages: Sequence[Passage],
    spans: tuple[SpanOffsets | None, SpanOffsets | None],
    weights: Mapping[str, float],
) -> dict[str, float]:
    """The probability of each type by the linear model, given the weights by the frames; none without it."""
    if classifier.linear is None:
        return {}
    return classifier.linear.share_types(list_features(passages, *spans, weights))


def combine(evidence: Evidence, mix: Mix) -> dict[str, float]:
    """All evidence as one share for each type: a logarithmic opinion pool (Genest & Zidek 1986).

    A probability counts by its logarithm (at least that of `LEAST_PROBABILITY`), the frames by their weight,
    so that frames which hold both parties count for more. Evidence of a kind that is not given at all counts
    for nothing.
    """
    pooled = {
        t: mix.encoder * weigh_share(evidence.encoder, t)
        + mix.linear * weigh_share(evidence.linear, t)
        + mix.frames * evidence.frames.get(t, 0.0)
        for t in load_ontology().types
    }
    highest = max(pooled.values())
    raised = {t: exp(e - highest) for t, e in pooled.items()}
    total = sum(raised.values())
    return {t: r / total for t, r in raised.items()}


def weigh_share(shares: Mapping[str, float], type_: str) -> float:
    """The logarithm of a type's probability; 0 where there are no probabilities."""
    return log(max(shares.get(type_, 0.0), LEAST_PROBABILITY)) if shares else 0.0


def _as_party(sentence: str, span: tuple[int, int], code: str) -> Party:
    start, end = span
    if not 0 <= start < end <= len(sentence):
        raise UsageError(
            f"span {span}", f"lies outside the sentence of {len(sentence)} characters", "Give offsets"
        )
    return Party(sentence[start:end], start, end, name=sentence[start:end], code=code)


def _weigh_acts(passages: Sequence[Passage], parties: Sequence[Party]) -> Iterator[tuple[Act, float, str]]:
    finder = ActFinder(parties, load_lexicon())
    for passage in passages:
        for span in passage.doc.sents:
            for act in finder.read_sentence(passage, span):
                yield act, *_weigh(act)


def _weigh(act: Act) -> tuple[float, str]:
    """How well an act's places hold the two mentions (1: each in its own place)."""
    acts = {p.code for p in act.actors}
    suffers = {p.code for p in act.recipients}
    guessed = act.penalty / 2
    if act.status == "demanded" and "B" in acts and act.outer is None:
        return 0.8, "the second is told to do it"
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


def read_marked(marked: str) -> tuple[str, SpanOffsets | None, SpanOffsets | None]:
    """A sentence marked with <s>…</s> and <t>…</t>, as the plain sentence and the two spans.

    A span is None where its mark is missing.
    """
    plain = ""
    opened: dict[str, int] = {}
    spans: dict[str, SpanOffsets] = {}
    for piece in MARKS.split(marked):
        mark = MARKS.fullmatch(piece)
        if mark is None:
            plain += piece
        elif piece[1] == "/":
            spans[piece[2]] = (opened.get(piece[2], 0), len(plain))
        else:
            opened[piece[1]] = len(plain)
    return plain, spans.get("s"), spans.get("t")


def classify_marked(marked: str, coder: Coder = BUILTIN) -> PairLabel:
    """The label of a sentence marked with <s>…</s> and <t>…</t>. Raises what `classify_pair` raises."""
    return classify_pair(*read_marked(marked), coder=coder)
