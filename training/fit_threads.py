"""Fits the weights by which moves are tied to what they answer: python -m training.fit_threads

A ranking by softmax: of the moves that one may answer, and of answering nothing, the marked one shall be
likeliest (log-linear, with a ridge), as antecedents are ranked in coreference (Durrett and Klein, 2013).
Fitted on the files of corpus/threads that are not kept from tuning and on Kaesong 2013, each with the events
given by hand and with those that the coder finds. Writes detente/threads/weights.yaml; prints the F1 of links
with each file left out in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array

from corpus.measure_threads import read_parts
from detente.link import link_events
from detente.link.measure import Block, Group, label_mentions
from detente.pipeline import code_report
from detente.threads.chains import Chooser, chain_moves
from detente.threads.given import give_events, read_given
from detente.threads.links import ENOUGH, Candidate, weigh
from detente.threads.measure import Figures, name_label, score_threads
from detente.threads.moves import Move, read_moves
from detente.threads.nodes import Answer
from detente.threads.signs import Level, Weights
from detente.threads.threading import make_threads

ROOT = Path(__file__).parents[1]
RIDGE = 4.0
# what was set by judgement before the fit, and what it holds to
PRIOR: Weights = {
    ("kind", "acceptance"): -1.8, ("kind", "refusal"): -1.8, ("kind", "proposal"): -2.8,
    ("kind", "demand"): -2.8, ("kind", "condition"): -2.3, ("kind", "deed"): -3.5, ("kind", "plan"): -3.5,
    ("kind", "concession"): -3.5, ("kind", "break"): -3.0, ("kind", "pressure"): -4.0,
    ("answer", "each other"): 1.0, ("answer", "addressed, names nobody"): 0.8,
    ("answer", "addressed, names others"): 0.4, ("answer", "speaks to its maker"): 0.8,
    ("answer", "speaks to its maker, not addressed"): -0.2,
    ("answer", "other sides"): -2.0, ("answer", "same side"): -2.0, ("again", "same side"): 0.5,
    ("again", "other sides"): -1.0, ("shared", "0"): -3.0, ("shared", "2"): 0.8,
    ("shared", "each has others"): -0.8,
    ("points", "to that"): 1.5, ("points", "to another kind"): -0.7,
    ("topic", "theme"): 3.0, ("topic", "one happening"): 2.0,
    ("words", "1"): 0.5, ("words", "2"): 1.0, ("words", "3"): 1.5, ("words", "of its thread"): 0.5,
    ("words", "none"): -0.4, ("act", "one mode"): 1.5, ("act", "one type"): 1.0, ("act", "meeting"): 0.5,
    ("told", "one sentence tells both"): 1.2, ("told", "the next sentence tells it"): 1.2,
    ("told", "told nearby"): 0.5, ("told", "one sentence, the other way round"): 1.2,
    ("since", "0"): 1.0, ("since", "2"): -0.3, ("since", "3"): -0.8,
    ("gap", "three months or less"): -0.4, ("gap", "a year or less"): -0.9, ("gap", "more than a year"): -2.0,
    ("before", "answered so by the same"): -1.5,
    ("before", "accepted, counters"): -1.0, ("before", "accepted, proposes"): -1.0,
    ("cue", "reply, counters"): 0.7, ("cue", "reply, responds"): 0.7, ("cue", "reply, rejects"): 0.5,
    ("cue", "reply, accepts"): 0.5, ("cue", "instead, counters"): 0.7, ("cue", "again, proposes"): 1.0,
    ("cue", "breach, breaks"): 1.0, ("kinds", "pressure after acceptance"): -1.5,
}  # fmt: skip
HEAD = """# What each sign tells of whether a move answers an earlier one: log-odds against answering nothing.
# Source: fitted on the files of corpus/threads not kept from tuning and on tests/korea_threads.md, by
# python -m training.fit_threads.
"""
Choice = tuple[tuple[tuple[Level, ...], ...], tuple[bool, ...]]  # the levels of candidates; which are right


@dataclass(frozen=True, slots=True)
class Case:
    """The moves of a file, either with the events given by hand or as the coder finds them."""

    name: str
    given: bool
    blocks: tuple[Block, ...]
    moves: tuple[Move, ...]
    labels: Mapping[str, str]


def read_cases() -> list[Case]:
    """Both cases of each file that is not kept from tuning."""
    return [
        case
        for name, part in read_parts()
        if not name.startswith("kept")
        for group, table in part
        for case in (_give(group, table), _code(group))
    ]


def _give(group: Group, table: Path) -> Case:
    events, mentions, labels = give_events(group, read_given(table))
    return Case(group.name, True, group.blocks, tuple(read_moves(events, mentions)), labels)


def _code(group: Group) -> Case:
    mentions = [m for report in group.reports for m in code_report(report)]
    moves = read_moves(link_events(mentions, group.reports), mentions)
    return Case(group.name, False, group.blocks, tuple(moves), label_mentions(mentions, group.marks))


def collect_choices(case: Case) -> list[Choice]:
    """What each move could answer, and what it does; the chains grow as they are marked."""
    marked = {(s.event, s.earlier) for b in case.blocks for s in b.steps if s.earlier}
    choices: list[Choice] = []

    def name(move: Move) -> str:
        return name_label((move.lead.id, *(m.id for m in move.mentions)), case.labels)

    def choose(move: Move, candidates: Sequence[Candidate]) -> Answer | None:
        right = tuple((name(move), name(c.node.move)) in marked for c in candidates)
        levels = tuple(tuple((s.measure, s.level) for s in c.signs) for c in candidates)
        if candidates:
            choices.append((levels, right))
        return next((weigh(c) for c, is_right in zip(candidates, right, strict=True) if is_right), None)

    chain_moves(case.moves, choose)
    return choices


def fit(choices: Sequence[Choice], ridge: float = RIDGE, prior: Weights = PRIOR) -> Weights:
    """The weight of each level that any candidate has, held to `prior`."""
    columns: dict[Level, int] = {level: i for i, level in enumerate(prior)}
    rows, cols, group, right = [], [], [], []
    for number, (candidates, marks) in enumerate(choices):
        for levels, is_right in zip(candidates, marks, strict=True):
            for level in levels:
                rows.append(len(group))
                cols.append(columns.setdefault(level, len(columns)))
            group.append(number)
            right.append(is_right)
    x = csr_array((np.ones(len(rows)), (rows, cols)), shape=(len(group), len(columns)))
    groups, gold = np.array(group), np.array(right)
    answered = np.bincount(groups, gold, len(choices)) > 0

    before = np.array([prior.get(level, 0.0) for level in columns])

    def lose(w: Any) -> tuple[float, Any]:
        odds = np.exp(np.clip(x @ w, -30, 30))
        every = 1 + np.bincount(groups, odds, len(choices))
        good = np.where(answered, np.bincount(groups, odds * gold, len(choices)), 1.0)
        slope = odds / every[groups] - np.where(gold, odds / good[groups], 0.0)
        loss = np.log(every).sum() - np.log(good).sum() + ridge / 2 * ((w - before) @ (w - before))
        return float(loss), x.T @ slope + ridge * (w - before)

    found = minimize(lose, before, jac=True, method="L-BFGS-B")
    return {level: round(float(found.x[i]), 2) for level, i in columns.items()}


def make_chooser(weights: Weights, enough: float = ENOUGH) -> Chooser:
    """Chooses by other weights than those that are shipped."""

    def choose(move: Move, candidates: Sequence[Candidate]) -> Answer | None:
        answers = [a for a in (weigh(c, weights) for c in candidates) if a.weight >= enough]
        return max(answers, key=lambda a: round(a.weight, 2), default=None)

    return choose


def score(case: Case, choose: Chooser) -> Figures:
    """The figures of one case."""
    return score_threads(case.blocks, make_threads(chain_moves(case.moves, choose)), case.labels)


def write_weights(weights: Weights) -> None:
    """Writes the table, the heaviest levels first."""
    lines = [HEAD.rstrip("\n")]
    for name in dict.fromkeys(name for name, _ in weights):
        lines.append(f"{name}:")
        found = sorted(
            ((w, level) for (n, level), w in weights.items() if n == name), key=lambda f: (-f[0], f[1])
        )
        lines += [f'  "{level}": {w}' for w, level in found]
    (ROOT / "detente/threads/weights.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fits, says how well it does on files left out, and writes the table."""
    cases = read_cases()
    choices = {(case.name, case.given): collect_choices(case) for case in cases}
    totals: dict[tuple[bool, bool], Figures] = {}
    for case in cases:
        others = [choice for (name, _), found in choices.items() if name != case.name for choice in found]
        part = (case.name.startswith("korea"), case.given)
        totals[part] = totals.get(part, Figures()) + score(case, make_chooser(fit(others)))
    for (korea, given), figures in totals.items():
        part_name = "Kaesong 2013" if korea else "corpus/threads"
        how = "events given by hand" if given else "end to end"
        found, states = figures.found, figures.states
        print(
            f"{part_name}, {how}, each file left out in turn: links {found.precision:.1f} {found.recall:.1f} "
            f"{found.f1:.1f}, states {states.right:.0f} of {states.gold:.0f}"
        )
    write_weights(fit([choice for found in choices.values() for choice in found]))


if __name__ == "__main__":
    main()
