"""What came of one forecast: acts that fit, then what speaks against it, then who would have told of it.

LONGEST and MET are judgements, checked on the files of corpus/forecasts that are not kept from tuning.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from detente.forecasts.deadlines import find_deadlines
from detente.forecasts.happenings import DOUBTFUL, Happening
from detente.forecasts.matching import Sought, involves, matches, undoes
from detente.ledger import Forecast, Outcome
from detente.when import find_dates

REVERSED = ("unless", "barring", "absent")  # conditions that hold where nothing of the kind takes place
LONGEST = timedelta(days=366)  # for which an act answers a forecast without a last day
MET = 2 / 3  # of the words of a condition that a later report must share to tell that it was met


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its evidence and reason; `day` is that of the act."""

    outcome: Outcome
    reason: str
    evidence: tuple[Happening, ...] = ()
    day: str | None = None


class Known:
    """All that is told by `as_of`, by the codes of those who take part."""

    def __init__(self, happenings: Iterable[Happening], as_of: str) -> None:
        self.all = list(happenings)
        self.as_of = as_of
        self.by_code: dict[str, list[Happening]] = defaultdict(list)
        for happening in self.all:
            for code in happening.parties:
                self.by_code[code].append(happening)
            if happening.names or not happening.actors:
                self.by_code[""].append(happening)

    def on(self, sought: Sought) -> list[Happening]:
        """What may be on those who would act, or names nobody known as acting."""
        found = {id(h): h for code in (*sorted(sought.actors), "") for h in self.by_code[code]}
        return list(found.values())


def judge(forecast: Forecast, sought: Sought, known: Known, covered: Collection[str]) -> Verdict:
    """What came of a forecast; `covered` are days of reports that name both sides of it."""
    issued = forecast.published
    if issued is None:
        return Verdict("can't be told", "the day on which it was made is not known")
    near = [h for h in known.on(sought) if _is_in_window(forecast, h, issued)]
    told = [h for h in near if matches(sought, h)]
    if _is_told(forecast, sought, known, met=False):
        return Verdict("can't be told", "a later report says that its condition was not met")
    happened = [h for h in told if h.status == "happened" and not h.disputed]
    if happened:
        first = min(happened, key=lambda h: (h.day or "", h.id))
        who = ", ".join(sorted(first.actors)) or "somebody"
        reason = f"{first.type or forecast.type} by {who} is told of {first.day}, within the window"
        return Verdict("came true" if forecast.happens else "did not", reason, tuple(happened), first.day)
    doubtful = [h for h in told if h.status in DOUBTFUL or h.disputed]
    if doubtful:
        why = (
            "reports disagree on it" if any(h.disputed for h in doubtful) else f"only as {doubtful[0].status}"
        )
        return Verdict("can't be told", f"an act that fits is told, but {why}", tuple(doubtful))
    undone = [h for h in near if undoes(sought, h) and h.status == "happened"]
    if undone:
        reason = f"the opposite is told of {undone[0].day}: {undone[0].type}"
        return Verdict(_failed(forecast), reason, tuple(undone), undone[0].day)
    return _judge_silence(forecast, sought, known, covered)


def _failed(forecast: Forecast) -> Outcome:
    return "did not" if forecast.happens else "came true"


def _judge_silence(forecast: Forecast, sought: Sought, known: Known, covered: Collection[str]) -> Verdict:
    """What it means that no act that fits is told."""
    last = forecast.window.latest
    unmet = forecast.condition is not None and not _is_told(forecast, sought, known, met=True)
    if unmet and (ended := _condition_ends(forecast)) and ended < (last or known.as_of) <= known.as_of:
        return Verdict(
            "can't be told", f"nothing tells that its condition was met by {ended}, nor of such an act"
        )
    if last is None:
        return Verdict("open", "no such act is told yet, and it has no last day")
    if last >= known.as_of:
        return Verdict("open", f"no such act is told yet, and its window lasts until {last}")
    if unmet and forecast.condition:
        words = forecast.condition.text
        return Verdict(
            "can't be told", f"nothing tells that its condition ({words}) was met, nor of such an act"
        )
    later = [h for h in known.on(sought) if any(last < d <= known.as_of for d, _ in h.told)]
    negated = [
        h for h in later if h.status == "negated" and sought.trigger & h.triggers and matches(sought, h)
    ]
    if negated:
        return Verdict(_failed(forecast), "a later report says that no such act took place", tuple(negated))
    days = {d for d in covered if d > last} | _find_coverage(sought, later, last)
    if not days:
        return Verdict("can't be told", f"no report on these parties was published after {last}")
    reports = "a report" if len(days) == 1 else f"reports of {len(days)} days"
    return Verdict(
        _failed(forecast), f"no such act is told by {last}, though {reports} after it cover the parties"
    )


def _find_coverage(sought: Sought, later: Iterable[Happening], last: str) -> set[str]:
    """The days after `last` on which reports tell of both sides that are looked for."""
    told: dict[str, set[str]] = defaultdict(set)
    for happening in later:
        for day, _ in happening.told:
            told[day] |= happening.parties
    return {day for day, parties in told.items() if day > last and involves(sought, frozenset(parties))}


def _is_told(forecast: Forecast, sought: Sought, known: Known, met: bool) -> bool:
    """Whether a later report tells in most of its words that a condition was met, or that it was not."""
    if forecast.condition is None:
        return False
    holds = met != forecast.condition.text.lower().startswith(REVERSED)
    wanted = sought.condition
    least = max(2, math.ceil(len(wanted) * MET))
    return any(
        len(wanted & h.words) >= least and (met or wanted & h.triggers)
        for h in known.all
        if h.status == ("happened" if holds else "negated")
        and max(d for d, _ in h.told or [("", "")]) > (forecast.published or "")
    )


def _condition_ends(forecast: Forecast) -> str | None:
    """The last day on which a condition could be met, where its words give one."""
    if forecast.condition is None:
        return None
    text = forecast.condition.text
    found = find_deadlines(text, find_dates(text, forecast.published), forecast.published)
    return max((d.when.latest for d in found if d.when.latest), default=None)


def _is_in_window(forecast: Forecast, happening: Happening, issued: str) -> bool:
    """Whether an act lies after the forecast, before its last day, and was told later than the forecast."""
    if happening.first_told is None or happening.first_told <= issued:
        return False
    last = forecast.window.latest or (date.fromisoformat(issued) + LONGEST).isoformat()
    return (happening.day or issued) >= issued and (happening.earliest or issued) <= last
