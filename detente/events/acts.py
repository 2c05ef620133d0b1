"""Sentences → acts: which frame fits each verb and event noun, and who fills its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import grammar
from detente.events.learned import NO_LINE, Hints
from detente.events.parties import PartyIndex, is_known, others_of, same_party
from detente.events.status import STRENGTH, Judged, judge_status, load_status_words
from detente.lexicon import Frame, Lexicon, PartOfSpeech
from detente.parse import Passage
from detente.records import Party, Status

SUFFERED = frozenset({"ASSAULT", "COERCE", "ACCUSE", "SANCTION", "AID", "RETREAT", "REQUEST", "SUPPORT"})
BARE_SLOTS = frozenset({"obj", "iobj", "to", "on", "against"})
READ_COST = 0.1  # of confidence that a party costs whom only the classifier puts into its place
SURE = 0.95  # confidence of an act whose word, parties and status all stand in one clause
LEAST = 0.5  # under this the coder abstains, where no classifier has read the act
VERBAL = frozenset({"REQUEST", "ACCUSE", "REJECT", "THREATEN", "AGREE", "SUPPORT", "CONCEDE"})


@dataclass(eq=False)
class Act:
    """An act found in a sentence, before dates, places and speakers are known."""

    passage: Passage
    sentence: SentenceSpan
    token: Token
    frame: Frame
    judged: Judged
    type: str
    status: Status
    actors: list[Party] = field(default_factory=list)
    recipients: list[Party] = field(default_factory=list)
    theme: Act | None = None
    outer: Act | None = None
    reasons: list[str] = field(default_factory=list)
    penalty: float = 0.0  # what the rules had to guess costs, also what a coder takes off later
    confidence: float = SURE  # from 0 to 1, how likely the act is coded right
    least: float = LEAST
    signs: dict[str, float] = field(default_factory=dict)
    filled: list[Token] = field(default_factory=list)
    borrowed: bool = False

    @property
    def parties(self) -> list[Party]:
        """Actors and recipients."""
        return self.actors + self.recipients

    @property
    def mode(self) -> str | None:
        """The mode of the frame, where the act still has the frame's type."""
        return self.frame.mode if self.type == self.frame.type else None

    @property
    def trigger(self) -> tuple[int, int]:
        """First and last-plus-one offset of the trigger in the text."""
        start = self.passage.start + self.token.idx
        return start, start + len(self.token)

    @property
    def span(self) -> tuple[int, int]:
        """Offsets of the clause that tells the act: its predicate with its complements and operators."""
        shared = next((i for i, t in enumerate(self.judged.path) if t.dep_ == "conj"), len(self.judged.path))
        also = [t for t in (*self.judged.path[: shared + 1], *self.filled) if t.sent == self.sentence]
        first, last = grammar.clause_span(self.token, also)
        doc, offset = self.passage.doc, self.passage.start
        start, end = offset + doc[first].idx, offset + doc[last].idx + len(doc[last])
        for party in sorted(self.parties, key=lambda p: p.start):
            if party.start < start < party.end:
                start = party.start
        for party in sorted(self.parties, key=lambda p: -p.end):
            if party.start < end < party.end:
                end = party.end
        return start, end

    @property
    def is_sure(self) -> bool:
        """Whether the confidence is enough for a mention."""
        return self.confidence >= self.least

    def settle(self, confidence: float, least: float) -> None:
        """Sets the confidence, and from which one on the act becomes a mention."""
        self.confidence, self.least = confidence, least

    def weaken(self, amount: float, why: str) -> None:
        """Lowers the act's confidence by `amount` and says why."""
        self.penalty += amount
        self.confidence = max(0.0, self.confidence - amount)
        self.reasons.append(why)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A word that could tell an act and why none was coded from it."""

    passage: Passage
    token: Token
    reason: str


class FrameReader:
    """Finds the acts that a sentence's words could tell, with parties and themes, however weak."""

    def __init__(self, index: PartyIndex, lexicon: Lexicon, hints: Hints) -> None:
        self.index = index
        self.lexicon = lexicon
        self.hints = hints
        self.rejected: list[Rejected] = []

    def read(self, passage: Passage, sentence: SentenceSpan) -> list[Act]:
        """The acts of one sentence in order of their words."""
        acts = list(self.candidates(passage, sentence))
        swallowed = {t.i for a in acts for t in self.needed_tokens(a)}
        acts = [a for a in acts if a.frame.pos == "verb" or a.token.i not in swallowed]
        for act in acts:
            self.fill(act)
        for act in acts:
            link_theme(act, acts)
        return acts

    def candidates(self, passage: Passage, sentence: SentenceSpan) -> Iterator[Act]:
        """Each verb and noun of the sentence that tells an act, by its frame or by the classifier."""
        for token in sentence:
            pos: PartOfSpeech = "verb" if grammar.is_verb(token) else "noun"
            if pos == "noun" and token.pos_ not in {"NOUN", "PROPN"}:
                continue
            frame = self.fitting_frame(passage, token, pos)
            if not self.carries_noun(token) and (frame is None or frame.type is None):
                frame = self.hints.propose(passage, token, pos) or frame
            if frame is None:
                continue
            if frame.type is None:
                self.rejected.append(Rejected(passage, token, frame.reason or "no event"))
            else:
                yield make_act(passage, sentence, token, frame)

    def carries_noun(self, token: Token) -> bool:
        """Whether a word only carries the event noun that is its object: 'held talks'."""
        return grammar.is_light(token) and any(
            self.lexicon.find("noun", noun.lemma_.lower()) for noun in grammar.objects(token)
        )

    def fitting_frame(self, passage: Passage, token: Token, pos: PartOfSpeech) -> Frame | None:
        """The most demanding frame of the token's lemma whose needs are all met."""
        for frame in self.lexicon.find(pos, token.lemma_.lower()):
            if all(self.meets(passage, token, slot, words) for slot, words in frame.needs.items()):
                return frame
        return None

    def meets(self, passage: Passage, token: Token, slot: str, words: frozenset[str]) -> bool:
        """Whether a slot of the predicate holds one of the lemmas, a party or anything, as needed."""
        if slot == "prt":
            particles = grammar.particles(token)
            return bool(particles & words) or ("*" in words and bool(particles))
        if slot == "number":
            return token.tag_ in {"NNS", "NNPS"}
        found = self.index.in_slot(passage, token, slot)
        if "none" in words:
            return not found
        if "*" in words:
            return bool(found)
        if any(t.lemma_.lower() in words or t.lower_ in words for t, _ in found):
            return True
        return "@actor" in words and any(
            t.ent_type_ == "PERSON" or any(is_known(p) for p in parties) for t, parties in found
        )

    def needed_tokens(self, act: Act) -> Iterator[Token]:
        """The event nouns that a frame has swallowed: 'sanctions' of 'lifted sanctions'."""
        for slot, words in act.frame.needs.items():
            if slot in {"prt", "number", "subj", "mod"} or slot in act.frame.theme:
                continue
            if not words <= {"*", "@actor"}:
                yield from (t for t in grammar.slot_tokens(act.token, slot) if t.lemma_.lower() in words)

    def parties_in(self, act: Act, slots: Iterable[str], first_only: bool = True) -> list[Party]:
        """The known parties in the first slot that holds any (or in all slots), each once."""
        found: list[Party] = []
        unknown: list[Party] = []
        for slot in slots:
            for token, parties in self.index.in_slot(
                act.passage, act.token, slot, places=not act.frame.symmetric
            ):
                fresh = others_of((p for p in parties if is_known(p)), found)
                unknown += [p for p in parties if not is_known(p)]
                if fresh:
                    act.filled.append(token)
                found += [p for i, p in enumerate(fresh) if not any(same_party(p, q) for q in fresh[:i])]
            if found and first_only:
                return found
        return found or unknown[:1]

    def fill(self, act: Act) -> None:
        """Puts the parties into the act's places."""
        frame = act.frame
        act.actors = self.parties_in(act, frame.actor)
        act.recipients = others_of(
            self.parties_in(act, frame.recipient, first_only=not frame.symmetric), act.actors
        )
        if not act.recipients and act.type in SUFFERED:
            act.recipients = list(self.bare_recipient(act))
        if act.frame.line == NO_LINE:
            self.fill_by_hints(act)
        operator = act.judged.operator
        if operator is not None and operator != act.token:
            self.give_to_offerer(act, operator)

    def fill_by_hints(self, act: Act) -> None:
        """Puts parties that the classifier reads into places that hold nobody known whom it leaves there.

        One that it reads as out of its place gives way to a third that has a code, or changes places.
        """
        sides = (
            ("actor", act.actors, "recipient", act.recipients),
            ("recipient", act.recipients, "actor", act.actors),
        )
        for role, side, rival, other in sides:
            known = [p for p in side if is_known(p)]
            stays = any(not self.hints.is_out_of_role(act, p, role) for p in known)
            if stays or (act.frame.symmetric and len(other) > 1):
                continue
            held = [p for p in other if act.frame.symmetric or not self.hints.is_out_of_role(act, p, rival)]
            read = self.read_side(act, role, held)
            if known:
                read = [p for p in others_of(read, held) if self.hints.displaces(act, p, role)]
            if read and not any(same_party(p, q) for p in side for q in read):
                side[:], other[:] = read, [p for p in other if p not in read]
                act.borrowed = act.borrowed and role != "actor"
                instead = f", not '{known[0].text}'" if known else ""
                act.weaken(READ_COST, f"the trained classifier reads '{read[0].text}' as the {role}{instead}")

    def read_side(self, act: Act, role: str, other: Sequence[Party]) -> list[Party]:
        """The likeliest parties of the sentence in a role of the act, each once; else phrases."""
        passage, start = act.passage, act.passage.start
        inside = self.index.within(start + act.sentence.start_char, start + act.sentence.end_char)
        phrases = [
            literal_party(passage, t)
            for t in self.hints.phrases(passage, act.sentence)
            if t != act.token and not self.index.at(passage, t)
        ]
        free = [p for p in (*inside, *phrases) if p not in other and not is_own(passage, p, other)]
        if act.frame.symmetric:
            free = others_of(free, other)
        found: list[Party] = []
        for party in self.hints.likeliest(act, role, free):
            found += others_of([party], found)
        return [p for p in found if is_known(p)] or [p for p in found if self.hints.is_in_role(act, p, role)]

    def bare_recipient(self, act: Act) -> Iterator[Party]:
        """The words that stand where the one acted on should, though they name no known party."""
        for slot in act.frame.recipient:
            needed = act.frame.needs.get(slot, frozenset())
            if slot not in BARE_SLOTS or not needed <= {"*", "@actor"}:
                continue
            for token in grammar.slot_tokens(act.token, slot):
                if token.pos_ in {"NOUN", "PROPN"} and not self.lexicon.find("noun", token.lemma_.lower()):
                    act.filled.append(token)
                    yield literal_party(act.passage, token)
                    return

    def give_to_offerer(self, act: Act, operator: Token) -> None:
        """'The North proposed that Southern owners meet its officials': the North acts."""
        tokens = grammar.slot_tokens(operator, "subj") or grammar.holders(operator)
        offerers = [p for t in tokens for p in self.index.of(act.passage, t)]
        if offerers:
            members = act.parties
            act.actors = offerers[:2] if act.status == "offered" else act.actors or offerers
            act.recipients = others_of(members, act.actors) or act.recipients


def is_own(passage: Passage, party: Party, other: Sequence[Party]) -> bool:
    """Whether a party only belongs to those on the other side: 'Seoul withdrew its people'."""
    words = passage.doc.char_span(
        party.start - passage.start, party.end - passage.start, alignment_mode="expand"
    )
    return words is not None and words[0].tag_ == "PRP$" and any(same_party(party, o) for o in other)


def literal_party(passage: Passage, head: Token) -> Party:
    """A noun phrase as a party that is not identified: its words up to the head."""
    start = passage.doc[head.left_edge.i].idx
    words = passage.text[start : head.idx + len(head)]
    return Party(words, passage.start + start, passage.start + head.idx + len(head))


def make_act(passage: Passage, sentence: SentenceSpan, token: Token, frame: Frame) -> Act:
    """The act that a fitting frame tells, with its status and the reasons for both."""
    judged = judge_status(token)
    status, type_ = judged.status, frame.type or ""
    if frame.status and STRENGTH.index(frame.status) > STRENGTH.index(status):
        status = frame.status
    needs = " with ".join(["", *(f"its {slot}" for slot in frame.needs)])
    told = f"the {frame.pos} '{token.lemma_}'{needs} tells {type_}" + (
        f" ({frame.mode})" if frame.mode else ""
    )
    if frame.line == NO_LINE:
        told = f"the trained classifier reads {type_} in the {frame.pos} '{token.lemma_}'"
    reasons = [told, *judged.reasons]
    operator = judged.operator.lemma_ if judged.operator is not None else ""
    if status == "planned" and type_ in VERBAL and operator in load_status_words().deciding:
        status = "happened"
        reasons.append(f"to decide to {token.lemma_} is itself the {type_}")
    if judged.fails and status == "negated" and frame.negated:
        type_, status = frame.negated, "happened"
        reasons.append(f"not to do so is {type_}")
    return Act(passage, sentence, token, frame, judged, type_, status, reasons=reasons)


def link_theme(act: Act, acts: Sequence[Act]) -> None:
    """Finds the act that this one is about."""
    for slot in act.frame.theme:
        for token in grammar.slot_tokens(act.token, slot):
            for inner in acts:
                if inner is act or inner.outer is not None or token not in inner.judged.path:
                    continue
                if inner.token.tag_ == "VBG" and slot == "clause" and inner.type in VERBAL:
                    continue  # 'rejected it, demanding ...' tells two acts, not one about the other
                act.theme, inner.outer = inner, act
                act.filled.append(inner.token)
                return
