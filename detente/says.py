"""Who asserts it, and how sure: attributions, kinds of sources, words of estimative probability."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from detente.events import Act, PartyIndex, grammar
from detente.parse import Passage, parse_text
from detente.records import Certainty, Party, Says, SaysKind, Span, Statement, Status
from detente.tables import data_file, read_yaml
from detente.who import actors_in

NOT_SOURCES = frozenset({"it", "this", "that", "there", "which", "what"})
QUOTES = re.compile(r"“[^”]{3,}”|\"[^\"]{3,}\"")


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """The tables of speech.yaml."""

    verbs: frozenset[str]
    of_deeds: frozenset[str]
    hearsay: frozenset[str]
    nouns: frozenset[str]
    rumour_nouns: frozenset[str]
    adverbs: dict[str, SaysKind]
    prefixes: re.Pattern[str]
    kinds: dict[str, SaysKind]
    agencies: frozenset[str]
    certainty: dict[str, tuple[float, float]]
    certainty_pattern: re.Pattern[str]


@cache
def load_speech_words(language: str = "en") -> SpeechWords:
    """The words of attribution and probability of a language."""
    table = read_yaml(data_file("languages", language, "speech.yaml"))
    kinds: dict[str, SaysKind] = {}
    for kind, nouns in table["kinds"].items():
        if kind != "__line__":
            kinds = {**dict.fromkeys(nouns, kind), **kinds}
    certainty = {k: (v[0], v[1]) for k, v in table["certainty"].items() if k != "__line__"}
    phrases = sorted(certainty, key=len, reverse=True)
    return SpeechWords(
        frozenset(table["verbs"]), frozenset(table["of_deeds"]), frozenset(table["hearsay"]),
        frozenset(table["nouns"]), frozenset(table["rumour_nouns"]),
        {k: v for k, v in table["adverbs"].items() if k != "__line__"},
        re.compile(r"\b(?:" + "|".join(map(re.escape, table["prefixes"])) + r")\b", re.IGNORECASE),
        kinds, frozenset(table["agencies"]), certainty,
        re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b", re.IGNORECASE),
    )  # fmt: skip


def find_statements(text: str) -> list[Statement]:
    """The attributions in a text: who says it (source), the word for it (cue), what is said (content)."""
    passages = parse_text(text)
    return list(statements_in(passages, actors_in(passages)))


def statements_in(passages: Iterable[Passage], parties: Sequence[Party]) -> Iterator[Statement]:
    """The attributions in parsed passages, in order of their cues."""
    index = PartyIndex(parties)
    for passage in passages:
        found = [
            *_by_verb(passage, index),
            *_by_prefix(passage, index),
            *_by_noun(passage),
            *_by_adverb(passage),
        ]
        yield from sorted(found, key=lambda s: s.cue.start)


def _span(passage: Passage, first: int, last: int) -> Span:
    doc = passage.doc
    start, end = doc[first].idx, doc[last].idx + len(doc[last])
    return Span(passage.start + start, passage.start + end, doc.text[start:end])


def _phrase(passage: Passage, head: Token) -> Span:
    """A noun phrase without the clauses that follow its head."""
    kept = [t.i for t in head.subtree if not _in_side_clause(t, head) and not t.is_punct]
    return _span(passage, min([head.i, *kept]), max([head.i, *kept]))


def _in_side_clause(token: Token, top: Token) -> bool:
    while token != top:
        if token.dep_ in {"relcl", "acl", "appos", "advcl"}:
            return True
        token = token.head
    return False


def _content(passage: Passage, head: Token, without: Sequence[Token] = ()) -> Span:
    cut = {t.i for w in without for t in w.subtree}
    kept = [t.i for t in head.subtree if t.i not in cut and not (t.is_punct and t.text not in '”"’')]
    return _span(passage, min([head.i, *kept]), max([head.i, *kept]))


def _by_verb(passage: Passage, index: PartyIndex) -> Iterator[Statement]:
    words = load_speech_words()
    for token in passage.doc:
        if token.lemma_.lower() not in words.verbs or not grammar.is_verb(token):
            continue
        if token.lemma_.lower() in words.hearsay and grammar.is_passive(token):
            yield from _hearsay(passage, token, index)
            continue
        clauses = [c for c in token.children if c.dep_ in {"ccomp", "parataxis"}]
        contents = [_content(passage, c) for c in clauses if not _is_parted(c, token)]
        contents += _nominal_contents(passage, token)
        if not contents and token.lemma_.lower() in words.of_deeds:
            contents = list(_deeds(passage, token))
        if token.dep_ in {"parataxis", "ccomp", "advcl"} and not contents and grammar.own_subjects(token):
            contents = list(_around(passage, token))
        if not contents:
            contents = list(_quoted(passage, token))
        sources = [t for t in grammar.doers(token) if t.lower_ not in NOT_SOURCES or index.at(passage, t)]
        if contents and sources:
            source = _phrase(passage, grammar.resolve_relative(sources[0]))
            says = name_source(passage, grammar.resolve_relative(sources[0]), source, index)
            yield Statement(source, _span(passage, token.i, token.i), tuple(contents), says)


def _is_parted(clause: Token, cue: Token) -> bool:
    """Whether a semicolon stands between a clause and the cue: then it is another speaker's."""
    first, last = sorted((clause.i, cue.i))
    return any(t.text == ";" for t in clause.doc[first:last])


def _deeds(passage: Passage, cue: Token) -> Iterator[Span]:
    """What is denied or admitted in an infinitive, an -ing form or a noun."""
    told = [c for c in cue.children if c.dep_ == "xcomp"]
    told += [t for t in grammar.prepositional(cue, "to") if grammar.is_verb(t)]
    for head in told or grammar.objects(cue):
        yield _content(passage, head)


def _hearsay(passage: Passage, cue: Token, index: PartyIndex) -> Iterator[Statement]:
    """'The army is said to have fled', 'It is reported that ...': told by nobody, or by an agent."""
    clauses = [c for c in cue.children if c.dep_ in {"xcomp", "ccomp"}]
    if not clauses:
        return
    tellers = grammar.doers(cue)
    subjects = [s for s in grammar.own_subjects(cue) if s.lower_ != "it"]
    end = _content(passage, clauses[0]).end
    start = min([_content(passage, c).start for c in (*subjects, clauses[0])])
    words = passage.doc.text[start - passage.start : end - passage.start]
    span = _span(passage, cue.i, cue.i)
    if tellers:
        source = _phrase(passage, tellers[0])
        yield Statement(
            source, span, (Span(start, end, words),), name_source(passage, tellers[0], source, index)
        )
    else:
        says = Says(span.text, span.start, span.end, "rumour")
        yield Statement(None, span, (Span(start, end, words),), says)


def _nominal_contents(passage: Passage, verb: Token) -> Iterator[Span]:
    """'expressed optimism that ...', 'accused X of ...'."""
    words = load_speech_words()
    for noun in grammar.objects(verb):
        if noun.lemma_.lower() in words.nouns:
            for clause in grammar.clauses(noun):
                yield _content(passage, clause)


def _around(passage: Passage, cue: Token) -> Iterator[Span]:
    """The clause that a parenthetical 'he said' stands in."""
    own = {t.i for t in cue.subtree}
    outside = [t.i for t in cue.sent if t.i not in own and not t.is_punct]
    if outside and cue.head != cue:
        first, last = min(outside), max(outside)
        if first < cue.i < last:
            left = [i for i in outside if i < min(own)]
            right = [i for i in outside if i > max(own)]
            if left:
                yield _span(passage, left[0], left[-1])
            if right:
                yield _span(passage, right[0], right[-1])
        else:
            yield _span(passage, first, last)


def _quoted(passage: Passage, cue: Token) -> Iterator[Span]:
    """Words in quotation marks in the cue's sentence."""
    sentence = cue.sent
    for quote in QUOTES.finditer(sentence.text):
        start = sentence.start_char + quote.start()
        if quote.end() - quote.start() > 25:
            yield Span(passage.start + start, passage.start + start + len(quote[0]), quote[0])


def _by_prefix(passage: Passage, index: PartyIndex) -> Iterator[Statement]:
    for cue in load_speech_words().prefixes.finditer(passage.doc.text):
        span = passage.doc.char_span(*cue.span())
        if span is None or span.end >= len(passage.doc):
            continue
        last = span[-1]
        heads = [c for c in last.children if c.dep_ in {"pobj", "dobj"}] or _next_noun(passage.doc, span.end)
        if not heads:
            continue
        source = _phrase(passage, heads[0])
        sentence = span.sent
        after = _after_source(passage, source.end - passage.start, sentence.end_char)
        before = (sentence.start_char, cue.start())
        content = after if cue.start() - sentence.start_char < 3 else before
        text = passage.doc.text[content[0] : content[1]].rstrip(" ,")
        lead = len(text) - len(text.lstrip(" ,"))
        if len(text) - lead < 10:
            continue
        start = passage.start + content[0] + lead
        contents = (Span(start, start + len(text) - lead, text[lead:]),)
        cue_span = _span(passage, span.start, span.end - 1)
        yield Statement(source, cue_span, contents, name_source(passage, heads[0], source, index))


def _next_noun(doc: Doc, start: int) -> list[Token]:
    for token in doc[start : start + 8]:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ not in {"compound", "poss", "amod"}:
            return [token]
    return []


def _after_source(passage: Passage, start: int, end: int) -> tuple[int, int]:
    comma = passage.doc.text.find(",", start, end)
    return (comma + 1 if comma != -1 else start), end


def _by_noun(passage: Passage) -> Iterator[Statement]:
    """'There are rumours that ...'."""
    words = load_speech_words()
    for token in passage.doc:
        if token.lemma_.lower() in words.rumour_nouns and token.pos_ == "NOUN":
            contents = [_content(passage, c) for c in token.children if c.dep_ in {"acl", "ccomp", "relcl"}]
            if contents:
                cue = _span(passage, token.i, token.i)
                says = Says(cue.text, cue.start, cue.end, "rumour")
                yield Statement(None, cue, tuple(contents), says)


def _by_adverb(passage: Passage) -> Iterator[Statement]:
    words = load_speech_words()
    for token in passage.doc:
        kind = words.adverbs.get(token.lower_)
        if kind and token.dep_ == "advmod" and grammar.is_verb(token.head):
            cue = _span(passage, token.i, token.i)
            content = _content(passage, token.head)
            yield Statement(None, cue, (content,), Says(cue.text, cue.start, cue.end, kind))


def name_source(passage: Passage, head: Token, source: Span, index: PartyIndex) -> Says:
    """What kind of source a phrase names, and which party it is."""
    words = load_speech_words()
    parties = index.at(passage, head)
    party = parties[0] if parties else None
    kind = _kind_of(head, source, party, words)
    return Says(
        source.text,
        source.start,
        source.end,
        kind,
        party.name if party else None,
        party.code if party else None,
    )


def _kind_of(head: Token, source: Span, party: Party | None, words: SpeechWords) -> SaysKind:
    if any(agency in source.text for agency in words.agencies):
        return "agency"
    described = [head, *(t for t in head.subtree if t.dep_ in {"appos", "attr"} or t.head == head)]
    for token in described:
        kind = words.kinds.get(token.lemma_.lower())
        if kind:
            return kind
    if party is not None and party.sector == "MED":
        return "media"
    return "official" if party is not None and party.code else "expert"


def speaker_of(act: Act, statements: Sequence[Statement]) -> Says | None:
    """Who asserts an act: the source of the innermost statement whose content holds its trigger."""
    start, end = act.trigger
    holding = [
        (content.end - content.start, s)
        for s in statements
        for content in s.content
        if content.start <= start and end <= content.end and not (s.cue.start <= start < s.cue.end)
    ]
    return min(holding, key=lambda h: h[0])[1].says if holding else None


def certainty_of(act: Act) -> Certainty | None:
    """The word of probability that hangs on an act or the words that govern it, as a range."""
    words = load_speech_words()
    sentence = act.sentence
    path = {t.i for t in act.judged.path}
    for found in words.certainty_pattern.finditer(sentence.text):
        span = act.passage.doc.char_span(
            sentence.start_char + found.start(), sentence.start_char + found.end(), alignment_mode="expand"
        )
        if span is not None and (span.root.i in path or span.root.head.i in path):
            low, high = words.certainty[found[0].lower()]
            return Certainty(low, high, found[0])
    return None


def settle_prediction(act: Act, says: Says | None, certainty: Certainty | None) -> tuple[Status, list[str]]:
    """The act's status in the light of who says it and how sure: experts predict, 'probably' hedges."""
    future = act.judged.tense == "future"
    if act.status == "planned" and future and act.judged.operator is None:
        if certainty is not None:
            return "predicted", [f"'{certainty.phrase}' of the future makes it predicted"]
        if says is not None and says.kind in {"expert", "media"}:
            return "predicted", [f"what an outsider ({says.kind}) says of the future is a prediction"]
    if act.status == "happened" and certainty is not None:
        return "hedged", [f"'{certainty.phrase}' makes it hedged"]
    if act.status == "happened" and says is not None and says.kind == "rumour":
        return "alleged", ["a rumour tells it"]
    return act.status, []
