"""What people say of mentions, and what a mention is after it: judgements stand apart from the evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, cast, get_args

from detente.errors import UsageError
from detente.records import EventMention, Judgement, Party, Verdict, content_id

if TYPE_CHECKING:
    from detente.ontology import ActType

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
GROUPING = frozenset({"same", "different"})  # verdicts on how mentions belong together
SIDES = ("actor", "recipient")
Side = Literal["actor", "recipient"]


def make_judgement(
    verdict: Verdict,
    mentions: Collection[str],
    by: str | None = None,
    day: str | None = None,
    why: str | None = None,
    value: str | None = None,
) -> Judgement:
    """A judgement on mention ids, said on `day` (an ISO day; default: today).

    'same' and 'different' take two mentions or more. 'wrong' says that each is no such act; 'type' that each
    is the act `value` ('CONSULT', 'REJECT-meet'); 'party' that those of `value` act or are acted on
    ('actor=PRK', 'recipient=KOR;IGO:UN', 'recipient=' for nobody), by codes or names that the tables know.
    Raises UsageError for another verdict, too few ids, or a value that isn't of that kind.
    """
    if verdict not in VERDICTS:
        raise UsageError(f"verdict {verdict!r}", "there is no such verdict", f"Use {', '.join(VERDICTS)}")
    ids = tuple(sorted(set(mentions)))
    least = 2 if verdict in GROUPING else 1
    if len(ids) < least:
        fault = "it takes two mentions" if least == 2 else "it names no mention"
        raise UsageError(f"a judgement on {', '.join(ids) or 'nothing'}", fault, "Name another")
    known = _check_value(verdict, value)
    said = day or date.today().isoformat()
    valued = (known,) if known is not None else ()
    id_ = content_id("judgement", verdict, ids, by, said, why, *valued)
    return Judgement(id_, verdict, ids, by, said, why, known)


def join_named(verdict: str, named: Sequence[Sequence[str]]) -> list[str]:
    """The mentions that a judgement's names mean, each name one or several (an event's).

    Raises UsageError where 'different' is said of an event: its own mentions would be parted by it.
    """
    if verdict == "different" and any(len(ids) > 1 for ids in named):
        raise UsageError("a judgement", "'different' is said of mentions, not of events", "Name two mentions")
    return [id_ for ids in named for id_ in ids]


def correct_mention(mention: EventMention, judgements: Iterable[Judgement]) -> EventMention | None:
    """The mention as `judgements` on it, in the order in which they were said, leave it.

    None where it is no such act. Of two judgements on one thing the later one counts; one on type or party
    says that there is an act after all. What was said is the last of `reasons`.
    """
    told: EventMention | None = mention
    for judgement in judgements:
        if judgement.verdict == "wrong":
            told = None
        elif judgement.verdict == "type":
            told = _retype(told or mention, judgement)
        elif judgement.verdict == "party":
            told = _replace_party(told or mention, judgement)
    return told


def describe_judgement(judgement: Judgement) -> str:
    """What was judged, by whom, when and why, in one line."""
    what = {"wrong": "no such act", "type": "the act is", "party": "the parties are"}
    said = " ".join(filter(None, (what.get(judgement.verdict, judgement.verdict), judgement.value)))
    who = ", ".join(filter(None, (judgement.by or "a person", judgement.day)))
    return f"judged ({who}): {said}" + (f", as {judgement.why}" if judgement.why else "")


def _check_value(verdict: Verdict, value: str | None) -> str | None:
    """The value in its usual form."""
    if verdict == "type":
        type_, mode = _read_act(value or "")
        return f"{type_}-{mode}" if mode else type_
    if verdict == "party":
        side, names = _read_parties(value or "")
        return f"{side}={';'.join(map(_find_code, names))}"
    if value:
        raise UsageError(f"value {value!r}", f"'{verdict}' takes no value", "Leave it out")
    return None


def _load_types() -> dict[str, ActType]:
    from detente.ontology import load_ontology  # loads YAML

    return load_ontology().types


def _read_act(value: str) -> tuple[str, str | None]:
    name, _, mode = value.strip().partition("-")
    types = _load_types()
    known = types.get(name.upper())
    if known is None:
        raise UsageError(f"type {value!r}", "there is no such type of act", f"Use {', '.join(types)}")
    if mode and mode.lower() not in known.modes:
        cure = f"Use {known.name} alone" + "".join(f", {known.name}-{m}" for m in known.modes)
        raise UsageError(f"type {value!r}", f"{known.name} has no such mode", cure)
    return known.name, mode.lower() or None


def _read_parties(value: str) -> tuple[Side, tuple[str, ...]]:
    side, sign, names = value.partition("=")
    side = side.strip().lower()
    if not sign or side not in SIDES:
        cure = "Write actor=PRK, recipient=KOR;IGO:UN, or recipient= for nobody"
        raise UsageError(f"party {value!r}", "doesn't say which side", cure)
    return cast("Side", side), tuple(name.strip() for name in names.split(";") if name.strip())


def _find_code(words: str) -> str:
    from detente.who.lookup import look_up, suggest_names  # loads the tables of names

    meant = look_up(words)
    if meant is None or len(meant.codes) != 1:
        near = suggest_names(words)
        cure = f"Did you mean {' or '.join(near)}?" if near else "Use a code: PRK, IGO:UN"
        raise UsageError(f"party {words!r}", "means no one party with a code", cure)
    return meant.codes[0]


def _retype(mention: EventMention, judgement: Judgement) -> EventMention:
    type_, mode = _read_act(judgement.value or "")
    act = _load_types()[type_]
    return replace(
        mention, type=type_, mode=mode, quad=act.quad, score=act.modes[mode] if mode else act.score,
        reasons=(*mention.reasons, describe_judgement(judgement)),
    )  # fmt: skip


def _replace_party(mention: EventMention, judgement: Judgement) -> EventMention:
    side, codes = _read_parties(judgement.value or "")
    reasons = (*mention.reasons, describe_judgement(judgement))
    parties = tuple(_name_party(code, mention) for code in codes)
    if side == "actor":
        return replace(mention, actor=parties, reasons=reasons)
    return replace(mention, recipient=parties, reasons=reasons)


def _name_party(code: str, mention: EventMention) -> Party:
    """The party with that code as the mention names it, else without words, at the trigger."""
    from detente.who.lookup import find_party

    named = next((p for p in (*mention.actor, *mention.recipient) if p.code == code), None)
    if named is not None:
        return named
    known, at = find_party(code), mention.trigger.start
    if known is None:
        return Party("", at, at, name=code, code=code)
    return Party("", at, at, name=known.name, code=code, kind=known.kind, sector=known.sector)
