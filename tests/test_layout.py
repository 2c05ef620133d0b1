"""The shape of the code: one-way imports, short modules and signatures, docstrings on all that is public."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import detente

ROOT = Path(detente.__file__).parent
# a unit (a module or a package) may import those before it
ORDER = (
    "records serial ledger notebook errors plugins checks scores pool tables ontology lexicon fetch read "
    "parse linear classifier when where who undated events factuality says coders mentions pipeline classify "
    "crosswalk corpus evaluate judgements store watch link threads turns forecasts draw report export plot "
    "web cluster cli __main__"
).split()
LONGEST_MODULE = 500  # lines
MOST_PARAMETERS = 8
MODULES = sorted(p for p in ROOT.rglob("*.py") if "gazetteer" not in p.parts and p != ROOT / "__init__.py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def unit_of(path: Path) -> str:
    """The module or package right under detente that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_units(path: Path) -> Iterator[tuple[int, str]]:
    """The units that a file imports, at its top or inside functions, with the lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            inside = node.module == "detente"
            named = [f"detente.{a.name}" for a in node.names] if inside else [node.module or ""]
        else:
            continue
        for name in named:
            if name.startswith("detente."):
                yield node.lineno, name.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    assert unit_of(path) in ORDER, "give the unit its place in ORDER"
    allowed = ORDER[: ORDER.index(unit_of(path)) + 1]
    wrong = [
        f"{path}:{line}: imports {unit}"
        for line, unit in imported_units(path)
        if unit not in allowed and not unit.startswith("__")
    ]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=name_of)
def test_modules_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=name_of)
def test_functions_take_few_parameters(path: Path) -> None:
    for node in definitions(path):
        if isinstance(node, ast.ClassDef):
            continue
        given = node.args
        names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        taken = [n for n in names if n not in {"self", "cls"}]
        assert len(taken) <= MOST_PARAMETERS, f"{path}:{node.lineno}: {node.name}"


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=name_of)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path} says nothing about itself"
    bare = [
        f"{path}:{node.lineno}: {node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


@pytest.mark.parametrize("name", detente.__all__)
def test_public_names_resolve(name: str) -> None:
    found = getattr(detente, name)
    assert name.startswith("__") or inspect.getdoc(found)
    assert name in dir(detente)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'treaty'"):
        detente.treaty  # noqa: B018


@pytest.mark.parametrize("unit", [u for u in ORDER if u != "__main__"])
def test_the_order_names_what_exists(unit: str) -> None:
    assert import_module(f"detente.{unit}").__doc__


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=name_of)
def test_no_error_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path}:{node.lineno}: a bare except"
            assert not isinstance(node.body[0], ast.Pass), f"{path}:{node.lineno}: except ...: pass"
