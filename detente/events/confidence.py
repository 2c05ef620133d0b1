"""How likely an act is coded right: a logistic model of what frames, parse and classifier say of it.

Its weights stand in the classifier's `meta.json` and are fitted on sentences that the classifier wasn't
trained on (`python -m training.fit_confidence`), so that of the acts with a confidence of 0.7 about seven in
ten are right.
"""

from __future__ import annotations

from math import exp, log

from detente.classifier import ROLES
from detente.events.acts import Act
from detente.events.learned import NO_LINE, Hints
from detente.records import Party

EXTREME = 0.002  # probabilities nearer to 0 or 1 count as this near


def describe_act(act: Act, hints: Hints) -> dict[str, float]:
    """The signs by which an act is judged, by name; none where the classifier hasn't read its word."""
    scores = hints.word(act.passage, act.token)
    if scores is None:
        return {}
    chance = hints.chance(act.passage, act.token)
    framed = float(act.frame.line != NO_LINE)
    type_, silent = log_odds(scores.types[act.type] / max(chance, EXTREME)), log_odds(hints.silence(act))
    signs = {
        "constant": 1.0,
        "act": log_odds(chance),
        "type": type_,
        "status": log_odds(scores.statuses[act.status]),
        "silent": silent,
        "frame": framed,
        "frame type": framed * type_,
        "frame silent": framed * silent,
        "guessed": act.penalty,
    }
    for role, side in (("actor", act.actors), ("recipient", act.recipients)):
        signs |= describe_side(act, role, side, hints)
    return signs


def describe_side(act: Act, role: str, side: list[Party], hints: Hints) -> dict[str, float]:
    """How sure one side is: nobody, from elsewhere, without a code, and the likeliest one's log odds."""
    first = act.passage.start + act.sentence.start_char
    last = act.passage.start + act.sentence.end_char
    inside = [p for p in side if first <= p.start < last]
    signs = {
        f"no {role}": float(not side),
        f"{role} elsewhere": float(bool(side) and not inside),
        f"{role} without code": float(bool(inside) and not any(p.code for p in side)),
        role: 0.0,
    }
    if inside:
        signs[role] = log_odds(max(hints.roles(act, p)[role] for p in inside))
    return signs


def weigh_signs(signs: dict[str, float], weights: dict[str, float]) -> float:
    """The probability that an act with these signs is right; signs without a weight count for nothing."""
    return 1 / (1 + exp(-sum(weights.get(name, 0.0) * sign for name, sign in signs.items())))


def tell_signs(signs: dict[str, float]) -> str:
    """The probabilities that weigh most, in words."""
    told = ["act", "type", "status", *(role for role in ROLES if signs[role])]
    given = ", ".join(f"{name} {1 / (1 + exp(-signs[name])):.2f}" for name in told)
    return f"the trained classifier's probabilities: {given}"


def log_odds(probability: float) -> float:
    """The natural logarithm of the odds."""
    kept = min(max(probability, EXTREME), 1 - EXTREME)
    return log(kept / (1 - kept))
