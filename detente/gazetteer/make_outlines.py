"""Makes gazetteer/outlines.tsv, land and borders of the world as SVG paths, from Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python detente/gazetteer/make_outlines.py package/countries-110m.json

Natural Earth (naturalearthdata.com) is in the public domain; the npm package world-atlas by Mike Bostock
(ISC) carries its outlines at 1:110 million as TopoJSON. Units are degrees: x is the longitude, y the latitude
turned upside down.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("outlines.tsv")
HEAD = """# Source: Natural Earth 1:110 million (public domain) by way of the npm package world-atlas 2.0.2
# (ISC); made by gazetteer/make_outlines.py. Degrees: x is the longitude, y the latitude turned upside down.
kind	path
"""
Line = list[tuple[float, float]]


def read_arcs(topology: dict[str, Any]) -> list[Line]:
    """The arcs of a TopoJSON topology in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc: Line = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((x * sx + tx, -(y * sy + ty)))
        arcs.append(arc)
    return arcs


def list_rings(geometry: dict[str, Any]) -> Iterator[Sequence[int]]:
    """The rings of a geometry as numbers of arcs."""
    if geometry["type"] == "GeometryCollection":
        for inner in geometry["geometries"]:
            yield from list_rings(inner)
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon
    else:
        yield from geometry["arcs"]


def unwrap(ring: Line) -> Iterator[Line]:
    """The ring without jumps at 180 degrees: what lies beyond comes twice, once on each side of the map."""
    shift = 0.0
    found = [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        shift += 360.0 * ((before - x > 180) - (x - before > 180))
        found.append((x + shift, y))
    if shift:  # around a pole
        found += [(found[-1][0], 90.0), (found[0][0], 90.0)]
    yield found
    if max(x for x, _ in found) > 180 and not shift:
        yield [(x - 360, y) for x, y in found]
    if min(x for x, _ in found) < -180 and not shift:
        yield [(x + 360, y) for x, y in found]


def write_path(line: Iterable[tuple[float, float]], close: bool) -> str:
    """An SVG path to a tenth of a degree, in steps from point to point."""
    points = [(round(x * 10), round(y * 10)) for x, y in line]
    path, (x, y) = f"M{points[0][0] / 10:g} {points[0][1] / 10:g}", points[0]
    for px, py in points[1:]:
        if (px, py) != (x, y):
            path += f"l{(px - x) / 10:g} {(py - y) / 10:g}"
            x, y = px, py
    return path + "z" * close


def main() -> None:
    """Write the table."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    arcs = read_arcs(topology)
    uses = [0] * len(arcs)
    for ring in list_rings(topology["objects"]["countries"]):
        for number in ring:
            uses[~number if number < 0 else number] += 1
    rings = []
    for ring in list_rings(topology["objects"]["land"]):
        joined = [point for n in ring for point in (arcs[~n][::-1] if n < 0 else arcs[n])]
        rings += [write_path(found, close=True) for found in unwrap(joined)]
    borders = [write_path(arc, close=False) for arc, number in zip(arcs, uses, strict=True) if number > 1]
    rows = [f"land\t{''.join(rings)}", f"borders\t{''.join(borders)}"]
    TARGET.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
