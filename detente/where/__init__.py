"""Place names → gazetteer places, and the place of an event."""

from __future__ import annotations

from collections.abc import Sequence

from detente.parse import Passage, parse_text
from detente.records import PlaceMention
from detente.where.choose import choose_places
from detente.where.spot import Spotter

__all__ = ["find_places", "places_in"]


def find_places(text: str) -> list[PlaceMention]:
    """The places that `text` names, in order; offsets count characters of `text`."""
    return places_in(parse_text(text), text)


def places_in(passages: Sequence[Passage], text: str | None = None) -> list[PlaceMention]:
    """The places that a parsed report names; `text`, where given, is the report's own, for the words shown."""
    spots = Spotter(passages).spots()
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
