"""Sentences → acts: which frame fits each verb and event noun, and who fills its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import grammar
from detente.events.status import STRENGTH, Judged, judge_status
from detente.lexicon import Frame, Lexicon, PartOfSpeech
from detente.parse import Passage
from detente.records import Party, Status

MUTUAL_TYPES = frozenset({"CONSULT", "COOPERATE", "AGREE"})
NEEDS_RECIPIENT = frozenset(
    {
        "CONSULT",
        "AGREE",
        "SUPPORT",
        "CONCEDE",
        "REJECT",
        "REQUEST",
        "THREATEN",
        "ACCUSE",
        "SANCTION",
        "AID",
        "COOPERATE",
    }
)
REPLY_TYPES = frozenset({"REJECT", "AGREE", "CONCEDE", "REQUEST", "THREATEN", "CONSULT", "SANCTION"})
SPEECH_NOUNS = frozenset(
    {"proposal", "offer", "demand", "request", "call", "appeal", "plan", "ultimatum", "claim"}
)
EMITTED_THEMES: frozenset[Status] = frozenset({"refused", "demanded", "threatened", "alleged", "denied"})


@dataclass(eq=False)
class Act:
    """An act found in a sentence, before dates, places and speakers are known."""

    passage: Passage
    sentence: SentenceSpan
    token: Token
    frame: Frame
    judged: Judged
    status: Status
    actors: list[Party] = field(default_factory=list)
    recipients: list[Party] = field(default_factory=list)
    theme: Act | None = None
    outer: Act | None = None
    reasons: list[str] = field(default_factory=list)
    penalty: float = 0.0

    @property
    def type(self) -> str:
        """The act's type."""
        return self.frame.type or ""

    @property
    def trigger(self) -> tuple[int, int]:
        """First and last-plus-one offset of the trigger in the text."""
        start = self.passage.start + self.token.idx
        return start, start + len(self.token)

    @property
    def span(self) -> tuple[int, int]:
        """Offsets of the clause that tells the act: its predicate with its complements and operators."""
        also = [t for t in self.judged.path if t.sent == self.sentence]
        also += [t for t in self.filled if t.sent == self.sentence]
        first, last = grammar.clause_span(self.token, also)
        doc = self.passage.doc
        return self.passage.start + doc[first].idx, self.passage.start + doc[last].idx + len(doc[last])

    filled: list[Token] = field(default_factory=list)

    def weaken(self, amount: float, why: str) -> None:
        """Lowers the act's confidence by `amount` and says why."""
        self.penalty += amount
        self.reasons.append(why)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A word that could tell an act and why none was coded from it."""

    passage: Passage
    token: Token
    reason: str


class PartyIndex:
    """Finds the parties that a token is part of."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = sorted(parties, key=lambda p: (p.start, p.end))

    def at(self, passage: Passage, token: Token) -> list[Party]:
        """The parties whose words include the token, the narrowest ones."""
        start = passage.start + token.idx
        end = start + len(token)
        found = [p for p in self.parties if p.start < end and start < p.end]
        if not found:
            return []
        narrowest = min(p.end - p.start for p in found)
        return [p for p in found if p.end - p.start == narrowest]

    def within(self, start: int, end: int) -> list[Party]:
        """The parties that stand between two offsets."""
        return [p for p in self.parties if start <= p.start and p.end <= end]


def same_party(a: Party, b: Party) -> bool:
    """Whether two mentions name one party (same code, or same words where there is none)."""
    if a.code or b.code:
        return a.code == b.code and (
            a.sector == b.sector or "GOV" in {a.sector, b.sector} or a.name == b.name
        )
    return a.name == b.name if a.name and b.name else a.text == b.text


class ActFinder:
    """Finds the acts of one report, sentence by sentence; remembers who last dealt with whom."""

    def __init__(self, parties: Sequence[Party], lexicon: Lexicon) -> None:
        self.index = PartyIndex(parties)
        self.lexicon = lexicon
        self.rejected: list[Rejected] = []
        self.recent: list[Act] = []

    def find(self, passages: Iterable[Passage]) -> list[Act]:
        """The acts of all passages, in order of the text."""
        found: list[Act] = []
        for passage in passages:
            for sentence in passage.doc.sents:
                acts = self.find_in_sentence(passage, sentence)
                self.recent += acts
                found += acts
        return found

    def find_in_sentence(self, passage: Passage, sentence: SentenceSpan) -> list[Act]:
        """The acts of one sentence that are worth a mention."""
        return list(self.keep(self.read_sentence(passage, sentence)))

    def read_sentence(self, passage: Passage, sentence: SentenceSpan) -> list[Act]:
        """All acts that a sentence's words could tell, with parties and themes, however weak."""
        acts = list(self.candidates(passage, sentence))
        consumed = {t.i for a in acts for t in self.needed_tokens(a)}
        acts = [a for a in acts if a.token.i not in consumed or a.token.pos_ == "VERB"]
        for act in acts:
            self.fill(act)
        for act in acts:
            self.link_theme(act, acts)
        for act in acts:
            self.complete(act, acts)
        return acts

    def candidates(self, passage: Passage, sentence: SentenceSpan) -> Iterator[Act]:
        """Each verb and noun of the sentence that a frame fits."""
        for token in sentence:
            pos: PartOfSpeech | None = None
            if grammar.is_verb(token):
                pos = "verb"
            elif token.pos_ in {"NOUN", "PROPN"}:
                pos = "noun"
            if pos is None:
                continue
            frame = self.fitting_frame(passage, token, pos)
            if frame is None:
                continue
            if frame.type is None:
                self.rejected.append(Rejected(passage, token, frame.reason or "no event"))
                continue
            judged = judge_status(token)
            status = judged.status
            if frame.status and STRENGTH.index(frame.status) > STRENGTH.index(status):
                status = frame.status
            yield Act(
                passage,
                sentence,
                token,
                frame,
                judged,
                status,
                reasons=self.first_reasons(token, frame, judged),
            )

    def first_reasons(self, token: Token, frame: Frame, judged: Judged) -> list[str]:
        """Why the word tells this act, and why the act has its status."""
        needs = " with ".join(["", *(f"its {slot}" for slot in frame.needs)])
        told = f"the {frame.pos} '{token.lemma_}'{needs} tells {frame.type}" + (
            f" ({frame.mode})" if frame.mode else ""
        )
        return [told, *judged.reasons]

    def fitting_frame(self, passage: Passage, token: Token, pos: PartOfSpeech) -> Frame | None:
        """The most demanding frame of the token's lemma whose needs are all met."""
        for frame in self.lexicon.find(pos, token.lemma_.lower()):
            if all(self.meets(passage, token, slot, words) for slot, words in frame.needs.items()):
                return frame
        return None

    def meets(self, passage: Passage, token: Token, slot: str, words: frozenset[str]) -> bool:
        """Whether a slot of the predicate holds one of the lemmas, a party or anything, as needed."""
        if slot == "prt":
            return bool(grammar.particles(token) & words) or ("*" in words and bool(grammar.particles(token)))
        if slot == "number":
            return token.tag_ in {"NNS", "NNPS"}
        tokens = grammar.slot_tokens(token, slot)
        if "*" in words:
            return bool(tokens)
        if any(t.lemma_.lower() in words or t.lower_ in words for t in tokens):
            return True
        return "@actor" in words and any(self.parties_of(passage, t) for t in tokens)

    def needed_tokens(self, act: Act) -> Iterator[Token]:
        """The event nouns that a frame has swallowed: 'sanctions' of 'lifted sanctions'."""
        for slot, words in act.frame.needs.items():
            if slot in {"prt", "number", "subj", "mod"} or words <= {"*", "@actor"}:
                continue
            yield from (t for t in grammar.slot_tokens(act.token, slot) if t.lemma_.lower() in words)

    def parties_of(self, passage: Passage, token: Token) -> list[Party]:
        """The parties that a phrase's head stands for: itself, or whoever holds the thing it names."""
        own = self.index.at(passage, token)
        if own or token.pos_ not in {"NOUN", "PROPN"}:
            return self.joined(passage, token, own)
        held = [p for h in grammar.spread(grammar.holders(token)) for p in self.index.at(passage, h)]
        if held:
            return held
        return [p for prep in ("of", "from") for t in grammar.spread(grammar.prepositional(token, prep))
                for p in self.index.at(passage, t)]  # fmt: skip

    def joined(self, passage: Passage, token: Token, own: list[Party]) -> list[Party]:
        """Adds the other states of 'officials from Seoul and Pyongyang'."""
        more = [
            p
            for prep in ("from", "of")
            for first in grammar.prepositional(token, prep)
            for t in grammar.with_conjuncts(first)[1:]
            for p in self.index.at(passage, t)
            if own and not any(same_party(p, o) for o in own)
        ]
        return own + more

    def parties_in(self, act: Act, slots: Iterable[str], first_only: bool = True) -> list[Party]:
        """The parties in the first slot that holds any (or in all), each once."""
        found: list[Party] = []
        for slot in slots:
            for token in grammar.slot_tokens(act.token, slot):
                parties = (
                    self.index.at(act.passage, token)
                    if slot.endswith(".any")
                    else self.parties_of(act.passage, token)
                )
                fresh = [p for p in parties if not any(p == f or same_party(p, f) for f in found)]
                if fresh:
                    act.filled.append(token)
                found += fresh
            if found and first_only:
                return found
        return found

    def fill(self, act: Act) -> None:
        """Puts the parties into the act's places."""
        frame = act.frame
        act.actors = self.parties_in(act, frame.actor)
        recipients = self.parties_in(act, frame.recipient, first_only=not frame.symmetric)
        act.recipients = [r for r in recipients if not any(same_party(r, a) for a in act.actors)]
        operator = act.judged.operator
        if operator is not None and operator != act.token:
            self.give_to_offerer(act, operator)

    def give_to_offerer(self, act: Act, operator: Token) -> None:
        """'The North proposed that Southern owners meet its officials': the North acts."""
        tokens = grammar.slot_tokens(operator, "subj") or grammar.holders(operator)
        offerers = [p for t in tokens for p in self.parties_of(act.passage, t)]
        if not offerers:
            return
        members = act.actors + act.recipients
        act.actors = offerers[:2] if act.status == "offered" else act.actors or offerers
        others = [m for m in members if not any(same_party(m, a) for a in act.actors)]
        act.recipients = others or act.recipients

    def link_theme(self, act: Act, acts: Sequence[Act]) -> None:
        """Finds the act that this one is about."""
        for slot in act.frame.theme:
            for token in grammar.slot_tokens(act.token, slot):
                for inner in acts:
                    if inner is not act and inner.outer is None and token in inner.judged.path:
                        act.theme, inner.outer = inner, act
                        act.filled.append(inner.token)
                        return
                    if inner is not act and inner.outer is None and inner.token == token:
                        act.theme, inner.outer = inner, act
                        return

    def complete(self, act: Act, acts: Sequence[Act]) -> None:
        """Finds the recipient that the slots left open."""
        outer = act.outer
        if outer is not None:
            self.complete_inner(act, outer)
        if not act.actors or act.recipients or act.type not in NEEDS_RECIPIENT:
            return
        if act.type in MUTUAL_TYPES and len({p.code for p in act.actors}) > 1:
            return
        for source, why, cost in (
            (self.answered(act, acts), "the recipient is who made what it answers", 0.05),
            (self.members(act.theme), "the recipient stands in what the act is about", 0.05),
            (self.others_in_sentence(act), "the recipient is the other party of the sentence", 0.15),
            (self.counterpart(act), "the recipient is whom the actor dealt with just before", 0.2),
        ):
            others = [p for p in source if not any(same_party(p, a) for a in act.actors)]
            if others and act.type in REPLY_TYPES | {"SUPPORT", "ACCUSE"}:
                act.recipients = others
                act.weaken(cost, why)
                return

    def complete_inner(self, act: Act, outer: Act) -> None:
        """Gives an act inside another the status and the parties that the outer one lends it."""
        inner = outer.frame.inner
        if inner and STRENGTH.index(inner) >= STRENGTH.index(
            act.status if act.status != "negated" else "happened"
        ):
            act.status = inner
            act.reasons.append(f"'{outer.token.text}' makes it {inner}")
        if not act.actors:
            act.actors = list(outer.recipients if outer.type in {"REQUEST", "ACCUSE"} else outer.actors)
        if not act.recipients:
            pool = outer.actors if outer.type in {"REQUEST", "REJECT"} else outer.recipients
            act.recipients = [p for p in pool if not any(same_party(p, a) for a in act.actors)]

    def members(self, act: Act | None) -> list[Party]:
        """All parties of an act; none where there is no act."""
        return act.actors + act.recipients if act is not None else []

    def answered(self, act: Act, acts: Sequence[Act]) -> list[Party]:
        """The actors of the act that a relative clause answers: 'X proposed ..., which Y rejected'."""
        if act.token.dep_ not in {"relcl", "advcl", "xcomp", "conj"}:
            return []
        above = list(grammar.governors(act.token))
        for other in acts:
            if other is act or other is act.theme or other is act.outer:
                continue
            if any(t in above or t == act.token for t in other.judged.path):
                return other.actors
        return []

    def others_in_sentence(self, act: Act) -> list[Party]:
        """The one other coded party of the sentence, where there is just one."""
        start = act.passage.start
        inside = self.index.within(start + act.sentence.start_char, start + act.sentence.end_char)
        others: list[Party] = []
        for p in inside:
            if p.code and not any(same_party(p, o) for o in [*act.actors, *others]):
                others.append(p)
        return others if len({o.code for o in others}) == 1 else []

    def counterpart(self, act: Act) -> list[Party]:
        """Whom the actor last dealt with in this or the paragraph before."""
        for past in reversed(self.recent[-6:]):
            sides = (past.actors, past.recipients)
            for mine, theirs in (sides, sides[::-1]):
                if any(same_party(m, a) for m in mine for a in act.actors) and theirs:
                    return [t for t in theirs if t.code]
        return []

    def keep(self, acts: Sequence[Act]) -> Iterator[Act]:
        """The acts worth a mention; the others are noted with the reason."""
        kept: list[Act] = []
        for act in acts:
            reason = self.why_not(act, kept)
            if reason is None:
                kept.append(act)
            else:
                self.rejected.append(Rejected(act.passage, act.token, reason))
                if act.outer is not None and act.outer.theme is act:
                    act.outer.theme = None
        yield from kept

    def why_not(self, act: Act, kept: Sequence[Act]) -> str | None:
        """Why an act is not worth a mention, or None when it is."""
        if not act.actors and not act.recipients:
            return "no party acts in it or is acted on"
        if not any(p.code for p in act.actors + act.recipients):
            return "no party in it could be identified"
        outer = act.outer
        if outer is not None and not (outer.frame.inner in EMITTED_THEMES or outer.type == "ACCUSE"):
            return f"told by '{outer.token.text}', which stands for it"
        if act.frame.pos == "noun" and self.refers_back(act):
            return f"'the {act.token.text}' refers to an act told elsewhere"
        if not act.actors and act.type in NEEDS_RECIPIENT:
            return "nobody is said to do it"
        parties = {p.code or p.text for p in act.actors + act.recipients}
        if act.type in MUTUAL_TYPES and len(parties) < 2:
            return "a second party is not named"
        if any(self.repeats(act, k) for k in kept):
            return "the same act as another word of the sentence tells"
        return None

    def refers_back(self, act: Act) -> bool:
        """Whether an event noun only points back: 'the talks', 'rejected the South's proposal'."""
        outer = act.outer
        definite = any(
            c.dep_ == "poss"
            or (c.dep_ == "det" and c.lower_ in {"the", "this", "that", "these", "those", "such"})
            for c in act.token.children
        )
        if outer is not None:
            return definite
        owned = [p for t in grammar.owners(act.token) for p in self.index.at(act.passage, t)]
        sided = self.parties_in(act, ("by", "between", "with", "to", "against", "on", "of", "from"))
        return definite and not owned and not sided

    def repeats(self, act: Act, other: Act) -> bool:
        """Whether another word of the sentence tells the same act by the same parties."""
        if act.type != other.type or act.status != other.status or other.theme is act or act.theme is other:
            return False
        mine = {p.code for p in act.actors + act.recipients}
        theirs = {p.code for p in other.actors + other.recipients}
        nominal = act.frame.pos == "noun" or other.frame.pos == "noun"
        return mine == theirs and nominal


def find_acts(
    passages: Iterable[Passage], parties: Sequence[Party], lexicon: Lexicon
) -> tuple[list[Act], list[Rejected]]:
    """The acts that parsed passages tell, and the words that told none after all, with why."""
    finder = ActFinder(parties, lexicon)
    acts = finder.find(passages)
    return acts, finder.rejected
