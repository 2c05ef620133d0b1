"""Pronouns and descriptions: 'it', 'they', 'the two sides', 'the communist country', 'its ally'."""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Token

from detente.who.memory import Identity, Memory, Mention, is_state_code
from detente.who.phrases import SUBJECTS, clause_subject, conjuncts, is_plural
from detente.who.titles import Titles

PERSONAL = {
    "he": "m",
    "him": "m",
    "his": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "himself": "m",
    "herself": "f",
}
SINGULAR = frozenset({"it", "its", "itself"})
PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
DEFINITE = frozenset({"the", "this", "that", "these", "those"})
BOTH = frozenset({"both", "two", "either", "neither", "each"})
COLLECTIVE = ("state", "organisation", "group", "company")


def is_pronoun(token: Token) -> bool:
    """Whether a token is a third-person pronoun."""
    return token.pos_ in ("PRON", "DET") and token.lower_ in PERSONAL.keys() | SINGULAR | PLURAL


def point_back(token: Token, memory: Memory, titles: Titles) -> tuple[Identity, ...]:
    """Whom a third-person pronoun means, or () where it means no party."""
    word = token.lower_
    if word in PERSONAL:
        return _find_person(token, memory, PERSONAL[word])
    if word in PLURAL:
        return _find_plural(token, memory)
    if is_empty_it(token, titles):
        return ()
    return _find_singular(token, memory, titles)


def is_empty_it(token: Token, titles: Titles) -> bool:
    """Whether 'it' refers to nothing: 'it is likely that', 'it seems', 'made it clear'."""
    if token.lower_ != "it":
        return False
    verb = token.head
    lemma = "be" if verb.text in ("'s", "’s") else verb.lemma_.lower()
    if token.dep_ == "expl":
        return True
    if token.dep_ not in SUBJECTS:
        return any(c.dep_ in ("ccomp", "oprd", "acomp") for c in verb.children) and lemma in (
            "make",
            "find",
            "take",
        )
    clause = any(c.dep_ in ("ccomp", "csubj") or (c.dep_ == "advcl" and c.tag_ == "VB") for c in verb.rights)
    if lemma == "be":
        said = [c for c in verb.rights if c.dep_ in ("acomp", "attr")]
        named = any(titles.has("empty_adjectives", c.lemma_.lower()) for c in said)
        return named or (clause and not said)
    if token.dep_ == "nsubjpass" and clause:
        return True
    finite = any(c.dep_ == "ccomp" and any(g.dep_ in SUBJECTS for g in c.lefts) for c in verb.rights)
    return titles.has("empty_verbs", lemma) and finite


def _find_person(token: Token, memory: Memory, sex: str) -> tuple[Identity, ...]:
    doer = clause_subject(token.head) if token.dep_ in ("dobj", "dative") else None
    taken = {w.name for m in memory.recent(token, 0) if m.head == doer for w in m.who}

    def fits(m: Mention) -> bool:
        if m.plural or len(m.who) != 1 or m.who[0].name in taken:
            return False
        return m.who[0].kind == "person" and m.who[0].sex in ("", sex)

    found = _later_subject(token, memory, fits) or memory.find_antecedent(token, fits)
    return found.who if found else ()


def _find_singular(token: Token, memory: Memory, titles: Titles) -> tuple[Identity, ...]:
    def fits(m: Mention) -> bool:
        alone = m.head.dep_ != "conj" and next(conjuncts(m.head), None) is None
        joined = not alone and m.subject
        return not m.plural and not joined and len(m.codes or m.who) == 1 and m.who[0].kind in COLLECTIVE

    if token.lower_ == "itself":
        subject = clause_subject(token.head)
        return next((m.who for m in memory.recent(token, 0) if m.head == subject), ())
    owns = token.dep_ == "poss"
    if owns and (ahead := _later_subject(token, memory, fits)):
        return ahead.who
    if not owns and token.dep_ not in SUBJECTS:
        return _find_object(token, memory)
    rival = _rival_subject(token, memory)
    acts = not owns and _acts(token, titles)
    if rival and not acts:
        return ()
    found = memory.find_antecedent(token, fits)
    return found.who if found else ()


def _find_object(token: Token, memory: Memory) -> tuple[Identity, ...]:
    """'It' as an object is a party named before in its sentence other than the subject of its clause."""
    subject = clause_subject(token.head)
    here = [m for m in memory.recent(token, 0) if m.codes]
    own = {c for m in here if m.head == subject for c in m.codes}
    others = [m for m in here if not set(m.codes) & own and len(m.codes) == 1 and m.who[0].kind in COLLECTIVE]
    return others[0].who if others and own else ()


def _acts(token: Token, titles: Titles) -> bool:
    verb = token.head
    if verb.lemma_ == "be":
        said = {c.lemma_.lower() for c in verb.rights if c.dep_ in ("acomp", "attr")}
        return bool(
            said & {"ready", "willing", "prepared", "determined", "eager", "reluctant", "committed", "open"}
        )
    return titles.has("acting_verbs", verb.lemma_.lower())


def _rival_subject(token: Token, memory: Memory) -> bool:
    """Whether a singular thing that is no party stands as subject where the antecedent would."""
    known = {m.head.i for m in memory.recent(None, 1) if m.head.doc is token.doc}
    clauses = [a for a in token.ancestors if a.pos_ in ("VERB", "AUX") and a != token.head]
    for clause in clauses if token.dep_ != "poss" else list(token.ancestors):
        for child in clause.lefts:
            if child.dep_ in SUBJECTS and child.i < token.i and child.pos_ in ("NOUN", "PROPN"):
                return child.i not in known and not is_plural(child)
    previous = token.sent.start - 1
    if previous < 0 or token.dep_ == "poss":
        return False
    root = token.doc[previous].sent.root
    mains = [c for c in root.lefts if c.dep_ in SUBJECTS]
    return bool(mains) and mains[0].pos_ == "NOUN" and mains[0].i not in known and not is_plural(mains[0])


def _later_subject(token: Token, memory: Memory, fits: Callable[[Mention], bool]) -> Mention | None:
    """The main subject that a fronted pronoun points forward to ('During his visit, Choe said')."""
    root = token.sent.root
    if token.dep_ != "poss" or token.i >= root.i:
        return None
    mains = [c for c in root.lefts if c.dep_ in SUBJECTS and c.i > token.i]
    if not mains or token in mains[0].subtree:
        return None
    for m in memory.mentions[-30:]:
        if m.head == mains[0] and m.sentence == memory.sentence and fits(m):
            return m
    return None


def _find_plural(token: Token, memory: Memory) -> tuple[Identity, ...]:
    return next(iter(_plural_groups(token, memory)), ())


def _plural_groups(token: Token, memory: Memory) -> list[tuple[Identity, ...]]:
    found = list(memory.recent(token, 2))
    by_head = {(m.sentence, m.head.i): m for m in found}
    groups: list[tuple[bool, int, tuple[Identity, ...]]] = []
    for m in found:
        joined = [j for c in conjuncts(m.head) if (j := by_head.get((m.sentence, c.i)))]
        who = tuple(dict.fromkeys(w for j in (m, *joined) for w in j.who))
        if m.plural or len(who) > 1:
            groups.append((m.subject, m.sentence, who))
    subject = clause_subject(token.head) if token.dep_ in ("dobj", "pobj") else None
    own = next((m.who for m in found if m.head == subject), None) if subject is not None else None
    kept = [g for g in groups if g[2] != own]
    return [who for _, _, who in sorted(kept, key=lambda g: (-g[1], not g[0]))]


def point_noun(head: Token, start: int, memory: Memory, titles: Titles) -> tuple[Identity, ...] | None:
    """Whom a description means; () where it points at a party not known, None where it is no description."""
    words = {t.lower_ for t in head.doc[start : head.i]}
    lemma = head.lemma_.lower()
    if head.lower_ == "koreas":
        return tuple(memory.as_state(Identity(None, code, "state", "GOV")) for code in ("PRK", "KOR"))
    if titles.has("pair_words", lemma) and is_plural(head):
        return _point_pair(head, words, memory, titles)
    if titles.has("other_words", lemma) and (owner := _owner(head)):
        mine = frozenset(w.code for w in point_back(owner, memory, titles) if w.code)
        return memory.find_other(head, mine) if mine else ()
    if titles.has("country_words", lemma) and not is_plural(head) and words & DEFINITE:
        found = memory.find_focus(head)
        return (found,) if found else ()
    if titles.has("group_words", lemma) and not is_plural(head) and words & DEFINITE:
        found_group = memory.find_antecedent(
            head, lambda m: len(m.who) == 1 and m.who[0].kind in ("group", "organisation") and bool(m.codes)
        )
        return found_group.who if found_group and not is_state_code(found_group.codes[0]) else None
    return None


def _point_pair(head: Token, words: set[str], memory: Memory, titles: Titles) -> tuple[Identity, ...] | None:
    bare = titles.has("bare_pair_words", head.lemma_.lower()) and words == {"the"}
    if not (words & BOTH or bare):
        return None
    sentence = head.sent.text.lower()
    for told, codes in titles.pairs.items():
        if told in sentence:
            return tuple(memory.as_state(Identity(None, code, "state", "GOV")) for code in codes)
    return memory.find_pair(head, _speakers(head, memory))


def _speakers(head: Token, memory: Memory) -> frozenset[str]:
    """Codes of those who say the clause that `head` stands in: they are seldom of the pair."""
    tellers = [a for a in head.ancestors if any(c.dep_ == "ccomp" and head in c.subtree for c in a.children)]
    return frozenset(
        code
        for m in memory.recent(None, 0)
        if m.subject and m.head.head in tellers and m.who[0].kind in ("person", "organisation")
        for code in m.codes
    )


def owner_pronoun(head: Token) -> Token | None:
    """The possessive pronoun of a noun: 'its' of 'its army'."""
    return _owner(head)


def _owner(head: Token) -> Token | None:
    for child in head.lefts:
        if child.dep_ == "poss" and is_pronoun(child):
            return child
    return None
