"""A user's own list of names: checked, kept, used by all commands, and filled from a SPARQL endpoint."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from detente import find_actors
from detente.cli import run_command
from detente.errors import DataError, InputError, UsageError
from detente.who.lists import VARIABLE, Entry, close_offices, list_path, merge_entries, read_entries
from detente.who.names import load_names
from detente.who.wikidata import fetch_holders

TABLE = (
    "name\tcode\taliases\tsector\tfrom\tto\trole\n"
    "Example Liberation Front\tNSA:EXAMPLE\tELF;Example Front\tREB\t\t\t\n"
    "Ada Quill\tFRA\t\t\t2031-05-01\t2033-05-01\tpresident\n"
    "Bo Quill\tFRA\t\t\t2033-05-01\t\tpresident\n"
)


@pytest.fixture
def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for the user's list; the index of names is read anew for the test and after it."""
    path = tmp_path / "config" / "actors.tsv"
    monkeypatch.setenv(VARIABLE, str(path))
    load_names.cache_clear()
    yield path
    load_names.cache_clear()


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_added_names_are_found_as_of_the_day(own_list: Path, tmp_path: Path, capsys: Any) -> None:
    assert run_command(["actors", "add", str(put(tmp_path / "names.tsv", TABLE))]) == 0
    assert capsys.readouterr().err == f"3 names read, {own_list} holds 3 names.\n"
    (front,) = find_actors("The ELF attacked.")
    assert (front.name, front.code, front.kind, front.sector) == (
        "Example Liberation Front",
        "NSA:EXAMPLE",
        "group",
        "REB",
    )
    for on, name in (("2032-01-01", "Ada Quill"), ("2034-01-01", "Bo Quill")):
        (quill,) = find_actors("President Quill spoke.", on)
        assert (quill.name, quill.code, quill.role) == (name, "FRA", "president")


def test_commands_use_the_list_that_the_option_names(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    load_names.cache_clear()
    names = put(tmp_path / "own.tsv", TABLE)
    text = put(tmp_path / "text.txt", "The Example Front condemned Chad.")
    assert run_command(["--actor-list", str(names), "code", str(text)]) == 0
    mention = json.loads(capsys.readouterr().out)
    assert mention["actor"][0]["code"] == "NSA:EXAMPLE"
    load_names.cache_clear()


def test_a_name_of_ones_own_comes_before_the_tables(own_list: Path, tmp_path: Path) -> None:
    run_command(["actors", "add", str(put(tmp_path / "n.tsv", "name\tcode\nReuters\tNGO:REUTERS\n"))])
    assert [p.code for p in find_actors("Reuters reported it.")] == ["NGO:REUTERS"]


def test_adding_again_replaces_and_removing_takes_out(own_list: Path, tmp_path: Path, capsys: Any) -> None:
    names = put(tmp_path / "names.csv", "name,code,sector\nQuill Bank,FRA,BUS\n")
    run_command(["actors", "add", str(names)])
    run_command(["actors", "add", str(put(names, "name,code,sector\nQuill Bank,FRA,GOV\n"))])
    assert [e.sector for e in read_entries(own_list)] == ["GOV"]
    capsys.readouterr()
    assert run_command(["actors", "list"]) == 0
    assert "Quill Bank\tFRA\t\tGOV" in capsys.readouterr().out
    assert run_command(["actors", "where"]) == 0
    assert capsys.readouterr().out == f"{own_list}\n"
    assert run_command(["actors", "remove", "quill bank"]) == 0
    assert not own_list.exists()
    assert run_command(["actors", "remove", "quill bank"]) == 1
    assert "is no name in" in capsys.readouterr().err


def test_a_file_that_is_named_like_no_command_is_read_as_text(tmp_path: Path, capsys: Any) -> None:
    text = put(tmp_path / "report.txt", "Seoul refused.")
    assert run_command(["actors", str(text), "--on", "2013-07-05"]) == 0
    assert json.loads(capsys.readouterr().out)["code"] == "KOR"
    assert run_command(["actors", "--on", "2013-07-05", str(text)]) == 0


@pytest.mark.parametrize(
    ("table", "where", "fault"),
    [
        ("name\tsector\nA\tGOV\n", 1, "lacks the column code"),
        ("name\tcode\tcolour\nA\tFRA\tred\n", 1, "no column 'colour'"),
        ("name\tcode\nA\n", 2, "has 1 cells where the header has 2"),
        ("name\tcode\n\tFRA\n", 2, "'' is no name"),
        ("name\tcode\n?!\tFRA\n", 2, "'?!' is no name"),
        ("# note\nname\tcode\nA\tXYZ\n", 3, "'XYZ' is no code"),
        ("name\tcode\nA\tnsa:a\n", 2, "'nsa:a' is no code"),
        ("name\tcode\tsector\nA\tFRA\tARMY\n", 2, "'ARMY' is no sector"),
        ("name\tcode\tfrom\nA\tFRA\t5.7.2013\n", 2, "'5.7.2013' is no day"),
        ("name\tcode\tfrom\tto\nA\tFRA\t2014\t2013\n", 2, "ends (2013) before it begins (2014)"),
        ("name\tcode\tkind\nA\tFRA\tplanet\n", 2, "'planet' is no kind of party"),
        ("name\tcode\tsex\nA\tFRA\tx\n", 2, "sex: 'x'"),
    ],
)
def test_faulty_tables_are_refused_with_their_line(
    table: str, where: int, fault: str, own_list: Path, tmp_path: Path, capsys: Any
) -> None:
    names = put(tmp_path / "names.tsv", table)
    with pytest.raises(DataError) as raised:
        read_entries(names)
    assert raised.value.subject == f"{names}:{where}"
    assert fault in raised.value.fault
    assert run_command(["actors", "add", str(names)]) == 1
    assert fault in capsys.readouterr().err
    assert not own_list.exists()


@pytest.mark.parametrize("text", ["", "# only a note\n", "name\tcode\n"])
def test_a_table_without_names_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no names"):
        read_entries(put(tmp_path / "names.tsv", text))


def test_a_missing_table_and_a_missing_list_are_named(own_list: Path, capsys: Any) -> None:
    assert run_command(["actors", "add", "nowhere.tsv"]) == 1
    assert "nowhere.tsv: can't be read (No such file or directory)" in capsys.readouterr().err
    with pytest.raises(InputError, match="no such list of names"):
        find_actors("Chad refused.")


def test_without_a_setting_the_list_lies_in_the_config_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert list_path().name == "actors.tsv"
    assert "detente" in str(list_path().parent).lower()


def test_rows_merge_and_offices_close() -> None:
    ada = Entry("Ada Quill", "FRA", since="2031-05-01", role="president", kind="person")
    bo = Entry("Bo Quill", "FRA", since="2033-05-01", role="president", kind="person")
    (closed,) = close_offices([ada], [bo])
    assert closed.until == "2033-05-01"
    assert close_offices([bo], [bo]) == [bo]
    assert merge_entries([ada], [ada, bo]) == [ada, bo]


# The query service


def binding(**values: str) -> dict[str, dict[str, str]]:
    return {name: {"type": "literal", "value": value} for name, value in values.items()}


ANSWER = {
    "head": {"vars": ["code", "person", "personLabel", "officeLabel", "part", "start", "sex"]},
    "results": {
        "bindings": [
            binding(code="FRA", personLabel="Ada Quill", officeLabel="President of the French Republic",
                    part="state", start="2031-05-01T00:00:00Z", sex="http://www.wikidata.org/entity/Q6581072"),
            binding(code="FRA", personLabel="Ada Quill", officeLabel="President of the French Republic",
                    part="state", start="2031-05-01T00:00:00Z"),
            binding(code="NOR", personLabel="Carl Penn", part="government"),
            binding(code="ITA", personLabel="Q123456", part="government"),
        ]
    },
}  # fmt: skip


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server that gives one answer, and gives back its address."""
    servers: list[HTTPServer] = []

    def start(body: bytes, status: int = 200, delay: float = 0.0) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                asked = "wdt:P298" in query["query"][0] and "sparql-results+json" in self.headers["Accept"]
                time.sleep(delay)
                self.send_response(status if asked else 400)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_update_writes_the_office_holders(
    own_list: Path, serve: Callable[..., str], tmp_path: Path, capsys: Any
) -> None:
    old = "name\tcode\tfrom\trole\nZoe Reed\tFRA\t2026-05-01\tpresident\n"
    run_command(["actors", "add", str(put(tmp_path / "n.tsv", old))])
    capsys.readouterr()
    address = serve(json.dumps(ANSWER).encode())
    assert run_command(["actors", "update", "--endpoint", address]) == 0
    assert capsys.readouterr().err == f"2 office holders read, {own_list} holds 3 names.\n"
    assert read_entries(own_list) == [
        Entry("Zoe Reed", "FRA", (), "", "2026-05-01", "2031-05-01", "president", "person"),
        Entry("Ada Quill", "FRA", (), "GOV", "2031-05-01", "", "president", "person", "f"),
        Entry("Carl Penn", "NOR", (), "GOV", "", "", "prime minister", "person"),
    ]
    load_names.cache_clear()
    (quill,) = find_actors("President Quill spoke.", "2032-01-01")
    assert (quill.name, quill.code) == ("Ada Quill", "FRA")


@pytest.mark.parametrize(
    ("body", "status", "fault"),
    [
        (b"<html>busy</html>", 200, "another format than SPARQL's JSON"),
        (b"{}", 200, "another format than SPARQL's JSON"),
        (b'{"results": {"bindings": [1]}}', 200, "another format than SPARQL's JSON"),
        (b'{"results": {"bindings": []}}', 200, "named no office holders"),
        (b"", 429, "answered 429 Too Many Requests"),
        (b"", 404, "answered 404 Not Found"),
    ],
)
def test_bad_answers_are_named_and_the_list_stays(
    body: bytes, status: int, fault: str, serve: Callable[..., str], own_list: Path, capsys: Any
) -> None:
    assert run_command(["actors", "update", "--endpoint", serve(body, status)]) == 1
    assert fault in capsys.readouterr().err
    assert not own_list.exists()


def test_slow_and_missing_services_are_named(serve: Callable[..., str]) -> None:
    with pytest.raises(InputError, match=r"did not answer within 0\.2 seconds"):
        fetch_holders(serve(b"{}", delay=0.6), timeout=0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    with pytest.raises(InputError, match="can't be reached"):
        fetch_holders(address, timeout=2)


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "wikidata", "ftp://example.org"])
def test_only_web_addresses_are_asked(endpoint: str) -> None:
    with pytest.raises(UsageError, match="is no web address"):
        fetch_holders(endpoint)
