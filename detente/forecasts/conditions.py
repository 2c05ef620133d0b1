"""The condition that a foreseen act hangs on: 'if the talks fail', 'unless it is paid', 'barring a deal'."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Span as SentenceSpan
from spacy.tokens import Token

from detente.events import grammar
from detente.parse import Passage
from detente.records import Span

MARKS = frozenset({"if", "unless", "provided", "providing", "assuming"})
PREPOSITIONS = frozenset({"barring", "absent"})
AS_LONG = re.compile(r"\b(?:as|so) long as [^,;.]+", re.I)
OF_EVENT = frozenset({"event", "case"})  # 'in the event of', 'in case of'


def find_condition(passage: Passage, sentence: SentenceSpan, head: Token, alone: bool) -> Span | None:
    """The words of the condition on `head`, with the word that opens it; None where there is none.

    Where nothing else is foreseen in the sentence (`alone`) a condition anywhere in it counts; else only one
    that hangs on the foreseen word or on what stands above it.
    """
    above = {head.i, *(t.i for t in grammar.governors(head))}
    for top in _conditions(sentence):
        inside = {t.i for t in top.subtree}
        if head.i not in inside and (alone or top.head.i in above):
            first, last = min(inside), max(inside)
            while last > first and passage.doc[last].is_punct:
                last -= 1
            start, end = passage.doc[first].idx, passage.doc[last].idx + len(passage.doc[last])
            return Span(passage.start + start, passage.start + end, passage.text[start:end])
    found = AS_LONG.search(passage.text, sentence.start_char, sentence.end_char) if alone else None
    return Span(passage.start + found.start(), passage.start + found.end(), found[0]) if found else None


def _conditions(sentence: SentenceSpan) -> Iterator[Token]:
    """The words that head conditions."""
    for token in sentence:
        word = token.lower_
        if word in MARKS and token.dep_ in {"mark", "advmod"} and token.head.dep_ not in {"ccomp", "xcomp"}:
            yield token.head
        elif word in MARKS and token.dep_ in {"prep", "advcl"}:
            yield token
        elif word in {"should", "were", "had"} and _opens_clause(token):
            yield token.head if token.dep_ in {"aux", "auxpass"} else token
        elif word in PREPOSITIONS and token.dep_ in {"prep", "advcl", "amod", "advmod"}:
            yield token
        elif word in OF_EVENT and token.dep_ == "pobj" and token.head.lower_ == "in":
            yield token.head


def _opens_clause(auxiliary: Token) -> bool:
    """'Should the North fire, ...': the auxiliary stands before its subject, in a clause of its own."""
    verb = auxiliary.head if auxiliary.dep_ in {"aux", "auxpass"} else auxiliary
    subjects = grammar.own_subjects(verb)
    return verb.dep_ == "advcl" and bool(subjects) and auxiliary.i < subjects[0].left_edge.i
