"""Chooses which place each name of a report means: size, containers, and the report's other places."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from detente.where.gazetteer import Place
from detente.where.spot import Spot

MOST_CHOICES = 40
SOFT = (1.0, 0.7, 0.4)  # how open each round leaves the choice
COUNTRY, DIVISION, NEAR = 0.9, 2.4, 1.6  # what a report's other places weigh that lie in the same area
SMALL_LEVELS = frozenset({"city", "admin2", "site"})
LEVEL_BONUS = {
    "continent": 3.0,
    "country": 2.2,
    "region": 2.0,
    "feature": 1.0,
    "site": 1.0,
    "admin1": 0.3,
    "admin2": 0.3,
    "city": 0.0,
}
OTHER_NAME = -1.2
CAPITAL = 0.7
FOREIGN_NEWS = 2  # countries and regions that a report names
ABROAD = 2.0
WIDE_LEVELS = frozenset({"country", "region", "feature"})
GREAT_CITY = 500_000  # inhabitants
NAMESAKE = 1.2


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
    return score + (OTHER_NAME if place.rank else 0.0) + (CAPITAL if place.capital else 0.0)


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
    wide = {options[0].id for options in choices.values() if options[0].level in WIDE_LEVELS}
    abroad = ABROAD if len(wide) >= FOREIGN_NEWS else 0.0
    priors = {name: _weigh_options(options, abroad) for name, options in choices.items()}
    shares = {name: _shares(scores, SOFT[0]) for name, scores in priors.items()}
    for softness in SOFT:
        mass = _spread_mass(choices, shares)
        shares = {
            name: _shares(
                [s + _support(p, name, mass) for p, s in zip(options, priors[name], strict=True)], softness
            )
            for name, options in choices.items()
        }
    return {
        name: options[max(range(len(options)), key=shares[name].__getitem__)]
        for name, options in choices.items()
    }


def _weigh_options(options: list[Place], abroad: float) -> list[float]:
    """Their priors; a division named after its own great city is seldom meant by the bare name.

    `abroad` is what being a capital weighs more in foreign news.
    """
    great = {p.country for p in options if p.level == "city" and (p.capital or p.population >= GREAT_CITY)}
    return [
        prior(p)
        + (abroad if p.capital else 0.0)
        - (NAMESAKE if p.level == "admin1" and p.country in great else 0.0)
        for p in options
    ]


def _shares(scores: list[float], softness: float) -> list[float]:
    top = max(scores)
    weights = [math.exp((s - top) / softness) for s in scores]
    total = sum(weights)
    return [w / total for w in weights]


Mass = dict[Hashable, dict[str, float]]


def _spread_mass(choices: dict[str, list[Place]], shares: dict[str, list[float]]) -> Mass:
    """Country, division, or cell of one degree → name → how likely that name's place lies there."""
    mass: Mass = defaultdict(lambda: defaultdict(float))
    for name, options in choices.items():
        for place, share in zip(options, shares[name], strict=True):
            for area in _areas(place):
                mass[area][name] = min(1.0, mass[area][name] + share)
    return mass


def _areas(place: Place) -> Iterator[Hashable]:
    if place.country:
        yield place.country
        if place.admin1:
            yield place.country, place.admin1
    if place.level in SMALL_LEVELS:
        yield math.floor(place.lat), math.floor(place.lon)


def _support(place: Place, name: str, mass: Mass) -> float:
    def others(area: Hashable) -> float:
        return sum(share for n, share in mass[area].items() if n != name) if area in mass else 0.0

    country = others(place.country) if place.country else 0.0
    division = others((place.country, place.admin1)) if place.admin1 else 0.0
    near = 0.0
    if place.level in SMALL_LEVELS:
        row, column = math.floor(place.lat), math.floor(place.lon)
        near = sum(others((row + i, column + j)) for i in (-1, 0, 1) for j in (-1, 0, 1))
    return COUNTRY * math.log1p(country) + DIVISION * math.log1p(division) + NEAR * math.log1p(near)


def lies_among(places: Iterable[Place]) -> Callable[[Place], bool]:
    """Tells of a town or the like whether it lies within about 100 km of one of the small `places`."""
    cells = {
        (math.floor(p.lat) + i, math.floor(p.lon) + j)
        for p in places
        if p.level in SMALL_LEVELS
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    return lambda p: p.level in SMALL_LEVELS and (math.floor(p.lat), math.floor(p.lon)) in cells
