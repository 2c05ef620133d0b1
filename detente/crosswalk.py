"""What was coded in PLOVER, seen in another ontology; the record itself stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from detente.classify import PairLabel
from detente.errors import UsageError
from detente.ontology import Ontology, load_ontology
from detente.records import Coding, EventMention, PassedOver


def load_view(name: str) -> Ontology:
    """The ontology of that name, to see PLOVER's types in. Raises UsageError where none leads to it."""
    ontology = load_ontology(name)
    if not ontology.crosswalk:
        fault = f"the ontology {ontology.name} has no crosswalk from PLOVER"
        raise UsageError(f"--ontology {name}", fault, "Leave it out for PLOVER itself, or add a crosswalk")
    return ontology


def find_inner(mentions: Collection[EventMention]) -> set[str]:
    """The ids of the mentions that stand inside another, which tells them."""
    return {m.theme for m in mentions if m.theme is not None}


def view_coding(coding: Coding, ontology: Ontology) -> Coding:
    """A coding with its mentions as `view_mention` gives them; those without a type are passed over."""
    inner = find_inner(coding.mentions)
    seen = [(m, view_mention(m, ontology, inner)) for m in coding.mentions]
    left = (_pass_over(m, ontology) for m, view in seen if view is None)
    return replace(
        coding,
        mentions=tuple(view for _, view in seen if view),
        passed_over=(*coding.passed_over, *left),
    )


def view_mention(
    mention: EventMention, ontology: Ontology, inner: Collection[str] = ()
) -> EventMention | None:
    """A mention with type, quad and score of another ontology, without mode; its id and all else stay.

    `inner` are the ids of mentions that stand inside another: "refused to meet" is a REJECT and the CONSULT
    that was refused, of which an ontology without statuses has the first only; what happened is in both.
    None where the ontology has no type for the mention.
    """
    if mention.id in inner and mention.status != "happened":
        return None
    found = ontology.translate(mention.type, mention.mode, mention.status, mention.trigger.text)
    if found is None:
        return None
    reason = f"{_name_act(mention)} is {found.name} in {ontology.name}"
    return replace(
        mention,
        type=found.name,
        mode=None,
        quad=found.quad,
        score=found.score,
        reasons=(*mention.reasons, reason),
    )


def view_label(label: PairLabel, ontology: Ontology) -> PairLabel:
    """A label of a pair in another ontology: the shares of PLOVER's types, as if done, are added up there.

    The quad with the largest share is picked first, whatever made the label.
    """
    scores = dict.fromkeys(ontology.types, 0.0)
    for type_, share in label.scores.items():
        if found := ontology.translate(type_, None, "happened"):
            scores[found.name] += share
    best = ontology.pick_type(scores)
    return PairLabel(best, ontology.types[best].quad, scores, label.reasons)


def _name_act(mention: EventMention) -> str:
    return f"{mention.type}{f'-{mention.mode}' if mention.mode else ''} {mention.status}"


def _pass_over(mention: EventMention, ontology: Ontology) -> PassedOver:
    reason = f"{_name_act(mention)} has no type of its own in {ontology.name}"
    return PassedOver(
        mention.report_id, mention.start, mention.end, mention.quote, mention.trigger.text, reason
    )
