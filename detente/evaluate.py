"""Measures the coder on an annotated corpus: mentions, statuses, statements, sentences without an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from detente.coders import Coder
from detente.corpus import GoldMention, GoldStatement, Sample
from detente.pipeline import BUILTIN, Coded, code_text
from detente.records import EventMention, Party, Report, Span, Statement, content_id
from detente.scores import Score

MUTUAL = frozenset({"CONSULT", "COOPERATE", "AGREE", "SUPPORT"})
STEPS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)  # of confidence
SURE_STATUSES = frozenset({"happened"})


@dataclass(frozen=True, slots=True)
class Miss:
    """A mention that was coded and isn't marked, or is marked otherwise: what was marked (None: nothing)."""

    sample: str
    coded: EventMention
    marked: str | None


@dataclass(slots=True)
class Evaluation:
    """The figures of one run."""

    triggers: Score = field(default_factory=Score)
    typed: Score = field(default_factory=Score)
    mentions: Score = field(default_factory=Score)
    status_right: int = 0
    statements: Score = field(default_factory=Score)
    empty: int = 0
    empty_right: int = 0
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)
    confidences: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def status_accuracy(self) -> float:
        """Share of the mentions found that have the right status, in per cent."""
        return 100 * self.status_right / max(1, self.mentions.right)

    def worst(self, number: int) -> list[Miss]:
        """The misses that the coder was surest of, at most one a sample."""
        best: dict[str, Miss] = {}
        for miss in sorted(self.misses, key=lambda m: (-m.coded.confidence, m.sample, m.coded.start)):
            best.setdefault(miss.sample, miss)
        return list(best.values())[:number]

    def calibration(self, steps: Sequence[float] = STEPS) -> list[tuple[float, float, int, float, float]]:
        """For each step of confidence that holds mentions: from, to, how many, their mean confidence and the
        share of them with the right type, parties and status (both 0 to 1)."""
        rows = []
        for low, high in pairwise(steps):
            here = [(c, right) for c, right in self.confidences if low <= c < high]
            if here:
                mean, share = (sum(column) / len(here) for column in zip(*here, strict=True))
                rows.append((low, high, len(here), mean, share))
        return rows

    @property
    def silence(self) -> float:
        """Share of the sentences without an event in which nothing is said to have happened, in per cent."""
        return 100 * self.empty_right / max(1, self.empty)


def evaluate_samples(samples: Iterable[Sample], coder: Coder = BUILTIN) -> Evaluation:
    """Codes each sample as a report of its own and compares with what is marked in it.

    A mention is found when its trigger overlaps the marked one ('triggers'), the type is the same
    ('typed') and, on each side where a party is marked, one is found that overlaps it or has its code
    ('mentions'; in mutual types the sides may change places). Status accuracy is over the mentions found.
    A statement is found when source and content overlap. One gold item counts for one prediction at most.
    """
    found = Evaluation()
    for sample in samples:
        report = Report(content_id(sample.text), sample.text, published=sample.keys.get("pub"))
        coded = code_text(report, coder)
        compare_mentions(sample, coded, found)
        found.statements += compare_statements(sample.statements, coded.statements)
        if sample.none is not None and not sample.mentions:
            found.empty += 1
            found.empty_right += not any(m.status in SURE_STATUSES for m in coded.mentions)
    return found


def overlap(a: Span | Party, b: Span | Party) -> bool:
    """Whether two spans share a character."""
    return a.start < b.end and b.start < a.end


def compare_mentions(sample: Sample, found: Coded, into: Evaluation) -> None:
    """Adds the mentions of one sample to the figures."""
    gold, coded = sample.mentions, found.mentions
    before = len(into.misses)
    pairs = sorted(
        (
            (-(g.type == m.type) - (g.type == m.type and same_sides(g, m, found.parties)), i, j)
            for i, g in enumerate(gold)
            for j, m in enumerate(coded)
            if overlap(g.trigger, m.trigger)
        ),
    )
    used_gold: set[int] = set()
    used_coded: set[int] = set()
    triggers = typed = mentions = 0
    for _, i, j in pairs:
        if i in used_gold or j in used_coded:
            continue
        used_gold.add(i)
        used_coded.add(j)
        g, m = gold[i], coded[j]
        triggers += 1
        into.confusions[g.type, m.type] += 1
        if g.type == m.type:
            typed += 1
            if same_sides(g, m, found.parties):
                mentions += 1
                into.status_right += g.status == m.status
                if g.status == m.status:
                    continue
        into.misses.append(Miss(sample.id, m, show_gold(g)))
    into.misses += [Miss(sample.id, m, None) for j, m in enumerate(coded) if j not in used_coded]
    wrong = {miss.coded.id for miss in into.misses[before:]}
    into.confidences += [(m.confidence, m.id not in wrong) for m in coded]
    into.triggers += Score.of(triggers, len(coded), len(gold))
    into.typed += Score.of(typed, len(coded), len(gold))
    into.mentions += Score.of(mentions, len(coded), len(gold))


def show_gold(gold: GoldMention) -> str:
    """A marked mention as the corpus writes it."""
    actors, recipients = ("; ".join(p.text for p in side) or "-" for side in (gold.actors, gold.recipients))
    mode = f".{gold.mode}" if gold.mode else ""
    return f"{gold.trigger.text}: {gold.type}{mode} {gold.status} | {actors} > {recipients}"


def same_sides(gold: GoldMention, mention: EventMention, known: Sequence[Party]) -> bool:
    """Whether each marked side has a party that was found on it; `known` are all parties of the text."""
    if touches(gold.actors, mention.actor, known) and touches(gold.recipients, mention.recipient, known):
        return True
    if gold.type not in MUTUAL:
        return False
    both = (*mention.actor, *mention.recipient)
    return touches(gold.actors, both, known) and touches(gold.recipients, both, known)


def touches(gold: Sequence[Span], found: Sequence[Party], known: Sequence[Party]) -> bool:
    """Whether a marked party was found, by words or by code ('Moscow', 'it'); true where none is marked."""
    codes = {p.code for p in known if p.code and any(overlap(g, p) for g in gold)}
    return not gold or any(f.code in codes or any(overlap(g, f) for g in gold) for f in found)


def compare_statements(gold: Sequence[GoldStatement], coded: Sequence[Statement]) -> Score:
    """How many statements of one sample are right: source and content overlap."""
    left = list(coded)
    for g in gold:
        for s in left:
            source = g.source is None or (s.source is not None and overlap(g.source, s.source))
            if source and any(overlap(a, b) for a in g.content for b in s.content):
                left.remove(s)
                break
    return Score.of(len(coded) - len(left), len(coded), len(gold))
