"""Acts of a report: completes them from each other and from what came before, and keeps the sound ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Span as SentenceSpan

from detente.classifier import Classifier
from detente.events import grammar
from detente.events.acts import Act, FrameReader, Rejected
from detente.events.confidence import describe_act, tell_signs, weigh_signs
from detente.events.learned import SILENT, SILENT_OF_TWO, Hints
from detente.events.parties import PartyIndex, is_known, others_of, same_party
from detente.lexicon import Lexicon
from detente.parse import Passage
from detente.records import Party, Status

MUTUAL_TYPES = frozenset({"CONSULT", "COOPERATE", "AGREE"})
NEEDS_RECIPIENT = frozenset(
    "CONSULT AGREE SUPPORT CONCEDE REJECT REQUEST THREATEN ACCUSE SANCTION AID COOPERATE".split()
)
REPLY_TYPES = frozenset("REJECT AGREE CONCEDE REQUEST THREATEN CONSULT SANCTION SUPPORT ACCUSE".split())
EMITTED_THEMES: frozenset[Status] = frozenset({"refused", "demanded", "threatened", "alleged", "denied"})
POINTERS = frozenset({"the", "this", "that", "these", "those", "such"})
SIDES = ("by", "between", "with", "to", "against", "on", "of", "from")
LOOK_BACK = 6  # acts; how far back a counterpart is looked for


class ActFinder:
    """Finds the acts of one report, sentence by sentence; remembers who last dealt with whom."""

    def __init__(self, parties: Sequence[Party], lexicon: Lexicon, hints: Hints | None = None) -> None:
        self.index = PartyIndex(parties)
        self.hints = hints or Hints()
        self.reader = FrameReader(self.index, lexicon, self.hints)
        self.rejected: list[Rejected] = self.reader.rejected
        self.recent: list[Act] = []

    def find(self, passages: Iterable[Passage]) -> list[Act]:
        """The acts of all passages that are worth a mention, in order of the text."""
        found: list[Act] = []
        for passage in passages:
            for sentence in passage.doc.sents:
                acts = list(self.keep(self.read_sentence(passage, sentence)))
                self.recent = [*self.recent, *acts][-LOOK_BACK:]
                found += acts
        return found

    def read_sentence(self, passage: Passage, sentence: SentenceSpan) -> list[Act]:
        """All acts that a sentence's words could tell, with parties and themes, however weak."""
        acts = self.reader.read(passage, sentence)
        for act in acts:
            self.complete(act, acts)
            self.reader.fill_by_hints(act)
        for act in acts:
            self.revise(act)
        return acts

    def revise(self, act: Act) -> None:
        """Gives an act the type and status that the classifier reads, where it is sure enough."""
        act.type, act.status, reasons = self.hints.revise(act, act.type, act.status)
        act.reasons += [r for r in reasons if r not in act.reasons]

    def release(self, act: Act) -> None:
        """Takes back what an outer act lent that turned out to be none."""
        act.outer, act.status = None, act.judged.status
        if act.borrowed:
            act.actors = []
        self.revise(act)

    def judge(self, act: Act) -> None:
        """Sets the confidence of an act whose word the classifier has read."""
        act.signs = describe_act(act, self.hints)
        if act.signs:
            act.reasons.append(tell_signs(act.signs))
            act.settle(weigh_signs(act.signs, self.hints.weights), self.hints.least)

    def complete(self, act: Act, acts: Sequence[Act]) -> None:
        """Finds the parties that the slots left open."""
        if act.outer is not None:
            complete_inner(act, act.outer)
        self.find_decider(act)
        act.recipients = [p for p in act.recipients if is_known(p)] or act.recipients
        settled = any(is_known(p) or self.hints.is_in_role(act, p, "recipient") for p in act.recipients)
        if not act.actors or settled or act.type not in REPLY_TYPES:
            return
        alone = len({p.code for p in act.actors}) == 1
        if act.type in MUTUAL_TYPES and not alone:
            return
        nearby = [
            (self.answered(act, acts), "the recipient is who made what it answers", 0.05),
            (act.theme.parties if act.theme else [], "the recipient stands in what the act is about", 0.05),
            (self.pointed_back(act.theme), "the recipient did what the act is about", 0.1),
        ]
        proposed = act.status in {"offered", "demanded"}
        if alone and (act.frame.pos == "verb" or act.type not in MUTUAL_TYPES or proposed):
            nearby += [
                (self.others_in_sentence(act), "the recipient is the other party of the sentence", 0.15),
                (self.counterpart(act.actors), "the recipient is whom the actor dealt with just before", 0.2),
            ]
        for source, why, cost in nearby:
            others = [p for p in others_of(source, act.actors) if is_known(p)]
            if others:
                act.recipients = others
                act.weaken(cost, why)
                return

    def find_decider(self, act: Act) -> None:
        """'The decision to agree to all of the South's demands': whoever dealt with the South decided."""
        if act.actors or not act.recipients or act.token.dep_ != "acl":
            return
        others = others_of(self.counterpart(act.recipients), act.recipients)
        if others:
            act.actors = others
            act.weaken(0.25, "the actor is who dealt with the recipient just before")

    def answered(self, act: Act, acts: Sequence[Act]) -> list[Party]:
        """The actors of the act that a relative clause answers: 'X proposed ..., which Y rejected'."""
        if act.token.dep_ not in {"relcl", "advcl", "xcomp", "conj"}:
            return []
        above = list(grammar.governors(act.token))
        for other in acts:
            if other is act or other is act.theme or other is act.outer:
                continue
            if any(t in above or t == act.token for t in other.judged.path):
                return other.actors if others_of(other.actors, act.actors) else other.recipients
        return []

    def pointed_back(self, theme: Act | None) -> list[Party]:
        """Who did what a noun points back to: 'condemned the test' is about the last one told."""
        if theme is None or theme.parties or theme.frame.pos != "noun":
            return []
        return next((past.actors for past in reversed(self.recent) if past.type == theme.type), [])

    def others_in_sentence(self, act: Act) -> list[Party]:
        """The other coded party of the sentence, where there is just one."""
        start = act.passage.start
        inside = self.index.within(start + act.sentence.start_char, start + act.sentence.end_char)
        others = [p for p in others_of(inside, act.actors) if p.code]
        return others[:1] if len({o.code for o in others}) == 1 else []

    def counterpart(self, parties: Sequence[Party]) -> list[Party]:
        """Whom with a code one of `parties` last dealt with, within the last few acts."""
        for past in reversed(self.recent):
            for mine, theirs in ((past.actors, past.recipients), (past.recipients, past.actors)):
                others = [t for t in others_of(theirs, parties) if t.code]
                if others and any(same_party(m, p) for m in mine for p in parties):
                    return others
            both = past.actors if past.type in MUTUAL_TYPES and len(past.actors) > 1 else []
            if any(same_party(b, p) for b in both for p in parties):
                return others_of(both, parties)
        return []

    def keep(self, acts: Sequence[Act]) -> Iterator[Act]:
        """The acts worth a mention; the others are noted with the reason."""
        kept: list[Act] = []
        for act in sorted(acts, key=lambda a: (depth(a), a.frame.pos == "noun")):
            self.judge(act)
            reason = self.why_not(act, kept)
            if reason is None:
                kept.append(act)
                continue
            self.rejected.append(Rejected(act.passage, act.token, reason))
            if act.outer is not None:
                act.outer.theme = None
            if act.theme is not None:
                self.release(act.theme)
        yield from sorted(kept, key=lambda a: a.token.i)

    def why_not(self, act: Act, kept: Sequence[Act]) -> str | None:
        """Why an act is not worth a mention, or None when it is; `kept` are those before it in rank."""
        if not act.parties:
            return "no party acts in it or is acted on"
        if not act.signs and not any(p.code for p in act.parties):
            return "no party in it could be identified"
        if act.outer is not None and act.outer.status in {"negated", "denied"}:
            return told_by(act.outer)
        if act.type in MUTUAL_TYPES and len({p.code or p.text for p in act.parties}) < 2:
            return "a second party is not named"
        known = {p.code for p in act.parties if p.code}
        if (silence := self.hints.silence(act)) > (SILENT_OF_TWO if len(known) > 1 else SILENT):
            return f"its sentence is read as telling no event ({silence:.2f})"
        if not act.is_sure:
            return f"too unsure ({act.confidence:.2f})"
        return None if act.signs else self.doubt(act, kept)

    def doubt(self, act: Act, kept: Sequence[Act]) -> str | None:
        """What by the rules speaks against coding an act that the classifier hasn't read."""
        if act.outer is not None and act.outer.frame.inner not in EMITTED_THEMES:
            return told_by(act.outer)
        if act.frame.pos == "noun" and self.refers_back(act):
            return f"'the {act.token.text}' refers to an act told elsewhere"
        suffered = act.frame.pos == "verb" and bool(act.recipients) and grammar.is_passive(act.token)
        if not act.actors and act.type in NEEDS_RECIPIENT and not suffered:
            return "nobody is said to do it"
        if any(repeats(act, k) for k in kept):
            return "the same act as another word of the sentence tells"
        return None

    def refers_back(self, act: Act) -> bool:
        """Whether an event noun only points back: 'the talks', 'rejected the South's proposal'."""
        definite = any(
            c.dep_ == "poss" or (c.dep_ == "det" and c.lower_ in POINTERS) for c in act.token.children
        )
        if act.outer is not None or not definite:
            return definite
        owned = any(self.index.at(act.passage, t) for t in grammar.owners(act.token))
        return not owned and not self.reader.parties_in(act, SIDES)


def complete_inner(act: Act, outer: Act) -> None:
    """Gives an act inside another the status and the parties that the outer one lends it."""
    inner = outer.frame.inner
    if inner is not None:
        act.status = inner
        act.reasons.append(f"'{outer.token.text}' makes it {inner}")
    act.borrowed = not act.actors
    if not act.actors:
        act.actors = list(outer.recipients if outer.type in {"REQUEST", "ACCUSE"} else outer.actors)
    if not act.recipients:
        pool = outer.actors if outer.type in {"REQUEST", "REJECT"} else outer.recipients
        act.recipients = others_of(pool, act.actors)


def depth(act: Act) -> int:
    """How many acts an act stands in."""
    return 0 if act.outer is None else 1 + depth(act.outer)


def told_by(outer: Act) -> str:
    """The reason for an act that another stands for."""
    return f"told by '{outer.token.text}', which stands for it"


def repeats(act: Act, other: Act) -> bool:
    """Whether another word of the sentence tells the same act by the same parties."""
    if act.type != other.type or act.status != other.status or other.theme is act or act.theme is other:
        return False
    return who_is_in(act) == who_is_in(other) and "noun" in {act.frame.pos, other.frame.pos}


def who_is_in(act: Act) -> set[tuple[str | None, str | None]]:
    """The parties of an act, persons by name, all others by code."""
    return {(p.code, p.name if p.kind == "person" else None) for p in act.parties}


def find_acts(
    passages: Sequence[Passage],
    parties: Sequence[Party],
    lexicon: Lexicon,
    classifier: Classifier | None = None,
) -> tuple[list[Act], list[Rejected]]:
    """The acts that parsed passages tell, and the words that told none after all, with why."""
    finder = ActFinder(parties, lexicon, Hints(classifier, passages))
    acts = finder.find(passages)
    return acts, finder.rejected
