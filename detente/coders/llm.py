"""The coder `llm`: a language model reads a report piece by piece; what it quotes must stand there."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from detente.coders.answers import AnswerChecker, Dropped, Stretch, find_words, read_acts
from detente.coders.base import Found
from detente.coders.cache import AnswerCache, question_id
from detente.coders.chat import Answer, ChatModel, Message, Schema, load_chat_model
from detente.errors import InputError
from detente.events import Act
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import STATUSES, Party, PassedOver, Report
from detente.tables import data_file, language_file, read_yaml
from detente.where.gazetteer import cache_folder

__all__ = ["LlmCoder", "Piece", "Usage", "cut_pieces", "load_chat_model"]

PIECE = (
    2400  # characters shown at once: some 600 tokens, which leave room for instructions and answer in 8,192
)
SILENT = "the language model told no act in it"
Prices = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The words of languages/*/prompt.yaml, with the lists filled in."""

    system: str
    asked: str
    unknown: str
    example: tuple[Message, Message]

    def messages(self, report: Report, text: str) -> list[Message]:
        """The conversation that asks for the acts in `text`."""
        asked = self.asked.format(
            published=report.published or self.unknown, title=report.title or self.unknown, text=text
        )
        return [{"role": "system", "content": self.system}, *self.example, {"role": "user", "content": asked}]


@cache
def load_prompt(language: str = "en") -> Prompt:
    """The prompt of a language."""
    table = read_yaml(language_file(language, "prompt.yaml"))
    types = load_ontology().types
    modes = (f"{name}: {', '.join(act.modes)}" for name, act in types.items() if act.modes)
    system = table["system"].format(
        types="\n  ".join(f"{name}: {table['types'][name]}" for name in types),
        modes="\n  ".join(modes),
        statuses="\n  ".join(f"{name}: {table['statuses'][name]}" for name in STATUSES),
    )
    shown = table["example"]
    acts = [{name: act[name] for name in act if name != "__line__"} for act in shown["acts"]]
    asked = table["asked"].format(published=table["unknown"], title=table["unknown"], text=shown["text"])
    answer = json.dumps({"acts": acts}, ensure_ascii=False)
    example = ({"role": "user", "content": asked}, {"role": "assistant", "content": answer})
    return Prompt(system, table["asked"], table["unknown"], example)


@cache
def load_schema() -> Schema:
    """The JSON schema of an answer, with the names of types, modes and statuses filled in."""
    types = load_ontology().types
    names = {
        "types": [*types],
        "modes": ["", *dict.fromkeys(mode for act in types.values() for mode in act.modes)],
        "statuses": [*STATUSES],
    }
    schema: Schema = json.loads(data_file("coders", "answer.schema.json").read_text(encoding="utf-8"))
    for field_ in schema["properties"]["acts"]["items"]["properties"].values():
        if field_.get("enum") in names:
            field_["enum"] = names[field_["enum"]]
    return schema


@dataclass(frozen=True, slots=True)
class Piece:
    """As much of a report as a model is shown at once."""

    stretches: tuple[Stretch, ...]

    @property
    def text(self) -> str:
        """The words of the piece, a blank line between passages."""
        return "\n\n".join(s.text for s in self.stretches)

    @property
    def span(self) -> tuple[int, int]:
        """Offsets of the piece in the report's text."""
        last = self.stretches[-1]
        return self.stretches[0].offset, last.passage.start + last.end


def cut_pieces(passages: Sequence[Passage], longest: int = PIECE) -> Iterator[Piece]:
    """A report in pieces of at most `longest` characters, cut between passages, else between sentences.

    A sentence that is longer by itself is a piece of its own.
    """
    held: list[Stretch] = []
    size = 0
    for stretch in _cut_stretches(passages, longest):
        length = stretch.end - stretch.start
        if held and size + length > longest:
            yield Piece(tuple(held))
            held, size = [], 0
        held.append(stretch)
        size += length
    if held:
        yield Piece(tuple(held))


def _cut_stretches(passages: Sequence[Passage], longest: int) -> Iterator[Stretch]:
    for passage in passages:
        start = end = 0
        for sentence in passage.doc.sents:
            if sentence.end_char - start > longest and end > start:
                yield Stretch(passage, start, end)
                start = sentence.start_char
            end = sentence.end_char
        if end > start:
            yield Stretch(passage, start, end)


@dataclass(slots=True)
class Usage:
    """What a model was asked so far. `read` and `written` are tokens; `dropped` counts acts by the reason."""

    asked: int = 0
    cached: int = 0
    read: int = 0
    written: int = 0
    uncounted: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    unread: int = 0

    def count(self, answer: Answer) -> None:
        """Adds an answer."""
        self.cached += answer.cached
        self.asked += not answer.cached
        self.read += answer.read or 0
        self.written += answer.written or 0
        self.uncounted += answer.read is None and not answer.cached

    def cost(self, prices: Prices) -> float:
        """What the tokens cost at prices for a million read and a million written."""
        return (self.read * prices[0] + self.written * prices[1]) / 1e6

    def describe(self, prices: Prices | None) -> Iterator[str]:
        """The parts of a line for the user."""
        yield f"answers: {self.asked:,} asked for, {self.cached:,} from the cache, {self.unread:,} unusable"
        uncounted = f" (not stated by the server: {self.uncounted:,} answers)" if self.uncounted else ""
        yield f"tokens: {self.read:,} read, {self.written:,} written{uncounted}"
        if prices:
            yield f"cost: {self.cost(prices):.4f}"
        why = [f"{number:,} as {reason}" for reason, number in self.dropped.most_common()]
        dropped = f"{self.dropped.total():,} dropped" + (f" ({', '.join(why)})" if why else "")
        yield f"acts: {self.kept:,} kept, {dropped}"


class LlmCoder:
    """Codes with a language model; dates, places and speakers are found by the rest of the path.

    `prices` are for a million tokens read and a million written, `at_once` is how many pieces of a report are
    asked side by side, `cache` the file that keeps the answers (in the cache folder where none is named).
    """

    copies = False

    def __init__(
        self, model: ChatModel, prices: Prices | None = None, at_once: int = 1, cache: Path | None = None
    ) -> None:
        self.model = model
        self.name = f"llm:{model.name}"
        self.prices = prices
        self.at_once = at_once
        self.cache = AnswerCache(cache or cache_folder() / "answers.sqlite")
        self.usage = Usage()
        self.lock = threading.Lock()

    def summary(self) -> str | None:
        """Requests, tokens, cost, and what was dropped, in one line."""
        if not self.usage.asked + self.usage.cached:
            return None
        return f"{self.name}: {'; '.join(self.usage.describe(self.prices))}"

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """The acts that the model tells and the text bears out.

        Raises InputError where none of the model's answers can be used, or the server fails at this report.
        """
        pieces = list(cut_pieces(passages))
        acts: list[Act] = []
        notes: list[PassedOver] = []
        failed: list[InputError] = []
        for piece, answer in zip(pieces, self.ask_all(report, pieces), strict=True):
            if isinstance(answer, InputError):
                failed.append(answer)
                self.usage.unread += 1
                notes += _note_sentences(report, piece, answer.fault)
                continue
            checker = AnswerChecker(report.text, piece.stretches, parties)
            for told in answer:
                try:
                    acts.append(checker.take(told))
                except Dropped as e:
                    self.usage.dropped[str(e)] += 1
                    notes.append(_note_dropped(report, piece, told, str(e)))
        if failed and len(failed) == len(pieces):
            raise failed[0]
        self.usage.kept += len(acts)
        return Found(sorted(acts, key=lambda a: a.trigger), notes=notes, silent=SILENT)

    def ask_all(self, report: Report, pieces: Sequence[Piece]) -> list[list[Any] | InputError]:
        """What the model tells of each piece, or why its answer can't be used."""
        questions = [load_prompt().messages(report, piece.text) for piece in pieces]
        if self.at_once == 1:
            return [self.ask(question) for question in questions]
        with ThreadPoolExecutor(self.at_once) as pool:
            return list(pool.map(self.ask, questions))

    def ask(self, messages: list[Message]) -> list[Any] | InputError:
        """The acts that the model tells, from the cache where it was asked the same before.

        Raises InputError where the server fails; an answer that can't be used is given back as one.
        """
        schema = load_schema()
        question = question_id(self.model.key, messages, schema)
        kept = self.cache.get(question)
        answer = Answer(kept, cached=True) if kept is not None else self.model.ask(messages, schema)
        with self.lock:  # several pieces may be asked side by side
            self.usage.count(answer)
        try:
            acts = read_acts(answer.text)
        except InputError as e:
            cut = InputError(e.subject, "its answer was cut off at the limit of tokens", e.cure)
            return cut if answer.cut else e
        if not answer.cached:
            self.cache.put(question, answer.text)
        return acts


def _note_sentences(report: Report, piece: Piece, reason: str) -> Iterator[PassedOver]:
    for stretch in piece.stretches:
        for sentence in stretch.passage.doc.sents:
            if stretch.start <= sentence.start_char < stretch.end:
                start = stretch.passage.start + sentence.start_char
                end = stretch.passage.start + sentence.end_char
                yield PassedOver(
                    report.id, start, end, report.text[start:end], None, f"the model failed: {reason}"
                )


def _note_dropped(report: Report, piece: Piece, told: Any, reason: str) -> PassedOver:
    start, end = _find_told(piece, told)
    words = json.dumps(told, ensure_ascii=False)[:300]
    return PassedOver(
        report.id, start, end, report.text[start:end], None, f"dropped, as {reason}; the model told {words}"
    )


def _find_told(piece: Piece, told: Any) -> tuple[int, int]:
    """Where what a model told stands: its quote, else its trigger, else the whole piece."""
    words = [told.get(name) for name in ("quote", "trigger")] if isinstance(told, dict) else []
    for sought in (w for w in words if isinstance(w, str)):
        for stretch in piece.stretches:
            for start, end in find_words(sought, stretch.text):
                return stretch.offset + start, stretch.offset + end
    return piece.span
