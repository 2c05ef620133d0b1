"""Events → moves: what each says in a negotiation, who makes it, on which day, and where it is told.

Its numbers are judgements, checked on the part of corpus/threads that is not kept from tuning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from detente.link.sketch import stems
from detente.records import Event, EventMention, Party
from detente.threads.dating import Place, date_tellings
from detente.threads.words import CUES, Kind, load_move_words

NEXT = 3  # characters between a sentence and the next one
FAR = 3  # neither in one sentence, nor in the next, nor nearby
NEAR = 300  # characters: two or three sentences
# kinds that one side says together in a sentence; the first one stands for both
ONE_BREATH: Mapping[Kind, tuple[Kind, ...]] = {
    "proposal": ("demand", "condition"), "demand": ("proposal", "condition"),
    "condition": ("demand", "proposal"), "refusal": ("demand", "condition", "break"),
    "acceptance": ("concession",), "concession": ("acceptance",),
}  # fmt: skip
ONE_SIDED: frozenset[Kind] = frozenset({"proposal", "demand", "condition", "refusal", "pressure"})
SPEAKING = frozenset({"AGREE", "REJECT", "REQUEST", "SUPPORT", "ACCUSE", "THREATEN"})  # acts about other acts
STANDING_ALONE: frozenset[Kind] = frozenset({"deed", "plan", "concession", "pressure", "break"})
ANSWERING: frozenset[Kind] = frozenset({"acceptance", "refusal", "break"})


@dataclass(frozen=True)
class Move:
    """One thing that a party says or does in a negotiation: mentions of one event, of one kind, by one side.

    `event` is that of `lead`, the mention that tells it best; `also` are other events that tell the same.
    `named` are those of `whom` that the sentence names: the others were inferred from what went before.
    `acts` are the kinds of act that it is about ('RETREAT release'), as the coder reads them.
    `place` says when it was made and where that is told; moves are sorted by it.
    """

    kind: Kind
    event: str
    also: tuple[str, ...]
    lead: EventMention
    mentions: tuple[EventMention, ...]
    who: frozenset[str]
    whom: frozenset[str]
    named: frozenset[str]
    acts: frozenset[str]
    place: Place

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of its clauses, without names of parties and what all negotiations say."""
        return frozenset(word for m in self.mentions for word in _own_words(m))

    @cached_property
    def pointers(self) -> dict[str, str]:
        """The kinds of move that its words point back to, each with the words that do."""
        find = load_move_words().find_pointers
        return {kind: found for m in self.mentions for kind, found in find(m).items()}

    @cached_property
    def cues(self) -> dict[str, str]:
        """The cues in its sentence, each with its words; 'instead' only in its clause."""
        find, lead = load_move_words().find_cue, self.lead
        found = {c: find(c, lead.quote if c == "instead" else lead.sentence) for c in CUES}
        return {cue: words for cue, words in found.items() if words}

    @cached_property
    def parties(self) -> frozenset[str]:
        """All who take part in it."""
        return self.who | self.whom

    @property
    def joint(self) -> bool:
        """Whether several parties do together, on nobody else, what takes both sides."""
        return len(self.who) > 1 and not self.whom and self.kind not in ONE_SIDED


def read_moves(events: Iterable[Event], mentions: Iterable[EventMention]) -> list[Move]:
    """The moves that events tell, by day and place. Mentions of no event, and events of none given, are left.

    One event may be several moves: an offer to meet, its refusal, and the meeting itself.
    """
    known = {m.id: m for m in mentions}
    home = {i: e.id for e in events for i in e.mentions if i in known}
    told = [known[i] for i in home]
    places = date_tellings(told)
    themes = _inner_mentions(told, known)
    read = load_move_words().read_kind
    makers = _find_makers(told)
    groups: dict[tuple[str, Kind, frozenset[str]], list[EventMention]] = defaultdict(list)
    for mention in told:
        kind = "proposal" if mention.id in makers else read(mention)
        if kind and mention.actor and mention.id not in themes:
            who = makers.get(mention.id) or name_parties(mention.actor)
            groups[home[mention.id], kind, who].append(mention)
    moves = [
        _make_move(kind, event, who, part, places, known)
        for (event, kind, who), found in groups.items()
        for part in _part_by_answers(sorted(found, key=_in_text), told)
    ]
    return sorted(_join_neighbours(moves), key=_in_order)


def _inner_mentions(told: Sequence[EventMention], known: Mapping[str, EventMention]) -> frozenset[str]:
    """Mentions that another one is about: 'meet' of 'refused to meet' is no move of its own."""
    return frozenset(m.theme for m in told if m.theme is not None and m.theme in known)


def _find_makers(told: Iterable[EventMention]) -> dict[str, frozenset[str]]:
    """Who puts forward an act that the sentence tells without saying so of it: 'declined, and countered with
    another: talks in Geneva'. It is whoever acts before that in the sentence.
    """
    words, makers = load_move_words(), dict[str, frozenset[str]]()
    before: EventMention | None = None
    for m in sorted(told, key=_in_text):
        same = before and (before.report_id, before.sentence_start) == (m.report_id, m.sentence_start)
        opening = m.sentence[: m.start - m.sentence_start]
        if before and same and words.introduced.search(opening) and len(name_parties(before.actor)) == 1:
            makers[m.id] = name_parties(before.actor)
        before = m
    return makers


def name_parties(parties: Iterable[Party]) -> frozenset[str]:
    """The codes of parties; without any, their names in lower case."""
    found = list(parties)
    return frozenset(p.code for p in found if p.code) or frozenset(
        (p.name or p.text).casefold() for p in found
    )


def is_code(name: str) -> bool:
    """Whether a party goes by a code, not by its name."""
    return name == name.upper()


def _own_words(mention: EventMention) -> set[str]:
    common = load_move_words().common
    named = {w for p in (*mention.actor, *mention.recipient) for w in stems(p.text) | stems(p.name or "")}
    return {w for w in stems(mention.quote) - named if not w.startswith(common) and not w.isdigit()}


def _in_text(mention: EventMention) -> tuple[str, str, int, str]:
    return mention.published or "9999", mention.report_id, mention.trigger.start, mention.id


def _in_order(move: Move) -> tuple[Place, str]:
    return move.place, move.lead.id


def _part_by_answers(
    found: Sequence[EventMention], told: Iterable[EventMention]
) -> Iterable[Sequence[EventMention]]:
    """Mentions of one event and kind, parted where a report tells between two how the other side answered.

    'Offered to meet ... rejected ... In response, offered to meet' is two offers, however alike they are.
    """
    if len(found) < 2:
        return [found]
    words = load_move_words()
    answers = [m for m in told if words.read_kind(m) in ANSWERING]
    parts = [[found[0]]]
    for before, after in pairwise(found):
        between = (
            m
            for m in answers
            if m.report_id == before.report_id == after.report_id
            and before.trigger.start < m.trigger.start < after.trigger.start
            and not name_parties(m.actor) & name_parties(after.actor)
        )
        if any(between) and is_said_anew(after):
            parts.append([after])
        else:
            parts[-1].append(after)
    return parts


def is_said_anew(m: EventMention) -> bool:
    """Whether the sentence says, up to the act, that it is another one ('again') or answers something."""
    words, opening = load_move_words(), m.sentence[: m.trigger.end - m.sentence_start]
    return bool(words.find_cue("again", opening) or words.find_cue("reply", opening))


def _make_move(
    kind: Kind,
    event: str,
    who: frozenset[str],
    found: Sequence[EventMention],
    places: Mapping[str, Place],
    known: Mapping[str, EventMention],
) -> Move:
    """The move that mentions tell: to the parties that half of them name, on the day told most surely."""
    place = min((places[m.id] for m in found), key=lambda p: (p.doubt, p))
    lead = max(
        found,
        key=lambda m: (bool(m.recipient), -places[m.id].doubt, m.confidence, len(m.quote), m.id),
    )
    whom = _usual(name_parties(m.recipient) or name_parties(m.actor) for m in found) - who
    said_to = _usual(name_parties(p for p in m.recipient if _in_sentence(p, m)) for m in found) - who
    about = [known.get(m.theme or "", m) for m in found]
    acts = frozenset(f"{m.type} {m.mode or ''}".strip() for m in about if m.type not in SPEAKING)
    return Move(kind, event, (), lead, tuple(found), who, whom, said_to, acts, place)


def _in_sentence(party: Party, m: EventMention) -> bool:
    return m.sentence_start <= party.start < m.sentence_start + len(m.sentence)


def _usual(sides: Iterable[frozenset[str]]) -> frozenset[str]:
    named = [side for side in sides if side]
    count = Counter(name for side in named for name in side)
    return frozenset(name for name, n in count.items() if 2 * n >= len(named))


def _join_neighbours(moves: Sequence[Move]) -> list[Move]:
    """Moves, those joined that one report tells in a row, as one side's words of one kind."""
    joined: list[Move] = []
    for move in sorted(moves, key=lambda m: _in_text(m.mentions[0])):
        before = joined[-1] if joined else None
        if before and _adjoin(before, move):
            joined[-1] = join_moves(before, move)
        else:
            joined.append(move)
    return joined


def _adjoin(before: Move, move: Move) -> bool:
    """Whether two moves that follow each other in a report are one: in one breath, or said twice in a row."""
    gap = told_apart(before, move)
    if before.who != move.who or gap > 1:
        return False
    if before.kind != move.kind:
        return gap == 0 and move.kind in ONE_BREATH.get(before.kind, ())
    if before.kind in STANDING_ALONE and before.lead.type != move.lead.type:
        return False
    return gap == 0 or not is_said_anew(move.lead)


def join_moves(one: Move, other: Move) -> Move:
    """The move that two moves tell in other words; it is the first one's event."""
    return replace(
        one,
        also=tuple(sorted({*one.also, other.event, *other.also} - {one.event})),
        mentions=tuple(sorted((*one.mentions, *other.mentions), key=_in_text)),
        whom=(one.whom | other.whom) - one.who,
        named=(one.named | other.named) - one.who,
        acts=one.acts | other.acts,
    )


def told_apart(before: Move, after: Move) -> int:
    """How far apart a report tells two moves, the first one first: 0 in one sentence, 1 in the next one,
    2 nearby, FAR otherwise.
    """
    return min((_apart(a, b) for a in before.mentions for b in after.mentions), default=FAR)


def _apart(before: EventMention, after: EventMention) -> int:
    if before.report_id != after.report_id or before.trigger.start > after.trigger.start:
        return FAR
    if before.sentence_start == after.sentence_start:
        return 0
    gap = after.sentence_start - before.sentence_start - len(before.sentence)
    return 1 if gap <= NEXT else 2 if gap <= NEAR else FAR
