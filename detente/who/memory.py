"""What a report has named so far, and whom a pronoun or description points back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Token

from detente.records import PartyKind
from detente.who.phrases import is_subject

REACH = 3  # sentences that a pronoun looks back over
PAIR_REACH = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a mention means: one party, without its words."""

    name: str | None
    code: str | None
    kind: PartyKind
    sector: str | None
    role: str | None = None
    sex: str = ""


@dataclass(slots=True)
class Mention:
    """A phrase of a report with the parties that it means; `sentence` counts through the report."""

    start: int
    end: int
    head: Token
    who: tuple[Identity, ...]
    sentence: int
    plural: bool = False
    pointing: bool = False
    synonyms: int | None = None

    @property
    def subject(self) -> bool:
        """Whether it stands as a subject."""
        return is_subject(self.head)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its parties, without repeats."""
        return tuple(dict.fromkeys(w.code for w in self.who if w.code))


@dataclass(slots=True)
class Memory:
    """The mentions of a report so far."""

    states: dict[str, str]
    people: dict[str, Identity] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sentence: int = 0

    def note(self, mention: Mention) -> None:
        """Remember a mention."""
        self.mentions.append(mention)
        self.counts.update(mention.codes)

    def recent(self, before: Token | None, reach: int = REACH) -> Iterator[Mention]:
        """Mentions, latest first, over the last sentences; in this sentence only those before a token."""
        for m in sorted(self.mentions[-80:], key=lambda m: (m.sentence, m.start), reverse=True):
            if m.sentence < self.sentence - reach:
                return
            if m.sentence == self.sentence and before is not None and m.end > before.i:
                continue
            yield m

    def find_antecedent(
        self, token: Token, fits: Callable[[Mention], bool], avoid: frozenset[str] = frozenset()
    ) -> Mention | None:
        """The mention that `token` points back to: subjects of its clauses first, the nearest last."""
        found = [m for m in self.recent(token) if fits(m) and not (avoid and set(m.codes) <= avoid)]
        here = [m for m in found if m.sentence == self.sentence]
        last = [m for m in found if m.sentence == self.sentence - 1]
        for group in (
            _above(here, token),
            _subjects(here),
            here,
            _subjects(last),
            last,
            _subjects(found),
            found,
        ):
            if group:
                return group[0]
        return None

    def find_noun(self, synonyms: int, head: Token) -> Mention | None:
        """The latest mention with a code whose head noun means the same; its own paragraph comes first."""
        same = [
            m
            for m in reversed(self.mentions)
            if m.synonyms == synonyms and m.codes and not m.pointing and m.head is not head
        ]
        here = [m for m in same if m.head.doc is head.doc]
        exact = [m for m in here or same if m.head.lemma_ == head.lemma_]
        return next(iter(exact or here or same), None)

    def find_focus(self, token: Token) -> Identity | None:
        """The state that the passage is about just before `token`."""
        found = self.find_antecedent(
            token,
            lambda m: len(m.codes) == 1 and is_state_code(m.codes[0]) and m.who[0].sector != "MED",
        )
        return self.as_state(found.who[0]) if found else None

    def as_state(self, who: Identity) -> Identity:
        """The state that a party acts for; a party of no state as it is."""
        return Identity(self.states[who.code], who.code, "state", "GOV") if who.code in self.states else who

    def find_pair(self, token: Token, avoid: frozenset[str] = frozenset()) -> tuple[Identity, ...]:
        """The two parties in focus: a pair named before, else those last and oftenest named.

        Where the paragraph has named two others, a pair of another paragraph is not meant.
        """
        here = self._named_in(token, avoid)
        for m in self.recent(token, PAIR_REACH):
            elsewhere = m.head.doc is not token.doc and len(here) > 1 and not here & set(m.codes)
            if len(m.codes) == 2 and m.pointing and not set(m.codes) & avoid and not elsewhere:
                return tuple(self.as_state(w) for w in m.who[:2])
        found = self._rank_parties(token, avoid)
        return tuple(found[:2]) if len(found) > 1 else ()

    def find_other(self, token: Token, avoid: frozenset[str]) -> tuple[Identity, ...]:
        """The party in focus beside those of the codes `avoid`."""
        return tuple(self._rank_parties(token, avoid)[:1])

    def _named_in(self, token: Token, avoid: frozenset[str]) -> set[str]:
        """The codes that the paragraph of `token` has named before it, bystanders left out."""
        here = (m for m in self.recent(token, PAIR_REACH) if m.head.doc is token.doc)
        return {
            w.code for m in here for w in m.who if w.code and w.code not in avoid and not _is_bystander(w)
        }

    def _rank_parties(self, token: Token, avoid: frozenset[str]) -> list[Identity]:
        """The parties of the last sentences, and then of the whole report, likeliest first."""
        seen: dict[str, Identity] = {}
        near: set[str] = set()
        for m in self.recent(token, PAIR_REACH):
            for who in m.who:
                key = who.code or (str(who.sector) if who.kind == "group" else "")
                if key and key not in avoid and not _is_bystander(who):
                    seen.setdefault(key, self.as_state(who))
                    near |= {key} if m.sentence >= self.sentence - 1 else set()
        order = list(seen)
        if len(order) > 2:
            here = self._named_in(token, avoid)
            here = here if len(here) > 1 else set()
            order.sort(key=lambda c: (bool(here) and c not in here, c not in near, -self.counts[c]))
        if len(order) < 2:
            for who in (w for m in reversed(self.mentions) for w in m.who if w.code and w.code not in avoid):
                seen.setdefault(str(who.code), self.as_state(who))
            order = list(seen)
        return [seen[key] for key in order]


def is_state_code(code: str | None) -> bool:
    """Whether a code is a state's."""
    return bool(code) and ":" not in str(code)


def _is_bystander(who: Identity) -> bool:
    return who.sector == "MED" or bool(who.code and who.code.startswith("IGO:"))


def _subjects(found: list[Mention]) -> list[Mention]:
    return [m for m in found if m.subject]


def _above(found: list[Mention], token: Token) -> list[Mention]:
    """Subjects of the clauses that hold `token`, the innermost first."""
    above = list(token.ancestors)
    ranked = [(above.index(top), m) for m in found if m.subject and (top := _clause(m.head)) in above]
    return [m for _, m in sorted(ranked, key=lambda r: r[0])]


def _clause(head: Token) -> Token:
    while head.dep_ in ("conj", "appos") and head.head.i < head.i:
        head = head.head
    return head.head
