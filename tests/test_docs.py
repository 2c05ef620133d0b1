"""The documentation says what the program does: examples run, links resolve, tables are whole."""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from detente import code_report, ledger, records
from detente.cli import run_command
from detente.export import COLUMNS
from detente.ontology import load_ontology
from detente.records import STATUSES, EventMention
from detente.serial import from_dict
from detente.tables import read_yaml
from tests.factories import make_report

ROOT = Path(__file__).parents[1]
DOCS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))
PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "examples/README.md", *DOCS]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r'\$ (?:echo "(?P<given>[^"]*)" \| )?detente (?P<line>.+)')
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
DATACLASSES = [
    kind
    for module in (records, ledger)
    for kind in vars(module).values()
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]


def read_page(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def without_code(page: str) -> str:
    return BLOCK.sub("", read_page(page))


def runnable(page: str) -> list[tuple[str, str]]:
    return [(lang, code) for lang, code in BLOCK.findall(read_page(page)) if lang in ("python", "console")]


def section(page: str, heading: str) -> str:
    found = re.search(
        rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", read_page(page), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page} has no section '{heading}'"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The rows of the first table in `text`, without its head; ticks around the first cell are dropped."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return [[first.strip("`"), *rest] for first, *rest in cells]


def slugs(page: Path) -> set[str]:
    headings = HEADING.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    return tmp_path


def commands(block: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each command of a console block with what it is said to print."""
    lines = block.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = COMMAND.fullmatch(lines[start].rstrip("\n"))
        assert found, f"can't be run: {lines[start]}"
        yield found, "".join(lines[start + 1 : end])


def check_console(block: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for command, wanted in commands(block):
        given = io.BytesIO(f"{command['given']}\n".encode())
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(given)))
        code = run_command(shlex.split(command["line"]))
        printed = "".join(capsys.readouterr())
        assert bool(code) == ("detente: " in wanted), printed
        fits = OutputChecker().check_output(wanted, printed, ELLIPSIS | NORMALIZE_WHITESPACE)
        assert not wanted or fits, f"{command[0]}\nprints\n{printed}\nand not\n{wanted}"


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)])
def test_examples_run(page: str, workplace: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    for language, block in runnable(page):
        if language == "console":
            check_console(block, capsys, monkeypatch)
            continue
        exec(compile(block, page, "exec"), names)
        assert capsys.readouterr().out or "print" not in block, f"{page} prints nothing:\n{block}"


def test_readme_shows_python_and_command_line() -> None:
    found = [language for language, _ in runnable("README.md")]
    assert {"python", "console"} <= set(found)
    assert len(read_page("README.md").splitlines()) < 150


@pytest.mark.parametrize("page", PAGES)
def test_links_resolve(page: str) -> None:
    for link in LINK.findall(without_code(page)):
        path, _, anchor = link.partition("#")
        if path.startswith(("http:", "https:", "mailto:")):
            continue
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        assert not anchor or anchor in slugs(target), f"{page}: no heading for #{anchor}"


@pytest.mark.parametrize("kind", DATACLASSES, ids=lambda kind: kind.__name__)
def test_each_field_has_its_row(kind: Any) -> None:
    stated = [(name, type_) for name, type_, *_ in rows(section("docs/record.md", kind.__name__))]
    assert stated == [(f.name, f.type.replace(" | ", " or ")) for f in dataclasses.fields(kind)]


def test_statuses_are_those_of_the_record_and_their_examples_hold() -> None:
    stated = {status: example for status, _, example in rows(section("docs/record.md", "Statuses"))}
    assert set(stated) == set(STATUSES)
    coding = code_report(make_report("\n\n".join(stated.values()), title=None))
    found = {(m.sentence, m.status) for m in coding}
    missed = [(status, example) for status, example in stated.items() if (example, status) not in found]
    assert not missed


def test_example_record_is_what_the_coder_gives() -> None:
    (shown,) = [json.loads(block) for language, block in BLOCK.findall(read_page("docs/record.md"))]
    assert list(shown) == [f.name for f in dataclasses.fields(records.EventMention)]
    report = make_report(shown["sentence"], title=None, source=None, published=shown["published"])
    (mention,) = code_report(report)
    apart = {"id": "", "report_id": "", "reasons": (), "confidence": 0.0}
    given = dataclasses.replace(from_dict(EventMention, shown), **apart)
    assert dataclasses.replace(mention, **apart) == given


def test_types_and_contexts_are_those_of_the_ontology(reference: ModuleType) -> None:
    page = read_page("docs/record.md")
    assert page == reference.fill_record(page), "run docs/make_reference.py"
    assert [name for name, *_ in rows(section("docs/record.md", "Types"))] == list(load_ontology().types)


CODED_SO = [
    (type_, mode, sentence)
    for type_, sentences in read_yaml(ROOT / "docs" / "codebook.yaml").items()
    if type_ != "__line__"
    for mode, sentence in sentences.items()
    if mode != "__line__"
]


def test_codebook_is_that_of_the_ontologies(reference: ModuleType) -> None:
    page = read_page("docs/codebook.md")
    assert page == reference.fill_codebook(page), "run docs/make_reference.py"
    assert all(f"\n## {type_}\n" in page for type_ in load_ontology().types)
    assert set(load_ontology().types) == {type_ for type_, *_ in CODED_SO}


@pytest.mark.parametrize(("type_", "mode", "sentence"), CODED_SO)
def test_sentences_of_the_codebook_are_coded_so(type_: str, mode: str, sentence: str) -> None:
    coded = [(m.type, m.mode or "plain") for m in code_report(sentence, published="2013-07-05")]
    assert (type_, mode) in coded


def test_commands_are_those_of_the_command_line(reference: ModuleType) -> None:
    assert read_page("docs/commands.md") == reference.describe_commands(), "run docs/make_reference.py"


def test_flat_columns_are_those_of_the_export() -> None:
    stated = [
        name for line in rows(section("docs/record.md", "Flat columns")) for name in line[0].split("`, `")
    ]
    assert sorted(stated) == sorted(COLUMNS)


def test_each_dependency_has_its_licence() -> None:
    project = tomllib.loads(read_page("pyproject.toml"))["project"]
    needed = [re.split(r"[<>=~! ]", line)[0] for line in project["dependencies"]]
    assert [name for name, *_ in rows(section("docs/licences.md", "What detente needs to run"))] == needed


def test_each_data_table_with_a_source_is_named() -> None:
    tables = [
        path.name
        for path in sorted((ROOT / "detente").rglob("*"))
        if path.suffix in (".yaml", ".tsv") and "# Source:" in path.read_text(encoding="utf-8")[:500]
    ]
    page = read_page("docs/licences.md")
    assert not [name for name in tables if f"`{name}`" not in page and f"/{name}`" not in page]
