"""Chooses which place each name of a report means: size, containers, and the report's other places."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from detente.where.gazetteer import Place
from detente.where.spot import Spot

MOST_CHOICES = 40
ROUNDS = 3
NEAR = 150.0  # kilometres
LEVEL_BONUS = {
    "country": 2.5, "continent": 3.0, "region": 2.0, "feature": 1.0, "site": 1.0, "admin1": 0.3, "admin2": 0.3,
    "city": 0.0,
}  # fmt: skip
OTHER_NAME = -1.2
SHARPNESS = 2.0  # how many times likelier ten times the people makes a place, as a power of e


def distance_km(a: Place, b: Place) -> float:
    """The great-circle distance in kilometres (haversine, radius 6371 km)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(half)))


def choose_places(spots: Sequence[Spot]) -> list[Place]:
    """The place that each spot means, in the spots' order."""
    contained: dict[str, tuple[Place, ...]] = {}
    fitting: list[tuple[Place, ...]] = []
    for spot in spots:
        fit = _fit_container(spot)
        fitting.append(fit)
        if len(fit) < len(spot.choices):
            contained.setdefault(spot.key, fit)
    names = list(dict.fromkeys(s.key for s in spots))
    choices = {}
    for name in names:
        options = contained.get(name) or next(s.choices for s in spots if s.key == name)
        choices[name] = sorted(options, key=prior, reverse=True)[:MOST_CHOICES]
    chosen = _settle(choices)
    return [
        chosen[s.key] if chosen[s.key] in fit or not fit else max(fit, key=prior)
        for s, fit in zip(spots, fitting, strict=True)
    ]


def prior(place: Place) -> float:
    """How likely a place is meant before anything else is known."""
    score = math.log10(place.population + 100) + LEVEL_BONUS[place.level]
    return score + (OTHER_NAME if place.rank else 0.0)


def _fit_container(spot: Spot) -> tuple[Place, ...]:
    if not spot.inside:
        return spot.choices
    wide = [p for p in spot.inside.choices if p.level in ("country", "admin1")]
    return tuple(
        c
        for c in spot.choices
        if c.level != "country"
        and any(
            c.country == p.country and (p.level == "country" or c.admin1 == p.admin1)
            for p in wide
            if p.id != c.id
        )
    )


def _settle(choices: dict[str, list[Place]]) -> dict[str, Place]:
    shares = {name: _shares([prior(p) for p in options]) for name, options in choices.items()}
    for _ in range(ROUNDS):
        best = {
            n: options[max(range(len(options)), key=shares[n].__getitem__)] for n, options in choices.items()
        }
        mass = _mass(choices, shares)
        shares = {
            name: _shares([prior(p) + _support(p, name, mass, best) for p in options])
            for name, options in choices.items()
        }
    return {n: options[max(range(len(options)), key=shares[n].__getitem__)] for n, options in choices.items()}


def _shares(scores: list[float]) -> list[float]:
    top = max(scores)
    weights = [math.exp(SHARPNESS * (s - top)) for s in scores]
    total = sum(weights)
    return [w / total for w in weights]


Mass = dict[tuple[str, str | None], dict[str, float]]


def _mass(choices: dict[str, list[Place]], shares: dict[str, list[float]]) -> Mass:
    """(country, division or None) → name → how likely that name lies there."""
    mass: Mass = defaultdict(lambda: defaultdict(float))
    for name, options in choices.items():
        for place, share in zip(options, shares[name], strict=True):
            if place.country:
                mass[place.country, None][name] += share
                if place.admin1:
                    mass[place.country, place.admin1][name] += share
    return mass


def _support(place: Place, name: str, mass: Mass, best: dict[str, Place]) -> float:
    if not place.country:
        return 0.0
    country = sum(s for n, s in mass[place.country, None].items() if n != name)
    division = 0.0
    if place.admin1:
        division = sum(s for n, s in mass[place.country, place.admin1].items() if n != name)
    near = sum(
        1
        for n, other in best.items()
        if n != name and other.level in ("city", "admin2", "site") and distance_km(place, other) < NEAR
    )
    return 0.5 * math.log1p(country) + 1.2 * math.log1p(division) + 0.8 * math.log1p(near)
