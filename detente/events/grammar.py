"""Who stands where around a predicate: fills a frame's slots from spaCy's dependency parse.

The labels are those of spaCy's English models (ClearNLP style: nsubj, dobj, agent, relcl, ...).
Functions take and return head tokens of phrases; coordinated phrases give one token per conjunct.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from detente.tables import language_file, read_yaml

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
OBJECTS = frozenset({"dobj", "obj", "oprd"})
CLAUSES = frozenset({"xcomp", "ccomp"})
FINITE = frozenset({"VBD", "VBZ", "VBP"})
RELATIVE_TAGS = frozenset({"WDT", "WP", "WP$"})
OWNERS = frozenset({"poss", "amod", "compound", "nmod", "npadvmod"})

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ"})
PHRASE_PARTS = OWNERS | {"det", "nummod", "predet", "quantmod", "case"}
JOINTS = frozenset({"-", "–", "/", "'s", "’s", "'", "’"})


@dataclass(frozen=True, slots=True)
class GrammarWords:
    """The word lists of grammar.yaml."""

    partitives: frozenset[str]
    light_verbs: frozenset[str]
    light_prepositions: dict[str, str]
    object_control: frozenset[str]
    time_nouns: frozenset[str]


@cache
def load_grammar_words(language: str = "en") -> GrammarWords:
    """The light verbs and partitives of a language."""
    table = read_yaml(language_file(language, "grammar.yaml"))
    prepositions = {v: p for v, p in table["light_prepositions"].items() if v != "__line__"}
    return GrammarWords(
        frozenset(table["partitives"]),
        frozenset(table["light_verbs"]),
        prepositions,
        frozenset(table["object_control"]),
        frozenset(table["time_nouns"]),
    )


def is_light(verb: Token, preposition: str | None = None) -> bool:
    """Whether a verb only carries the event noun that is its object, or that stands after `preposition`."""
    words = load_grammar_words()
    if preposition is not None:
        return words.light_prepositions.get(verb.lemma_) == preposition
    return verb.lemma_.lower() in words.light_verbs


def is_verb(token: Token) -> bool:
    """Whether the token acts as a verb (auxiliaries don't)."""
    return token.pos_ == "VERB" or (token.tag_.startswith("VB") and token.dep_ not in {"aux", "auxpass"})


def is_passive(verb: Token) -> bool:
    """Whether a verb stands in the passive: 'was closed', 'the park closed by the army'."""
    if any(c.dep_ in PASSIVE_SUBJECTS or c.dep_ in {"auxpass", "agent"} for c in verb.children):
        return True
    if verb.tag_ != "VBN" or any(c.dep_ in SUBJECTS or c.dep_ == "aux" for c in verb.children):
        return False
    if verb.dep_ == "acl":
        return not any(c.dep_ in OBJECTS for c in verb.children)
    return verb.dep_ == "conj" and is_verb(verb.head) and is_passive(verb.head)


def with_conjuncts(head: Token) -> list[Token]:
    """A phrase's head, those coordinated with it, and what a partitive ('one of', 'both') counts."""
    found, todo = [], [head]
    while todo:
        token = todo.pop(0)
        if token in found:
            continue
        found.append(token)
        todo += [c for c in token.children if c.dep_ == "conj" and not is_verb(c)]
        todo += [c for c in token.children if c.dep_ == "appos" and c.ent_type_]
        if token.lemma_.lower() in load_grammar_words().partitives:
            todo += prepositional(token, "of")
    return found


def spread(heads: Iterable[Token]) -> list[Token]:
    """`with_conjuncts` over several heads, each once; a relative pronoun gives what it stands for."""
    found: list[Token] = []
    for head in heads:
        for token in with_conjuncts(resolve_relative(head)):
            if token not in found:
                found.append(token)
    return found


def resolve_relative(token: Token) -> Token:
    """The noun that a relative pronoun stands for; any other token is itself."""
    relative = token.tag_ in RELATIVE_TAGS or (
        token.lower_ == "that" and (token.pos_ == "PRON" or token.dep_ in OBJECTS or token.dep_ in SUBJECTS)
    )
    if not relative:
        return token
    up = token
    while up.head != up:
        up = up.head
        if up.dep_ == "relcl":
            return up.head
        if up.dep_ == "ROOT":
            break
    return token


def own_subjects(verb: Token) -> list[Token]:
    """The subjects that hang on the verb itself."""
    own = [c for c in verb.children if c.dep_ in SUBJECTS or c.dep_ in PASSIVE_SUBJECTS]
    if not own and verb.dep_ == "amod":
        return _headline_subjects(verb)
    if not own and verb.tag_ in FINITE:  # 'as the North demands that ...', parsed like a noun phrase
        own = [c for c in verb.children if c.dep_ == "compound" and c.i < verb.i]
    return own


def _headline_subjects(verb: Token) -> list[Token]:
    """'Pakistan massed troops', which the parser takes for a phrase like 'Pakistan's massed troops'."""
    noun = verb.head
    before = [
        c
        for c in noun.children
        if c.i < verb.i and c.pos_ == "PROPN" and c.dep_ in {"compound", "nmod", "nsubj"}
    ]
    bare = not any(c.dep_ in {"det", "poss"} for c in noun.children)
    return before[-1:] if bare and noun.dep_ == "ROOT" and verb.tag_ in {"VBD", "VBN"} else []


def surface_subjects(verb: Token, depth: int = 0) -> list[Token]:
    """The grammatical subject, its own or taken from the clause that controls it."""
    own = own_subjects(verb)
    if own or depth > 8:
        return own
    head = verb.head
    if head == verb:
        return []
    if verb.dep_ == "conj" and (is_verb(head) or head.pos_ == "AUX"):
        return surface_subjects(_coordinated_with(verb), depth + 1)
    if verb.dep_ in CLAUSES or verb.dep_ == "advcl":
        if verb.dep_ in CLAUSES and head.lemma_ not in {"promise", "threaten", "vow", "pledge"}:
            controlled = _object_control(head)
            if controlled:
                return controlled
        return _subjects_of_governor(head, depth + 1)
    if verb.dep_ == "acl":
        return [head]
    if verb.dep_ == "relcl":
        return [head] if not any(c.tag_ in RELATIVE_TAGS for c in verb.children) else []
    if verb.dep_ == "pcomp":
        if head.head.lemma_ in load_grammar_words().object_control:
            return objects(head.head)
        return _subjects_of_governor(head.head, depth + 1)
    return []


def _coordinated_with(verb: Token) -> Token:
    """The verb that `verb` goes on from: a finite one goes on from a finite one, whatever the parser says."""
    head = verb.head
    while verb.tag_ in FINITE and head.tag_ == "VB" and has_mark(head, {"to"}) and is_verb(head.head):
        head = head.head
    return head


def _object_control(verb: Token) -> list[Token]:
    """'urged Iran to stop', 'called on Pyongyang to disarm': the object does what the infinitive says."""
    if is_passive(verb):
        return []
    objects = [c for c in verb.children if c.dep_ in {"dobj", "dative", "obj"}]
    return objects or (prepositional(verb, "on") if verb.lemma_ in {"call", "prevail"} else [])


def _subjects_of_governor(head: Token, depth: int) -> list[Token]:
    if is_verb(head) or head.pos_ == "AUX":
        return surface_subjects(head, depth)
    if head.pos_ == "ADJ" and head.dep_ in {"acomp", "oprd", "conj", "amod"}:
        return _subjects_of_governor(head.head, depth)
    if head.pos_ in {"NOUN", "PROPN"}:
        return [head]
    if head.pos_ in {"ADV", "SCONJ"} and head.head != head:  # 'stopped short of'
        return _subjects_of_governor(head.head, depth)
    return []


def doers(verb: Token) -> list[Token]:
    """Who does what the verb says: the subject, or the agent of a passive."""
    if is_passive(verb):
        agents = [p for c in verb.children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"]
        return agents or _passive_with_by(verb)
    return surface_subjects(verb)


def _passive_with_by(verb: Token) -> list[Token]:
    return [t for t in prepositional(verb, "by") if t.ent_type_ not in {"DATE", "TIME"}]


def objects(verb: Token) -> list[Token]:
    """What the verb acts on: its object, or the subject of a passive."""
    if is_passive(verb):
        own = surface_subjects(verb)
        if verb.dep_ == "acl" and not own_subjects(verb):
            return [verb.head]
        return own
    own = [c for c in verb.children if c.dep_ in OBJECTS and not _is_time(c)]
    if own:
        return own
    if verb.dep_ == "amod" and _headline_subjects(verb):
        return [verb.head]
    if (
        verb.dep_ == "relcl"
        and not any(c.tag_ in RELATIVE_TAGS for c in verb.children)
        and own_subjects(verb)
    ):
        return [verb.head]
    shared = [c for c in verb.children if c.dep_ == "conj" and is_verb(c) and not own_subjects(c)]
    if shared and shared[0].i - verb.i <= 3:
        return [c for c in shared[0].children if c.dep_ in OBJECTS]
    return []


def _is_time(noun: Token) -> bool:
    """'accepted the same afternoon', which the parser takes for an object."""
    return noun.lemma_.lower() in load_grammar_words().time_nouns or noun.ent_type_ in {"DATE", "TIME"}


def prepositional(head: Token, name: str) -> list[Token]:
    """Objects (nouns, or verbs in -ing) of the preposition `name` on `head`; 'out of' counts as both."""
    found: list[Token] = []
    for prep in head.children:
        if prep.dep_ not in {"prep", "agent", "dative", "prt", "advmod", "cc"} and prep.pos_ != "ADP":
            continue
        found += _below(prep, name)
    return found


def _below(prep: Token, name: str) -> Iterator[Token]:
    inner = [c for c in prep.children if c.dep_ in {"prep", "pcomp"} and c.pos_ in {"ADP", "SCONJ"}]
    if prep.lower_ == name:
        yield from (c for c in prep.children if c.dep_ in {"pobj", "pcomp"} and c not in inner)
        for deeper in inner:
            yield from (c for c in deeper.children if c.dep_ in {"pobj", "pcomp"})
    for deeper in inner:
        if deeper.lower_ == name:
            yield from (c for c in deeper.children if c.dep_ in {"pobj", "pcomp"})


def particles(verb: Token) -> set[str]:
    """The particles of a verb: 'off' of 'call off', 'out' of 'pull out of'."""
    return {
        c.lower_ for c in verb.children if c.dep_ in {"prt", "advmod", "prep"} and c.pos_ in {"ADP", "ADV"}
    }


def clauses(head: Token) -> list[Token]:
    """The verbs of the infinitive or that-clauses that complete a verb or noun."""
    found = [c for c in head.children if c.dep_ in CLAUSES]
    if head.pos_ in {"NOUN", "PROPN", "ADJ"}:
        found += [c for c in head.children if c.dep_ in {"acl", "relcl"} and has_mark(c, {"to", "that"})]
    elif not found:
        found = [c for c in head.children if c.dep_ in {"acl", "relcl"} and has_mark(c, {"that"})]
        found += [
            c for c in head.children if c.dep_ == "advcl" and has_mark(c, {"to"}) and not own_subjects(c)
        ]
    return found


def has_mark(verb: Token, words: set[str]) -> bool:
    """Whether a clause is opened by one of `words` ('to', 'that', 'if')."""
    return any(c.lower_ in words and c.dep_ in {"aux", "mark", "advmod"} for c in verb.children)


def owners(noun: Token) -> list[Token]:
    """Possessors and modifiers of a noun: 'the South's N', 'a Russian N', both of 'US-Iran N'."""
    own = [c for c in noun.children if c.dep_ in OWNERS]
    paired = [c for o in own for c in o.children if c.dep_ in OWNERS and _is_hyphenated(c, o)]
    return [*paired, *own]


def _is_hyphenated(first: Token, second: Token) -> bool:
    return second.i == first.i + 2 and first.nbor().text in {"-", "–", "—", "/"}


def light_verb(noun: Token) -> Token | None:
    """The light verb that an event noun is the object of: 'held' of 'held talks'."""
    head = noun.head
    while noun.dep_ == "conj" and head != noun:
        noun, head = head, head.head
    if noun.dep_ in OBJECTS or noun.dep_ in PASSIVE_SUBJECTS:
        return head if is_light(head) else None
    if noun.dep_ == "nsubj" and is_passive(head) and is_light(head):
        return head
    if noun.dep_ == "pobj" and is_verb(head.head) and is_light(head.head, head.lower_):
        return head.head
    for participle in noun.children:
        if participle.dep_ in {"acl", "relcl"} and is_light(participle) and is_passive(participle):
            return participle
    return None


def holders(noun: Token) -> list[Token]:
    """Whose thing or act a noun names: 'the North's decision', 'a call by Iran', 'a Russian proposal'."""
    own = [c for c in noun.children if c.dep_ == "poss"] + prepositional(noun, "by")
    return own or [c for c in owners(noun) if c.dep_ != "poss"] + prepositional(noun, "of")


def holders_by_clause(noun: Token, depth: int = 0) -> list[Token]:
    """Who holds a noun that nobody owns, by the clause it stands in: 'Iran made a proposal to ...'."""
    if depth > 8:
        return []
    verb = light_verb(noun)
    found = doers(verb) if verb is not None else []
    if not found and noun.dep_ in OBJECTS and is_verb(noun.head):
        found = surface_subjects(noun.head, depth + 1)
    if not found and noun.dep_ == "pobj" and is_verb(noun.head.head):
        found = surface_subjects(noun.head.head, depth + 1)
    return found


def slot_tokens(predicate: Token, slot: str) -> list[Token]:
    """The head tokens that fill a slot ('subj', 'obj', 'with', 'obj.poss', ...) of a verb or event noun."""
    head, _, leaf = slot.partition(".")
    found = _verb_slot(predicate, head) if is_verb(predicate) else _noun_slot(predicate, head)
    if not leaf:
        return found
    return [t for f in found for t in _leaf(resolve_relative(f), leaf)]


def _verb_slot(verb: Token, slot: str) -> list[Token]:
    if slot == "subj":
        return spread(doers(verb))
    if slot == "obj":
        return spread(objects(verb))
    if slot == "iobj":
        return spread(c for c in verb.children if c.dep_ in {"dative", "iobj"} and c.pos_ != "ADP")
    if slot == "clause":
        return clauses(verb)
    if slot == "acomp":
        return [c for c in verb.children if c.dep_ in {"acomp", "oprd", "xcomp", "ccomp", "advcl"}]
    found = prepositional(verb, slot)
    found += [t for o in objects(verb) for t in prepositional(resolve_relative(o), slot)]
    return spread(found)


def _noun_slot(noun: Token, slot: str) -> list[Token]:
    verb = light_verb(noun)
    if slot == "subj":
        return spread(doers(verb)) if verb is not None else []
    if slot == "poss":
        return spread(owners(noun))
    if slot == "clause":
        return clauses(noun)
    if slot == "mod":
        return [c for c in noun.children if c.dep_ in {"amod", "compound", "nmod", "nummod"}]
    found = prepositional(noun, slot)
    if verb is not None:
        found += prepositional(verb, slot)
        if slot == "to":
            found += _verb_slot(verb, "iobj")  # 'offered Chile talks'
        if slot == "to" and noun.dep_ in OBJECTS and is_passive(verb):
            found += own_subjects(verb)  # 'Park was given a state visit by China'
    return spread(found)


def _leaf(token: Token, leaf: str) -> list[Token]:
    if leaf == "any":
        return list(token.subtree)
    if leaf == "poss":
        return spread(owners(token))
    if leaf == "subj":
        return spread(own_subjects(token))
    if leaf == "obj":
        return _verb_slot(token, leaf) if is_verb(token) else []
    return spread(prepositional(token, leaf))


def clause_span(predicate: Token, also: Iterable[Token] = ()) -> tuple[int, int]:
    """First and last token index of a predicate's clause with the phrases of `also`, without side clauses.

    It neither begins nor ends inside a noun phrase or a name.
    """
    kept = {predicate.i, *(i for t in also for i in _phrase_edges(t))}
    todo = list(predicate.children)
    while todo:
        token = todo.pop()
        side = token.dep_ in {"relcl", "advcl", "parataxis"} or (token.dep_ == "conj" and is_verb(token))
        if side or token.is_punct or token.dep_ == "cc":
            continue
        kept.add(token.i)
        todo += token.children
    return _widen(predicate.doc, min(kept), max(kept))


def _phrase_edges(token: Token) -> tuple[int, int]:
    """First and last token of a word with what stands before its noun as part of the phrase."""
    inside = [c.left_edge.i for c in token.lefts if c.dep_ in PHRASE_PARTS] if token.pos_ in NOMINAL else []
    return min([token.i, *inside]), token.i


def _widen(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """The tokens with the rest of any name or noun phrase that their ends fall into."""
    begin = doc[first]
    while first > 0 and (doc[first].ent_iob_ == "I" or _is_in_word(doc, first)):
        first -= 1
    if begin.dep_ in PHRASE_PARTS and begin.head.i > begin.i:
        first = min(first, begin.left_edge.i, _phrase_edges(begin.head)[0])
    elif begin.pos_ in NOMINAL:
        first = min(first, _phrase_edges(begin)[0])
    end = doc[last]
    while last + 1 < len(doc) and (doc[last + 1].ent_iob_ == "I" or _is_in_word(doc, last + 1)):
        last += 1
    top = end
    while top.dep_ in PHRASE_PARTS and top.head.i > top.i:
        top = top.head
    return first, max(last, top.i)


def _is_in_word(doc: Doc, i: int) -> bool:
    """Whether no space parts a token from the one before, of a word with a hyphen or an apostrophe."""
    joined = not doc[i - 1].whitespace_ and doc[i].sent == doc[i - 1].sent
    return joined and (doc[i].text in JOINTS or doc[i - 1].text in JOINTS or doc[i].tag_ == "POS")


def governors(token: Token) -> Iterator[Token]:
    """The tokens above, nearest first."""
    while token.head != token:
        token = token.head
        yield token
