"""The frame lexicon: its loader, and what its two English files hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from detente.errors import DataError
from detente.lexicon import (
    DEFAULTS,
    INNER_STATUS,
    Frame,
    Lexicon,
    PartOfSpeech,
    _FileReader,
    check_slot,
    demand,
    load_lexicon,
)
from detente.ontology import load_ontology

TYPES = tuple(load_ontology().types)


def read_frames(tmp_path: Path, text: str, pos: PartOfSpeech = "verb") -> list[Frame]:
    """The frames of a lexicon file that holds `text`."""
    path = tmp_path / f"{pos}s.yaml"
    path.write_text(text, encoding="utf-8")
    return list(_FileReader(path, pos, load_ontology()).frames())


def is_met(frame: Frame, filled: Mapping[str, str]) -> bool:
    """Whether `filled` (slot → lemma, '@actor' for a party) meets all that the frame needs."""
    return all(
        slot in filled and ("*" in words or filled[slot] in words) for slot, words in frame.needs.items()
    )


def pick_frame(pos: PartOfSpeech, lemma: str, filled: Mapping[str, str]) -> Frame | None:
    """The first frame of the lemma whose needs `filled` meets, as the coder looks for it."""
    return next((f for f in load_lexicon().find(pos, lemma) if is_met(f, filled)), None)


def find_shadowed(lexicon: Lexicon) -> list[str]:
    """Frames that an earlier frame of the same lemma always takes the words of."""
    shadowed = []
    for (pos, lemma), frames in lexicon.frames.items():
        for i, later in enumerate(frames):
            for earlier in frames[:i]:
                if all(
                    slot in later.needs and ("*" in words or later.needs[slot] <= words)
                    for slot, words in earlier.needs.items()
                ):
                    shadowed.append(f"{pos}s.yaml:{later.line} {lemma} stands behind line {earlier.line}")
    return shadowed


# What the files hold


def test_the_lexicon_is_large() -> None:
    lexicon = load_lexicon("en")
    assert len(lexicon) >= 400
    assert Counter(f.pos for f in lexicon).keys() == {"verb", "noun"}


@pytest.mark.parametrize("type_", TYPES)
def test_each_type_has_many_lemmas_of_both_parts_of_speech(type_: str) -> None:
    frames = [f for f in load_lexicon() if f.type == type_]
    assert len({(f.pos, f.lemma) for f in frames}) >= 20
    assert {f.pos for f in frames} == {"verb", "noun"}


@pytest.mark.parametrize("type_", [t for t in TYPES if load_ontology().types[t].modes])
def test_each_mode_is_told_by_some_frame(type_: str) -> None:
    told = {f.mode for f in load_lexicon() if f.type == type_}
    missing = set(load_ontology().types[type_].modes) - told
    assert missing == ({"change"} if type_ in {"REQUEST", "REJECT"} else set())
    assert told - {None} <= set(load_ontology().types[type_].modes)


def test_uses_that_are_no_event_are_many_and_each_says_why() -> None:
    frames = [f for f in load_lexicon() if f.type is None]
    assert len({(f.pos, f.line) for f in frames}) >= 80
    assert all(f.reason and f.needs for f in frames)


def test_every_frame_can_be_reached() -> None:
    assert find_shadowed(load_lexicon()) == []


def test_words_are_single_lower_case_lemmas() -> None:
    for frame in load_lexicon():
        words = {frame.lemma, *(w for needed in frame.needs.values() for w in needed)}
        odd = {w for w in words if w != w.lower() or " " in w}
        assert not odd, f"{frame.pos}s.yaml:{frame.line}: {odd}"


def test_the_most_demanding_frames_come_first_and_ties_keep_the_order_of_the_file() -> None:
    for frames in load_lexicon().frames.values():
        ranks = [(-demand(f), f.line) for f in frames]
        assert ranks == sorted(ranks)


def test_words_that_only_set_a_status_are_no_acts() -> None:
    lexicon = load_lexicon()
    plain = ("say", "claim", "announce", "plan", "intend", "hope", "expect", "try", "fail", "want", "wish")
    for lemma in plain:
        assert not [f for f in lexicon.find("verb", lemma) if f.type and not f.needs], lemma


# Which frame wins: (lemma, what fills its slots) → type and mode

VERBS = [
    ("condemn", {"obj": "@actor"}, "ACCUSE", "disapprove"),
    ("meet", {"with": "@actor"}, "CONSULT", None),
    ("meet", {"obj": "deadline"}, None, None),
    ("lift", {"obj": "sanction"}, "CONCEDE", None),
    ("impose", {"obj": "sanction"}, "missing", None),  # a light verb: the noun tells it
    ("break", {"obj": "tie", "prt": "off"}, "SANCTION", "discontinue"),
    ("cut", {"obj": "tie"}, "SANCTION", "discontinue"),
    ("cut", {"obj": "tax"}, None, None),
    ("cancel", {"obj": "summit"}, "REJECT", "meet"),
    ("call", {"obj": "talk", "prt": "off"}, "REJECT", "meet"),
    ("walk", {"of": "talk", "prt": "out"}, "SANCTION", "discontinue"),
    ("recall", {"obj": "ambassador"}, "SANCTION", "withdraw"),
    ("expel", {"obj": "diplomat"}, "SANCTION", "expel"),
    ("expel", {"obj": "pupil", "from": "school"}, None, None),
    ("deport", {"obj": "migrant"}, "COERCE", "deport"),
    ("halt", {"obj": "offensive"}, "RETREAT", "ceasefire"),
    ("violate", {"obj": "ceasefire"}, "REJECT", None),
    ("violate", {"obj": "treaty"}, "REJECT", None),
    ("release", {"obj": "hostage"}, "RETREAT", "release"),
    ("release", {"obj": "album"}, None, None),
    ("withdraw", {"obj": "troop", "from": "@actor"}, "RETREAT", "withdraw"),
    ("withdraw", {"from": "treaty"}, "REJECT", None),
    ("withdraw", {"obj": "peacekeeper"}, "SANCTION", "withdraw"),
    ("deploy", {"obj": "troop"}, "MOBILIZE", "troops"),
    ("deploy", {"obj": "peacekeeper"}, "AID", None),
    ("mass", {"obj": "tank"}, "MOBILIZE", "troops"),
    ("send", {"obj": "envoy", "to": "@actor"}, "CONSULT", "visit"),
    ("send", {"obj": "medicine"}, "AID", None),
    ("send", {"obj": "signal"}, None, None),
    ("close", {"obj": "border"}, "COERCE", "restrict"),
    ("close", {"obj": "embassy"}, "SANCTION", "withdraw"),
    ("reopen", {"obj": "border"}, "CONCEDE", None),
    ("order", {"acomp": "shut"}, "SANCTION", "discontinue"),
    ("test", {"obj": "missile"}, "MOBILIZE", "weapons"),
    ("fire", {"obj": "missile"}, "MOBILIZE", "weapons"),
    ("fire", {"obj": "missile", "at": "@actor"}, "ASSAULT", "heavy-weapons"),
    ("fire", {"obj": "coach"}, None, None),
    ("declare", {"acomp": "void"}, "REJECT", None),
    ("sentence", {"obj": "@actor"}, "SANCTION", "convict"),
    ("let", {"prt": "in", "obj": "inspector"}, "RETREAT", "access"),
    ("let", {"prt": "out", "obj": "monk"}, "RETREAT", "release"),
    ("stop", {"clause": "shell"}, "RETREAT", "ceasefire"),
    ("stop", {"clause": "fund"}, "SANCTION", "discontinue"),
    ("sack", {"obj": "judge"}, "SANCTION", "expel"),
    ("turn", {"prt": "away", "obj": "boat"}, "COERCE", "restrict"),
    ("turn", {"prt": "away", "obj": "delegation"}, "REJECT", None),
    ("hand", {"prt": "over", "obj": "general"}, "COOPERATE", None),
    ("hand", {"prt": "in", "obj": "rifle"}, "RETREAT", "disarm"),
    ("take", {"prt": "over", "obj": "canal", "subj": "@actor"}, "COERCE", "seize"),
    ("cut", {"prt": "off", "obj": "water"}, "COERCE", "withhold"),
    ("cut", {"prt": "off", "obj": "aid"}, "SANCTION", "discontinue"),
    ("pay", {"obj": "damages", "subj": "@actor"}, "CONCEDE", None),
    ("call", {"acomp": "unacceptable"}, "REJECT", None),
    ("call", {"obj": "massacre"}, "ACCUSE", "disapprove"),
    ("beat", {"obj": "target"}, None, None),
    ("beat", {"obj": "passenger", "in": "cell"}, "ASSAULT", "beat"),
    ("conquer", {"obj": "market"}, None, None),
    ("shell", {"prt": "out"}, None, None),
    ("march", {"on": "palace", "subj": "student"}, "PROTEST", "demo"),
    ("convict", {"obj": "@actor"}, "SANCTION", "convict"),
    ("urge", {"obj": "@actor", "clause": "stop"}, "REQUEST", None),
    ("call", {"on": "@actor", "clause": "disarm"}, "REQUEST", "yield"),
    ("call", {"for": "dialogue"}, "REQUEST", "meet"),
    ("threaten", {"clause": "withdraw"}, "THREATEN", "relations"),
    ("threaten", {"subj": "flooding", "obj": "@actor"}, None, None),
    ("vow", {"clause": "retaliate"}, "THREATEN", "violence"),
    ("accept", {"obj": "proposal"}, "AGREE", None),
    ("accept", {"obj": "demand"}, "CONCEDE", None),
    ("accept", {"obj": "prize"}, None, None),
    ("cave", {"prt": "in"}, "CONCEDE", None),
    ("bow", {"to": "demand"}, "CONCEDE", None),
    ("heed", {"obj": "message"}, "CONCEDE", None),
    ("ignore", {"obj": "warning"}, "REJECT", None),
    ("refuse", {"clause": "meet"}, "REJECT", "meet"),
    ("refuse", {"clause": "elaborate"}, None, None),
    ("reject", {"obj": "accusation"}, "REJECT", None),
    ("praise", {"obj": "@actor"}, "SUPPORT", None),
    ("recognise", {"obj": "@actor"}, "SUPPORT", None),
    ("recognize", {"clause": "need"}, None, None),
    ("sign", {"obj": "treaty"}, "SUPPORT", None),
    ("reach", {"prt": "out", "to": "@actor"}, "CONSULT", None),
    ("travel", {"to": "@actor"}, "CONSULT", "visit"),
    ("mediate", {"between": "@actor"}, "CONSULT", "third-party"),
    ("phone", {"obj": "@actor"}, "CONSULT", "phone"),
    ("share", {"obj": "intelligence", "with": "@actor"}, "COOPERATE", None),
    ("shelter", {"obj": "refugee"}, "AID", None),
    ("bomb", {"obj": "@actor"}, "ASSAULT", "explosives"),
    ("shell", {"obj": "town"}, "ASSAULT", "heavy-weapons"),
    ("strike", {"obj": "chord"}, None, None),
    ("strike", {"obj": "convoy"}, "ASSAULT", None),
    ("shoot", {"obj": "documentary"}, None, None),
    ("kill", {"subj": "earthquake", "obj": "villager"}, None, None),
    ("take", {"obj": "hostage"}, "ASSAULT", "abduct"),
    ("take", {"to": "street"}, "PROTEST", "demo"),
    ("boycott", {"obj": "election"}, "PROTEST", "boycott"),
    ("seize", {"obj": "tanker"}, "COERCE", "seize"),
    ("seize", {"obj": "opportunity"}, None, None),
    ("hack", {"into": "network"}, "COERCE", "cyber"),
    ("summon", {"obj": "ambassador"}, "ACCUSE", "disapprove"),
    ("investigate", {"obj": "@actor"}, "ACCUSE", "investigate"),
    ("counter", {"with": "proposal"}, "AGREE", None),
]
NOUNS = [
    ("talk", {"number": "plural"}, "CONSULT", None),
    ("talk", {"mod": "pep", "number": "plural"}, None, None),
    ("visit", {}, "CONSULT", "visit"),
    ("strike", {"mod": "air"}, "ASSAULT", "aerial"),
    ("strike", {"mod": "hunger"}, "PROTEST", "hunger"),
    ("strike", {"mod": "general"}, "PROTEST", "strike"),
    ("strike", {"mod": "lightning"}, None, None),
    ("fire", {"subj": "@actor", "on": "crowd"}, "ASSAULT", "firearms"),
    ("fire", {"mod": "forest"}, None, None),
    ("probe", {"to": "moon"}, None, None),
    ("passage", {"mod": "safe", "subj": "@actor"}, "RETREAT", "access"),
    ("test", {"mod": "nuclear"}, "MOBILIZE", "weapons"),
    ("test", {"mod": "missile"}, "MOBILIZE", "weapons"),
    ("test", {"mod": "blood"}, None, None),
    ("drill", {"mod": "naval"}, "MOBILIZE", "troops"),
    ("drill", {"mod": "joint"}, "COOPERATE", None),
    ("sanction", {"subj": "@actor"}, "COERCE", "restrict"),
    ("expulsion", {"of": "diplomat"}, "SANCTION", "expel"),
    ("recall", {"of": "ambassador"}, "SANCTION", "withdraw"),
    ("recall", {"mod": "product"}, None, None),
    ("lifting", {"of": "sanction"}, "CONCEDE", None),
    ("ceasefire", {}, "RETREAT", "ceasefire"),
    ("fire", {"mod": "cease"}, "RETREAT", "ceasefire"),
    ("withdrawal", {"from": "@actor"}, "RETREAT", "withdraw"),
    ("withdrawal", {"from": "treaty"}, "REJECT", None),
    ("release", {"of": "prisoner"}, "RETREAT", "release"),
    ("release", {"mod": "press"}, None, None),
    ("closure", {"of": "border"}, "COERCE", "restrict"),
    ("closure", {"of": "park"}, "SANCTION", "discontinue"),
    ("attack", {"mod": "heart"}, None, None),
    ("attack", {"on": "@actor"}, "ASSAULT", None),
    ("attack", {"mod": "cyber"}, "COERCE", "cyber"),
    ("offensive", {"mod": "charm"}, None, None),
    ("war", {"of": "word"}, None, None),
    ("war", {"mod": "price"}, None, None),
    ("refusal", {"clause": "meet"}, "REJECT", None),
    ("willingness", {"clause": "discuss"}, "AGREE", None),
    ("acceptance", {"of": "proposal"}, "AGREE", None),
    ("declaration", {"mod": "joint"}, "AGREE", None),
    ("threat", {"clause": "launch"}, "THREATEN", "violence"),
    ("threat", {"to": "health"}, None, None),
    ("ultimatum", {}, "THREATEN", None),
    ("call", {"for": "dialogue"}, "REQUEST", "meet"),
    ("call", {"mod": "phone"}, "CONSULT", "phone"),
    ("optimism", {"subj": "@actor"}, "SUPPORT", None),
    ("condemnation", {"of": "@actor"}, "ACCUSE", "disapprove"),
    ("probe", {"into": "@actor"}, "ACCUSE", "investigate"),
    ("curfew", {}, "COERCE", "curfew"),
    ("law", {"mod": "martial"}, "COERCE", "martial-law"),
    ("resignation", {}, "RETREAT", "resign"),
]  # fmt: skip
CASES: list[tuple[PartOfSpeech, str, dict[str, str], str | None, str | None]] = [
    *(("verb", *case) for case in VERBS),
    *(("noun", *case) for case in NOUNS),
]


@pytest.mark.parametrize(("pos", "lemma", "filled", "type_", "mode"), CASES)
def test_the_right_frame_wins(
    pos: PartOfSpeech, lemma: str, filled: dict[str, str], type_: str | None, mode: str | None
) -> None:
    frame = pick_frame(pos, lemma, filled)
    if type_ == "missing":
        assert frame is None
        return
    assert frame is not None
    assert (frame.type, frame.mode) == (type_, mode)


def test_an_accusation_rejected_is_denied_and_a_proposal_rejected_is_refused() -> None:
    for word, inner in (("allegation", "denied"), ("proposal", "refused")):
        frame = pick_frame("verb", "reject", {"obj": word})
        assert frame is not None
        assert frame.inner == inner


def test_nouns_of_offering_carry_the_status() -> None:
    for lemma in ("proposal", "offer", "counterproposal", "willingness", "readiness"):
        frame = pick_frame("noun", lemma, {})
        assert frame is not None
        assert frame.status == "offered", lemma


@pytest.mark.parametrize(
    ("pos", "lemma", "filled"),
    [
        ("verb", "heed", {"obj": "warning"}),
        ("verb", "lift", {"obj": "sanction"}),
        ("verb", "release", {"obj": "prisoner"}),
        ("verb", "recognise", {"obj": "@actor"}),
        ("noun", "agreement", {}),
    ],
)
def test_not_doing_it_is_a_refusal(pos: PartOfSpeech, lemma: str, filled: dict[str, str]) -> None:
    frame = pick_frame(pos, lemma, filled)
    assert frame is not None
    assert frame.negated == "REJECT"


@pytest.mark.parametrize(
    ("needs", "weight"),
    [
        ("{}", 0),
        ("{obj: any}", 0.5),
        ("{obj: '@actor'}", 1),
        ("{obj: [tank]}", 2),
        ("{obj: [tank, '@actor']}", 2),
    ],
)
def test_named_words_demand_more_than_a_party_and_that_more_than_anything(
    tmp_path: Path, needs: str, weight: float
) -> None:
    (frame,) = read_frames(tmp_path, f"ASSAULT:\n  - {{lemmas: [hit], needs: {needs}}}\n")
    assert demand(frame) == weight


def test_british_and_american_spellings_have_the_same_frames() -> None:
    pairs = [
        ("recognise", "recognize"),
        ("criticise", "criticize"),
        ("mobilise", "mobilize"),
        ("normalise", "normalize"),
        ("apologise", "apologize"),
        ("nationalise", "nationalize"),
    ]
    for british, american in pairs:
        lines = [[f.line for f in load_lexicon().find("verb", lemma)] for lemma in (british, american)]
        assert lines[0] == lines[1] != [], british


# The loader


def test_a_row_becomes_one_frame_a_lemma_with_defaults(tmp_path: Path) -> None:
    row = "  - {lemmas: [slam, blast], needs: {obj: ['@arms', '@actor']}}\n"
    text = f"classes:\n  arms: [tank, gun]\nACCUSE:\n{row}"
    frames = read_frames(tmp_path, text)
    assert [f.lemma for f in frames] == ["blast", "slam"]
    assert frames[0].needs == {"obj": {"tank", "gun", "@actor"}}
    assert (frames[0].actor, frames[0].recipient) == (
        DEFAULTS["verb"]["actor"],
        DEFAULTS["verb"]["recipient"],
    )
    assert (frames[0].inner, frames[0].line, frames[0].symmetric) == (INNER_STATUS["ACCUSE"], 4, False)


def test_any_becomes_a_star_and_on_stays_a_word(tmp_path: Path) -> None:
    (frame,) = read_frames(tmp_path, "REQUEST:\n  - {lemmas: call, needs: {on: any}, recipient: on}\n")
    assert frame.needs == {"on": {"*"}}
    assert frame.recipient == ("on",)


def test_classes_stand_for_lemmas_too(tmp_path: Path) -> None:
    text = "classes:\n  talks: [talk, summit]\nCONSULT:\n  - {lemmas: ['@talks'], symmetric: true}\n"
    frames = read_frames(tmp_path, text, "noun")
    assert [(f.lemma, f.symmetric) for f in frames] == [("summit", True), ("talk", True)]


FAULTY = [
    ("MEET:\n  - {lemmas: [meet]}\n", 1, "section MEET is no type", "CONSULT"),
    ("CONSULT:\n  - {lemmas: [meet], mode: lunch}\n", 2, "no mode 'lunch'", "visit"),
    ("AGREE:\n  - {lemmas: [agree], mode: quick}\n", 2, "no mode 'quick'", "It has none"),
    ("CONSULT:\n  - {lemmas: [meet], needs: {obj: '@talks'}}\n", 2, "class @talks is not defined", "classes"),
    ("CONSULT:\n  - {lemmas: ['@talks']}\n", 2, "class @talks is not defined", "classes"),
    ("CONSULT:\n  - {lemmas: [meet], needs: {object: any}}\n", 2, "needs names the slot 'object'", "head"),
    ("CONSULT:\n  - {lemmas: [meet], actor: [agent]}\n", 2, "actor names the slot 'agent'", "head"),
    ("CONSULT:\n  - {lemmas: [meet], recipient: [obj.whose]}\n", 2, "slot 'obj.whose'", "head"),
    ("CONSULT:\n  - {lemmas: [meet], theme: [number]}\n", 2, "theme names the slot 'number'", "head"),
    ("CONSULT:\n  - {lemmas: [meet], needz: {obj: any}}\n", 2, "unknown keys ['needz']", "needs"),
    ("CONSULT:\n  - {mode: visit}\n", 2, "no lemmas", "lemmas"),
    ("CONSULT:\n  - {lemmas: [meet], status: over}\n", 2, "status 'over' is no status", "happened"),
    ("CONSULT:\n  - {lemmas: [meet], inner: maybe}\n", 2, "inner 'maybe' is no status", "refused"),
    ("CONSULT:\n  - {lemmas: [meet], negated: PARTY}\n", 2, "negated 'PARTY' is no type", "type"),
    ("CONSULT:\n  - {lemmas: [meet], contexts: [sport]}\n", 2, "'sport' is no context", "plover.yaml"),
    ("NONE:\n  - {lemmas: [strike], needs: {obj: [pose]}}\n", 2, "without a reason", "reason"),
    ("CONSULT:\n  - {lemmas: [meet]}\nCONSULT:\n  - {lemmas: [visit]}\n", 3, "stands twice", "Mend"),
    ("CONSULT:\n  - {lemmas: [meet\n", 3, "not valid YAML", "Mend"),
    ("- meet\n", 1, "holds no mapping", "key: value"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "fault", "cure"), FAULTY)
def test_a_faulty_file_is_named_with_line_fault_and_cure(
    tmp_path: Path, text: str, line: int, fault: str, cure: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_frames(tmp_path, text)
    assert caught.value.subject == f"{tmp_path / 'verbs.yaml'}:{line}"
    assert fault in caught.value.fault
    assert cure in caught.value.cure


@pytest.mark.parametrize(
    ("slot", "pos", "known"),
    [
        ("subj", "verb", True),
        ("obj.poss", "verb", True),
        ("clause.against", "verb", True),
        ("prt", "verb", True),
        ("prt", "noun", False),
        ("mod", "noun", True),
        ("mod", "verb", False),
        ("number", "noun", True),
        ("of.any", "noun", True),
        ("of.", "noun", True),
        ("with.whom", "noun", False),
        ("", "verb", False),
    ],
)
def test_slots_that_a_frame_can_look_in(slot: str, pos: PartOfSpeech, known: bool) -> None:
    assert check_slot(slot, pos) is known


def test_an_unknown_lemma_has_no_frames() -> None:
    assert load_lexicon().find("verb", "photosynthesise") == ()


def test_iterating_gives_each_frame_once() -> None:
    lexicon = load_lexicon()
    by_key: dict[tuple[str, str], int] = defaultdict(int)
    for frame in lexicon:
        by_key[frame.pos, frame.lemma] += 1
    assert sum(by_key.values()) == len(lexicon)
    assert set(by_key) == set(lexicon.frames)
