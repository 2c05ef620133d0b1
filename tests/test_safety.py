"""What hostile input can't do, and what the code never does."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from detente.errors import DataError, InputError
from detente.export import guard_cell
from detente.parse import split_passages
from detente.read import clean_page, find_furniture, read_reports, read_text
from detente.when import find_dates
from detente.who.lists import read_entries
from tests.hostile import TooSlow, within

ROOT = Path(__file__).parents[1]
SOURCES = [p for folder in ("detente", "benchmarks", "docs") for p in sorted((ROOT / folder).rglob("*.py"))]
NEVER = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}
RUNS = {"eval", "exec", "os.system", "os.popen", "torch.load"}
needs_alarms = pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="needs alarms to stop what hangs")


def find_dangers(path: Path) -> list[str]:
    """Where a file unpickles, runs text as code or in a shell, or reads YAML that can make objects."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
            found += [f"{path}:{node.lineno}: {n}" for n in names if n.partition(".")[0] in NEVER]
        if isinstance(node, ast.Call):
            called, given = ast.unparse(node.func), {k.arg: ast.unparse(k.value) for k in node.keywords}
            unsafe_yaml = (
                called.startswith("yaml.") and "load" in called and not called.startswith("yaml.safe")
            )
            bad = called in RUNS or given.get("shell", "False") != "False" or "allow_pickle" in given
            if bad or (unsafe_yaml and given.get("Loader") not in ("_LineLoader", "yaml.BaseLoader")):
                found.append(f"{path}:{node.lineno}: {called}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_unpickled_or_run_as_code(path: Path) -> None:
    assert find_dangers(path) == []


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from marshal import loads", "eval(x)", "yaml.load(x, Loader=yaml.Loader)",
     "yaml.load(x)",
     "subprocess.run(x, shell=True)", "numpy.load(x, allow_pickle=True)", "yaml.unsafe_load(x)"],
)  # fmt: skip
def test_dangers_are_seen(tmp_path: Path, code: str) -> None:
    (tmp_path / "a.py").write_text(code)
    assert find_dangers(tmp_path / "a.py")


@needs_alarms
def test_no_expression_is_slow_on_any_text() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.regexes"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


LONG = 1_000_000
PUMPS = {"spaces": " ", "dots": ".", "tabs": "\t", "stars": "*", "hashes": "# ", "digits": "1",
         "letters": "A",
         "brackets": "(", "quotes": '"', "zero-width": "\u200b", "bidi": "\u202e", "accents": "\u0301",
         "wrapped": "x" * 60 + "\n", "more than": "no more than "}  # fmt: skip


@needs_alarms
@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS)
def test_a_long_run_of_one_sign_is_read_in_time(pump: str) -> None:
    text = "Ruritania. " + pump * (LONG // len(pump))
    with within(30):
        find_furniture(text, None)
        list(split_passages(text))
        find_dates(text[:100_000])


DEEP = 50_000
PAGES = {
    "nested": "<div>" * DEEP + "Ruritania rejected it." + "</div>" * DEEP,
    "entities": '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><html><body><p>&c;&c;</p></body></html>',
    "outside": '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&x;</p></body></html>',
    "attributes": "<p " + "a=b " * DEEP + ">Ruritania</p>",
    "comments": "<!--" * DEEP,
    "tables": "<table><tr><td>" * 2000 + "x",
}


@needs_alarms
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_hostile_pages_give_text_in_time(page: str) -> None:
    with within(30):
        text = clean_page(page)
    assert "root:" not in text
    assert len(text) <= len(page)


def pack(data: bytes) -> bytes:
    """A ZIP archive with one file whose name climbs out of the folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escaped.txt", data)
    return packed.getvalue()


BOMBS = {"gzip": gzip.compress(b"a " * LONG), "zip": pack(b"a " * LONG)}


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.jsonl", "a.json", "a.md"])
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_archives_are_refused_unopened(tmp_path: Path, name: str, bomb: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(bomb)
    with pytest.raises(InputError, match=r"archive.* not text"):
        list(read_reports(tmp_path / "in" / name))
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [name]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.md", "a.html", "a.csv", "a.txt"])
def test_deep_nesting_is_told_or_read(tmp_path: Path, name: str) -> None:
    opened = {".md": "---\na: " + "[" * DEEP + "\n---\n", ".html": PAGES["nested"]}
    (tmp_path / name).write_text(opened.get(Path(name).suffix, "[" * DEEP))
    faults: list[InputError] = []
    list(read_reports(tmp_path / name, on_error=faults.append))
    assert all("\n" not in str(fault) for fault in faults)


@needs_alarms
def test_front_matter_that_doubles_itself_is_passed_over(tmp_path: Path) -> None:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    path = tmp_path / "a.md"
    path.write_text(
        "---\n" + "\n".join([*lines, "title: *a59", "author: [A, B]"]) + "\n---\nRuritania rejected it."
    )
    with within(10):
        (report,) = read_reports(path)
    assert (report.author, report.text) == ("A, B", path.read_text())


def test_a_list_of_names_with_a_cell_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,code\n"' + "a" * 200_000)
    before = csv.field_size_limit(131_072)  # Python's own, which reading reports raises
    try:
        with pytest.raises(DataError, match="is no table"):
            read_entries(path)
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a.html", "a.md", "a.json"])
def test_lines_over_ten_megabytes_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"text\n" + b"a" * 10_000_001)
    faults: list[InputError] = []
    assert list(read_reports(tmp_path / name, on_error=faults.append)) == []
    assert any("10 MB" in fault.fault for fault in faults)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe.txt")
    (tmp_path / "in" / "a.txt").write_text("Ruritania rejected it.")
    assert len(list(read_reports(tmp_path / "in"))) == 1


@pytest.mark.parametrize(
    "words", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "＝1+1", "＋1", "－1", "＠x"]
)
def test_cells_that_a_spreadsheet_would_run_are_guarded(words: str) -> None:
    assert guard_cell(words) == f"'{words}"


@pytest.mark.parametrize("value", ["-5", "+1.25", "-0.5", "a=b", "", None, -2.0, "Ruritania"])
def test_plain_cells_are_left_alone(value: object) -> None:
    assert guard_cell(value) == value


def test_a_text_of_odd_signs_keeps_its_offsets() -> None:
    text = "\u202eIran\u200b rejected\0 talks with Iraq\u2066 on Monday.\ufeff"
    assert read_text(text).text == text


def spin(seconds: float) -> None:
    with within(seconds):
        while True:
            pass


@needs_alarms
def test_what_hangs_is_stopped() -> None:
    with pytest.raises(TooSlow):
        spin(0.1)
