from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from detente.errors import DataError, StoreError
from detente.parse import parse_text
from detente.where import event_place, find_places, gazetteer, places_in, words
from detente.where.gazetteer import find_misspelt, find_named, name_key
from tests.factories import make_report


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(p.text, p.country, p.level) for p in find_places(text)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Côte d'Ivoire", "cote divoire"),
        ("U.S.", "us"),
        ("Saint-Denis", "st denis"),
        ("St. Louis", "st louis"),
        ("Łódź", "lodz"),
        ("Mount  Kumgang", "mt kumgang"),
        ("Sana’a", "sanaa"),
    ],
)
def test_keys_leave_out_how_a_name_is_written(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Envoys met at the truce village of Panmunjom.", [("Panmunjom", None, "site")]),
        ("Fire hit the Kaesong Industrial Complex.", [("Kaesong Industrial Complex", "PRK", "site")]),
        ("The convoy reached the Rafah crossing at noon.", [("Rafah crossing", "PSE", "site")]),
        ("Shots were heard along the 38th parallel.", [("38th parallel", None, "feature")]),
        ("Russia’s ambassador left Turkey.", [("Russia", "RUS", "country"), ("Turkey", "TUR", "country")]),
        ("The U.S.-led coalition left Iraq.", [("U.S.", "USA", "country"), ("Iraq", "IRQ", "country")]),
        ("BEIRUT - The army closed the road.", [("BEIRUT", "LBN", "city")]),
        ("Farmers from the Donetsk region fled.", [("Donetsk region", "UKR", "admin1")]),
        ("A Tbilisi-based group sent observers.", [("Tbilisi", "GEO", "city")]),
        ("The treaty was drafted in Mar-a-Lago.", [("Mar-a-Lago", "USA", "site")]),
        ("The army bombed Baalbek at dawn.", [("Baalbek", "LBN", "city")]),
        ("Storms hit Clay and Polk counties.", [("Clay", "USA", "admin2"), ("Polk", "USA", "admin2")]),
        ("The West Bank city of Jenin fell.", [("West Bank", "PSE", "region"), ("Jenin", "PSE", "city")]),
        ("Aid came from all over Africa.", [("Africa", None, "continent")]),
        ("They were grateful for help with us.", []),
        ("In May the minister will march on.", []),
        ("The South rejected the plan of the North.", []),
    ],
)  # fmt: skip
def test_finds_places(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "country", "admin1"),
    [
        ("The mill in Paris closed.", "Paris", "FRA", "11"),
        ("The mill in Paris, Texas, closed.", "Paris", "USA", "TX"),
        ("The talks in Dayton, Ohio, went on.", "Dayton", "USA", "OH"),
        ("The school in Springfield, Ill., opened.", "Springfield", "USA", "IL"),
        ("The school in Springfield, Mo., opened.", "Springfield", "USA", "MO"),
        ("He flew from Toronto to London, Ontario.", "London", "CAN", "08"),
        ("Kyiv says Tripoli is safe, and so do Benghazi and Misrata.", "Tripoli", "LBY", "77"),
        ("Beirut, Sidon and Tripoli were quiet.", "Tripoli", "LBN", "09"),
        ("The mayor of Athens and the Henderson County judge met in Tyler, Texas.", "Athens", "USA", "TX"),
        ("An envoy flew from Washington to Islamabad.", "Washington", "USA", "DC"),
        ("India's army shelled Kashmir. Islamabad denied it.", "Islamabad", "PAK", "08"),
        ("Troops landed at Port Stanley. London sent a fleet to the Falklands.", "London", "GBR", "ENG"),
        ("Leaders of Georgia and Armenia met in Tbilisi.", "Georgia", "GEO", None),
        ("The governor of Georgia spoke in Atlanta, Savannah and Macon.", "Georgia", "USA", "GA"),
    ],
)
def test_chooses_among_namesakes(text: str, name: str, country: str, admin1: str | None) -> None:
    place = next(p for p in find_places(text) if p.name == name)
    same = {
        (p.country, p.admin1) for p in find_named(name_key(name)) if (p.lat, p.lon) == (place.lat, place.lon)
    }
    assert same == {(country, admin1)}


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Paris spoke first.",
        "A review in the Baltimore Sun was kind.",
        "The torpedo sank the Cheonan.",
        "President Lincoln signed it.",
    ],
)
def test_leaves_out_what_is_no_place(text: str) -> None:
    assert found(text) == []


def test_offsets_are_those_of_the_text_across_paragraphs() -> None:
    text = (
        "Talks in Oslo\n\nNorway said on Monday that ministers and envoys from Sri\nLanka met in Geneva.\r\n"
    )
    places = find_places(text)
    assert [p.text for p in places] == ["Oslo", "Norway", "Sri\nLanka", "Geneva"]
    assert all(text[p.start : p.end] == p.text for p in places)


def test_a_parsed_report_gives_the_same_places() -> None:
    report = make_report("Envoys met in Geneva. China and Japan sent ministers to Doha.")
    assert places_in(parse_text(report.text), report.text) == find_places(report.text)


@pytest.mark.parametrize("text", ["", " \n\n ", "...", "12 34", "\u4f60\u597d, \U0001f600"])
def test_odd_texts_name_no_place(text: str) -> None:
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("written", "name"),
    [("panmunjon", "Panmunjom"), ("yongbyun", "Yongbyon"), ("mongolian", None), ("panmanjon", None)],
)
def test_mends_one_slip_in_long_names(written: str, name: str | None) -> None:
    assert next((p.name for p in find_misspelt(written)), None) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officials met in Geneva on Monday.", "Geneva"),
        ("Envoys held talks at the truce village of Panmunjom.", "Panmunjom"),
        ("Seoul rejected the proposal.", None),
        ("Washington accused Tehran of breaking the deal.", None),
        ("The Kremlin denied the report.", None),
        ("The minister praised the Iran nuclear talks.", None),
        ("China expelled a diplomat of Japan.", None),
        ("Russian forces shelled Kharkiv overnight.", "Kharkiv"),
        ("Troops withdrew from Kherson.", "Kherson"),
        ("Beijing sent an envoy to Pyongyang.", "Pyongyang"),
        ("The president flew to Hanoi, Vietnam, for the summit.", "Hanoi"),
        ("In Vienna, diplomats from Iran and Russia signed a protocol.", "Vienna"),
        ("Protesters clashed with police on the border of India and Nepal.", "India"),
        ("The army stormed the West Bank city of Jenin.", "Jenin"),
        ("Prisoners were exchanged near the village of Shchastia in the Luhansk region.", "Shchastia"),
        ("The two sides agreed to reopen the Kaesong Industrial Complex.", "Kaesong Industrial Complex"),
        ("Fighting went on in the Iraqi city of Mosul.", "Mosul"),
        ("The fleet held drills over the Baltic Sea.", "Baltic Sea"),
        ("The siege of Aleppo ended.", "Aleppo"),
        ("She teaches at the Vienna Institute.", None),
    ],
)
def test_finds_the_place_of_an_event(text: str, expected: str | None) -> None:
    whole = (0, len(text))
    place = event_place(find_places(text), whole, whole, text)
    assert (place.text if place else None) == expected


def test_an_event_lies_in_its_own_clause() -> None:
    text = "Iran halted work in Natanz, and France recalled its envoy."
    second = (text.index("France"), len(text))
    assert event_place(find_places(text), second, (0, len(text)), text) is None


def test_a_place_that_opens_a_sentence_holds_for_all_of_it() -> None:
    text = "Speaking in Ankara, the minister said that France recalled its envoy."
    second = (text.index("France"), len(text))
    place = event_place(find_places(text), second, (0, len(text)), text)
    assert place is not None
    assert place.name == "Ankara"


def test_a_party_is_a_place_only_behind_a_locative() -> None:
    text = "Japan sent rice to Kabul. Japan opened a school in Kabul."
    places = find_places(text)
    first, second = [p for p in places if p.text == "Kabul"]
    half = text.index(". ") + 2
    sent = event_place(places, (0, half), (0, half), text, [(first.start, first.end)])
    opened = event_place(places, (half, len(text)), (half, len(text)), text, [(second.start, second.end)])
    assert sent is None
    assert opened is not None
    assert opened.country == "AFG"


def test_every_own_name_finds_its_place() -> None:
    for table in ("countries.tsv", "features.tsv"):
        for row in gazetteer._rows(table):
            for name in (row["name"], *gazetteer._others(row)):
                at = {(p.lat, p.lon) for p in find_named(name_key(name))}
                assert (float(row["lat"]), float(row["lon"])) in at, name


def test_own_names_stand_once() -> None:
    names = [row["name"] for row in gazetteer._rows("features.tsv")]
    assert len(names) == len(set(names)) >= 250


def test_a_faulty_table_names_its_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "features.tsv"
    table.write_text("name\tlat\tlon\tlevel\nRuritania\t45\teast\tregion\n")
    monkeypatch.setattr(gazetteer, "data_file", lambda *parts: table)
    with pytest.raises(DataError, match=r"features\.tsv:2: has no point"):
        list(gazetteer._rows("features.tsv"))


def test_an_unknown_word_list_is_an_error() -> None:
    with pytest.raises(DataError, match="lacks the list 'cheeses'"):
        words.word_list("cheeses")


def test_a_gazetteer_that_nothing_can_hold_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "taken"))
    monkeypatch.setattr(gazetteer.tempfile, "gettempdir", lambda: str(tmp_path / "taken"))
    with pytest.raises(StoreError, match="Set DETENTE_CACHE"):
        gazetteer._open_file(-1)


def test_a_broken_making_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        raise DataError("features.tsv:2", "has no point", "Give lat and lon in degrees")

    monkeypatch.setattr(gazetteer, "_fill_file", fail)
    with pytest.raises(DataError):
        gazetteer._make_file(tmp_path / "places.sqlite")
    assert list(tmp_path.iterdir()) == []
