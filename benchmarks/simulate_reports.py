"""Simulated codings of news reports, as many as wanted: seeded, the same seed gives the same reports.

The world has happenings: two states, drawn with shares that fall like Zipf's law, an act, a day. Outlets tell
each in one report or several, some days later or beforehand, in words that mostly overlap. Reports have five
mentions or so. The shares of acts, statuses, bases of days, missing recipients and places are roughly those
of what detente codes from its example reports.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from detente.ontology import load_ontology
from detente.records import Coding, EventMention, Party, Report, Span, Status, When, Where, content_id
from detente.who.names import load_names

FIRST = date(2005, 1, 3)
OUTLETS = 40
PER_DAY = 200  # mentions a day, on average: a million in 14 years
TOLD = 2.2  # mentions of a happening, on average
ACTS = {
    "CONSULT": 20, "ACCUSE": 14, "REJECT": 9, "REQUEST": 9, "SUPPORT": 9, "COERCE": 8, "AGREE": 7,
    "ASSAULT": 7, "SANCTION": 4, "THREATEN": 4, "MOBILIZE": 3, "RETREAT": 2, "AID": 2, "CONCEDE": 1,
    "PROTEST": 1,
}  # fmt: skip
RELATED = {"ACCUSE": "REJECT", "COERCE": "SANCTION", "CONSULT": "AGREE", "ASSAULT": "MOBILIZE"}
AHEAD: dict[Status, int] = {"planned": 7, "conditional": 6, "predicted": 4, "demanded": 4, "offered": 3}
CITIES = ("Vienna", "Geneva", "Doha", "Singapore", "Helsinki", "Muscat")


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens once: who, whom, which act, on which day, with the words that tell it."""

    actor: str
    recipient: str
    act: str
    day: date
    words: tuple[str, ...]
    city: str | None


class World:
    """Draws happenings and what is told of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.states = load_names().states
        self.codes = self.random.sample(sorted(self.states), len(self.states))
        self.shares = list(accumulate(1 / (rank + 3) for rank in range(len(self.codes))))
        self.ontology = load_ontology()
        self.made = 0

    def draw_happening(self, day: date) -> Happening:
        """Something that happens on a day."""
        draw = self.random
        actor, recipient = draw.choices(self.codes, cum_weights=self.shares, k=2)
        while recipient == actor:
            recipient = draw.choices(self.codes, cum_weights=self.shares)[0]
        act = draw.choices(list(ACTS), list(ACTS.values()))[0]
        words = tuple(f"w{draw.randrange(20_000):05}" for _ in range(7))
        return Happening(actor, recipient, act, day, words, draw.choice(CITIES + (None,) * 40))

    def tell(self, happening: Happening, report: Report, at: int) -> EventMention:
        """A mention of a happening at an offset of a report."""
        draw, h = self.random, happening
        act = RELATED.get(h.act, h.act) if draw.random() < 0.08 else h.act
        ahead = draw.random() < 0.2
        status: Status = draw.choices(list(AHEAD), list(AHEAD.values()))[0] if ahead else "happened"
        sides = self._parties((h.actor,), at), self._parties((h.recipient,) * (draw.random() < 0.7), at)
        trigger = f"{act.lower()[:3]}{draw.choice(('red', 'ned', 'ted'))}"
        quote = " ".join([trigger, *draw.sample(h.words, 5), f"x{draw.randrange(9999):04}"])
        self.made += 1
        known = self.ontology.types[act]
        return EventMention(
            id=content_id(report.id, at, act), report_id=report.id, title=report.title,
            published=report.published, url=None, start=at, end=at + len(quote), quote=quote, sentence=quote,
            sentence_start=at, trigger=Span(at, at + len(trigger), trigger), actor=sides[0],
            recipient=sides[1], type=act, mode=None, quad=known.quad, score=known.score, contexts=(),
            status=status, theme=None, certainty=None, when=self._date(h, report, ahead),
            where=Where(h.city, h.city, None, 0.0, 0.0, None, "city") if h.city else None, says=None,
            confidence=0.8, coder="simulated", reasons=("simulated",), report_source=report.source,
        )  # fmt: skip

    def _parties(self, codes: tuple[str, ...], at: int) -> tuple[Party, ...]:
        return tuple(Party(code, at, at + 3, self.states[code], code, "state", "GOV") for code in codes)

    def _date(self, h: Happening, report: Report, ahead: bool) -> When:
        told = date.fromisoformat(report.published or "")
        draw = self.random.random()
        if draw < 0.02:
            return When(None, None, None, "unknown")
        if draw < 0.45:
            slip = self.random.choice((-1, 1)) if self.random.random() < 0.05 else 0
            return _span(h.day, slip, slip, "stated")
        return _span(told, 0, 31, "tense") if ahead else _span(told, -7, 0, "tense")


def simulate_codings(mentions: int, seed: int = 0) -> Iterator[Coding]:
    """Codings with about so many mentions together, by day of publication."""
    world = World(seed)
    waiting: dict[date, dict[int, list[Happening]]] = defaultdict(lambda: defaultdict(list))
    day = FIRST
    while world.made < mentions:
        for _ in range(round(PER_DAY / TOLD)):
            happening = world.draw_happening(day)
            for _ in range(1 + min(int(world.random.expovariate(1 / (TOLD - 1))), 12)):
                told = day + timedelta(days=world.random.choices((0, 1, 2, 5), (50, 35, 10, 5))[0])
                waiting[told][world.random.randrange(OUTLETS)].append(happening)
        for outlet, happenings in waiting.pop(day).items():
            yield _code(world, day, outlet, happenings)
        day += timedelta(days=1)


def _code(world: World, day: date, outlet: int, happenings: list[Happening]) -> Coding:
    source, published = f"Outlet {outlet:02}", day.isoformat()
    text = "\n".join(" ".join(h.words) for h in happenings)
    report = Report(
        content_id(text, source, published), text, f"News of {published}", published, source=source
    )
    return Coding(report, tuple(world.tell(h, report, n * 80) for n, h in enumerate(happenings)), ())


def _span(day: date, earlier: int, later: int, basis: str) -> When:
    first, last = ((day + timedelta(days=n)).isoformat() for n in (earlier, later))
    return When(
        "then" if basis == "stated" else None, first, last, "stated" if basis == "stated" else "tense"
    )
