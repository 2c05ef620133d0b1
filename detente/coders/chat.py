"""Language models that answer in JSON: behind an OpenAI-compatible endpoint, or in a local GGUF file."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from detente.errors import CoderError, InputError, UsageError

KEY_NAME = "DETENTE_API_KEY"  # the environment variable that holds the key of an endpoint
TIME_LIMIT = 180.0  # seconds that a server may stay silent
TRIES = 5
LONGEST_PAUSE = 60.0  # seconds between two tries
ANSWER_TOKENS = 2048
CONTEXT_TOKENS = 8192  # of a local model
SEED = 1
BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
SETTINGS = ("temperature", "seed", "max_tokens", "max_completion_tokens", "response_format")
HEAD = 1 << 20  # bytes of a model file that tell it from others: its header with all settings

Message = dict[str, str]
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote, and the tokens that it read and wrote (None where the server doesn't say).

    `cut` says that it stopped at the limit of tokens, not at its end; `cached` that it was kept from before.
    """

    text: str
    read: int | None = None
    written: int | None = None
    cut: bool = False
    cached: bool = False


class ChatModel(Protocol):
    """A model that answers messages with JSON that fits a schema. `key` tells it from all others."""

    name: str
    key: str

    def ask(self, messages: Sequence[Message], schema: Schema) -> Answer:
        """The model's answer. Raises InputError where this one failed, CoderError where all would."""


def load_chat_model(model: str, endpoint: str | None) -> ChatModel:
    """The model at an endpoint, or without one in a local GGUF file; nothing is sent yet.

    Raises UsageError where `model` is neither, and CoderError where a file can't be loaded.
    """
    if endpoint:
        return Endpoint(endpoint, model, os.environ.get(KEY_NAME))
    file = Path(model).expanduser()
    if file.suffix.lower() != ".gguf" or not file.is_file():
        cure = "Name a file that ends in .gguf, or the server's address with --endpoint"
        raise UsageError(f"model {model}", "is no GGUF file, and no endpoint is named", cure)
    return LocalModel(file)


class Endpoint:
    """A model at an OpenAI-compatible server.

    `address` is the part before /chat/completions. `limit` is how many seconds the server may stay silent
    and `pause` how many to wait before the second of five tries; the wait doubles from try to try, or is
    what the server asks for, a minute at most.
    """

    def __init__(
        self, address: str, model: str, key: str | None = None, limit: float = TIME_LIMIT, pause: float = 2.0
    ) -> None:
        import httpx

        if not address.startswith(("http://", "https://")):
            cure = "Write it as http://localhost:11434/v1"
            raise UsageError(f"endpoint {address}", "is no web address", cure)
        self.name = model
        self.address = address.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        self.key = f"{self.address} {model}"
        self.pause = pause
        self.reached = False
        self.refused: list[str] = []
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            self.client = httpx.Client(headers=headers, timeout=limit)
        except UnicodeEncodeError as e:
            fault = "holds a sign that no key has"
            raise CoderError(KEY_NAME, fault, "Copy the key again") from e

    def ask(self, messages: Sequence[Message], schema: Schema) -> Answer:
        """The model's answer, after several tries where the server is busy.

        What a server refuses of the settings (a temperature, a schema) is put in another way or left out from
        then on.
        """
        while True:
            settings = self.settings(schema)
            response = self.send({"model": self.name, "messages": list(messages), **settings})
            refused = named_settings(response, settings)
            if not refused:
                break
            self.refused += refused
        self.check(response)
        return read_reply(response, self.address)

    def settings(self, schema: Schema) -> dict[str, Any]:
        """What is asked of the server beside the messages: of each setting the first way not yet refused."""
        strict = {"name": "acts", "strict": True, "schema": schema}
        forms = [
            {"type": "json_schema", "json_schema": strict},
            {"type": "json_object", "schema": schema},  # as llama.cpp has it; others pass over the schema
            {"type": "json_object"},
        ]
        wanted: list[tuple[str, Any]] = [
            ("temperature", 0),
            ("seed", SEED),
            ("max_completion_tokens" if "max_tokens" in self.refused else "max_tokens", ANSWER_TOKENS),
        ]
        kept = {name: value for name, value in wanted if name not in self.refused}
        left = forms[self.refused.count("response_format") :]
        return kept | ({"response_format": left[0]} if left else {})

    def send(self, body: dict[str, Any]) -> Any:
        """The server's response, tried again where it is busy, silent or can't be reached."""
        import httpx

        for attempt in range(1, TRIES + 1):
            wait = self.pause * 2 ** (attempt - 1)
            try:
                response = self.client.post(self.address, json=body)
            except httpx.TimeoutException as e:
                if attempt == TRIES:
                    fault = f"gave no answer in time, {TRIES} times"
                    raise InputError(self.address, fault, "Try again later, or use a faster model") from e
            except (httpx.HTTPError, httpx.InvalidURL) as e:
                if attempt == TRIES or not self.reached:
                    fault = f"can't be reached ({e or type(e).__name__})"
                    raise CoderError(self.address, fault, "Start the server, or check --endpoint") from e
            else:
                self.reached = True
                busy = response.status_code in BUSY and not named_settings(response, body)
                if not busy or attempt == TRIES:
                    return response
                wait = stated_wait(response.headers.get("retry-after", "")) or wait
            time.sleep(min(wait, LONGEST_PAUSE))
        raise AssertionError("the last try returns or raises")

    def check(self, response: Any) -> None:
        """Raise what the server's status stands for, unless that is 200."""
        status: int = response.status_code
        if status == 200:
            return
        said = f"{status}: {stated_fault(response)}"
        if status in (401, 403):
            fault, cure = f"refuses the key ({said})", f"Put the right key into {KEY_NAME}"
        elif status == 404:
            fault = f"has no model '{self.name}', or is no chat endpoint ({said})"
            cure = "Check --model and --endpoint"
        elif status in (402, 429):
            fault = f"refuses more requests ({said})"
            cure = "Wait, or see to the account; then run the same command again"
        elif 300 <= status < 400:
            fault, cure = f"sends elsewhere ({said})", "Name the address itself with --endpoint"
        else:
            raise InputError(self.address, f"the server failed ({said})", "Run the same command again")
        raise CoderError(self.address, fault, cure)


def named_settings(response: Any, settings: Mapping[str, Any]) -> list[str]:
    """The settings that a server names in refusing a request; some answer so with 500."""
    if response.status_code not in (400, 422, 500):
        return []
    return [name for name in SETTINGS if name in settings and name in response.text]


def stated_wait(words: str) -> float | None:
    """The seconds of a Retry-After header; None where it isn't a number."""
    return float(words) if words.replace(".", "", 1).isdecimal() else None


def stated_fault(response: Any) -> str:
    """What a server says went wrong, in one short line."""
    try:
        body = response.json()
        said = body["error"]["message"] if isinstance(body["error"], dict) else body["error"]
    except (ValueError, LookupError, TypeError):
        said = response.text or response.reason_phrase
    return " ".join(str(said).split())[:200]


def read_reply(response: Any, address: str) -> Answer:
    """The answer in a server's response. Raises InputError where that has another form."""
    try:
        body = response.json()
        choice = body["choices"][0]
        text = choice["message"]["content"] or ""
        used = body.get("usage") or {}
        counts = used.get("prompt_tokens"), used.get("completion_tokens")
        return Answer(str(text), *counts, cut=choice.get("finish_reason") == "length")
    except (ValueError, LookupError, TypeError, AttributeError) as e:
        fault = f"answers in another form than OpenAI's ({type(e).__name__}: {e})"
        raise InputError(address, fault, "Check that --endpoint is an OpenAI-compatible address") from e


class LocalModel:
    """A model in a GGUF file, run here by llama.cpp, which lets it write only what fits the schema."""

    def __init__(self, file: Path, context: int = CONTEXT_TOKENS) -> None:
        self.name = file.name
        with file.open("rb") as opened:
            head = hashlib.sha256(opened.read(HEAD)).hexdigest()
        self.key = f"{file.name} {file.stat().st_size} {head}"
        self.llama = load_llama(file, context)

    def ask(self, messages: Sequence[Message], schema: Schema) -> Answer:
        """The model's answer. Raises InputError where the text is longer than the model can read."""
        try:
            reply = self.llama.create_chat_completion(
                messages=list(messages),
                response_format={"type": "json_object", "schema": schema},
                temperature=0.0,
                seed=SEED,
                max_tokens=ANSWER_TOKENS,
            )
        except ValueError as e:
            raise InputError(self.name, f"can't read it ({e})", "Use a model with a longer context") from e
        choice, used = reply["choices"][0], reply["usage"]
        counts = used["prompt_tokens"], used["completion_tokens"]
        return Answer(choice["message"]["content"], *counts, cut=choice["finish_reason"] == "length")


def load_llama(file: Path, context: int) -> Any:
    """llama.cpp with a model. Raises CoderError where it isn't installed or can't read the file."""
    try:
        from llama_cpp import Llama
    except ImportError as e:
        cure = "pip install 'detente[llm]', or name a server with --endpoint"
        raise CoderError("coder llm", f"llama-cpp-python can't be loaded ({e})", cure) from e
    make: Callable[..., Any] = Llama
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        try:
            return make(model_path=str(file), n_ctx=context, seed=SEED, verbose=False)
        except (ValueError, RuntimeError) as e:
            raise CoderError(str(file), f"can't be loaded ({e})", "Name a whole GGUF model file") from e
