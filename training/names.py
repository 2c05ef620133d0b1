"""Puts other names of the same kind into a sentence, so that words are learnt and not who is in the news."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from functools import cache

from detente.records import SpanOffsets
from detente.tables import data_file, read_tsv
from training.instances import Instance, Pair, Word

COLUMNS = ("name", "others", "demonyms", "capitals")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of states, peoples and capitals: kinds by name, names by kind, one expression for all."""

    kinds: dict[str, str]
    members: dict[str, list[str]]
    pattern: re.Pattern[str]


@cache
def load_names() -> Names:
    """The names of detente/actors/states.tsv by kind; a plural demonym is a kind of its own."""
    kinds: dict[str, str] = {}
    for _, row in read_tsv(data_file("actors", "states.tsv"), COLUMNS):
        for name in (row["name"], *row["others"].split(";")):
            kinds[name] = "state"
        for name in row["capitals"].split(";"):
            kinds[name] = "capital"
        for name in row["demonyms"].split(";"):
            kinds[name] = "people" if name.endswith("s") else "demonym"
    kinds = {name: kind for name, kind in kinds.items() if len(name) > 3 and name[0].isupper()}
    members: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        members.setdefault(kind, []).append(name)
    longest_first = sorted(kinds, key=len, reverse=True)
    return Names(kinds, members, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"))


def swap_names(instance: Instance, rng: random.Random) -> Instance:
    """The instance with every name of a state, people or capital changed for another, offsets moved along."""
    names = load_names()
    chosen: dict[str, str] = {}
    text, done = "", 0
    moves: list[tuple[int, int]] = []
    for hit in names.pattern.finditer(instance.text):
        other = chosen.setdefault(hit[0], rng.choice(names.members[names.kinds[hit[0]]]))
        text += instance.text[done : hit.start()] + other
        done = hit.end()
        moves.append((done, len(text) - done))
    text += instance.text[done:]

    def move(at: int) -> int:
        return at + next((by for end, by in reversed(moves) if end <= at), 0)

    def move_span(span: SpanOffsets | None) -> SpanOffsets | None:
        return span and (move(span[0]), move(span[1]))

    def move_word(word: Word) -> Word:
        actors, recipients = (
            tuple((move(a), move(b)) for a, b in side) for side in (word.actors, word.recipients)
        )
        return replace(word, start=move(word.start), end=move(word.end), actors=actors, recipients=recipients)

    words = tuple(map(move_word, instance.words))
    pairs = tuple(
        Pair(move_span(p.actor), move_span(p.recipient), p.label, (move(p.trigger[0]), move(p.trigger[1])))
        for p in instance.pairs
    )
    return replace(instance, text=text, words=words, pairs=pairs)
