"""Plugins: the sample does what it says once it is installed; a faulty one is named, with what is wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from detente.cli import run_command
from detente.coders import load_coder
from detente.errors import PluginError, UsageError
from detente.export import Exported, export_store, find_format, write_mentions
from detente.ontology import load_ontology
from detente.plugins import KINDS, Plugin, scan_plugins
from detente.read.formats import load_readers
from detente.store import Filter, Store
from detente.when.words import load_dates

SAMPLE = Path(__file__).parents[1] / "docs" / "sample_plugin"
NOTES = """NOTE 2013-07-05 Strelsau Courier
Ruritania rejected an offer by Freedonia. Iran attacked Iraq.
NOTE 2013-07-xx Strelsau Courier
Nobody knows when.
NOTE 2013-07-08 Zenda Post
Iran plans to meet Iraq.
"""


def forget_plugins() -> None:
    for remembered in (scan_plugins, load_readers, load_ontology, load_dates):
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_plugins()
    yield
    forget_plugins()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the sample."""
    folder = tmp_path_factory.mktemp("site")
    how = "--quiet --disable-pip-version-check --no-index --no-build-isolation --no-deps --target".split()
    subprocess.run([sys.executable, "-m", "pip", "install", *how, str(folder), str(SAMPLE)], check=True)
    return folder


@pytest.fixture
def sample(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of notes to work in, while the sample is installed."""
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talks.note").write_text(NOTES)
    return tmp_path


@pytest.fixture
def plugin_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a package with a plugin of that code, installed as pip leaves it."""

    def make(code: str, name: str = "odd") -> None:
        site = tmp_path / "site"
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[detente]\n{name} = {name}_plugin\n")
        head = "from pathlib import Path\nfrom detente.plugins import FileFormat, hookimpl\n\n"
        (site / f"{name}_plugin.py").write_text(head + code)
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.delitem(sys.modules, f"{name}_plugin", raising=False)

    return make


def test_the_sample_implements_each_hook(sample: Path, capsys: Any) -> None:
    (plugin,) = (p for p in scan_plugins() if isinstance(p, Plugin))
    assert (plugin.name, plugin.package) == ("sample", "detente-sample 0.1")
    assert set(plugin.parts) == set(KINDS)
    assert run_command(["plugins"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "sample (detente-sample 0.1)",
        "  readers     .note",
        "  coders      only",
        "  ontologies  two-sides",
        "  languages   de",
        "  exporters   sentences",
    ]
    assert shown.err == "1 plugin, 0 faulty\n"


WHOLE = [
    "2013-06-28: Ruritania to Freedonia: REJECT (happened)",
    "2013-06-28: Iran to Iraq: ASSAULT (happened)",
    "2013-07-08: Iran to Iraq: CONSULT (planned)",
]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], WHOLE),
        (["--coder", "only", "--model", "REJECT"], WHOLE[:1]),
        (
            ["--ontology", "two-sides"],
            [
                "2013-06-28: Ruritania to Freedonia: CONFLICT (happened)",
                "2013-06-28: Iran to Iraq: CONFLICT (happened)",
                "2013-07-08: Iran to Iraq: COOPERATION (planned)",
            ],
        ),
    ],
)
def test_notes_become_sentences(sample: Path, capsys: Any, options: list[str], expected: list[str]) -> None:
    """The reader, by suffix, in a folder; the exporter; the coder; the ontology."""
    assert run_command(["code", ".", "--format", "sentences", *options]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines() == expected
    assert "talks.note, note 2: published: '2013-07-xx' is not a date" in shown.err


def test_a_store_takes_what_plugins_give(sample: Path, capsys: Any) -> None:
    assert run_command(["add", "s.db", "talks.note", "--coder", "only", "--model", "REJECT"]) == 1
    assert run_command(["events", "s.db"]) == 0
    capsys.readouterr()
    assert run_command(["events", "s.db", "--format", "sentences", "-o", "out.said"]) == 0
    assert (sample / "out.said").read_text().splitlines() == WHOLE[:1]
    assert run_command(["events", "s.db", "--format", "ndjson"]) == 0
    assert json.loads(capsys.readouterr().out)["coder"] == "only:REJECT"


def test_an_exporter_takes_the_mentions_of_chosen_events(sample: Path, capsys: Any) -> None:
    assert run_command(["add", "s.db", "talks.note"]) == 1
    assert run_command(["link", "s.db"]) == 0
    capsys.readouterr()
    assert run_command(["export", "s.db", "--format", "sentences", "--actor", "Iran"]) == 0
    shown = capsys.readouterr()
    assert sorted(shown.out.splitlines()) == WHOLE[1:]
    assert shown.err == "2 events written.\n"
    stream = io.StringIO()
    with Store("s.db", readonly=True) as store:
        assert export_store(store, "sentences", stream, Filter(status="planned")) == Exported(1, 0)
    assert stream.getvalue().splitlines() == WHOLE[2:]


def test_the_web_app_saves_a_view_by_an_exporter(sample: Path, korea_web: TestClient) -> None:
    found = korea_web.get("/export/events?a=KOR&b=PRK&format=sentences")
    assert (found.status_code, "KOR-PRK.txt" in found.headers["content-disposition"]) == (200, True)
    assert "North Korea to South Korea: " in found.text


def test_notes_are_known_by_their_start(sample: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with (sample / "talks.note").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert run_command(["code", "-", "--format", "sentences"]) == 1
    assert capsys.readouterr().out.splitlines() == WHOLE


def test_a_language_has_its_dates(sample: Path, capsys: Any) -> None:
    (sample / "a.txt").write_text("Sie trafen sich am 5. März 2013 und im August 2014.")
    assert run_command(["dates", "a.txt", "--language", "de"]) == 0
    assert [json.loads(line)["value"] for line in capsys.readouterr().out.splitlines()] == [
        "2013-03-05",
        "2014-08",
    ]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["code", "a.txt", "--coder", "none"], "'none': there is no such coder. Use builtin, nli, llm, only"),
        (["code", "a.txt", "--coder", "only"], "coder only: needs a type"),
        (["code", "a.txt", "--ontology", "none"], "none of that name. Use cameo-roots, plover, two-sides"),
        (["code", "a.txt", "--format", "none"], "'csv', 'parquet', 'table', 'sentences'"),
        (["reports", "s.db", "--format", "sentences"], "'sentences' is not one of"),
        (["export", "s.db", "--format", "none"], "'timelinejs', 'ucdp', 'sentences'"),
        (["dates", "a.txt", "--language", "fr"], "language 'fr': there are no tables for it. Use en, de"),
        (["classify", "a.txt", "--coder", "only", "--model", "REJECT"], "coder only:REJECT: can't label"),
    ],
)  # fmt: skip
def test_unknown_names_are_refused(sample: Path, capsys: Any, arguments: list[str], fault: str) -> None:
    (sample / "a.txt").write_text("marked_sentence\nIran attacked Iraq.\n")
    assert run_command(arguments) == 2
    assert fault in capsys.readouterr().err


def test_a_language_lacks_what_it_has_no_table_for(sample: Path) -> None:
    from detente.lexicon import load_lexicon

    with pytest.raises(UsageError, match=r"language 'de': has no verbs\.yaml"):
        load_lexicon("de")


FAULTY = {
    "no such module": ("import nothing_like_this", "No module named 'nothing_like_this'"),
    "fails": ("@hookimpl\ndef add_coders():\n    return {}['x']", "can't be loaded (KeyError: 'x')"),
    "no hook": ("@hookimpl\ndef add_coder():\n    return {}", "unknown hook 'add_coder'"),
    "takes something": ("@hookimpl\ndef add_coders(config):\n    return {}", "config"),
    "no mapping": ("@hookimpl\ndef add_coders():\n    return 7", "TypeError: 'int' object is not iterable"),
    "bare reader": ("@hookimpl\ndef add_readers():\n    return {'.x': 7}", "7 for '.x', not a FileFormat"),
    "no file": (
        "@hookimpl\ndef add_ontologies():\n    return {'o': Path('/no/such.yaml')}",
        "for 'o', not the path of a file that is there",
    ),
    "no folder": (
        "@hookimpl\ndef add_languages():\n    return {'xx': Path('/no/such')}",
        "for 'xx', not the path of a folder that is there",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "fault"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_plugin_is_named(plugin_of: Any, tmp_path: Path, capsys: Any, code: str, fault: str) -> None:
    plugin_of(code)
    (tmp_path / "a.txt").write_text("Iran attacked Iraq.")
    for command in (["plugins"], ["code", str(tmp_path / "a.txt")]):
        assert run_command(command) == 1
        err = capsys.readouterr().err
        assert err.startswith("detente: plugin 'odd' of odd 1.0: ")
        assert fault in err
        assert "uninstall its package" in err


@pytest.mark.parametrize(
    ("hook", "name", "load"),
    [
        ("readers", ".txt", lambda: load_readers()),
        ("coders", "llm", lambda: load_coder("another")),
        ("ontologies", "plover", lambda: load_ontology("another")),
        ("languages", "en", lambda: load_dates("another")),
        ("exporters", "table", lambda: write_mentions([], "another", io.StringIO())),
        ("exporters", "gdelt", lambda: write_mentions([], "another", io.StringIO())),
        ("exporters", "table", lambda: find_format("another")),
    ],
)
def test_a_name_that_detente_has_is_refused(plugin_of: Any, hook: str, name: str, load: Any) -> None:
    value = {
        "readers": "FileFormat(print)",
        "coders": "print",
        "exporters": "print",
        "ontologies": "Path(__file__)",
    }
    plugin_of(
        f"@hookimpl\ndef add_{hook}():\n    return {{{name!r}: {value.get(hook, 'Path(__file__).parent')}}}"
    )
    with pytest.raises(
        PluginError, match=f"plugin 'odd': its {hook} hold '{name}', which detente itself has"
    ):
        load()


def test_two_plugins_may_not_add_one_name(plugin_of: Any) -> None:
    for name in ("one", "two"):
        plugin_of("@hookimpl\ndef add_coders():\n    return {'mine': print}", name)
    with pytest.raises(
        PluginError, match="'two': its coders hold 'mine', which the plugin 'one' has already"
    ):
        load_coder("mine")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("    raise KeyError('x')", "a.odd: the plugin 'odd' failed (KeyError: 'x')"),
        ("    yield 7", "a.odd: the plugin 'odd' read int instead of Report"),
        ("    return 7", "a.odd: the plugin 'odd' failed (TypeError: 'int' object is not iterable)"),
    ],
)
def test_a_file_that_a_reader_fails_on_is_set_aside(
    plugin_of: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, body: str, fault: str
) -> None:
    plugin_of(
        f"def read(source, dating):\n{body}\n\n"
        "@hookimpl\ndef add_readers():\n    return {'.odd': FileFormat(read)}"
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.odd").write_text("x")
    (tmp_path / "b.txt").write_text("Iran attacked Iraq.")
    assert run_command(["code", "a.odd", "b.txt"]) == 1
    shown = capsys.readouterr()
    assert fault in shown.err
    assert "1 report, 1 mention, 1 set aside" in shown.err


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--coder", "broken"], "plugin 'odd': its coder 'broken' can't be made (ZeroDivisionError: "),
        (["--coder", "number"], "plugin 'odd': its coder 'number' is a int and no Coder"),
        (["--coder", "stumbles"], "coding with 'stumbles' failed (ValueError: fell)"),
        (["--format", "broken"], "plugin 'odd': its exporter 'broken' failed (AttributeError: "),
    ],
)  # fmt: skip
def test_what_fails_at_work_is_named(
    plugin_of: Any, tmp_path: Path, capsys: Any, options: list[str], fault: str
) -> None:
    plugin_of("""
class Stumbles:
    name, copies = "stumbles", True

    def find_acts(self, report, passages, parties):
        raise ValueError("fell")

    def summary(self):
        return None

@hookimpl
def add_coders():
    return {"broken": lambda model: 1 / 0, "number": lambda model: 7, "stumbles": lambda model: Stumbles()}

@hookimpl
def add_exporters():
    return {"broken": lambda mentions, stream: mentions.nothing}
""")
    (tmp_path / "a.txt").write_text("Iran attacked Iraq.")
    assert run_command(["code", str(tmp_path / "a.txt"), *options]) == 1
    assert fault in capsys.readouterr().err
