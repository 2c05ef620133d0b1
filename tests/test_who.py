"""Parties in context: each line marks every party as {words|CODE}, '+' between codes, '-' for none."""

from __future__ import annotations

import re

import pytest

from detente.records import Party
from detente.who import find_actors, state_of

MARK = re.compile(r"\{([^|{}]+)\|([^{}]+)\}")

STATES = [
    "{Japan|JPN} protested.",
    "{Brazil|BRA} and {Argentina|ARG} signed a trade pact.",
    "{Britain|GBR}, {France|FRA} and {Germany|DEU} condemned the test.",
    "{The United States|USA} imposed new sanctions on {Iran|IRN}.",
    "{The U.S.|USA} and {the UK|GBR} bombed the depot.",
    "{Seoul|KOR} rejected the offer of {Pyongyang|PRK}.",
    "{The Kremlin|RUS} denied the report.",
    "{The White House|USA} welcomed the truce.",
    "{The Blue House|KOR} called for calm.",
    "{Downing Street|GBR} said nothing.",
    "{The Élysée|FRA} confirmed the visit.",
    "{Whitehall|GBR} is worried.",
    "{Beijing|CHN} warned {Taipei|TWN}.",
    "{North|PRK} and {South Korea|KOR} exchanged fire.",
    "{The DPRK|PRK} tested a missile and {the ROK|KOR} raised its alert.".replace("its", "{its|KOR}"),
    "{The Soviet Union|SUN} withdrew from {Afghanistan|AFG}.",
    "{East Germany|DDR} closed the crossing.",
    "{Yugoslavia|YUG} mobilised its reserves.".replace("its", "{its|YUG}"),
    "{Kosovo|XKX} declared independence from {Serbia|SRB}.",
    "{Ivory Coast|CIV} expelled the monitors.",
    "{Burma|MMR} freed 40 prisoners.".replace("40 prisoners", "{40 prisoners|-}"),
    "{The Vatican|VAT} offered to mediate.",
    "{Eritrea|ERI} accused {Ethiopia|ETH} of shelling a village.",
    "{Washington|USA} will send aid to {Haiti|HTI}.",
    "{Phillipines|PHL} lodged a protest with {China|CHN}.",
    "{Isreal|ISR} and {Egypt|EGY} reopened the crossing.",
    "{The DRPK|PRK} cut the hotline.",
    "{Maduro|VEN} rejected the plan.",  # a family name, not 'Majuro' misspelt
    "{Taiwan|TWN} thanked {Paraguay|PRY}.",
    "Sanctions on {Zimbabwe|ZWE} were lifted by {the EU|IGO:EU}.",
]
MODIFIERS = [
    "{Russian|RUS} sanctions hurt {Ukraine|UKR}.",
    "{South Korea|KOR}'s proposal failed.",
    "The {Russian|RUS}-{DPRK|PRK} talks went on.",
    "The {Japanese|JPN} refusal surprised {Moscow|RUS}.",
    "{Turkey|TUR}'s airstrikes on {Syria|SYR} continued.",
    "Big {U.S.|USA}-{South Korea|KOR} exercises began.",
    "{The US-backed rebels|-} fled.",
    "{The pro-Russian separatists|-} seized the airport.",
    "The fate of the Korean War armistice is open.",
    "The South China Sea dispute angered {Vietnam|VNM}.",
]
PLACES = [
    "Talks were held in Geneva.",
    "The meeting took place near Vienna.",
    "{France|FRA} closed its embassy in Damascus.".replace("its embassy", "{its embassy|FRA}"),
    "The envoy arrived at Baghdad airport.".replace("The envoy", "{The envoy|-}"),
    "Troops massed along the border with China.".replace("Troops", "{Troops|-}"),
    "{He|-} lives in Italy.".replace("{He|-}", "Nobody"),
    "{The king|-} visited {China|CHN}.",
    "{The delegation|-} travelled to {Cuba|CUB}.",
]
OFFICIALS = [
    "{Russian officials|RUS} denied it.",
    "{Russia's Deputy Foreign Minister Igor Morgulov|RUS} spoke.",
    "{A Russian Foreign Ministry spokesperson|RUS} declined to comment.",
    "{South Korean President Park Geun-hye|KOR} flew to {Beijing|CHN}.",
    "{Secretary of State John Kerry|USA} met {Foreign Minister Sergei Lavrov|RUS}.",
    "{Government officials from Seoul|KOR} left early.",
    "{Officials from Seoul and Pyongyang|KOR+PRK} met on Monday.",
    "{Chinese and Russian diplomats|CHN+RUS} abstained.",
    "{The foreign ministers of Japan and South Korea|JPN+KOR} shook hands.",
    "{The president of Kosovo|XKX} resigned.",
    "{The Iranian parliament|IRN} passed the bill.",
    "{Israel's army|ISR} shelled the camp.",
    "{The Egyptian police|EGY} fired tear gas.",
    "{Pakistan's Supreme Court|PAK} ordered a halt.",
    "{The Nigerian military|NGA} freed {the hostages|-}.",
    "{The Syrian regime|SYR} blocked the convoy.",
    "{The German embassy|DEU} issued no visas.",
    "{A spokesman for the Turkish government|TUR} called the claim false.",
    "{Three Indian soldiers|IND} were killed.",
    "{Two Japanese journalists|JPN} were detained.",
    "{Chinese state media|CHN} praised the deal.",
    "{Myanmar's military junta|MMR} extended the emergency.",
    "{Polish farmers|POL} blocked the road.",
    "{A Saudi dissident|SAU} vanished.",
    "{Former French president Nicolas Sarkozy|FRA} was convicted.",
    "{Israeli opposition leader Yair Lapid|ISR} objected.",
    "{The Greek finance ministry|GRC} agreed.",
    "{Hundreds of Thai protesters|THA} marched.",
    "{A group of British lawmakers|GBR} visited {Taiwan|TWN}.",
    "{Protesters in Cairo|EGY} burned tyres.",
    "{A court in Moscow|RUS} jailed the blogger.".replace("the blogger", "{the blogger|-}"),
    "{An aide to Japanese Prime Minister Shinzo Abe|JPN} flew to {Pyongyang|PRK}.",
    "{Kim Jong-un's government|PRK} agreed.",
    "{A Chinese oil company|CHN} sued.",
    "{The Ukrainian prosecutor general|UKR} stepped down.",
    "{Venezuelan security forces|VEN} arrested {12 opposition activists|VEN}.".replace(
        "{12 opposition activists|VEN}", "{12 opposition activists|-}"
    ),
]
BODIES = [
    "{The United Nations|IGO:UN} condemned the raid.",
    "{The UN Security Council|IGO:UN} met at dawn.",
    "{NATO|IGO:NATO} sent a frigate.",
    "{ASEAN|IGO:ASEAN} ministers postponed the summit.".replace(
        "{ASEAN|IGO:ASEAN} ministers", "{ASEAN ministers|IGO:ASEAN}"
    ),
    "{The African Union|IGO:AU} suspended {Mali|MLI}.",
    "{IAEA inspectors|IGO:IAEA} returned to {Tehran|IRN}.",
    "{EU foreign ministers|IGO:EU} agreed on new terms.",
    "{Hamas|NSA:HAMAS} fired rockets at {Israel|ISR}.",
    "{The Taliban|NSA:TALIBAN} refused to meet {the Afghan government|AFG}.",
    "{Hezbollah fighters|NSA:HEZBOLLAH} withdrew.",
    "{Palestinian Hamas militants|NSA:HAMAS} released {a soldier|-}.",
    "{The FARC|NSA:FARC} and {Colombia|COL} signed the accord.",
    "{The IRA|NSA:IRA} laid down its arms.".replace("its", "{its|NSA:IRA}"),
    "{Boko Haram|NSA:BOKOHARAM} attacked the town.",
    "{Sudan's Rapid Support Forces|NSA:RSF} took the bridge.",
    "{The Workers' Party of Korea|PRK} held a congress.",
    "{The Pentagon|USA} sent a carrier.",
    "{The State Department|USA} summoned {the Chinese ambassador|CHN}.",
    "{The Peruvian Congress|PER} impeached {President Pedro Castillo|PER}.",
    "{Yonhap|KOR} reported the launch.",
    "{KCNA|PRK} called the drill a rehearsal for war.",
    "{Reuters|GBR} quoted {a Libyan official|LBY}.",
    "{Amnesty International|NGO:AMNESTY} accused {the Sudanese army|SDN} of torture.",
    "{The UN envoy to Yemen|IGO:UN} arrived.".replace(
        "{The UN envoy to Yemen|IGO:UN}", "{The UN envoy|IGO:UN} to {Yemen|YEM}"
    ),
    "{The Congress party|IND} lost.",
    "{Gazprom|RUS} cut supplies to {Bulgaria|BGR}.",
    "{The international community|-} condemned the test.",
]
MEMORY = [
    "{Russia's envoy Igor Morgulov|RUS} spoke. {Morgulov|RUS} then left.",
    "{China|CHN} sent {Zhou Weiming|CHN} to {Rangoon|MMR}. {He|CHN} met {General Min Aung Hlaing|MMR}.",
    "{Li Jianguo|CHN}, {the vice chairman of the National People's Congress|CHN}, arrived.",
    "{Ana Brnabic|SRB}, {Serbia's prime minister|SRB}, refused. {Brnabic|SRB} left.",
    "{123 South Korean businesses|KOR} lost money. {The firms|KOR} asked for help.",
    "{Turkey|TUR} said {it|TUR} would respond.",
    "{Cuba|CUB} freed {two tourists|-}. {It|CUB} also invited {the pope|VAT}.",
    "{Iran|IRN} defended {its|IRN} programme.",
    "It is likely that {Chad|TCD} will refuse.",
    "It's impossible to say whether {Peru|PER} agreed.",
    "{Angela Merkel|DEU} said {she|DEU} was ready.",
    "{India|IND} and {Pakistan|PAK} met. {Both sides|PAK+IND} agreed to a truce.",
    "{Armenia|ARM} and {Azerbaijan|AZE} traded fire. {The two countries|AZE+ARM} fought a war in 1992.",
    "{North Korea|PRK} rejected the plan. {The South|KOR} then withdrew {its|KOR} staff.",
    "{Sudan|SDN} bombed the oil field. {The South|SSD} protested to {South Sudan|SSD}'s allies.",
    "{North Korea|PRK} launched a missile. {The communist country|PRK} called it a test.",
    "{Cuba|CUB} jailed {the poet|-}. {The regime|CUB} gave no reason.".replace("{the poet|-}", "the poet"),
    "{North Korea|PRK} and {South Korea|KOR} agree. Trust between {the two Koreas|PRK+KOR} is low.",
    "{Egypt's president Adly Mansour|EGY} met {Bill Barnes|-}. {Mansour|EGY} told {him|-} to wait.",
    "{Ethiopia|ETH} and {Eritrea|ERI} clashed. {Addis Ababa|ETH} blamed {its neighbour|ERI}.",
    "{Ban Ki-moon|IGO:UN} urged {Sudan|SDN} and {the rebels|-} to talk. {Both sides|-+SDN} refused.",
    "During {his|DEU} visit, {Olaf Scholz|DEU} met {Xi Jinping|CHN}.",
    "{Russia's envoy Oleg Petrov|RUS} met {Kim Kye-gwan|PRK}. The {Kim|PRK}-{Petrov|RUS} meeting was brief.",
    "{Israel|ISR} attacked {Lebanon|LBN}, but {its army|ISR} stopped at the river.",
    "{China|CHN} and {Japan|JPN} argued over a reef. {They|CHN+JPN} recalled {their ambassadors|CHN+JPN}.",
]


def unmark(marked: str) -> tuple[str, list[tuple[str, str]]]:
    return MARK.sub(r"\1", marked), [(words, codes) for words, codes in MARK.findall(marked)]


def grouped(parties: list[Party]) -> list[tuple[str, str]]:
    spans: dict[tuple[int, int], list[Party]] = {}
    for party in parties:
        spans.setdefault((party.start, party.end), []).append(party)
    return [(ps[0].text, "+".join(p.code or "-" for p in ps)) for _, ps in sorted(spans.items())]


@pytest.mark.parametrize("marked", [*STATES, *MODIFIERS, *PLACES, *OFFICIALS, *BODIES, *MEMORY])
def test_finds_exactly_the_marked_parties(marked: str) -> None:
    text, expected = unmark(marked)
    assert grouped(find_actors(text, on="2013-07-05")) == expected


def test_spans_are_the_words_of_the_untouched_text() -> None:
    text = "Paris agreed.\n\n  The U.S.-South Korea drill angered\nNorth Korean generals.\n"
    for party in find_actors(text):
        assert text[party.start : party.end] == party.text


@pytest.mark.parametrize(
    ("text", "on", "name", "role"),
    [
        ("President Park spoke.", "2013-07-05", "Park Geun-hye", "president"),
        ("President Bush spoke.", "1991-02-01", "George H.W. Bush", "president"),
        ("President Bush spoke.", "2003-04-01", "George W. Bush", "president"),
        ("President Clinton spoke.", "1998-04-01", "Bill Clinton", "president"),
        ("Secretary of State Clinton spoke.", "2010-04-01", "Hillary Clinton", "secretary of state"),
        ("Putin spoke.", "2009-04-01", "Vladimir Putin", "prime minister"),
        ("Putin spoke.", "2014-04-01", "Vladimir Putin", "president"),
        ("Prime Minister Abe spoke.", "2013-06-09", "Shinzo Abe", "prime minister"),
        ("Moammar Gadhafi spoke.", "2011-04-01", "Muammar Gaddafi", "leader"),
        ("Kim Jong Un spoke.", "2014-04-01", "Kim Jong-un", "supreme leader"),
        ("Kim Jong-il spoke.", "2001-04-01", "Kim Jong-il", "leader"),
        ("Benjamim Netanyahu spoke.", "2012-04-01", "Benjamin Netanyahu", "prime minister"),
        (
            "Russia's first deputy foreign minister Vladimir Titov spoke.",
            None,
            "Vladimir Titov",
            "first deputy foreign minister",
        ),
    ],
)
def test_reads_offices_as_of_the_day(text: str, on: str | None, name: str, role: str) -> None:
    (party,) = find_actors(text, on)
    assert (party.name, party.role, party.kind) == (name, role, "person")


@pytest.mark.parametrize(
    ("text", "kind", "sector"),
    [
        ("Japan objected.", "state", "GOV"),
        ("Nigerian troops attacked.", "organisation", "MIL"),
        ("The Chinese army chief resigned.", "person", "MIL"),
        ("Turkish police attacked.", "organisation", "COP"),
        ("Belarusian opposition leaders fled.", "person", "OPP"),
        ("Brazilian lawmakers voted.", "person", "LEG"),
        ("A Spanish judge ruled.", "person", "JUD"),
        ("Indian companies left.", "company", "BUS"),
        ("Kenyan newspapers objected.", "organisation", "MED"),
        ("Colombian rebels attacked.", "group", "REB"),
        ("Mexican gunmen attacked.", "people", "UAF"),
        ("Syrian refugees fled.", "people", "CVL"),
        ("Iranian clerics objected.", "person", "REL"),
        ("Pakistan's intelligence chief resigned.", "person", "SPY"),
        ("Hamas attacked.", "group", "REB"),
        ("The United Nations objected.", "organisation", "IGO"),
        ("Greek unions struck.", "organisation", "LAB"),
        ("Italian doctors left.", "people", "HLH"),
        ("A Dutch aid worker left.", "people", "NGO"),
        ("Haitian gangs attacked.", "group", "CRM"),
    ],
)
def test_tells_kind_and_sector(text: str, kind: str, sector: str) -> None:
    party = find_actors(text)[0]
    assert (party.kind, party.sector) == (kind, sector)


def test_does_not_fuse_people_with_like_names() -> None:
    first, second = find_actors("Kim Yong-nam met Kim Song-nam.")
    assert (first.name, second.name) == ("Kim Yong-nam", "Kim Song-nam")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("China", "CHN"),
        ("Damascus", "SYR"),
        ("Russian", "RUS"),
        ("the DPRK", "PRK"),
        ("Aleppo", "SYR"),
        ("NATO", "IGO:NATO"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_looks_one_name_up(name: str, code: str | None) -> None:
    found = state_of(name)
    assert (found.code if found else None) == code


@pytest.mark.parametrize("text", ["", " \n", "?!", "He left.", "it"])
def test_text_without_parties_gives_none(text: str) -> None:
    assert find_actors(text) == []
