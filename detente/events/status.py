"""Whether an act happened, or was only planned, offered, demanded, feared, denied ...

Walks up from the word that tells the act, through auxiliaries, negation, light verbs and the words that
govern it (languages/en/status.yaml), and keeps the strongest status found. The embedding of one act in
another ('refused to meet') is left to acts.py, since it knows which words are acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from spacy.tokens import Token

from detente.errors import DataError
from detente.events import grammar
from detente.records import STATUSES, Status
from detente.tables import language_file, read_yaml

Tense = Literal["past", "present", "future"]
STRENGTH: tuple[Status, ...] = (
    "happened", "planned", "predicted", "offered", "threatened", "demanded", "refused", "alleged",
    "hedged", "conditional", "negated", "denied",
)  # fmt: skip
OPERATOR_LINKS = frozenset(
    {"xcomp", "ccomp", "acl", "pcomp", "advcl", "dobj", "nsubjpass", "pobj", "relcl", "csubj"}
)
ADVERBIAL = frozenset(
    {"by", "after", "before", "since", "while", "when", "with", "despite", "in", "upon", "until"}
)
NOUN_OPERATOR_PREPOSITIONS = frozenset({"for", "of", "on", "to", "about", "that", "at"})


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The tables of status.yaml, turned round: from word to status."""

    verbs: dict[str, Status]
    with_noun: frozenset[str]
    carriers: frozenset[str]
    nouns: dict[str, Status]
    adjectives: dict[str, Status]
    modifiers: dict[str, Status]
    adverbs: dict[str, Status]
    modals: dict[str, dict[str, Status]]
    conditions: frozenset[str]
    negators: frozenset[str]
    reporting: frozenset[str]
    neg_raising: frozenset[str]
    deciding: frozenset[str]
    nobody: frozenset[str]
    attempts: frozenset[str]
    approximators: frozenset[str]
    asserting: frozenset[str]
    beliefs: frozenset[str]
    documents: frozenset[str]
    shares: frozenset[str]
    inverting: frozenset[str]
    confirming: frozenset[str]
    particles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A status with why, the tense of the act's clause, and the words walked through.

    `operator` is the word that offers or plans the act; `fails` that a word like 'failed to' negates it.
    """

    status: Status
    reasons: tuple[str, ...]
    tense: Tense
    path: tuple[Token, ...]
    operator: Token | None = None
    fails: bool = False


@cache
def load_status_words(language: str = "en") -> StatusWords:
    """The status words of a language. Raises DataError where a status is unknown."""
    source = language_file(language, "status.yaml")
    table = read_yaml(source)

    def turned(rows: dict[str, Any]) -> dict[str, Status]:
        found: dict[str, Status] = {}
        for status, words in rows.items():
            if status == "__line__":
                continue
            if status not in STATUSES:
                fault = f"{status!r} is no status"
                raise DataError(f"{source}:{rows['__line__']}", fault, "Use one of " + ", ".join(STATUSES))
            found |= {word: cast(Status, status) for word in words}
        return found

    operators = table["operators"]
    modals = {
        word: {k: v for k, v in row.items() if k != "__line__"}
        for word, row in table["modals"].items()
        if word != "__line__"
    }
    return StatusWords(
        turned(operators["verbs"]), frozenset(operators["with_noun"]),
        frozenset(table["carriers"]), turned(operators["nouns"]), turned(operators["adjectives"]),
        turned(table["modifiers"]), turned(table["adverbs"]), modals,
        frozenset(table["conditions"]), frozenset(table["negators"]), frozenset(table["reporting"]),
        frozenset(table["neg_raising"]),
        frozenset(table["deciding"]),
        frozenset(table["nobody"]),
        frozenset(table["attempts"]),
        frozenset(table["approximators"]),
        frozenset(table["asserting"]),
        frozenset(table["beliefs"]),
        frozenset(table["documents"]),
        frozenset(table["shares"]),
        frozenset(table["inverting"]),
        frozenset(table["confirming"]),
        {verb: particle for verb, particle in table["particles"].items() if verb != "__line__"},
    )  # fmt: skip


class _Walk:
    """One walk up from a predicate; collects statuses and reasons."""

    def __init__(self, predicate: Token, words: StatusWords) -> None:
        self.predicate = predicate
        self.words = words
        self.status: Status = "happened"
        self.reasons: list[str] = []
        self.operator: Token | None = None
        self.fails = False
        self.plainly = False  # negated by 'not' and the like, not by 'failed to'
        self.spent: set[int] = set()  # negations that were read together with another word

    def take(self, status: Status, why: str) -> None:
        if status == "happened":
            return
        if STRENGTH.index(status) > STRENGTH.index(self.status):
            self.status = status
        self.reasons.append(f"{why} makes it {status}")

    def look_beside(self, token: Token) -> None:
        """Auxiliaries, adverbs, negation and adjectives that hang on `token` itself."""
        past = any(c.lemma_ == "have" and c.dep_ == "aux" for c in token.children)
        self.look_for_refusal(token)
        for child in token.children:
            word = child.lower_
            if child.i in self.spent or is_parted(child, token):
                continue
            if child.dep_ in {"aux", "auxpass"} and word in self.words.modals:
                self.take_modal(child, past)
            elif child.dep_ in {"aux", "auxpass"} and word in {"had", "were"} and self.is_inverted(child):
                self.take("conditional", f"inverted '{child.text}'")
            elif child.dep_ == "neg" and token == self.predicate and token.lemma_ in self.words.neg_raising:
                self.reasons.append(f"'{child.text}' negates what is wanted, not the wish")
            elif child.dep_ == "neg" or (child.dep_ in {"det", "preconj"} and word in self.words.negators):
                self.negate(f"'{child.text}'")
            elif child.dep_ == "mark" and word in self.words.conditions:
                self.take_condition(child, token)
            elif child.dep_ in {"advmod", "npadvmod"} and child.i - token.i < 3:
                if word == "yet" and grammar.clauses(token):
                    self.take("negated", "'yet to'")
                elif word in self.words.conditions and child.i < token.i:
                    self.take("conditional", f"'{child.text}'")
                elif word not in self.words.approximators or (
                    0 < token.i - child.i < 3 and grammar.is_verb(token)
                ):
                    self.take_adverb(child, token)
                self.plainly = self.plainly or word == "never"
            elif child.dep_ in {"amod", "compound", "nmod"} and not grammar.is_verb(token):
                self.take(self.words.modifiers.get(word, "happened"), f"'{child.text}'")
            elif (child.dep_ in {"nsubj", "nsubjpass"} and self.is_nobody(child)) or (
                child.dep_ == "dobj" and token.i in self.told and self.is_nobody(child)
            ):
                self.negate(f"'{child.text}' with a negation")
        if follows_nor(token) and token.i not in self.spent:
            self.negate("'nor'")
        if not self.is_told_as_done(token) and any(map(self.is_condition, token.children)):
            self.take("conditional", "the condition beside it")

    def take_condition(self, mark: Token, verb: Token) -> None:
        """An if-clause; 'whether' before an infinitive that is weighed leaves it to the verb above."""
        lemma = verb.head.lemma_.lower()
        if mark.lower_ == "whether" and not grammar.has_mark(verb, {"to"}):
            self.take("hedged", "'whether'")
        elif mark.lower_ != "whether" or lemma in self.words.deciding or lemma not in self.words.verbs:
            self.take("conditional", f"'{mark.text}'")

    def take_adverb(self, adverb: Token, verb: Token) -> None:
        """'Probably' is said of what is to come, or hedges what is past."""
        status = self.words.adverbs.get(adverb.lower_, "happened")
        past = read_tense(verb) == "past" and not any(c.tag_ == "MD" for c in verb.children)
        self.take("hedged" if status == "predicted" and past else status, f"'{adverb.text}'")

    @property
    def told(self) -> set[int]:
        """The predicate and the light verb that carries it."""
        light = None if grammar.is_verb(self.predicate) else grammar.light_verb(self.predicate)
        return {self.predicate.i} | ({light.i} if light is not None else set())

    def negate(self, why: str) -> None:
        """Takes a plain negation: 'not', 'no', 'nobody'."""
        self.plainly = True
        self.take("negated", why)

    def is_condition(self, clause: Token) -> bool:
        """Whether a clause beside the act is one that it hangs on."""
        if clause.dep_ == "advcl" and grammar.has_mark(clause, {"if", "unless", "should"}):
            return True
        return clause.dep_ in {"advcl", "prep"} and clause.lower_ in {"provided", "providing"}

    def is_told_as_done(self, token: Token) -> bool:
        """'Threatened to close it if ...': the threat itself is made, whatever comes of the condition."""
        if token != self.predicate or not grammar.is_verb(token):
            return False
        group = [token, *(c for c in token.children if c.dep_ in {"aux", "auxpass"})]
        perfect = token.tag_ == "VBN" and any(t.lemma_ == "have" for t in group)
        return (perfect or any(t.tag_ == "VBD" for t in group)) and not any(t.tag_ == "MD" for t in group)

    def look_for_refusal(self, token: Token) -> None:
        """'Will not', 'would neither ... nor', 'will send no troops': not to be willing is to refuse."""
        first = token.head if follows_nor(token) else token
        willing = [c for t in (token, first) for c in t.children if self.is_willing(c)]
        perfect = any(c.lemma_ == "have" and c.dep_ == "aux" for c in token.children)
        if not willing or perfect:
            return
        negators = [
            c for c in token.children if c.dep_ in {"neg", "preconj"} and c.lower_ in self.words.negators
        ]
        negators += [c for c in token.children if c.dep_ == "dobj" and self.is_nobody(c)]
        negators += [c for t in {token, first} for c in t.children if c.lower_ in {"nor", "neither"}]
        if negators:
            self.spent |= {t.i for t in (*willing, *negators, token)}
            self.take("refused", f"'{willing[0].text} {negators[0].text}'")

    def is_willing(self, modal: Token) -> bool:
        """Whether a word is 'will' or the like."""
        row = self.words.modals.get(modal.lower_, {})
        return modal.dep_ == "aux" and row.get("negated") == "refused"

    def is_nobody(self, subject: Token) -> bool:
        """'nobody', 'no country', 'not a single soldier'."""
        if subject.lower_ in self.words.nobody:
            return True
        return any(
            c.lower_ in {"no", "neither", "not"} and c.dep_ in {"det", "neg", "preconj"}
            for c in subject.children
        )

    def take_modal(self, modal: Token, past: bool) -> None:
        row = self.words.modals[modal.lower_]
        if modal.lower_ == "should" and self.is_inverted(modal):
            self.take("conditional", "inverted 'should'")
            return
        reported = "reported" in row and self.is_reported(modal.head)
        key = "past" if past and "past" in row else "reported" if reported else "status"
        self.take(row[key], f"'{modal.text}{' have' if past else ''}'")

    def is_inverted(self, auxiliary: Token) -> bool:
        """'Should the North fire', 'Had it agreed': the auxiliary opens a clause before its subject."""
        subjects = grammar.own_subjects(auxiliary.head)
        if (
            not subjects
            or auxiliary.i > subjects[0].left_edge.i
            or auxiliary.sent.text.rstrip("”\"’' ").endswith("?")
        ):
            return False
        before = {c.lower_ for c in auxiliary.head.children if c.i < auxiliary.i}
        return auxiliary.head.dep_ == "advcl" or not before & self.words.inverting

    def is_reported(self, verb: Token) -> bool:
        for up in grammar.governors(verb):
            if up.lemma_.lower() in self.words.reporting and up.tag_ in {"VBD", "VBN", "VBG"}:
                return True
            if up.pos_ == "NOUN" and up.lemma_.lower() in {
                "optimism",
                "hope",
                "confidence",
                "promise",
                "pledge",
            }:
                return True
        return False

    def step(self, token: Token) -> Token | None:
        """The word above that still bears on the act, after taking what it says; None at the top."""
        head = token.head
        if head == token and token.tag_ == "VB" and grammar.has_mark(token, {"to"}):
            self.take("planned", "the infinitive of a headline")
        if head == token or is_parted(token, head):
            return None
        if token.dep_ == "conj":
            shares = not grammar.own_subjects(token) and token.tag_ in {"VB", "VBN", "VBG"}
            return head if shares or not grammar.is_verb(token) else None
        if token.dep_ in {"pcomp", "pobj"} and head.pos_ in {"ADP", "SCONJ"}:
            return self.step_preposition(token, head)
        if token.dep_ == "xcomp" and head.lemma_ == "be" and grammar.has_mark(token, {"to"}):
            if not self.take_predicate(head):
                self.take("planned", f"'{head.text} to'")
            return head
        if token.dep_ == "xcomp" and head.lower_ == "going" and grammar.has_mark(token, {"to"}):
            denials = [c.i for c in head.children if c.dep_ == "neg"]
            self.spent |= set(denials)
            self.take("refused" if denials else "planned", f"'{'not ' if denials else ''}going to'")
            return head
        if token.dep_ == "acl" and head.dep_ == "attr" and grammar.has_mark(token, {"to"}):
            return head.head
        if token.dep_ == "acomp" or (token.dep_ == "attr" and head.lemma_ == "be"):
            return head
        if token.dep_ in {"nsubj", "nsubjpass"} and head.lemma_ in self.words.carriers:
            self.take_predicate(head)
            return head
        if token.dep_ == "ccomp" and head.lemma_ == "be":
            self.take_predicate(head)
        if token.dep_ not in OPERATOR_LINKS:
            return None
        return self.step_operator(token, head)

    def take_predicate(self, copula: Token) -> bool:
        """'An attack is unlikely': what an adjective says of its subject; False where there is none."""
        adjectives = [c for c in copula.children if c.dep_ == "acomp"]
        for adjective in adjectives:
            status = self.words.adjectives.get(adjective.lemma_.lower())
            if status in {"planned", "predicted", "hedged", "demanded"}:
                self.take(status, f"'{adjective.text}'")
        return bool(adjectives)

    def is_past(self) -> bool:
        """Whether the act is told as past: 'did not fire', 'had not been fired on'."""
        verb = governing_verb(self.predicate)
        return read_tense(verb) == "past" and not any(c.tag_ == "MD" for c in verb.children)

    def step_preposition(self, token: Token, prep: Token) -> Token | None:
        word, above = prep.lower_, prep.head
        if word == "without" and token.dep_ == "pcomp":
            self.take("negated", "'without'")
            return None
        if word == "of" and {"short", "instead"} & {above.lower_, *(c.lower_ for c in prep.children)}:
            self.take("negated", "'short of' or 'instead of'")
            return None
        if above.lemma_.lower() in self.words.shares and word == "in" and grammar.is_verb(above.head):
            return above.head  # 'took part in the raid'
        if above.pos_ == "NOUN" and word in NOUN_OPERATOR_PREPOSITIONS:
            return self.apply(above, self.words.nouns)
        if above.pos_ == "ADJ":
            return self.apply(above, self.words.adjectives)
        if grammar.is_verb(above) and grammar.is_light(above, word):
            return above
        if word in ADVERBIAL:
            return None
        if grammar.is_verb(above) and (
            token.dep_ == "pcomp" or above.lemma_ in {"plan", "prepare", "hope", "aim"}
        ):
            return self.apply(above, self.words.verbs)
        return None

    def step_operator(self, token: Token, head: Token) -> Token | None:
        if head.pos_ == "NOUN":
            if token.tag_ == "VBG" and head.lemma_.lower() in self.words.documents:
                over = head.head.head if head.dep_ == "pobj" else head.head
                return over if grammar.is_verb(over) else None
            completes = token.dep_ in {"acl", "ccomp", "xcomp"} or (
                token.dep_ == "relcl" and grammar.has_mark(token, {"to", "that"})
            )
            return self.apply(head, self.words.nouns) if completes else None
        if head.pos_ == "ADJ":
            return self.apply(head, self.words.adjectives)
        if head.pos_ not in {"VERB", "AUX"}:
            return None
        if token.dep_ == "advcl":
            return head if head.lemma_ in self.words.verbs and grammar.has_mark(token, {"to"}) else None
        if token.dep_ in {"dobj", "nsubjpass"}:
            if head.lemma_ in self.words.with_noun:
                return self.apply(head, self.words.verbs)
            return head if grammar.is_light(head) else None
        return self.apply(head, self.words.verbs)

    def apply(self, head: Token, table: dict[str, Status]) -> Token | None:
        lemma = head.lemma_.lower()
        only = all(reason.endswith("negated") for reason in self.reasons)
        if lemma in self.words.confirming and is_withheld(head):
            self.take("hedged", f"'{head.text}' that is withheld")
            return None
        if (
            self.status == "negated"
            and self.plainly
            and only
            and lemma in self.words.asserting
            and self.is_past()
        ):
            self.take("denied", f"'{head.text}' of what did not happen")
            return None
        status = table.get(lemma)
        denials = [c for c in head.children if c.dep_ == "neg"]
        particle = self.words.particles.get(lemma)
        if particle is not None and particle not in grammar.particles(head):
            return None
        if status == "negated" and table is self.words.verbs and denials:
            self.spent |= {c.i for c in denials}
            self.reasons.append(f"'{denials[0].text} {head.text}' doesn't negate it")
            return head
        if status == "hedged" and lemma in self.words.beliefs and self.status in {"planned", "predicted"}:
            status = "predicted"
        if status == "hedged" and head.lemma_ in self.words.attempts and read_tense(head) != "past":
            status = "planned"
        if status is None:
            return head if head.lemma_ == "be" else None
        self.fails = self.fails or (status == "negated" and not self.reasons)
        if status in {"offered", "planned"} and self.operator is None:
            self.operator = head
        self.take(status, f"'{head.text}'")
        return head


def judge_status(predicate: Token) -> Judged:
    """The status of the act that `predicate` (a verb or event noun) tells, with reasons and tense."""
    walk = _Walk(predicate, load_status_words())
    token: Token | None = predicate
    path = [predicate]
    light = None if grammar.is_verb(predicate) else grammar.light_verb(predicate)
    walk.look_beside(predicate)
    if light is not None and predicate.head != light:
        walk.look_beside(light)
    while token is not None:
        above = walk.step(token)
        if above is not None:
            path.append(above)
            walk.look_beside(above)
        token = above
    top = path[-1]
    tense = read_tense(top if top.pos_ in {"VERB", "AUX"} else governing_verb(top))
    if walk.status in {"planned", "predicted", "offered", "demanded", "threatened"} and tense != "past":
        tense = "future"
    return Judged(walk.status, tuple(walk.reasons), tense, tuple(path), walk.operator, walk.fails)


def is_parted(token: Token, other: Token) -> bool:
    """Whether a semicolon stands between two words: then neither says anything of the other."""
    first, last = sorted((token.i, other.i))
    return any(t.text == ";" for t in token.doc[first:last])


def is_withheld(verb: Token) -> bool:
    """'Would not confirm', 'neither confirm nor deny', 'refused to confirm'."""
    negators = {"not", "n't", "n’t", "neither", "nor", "never"}
    around = {c.lower_ for t in (verb, verb.head) for c in t.children if c.dep_ in {"neg", "preconj", "cc"}}
    withholding = {"refuse", "decline", "unwilling", "unable"}
    return bool(around & negators) or verb.head.lemma_.lower() in withholding


def follows_nor(token: Token) -> bool:
    """Whether a word is joined to another by 'nor'."""
    return token.dep_ == "conj" and any(c.dep_ == "cc" and c.lower_ == "nor" for c in token.head.children)


def governing_verb(token: Token) -> Token:
    """The nearest verb at or above a token; the token itself where there is none."""
    for up in (token, *grammar.governors(token)):
        if up.pos_ in {"VERB", "AUX"}:
            return up
    return token


def read_tense(verb: Token) -> Tense:
    """The tense of a verb group: of its first finite part, else that of the clause above it."""
    for up in (verb, *grammar.governors(verb)):
        auxiliaries = [c for c in up.children if c.dep_ in {"aux", "auxpass"}]
        words = {a.lower_ for a in auxiliaries}
        if words & {"will", "wo", "'ll", "’ll", "shall", "would", "may", "might", "could", "should", "must"}:
            return "past" if "have" in words else "future"
        finite = [t for t in (*auxiliaries, up) if t.tag_ in {"VBD", "VBZ", "VBP"}]
        if finite:
            perfect = finite[0].lemma_ == "have" and up.tag_ == "VBN"
            return "past" if finite[0].tag_ == "VBD" or perfect else "present"
    return "past"
