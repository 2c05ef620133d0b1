"""Ontologies: faulty files are refused, and PLOVER's acts are seen in CAMEO's roots as a table says."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest

from detente import code_report
from detente.classify import PairLabel
from detente.crosswalk import load_view, view_coding, view_label, view_mention
from detente.errors import DataError, UsageError
from detente.export.cameo import Act, code_act, code_event, load_cameo
from detente.ontology import load_ontology, read_ontology
from detente.records import STATUSES
from tests.factories import make_mention, make_told

CAMEO = load_ontology("cameo-roots")
PLOVER = load_ontology()
ACTS = [(name, mode) for name, act in PLOVER.types.items() for mode in (None, *act.modes)]
ROOT = Path(__file__).parents[1]
NOT_DONE = ("conditional", "predicted", "hedged", "denied", "negated", "alleged", "demanded")


def root(type_: str, mode: str | None = None, status: str = "happened") -> str | None:
    found = CAMEO.translate(type_, mode, status)
    return found and found.name[:2]


@pytest.mark.parametrize(
    ("numbers", "quad"),
    [
        (range(1, 6), "verbal cooperation"),
        (range(6, 9), "material cooperation"),
        (range(9, 14), "verbal conflict"),
        (range(14, 21), "material conflict"),
    ],
)
def test_roots_are_numbered_and_in_their_class(numbers: range, quad: str) -> None:
    roots = list(CAMEO.types.values())
    assert [int(act.name[:2]) for act in roots] == list(range(1, 21))
    assert {roots[number - 1].quad for number in numbers} == {quad}


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("AGREE", "03"), ("CONSULT", "04"), ("CONSULT visit", "04"), ("SUPPORT", "05"), ("COOPERATE", "06"),
        ("AID", "07"), ("CONCEDE", "08"), ("RETREAT ceasefire", "08"), ("REQUEST", "02"),
        ("REQUEST assist", "02"),
        ("REQUEST meet", "02"), ("REQUEST change", "02"), ("ACCUSE", "11"),
        ("ACCUSE allege", "11"), ("ACCUSE investigate", "09"), ("REJECT meet", "12"),
        ("THREATEN violence", "13"),
        ("PROTEST riot", "14"), ("MOBILIZE troops", "15"), ("SANCTION expel", "16"),
        ("SANCTION convict", "11"),
        ("COERCE cyber", "17"), ("ASSAULT", "19"), ("ASSAULT aerial", "19"), ("ASSAULT torture", "18"),
        ("ASSAULT suicide-attack", "18"), ("ASSAULT destroy", "17"), ("ASSAULT crowd-control", "17"),
        ("ASSAULT unconventional", "20"),
        ("CONSULT - planned", "03"), ("AID - offered", "03"), ("RETREAT withdraw planned", "03"),
        ("MOBILIZE - planned", "13"), ("ASSAULT - offered", "13"), ("ACCUSE - planned", None),
        ("ASSAULT aerial threatened", "13"), ("CONSULT - refused", "12"),
        *((f"{type_} - {status}", None) for type_ in ("CONSULT", "ASSAULT") for status in NOT_DONE),
    ],
)  # fmt: skip
def test_acts_have_their_root(act: str, expected: str | None) -> None:
    type_, *rest = act.split()
    mode = rest[0] if rest and rest[0] != "-" else None
    assert root(type_, mode, *rest[1:]) == expected


def test_whatever_happened_has_a_root() -> None:
    assert all(root(name, mode) for name, mode in ACTS)


@pytest.fixture(scope="module")
def crosswalk() -> ModuleType:
    """The script that makes the crosswalk."""
    spec = importlib.util.spec_from_file_location("make_crosswalk", ROOT / "docs" / "make_crosswalk.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_crosswalk_is_made_from_the_codes(crosswalk: ModuleType) -> None:
    text = crosswalk.FILE.read_text(encoding="utf-8")
    assert text == crosswalk.fill_file(text), "run docs/make_crosswalk.py"


@pytest.mark.parametrize("status", STATUSES)
def test_a_root_is_that_of_the_code(status: str, crosswalk: ModuleType) -> None:
    """Every act, told by every word that narrows a code and by others."""
    differ = []
    for (type_, mode), word in product(ACTS, ("", "Signalled", "Sanctions", *crosswalk.list_words())):
        found, code = CAMEO.translate(type_, mode, status, word), code_act(Act(type_, mode, status), word)
        if (found and found.name[:2]) != (code and code[:2]):
            differ.append((type_, mode, word, found, code))
    assert differ == []


def test_what_an_act_is_about_leaves_its_root(crosswalk: ModuleType) -> None:
    words = ("", *crosswalk.list_words())
    for type_, theme, word in product(("REQUEST", "REJECT", "THREATEN"), ACTS, words):
        code, alone = code_act(Act(type_), word, Act(*theme)), code_act(Act(type_), word)
        assert (code or "")[:2] == (alone or "none")[:2], (type_, theme, word)


def test_a_general_code_has_the_score_of_its_root() -> None:
    """But for threats: Goldstein's scores for CAMEO are -6 for the root and -4.4 for its general code."""
    scores = load_cameo()["goldstein"]
    roots = {f"{name[:2]}0": act.score for name, act in CAMEO.types.items()}
    assert {code for code in roots.keys() & scores if roots[code] != scores[code]} == {"130"}


def test_all_roots_but_the_first_are_reached() -> None:
    reached = {root(name, mode, status) for name, mode in ACTS for status in STATUSES} - {None}
    demanded = CAMEO.translate("REQUEST", "change", "happened", "Demands")
    assert demanded is CAMEO.types["10 DEMAND"]
    assert sorted({*filter(None, reached), "10"}) == [f"{number:02}" for number in range(2, 21)]


def test_a_mention_keeps_all_but_its_type() -> None:
    mention = make_mention(type="ASSAULT", mode="torture", quad="material conflict", score=-8.5)
    seen = view_mention(mention, CAMEO)
    assert seen is not None
    assert (seen.type, seen.mode, seen.quad, seen.score) == ("18 ASSAULT", None, "material conflict", -9.0)
    assert seen.reasons[-1] == "ASSAULT-torture happened is 18 ASSAULT in CAMEO"
    apart = {"type": "", "mode": None, "quad": "", "score": 0.0, "reasons": ()}
    assert replace(seen, **apart) == replace(mention, **apart)


@pytest.mark.parametrize(
    ("status", "inside", "expected"),
    [
        ("happened", False, "04"), ("happened", True, "04"), ("refused", False, "12"),
        ("refused", True, None), ("planned", True, None),
    ],
)  # fmt: skip
def test_what_another_act_tells_has_no_root_unless_it_happened(
    status: str, inside: bool, expected: str | None
) -> None:
    """In the codes of an export as in the view."""
    told = make_told(type="CONSULT", status=status, inside=inside)
    seen = view_mention(told.lead, CAMEO, {told.lead.id} if inside else ())
    assert (seen and seen.type[:2], (code_event(told) or "")[:2] or None) == (expected, expected)


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("Iran refused to meet Iraq.", ["12 REJECT"]),
        ("Iran will not meet Iraq.", ["12 REJECT"]),
        ("Iran threatened to attack Iraq.", ["13 THREATEN"]),
        ("Iran demanded that Iraq withdraw its troops.", ["10 DEMAND"]),
        ("Iran urged Iraq to withdraw its troops.", ["02 APPEAL"]),
        ("Iran accused Iraq of attacking Kuwait.", ["11 DISAPPROVE"]),
        ("Iran plans to meet Iraq.", ["03 EXPRESS INTENT TO COOPERATE"]),
        ("Iran may attack Iraq.", []),
        ("Iran imposed sanctions on Iraq.", ["16 REDUCE RELATIONS"]),
        ("Iran blockaded Kuwait.", ["19 FIGHT"]),
    ],
)
def test_one_saying_is_one_root(text: str, roots: list[str]) -> None:
    coding = code_report(text, published="2013-07-05")
    seen = view_coding(coding, CAMEO)
    assert [m.type for m in seen] == roots
    assert len(seen.passed_over) == len(coding.passed_over) + len(coding) - len(seen)


def test_the_shares_of_a_pair_are_added_up() -> None:
    scores = dict.fromkeys(PLOVER.types, 0.0) | {"CONCEDE": 0.3, "RETREAT": 0.25, "ASSAULT": 0.45}
    label = view_label(PairLabel("ASSAULT", "material conflict", scores, ("why",)), CAMEO)
    assert (label.type, label.quad) == ("08 YIELD", "material cooperation")
    assert label.scores["08 YIELD"] == pytest.approx(0.55)
    assert sum(label.scores.values()) == pytest.approx(1)


@pytest.mark.parametrize(("name", "fault"), [("none", "none of that name"), ("plover", "has no crosswalk")])
def test_what_is_no_view_is_refused(name: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        load_view(name)


HEAD = "name: x\ntypes:\n  A: {quad: q, score: 1}\ncrosswalk:\n  - "


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("types: {}", ":1: lacks name"),
        ("name: x\ntypes:\n  A: {quad: q}", ":3: A lacks quad or score"),
        (HEAD + "{to: B}", ":5: leads to 'B', which is no type here"),
        (HEAD + "{type: [AID], to: A}", r":5: unknown keys \['type'\]"),
        (HEAD + "{types: [HELP], to: A}", ":5: types names 'HELP', which PLOVER lacks"),
        (HEAD + "{modes: [fly], to: A}", ":5: modes names 'fly', which PLOVER lacks"),
        (HEAD + "{statuses: [done], to: A}", ":5: statuses names 'done', which PLOVER lacks"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, table: str, fault: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(table)
    with pytest.raises(DataError, match=fault):
        read_ontology(path)
