"""Which parties a phrase stands for: itself, or whoever holds the thing it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Token

from detente.events import grammar
from detente.parse import Passage
from detente.records import Party
from detente.who import state_of

JOINED_BY = re.compile(r"\s*(?:,\s*)?and\s+")
PLACE_SLOTS = frozenset({"in", "at", "to", "into", "for", "near"})
CROWDS = frozenset({"people", "group"})


def same_party(a: Party, b: Party) -> bool:
    """Whether two mentions name one party (same code, or same words where there is none)."""
    if a.code or b.code:
        return a.code == b.code and (
            a.sector == b.sector or "GOV" in {a.sector, b.sector} or a.name == b.name
        )
    return a.name == b.name if a.name and b.name else a.text == b.text


def is_known(party: Party) -> bool:
    """Whether a party is identified, or is a crowd or group that needs no name."""
    return party.code is not None or party.kind in CROWDS


def others_of(parties: Iterable[Party], than: Sequence[Party]) -> list[Party]:
    """Those of `parties` that are none of `than`."""
    return [p for p in parties if not any(same_party(p, t) for t in than)]


class PartyIndex:
    """The parties of one report by where they stand."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = sorted(parties, key=lambda p: (p.start, p.end))
        self.starts = [p.start for p in self.parties]
        self.longest = max((p.end - p.start for p in parties), default=0)
        self._slots: dict[tuple[int, int, str, bool], list[tuple[Token, list[Party]]]] = {}

    def between(self, start: int, end: int) -> list[Party]:
        """The parties that start between two offsets."""
        return self.parties[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def at(self, passage: Passage, token: Token) -> list[Party]:
        """The parties whose words include the token, the narrowest ones."""
        start = passage.start + token.idx
        end = start + len(token)
        found = [p for p in self.between(start - self.longest, end) if start < p.end]
        narrowest = min((p.end - p.start for p in found), default=0)
        return [p for p in found if p.end - p.start == narrowest]

    def within(self, start: int, end: int) -> list[Party]:
        """The parties that stand between two offsets."""
        return [p for p in self.between(start, end) if p.end <= end]

    def of(self, passage: Passage, token: Token, by_clause: bool = False) -> list[Party]:
        """The parties that a phrase's head stands for.

        With `by_clause` a noun that nobody owns is held by the subject of its clause.
        """
        own = self.at(passage, token)
        if own or token.pos_ not in {"NOUN", "PROPN"}:
            return self.joined(passage, token, own)
        candidates = [grammar.holders(token), grammar.prepositional(token, "from")]
        if by_clause:
            candidates.append(grammar.holders_by_clause(token))
        for heads in candidates:
            held = [p for h in grammar.spread(heads) for p in self.at(passage, h)]
            if held:
                return held
        return []

    def joined(self, passage: Passage, token: Token, own: list[Party]) -> list[Party]:
        """Adds the rest of 'officials from Seoul and Pyongyang' and of 'North and South Korea'."""
        if not own:
            return own
        more = [
            p
            for prep in ("from", "of")
            for first in grammar.prepositional(token, prep)
            for t in grammar.with_conjuncts(first)[1:]
            for p in self.at(passage, t)
        ]
        first = own[0].start
        before = [p for p in self.between(first - self.longest - 7, first) if 0 < first - p.end < 7]
        for p in before:
            between = passage.text[p.end - passage.start : own[0].start - passage.start]
            if p.start >= passage.start and JOINED_BY.fullmatch(between) and token.i > 0:
                more.insert(0, p)
        return others_of(more, own)[:3] + own if before and more else own + others_of(more, own)

    def in_slot(
        self, passage: Passage, predicate: Token, slot: str, places: bool = True
    ) -> list[tuple[Token, list[Party]]]:
        """The tokens that fill a slot, each with the parties that it stands for; worked out once.

        With `places`, a place stands for its state ('stopped in China').
        """
        key = passage.start, predicate.i, slot, places
        if key not in self._slots:
            self._slots[key] = self._fill_slot(passage, predicate, slot, places)
        return self._slots[key]

    def _fill_slot(
        self, passage: Passage, predicate: Token, slot: str, places: bool
    ) -> list[tuple[Token, list[Party]]]:
        found = []
        for token in grammar.slot_tokens(predicate, slot):
            parties = self.at(passage, token) if slot.endswith(".any") else []
            if not slot.endswith(".any"):
                parties = self.of(passage, token, by_clause=slot == "subj")
                if places and not parties and slot in PLACE_SLOTS:
                    parties = self.state_at(passage, token)
            found.append((token, parties))
        if slot == "to" and not any(p for _, p in found):
            found += [(t, self.before(passage, t)) for t in predicate.children if t.lower_ == "there"]
        return found

    def state_at(self, passage: Passage, token: Token) -> list[Party]:
        """The state that a place's name stands for, where someone arrives in it."""
        words = passage.doc[token.left_edge.i : token.i + 1].text
        named = state_of(words) if token.pos_ == "PROPN" else None
        if named is None:
            return []
        start, end = (token.left_edge.idx + offset for offset in (named.start, named.end))
        cut = passage.source[start:end]
        return [replace(named, text=cut, start=passage.start + start, end=passage.start + end)]

    def before(self, passage: Passage, there: Token) -> list[Party]:
        """The state that 'there' points back to: the last one named before the clause's own subject."""
        verb = there.head
        subjects = [p for t in grammar.surface_subjects(verb) for p in self.of(passage, t)]
        limit = min([verb.idx, *(t.idx for t in verb.subtree)]) + passage.start
        states = [p for p in self.between(passage.start, limit) if p.kind == "state"]
        return others_of(states, subjects)[-1:]
