"""Events with a point as GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import IO, Any

from detente.export.flat import Row, flatten_event
from detente.export.selection import Selection
from detente.export.tabular import write_list
from detente.store import ToldEvent

OUTER = '{"type": "FeatureCollection", "features": ', "}"


def write_geojson(chosen: Selection, stream: IO[Any]) -> None:
    """Write a feature for each event: a point in degrees (WGS 84), with the flat EVENT_COLUMNS."""
    write_list(map(_tell_feature, chosen.told), stream, OUTER)


def has_point(told: ToldEvent) -> bool:
    """Whether it is known where an event took, or would take, place, as a point."""
    where = told.event.where
    return where is not None and where.lat is not None and where.lon is not None


def _tell_feature(told: ToldEvent) -> Row:
    properties = flatten_event(told.event, told.lead.quote)
    lat, lon = properties.pop("lat"), properties.pop("lon")
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": told.event.id, "geometry": geometry, "properties": properties}
