"""Finds the parties of one report, passage by passage, with a memory of what it has named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Span, Token

from detente.parse import Passage
from detente.records import Party
from detente.where.gazetteer import find_named, name_key
from detente.who.meaning import (
    as_identity,
    choose_name,
    explicit_parties,
    holds_office,
    is_location,
    is_prominent,
)
from detente.who.memory import Identity, Memory, Mention, is_state_code
from detente.who.names import SURNAME_FIRST, fold, fold_pieces, load_names
from detente.who.phrases import INNER, Phrase, clause_subject, find_noun, is_head, is_plural, left_edge
from detente.who.pointing import DEFINITE, is_pronoun, owner_pronoun, point_back, point_noun
from detente.who.spotting import POINTING, Placed, Spotter
from detente.who.titles import load_titles

POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
OFFICIAL = frozenset({"GOV", "MIL", "COP", "LEG", "JUD"})
HOME_SHARE, HOME_LEAST = 0.75, 3  # share and number of a report's names of states, for one to be its home
LEAST_PEOPLE = 50_000  # in a town for its bare name to tell the country
INDEFINITE = frozenset({"a", "an", "some", "several", "another", "any", "no"})


class Resolver:
    """Reads the passages of one report in order; `on` is the report's ISO day."""

    def __init__(self, passages: Sequence[Passage], on: str | None) -> None:
        self.index, self.titles, self.on = load_names(), load_titles(), on
        self.memory = Memory(self.index.states)
        self.hits = {p.start: list(self.index.find(p.text)) for p in passages}
        every = [n for hits in self.hits.values() for h in hits for n in h.names]
        self.topic = Counter(n.code for n in every if n.code and n.means != "person")
        self.home = find_home(self.topic)
        self.full_names = {n.name for n in every if n.means == "person"}

    def read(self, passage: Passage) -> Iterator[Party]:
        """The parties of one passage, in the order of the text."""
        page = Page(self, passage)
        for sentence in passage.doc.sents:
            self.memory.sentence += 1
            yield from page.read_sentence(sentence)

    def state(self, code: str) -> Identity:
        """The state of a code."""
        return Identity(self.index.states.get(code), code, "state", "GOV")

    def find_surname(self, word: str, titled: str) -> Identity | None:
        """Whom a family name alone means: one named before in the report, else one whom the tables know."""
        known = self.memory.people.get(fold(word))
        named = self.index.surnames.get(fold(word), [])
        if titled and (offices := [n for n in named if n.role and n.role.split()[-1] in titled]):
            if known and any(n.name == known.name for n in offices):
                return known
            return as_identity(choose_name(offices, self.on, self.topic, titled))
        if known:
            return known
        common = self.titles.has("common_surnames", fold(word))
        likely = [
            n
            for n in named
            if n.name in self.full_names
            or ((not common or self.topic[n.code or ""]) and (is_prominent(n, self.on) or not n.since))
            or (titled and not common and holds_office(n, self.on))
        ]
        return as_identity(choose_name(likely, self.on, self.topic)) if likely else None

    def meet(self, written: str, who: Identity) -> None:
        """Remember a person by full name and family name."""
        pieces = fold_pieces(written)
        keys = {"".join(pieces), pieces[-1]}
        if who.code in SURNAME_FIRST or "-" in written:
            keys.add(pieces[0])
        for key in keys:
            self.memory.people[key] = who


def find_home(topic: Counter[str]) -> str | None:
    """The state that nearly all of a report is about, if there is one."""
    states = Counter({code: n for code, n in topic.items() if is_state_code(code)})
    if not states:
        return None
    code, most = states.most_common(1)[0]
    return code if most >= max(HOME_LEAST, HOME_SHARE * states.total()) else None


class Page(Spotter):
    """One passage being read with the memory of its report."""

    def __init__(self, report: Resolver, passage: Passage) -> None:
        super().__init__(passage.doc, report.index, report.titles, report.topic, report.on)
        self.report, self.memory = report, report.memory
        self.offset, self.text, self.source = passage.start, passage.text, passage.source
        self.by_head: dict[int, Mention] = {}
        self.place_all(report.hits[passage.start])

    def knows(self, word: str, alone: bool) -> bool:
        """Whether a word is a family name already met, or one that the tables know on this day."""
        return fold(word) in self.memory.people or (alone and self.report.find_surname(word, "") is not None)

    # Reading a sentence

    def read_sentence(self, sentence: Span) -> list[Party]:
        """The parties of one sentence: names and phrases first, then what points back."""
        phrases = self.find_phrases(sentence)
        taken = {i for p in phrases for i in range(p.start, p.end)}
        steps: list[tuple[int, Phrase | Placed]] = [(p.start, p) for p in phrases]
        placed = {
            id(h): h for i, h in self.at.items() if sentence.start <= i < sentence.end and i not in taken
        }
        steps += [(h.first, h) for h in placed.values() if not h.apart]
        found: list[Party] = []
        for _, step in sorted(steps, key=lambda s: s[0]):
            found += self.read_phrase(step) if isinstance(step, Phrase) else self.read_name(step)
        for token in sentence:
            if is_pronoun(token) and token.i not in taken:
                found += self.read_pronoun(token)
            elif (
                token.pos_ == "PROPN"
                and token.i not in taken
                and token.i not in self.at
                and not is_head(token)
            ):
                found += self.read_surname(token)
        return sorted(found, key=lambda p: (p.start, p.end))

    # Names

    def read_name(self, hit: Placed) -> list[Party]:
        """The party that a name outside any party phrase means; none where it is only a place."""
        last = self.doc[hit.last]
        if hit.name.means in ("state", "capital", "city", "demonym", "metonym") and is_location(
            last, self.titles, hit.name.means
        ):
            return []
        town = hit.name.means in ("capital", "city") and last.dep_ in INNER
        if town and is_location(last.head, self.titles, hit.name.means):
            return []
        if hit.name.means == "city" and not is_head(last):
            return []
        start = hit.first
        if is_head(last) and start > 0 and self.doc[start - 1].lower_ == "the":
            start -= 1
        whole = (
            start < hit.first
            or hit.first < hit.last
            or self.doc[hit.first].text == self.text[hit.start : hit.end]
        )
        chars = None if whole and self.doc[hit.first].idx == hit.start else (hit.start, hit.end)
        return self.tell(start, hit.last + 1, last, (hit.who,), chars=chars)

    def read_surname(self, token: Token) -> list[Party]:
        """The person met before whose name stands inside another phrase: 'the Kim-Morgulov meeting'."""
        who = self.memory.people.get(fold(token.text))
        return self.tell(token.i, token.i + 1, token, (who,)) if who and token.text[0].isupper() else []

    # Phrases

    def read_phrase(self, phrase: Phrase) -> list[Party]:
        """The parties that a phrase means."""
        if phrase.noun is POINTING:
            return self.read_pointing(phrase)
        if phrase.name_start is not None and phrase.noun is None:
            who = self.read_person(phrase)
        elif phrase.noun is None:
            who = self.read_body(phrase)
        else:
            who = self.read_noun(phrase)
        if not who:
            return self.read_inside(phrase)
        return self.tell(phrase.start, phrase.end, phrase.head, who, phrase)

    def read_pointing(self, phrase: Phrase) -> list[Party]:
        """The parties that a description without a party noun points back to: 'the two sides'."""
        who = () if self.owners(phrase) else self.point(phrase)
        if (
            not who
            and is_plural(phrase.head)
            and self.titles.has("country_words", phrase.head.lemma_.lower())
        ):
            who = (Identity(None, None, "state", "GOV"),)
        return (
            self.tell(phrase.start, phrase.end, phrase.head, who, phrase) if who else self.read_inside(phrase)
        )

    def read_inside(self, phrase: Phrase) -> list[Party]:
        """The names and pronouns inside a phrase that is no party itself."""
        inside = {id(h): h for i in range(phrase.start, phrase.end) if (h := self.at.get(i)) and not h.apart}
        found = [p for h in inside.values() for p in self.read_name(h)]
        for token in self.doc[phrase.start : phrase.end]:
            if is_pronoun(token):
                found += self.read_pronoun(token)
        return found

    def owners(self, phrase: Phrase, upto: int | None = None) -> tuple[Identity, ...]:
        """The parties named in a phrase whose own it is."""
        found: list[tuple[Identity, bool]] = []
        hits = {id(h): h for i in range(phrase.start, upto or phrase.end) if (h := self.at.get(i))}
        studies = phrase.noun is not None and self.titles.has("studies", phrase.noun.word)
        for hit in hits.values():
            after = hit.first > phrase.head.i
            bare = hit.name.means in ("state", "city") and not after
            owned = hit.last + 1 < len(self.doc) and self.doc[hit.last + 1].text in POSSESSIVES
            if hit.apart or hit.name.means == "none" or (studies and bare and not owned):
                continue
            found.append((hit.who, after))
        return explicit_parties(found)

    def title_words(self, phrase: Phrase, end: int) -> str | None:
        """The office in the words before `end`, without whose it is: 'deputy foreign minister'."""
        start = phrase.start
        for i in range(phrase.start, end):
            if (
                i in self.at
                or self.doc[i].text in POSSESSIVES
                or self.doc[i].dep_ in ("det", "nummod")
                or is_pronoun(self.doc[i])
                or self.titles.has("quantities", self.doc[i].lower_)
                or (self.doc[i].lower_ == "of" and start == i)
            ):
                start = i + 1
        words = [t.text for t in self.doc[start:end] if t.text not in (",", ".")]
        return " ".join(words).lower().replace(" - ", "-") or None

    def read_person(self, phrase: Phrase) -> tuple[Identity, ...]:
        """The person whom a phrase names, with title and state read from it, its neighbours or the report."""
        begin = phrase.name_start if phrase.name_start is not None else phrase.head.i
        written = self.doc[begin : max(phrase.head.i + 1, phrase.end)].text
        titled = self.title_words(phrase, begin)
        title = titled if titled and self.title_in(titled) else None
        owners = self.owners(phrase, begin)
        known = self.find_known(phrase, written, title)
        beside = None if known and known.code else self.read_apposition(phrase.head)
        code = owners[0].code if owners else known.code if known else beside.code if beside else None
        code = code or self.sender_code(phrase.head) or self.outer_code(phrase, begin)
        if code is None and title and known is None:
            code = self.report.home
        sector = self.sector(phrase, begin, owners) if title else known.sector if known else None
        role = title or (known.role if known else None) or (beside.role if beside else None)
        sector = sector or (beside.sector if beside else None)
        who = Identity(
            known.name if known else written,
            code,
            beside.kind if beside and beside.kind in ("company", "organisation") else "person",
            sector,
            role,
            known.sex if known else self.sex(phrase, begin),
        )
        self.report.meet(written, who)
        return (who,)

    def find_known(self, phrase: Phrase, written: str, title: str | None) -> Identity | None:
        """The person of the tables or of this report whom a written name means."""
        hit = self.at.get(phrase.head.i)
        if hit and hit.name.means == "person":
            return as_identity(choose_name(hit.names, self.on, self.topic, title or ""))
        pieces = fold_pieces(written)
        if len(pieces) == 1:
            return self.report.find_surname(written, title or "")
        if "".join(pieces) in self.memory.people:
            return self.memory.people["".join(pieces)]
        names = self.index.find_person(written)
        return as_identity(choose_name(names, self.on, self.topic, title or "")) if names else None

    def sex(self, phrase: Phrase, begin: int) -> str:
        """m or f where a title says so."""
        for token in self.doc[phrase.start : begin]:
            word = token.lower_.rstrip(".")
            if word in self.titles.honorifics:
                return self.titles.honorifics[word]
            if self.titles.has("women", word):
                return "f"
        return ""

    def outer_code(self, phrase: Phrase, begin: int) -> str | None:
        """The code of whoever a possessive pronoun before a name means ('its envoy John Smith')."""
        for token in self.doc[phrase.start : begin]:
            if is_pronoun(token) and (who := point_back(token, self.memory, self.titles)):
                return who[0].code
        return None

    def sender_code(self, head: Token) -> str | None:
        """The code of the state that sends, appoints or recalls the one whom `head` names."""
        verb = head.head
        if head.dep_ not in ("dobj", "nsubj", "ccomp") or not self.titles.has(
            "sending_verbs", verb.lemma_.lower()
        ):
            return None
        if head.dep_ == "nsubj":
            return None
        subject = clause_subject(verb)
        mention = self.by_head.get(subject.i) if subject is not None else None
        if subject is not None and mention is None and is_pronoun(subject):
            who = point_back(subject, self.memory, self.titles)
            return who[0].code if who else None
        return mention.codes[0] if mention and mention.codes else None

    def read_apposition(self, head: Token) -> Identity | None:
        """What the words in apposition say of a name: 'NAME, the vice chairman of China's …'."""
        for child in head.rights:
            if child.dep_ == "appos" and (noun := find_noun(child, self.titles)):
                phrase = self.extend(Phrase(child, left_edge(child), child.i + 1, noun))
                owners = self.owners(phrase) or self.owned_by(phrase)
                role = self.title_words(phrase, child.i + 1)
                code = owners[0].code if owners else None
                return Identity(None, code, noun.kind, self.sector(phrase, child.i, owners), role)
        return None

    def read_body(self, phrase: Phrase) -> tuple[Identity, ...]:
        """A named organisation, the people of a country ('the Chinese'), or an unknown body."""
        hit = self.at.get(phrase.head.i)
        owners = self.owners(phrase, hit.first if hit else phrase.head.i)
        if hit is None:
            return (
                Identity(
                    self.doc[phrase.start : phrase.end].text,
                    owners[0].code if owners else None,
                    "organisation",
                    None,
                ),
            )
        if hit.name.means == "demonym":
            if is_location(phrase.head, self.titles, "demonym") and phrase.head.tag_ not in ("NNS", "NNPS"):
                return ()
            many = phrase.head.tag_ in ("NNS", "NNPS") or phrase.head.text[-1] == "s"
            return (replace(hit.who, kind="people", sector="CVL") if many else hit.who,)
        state = next((o.code for o in owners if is_state_code(o.code)), None)
        if state and is_state_code(hit.who.code) and state != hit.who.code:
            return (replace(hit.who, name=self.doc[phrase.start : phrase.end].text, code=state),)
        return (hit.who,)

    def read_noun(self, phrase: Phrase) -> tuple[Identity, ...]:
        """The party of a phrase that a party noun heads: 'Russian officials', 'the regime', 'its army'."""
        noun = phrase.noun
        assert noun is not None
        if phrase.name_start is not None:
            return self.read_titled(phrase)
        owners = self.owners(phrase)
        if not owners and (pointed := self.point(phrase)) is not None:
            return pointed
        owners = owners or self.owned_by(phrase)
        head = phrase.core or phrase.head
        role = self.title_words(phrase, head.i + 1) if noun.kind == "person" else None
        sector = self.sector(phrase, phrase.head.i, owners)
        if not owners:
            if noun.weak and sector == noun.sector:
                return ()
            return (Identity(None, None, noun.kind, sector, role),)
        return tuple(
            Identity(
                o.name if o.kind != "person" else self.state_name(o.code), o.code, noun.kind, sector, role
            )
            for o in owners
        )

    def state_name(self, code: str | None) -> str | None:
        """The name of a code's state."""
        return self.index.states.get(code or "")

    def read_titled(self, phrase: Phrase) -> tuple[Identity, ...]:
        """A title with a name set after it, without a comma."""
        named = self.at.get(phrase.end - 1)
        if named and named.name.means == "body":
            return (named.who,)
        begin = phrase.name_start or phrase.head.i
        inner = Phrase(self.doc[phrase.end - 1], phrase.start, phrase.end, None, begin)
        return self.read_person(inner)

    def point(self, phrase: Phrase) -> tuple[Identity, ...] | None:
        """Whom a description with a party noun points back to."""
        return point_noun(phrase.head, phrase.start, self.memory, self.titles)

    def owned_by(self, phrase: Phrase) -> tuple[Identity, ...]:
        """Whose a party phrase is when no name in it says so: by pronoun, person, place or memory."""
        owner = owner_pronoun(phrase.head)
        if owner is not None:
            return tuple(w for w in point_back(owner, self.memory, self.titles) if w.code)
        for token in self.doc[phrase.start : phrase.end]:
            title = (
                "president"
                if phrase.head.lemma_.lower() in ("administration", "government", "regime")
                else ""
            )
            known = self.report.find_surname(token.text, title) if token.pos_ == "PROPN" else None
            if known and known.code and token.i != phrase.head.i:
                return (known,)
        sent = phrase.noun is not None and not phrase.noun.weak
        code = (self.sender_code(phrase.head) if sent else None) or self.place_code(phrase)
        if code:
            return (Identity(self.state_name(code), code, "state", None),)
        return self.recalled(phrase)

    def place_code(self, phrase: Phrase) -> str | None:
        """The country of a town or province in the phrase that the actor tables lack ('a court in Lyon')."""
        for start, end in self.named_places(phrase):
            if start not in self.at:
                places = find_named(name_key(self.doc[start:end].text))
                if places and places[0].population >= LEAST_PEOPLE:
                    return places[0].country
        return None

    def named_places(self, phrase: Phrase) -> Iterator[tuple[int, int]]:
        """Tokens [start, end) of each place that the parser sees in a phrase."""
        start = None
        for i in range(phrase.start, phrase.end + 1):
            inside = i < phrase.end and self.doc[i].ent_type_ == "GPE"
            if start is not None and not (inside and self.doc[i].ent_iob_ == "I"):
                yield start, i
                start = None
            if inside and self.doc[i].ent_iob_ == "B":
                start = i

    def recalled(self, phrase: Phrase) -> tuple[Identity, ...]:
        """Whose a bare definite noun is: as in its last mention, or of the state in focus."""
        first, noun, head = self.doc[phrase.start].lower_, phrase.noun, phrase.head
        core = phrase.core or head
        top = head.head if head.dep_ == "conj" and head.head.dep_ == "appos" else head
        if top.dep_ == "appos" and (named := self.by_head.get(top.head.i)):
            return tuple(w for w in named.who if w.code)
        if noun is None:
            return ()
        if phrase.core is not None:
            first = self.doc[core.left_edge.i].lower_
        if noun.sector in OFFICIAL and self.report.home and not noun.weak:
            return (self.report.state(self.report.home),)
        definite = first in DEFINITE or first in ("state", "official") or head.dep_ == "poss"
        if not definite or first in INDEFINITE:
            return ()
        earlier = self.memory.find_noun(noun.synonyms, head)
        if earlier:
            return tuple(w for w in earlier.who if w.code)
        official = noun.sector == "MED" and any(t.lower_ in ("state", "official") for t in head.lefts)
        if official or (noun.sector in OFFICIAL and not noun.weak):
            focus = self.memory.find_focus(head)
            return (focus,) if focus else ()
        return ()

    def sector(self, phrase: Phrase, end: int, owners: tuple[Identity, ...]) -> str | None:
        """The sector that a phrase's words tell."""
        noun = phrase.noun or next(
            (n for t in reversed(list(self.doc[phrase.start : end])) if (n := find_noun(t, self.titles))),
            None,
        )
        if noun is None:
            return owners[0].sector if owners else None
        code = owners[0].code if owners else None
        if noun.open:
            for token in reversed([t for t in self.doc[phrase.start : end] if t.i not in self.at]):
                said = self.titles.sector_words.get(token.lower_) or self.titles.sector_words.get(
                    token.lemma_.lower()
                )
                if said:
                    return said
        if noun.sector in ("GOV", "PTY") and code and not is_state_code(code):
            return owners[0].sector
        return noun.sector

    # Pointing words

    def read_pronoun(self, token: Token) -> list[Party]:
        """The parties that a pronoun means."""
        who = point_back(token, self.memory, self.titles)
        return self.tell(token.i, token.i + 1, token, who, pointing=True) if who else []

    def tell(
        self,
        start: int,
        end: int,
        head: Token,
        who: tuple[Identity, ...],
        phrase: Phrase | None = None,
        pointing: bool = False,
        chars: tuple[int, int] | None = None,
    ) -> list[Party]:
        """Write down a mention and give its parties."""
        noun = phrase.noun if phrase else None
        mention = Mention(
            start, end, head, who, self.memory.sentence,
            plural=is_plural(head) and bool(noun), pointing=pointing or (len(who) > 1 and noun is not None),
            synonyms=noun.synonyms if noun else None,
        )  # fmt: skip
        self.memory.note(mention)
        self.by_head[head.i] = mention
        span = self.doc[start:end]
        a, b = chars or (span.start_char, span.end_char)
        at = self.source[a:b], self.offset + a, self.offset + b
        return [Party(*at, w.name, w.code, w.kind, w.sector, w.role) for w in who]
