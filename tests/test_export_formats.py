"""The formats for other programs, each read by a reader of that format that isn't detente's own."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import bibtexparser
import jsonschema
import networkx
import polars
import pytest
from datasette.app import Datasette
from fastapi.testclient import TestClient
from geojson_pydantic import FeatureCollection
from icalendar import Calendar

from detente.cli import run_command
from detente.errors import UsageError
from detente.export import EXPORTS, Selection, export_store, to_networkx, write_export
from detente.export.acled import ACLED_COLUMNS
from detente.export.cameo import class_of, code_event, load_cameo, root_of
from detente.export.codes import find_state
from detente.export.gdelt import GDELT_COLUMNS, MENTION_COLUMNS
from detente.export.polecat import POLECAT_COLUMNS
from detente.export.ucdp import UCDP_COLUMNS, number_cell
from detente.export.violence import rate_days
from detente.ontology import load_ontology
from detente.records import STATUSES, Party, Span, When, Where
from detente.store import Filter, Store, ToldEvent
from tests.factories import TEXT, make_event, make_mention, make_party, make_report, make_told

DAY = When("on Monday", "2013-07-01", "2013-07-01", "stated")
CITY = Where("Strelsau", "Strelsau", "UKR", 50.1, 14.25, 17, "city")


def write(told: list[ToldEvent], format: str) -> str:
    stream = io.StringIO(newline="")
    write_export(Selection("korea", told), format, stream)
    return stream.getvalue()


def read_table(text: str, columns: tuple[str, ...] | None = None) -> list[dict[str, str]]:
    """The rows of a CSV or, where its columns are given, of a tab-separated table without a header."""
    if columns is None:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def read_polecat(text: str) -> list[dict[str, str]]:
    return read_table(text.partition("\n")[2], POLECAT_COLUMNS)


@pytest.fixture(scope="module")
def told(korea: Path) -> list[ToldEvent]:
    with Store(korea, readonly=True) as store:
        return list(store.told_events())


def fits(told: list[ToldEvent], format: str) -> list[ToldEvent]:
    return [one for one in told if EXPORTS[format].fits(one)]


# -- statuses: carried, told by the code, or left out ----------------------------------------------
def read_statuses(format: str, text: str) -> list[str]:
    """The statuses that a file carries, as its readers find them."""
    if format == "csv":
        return [row["status"] for row in read_table(text)]
    if format == "ndjson":
        return [json.loads(line)["status"] for line in text.splitlines()]
    if format == "plover":
        return [record["status"] for record in json.loads(text)]
    if format == "geojson":
        return [feature["properties"]["status"] for feature in json.loads(text)["features"]]
    if format == "graphml":
        return [edge["status"] for *_, edge in networkx.parse_graphml(text).edges(data=True)]
    if format == "timelinejs":
        heads = [slide["text"]["headline"] for slide in json.loads(text)["events"]]
        return [head.rpartition(" (")[2].rstrip(")") if head.endswith(")") else "happened" for head in heads]
    return [str(entry["categories"].cats[0]) for entry in Calendar.from_ical(text).walk("VEVENT")]


@pytest.mark.parametrize(
    ("format", "left_out"),
    [
        ("csv", set()), ("ndjson", set()), ("plover", set()), ("geojson", set()), ("graphml", set()),
        ("timelinejs", set()), ("ical", set(STATUSES) - {"planned", "offered"}),
    ],
)  # fmt: skip
def test_a_format_carries_statuses(format: str, left_out: set[str]) -> None:
    told = [make_told(type="CONSULT", status=s, when=DAY, where=CITY) for s in STATUSES]
    assert read_statuses(format, write(told, format)) == [s for s in STATUSES if s not in left_out]


def test_parquet_carries_statuses() -> None:
    packed = io.BytesIO()
    told = [make_told(status=status) for status in STATUSES]
    write_export(Selection("x", told), "parquet", packed)
    assert polars.read_parquet(packed.getvalue())["status"].to_list() == list(STATUSES)


@pytest.mark.parametrize("type_", load_ontology().types)
@pytest.mark.parametrize("status", STATUSES)
def test_a_label_or_code_never_passes_an_act_off_as_done(type_: str, status: str) -> None:
    told = [make_told(type=type_, status=status, when=DAY)]
    labels = [row["Event Type"] for row in read_polecat(write(told, "polecat"))]
    roots = [row["EventRootCode"] for row in read_table(write(told, "gdelt"), GDELT_COLUMNS)]
    if status == "happened":
        assert labels == [type_]
        assert len(roots) == 1
        return
    assert type_ not in labels
    assert {"planned": {"03", "13"}, "offered": {"03", "13"}, "threatened": {"13"}, "refused": {"12"}}.get(
        status, {""}
    ) >= set(roots)
    for format in ("acled", "ucdp"):
        assert read_table(write(told, format)) == []


@pytest.mark.parametrize(("inside", "rows"), [(True, 0), (False, 1)])
def test_an_act_inside_another_is_told_by_that(inside: bool, rows: int) -> None:
    told = [make_told(type="CONSULT", status="refused", inside=inside)]
    assert len(read_polecat(write(told, "polecat"))) == rows
    assert len(write(told, "gdelt").splitlines()) == rows


# -- CAMEO -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("type_", "mode", "status", "code"),
    [
        ("CONSULT", None, "happened", "040"), ("CONSULT", "visit", "happened", "042"),
        ("CONSULT", None, "planned", "036"), ("CONSULT", "visit", "offered", "036"),
        ("CONSULT", None, "refused", "125"), ("CONSULT", None, "denied", None),
        ("AID", None, "offered", "033"), ("AID", None, "refused", "122"), ("AID", None, "demanded", None),
        ("RETREAT", "ceasefire", "happened", "0871"), ("RETREAT", "ceasefire", "planned", "0356"),
        ("RETREAT", "release", "refused", "1243"), ("AGREE", None, "happened", "030"),
        ("ASSAULT", "aerial", "happened", "195"), ("ASSAULT", None, "threatened", "138"),
        ("ASSAULT", None, "planned", "138"), ("ASSAULT", None, "alleged", None),
        ("SANCTION", "expel", "threatened", "1313"), ("ACCUSE", None, "threatened", "130"),
        ("ACCUSE", None, "planned", None), ("COERCE", "curfew", "happened", "1723"),
        ("SUPPORT", None, "refused", "120"), ("PROTEST", "riot", "hedged", None),
    ],
)  # fmt: skip
def test_a_status_has_a_root_of_its_own(type_: str, mode: str | None, status: str, code: str | None) -> None:
    assert code_event(make_told(type=type_, mode=mode, status=status)) == code


@pytest.mark.parametrize(
    ("type_", "words", "mode", "theme", "code"),
    [
        ("REQUEST", "rejected", None, ("RETREAT", "withdraw"), "0256"),
        ("REQUEST", "demanded", None, ("RETREAT", "withdraw"), "1056"),
        ("REQUEST", "Demands", None, ("AID", None), "103"),
        ("REQUEST", "asked", None, ("CONSULT", "visit"), "026"),
        ("REQUEST", "asked", "meet", None, "026"), ("REQUEST", "demanded", "meet", None, "106"),
        ("REQUEST", "demanded", None, None, "100"), ("REQUEST", "asked", None, ("COERCE", None), "020"),
        ("REJECT", "rejected", None, ("CONSULT", None), "125"), ("REJECT", "rejected", "meet", None, "125"),
        ("THREATEN", "threatened", None, ("ASSAULT", None), "138"),
        ("THREATEN", "threatened", "relations", None, "1313"),
        ("ACCUSE", "accused", None, ("ASSAULT", None), "112"), ("ACCUSE", "Denounced", None, None, "111"),
        ("SUPPORT", "signed", None, None, "057"), ("SUPPORT", "praised", None, None, "051"),
        ("CONSULT", "negotiated", None, None, "046"), ("CONSULT", "received", "visit", None, "042"),
        ("REJECT", "vetoed", None, ("AID", None), "129"), ("COERCE", "sanctions", None, None, "163"),
        ("COERCE", "sanctions", "restrict", None, "163"), ("COERCE", "blockaded", "restrict", None, "191"),
        ("COERCE", "sanctions", "arrest", None, "173"), ("AGREE", "signed", None, None, "057"),
        ("AGREE", "signalled", None, None, "030"), ("CONCEDE", "apologised", None, None, "055"),
        ("REQUEST", "ultimatum", "yield", ("RETREAT", None), "139"),
    ],
)  # fmt: skip
def test_word_and_theme_say_which_code(
    type_: str, words: str, mode: str | None, theme: tuple[str, str | None] | None, code: str
) -> None:
    about = make_mention(type=theme[0], mode=theme[1]) if theme else None
    told = make_told(about, type=type_, mode=mode)
    lead = replace(told.lead, trigger=Span(0, len(words), words))
    assert code_event(replace(told, mentions=(lead,))) == code


def test_each_code_has_its_score_and_each_act_its_code() -> None:
    tables, types = load_cameo(), load_ontology().types
    ways = ("happened", "intended", "threatened", "refused", "appealed", "demanded")
    rows = [tables["demanded_modes"], *tables["words"]["codes"].values()]
    rows += [row for way in ways for row in tables[way].values()]
    codes = {code for row in rows for code in row.values()}
    assert codes == set(tables["goldstein"])
    assert all(1 <= class_of(root_of(code)) <= 4 for code in codes)
    assert set(tables["happened"]) == set(types) >= set(tables["words"]["codes"])
    for way in ways:
        for name, row in tables[way].items():
            assert name == "others" or set(row) - {"else"} <= set(types[name].modes), (way, name)


# -- the tables of event data ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("columns", "number"),
    [
        (POLECAT_COLUMNS, 40), (GDELT_COLUMNS, 61), (MENTION_COLUMNS, 16), (ACLED_COLUMNS, 31),
        (UCDP_COLUMNS, 49),
    ],
)  # fmt: skip
def test_tables_have_the_columns_of_the_original(columns: tuple[str, ...], number: int) -> None:
    assert len(set(columns)) == len(columns) == number


def test_polecat() -> None:
    actor = make_party(TEXT, "Ruritania", "UKR", sector="MIL", role="general")
    told = make_told(actor=(actor,), when=DAY, where=CITY, mode="meet")
    text = write([told], "polecat")
    assert tuple(text.partition("\n")[0].split("\t")) == POLECAT_COLUMNS
    (row,) = read_polecat(text)
    expected = {
        "Event ID": told.event.id, "Event Date": "2013-07-01", "Event Type": "REJECT", "Event Mode": "meet",
        "Intensity": "-2.0", "Quad Code": "VERBAL CONFLICT", "Contexts": "diplomatic",
        "Actor Name": "Ruritania", "Actor Country": "UKR", "Actor COW": "369", "Primary Actor Sector": "MIL",
        "Actor Title": "general", "Actor Name Raw": "Ruritania", "Recipient Name": "Freedonia",
        "Recipient Country": "", "Placename": "Strelsau", "City": "Strelsau", "Country": "UKR",
        "Latitude": "50.1", "GeoNames ID": "17", "Source": "The Strelsau Courier",
        "Publication Date": "2013-07-05", "Wikipedia Actor ID": "", "Story People": "",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_polecat_gives_the_label_its_own_score() -> None:
    (row,) = read_polecat(write([make_told(type="CONSULT", mode="visit", status="planned")], "polecat"))
    assert [row[name] for name in ("Event Type", "Event Mode", "Intensity")] == ["AGREE", "", "2.5"]


def test_gdelt_and_its_mentions_go_together() -> None:
    actors = make_party(TEXT, "Ruritania", "ROU"), make_party(TEXT, "Freedonia", "IGO:UN", sector="IGO")
    told = make_told(type="CONSULT", actor=actors, recipient=(), when=DAY, where=CITY)
    events = read_table(write([told], "gdelt"), GDELT_COLUMNS)
    mentions = read_table(write([told], "gdelt-mentions"), MENTION_COLUMNS)
    assert [(e["Actor1Code"], e["Actor2Code"]) for e in events] == [("ROM", "IGOUNO"), ("IGOUNO", "ROM")]
    expected = {
        "SQLDATE": "20130701", "MonthYear": "201307", "Year": "2013", "FractionDate": "2013.5781",
        "Actor2KnownGroupCode": "UNO", "Actor2Type1Code": "IGO", "EventCode": "040", "EventBaseCode": "040",
        "EventRootCode": "04", "QuadClass": "1", "GoldsteinScale": "1.0", "NumMentions": "1",
        "ActionGeo_Type": "4", "ActionGeo_FullName": "Strelsau, Ukraine", "ActionGeo_CountryCode": "UP",
        "ActionGeo_Lat": "50.1", "DATEADDED": "20130705000000", "AvgTone": "",
    }  # fmt: skip
    assert {name: events[0][name] for name in expected} == expected
    assert [m["GLOBALEVENTID"] for m in mentions] == [e["GLOBALEVENTID"] for e in events]
    assert len({e["GLOBALEVENTID"] for e in events}) == 2
    assert mentions[0]["Actor1CharOffset"] == str(TEXT.index("Ruritania"))
    assert mentions[0]["MentionType"] == "2"
    assert mentions[0]["Confidence"] == "80"


WHOLE = "SQLDATE MonthYear Year GLOBALEVENTID QuadClass NumMentions NumSources NumArticles DATEADDED".split()


def test_gdelt_reads_as_numbers_where_gdelt_has_numbers(told: list[ToldEvent]) -> None:
    floats = ("FractionDate", "GoldsteinScale", "ActionGeo_Lat", "ActionGeo_Long")
    schema = dict.fromkeys(GDELT_COLUMNS, polars.String)
    schema |= dict.fromkeys(WHOLE, polars.Int64) | dict.fromkeys(floats, polars.Float64)
    frame = polars.read_csv(write(told, "gdelt").encode(), separator="\t", has_header=False, schema=schema)
    assert frame["GLOBALEVENTID"].n_unique() == frame.height
    assert frame["GLOBALEVENTID"].max() < 2**53
    assert frame["SOURCEURL"].str.starts_with("http").all()
    mentions = read_table(write(told, "gdelt-mentions"), MENTION_COLUMNS)
    assert {int(m["GLOBALEVENTID"]) for m in mentions} == set(frame["GLOBALEVENTID"])


def attack(**fields: Any) -> ToldEvent:
    return make_told(**{"type": "ASSAULT", "when": DAY, "where": CITY} | fields)


def party(words: str, code: str | None, sector: str | None, kind: str = "state") -> tuple[Party, ...]:
    start = TEXT.index(words)
    return (Party(words, start, start + len(words), words, code, kind, sector),)  # type: ignore[arg-type]


ARMY, REBELS = party("Ruritania", "UKR", "MIL"), party("Freedonia", "NSA:IRA", "REB", "group")
CROWD, GUESTS = party("Ruritania", None, "CVL", "people"), party("Freedonia", "RUS", "MIL")


@pytest.mark.parametrize(
    ("event", "kinds", "interaction"),
    [
        (attack(actor=ARMY, recipient=REBELS), ("Battles", "Armed clash"), "State forces-Rebel group"),
        (attack(actor=ARMY, recipient=CROWD), ("Violence against civilians", "Attack"),
         "State forces-Civilians"),
        (attack(actor=ARMY, recipient=()), ("", ""), "State forces only"),
        (attack(actor=REBELS, recipient=party("Freedonia", "UKR", "GOV", "organisation")),
         ("Violence against civilians", "Attack"), "Rebel group-Civilians"),
        (attack(actor=REBELS, recipient=party("Freedonia", "UKR", "GOV")),
         ("Battles", "Armed clash"), "Rebel group-State forces"),
        (attack(actor=REBELS, recipient=party("Freedonia", None, "MIL", "people")),
         ("Battles", "Armed clash"), "Rebel group-State forces"),
        (attack(actor=party("Ruritania", "NSA:IRA", "MIL", "group"), recipient=ARMY),
         ("Battles", "Armed clash"), "Rebel group-State forces"),
        (attack(actor=GUESTS, recipient=ARMY, mode="drone"),
         ("Explosions/Remote violence", "Air/drone strike"), "External/Other forces-State forces"),
        (attack(type="PROTEST", mode="demo", actor=CROWD, recipient=()),
         ("Protests", "Peaceful protest"), "Protesters only"),
        (attack(type="PROTEST", mode="riot", actor=CROWD, recipient=ARMY),
         ("Riots", "Violent demonstration"), "Rioters-State forces"),
    ],
)  # fmt: skip
def test_acled(event: ToldEvent, kinds: tuple[str, str], interaction: str) -> None:
    (row,) = read_table(write([event], "acled"))
    assert tuple(row) == ACLED_COLUMNS
    assert (row["event_type"], row["sub_event_type"]) == kinds
    assert row["interaction"] == interaction
    assert row["civilian_targeting"] == ("Civilian targeting" if interaction.endswith("-Civilians") else "")
    expected = {
        "event_date": "2013-07-01", "year": "2013", "time_precision": "1", "geo_precision": "1",
        "iso": "804", "country": "Ukraine", "location": "Strelsau", "latitude": "50.1", "fatalities": "",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("event", "violence", "sides"),
    [
        (attack(actor=ARMY, recipient=REBELS), "1", ("Government of Ukraine", "Freedonia")),
        (attack(actor=REBELS, recipient=CROWD), "3", ("Freedonia", "Civilians")),
        (attack(actor=REBELS, recipient=REBELS), "2", ("Freedonia", "Freedonia")),
        (attack(actor=REBELS, recipient=()), "", ("Freedonia", "")),
    ],
)
def test_ucdp(event: ToldEvent, violence: str, sides: tuple[str, str]) -> None:
    (row,) = read_table(write([event], "ucdp"))
    assert tuple(row) == UCDP_COLUMNS
    assert row["type_of_violence"] == violence
    assert (row["side_a"], row["side_b"]) == sides
    assert row["gwnoa"] == ("369" if "Ukraine" in sides[0] else "")
    expected = {
        "date_prec": "1", "date_start": "2013-07-01", "date_end": "2013-07-01", "where_prec": "1",
        "geom_wkt": "POINT (14.25 50.1)", "country": "Ukraine", "country_id": "369", "best": "",
        "source_article": '"The Strelsau Courier,2013-07-05,A proposal is rejected"',
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("mode", [None, *load_ontology().types["ASSAULT"].modes])
def test_each_attack_is_an_event_of_acled(mode: str | None) -> None:
    assert len(read_table(write([attack(mode=mode, actor=ARMY, recipient=REBELS)], "acled"))) == 1


@pytest.mark.parametrize(
    ("first", "last", "acled", "ucdp"),
    [
        ("2013-07-01", "2013-07-01", 1, 1), ("2013-07-01", "2013-07-02", 2, 2), (None, "2013-07-02", 1, 1),
        ("2013-07-01", "2013-07-06", 2, 2), ("2013-07-01", "2013-07-08", 2, 3),
        ("2013-07-01", "2013-07-31", 3, 4), ("2013-01-01", "2013-12-31", 3, 5), (None, None, None, None),
    ],
)  # fmt: skip
def test_precision_of_days(first: str | None, last: str | None, acled: int | None, ucdp: int | None) -> None:
    event = make_event(make_mention(when=When(None, first, last, "stated")))
    assert (rate_days(event, (0, 7)), rate_days(event, (0, 5, 7, 30))) == (acled, ucdp)


@pytest.mark.parametrize(
    ("lat", "lon", "cell"),
    [(-90, -180, 1), (-89.75, -179.75, 1), (34.531, 69.163, 179779), (90, 180, 259200), (-90, 180, 720)],
)
def test_cells_are_numbered_as_in_prio_grid(lat: float, lon: float, cell: int) -> None:
    assert number_cell(lat, lon) == cell


@pytest.mark.parametrize(
    ("code", "name", "iso", "fips", "cow", "gw"),
    [
        ("DEU", "Germany", 276, "GM", 255, 260), ("USA", "United States", 840, "US", 2, 2),
        ("YEM", "Yemen", 887, "YM", 679, 678), ("XKX", "Kosovo", None, "KV", 347, 347),
        ("PRI", "Puerto Rico", 630, "RQ", None, None), ("IGO:UN", None, None, None, None, None),
        (None, None, None, None, None, None),
    ],
)  # fmt: skip
def test_codes_of_states(code: str | None, name: str | None, iso: Any, fips: Any, cow: Any, gw: Any) -> None:
    found = find_state(code)
    assert (found.name, found.iso, found.fips, found.cow, found.gw) == (name, iso, fips, cow, gw)


# -- maps, calendars, networks, literature ---------------------------------------------------------
def test_geojson(told: list[ToldEvent]) -> None:
    found = FeatureCollection.model_validate_json(write(told, "geojson"))
    assert [f.id for f in found.features] == [t.event.id for t in fits(told, "geojson")]
    where = fits(told, "geojson")[0].event.where
    assert where
    assert tuple(found.features[0].geometry.coordinates) == (where.lon, where.lat)
    assert FeatureCollection.model_validate_json(write([], "geojson")).features == []


TIMELINE = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["start_date", "text"],
                "additionalProperties": False,
                "properties": {
                    "unique_id": {"type": "string"},
                    "group": {"type": "string"},
                    "start_date": {"$ref": "#/$defs/day"},
                    "end_date": {"$ref": "#/$defs/day"},
                    "text": {
                        "required": ["headline", "text"],
                        "properties": {"headline": {"type": "string"}, "text": {"type": "string"}},
                    },
                },
            },
        }
    },
    "$defs": {
        "day": {
            "required": ["year", "month", "day"],
            "properties": {
                "year": {"type": "integer"},
                "month": {"type": "integer", "minimum": 1, "maximum": 12},
                "day": {"type": "integer", "minimum": 1, "maximum": 31},
            },
        }
    },
}


def test_timelinejs(told: list[ToldEvent]) -> None:
    found = json.loads(write(told, "timelinejs"))
    jsonschema.validate(found, TIMELINE)
    assert [s["unique_id"] for s in found["events"]] == [t.event.id for t in fits(told, "timelinejs")]
    jsonschema.validate(json.loads(write([], "timelinejs")), TIMELINE)


def test_timelinejs_shows_words_as_words() -> None:
    report = make_report(source="<img src=x onerror=1>", url="javascript:alert(1)")
    evil = make_mention(report, quote="<script>alert(1)</script>")
    (slide,) = json.loads(write([ToldEvent(make_event(evil), (evil,), None, False)], "timelinejs"))["events"]
    assert "<script" not in slide["text"]["text"]
    assert "<img" not in slide["text"]["text"]
    assert "javascript:" not in slide["text"]["text"]


PLOVER = {
    "type": "array",
    "items": {
        "type": "object",
        "required": [
            "id",
            "date",
            "source",
            "target",
            "event",
            "mode",
            "context",
            "text",
            "publisher",
            "status",
        ],
        "properties": {
            "event": {"enum": list(load_ontology().types)},
            "status": {"enum": list(STATUSES)},
            "date": {"type": ["string", "null"], "format": "date"},
            "context": {"type": "array", "items": {"enum": list(load_ontology().contexts)}},
            "source": {"type": "array", "items": {"required": ["actor", "country", "sector"]}},
            "target": {"type": "array", "items": {"required": ["actor", "country", "sector"]}},
        },
    },
}


def test_plover(told: list[ToldEvent]) -> None:
    found = json.loads(write(told, "plover"))
    jsonschema.validate(found, PLOVER, format_checker=jsonschema.FormatChecker())
    assert [r["id"] for r in found] == [t.event.id for t in told]


def test_ical() -> None:
    when = When("from Monday to Wednesday", "2013-07-01", "2013-07-03", "stated")
    planned = make_told(type="CONSULT", status="planned", when=when, where=CITY)
    vague = make_told(type="CONSULT", status="planned", when=When(None, "2013-07-05", "2013-08-05", "tense"))
    text = write([planned, vague], "ical")
    calendar = Calendar.from_ical(text)
    (entry,) = calendar.walk("VEVENT")
    assert calendar["version"] == "2.0"
    assert calendar["x-wr-calname"] == "korea"
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (date(2013, 7, 1), date(2013, 7, 4))
    assert entry["summary"] == "Ruritania → Freedonia: meets or talks (planned)"
    assert entry["status"] == "TENTATIVE"
    assert entry["location"] == "Strelsau, UKR"
    assert entry["uid"] == f"{planned.event.id}@detente"
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_graphml_and_networkx(told: list[ToldEvent]) -> None:
    graph = to_networkx(told)
    read = networkx.parse_graphml(write(told, "graphml"))
    assert set(read.nodes) == set(graph.nodes)
    assert read.number_of_edges() == graph.number_of_edges() > 20
    assert read.nodes["KOR"]["name"] == "South Korea"
    for *_, key, edge in read.edges(keys=True, data=True):
        assert edge["status"] in STATUSES
        assert edge["id"] == key
    assert networkx.parse_graphml(write([], "graphml")).number_of_nodes() == 0


def test_those_who_act_together_are_joined_both_ways() -> None:
    actors = tuple(
        make_party(TEXT, name, code) for name, code in (("Ruritania", "KOR"), ("Freedonia", "PRK"))
    )
    both = make_told(type="CONSULT", actor=actors, recipient=())
    assert set(to_networkx([both]).edges()) == {("KOR", "PRK"), ("PRK", "KOR")}


def test_a_network_needs_networkx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(UsageError, match=r"pip install 'detente\[network\]'"):
        write([], "graphml")


def test_bibtex(told: list[ToldEvent]) -> None:
    library = bibtexparser.parse_string(write(told, "bibtex"))
    assert not library.failed_blocks
    assert len({e.key for e in library.entries}) == len({m.report_id for t in told for m in t.mentions})
    assert all({"title", "journal", "year", "url"} <= set(e.fields_dict) for e in library.entries)


def test_bibtex_escapes_what_tex_would_run() -> None:
    report = make_report(
        title="50% {of} $5 \\input{x} & _more_", source="", url="https://x.org/a}b c\u3000d", author="A ~ B"
    )
    mention = make_mention(report)
    text = write([ToldEvent(make_event(mention), (mention,), None, False)], "bibtex")
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    fields = library.entries[0].fields_dict
    safe = r"{50\% \{of\} \$5 \textbackslash{}input\{x\} \& \_more\_}"
    assert (fields["title"].value, fields["url"].value) == (safe, "https://x.org/a%7Db%20c%E3%80%80d")


# -- hostile words ---------------------------------------------------------------------------------
EVIL = '=HYPERLINK("x")\t\r\n\x0b\x00next'


@pytest.mark.parametrize("format", [name for name, as_ in EXPORTS.items() if not as_.binary])
def test_hostile_words_break_no_format(format: str) -> None:
    report = make_report(source=EVIL, title=EVIL, author=EVIL, given_id=EVIL)
    evil = (Party(EVIL, 0, 9, EVIL, None, "group", "REB", EVIL),)
    where = Where(EVIL, EVIL, None, 1.0, 2.0, 3, "city")
    for type_, status in (("ASSAULT", "happened"), ("CONSULT", "planned")):
        fields = {"type": type_, "status": status, "actor": evil, "recipient": evil, "quote": EVIL}
        mention = make_mention(report, where=where, when=DAY, **fields)
        text = write([ToldEvent(make_event(mention), (mention,), None, False)], format)
        suffix = EXPORTS[format].suffix
        if suffix == ".tsv":
            cells = [cell for line in text.splitlines() for cell in line.split("\t")]
            assert not [cell for cell in cells if cell.startswith("=")]
            assert len({line.count("\t") for line in text.splitlines()}) <= 1
        elif suffix == ".csv":
            assert not [c for row in read_table(text) for c in row.values() if c.startswith("=")]
        elif suffix in (".json", ".geojson"):
            json.loads(text)
        elif suffix == ".graphml":
            assert networkx.parse_graphml(text).number_of_edges() == 1
        elif suffix == ".ics":
            assert len(Calendar.from_ical(text).walk("VEVENT")) == (status == "planned")
        elif suffix == ".bib":
            assert not bibtexparser.parse_string(text).failed_blocks


@pytest.mark.parametrize("words", ["=1+1", "  =1+1", "\x0b@SUM(1)", "\t-1+1", "\xa0+1+1"])
def test_no_cell_of_a_table_is_a_formula(words: str) -> None:
    """Nor one that is made so by taking away the space before it."""
    actor = (Party(words, 0, 9, words, None, "group", "REB", words),)
    (row,) = read_polecat(write([make_told(actor=actor)], "polecat"))
    assert row["Actor Name"] == f"'{words.strip()}"
    assert row["Intensity"] == "-2.0"


# -- Datasette -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def metadata(korea: Path) -> dict[str, Any]:
    stream = io.StringIO()
    with Store(korea, readonly=True) as store:
        export_store(store, "datasette", stream)
    found: dict[str, Any] = json.loads(stream.getvalue())
    return found


def ask(korea: Path, metadata: dict[str, Any], path: str) -> Any:
    """Datasette's answer, from inside the process."""

    async def get() -> Any:
        response = await Datasette([str(korea)], metadata=metadata).client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    return asyncio.run(get())


def test_metadata_tell_of_each_table_and_of_no_other(korea: Path, metadata: dict[str, Any]) -> None:
    tables = {t["name"]: t for t in ask(korea, metadata, "/korea.json")["tables"]}
    described = metadata["databases"]["korea"]["tables"]
    assert set(described) <= set(tables)
    shown = {name for name, table in tables.items() if not table["hidden"]}
    assert shown == {name for name, table in described.items() if not table.get("hidden")}
    for name, table in described.items():
        named = {*table.get("columns", ()), *table.get("facets", ())}
        named |= {table[key] for key in ("label_column", "sort", "sort_desc") if key in table}
        assert named <= set(tables[name]["columns"]), name


@pytest.mark.parametrize("query", ["between?one=KOR&other=PRK", "words?words=talks"])
def test_queries_run(korea: Path, metadata: dict[str, Any], query: str) -> None:
    name, _, values = query.partition("?")
    assert ask(korea, metadata, f"/korea/{name}.json?{values}")["rows"]


# -- choosing, the command, the web app ------------------------------------------------------------
def test_a_filter_chooses_events(korea: Path) -> None:
    with Store(korea, readonly=True) as store:
        everything = list(store.told_events())
        assert [t.event for t in everything] == [event for event, _ in store.events()]
        refused = list(store.told_events(Filter(status="refused", between=("KOR", "PRK"))))
        said = list(store.told_events(Filter(says="expert")))
        limited = list(store.told_events(Filter(limit=3)))
    assert {t.event.status for t in refused} == {"refused"}
    assert 0 < len(said) < len(everything)
    assert all(any(m.says and m.says.kind == "expert" for m in t.mentions) for t in said)
    assert limited == everything[:3]
    assert all(t.lead.id == t.event.lead for t in everything)
    themes = {m.theme for t in everything for m in t.mentions} - {None}
    assert all(t.inside == (t.event.lead in themes) for t in everything)
    assert any(t.theme and t.theme.id == t.lead.theme for t in everything)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "geojson"], "events written; "),
        (["--format", "datasette"], "the whole store."),
        (["-o", "x.csv"], "needs a format. Give --format: acled, bibtex"),
        (["--format", "ndjson", "--type", "DANCE"], "there is no such type"),
        (["--format", "xml"], "'xml' is not one of 'acled'"),
    ],
)
def test_the_command_says_what_it_did(korea: Path, capsys: Any, arguments: list[str], told: str) -> None:
    run_command(["export", str(korea), *arguments])
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "head"), [("x.ics", "BEGIN:VCALENDAR\r\n"), ("x.graphml", "<?xml"), ("x.bib", "@")]
)
def test_the_suffix_names_the_format(korea: Path, tmp_path: Path, name: str, head: str) -> None:
    assert run_command(["export", str(korea), "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().decode().startswith(head)


def test_a_store_without_events_is_refused(tmp_path: Path, capsys: Any) -> None:
    with Store(tmp_path / "new.db"):
        pass
    assert run_command(["export", str(tmp_path / "new.db"), "--format", "csv"]) == 1
    assert "holds no events yet. Merge its mentions with 'detente link" in capsys.readouterr().err


def test_a_wrong_stream_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a binary stream"):
        write_export(Selection("x", []), "parquet", io.StringIO())
    with pytest.raises(UsageError, match="needs a text stream"):
        write_export(Selection("x", []), "gdelt", io.BytesIO())


@pytest.mark.parametrize(
    ("format", "kind", "name"),
    [
        ("geojson", "application/geo+json", "KOR-PRK.geojson"), ("ical", "text/calendar", "KOR-PRK.ics"),
        ("parquet", "application/vnd.apache.parquet", "KOR-PRK.parquet"),
    ],
)  # fmt: skip
def test_the_web_app_saves_the_same(korea_web: TestClient, format: str, kind: str, name: str) -> None:
    found = korea_web.get(f"/export/events?a=KOR&b=PRK&format={format}")
    assert found.headers["content-type"].startswith(kind)
    assert name in found.headers["content-disposition"]
    assert found.content


def test_the_web_app_has_no_metadata_of_a_view(korea_web: TestClient) -> None:
    assert korea_web.get("/export/events?a=KOR&b=PRK&format=datasette").status_code == 400
