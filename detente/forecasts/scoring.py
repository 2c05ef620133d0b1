"""How well each forecaster did: outcomes, Brier scores beside the base rate's, and a calibration table.

Scores are Brier's (1950), intervals Wilson's (1927) of 95 %; under how many forecasts a score says little
(FEW) is a judgement.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from detente.ledger import CalibrationBin, Forecast, Resolution, Scorecard

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
FEW = 10  # scored forecasts under which a score says little
Z = 1.959964  # of the normal distribution, for intervals of 95 %
PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i"})
EVERYBODY = "(everybody)"
NOBODY = "(nobody named)"


def score_forecasters(forecasts: Iterable[Forecast], resolutions: Iterable[Resolution]) -> list[Scorecard]:
    """A scorecard for everybody together, and one for each forecaster, those with most forecasts first.

    Forecasters are told apart by the name that detente knows, else by the words of the report. Brier scores
    are means over the forecasts that came with a chance and are decided; a range counts at its middle. The
    base rate is scored on the same forecasts.
    """
    outcomes = {r.forecast: r for r in resolutions}
    groups: dict[str, list[tuple[Forecast, Resolution]]] = defaultdict(list)
    names: dict[str, str] = {}
    told = [(name_forecaster(f), f) for f in forecasts if f.id in outcomes]
    full = _full_names(name for name, _ in told)
    for short, forecast in told:
        name = full.get(short.casefold(), short)
        names.setdefault(name.casefold(), name)
        groups[name.casefold()].append((forecast, outcomes[forecast.id]))
    everybody = [pair for found in groups.values() for pair in found]
    ranked = sorted(groups, key=lambda key: (-len(groups[key]), key))
    return [_score(EVERYBODY, everybody), *(_score(names[key], groups[key]) for key in ranked)]


def name_forecaster(forecast: Forecast) -> str:
    """Who is scored for a forecast: the words of the report; of a pronoun, the name that it stands for."""
    says = forecast.says
    if says is None:
        return NOBODY
    if says.text.lower() in PRONOUNS:
        return says.name or NOBODY
    return says.text[4:] if says.text.lower().startswith("the ") else says.text


def _full_names(names: Iterable[str]) -> dict[str, str]:
    """The full name for each family name that only one forecaster has: 'Marin' is Oleg Marin."""
    known = set(names)
    by_last: dict[str, set[str]] = defaultdict(set)
    for name in known:
        first, _, last = name.rpartition(" ")
        if first and first[:1].isupper() and last[:1].isupper():
            by_last[last.casefold()].add(name)
    return {last: found.pop() for last, found in by_last.items() if len(found) == 1}


def _score(name: str, pairs: Sequence[tuple[Forecast, Resolution]]) -> Scorecard:
    count = {
        o: sum(r.outcome == o for _, r in pairs) for o in ("came true", "did not", "open", "can't be told")
    }
    scored = [(f, r) for f, r in pairs if r.brier is not None]
    beside = [
        (r.brier, r.baseline_brier) for _, r in scored if r.brier is not None and r.baseline_brier is not None
    ]
    own, baseline = _mean([b for b, _ in beside]), _mean([b for _, b in beside])
    few = f"too few to judge by ({len(scored)} scored)" if len(scored) < FEW else None
    return Scorecard(
        forecaster=name,
        forecasts=len(pairs),
        came_true=count["came true"],
        did_not=count["did not"],
        open=count["open"],
        untold=count["can't be told"],
        scored=len(scored),
        brier=_mean([r.brier for _, r in scored if r.brier is not None]),
        compared=len(beside),
        brier_compared=own,
        baseline_brier=baseline,
        skill=round(1 - own / baseline, 3) if own is not None and baseline else None,
        calibration=tuple(_calibrate(scored)),
        note=few,
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _calibrate(scored: Sequence[tuple[Forecast, Resolution]]) -> Iterable[CalibrationBin]:
    """For each fifth of the scale, how often what was given such a chance took place."""
    told = [
        ((f.chance.low + f.chance.high) / 2, (r.outcome == "came true") == f.happens)
        for f, r in scored
        if f.chance is not None
    ]
    for low, high in pairwise(EDGES):
        inside = [(c, o) for c, o in told if low <= c < high or (c == high == EDGES[-1])]
        if inside:
            happened = sum(o for _, o in inside)
            yield CalibrationBin(
                low, high, len(inside), round(sum(c for c, _ in inside) / len(inside), 3), happened,
                *wilson_interval(happened, len(inside)),
            )  # fmt: skip


def wilson_interval(happened: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, JASA 22), which holds for small counts too."""
    share = happened / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return round(max(0.0, middle - half), 3), round(min(1.0, middle + half), 3)
