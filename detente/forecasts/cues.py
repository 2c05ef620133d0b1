"""Which words of a sentence are foreseen, by which word: 'analysts *expect* the truce to *fail*'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import grammar
from detente.events.status import load_status_words
from detente.forecasts.chances import find_chances
from detente.forecasts.words import ForecastWords, load_forecast_words

CLAUSES = frozenset({"ccomp", "xcomp", "acl", "relcl", "pcomp", "csubj", "advcl"})
COPULAS = frozenset({"be", "seem", "look", "appear", "remain", "become"})
NAMING = frozenset(
    {"call", "think", "consider", "deem", "see", "find", "judge", "rate", "regard", "believe", "hold"}
)
DISMISSING = frozenset(
    {
        "dismiss",
        "reject",
        "deny",
        "brush",
        "scorn",
        "rebut",
        "refute",
        "mock",
        "spurn",
        "discount",
        "shrug",
        "wave",
        "laugh",
        "ridicule",
    }
)
BETTING = frozenset({"bet", "wager", "gamble"})  # the others stake only with numbers ('gives 4 to 1 against')
RULING_OUT = {"rule": "out"}  # verbs that foresee that it won't happen, with their particle
UNSURE = frozenset(
    {"certain", "sure", "bound", "inevitable", "unavoidable"}
)  # 'not certain to' foresees nothing


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A word that tells what is foreseen, and the word that foresees it.

    `holder` heads the phrase of whoever foresees it, where the cue's own grammar tells. `firm` says that the
    cue predicts by itself; 'will' only does where somebody says so of others. `negated` says that it is
    foreseen not to happen; `turned` that a negation turns the chance round ('not very likely').
    """

    head: Token
    cue: Token
    holder: Token | None = None
    firm: bool = True
    negated: bool = False
    turned: bool = False


def find_foreseen(sentence: SentenceSpan) -> list[Foreseen]:
    """What a sentence foresees, each word once for each cue, in the order of the cues."""
    words = load_forecast_words()
    found: list[Foreseen] = []
    for token in sentence:
        lemma = token.lemma_.lower()
        if grammar.is_verb(token) and lemma in words.foreseeing and _has_particle(token):
            found += _by_foreseeing(token)
        elif token.lower_ in words.likely or (lemma in words.likely and token.pos_ == "ADJ"):
            found += _by_adjective(token)
        elif lemma in words.chances and token.pos_ in {"NOUN", "PROPN"}:
            found += _by_chance(token)
        elif lemma in words.predictions and token.pos_ == "NOUN":
            found += _by_prediction(token)
        elif lemma in words.staking and grammar.is_verb(token):
            found += _by_stake(token)
        if grammar.is_verb(token) or token.pos_ == "AUX":
            found += _by_modal(token, words)
    found += _by_predicate(sentence, {f.head.i for f in found})
    return [shared for f in found for shared in _with_conjuncts(f)]


def _by_foreseeing(verb: Token) -> Iterator[Foreseen]:
    """'expects X to leave', 'X is expected to leave', 'a raid is expected', 'predicts a raid'."""
    if any(c.lower_ == "had" for c in verb.children) or verb.dep_ == "amod":
        return
    holder = _first(grammar.doers(verb)) or _first(_mistaken_subjects(verb))
    denied = any(c.dep_ == "neg" for c in verb.children)
    ruled_out = verb.lemma_ in RULING_OUT
    clauses = [
        c
        for c in verb.children
        if c.dep_ in {"ccomp", "xcomp"} and (grammar.has_mark(c, {"to"}) or is_ahead(c))
    ]
    for head in clauses or grammar.objects(verb):
        negated = (ruled_out and not denied) or (denied and not ruled_out) != is_negated(head)
        yield Foreseen(_below_copula(head), verb, holder, negated=negated)


def _has_particle(verb: Token) -> bool:
    """Whether a verb that foresees only with a particle has it: 'ruled out'."""
    particle = RULING_OUT.get(verb.lemma_)
    return particle is None or particle in grammar.particles(verb)


def _by_adjective(adjective: Token) -> Iterator[Foreseen]:
    """'likely to leave', 'it is likely that it leaves', 'a raid is likely', 'called a raid unlikely'."""
    above = adjective.head
    copula = above if above.lemma_ in COPULAS else None
    turned = copula is not None and any(c.dep_ == "neg" for c in (*copula.children, *adjective.children))
    if turned and adjective.lower_ in UNSURE:
        return
    holder = _first(grammar.own_subjects(above)) if above.lemma_ in NAMING else None
    heads = [c for c in adjective.children if c.dep_ in CLAUSES and c.i > adjective.i and grammar.is_verb(c)]
    heads = heads or [c for c in adjective.children if c.dep_ in {"ccomp", "xcomp"}]
    if copula is not None and copula.dep_ == "ccomp" and grammar.has_mark(copula.head, {"that"}):
        heads = heads or [copula.head]  # 'it was likely, he said, that ...'
    if not heads and (copula is not None or above.lemma_ in NAMING):
        clauses = [
            c for c in above.children
            if c != adjective and (c.dep_ in {"ccomp", "xcomp", "csubj"} or grammar.has_mark(c, {"that"}))
        ]  # fmt: skip
        nouns = [
            c for c in (*above.children, *adjective.children)
            if c.dep_ in {"nsubj", "dobj", "nsubjpass"} and c.pos_ in {"NOUN", "PROPN"} and c != holder
        ]  # fmt: skip
        heads = clauses or nouns
    for head in heads:
        yield Foreseen(_below_copula(head), adjective, holder, negated=is_negated(head), turned=turned)


def _by_chance(noun: Token) -> Iterator[Foreseen]:
    """'the odds of a raid', 'a chance that it leaves', 'gave a raid an even chance'."""
    verb = noun.head
    weigher = verb if noun.dep_ in {"dobj", "attr", "nsubj"} and grammar.is_verb(verb) else None
    holder = None
    if weigher is not None and noun.dep_ == "dobj":
        holder = _first(t for t in grammar.doers(weigher))
    heads = [c for c in noun.children if c.dep_ in {"acl", "relcl", "ccomp"} and c.i > noun.i]
    heads += [t for name in ("of", "for", "against", "on") for t in grammar.prepositional(noun, name)]
    if noun.dep_ in {"oprd", "attr"} or (noun.dep_ == "ccomp" and verb.lemma_ in NAMING):
        told = {"dobj", "nsubj"} if verb.lemma_ in NAMING else {"nsubj"}
        above = [
            c for c in (*verb.children, *noun.children) if c.dep_ in told and c.pos_ == "NOUN" and c != noun
        ]
        heads = heads or [c for c in above if c.i < noun.i]  # 'called a raid a remote prospect'
        holder = _first(grammar.own_subjects(verb)) if verb.lemma_ in NAMING else None
    if weigher is not None:
        others = [c for c in weigher.children if c.dep_ in {"dobj", "dative"} and c != noun]
        clauses = [c for c in weigher.children if c.dep_ == "ccomp"]
        carried = all(h.lemma_ in {"take", "happen", "occur", "succeed", "go", "come"} for h in heads)
        if others and (not heads or carried):
            heads = others
        heads = heads or clauses
    for head in heads:
        yield Foreseen(_below_copula(head), noun, holder, negated=is_negated(head))


def _by_prediction(noun: Token) -> Iterator[Foreseen]:
    """'predictions that it would leave', 'her forecast of a raid'."""
    holder = _first([c for c in noun.children if c.dep_ == "poss"] + grammar.prepositional(noun, "by"))
    if holder is None and noun.dep_ == "dobj" and noun.head.lemma_ not in DISMISSING:
        holder = _first(grammar.doers(noun.head))
    if holder is None and noun.dep_ == "ROOT":  # 'Rojas doubts that ...', taken for a noun phrase
        holder = _first(_mistaken_subjects(noun))
    heads = [c for c in noun.children if c.dep_ in {"acl", "ccomp", "relcl"} and c.i > noun.i and is_ahead(c)]
    for head in heads or grammar.prepositional(noun, "of"):
        yield Foreseen(_below_copula(head), noun, holder, negated=is_negated(head))


def _by_stake(verb: Token) -> Iterator[Foreseen]:
    """'offered 3 to 1 against a meeting', 'laid 2 to 1 that they would agree', 'bet on a deal'."""
    heads = [c for c in verb.children if c.dep_ == "ccomp" and is_ahead(c)]
    numbered = verb.lemma_ in BETTING or any(t.like_num and t.head in (verb, verb.head) for t in verb.subtree)
    if numbered:
        heads = heads or [t for name in ("against", "on") for t in grammar.prepositional(verb, name)]
    for head in heads:
        yield Foreseen(_below_copula(head), verb, _first(grammar.doers(verb)), negated=is_negated(head))


def _by_predicate(sentence: SentenceSpan, taken: set[int]) -> Iterator[Foreseen]:
    """'A meeting is out of the question', 'is a long shot': words of probability said of a noun."""
    for chance in find_chances(sentence.text):
        offset = sentence.start_char
        span = sentence.doc.char_span(offset + chance.start, offset + chance.end, alignment_mode="expand")
        verb = span.root.head if span is not None else None
        if span is None or verb is None or verb.lemma_ not in COPULAS or span.root.i < verb.i:
            continue
        for noun in grammar.own_subjects(verb):
            if noun.pos_ == "NOUN" and noun.i not in taken:
                yield Foreseen(_gerund(noun), span.root)


def _gerund(noun: Token) -> Token:
    """Of 'against Ireland recalling its envoy' the act, where the parser hangs it on the name."""
    acts = [c for c in noun.children if c.dep_ == "acl" and c.tag_ == "VBG"]
    return acts[0] if noun.pos_ == "PROPN" and acts else noun


def _by_modal(verb: Token, words: ForecastWords) -> Iterator[Foreseen]:
    """'will leave', 'may leave'; firm where the modal or an adverb makes a guess of it."""
    if not is_ahead(verb) or any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.children):
        return
    beside = {c.lower_ for c in verb.children if c.dep_ in {"aux", "advmod"} and c.i <= verb.i + 1}
    cue = next(c for c in verb.children if c.lower_ in words.ahead or c.lower_ == "to")
    unable = cue.lower_ == "could" and any(c.dep_ == "neg" for c in verb.children)  # 'could not agree'
    firm = bool(beside & (words.guessing | words.surely)) and not unable
    head = _below_copula(verb)
    negated = is_negated(verb) or (head != verb and is_negated(head)) or _is_disbelieved(verb)
    yield Foreseen(head, cue, firm=firm, negated=negated)


def _is_disbelieved(verb: Token) -> bool:
    """'Does not think that it will', 'no longer believes that it would'."""
    above = verb.head
    if verb.dep_ != "ccomp" or above.lemma_ not in load_status_words().neg_raising:
        return False
    return any(c.dep_ == "neg" or c.lower_ == "longer" for c in above.children)


def is_ahead(verb: Token) -> bool:
    """Whether a verb group tells what lies ahead: 'will', 'may', 'is going to'."""
    words = load_forecast_words()
    if any(c.dep_ == "aux" and c.lower_ in words.ahead for c in verb.children):
        return True
    return verb.dep_ == "xcomp" and verb.head.lower_ == "going" and grammar.has_mark(verb, {"to"})


def is_negated(verb: Token) -> bool:
    """'not', 'never', or a subject or object with 'no'."""
    if any(c.dep_ == "neg" or c.lower_ == "never" for c in verb.children):
        return True
    around = [c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass", "dobj"}]
    return any(c.lower_ == "no" and c.dep_ == "det" for noun in (verb, *around) for c in noun.children)


def _below_copula(head: Token) -> Token:
    """'is likely to leave', 'will be able to leave': the word that tells what happens."""
    head = _gerund(head)
    for _ in range(4):
        if head.lemma_ not in COPULAS or not (head.pos_ == "AUX" or grammar.is_verb(head)):
            return head
        below = [c for c in head.children if c.dep_ in {"xcomp", "acomp", "attr", "ccomp"}]
        if not below:
            return head
        head = below[0]
        inner = [c for c in head.children if c.dep_ in {"xcomp", "ccomp"}]
        if head.pos_ == "ADJ" and inner:
            head = inner[0]
    return head


def _with_conjuncts(found: Foreseen) -> Iterator[Foreseen]:
    """The foreseen word, and those joined to it that share its cue: 'to arm and to attack'."""
    yield found
    for other in found.head.conjuncts:
        shares = other.i > found.head.i and other.tag_ == found.head.tag_ and not grammar.own_subjects(other)
        if shares and not is_ahead(other) and grammar.is_verb(other):
            yield Foreseen(other, found.cue, found.holder, found.firm, is_negated(other), found.turned)


def _mistaken_subjects(cue: Token) -> list[Token]:
    """'Rojas doubts that ...', where the parser takes the name for a modifier."""
    return [c for c in cue.children if c.i < cue.i and c.dep_ in {"amod", "compound", "nmod"}]


def _first(tokens: Iterable[Token]) -> Token | None:
    return next(iter(t for t in tokens if t.lower_ not in {"it", "there"}), None)
