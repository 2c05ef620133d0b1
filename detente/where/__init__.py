"""Place names → gazetteer places, and the place of an event."""

from __future__ import annotations

from collections.abc import Sequence

from detente.parse import Passage, parse_text
from detente.records import PlaceMention
from detente.where.choose import choose_places, lies_among
from detente.where.event import event_place
from detente.where.spot import ACCEPT, Spot, Spotter

__all__ = ["event_place", "find_places", "places_in"]

COHERENT = 2.0


def find_places(text: str) -> list[PlaceMention]:
    """The places that `text` names, in order; offsets count characters of `text`."""
    return places_in(parse_text(text), text)


def places_in(passages: Sequence[Passage], text: str | None = None) -> list[PlaceMention]:
    """The places that a parsed report names, in order.

    `text`, where given, is the report's own, from which the mentions' words are cut.
    """
    spots = _accept_spots(Spotter(passages).spots())
    return [
        PlaceMention(
            spot.start,
            spot.end,
            text[spot.start : spot.end] if text else spot.text,
            place.name,
            place.country,
            place.lat,
            place.lon,
            place.geonames_id,
            place.level,
        )
        for spot, place in zip(spots, choose_places(spots), strict=True)
    ]


def _accept_spots(spots: Sequence[Spot]) -> list[Spot]:
    """The spots that are places: those of weight, and lighter ones that lie near what those mean."""
    sure = [s for s in spots if s.weight >= ACCEPT]
    around = lies_among(choose_places(sure))
    for spot in spots:
        if spot.weight < ACCEPT and any(around(p) for p in spot.choices):
            spot.add("near other places of the report", COHERENT)
    return [s for s in spots if s.weight >= ACCEPT]
