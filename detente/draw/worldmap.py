"""A map of places with what happened there, drawn from outlines that come with the package."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from detente.draw.marks import clean
from detente.tables import data_file, read_tsv

WIDTH, HEIGHT = 960, 430  # pixels
NORTH, SOUTH = 84.0, -60.0  # of the whole world, in degrees
LARGEST, SMALLEST = 26.0, 5.0  # radii in pixels
FEW = 25  # events: where no place has more, circles stay small
LABELS = 14  # places named at most
NARROWEST = 6.0  # degrees of longitude that a view is wide at least
# Diverging and safe for colour-blind readers: Okabe and Ito's vermillion and blue, a grey between them.
STEPS = ("#B34E00", "#D55E00", "#E39A5C", "#8A9097", "#6CAED6", "#0072B2", "#00588A")
EDGES = (-6.0, -3.0, -0.75, 0.75, 3.0, 6.0)  # PLOVER scores between the steps


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its coordinates in degrees, the number of events there, and their mean PLOVER score."""

    name: str
    lat: float
    lon: float
    events: int
    score: float
    label: str
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world that a map shows: its middle and its width in degrees."""

    lon: float
    lat: float
    width: float

    @property
    def height(self) -> float:
        """Degrees of latitude shown."""
        return self.width * HEIGHT / WIDTH

    @property
    def pixel(self) -> float:
        """Degrees in a pixel."""
        return self.width / WIDTH


WORLD = View(0.0, 10.0, 360.0)


def fit_view(places: Iterable[tuple[float, float]]) -> View:
    """The view that holds all places, given as (longitude, latitude), with room around them."""
    found = list(places)
    if not found:
        return WORLD
    west, east = min(p[0] for p in found), max(p[0] for p in found)
    south, north = min(p[1] for p in found), max(p[1] for p in found)
    width = max((east - west) * 1.25, (north - south) * 1.5 * WIDTH / HEIGHT, 4 * NARROWEST)
    if width >= WORLD.width * 0.8:
        return WORLD
    return View((west + east) / 2, (north + south) / 2, width)


def move_view(view: View, zoom: float = 1.0, east: float = 0.0, north: float = 0.0) -> View:
    """The view made `zoom` times as wide and moved by shares of its width and height."""
    width = min(max(view.width * zoom, NARROWEST), WORLD.width)
    lon = min(max(view.lon + east * view.width, -180.0), 180.0)
    return View(lon, min(max(view.lat + north * view.height, SOUTH), NORTH), width)


def draw_map(spots: Sequence[Spot], view: View, *, title: str, desc: str) -> Markup:
    """Places as circles on land and borders: area is the number of events, colour their mean score.

    Places outside the view are left out; small circles lie over large ones, and the largest are named
    where there is room. Only one of the circles can be reached by the tab key.
    """
    west, top = view.lon - view.width / 2, -view.lat - view.height / 2
    seen = [s for s in spots if west <= s.lon <= west + view.width and top <= -s.lat <= top + view.height]
    seen.sort(key=lambda s: (-s.events, s.name))
    most = max((spot.events for spot in seen), default=1)
    stop = next((i for i, s in enumerate(seen) if s.chosen), 0)
    marks = Markup("\n").join(_draw_spot(s, most, view, i == stop) for i, s in enumerate(seen))
    return Markup(
        '<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{w}" height="{h}" '
        'role="{role}" aria-labelledby="map-title map-desc" font-family="system-ui, sans-serif">'
        '<title id="map-title">{title}</title><desc id="map-desc">{desc}</desc>'
        '<g aria-hidden="true"><path class="land" fill="#E4E4DD" d="{land}"/>'
        '<path class="borders" fill="none" stroke="#fff" stroke-width="1" vector-effect="non-scaling-stroke" '
        'd="{borders}"/></g>\n<g class="marks">{marks}</g><g aria-hidden="true">{names}</g></svg>'
    ).format(
        view=" ".join(f"{value:.4g}" for value in (west, top, view.width, view.height)), w=WIDTH, h=HEIGHT,
        role="group" if seen else "img", title=clean(title), desc=clean(desc), **_outlines(), marks=marks,
        names=Markup("").join(_name_spots(seen, most, view)),
    )  # fmt: skip


def pick_colour(score: float) -> str:
    """The step of the diverging scale for a mean score."""
    return STEPS[sum(score > edge for edge in EDGES)]


@cache
def _outlines() -> dict[str, str]:
    table = read_tsv(data_file("gazetteer", "outlines.tsv"), ("kind", "path"))
    return {row["kind"]: row["path"] for _, row in table}


def _radius(spot: Spot, most: int, view: View) -> float:
    return max(LARGEST * math.sqrt(spot.events / max(most, FEW)), SMALLEST) * view.pixel


def _draw_spot(spot: Spot, most: int, view: View, is_stop: bool) -> Markup:
    return Markup(
        '<a href="{}"{}{}><title>{}</title><circle cx="{:.3f}" cy="{:.3f}" r="{:.3f}" fill="{}" '
        'fill-opacity=".8" stroke="#fff" stroke-width="1" vector-effect="non-scaling-stroke"/></a>'
    ).format(
        spot.href, Markup("" if is_stop else ' tabindex="-1"'),
        Markup(' aria-current="true"' if spot.chosen else ""), clean(spot.label),
        spot.lon, -spot.lat, _radius(spot, most, view), pick_colour(spot.score),
    )  # fmt: skip


def _name_spots(spots: Sequence[Spot], most: int, view: View) -> Iterable[Markup]:
    """Names beside the largest circles, each only where it covers no other name."""
    taken: list[tuple[float, float, float]] = []
    for spot in spots:
        size = 12 * view.pixel
        x, y = spot.lon + _radius(spot, most, view) + 3 * view.pixel, -spot.lat + size / 3
        end = x + len(spot.name) * size * 0.56
        free = all(abs(y - b) > size * 1.1 or end < a or x > c for a, b, c in taken)
        if free and end < view.lon + view.width / 2 and len(taken) < LABELS:
            taken.append((x, y, end))
            yield Markup(
                '<text class="ink" x="{:.3f}" y="{:.3f}" font-size="{:.3f}" fill="#1d1f22" stroke="#fdfdfb" '
                'stroke-width="{:.3f}" paint-order="stroke">{}</text>'
            ).format(x, y, size, 3 * view.pixel, clean(spot.name))
