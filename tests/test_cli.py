from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace

import click
import polars
import pytest

from detente import __version__, link_store
from detente.cli import cli, run_command
from detente.errors import DetenteError, InputError
from detente.records import Coding, EventMention, Report
from detente.serial import from_json
from detente.store import Store
from detente.store.schema import MIGRATIONS
from tests.factories import TEXT, make_mention, make_party, make_report

ONE_LINE = re.compile(r"detente: \S.*: \S.*\. \S.*[.!?]\n")
DAY = "2013-07-05"


@dataclass
class Done:
    code: int
    out: str
    err: str


class Terminal(TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Done]:
    """Runs a command line in an empty folder; gives back its exit code and what it wrote."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, given: bytes = b"", terminal: bool = False) -> Done:
        streams = [
            (Terminal if terminal else TextIOWrapper)(BytesIO(), "ascii", newline="") for _ in range(2)
        ]
        for name, stream in zip(("stdout", "stderr"), streams, strict=True):
            monkeypatch.setattr(sys, name, stream)
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given)))
        code = run_command(list(arguments))
        for stream in streams:
            stream.flush()
        return Done(code, *(s.buffer.getvalue().decode("utf-8") for s in streams))

    return run


def code_quickly(
    reports: Iterable[Report],
    workers: int = 1,
    on_error: Callable[[DetenteError], None] | None = None,
    coder: object = None,
    time_limit: float | None = None,
) -> Iterator[Coding]:
    """Stands for the pipeline: one mention where a report holds 'rejected'; 'CRASH' and 'STOP' do so."""
    for report in reports:
        if "STOP" in report.text:
            raise KeyboardInterrupt
        if "CRASH" in report.text:
            assert on_error
            on_error(
                InputError(report.path or "-", "coding failed (ValueError: x)", "Report this with the text")
            )
            continue
        yield Coding(report, (make_mention(report),) if "rejected" in report.text else (), ())


@pytest.fixture
def quick(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """As `run`, with a quick stand-in for the pipeline; three reports lie in the folder 'in'."""
    monkeypatch.setitem(sys.modules, "detente.pipeline", SimpleNamespace(code_reports=code_quickly))
    Path("in").mkdir()
    for name in "abc":
        Path(f"in/{name}.txt").write_text(f"{TEXT} This is report {name}.")
    return run


def walk_commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from walk_commands(child, f"{path} {name}")


COMMANDS = dict(walk_commands(cli, "detente"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_text_has_an_example_and_explains_its_options(run, path: str) -> None:
    done = run(*path.split()[1:], "-h")
    assert done.code == 0
    shown = done.out.split("Example:\n")[1]
    assert f"  {path} " in f"{shown.split(chr(10) * 2)[0]} " or "| " + path in shown
    for option in COMMANDS[path].params:
        if isinstance(option, click.Option):
            assert option.help, f"{path} {option.name}"
    assert max(map(len, done.out.splitlines())) <= 100


@pytest.mark.parametrize("path", COMMANDS)
def test_examples_in_help_texts_are_valid_commands(path: str) -> None:
    """Each line of an example that calls detente parses, with options and arguments that exist."""
    examples = re.findall(
        r"detente ((?:\"[^\"]*\"|[^|>\"\n])+)", (COMMANDS[path].help or "").split("Example:")[1]
    )
    assert examples
    for example in examples:
        words = [
            quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', example.split("Exit codes")[0])
        ]
        if words and words[0] in cli.commands:
            cli.commands[words[0]].make_context(words[0], words[1:])


def test_the_main_help_lists_commands_and_exit_codes(run) -> None:
    done = run()
    assert (done.code, done.out) == (0, run("--help").out)
    for code in ("0    all well", "1    some input", "2    wrong usage", "130  interrupted"):
        assert code in done.out
    assert "..." not in done.out.split("Commands:")[1]
    assert re.findall(r"^  ([a-z]+) ", done.out.split("Commands:")[1], re.MULTILINE)[:2] == ["demo", "code"]


def test_version(run) -> None:
    assert run("--version").out == f"detente {__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    heavy = "spacy", "polars", "rich", "trafilatura", "jinja2", "yaml"
    script = f"import sys, detente.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["code"], "Missing argument 'PATHS...'. See 'detente code -h'."),
        (["code", "a.txt", "--colour"], "No such option"),
        (["code", "a.txt", "--published", "July 2013"], "'July 2013' is not a day. Write it as 2013-07-05"),
        (["code", "a.txt", "--published", "2013-02-30"], "is not a day"),
        (["code", "a.txt", "--workers", "0"], "--workers"),
        (["code", "a.txt", "--format", "xlsx"], "'xlsx' is not one of 'ndjson', 'csv'"),
        (["code", "in/a.txt", "-o", "in/../in/a.txt"], "is to be read and can't be written as well"),
        (["code", "in/a.txt", "--passed-over", "in/a.txt"], "is to be read"),
        (
            ["code", "in/a.txt", "-o", "none/out.csv"],
            "none/out.csv: can't be written (No such file or directory)",
        ),
        (["code", "in/a.txt", "-o", "in"], "in: can't be written (Is a directory)"),
        (["code", "in/a.txt", "--most-pages", "0"], "--most-pages"),
        (["watch", "s.db", "-"], "-: standard input can't be watched"),
        (["watch", "s.db", "in", "--every", "1s"], "'1s' is no time of 10 s or more. Write it as 15m"),
        (["watch", "s.db", "in", "--every", "soon"], "'soon' is no time"),
        (["events", "s.db", "--status", "rumoured"], "'rumoured' is not one of 'happened'"),
        (["events", "s.db", "--type", "shrug"], "--type shrug: there is no such type. Use AGREE, CONSULT"),
        (["events", "s.db", "--since", "soon"], "is not a day"),
        (
            ["events", "s.db", "--actor", "Irann"],
            "party 'Irann': is nobody that the tables or what was read know.",
        ),
        (["events", "s.db", "--between", "KOR", "Nort Korea"], "Did you mean North Korea (PRK)"),
        (["series", "s.db", "--pair", "KOR", "Nort Korea"], "Did you mean North Korea (PRK)"),
        (["turns", "s.db", "--pair", "Nort Korea", "KOR"], "Did you mean North Korea (PRK)"),
        (["threads", "s.db", "--between", "KOR", "Nort Korea"], "Did you mean North Korea (PRK)"),
        (["forecasts", "s.db", "--between", "KOR", "Nort Korea"], "Did you mean North Korea (PRK)"),
        (["report", "s.db", "--pair", "KOR", "Nort Korea", "-o", "r.html"], "Did you mean North Korea (PRK)"),
        (["report", "in", "--between", "Zzyzx", "KOR", "-o", "r.html"], "party 'Zzyzx': is nobody that"),
        (
            ["events", "s.db", "-o", "x.xlsx"],
            "x.xlsx: the suffix '.xlsx' is not known. Use .ndjson, .jsonl, .csv",
        ),
        (["events", "s.db", "-o", "x"], "x: the name has no suffix. Use .ndjson, .jsonl, .csv, .parquet"),
        (["code", "in/a.txt", "-o", "x.json.gz"], "the suffix '.gz' is not known"),
        (["reports", "s.db", "-o", "x.xlsx"], "the suffix '.xlsx' is not known"),
        (
            ["code", "in/a.txt", "--passed-over", "x.csv"],
            "the suffix '.csv' is not known. Use .ndjson, .jsonl.",
        ),
        (["code", "in/a.txt", "--passed-over", "-"], "would mix what was passed over with the mentions"),
        (["report", "in", "-o", "r.pdf"], "r.pdf: the suffix '.pdf' is not known. Use .html, .htm."),
        (["remove", "s.db"], "Missing argument"),
        (["events", "s.db", "--limit", "0"], "--limit"),
        (["events", "s.db", "--between", "KOR"], "--between"),
        (["report", "in"], "Missing option '-o'"),
        (["report", "in", "-o", "none/r.html"], "none/r.html: can't be written"),
        (["dates", "in/a.txt", "--published", "x"], "'x' is not a day"),
    ],
)
def test_wrong_usage_is_one_line_and_2(quick, arguments: list[str], words: str) -> None:
    Store("s.db").close()
    done = quick(*arguments)
    assert done.code == 2
    assert words in done.err
    assert ONE_LINE.fullmatch(done.err), done.err
    assert done.out == ""
    assert Path("in/a.txt").read_text() == f"{TEXT} This is report a."


def test_where_no_turn_is_the_latest_sentences_are_quoted(run) -> None:
    sides = {
        "actor": (make_party(TEXT, "Ruritania", "RUR"),),
        "recipient": (make_party(TEXT, "Freedonia", "FRE"),),
    }
    report = make_report()
    mention = make_mention(report, **sides)
    with Store("s.db") as store:
        store.add(Coding(report, (mention,), ()))
    shown = run("turns", "s.db", "--pair", "RUR", "FRE").out
    assert shown.startswith(f"no turn was found\n  latest 2013-07-01 RUR > FRE -2 {mention.quote}\n")


@pytest.mark.parametrize(
    "command", ["link s.db", "threads s.db", "judge s.db --list", "remove s.db", "forecasts s.db"]
)
def test_an_older_store_is_brought_up_to_date_by_what_changes_it(
    run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    report = make_report()
    with Store("s.db") as store:
        store.add(Coding(report, (make_mention(report),), ()))
        link_store(store)
    for module in ("schema", "opening"):
        migrations = [*MIGRATIONS, ("ALTER TABLE reports ADD COLUMN wire TEXT",)]
        monkeypatch.setattr(f"detente.store.{module}.MIGRATIONS", migrations)
    assert "made by an older detente" in run("reports", "s.db").err
    done = run(*command.split(), *([report.id] if command.startswith("remove") else []))
    assert done.code == 0, done.err
    assert run("reports", "s.db").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["events", "none.db"], "none.db: there is no such store. Make one with 'detente add'."),
        (["events", "in/a.txt"], "in/a.txt: is not a detente store"),
        (["reports", "none.db"], "none.db: there is no such store"),
        (["remove", "none.db", "x"], "none.db: there is no such store"),
        (["remove", "empty.db", "x"], "empty.db: holds no report with the id or file 'x'. List them with"),
        (["events", "in"], "in: is a folder"),
        (["add", "in/a.txt", "in/b.txt"], "in/a.txt: is not a detente store"),
        (["add", "none/s.db", "in"], "none/s.db: its folder doesn't exist. Make the folder none."),
        (["dates", "none.txt"], "none.txt: can't be read (No such file or directory)"),
        (["places", "in"], "in: can't be read (Is a directory)"),
        (["actors", "bin.txt"], "bin.txt: is a PDF file, not text"),
        (["statements", "a\0b"], "can't be read"),
        (["classify", "in/a.txt"], "in/a.txt: has no column 'marked_sentence'"),
        (["classify", "empty.tsv"], "empty.tsv: has no column 'marked_sentence'"),
    ],
)
def test_what_can_not_be_used_is_one_line_and_1(quick, arguments: list[str], words: str) -> None:
    Path("bin.txt").write_bytes(b"%PDF-1.4\n\x00\x01")
    Path("empty.tsv").touch()
    Store("empty.db").close()
    before = sorted(Path().iterdir())
    done = quick(*arguments)
    assert done.code == 1
    assert words in done.err
    assert ONE_LINE.fullmatch(done.err), done.err
    assert done.out == ""
    assert sorted(Path().iterdir()) == before


FAULTY = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "blank.txt: "),
    "bin.txt": (b"\x00\x01\x02\x03" * 100, "is a binary file"),
    "crash.txt": (b"CRASH", "coding failed"),
    "a.docx": (b"PK\x03\x04", "is no whole ZIP archive"),
    "a.odt": (b"PK\x03\x04", "'.odt' is not known"),
    "bad.jsonl": (b'{"text": "Ruritania rejected it."}\n{"text": \n', "bad.jsonl"),
    "no-text.csv": (b"id,title\n1,a\n", "no-text.csv"),
    "page.html": (b"<html><body></body></html>", "holds no article"),
    "evil\x1b[31m\nname.txt": (b"", "is empty"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_input_is_named_and_the_rest_is_coded(quick, name: str) -> None:
    content, words = FAULTY[name]
    Path(name).write_bytes(content)
    done = quick("code", "in/a.txt", name, "missing.txt", "in/c.txt")
    assert done.code == 1
    first, second, last = done.err.splitlines()
    assert words in first
    assert ONE_LINE.fullmatch(first + "\n"), first
    assert "missing.txt: there is no such file" in second
    assert last.endswith(", 2 set aside")
    quotes = [json.loads(line)["quote"] for line in done.out.splitlines()]
    assert quotes.count("Ruritania rejected a proposal by Freedonia on Monday.") == 2


def test_code_writes_a_mention_a_line(quick) -> None:
    done = quick("code", "in", "--published", DAY)
    mentions = [from_json(EventMention, line) for line in done.out.splitlines()]
    assert [m.published for m in mentions] == [DAY] * 3
    assert (done.code, done.err) == (0, "3 reports, 3 mentions, 0 set aside\n")


def test_code_reads_standard_input(quick) -> None:
    done = quick("code", "-", given="Ruritania rejected it — 否.".encode())
    assert json.loads(done.out)["quote"] == "Ruritania rejected it — 否."
    assert "否" in done.out


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (["-o", "m.csv"], lambda: polars.read_csv("m.csv").height),
        (["-o", "m.parquet"], lambda: polars.read_parquet("m.parquet").height),
        (["-o", "m.jsonl"], lambda: Path("m.jsonl").read_text().count("\n")),
        (["-o", "m.csv", "--format", "ndjson"], lambda: Path("m.csv").read_text().count('{"id"')),
        (["-o", "m.txt", "--format", "table"], lambda: Path("m.txt").read_text().count("2013-07-01")),
        (["-o", "m.txt"], lambda: Path("m.txt").read_text().count("2013-07-01")),
        (["-o", "m.odd", "--format", "csv"], lambda: polars.read_csv("m.odd").height),
    ],
)
def test_code_writes_files(quick, arguments: list[str], read: Callable[[], int]) -> None:
    done = quick("code", "in", *arguments)
    assert (done.code, done.out, read()) == (0, "", 3)


def test_parquet_goes_through_a_pipe(quick, monkeypatch: pytest.MonkeyPatch) -> None:
    written = BytesIO()
    quick("code", "in/a.txt")
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written))
    assert run_command(["code", "in", "--format", "parquet"]) == 0
    assert polars.read_parquet(written.getvalue()).height == 3


def test_parquet_is_not_for_a_terminal(quick) -> None:
    Store("s.db").close()
    done = quick("events", "s.db", "--format", "parquet", terminal=True)
    assert (done.code, done.out) == (2, "")
    assert "is not for a terminal. Name a file with -o" in done.err


def test_progress_and_colours_are_for_terminals(quick) -> None:
    done = quick("add", "s.db", "in", terminal=True)
    assert "3 reports, 3 mentions" in done.err
    assert quick("events", "s.db", "--format", "ndjson", terminal=True).out.count("\n") == 3
    assert "\x1b[" in quick("events", "s.db", terminal=True).out
    assert "\x1b[" not in quick("events", "s.db").out
    assert quick("code", "in", terminal=True).err == "3 reports, 3 mentions, 0 set aside\n"


def test_add_goes_on_where_it_stopped(quick) -> None:
    Path("in/bb.txt").write_text("STOP here")
    stopped = quick("add", "s.db", "in")
    assert stopped.code == 130
    assert "interrupted: 2 reports coded now, and all before, are safe in s.db. Run the same" in stopped.err
    assert ONE_LINE.fullmatch(stopped.err), stopped.err
    Path("in/bb.txt").write_text("CRASH here")
    resumed = quick("add", "s.db", "in")
    assert resumed.code == 1
    assert resumed.err.splitlines()[0].startswith("detente: in/bb.txt: coding failed")
    counted = "1 added, 0 updated, 2 already there, 1 set aside. s.db holds 3 reports and 3 mentions."
    assert resumed.err.splitlines()[1:] == [counted]
    Path("in/bb.txt").unlink()
    dated = quick("add", "s.db", "in", "--published", DAY)
    assert (dated.code, dated.err.split(".")[0]) == (0, "0 added, 3 updated, 0 already there, 0 set aside")
    again = quick("add", "s.db", "in")
    assert (again.code, again.err.split(".")[0]) == (0, "0 added, 0 updated, 3 already there, 0 set aside")
    listed = quick("reports", "s.db", "--format", "ndjson").out.splitlines()
    assert [json.loads(line)["published"] for line in listed] == [DAY] * 3


def test_add_replaces_what_was_corrected_and_keeps_its_day(quick) -> None:
    quick("add", "s.db", "in", "--published", DAY)
    Path("in/a.txt").write_text(f"{TEXT} This is report a, corrected.")
    done = quick("add", "s.db", "in")
    said = (
        "0 added, 0 updated, 1 replaced, 2 already there, 0 set aside. s.db holds 3 reports and 3 mentions.\n"
    )
    assert (done.code, done.err) == (0, said)
    with Store("s.db", readonly=True) as store:
        assert {r.published for r in store.reports()} == {m.published for m in store.mentions()} == {DAY}


def test_what_is_named_twice_is_coded_once(quick) -> None:
    done = quick("code", "in/a.txt", "in", "./in/a.txt")
    assert len(done.out.splitlines()) == 3
    assert done.err == "3 reports, 3 mentions, 0 set aside, 2 repeated\n"
    assert (
        "3 added, 0 updated, 0 already there, 0 set aside, 1 repeated."
        in quick("add", "s.db", "in/a.txt", "in").err
    )


def test_add_of_nothing_makes_no_store(quick) -> None:
    done = quick("add", "s.db", "nosuch.txt")
    assert (done.code, not Path("s.db").exists()) == (1, True)
    assert done.err.endswith("0 added, 0 updated, 0 already there, 1 set aside. s.db was not made.\n")
    quick("add", "s.db", "in")
    assert "1 set aside. s.db holds 3 reports" in quick("add", "s.db", "nosuch.txt").err


def test_remove_says_what_it_took_out(quick) -> None:
    Path("t.csv").write_text(f"id,text,title\n17,{TEXT},Plan\n18,Talks went on.,\n")
    quick("add", "s.db", "in", "t.csv")
    done = quick("remove", "s.db", "17", "in/b.txt")
    assert done.code == 0
    assert re.fullmatch(
        r"[0-9a-f]{16}  id 17 · Plan · t\.csv: 1 mention\n[0-9a-f]{16}  in/b\.txt: 1 mention\n", done.out
    )
    assert done.err == "2 removed. s.db holds 3 reports and 2 mentions.\n"
    missing = quick("remove", "s.db", "18", "17")
    assert (missing.code, missing.out) == (1, "")
    assert "holds no report with the id or file '17'" in missing.err
    assert quick("remove", "s.db", "18").err.startswith("1 removed")


def test_reports_lists_what_joins_them_to_an_archive(quick) -> None:
    row = '17,"Ruritania rejected it.",Plan,2013-07-05,https://example.org/1,The Courier,A. Writer'
    Path("t.csv").write_text(f"id,text,title,published,url,source,author\n{row}\n")
    quick("add", "s.db", "t.csv")
    (found,) = [json.loads(line) for line in quick("reports", "s.db", "--format", "ndjson").out.splitlines()]
    told = {
        "given_id": "17", "title": "Plan", "published": DAY, "url": "https://example.org/1",
        "source": "The Courier", "author": "A. Writer", "path": "t.csv", "mentions": 1,
    }  # fmt: skip
    assert {name: found[name] for name in told} == told
    shown = quick("reports", "s.db").out
    assert "17" in shown
    assert "The Courier" in shown
    quick("reports", "s.db", "-o", "r.csv")
    assert polars.read_csv("r.csv")["given_id"].to_list() == [17]
    mention = json.loads(quick("events", "s.db", "--format", "ndjson").out)
    assert [mention[f"report_{name}"] for name in ("given_id", "source", "author", "path")] == [
        "17", "The Courier", "A. Writer", "t.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("command", [["code", "in"], ["events", "s.db"], ["reports", "s.db"]])
def test_a_dash_is_standard_output(quick, command: list[str]) -> None:
    quick("add", "s.db", "in")
    before = sorted(Path().iterdir())
    done = quick(*command, "-o", "-", "--format", "ndjson")
    assert len(done.out.splitlines()) == 3
    assert sorted(Path().iterdir()) == before


def replace_report(monkeypatch: pytest.MonkeyPatch, make_report: Callable[..., str]) -> None:
    made = SimpleNamespace(make_report=make_report, make_findings=lambda codings: None)
    made.Findings = lambda: SimpleNamespace(events=())
    made.read_findings = lambda store: made.Findings()
    monkeypatch.setitem(sys.modules, "detente.report", made)


def test_a_page_goes_to_standard_output(quick, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_report(monkeypatch, lambda codings, **_: f"<h1>{len(codings)}</h1>")
    done = quick("report", "in", "-o", "-")
    assert done.out == "<h1>3</h1>"
    assert done.err.endswith("The report is on standard output.\n")
    assert not Path("-").exists()


def test_another_language_is_warned_of_and_coded_all_the_same(quick) -> None:
    words = (
        "Ruritanie: le ministre a dit que la proposition de son voisin est « rejected » et que tout va bien."
    )
    Path("in/f.txt").write_text(words)
    done = quick("add", "s.db", "in")
    warning, summary = done.err.splitlines()
    assert warning == (
        "detente: in/f.txt: seems to be in French, and the coder reads English. It was coded all the same; "
        "translate it first, or leave it out."
    )
    said = "4 added, 0 updated, 0 already there, 0 set aside, 1 not in English. s.db holds 4 reports"
    assert (done.code, summary) == (0, f"{said} and 4 mentions.")
    assert "French" not in quick("add", "s.db", "in").err
    assert "French" in quick("reports", "s.db", "--format", "csv").out
    assert "standard input: seems to be in French" in quick("code", "-", given=words.encode()).err


@pytest.mark.parametrize(("option", "day"), [("--day-first", "2020-04-03"), ("--month-first", "2020-03-04")])
def test_the_order_of_day_and_month_can_be_told(quick, option: str, day: str) -> None:
    Path("t.csv").write_text(f"text,published\n{TEXT},03.04.2020\n")
    told = quick("code", "t.csv")
    assert told.code == 1
    assert "Write it as YYYY-MM-DD, or say which with --day-first or --month-first" in told.err
    assert json.loads(quick("code", "t.csv", option).out)["published"] == day


def test_add_sets_aside_what_can_not_be_stored(quick) -> None:
    Path("in/b.jsonl").write_text('{"text": "Ruritania rejected \\ud800 it."}\n')
    done = quick("add", "s.db", "in")
    assert "s.db holds" in done.err
    assert "Traceback" not in done.err
    with Store("s.db", readonly=True) as store:
        assert store.counts().reports >= 3


def test_ctrl_c_while_coding_says_what_was_done(quick) -> None:
    Path("in/bb.txt").write_text("STOP here")
    done = quick("code", "in")
    assert done.code == 130
    assert len(done.out.splitlines()) == 2
    assert done.err == (
        "detente: interrupted: 2 reports, 2 mentions, 0 set aside until then. Run the same command again.\n"
    )


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ([], 3),
        (["--limit", "2"], 2),
        (["--between", "FRE", "RUR"], 3),
        (["--actor", "ruritania", "--recipient", "FRE"], 3),
        (["--actor", "FRE"], 0),
        (["--type", "reject", "--type", "AID"], 3),
        (["--type", "aid"], 0),
        (["--status", "happened"], 3),
        (["--status", "denied", "--status", "offered"], 0),
        (["--since", "2013-07-01", "--until", "2013-07-01"], 3),
        (["--since", "2013-07-02"], 0),
        (["--says", "official"], 0),
        (["--search", "propos* Monday"], 3),
        (["--search", "war"], 0),
    ],
)
def test_events_filters(quick, monkeypatch: pytest.MonkeyPatch, filters: list[str], number: int) -> None:
    with Store("s.db") as store:
        for letter in "abc":
            report = Report(letter * 16, TEXT)
            store.add(Coding(report, (make_mention(report, theme=letter),), ()))
    done = quick("events", "s.db", "--format", "ndjson", *filters)
    assert (done.code, done.err, len(done.out.splitlines())) == (0, "", number)
    shown = quick("events", "s.db", *filters)
    assert shown.out.count("2013-07-01") == number
    assert number or shown.out == "No mention fits.\n"


def test_report_takes_stores_and_reports(quick, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_report(monkeypatch, lambda codings, title, **_: f"<h1>{title}</h1> of {len(codings)} é")
    quick("add", "s.db", "in/a.txt")
    done = quick("report", "s.db", "in/b.txt", "missing.txt", "-o", "r.html", "--title", "Korea")
    assert done.code == 1
    assert Path("r.html").read_text("utf-8") == "<h1>Korea</h1> of 2 é"
    assert "missing.txt: there is no such file" in done.err
    assert done.err.endswith("2 reports, 2 mentions, 1 set aside. The report is r.html.\n")
    assert quick("report", "s.db", "-o", "s.db").code == 2
    assert quick("report", "s.db", "-o", "r.html").code == 0


def test_report_of_nothing_writes_nothing(quick) -> None:
    done = quick("report", "missing.txt", "-o", "r.html")
    assert done.code == 1
    assert "r.html: was not written, as no report could be read" in done.err
    assert not Path("r.html").exists()


def test_classify_keeps_rows_in_step(run) -> None:
    rows = [
        "id\tmarked_sentence",
        "7\t<s>Ruritania</s> condemned <t>Freedonia</t>.",
        '8\t"<s>Ruritania</s> ""thanked"" <t>Freedonia</t>."',
        "9\tNobody is marked.",
        "10\ttoo\tmany",
        "",
    ]
    Path("s.tsv").write_text("\n".join(rows))
    done = run("classify", "s.tsv")
    assert done.code == 1
    found = list(csv.DictReader(StringIO(done.out), dialect="excel-tab"))
    assert [r["id"] for r in found] == ["7", "8", "9", ""]
    assert [bool(r["type"]) for r in found] == [True, True, False, False]
    assert found[0]["type"] == "ACCUSE"
    assert found[0]["quad"] == "verbal conflict"
    assert float(found[0]["score_ACCUSE"]) > float(found[0]["score_AID"])
    aside = done.err.splitlines()
    assert aside[0].startswith("detente: s.tsv, line 4: lacks")
    assert aside[1].startswith("detente: s.tsv, line 5: has 3 cells where the header has 2")
    assert aside[2:] == ["4 sentences, 2 set aside"]


SPOKEN = (
    "South Korea's president rejected the offer in Geneva on Monday, a spokesman said.\r\n\r\n“Talks” follow."
)


@pytest.mark.parametrize(
    ("arguments", "field", "words"),
    [
        (["dates", "-", "--published", DAY], "value", "2013-07-01"),
        (["places", "-"], "name", "Geneva"),
        (["actors", "-", "--on", DAY], "code", "KOR"),
        (["statements", "-"], "cue", "said"),
    ],
)
def test_finders_write_a_json_object_a_line(run, arguments: list[str], field: str, words: str) -> None:
    done = run(*arguments, given=SPOKEN.encode())
    assert (done.code, done.err) == (0, "")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert words in [f[field]["text"] if field == "cue" else f[field] for f in found]
    for record in found:
        spans = [record["cue"]] if field == "cue" else [record]
        assert all(SPOKEN[s["start"] : s["end"]] == s["text"] for s in spans)


def test_the_main_job_on_a_report(run) -> None:
    text = "South Korea on Monday rejected an offer of talks by North Korea. “No,” a minister said.\n"
    Path("a.txt").write_text(text)
    done = run("code", "a.txt", "--published", DAY, "--passed-over", "passed.ndjson")
    assert done.code == 0, done.err
    mentions = [json.loads(line) for line in done.out.splitlines()]
    assert "REJECT" in [m["type"] for m in mentions]
    assert all(text[m["start"] : m["end"]] == m["quote"] for m in mentions)
    assert all("reason" in json.loads(line) for line in Path("passed.ndjson").read_text().splitlines())
    assert run("add", "s.db", "a.txt", "--published", DAY).code == 0
    stored = run("events", "s.db", "--between", "KOR", "PRK", "--format", "ndjson").out.splitlines()
    assert sorted(stored) == sorted(
        line for line in done.out.splitlines() if '"PRK"' in line and '"KOR"' in line
    )
    assert stored
    assert run("report", "s.db", "-o", "r.html").code == 0
    assert "South Korea" in Path("r.html").read_text("utf-8")


def test_demo_makes_a_store_and_a_page(quick, tmp_path: Path) -> None:
    done = quick("demo", "-o", "deep/try")
    assert done.code == 0, done.err
    assert re.match(r"\d+ reports, \d+ mentions?\n", done.out)
    assert "Pairs with most mentions\n" in done.out
    page = Path("deep/try/report.html")
    assert page.read_text("utf-8").startswith("<!")
    assert f"The report is {page}: open it" in done.out
    following = re.search(r"Try next: detente (.*)\n", done.out)
    assert following
    assert quick(*following[1].split()).code == 0


def spawn(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    script = "from detente.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", script, *arguments], stderr=subprocess.PIPE, **options)


@pytest.fixture
def store_of_many(tmp_path: Path) -> Path:
    path = tmp_path / "many.db"
    with Store(path) as store:
        for i in range(300):
            report = Report(f"{i:016}", TEXT)
            store.add(Coding(report, (make_mention(report),), ()))
    return path


def test_a_closed_pipe_is_quiet(store_of_many: Path) -> None:
    process = spawn("events", str(store_of_many), "--format", "ndjson", stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "table"])
def test_a_full_disk_is_one_line(store_of_many: Path, format: str) -> None:
    with Path("/dev/full").open("wb") as full:
        process = spawn("events", str(store_of_many), "--format", format, stdout=full)
        _, err = process.communicate()
    assert process.returncode == 1
    assert err == b"detente: the output: No space left on device. Free some space, or name another file.\n"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_while_adding_for_real(tmp_path: Path, workers: str) -> None:
    """Sends SIGINT to the whole group, as a terminal does, once a first report is stored."""
    reports = tmp_path / "many.jsonl"
    text = "South Korea on Monday rejected an offer of talks by North Korea. "
    reports.write_text("".join(json.dumps({"text": text * 20 + str(i)}) + "\n" for i in range(400)))
    path = tmp_path / "s.db"
    process = spawn("add", str(path), str(reports), "--workers", workers, start_new_session=True)
    started = time.monotonic()
    while process.poll() is None and time.monotonic() - started < 90:
        time.sleep(0.05)
        if path.exists():
            with Store(path) as store:
                if store.counts().reports:
                    break
    assert process.poll() is None, "ended before it could be interrupted"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert ONE_LINE.fullmatch(err.decode()), err.decode()
    assert b" coded now, and all before, are safe in " in err
    with Store(path) as store:
        assert 0 < store.counts().reports < 400


def test_colours_can_be_switched_off(quick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")  # put back afterwards, whatever the option does
    quick("add", "s.db", "in/a.txt")
    assert os.environ["NO_COLOR"] == ""
    assert quick("--no-color", "events", "s.db").code == 0
    assert os.environ["NO_COLOR"] == "1"


def test_without_a_command_the_next_step_is_told(quick) -> None:
    assert "'detente demo' makes a store" in quick().out
