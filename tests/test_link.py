"""Merging: which mentions become one event, what the event says, and how well it goes on marked groups."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.simulate_reports import simulate_codings
from detente import code_report, link_events, link_store, make_judgement
from detente.cli import run_command
from detente.errors import DataError, StoreError, UsageError
from detente.link import group_mentions, settle, stored
from detente.link.accounts import find_contradictions, read_counts
from detente.link.candidates import find_candidates
from detente.link.cluster import Pairs, cluster
from detente.link.compare import LEVELS, MEASURES, Scale, find_levels, load_weights
from detente.link.copies import Copies
from detente.link.measure import group_plainly, label_mentions, read_groups
from detente.link.merge import settle_status
from detente.link.sketch import sketch_mentions, stems
from detente.read import read_reports
from detente.records import (
    Coding,
    Event,
    EventMention,
    Party,
    Report,
    StatusStep,
    When,
    Where,
)
from detente.scores import Figures, score_b_cubed, score_ceaf, score_groupings, score_muc
from detente.serial import from_json, to_json
from detente.store import Store
from detente.tables import read_yaml
from tests.factories import make_coding, make_mention, make_report

ROOT = Path(__file__).parents[1]
GROUPS = ROOT / "corpus" / "merge"
FLOORS = read_yaml(Path(__file__).parent / "floors.yaml")
RAID = "Ruritania raided a Freedonian camp at Hentzau on {day} and killed {dead}."
OTHER = "Sylvania thanked Osterlich for its help on {day}."


def party(code: str) -> Party:
    return Party(code.title(), 0, len(code), name=code.title(), code=code, kind="state")


def raid(
    day: str = "2031-03-04", dead: str = "five soldiers", outlet: str = "Wire", **fields: Any
) -> EventMention:
    """A mention of the raid, in a report of its own that was published a day later."""
    told = f"2031-03-{int(day[-2:]) + 1:02}"
    report = make_report(
        RAID.format(day=day, dead=dead), source=outlet, published=fields.pop("published", told)
    )
    values: dict[str, Any] = {
        "type": "ASSAULT", "quad": "material conflict", "score": -9.0, "actor": (party("RUR"),),
        "recipient": (party("FRE"),), "when": When(day, day, day, "stated"), "report_source": outlet,
    }  # fmt: skip
    return make_mention(report, "raided", **(values | fields))


def thanks(day: str = "2031-03-04") -> EventMention:
    report = make_report(OTHER.format(day=day), source="Wire", published=day)
    return make_mention(
        report, "thanked", type="SUPPORT", quad="verbal cooperation", score=5.0, actor=(party("SYL"),),
        recipient=(party("OST"),), when=When(day, day, day, "stated"), report_source="Wire",
    )  # fmt: skip


def members(events: list[Event]) -> set[frozenset[str]]:
    return {frozenset(e.mentions) for e in events}


# clustering


def find_clusters(
    ids: str, likeness: dict[str, float], together: list[str], apart: list[str], least: float = 0.5
) -> list[str]:
    """The clusters of one-letter ids."""

    def rows(pairs: Iterable[str]) -> Pairs:
        found = np.array([[ids.index(p[0]), ids.index(p[1])] for p in pairs], dtype=np.int64).reshape(-1, 2)
        return found.min(axis=1), found.max(axis=1)

    values = np.array([*likeness.values()], dtype=float)
    home = cluster(len(ids), rows(likeness), values, least, rows(together), rows(apart))
    return ["".join(i for i, h in zip(ids, home, strict=True) if h == lowest) for lowest in sorted({*home})]


@pytest.mark.parametrize(
    ("likeness", "together", "apart", "found"),
    [
        ({}, [], [], ["a", "b", "c", "d"]),
        ({"ab": 0.9}, [], [], ["ab", "c", "d"]),
        ({"ab": 0.3}, [], [], ["a", "b", "c", "d"]),
        ({"ab": 0.9, "bc": 0.9, "ac": 0.9}, [], [], ["abc", "d"]),
        ({"ab": 0.9, "bc": 0.7}, [], [], ["ab", "c", "d"]),  # the mean of 0.7 and 0 is under the threshold
        ({"ab": 0.9, "bc": 0.7, "ac": 0.4}, [], [], ["abc", "d"]),
        ({"ab": 0.8, "bc": 0.8}, [], [], ["ab", "c", "d"]),  # a tie goes to the lowest ids
        ({}, ["ad"], [], ["ad", "b", "c"]),
        ({"ab": 0.9}, [], ["ab"], ["a", "b", "c", "d"]),
        ({"ab": 0.9, "bc": 0.9, "ac": 0.9}, [], ["ac"], ["ab", "c", "d"]),
        ({"ab": 0.9, "bc": 0.9, "cd": 0.9}, ["ad"], ["ab"], ["ad", "bc"]),
    ],
)
def test_clusters(
    likeness: dict[str, float], together: list[str], apart: list[str], found: list[str]
) -> None:
    assert find_clusters("abcd", likeness, together, apart) == found


def merge_one_by_one(ids: str, likeness: dict[str, float], apart: list[str], least: float) -> list[str]:
    """Average linkage as it is defined: the likeliest two clusters are merged, then the next."""
    clusters = list(ids)
    while True:
        means = {
            (a, b): round(sum(likeness.get(x + y, 0) + likeness.get(y + x, 0) for x in a for y in b)
                          / (len(a) * len(b)), 9)
            for a, b in itertools.combinations(clusters, 2)
            if not any(x + y in apart or y + x in apart for x in a for y in b)
        }  # fmt: skip
        best = min(means, key=lambda p: (-means[p], p[0][0], p[1][0]), default=None)
        if best is None or means[best] < least:
            return clusters
        clusters = sorted({*clusters} - {*best} | {"".join(sorted(best[0] + best[1]))})


@pytest.mark.parametrize("seed", range(12))
def test_merging_all_likeliest_at_once_is_merging_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    ids = "abcdefghijklmnopqrstuvwxyz"
    pairs = ["".join(p) for p in itertools.combinations(ids, 2) if rng.random() < 0.4]
    likeness = {p: round(rng.random(), 1) for p in pairs}  # many ties
    apart = rng.sample(pairs, 10)
    wanted = merge_one_by_one(ids, likeness, apart, 0.3)
    shuffled = dict(rng.sample(sorted(likeness.items()), len(likeness)))
    assert find_clusters(ids, shuffled, [], apart, 0.3) == wanted
    assert 1 < len(wanted) < len(ids)


# comparing


def compare(measure: str, a: EventMention, b: EventMention) -> str:
    """The level of a measure for two mentions, which has to be the same both ways."""
    sketches = sketch_mentions([a, replace(b, id="other")])
    rows = np.array([0, 1])
    one, other = MEASURES[measure](sketches, rows, rows[::-1])
    assert one == other
    return LEVELS[measure][one]


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ({}, {}, "same parties"),
        ({}, {"recipient": ()}, "same actor, one recipient unknown"),
        ({}, {"actor": ()}, "same recipient, one actor unknown"),
        ({}, {"actor": (party("FRE"),), "recipient": (party("RUR"),)}, "same parties, other sides"),
        ({}, {"recipient": (party("SYL"),)}, "same actor, other recipient"),
        ({}, {"actor": (party("SYL"),)}, "same recipient, other actor"),
        ({}, {"actor": (party("RUR"), party("SYL"))}, "parties overlap"),
        ({}, {"actor": (party("FRE"),), "recipient": (party("OST"),)}, "a party in common, on other sides"),
        ({}, {"actor": (party("SYL"),), "recipient": (party("OST"),)}, "no party in common"),
    ],
)
def test_parties_are_compared_by_side(a: dict[str, Any], b: dict[str, Any], level: str) -> None:
    assert compare("parties", raid(**a), raid(**b)) == level


@pytest.mark.parametrize(
    ("day", "when", "level"),
    [
        ("2031-03-04", When("x", "2031-03-04", "2031-03-04", "stated"), "stated days: same"),
        ("2031-03-05", When("x", "2031-03-05", "2031-03-05", "stated"), "stated days: 1 apart"),
        ("2031-03-09", When("x", "2031-03-09", "2031-03-09", "stated"), "stated days: more apart"),
        ("2031-03-04", When(None, "2031-02-26", "2031-03-05", "tense"), "day fits, told at once"),
        ("2031-03-07", When(None, "2031-03-01", "2031-03-08", "tense"), "day fits"),
        ("2031-03-08", When(None, "2031-03-06", "2031-03-09", "tense"), "days nearly meet"),
        ("2031-03-20", When(None, "2031-03-14", "2031-03-21", "tense"), "days apart"),
        ("2031-03-04", When(None, None, None, "unknown"), "a day unknown"),
    ],
)
def test_days_are_compared(day: str, when: When, level: str) -> None:
    assert compare("days", raid(), raid(day, when=when)) == level


@pytest.mark.parametrize(
    ("told", "level"),
    [("2031-03-05", "told: same"), ("2031-03-06", "told: 1 apart"), ("2031-03-08", "told: 2-3 apart"),
     ("2031-03-09", "told: more apart"), (None, "days overlap")],
)  # fmt: skip
def test_without_stated_days_those_of_the_reports_are_compared(told: str | None, level: str) -> None:
    when = When(None, "2031-02-26", "2031-03-05", "tense")
    assert compare("days", raid(when=when), raid(when=when, published=told, outlet="Post")) == level
    if told is None:
        assert compare("days", raid(when=when), raid(when=when)) == "told together, no day stated"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("happened", "happened", "same status"),
        ("alleged", "denied", "told of as past, with other certainty"),
        ("planned", "happened", "first ahead, then past"),
        ("offered", "refused", "asked for or refused"),
        ("demanded", "happened", "asked for, and told of otherwise"),
    ],
)
def test_statuses_are_compared(one: str, other: str, level: str) -> None:
    assert compare("status", raid(status=one), raid(status=other)) == level


def place(name: str, level: str) -> Where:
    return Where(name, name, None, None, None, None, level)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measure", "fields", "level"),
    [
        ("act", {}, "same type"),
        ("act", {"mode": "aerial"}, "same type"),
        ("act", {"type": "MOBILIZE"}, "related type"),
        ("act", {"type": "AID"}, "other type"),
        ("place", {}, "a place unknown"),
        ("place", {"where": place("Hentzau", "city")}, "same place"),
        ("place", {"where": place("Zenda", "city")}, "other place"),
        ("place", {"where": place("Ruritania", "country")}, "another kind of place"),
        ("words", {"quote": "raided"}, "no other words"),
        ("words", {"quote": "raided Zenda"}, "no words shared"),
        ("words", {"quote": "raided camp"}, "a bare clause's word shared"),
        ("words", {"quote": "raided camp, five soldiers killed"}, "most words shared"),
        ("words", {"quote": "raided camp, two farms burnt"}, "some words shared"),
        ("words", {"quote": "raided camp, burnt ripe yellow corn fields"}, "few words shared"),
        ("trigger", {}, "same word"),
        ("report", {}, "one sentence, same type"),
        ("report", {"type": "AID"}, "one sentence, other type"),
        ("report", {"sentence_start": 90}, "one report, same type"),
        ("report", {"theme": "first"}, "one is the other's theme"),
        ("report", {"report_id": "another"}, "two reports"),
    ],
)
def test_the_rest_is_compared(measure: str, fields: dict[str, Any], level: str) -> None:
    where = place("Hentzau", "city") if "where" in fields else None
    first = replace(raid(where=where, mode="drone" if "mode" in fields else None), id="first")
    other = "same type, other mode" if "mode" in fields else level
    assert compare(measure, first, replace(raid(), **({"mode": None} | fields))) == other


def test_words_are_cut_and_empty_ones_left_out() -> None:
    assert stems("It proposed the proposals on Tuesday, 44 in all") == {"propo", "44"}


def test_pairs_that_are_dropped_early_are_unlikely() -> None:
    mentions = {m.id: m for coding in simulate_codings(1500) for m in coding}
    sketches = sketch_mentions(mentions.values())
    scale = Scale()
    a, b = (np.concatenate(rows) for rows in zip(*find_candidates(sketches), strict=True))
    odds = scale.weigh(find_levels(sketches, a, b))
    for least in (-3.0, -1.0, 1.0):
        likely = scale.weigh_likely(sketches, a, b, least)
        wanted = odds >= least
        assert 0 < wanted.sum() < len(wanted)
        for got, want in zip(likely, (a, b, odds), strict=True):
            assert (got == want[wanted]).all()


def test_reasons_tell_the_weights() -> None:
    link = link_events([raid(), raid(outlet="Post", dead="six soldiers")])[0].links[0]
    assert link.probability > 0.8
    weight = load_weights()["act", "same type"]
    assert f"same type ({weight:+.1f})" in link.reasons


@pytest.mark.parametrize(
    ("other", "compared"),
    [
        (raid(outlet="Post"), True),
        (raid("2031-03-07", outlet="Post"), True),
        (raid("2031-03-09", outlet="Post"), False),  # two stated days of past acts, five days apart
        (raid("2031-03-09", outlet="Post", status="planned"), True),
        (raid("2031-03-04", outlet="Post", score=1.0), True),  # by its word
        (raid("2031-03-29", outlet="Post", status="planned"), False),
        (thanks(), False),
    ],
)
def test_candidates(other: EventMention, compared: bool) -> None:
    found = [
        pair for a, b in find_candidates(sketch_mentions([raid(), other])) for pair in zip(a, b, strict=True)
    ]
    assert {*found} == ({(0, 1)} if compared else set())


# events


def test_mentions_of_one_raid_become_one_event() -> None:
    told = [raid(), raid(outlet="Post", dead="six soldiers"), raid("2031-03-05", outlet="Mail"), thanks()]
    events = link_events(told)
    assert members(events) == {frozenset(m.id for m in told[:3]), frozenset({told[3].id})}
    (event,) = [e for e in events if len(e.mentions) > 1]
    assert (event.type, event.status, event.score) == ("ASSAULT", "happened", -9.0)
    assert [p.code for p in event.actor] == ["RUR"]
    assert [p.code for p in event.recipient] == ["FRE"]
    assert event.when.earliest == "2031-03-04"
    assert len(event.outlets) == 3
    assert {link.mention for link in event.links} == set(event.mentions)
    about = {c.about: [a.says for a in c.accounts] for c in event.contradictions}
    assert about["day"] == ["2031-03-04", "2031-03-05"]
    assert about["people"] == ["five soldiers", "six soldiers"]


def test_the_order_of_mentions_has_no_effect() -> None:
    told = [raid(), raid(outlet="Post"), raid("2031-03-05", outlet="Mail"), thanks(), raid("2031-03-20")]
    wanted = link_events(told)
    for order in itertools.permutations(told):
        assert link_events(order) == wanted


def test_new_reports_leave_alone_what_they_do_not_touch() -> None:
    told = [raid(), raid(outlet="Post"), thanks()]
    before = {e.id: e for e in link_events(told)}
    after = {e.id: e for e in link_events([*told, raid(outlet="Mail")])}
    assert set(before) == set(after)
    changed = [id_ for id_ in before if before[id_] != after[id_]]
    assert len(changed) == 1
    assert len(after[changed[0]].mentions) == 3


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (["planned", "happened"], "happened"),
        (["happened", "planned"], "happened"),
        (["planned", "refused"], "refused"),
        (["offered", "planned", "negated"], "negated"),
        (["happened", "negated", "negated"], "negated"),
        (["happened", "denied"], "happened"),
    ],
)
def test_status_after_all_reports(told: list[Any], status: str) -> None:
    history = [StatusStep(f"2031-03-0{n}", s, (str(n),)) for n, s in enumerate(told, 1)]
    assert settle_status(history) == status


def test_history_goes_by_publication() -> None:
    plan = raid(status="planned", published="2031-03-01")
    done = raid(outlet="Post")
    (event,) = link_events([done, plan], judgements=[make_judgement("same", [plan.id, done.id])])
    assert [(s.published, s.status) for s in event.history] == [
        ("2031-03-01", "planned"),
        ("2031-03-05", "happened"),
    ]
    assert event.status == "happened"


def test_an_event_survives_json() -> None:
    where = Where("Hentzau", "Hentzau", "RUR", 50.0, 10.0, None, "city")
    event = link_events([raid(where=where), raid(outlet="Post", dead="six soldiers")])[0]
    assert event.where == where
    assert from_json(Event, to_json(event)) == event


# copies and contradictions

STORY = "Ruritania raided a camp on Monday, and Freedonia recalled its envoy the same night, officials said."


@pytest.mark.parametrize(
    ("other", "outlet", "voices"),
    [
        (STORY, "Mail", 1),
        ("Mail staff. " + STORY + " The Mail's own reporter saw smoke.", "Mail", 1),
        ("Troops from Ruritania struck at dawn; Freedonia's ambassador is on his way home.", "Mail", 2),
        ("Troops from Ruritania struck at dawn; Freedonia's ambassador is on his way home.", "Wire", 1),
    ],
)
def test_copies_are_one_voice(other: str, outlet: str, voices: int) -> None:
    reports = [make_report(STORY, source="Wire"), make_report(other, source=outlet)]
    mentions = [make_mention(r, "Ruritania", actor=(party("RUR"),), report_source=r.source) for r in reports]
    assert len(Copies(reports).find_voices(mentions)) == voices


def test_outlets_are_known_without_reports() -> None:
    told = [raid(outlet="Wire"), raid(outlet="Wire", dead="many")]
    assert len(link_events(told)[0].outlets) == 1


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("closed for five months", [(5, "months")]),
        ("a five-month siege", [(5, "months")]),
        ("killed 44 Indian policemen", [(44, "people")]),
        ("some 1,200 refugees and twenty-two tanks", [(1200, "refugees"), (22, "tanks")]),
        ("two million dollars", [(2e6, "dollars")]),
        ("on 5 July", []),
    ],
)
def test_counts_are_read(text: str, counts: list[tuple[float, str]]) -> None:
    assert [(value, unit) for value, unit, _ in read_counts(text)] == counts


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ({"quote": "shut for five months"}, {"quote": "shut for six months"}, {"months"}),
        ({"quote": "shut for five months"}, {"quote": "shut for five months"}, set()),
        ({"quote": "fired first"}, {"quote": "fired first", "actor": (party("FRE"),)}, {"who was first"}),
        ({}, {"actor": (party("SYL"),)}, {"actor"}),
        ({}, {"status": "denied"}, {"status"}),
        ({"status": "planned"}, {"status": "happened"}, set()),
    ],
)
def test_contradictions(one: dict[str, Any], other: dict[str, Any], about: set[str]) -> None:
    told = [replace(raid(), **one), replace(raid(outlet="Post"), **other)]
    assert {c.about for c in find_contradictions(told)} == about


# judgements


def test_people_merge_and_split() -> None:
    one, two, three = raid(), raid(outlet="Post"), thanks()
    ids = [one.id, two.id, three.id]
    assert len(link_events([one, two, three])) == 2
    split = make_judgement("different", ids[:2])
    assert len(link_events([one, two, three], judgements=[split])) == 3
    merged = make_judgement("same", ids[1:])
    assert members(link_events([one, two, three], judgements=[split, merged])) == {
        frozenset(ids[:1]), frozenset(ids[1:]),
    }  # fmt: skip
    gone = make_judgement("same", [one.id, "no longer there"])
    assert members(link_events([one, two, three], judgements=[gone])) == members(
        link_events([one, two, three])
    )


def test_the_later_judgement_counts() -> None:
    early = make_judgement("different", "ab", day="2031-03-01")
    late = make_judgement("same", "ab", day="2031-03-02")
    assert settle([late, early], "ab") == ({("a", "b")}, set())


def test_judgements_that_cannot_all_hold_are_refused() -> None:
    said = [make_judgement("same", "ab"), make_judgement("same", "bc"), make_judgement("different", "ac")]
    with pytest.raises(UsageError, match=f"judgement {said[2].id}: it keeps a and c apart"):
        settle(said, "abc")
    with pytest.raises(UsageError, match="takes two mentions"):
        make_judgement("same", ["a", "a"])


# the store and the commands


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "events.db"
    with Store(path) as opened:
        for told in (raid(), raid(outlet="Post", dead="six soldiers"), thanks()):
            opened.add(make_coding(report_of(told), (told,)))
    return path


def report_of(mention: EventMention) -> Report:
    return make_report(mention.quote, source=mention.report_source, published=mention.published)


def test_the_store_writes_only_what_changed(store: Path) -> None:
    with Store(store) as opened:
        events = link_events(opened.mentions(), opened.reports())
        assert link_store(opened) == outcome(new=2)
        assert [e for e, _ in opened.events()] == events
        assert link_store(opened) == outcome(as_before=2)
        late = raid(outlet="Mail")
        opened.add(make_coding(report_of(late), (late,)))
        again = link_events(opened.mentions(), opened.reports())
        assert link_store(opened) == outcome(changed=1, as_before=1)
        assert [e for e, _ in opened.events()] == again
        opened.remove([late.report_id])
        assert link_store(opened) == outcome(changed=1, as_before=1)
        assert [e for e, _ in opened.events()] == events
        opened._db.executescript("DELETE FROM events; DELETE FROM linked")  # derived: made again as they were
        assert link_store(opened) == outcome(new=2)
        assert [e for e, _ in opened.events()] == events


def test_events_of_ones_own_merging_can_be_put_into_a_store(store: Path) -> None:
    with Store(store) as opened:
        one, *others = link_events(opened.mentions())
        assert opened.put_events([one, *others]) == {"new": 2, "gone": 0}
        assert opened.put_events([one]) == {"as before": 1, "gone": 1}
        assert [e for e, _ in opened.events()] == [one]
        assert link_store(opened) == outcome(new=1, changed=1)  # with reports, copies are told


def outcome(new: int = 0, changed: int = 0, as_before: int = 0, gone: int = 0) -> dict[str, int]:
    return {"new": new, "changed": changed, "as before": as_before, "gone": gone}


@pytest.fixture(scope="module")
def codings() -> list[Coding]:
    groups = [g for g in read_groups(GROUPS) if not g.kept][:3]
    examples = read_reports(ROOT / "examples" / "korea")
    told = (*examples, *(r for g in groups for r in g.reports))
    return [code_report(replace(report, path=None)) for report in told]


@pytest.mark.parametrize("seed", range(4))
def test_what_comes_in_parts_is_merged_as_if_at_once(
    codings: list[Coding], seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    shuffled = rng.sample(codings, len(codings))
    with Store(tmp_path / "parts.db") as opened:
        for part in range(4):
            for coding in shuffled[part::4]:
                opened.add(coding)
            judged = rng.choice(shuffled[part].mentions)
            opened.add_judgement(make_judgement("wrong", [judged.id], day="2031-01-01"))
            link_store(opened)
        opened.remove([shuffled[0].report.id])
        opened.take_back(opened.judgements()[-1].id)
        pair = [rng.choice(coding.mentions).id for coding in shuffled[1:3]]
        opened.add_judgement(make_judgement("same", pair, day="2031-01-01"))
        link_store(opened)
        wanted = link_events(opened.mentions(), opened.reports(), opened.judgements())
        assert [e for e, _ in opened.events()] == wanted
        assert any(len(e.mentions) > 3 for e in wanted)


@pytest.fixture
def batches(codings: list[Coding], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that is merged in many batches."""
    monkeypatch.setattr(stored, "BATCH", 7)
    with Store(tmp_path / "batches.db") as opened:
        for coding in codings:
            opened.add(coding)
        yield opened


def after_grouping(monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], object], path: Path) -> None:
    """Has another program change a store, once, when its mentions are grouped and not yet written."""
    group, others = stored.find_groups, [change]

    def group_then_change(store: Store) -> stored.Groups:
        groups = group(store)
        while others:
            with Store(path) as other:
                others.pop()(other)
        return groups

    monkeypatch.setattr(stored, "find_groups", group_then_change)


def test_others_write_between_batches(
    batches: Store, codings: list[Coding], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = raid()

    def change(other: Store) -> None:
        other.remove([codings[0].report.id])
        other.add(make_coding(report_of(late), (late,)))

    after_grouping(monkeypatch, change, batches.path)
    link_store(batches)
    assert batches.count_unmerged() == 1  # what was added later
    link_store(batches)
    assert [e for e, _ in batches.events()] == link_events(batches.mentions(), batches.reports())


def test_what_was_prepared_is_prepared_anew_where_others_wrote(
    batches: Store, codings: list[Coding], monkeypatch: pytest.MonkeyPatch
) -> None:
    merge, gone = stored.merge_rows, [codings[0].report.id]

    def merge_then_remove(*given: Any) -> list[Event] | None:
        events = merge(*given)
        while gone:
            with Store(batches.path) as other:
                other.remove([gone.pop()])
        return events

    monkeypatch.setattr(stored, "merge_rows", merge_then_remove)
    link_store(batches)
    assert batches.count_unmerged() == 0
    assert [e for e, _ in batches.events()] == link_events(batches.mentions(), batches.reports())


def test_merging_goes_on_where_it_was_cut_off(batches: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    merge, number = stored.merge_rows, itertools.count()

    def cut_off(*given: Any) -> list[Event] | None:
        if next(number) == 2:
            raise KeyboardInterrupt
        return merge(*given)

    monkeypatch.setattr(stored, "merge_rows", cut_off)
    with pytest.raises(KeyboardInterrupt):
        link_store(batches)
    mentions = batches.counts().mentions
    assert 0 < batches.count_unmerged() < mentions
    link_store(batches)
    assert batches.count_unmerged() == 0
    assert [e for e, _ in batches.events()] == link_events(batches.mentions(), batches.reports())


def test_a_later_run_of_merging_takes_over(batches: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    after_grouping(monkeypatch, link_store, batches.path)
    with pytest.raises(StoreError, match="another program has begun to merge it"):
        link_store(batches)
    assert batches.count_unmerged() == 0


def test_link_and_judge(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        return run_command([*arguments]), *capsys.readouterr()

    code, out, err = run("link", str(store), "--format", "ndjson")
    assert (code, err) == (0, "3 mentions, 2 events: 2 new, 0 changed, 0 as before, 0 gone\n")
    (event,) = map(json.loads, out.splitlines())
    assert "raided" in event["quote"]
    assert len(event["mentions"]) == 2
    code, out, err = run(
        "judge", str(store), "different", *event["mentions"], "--by", "ML", "--why", "two camps"
    )
    assert (code, out) == (0, "")
    assert run("link", str(store), "--least", "1", "--format", "csv")[1].count("ASSAULT") == 2
    code, out, _ = run("judge", str(store), "--list")
    kept = next(line.split()[0] for line in out.splitlines() if "two camps" in line)
    assert run("judge", str(store), "--take-back", kept)[0] == 0
    assert kept not in run("judge", str(store), "--list")[1]
    assert run("link", str(store))[2].startswith("3 mentions, 2 events")


@pytest.mark.parametrize(
    ("chosen", "types"),
    [
        ({}, ["ASSAULT", "SUPPORT"]),
        ({"between": ("RUR", "FRE")}, ["ASSAULT"]),
        ({"between": ("Fre", "rur")}, ["ASSAULT"]),
        ({"between": ("RUR", "OST")}, []),
        ({"since": "2031-03-05"}, []),
        ({"until": "2031-03-04"}, ["ASSAULT", "SUPPORT"]),
    ],
)
def test_events_are_chosen_by_pair_and_day(store: Path, chosen: dict[str, Any], types: list[str]) -> None:
    with Store(store) as opened:
        link_store(opened)
        assert [e.type for e, _ in opened.events(**chosen)] == types
        rows = list(opened.tabulate_events(**chosen))
    assert [row["type"] for row in rows] == types
    for row in rows:
        assert row["date"] == row["earliest"] == row["latest"] == "2031-03-04"
    if types == ["ASSAULT"]:
        assert (rows[0]["actor"], rows[0]["recipient"], rows[0]["mentions"]) == (["RUR"], ["FRE"], 2)


@pytest.mark.parametrize(
    ("parties", "types"),
    [(("OST",), ["SUPPORT"]), (("RUR", "FRE"), ["ASSAULT"]), (("XXX",), []), ((), ["ASSAULT", "SUPPORT"])],
)
def test_rows_are_chosen_by_who_takes_part(store: Path, parties: tuple[str, ...], types: list[str]) -> None:
    with Store(store) as opened:
        link_store(opened)
        assert [row["type"] for row in opened.tabulate_events(parties=parties)] == types


def test_series_and_turns_count_events_once_merged(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        return run_command([*arguments]), *capsys.readouterr()

    pair = ("--pair", "Rur", "FRE")
    told = {"start": "2031-03-04", "events": 1, "net": -9.0, "tone": -9.0, "conflict": 9.0, "balance": -1.0}
    code, out, err = run("series", str(store), *pair, "--format", "ndjson")
    assert (code, {k: json.loads(out)[k] for k in told}) == (0, told)
    assert "1 event in 1 day, from mentions; 'detente link" in err
    run("link", str(store))
    assert run("series", str(store), *pair, "--by", "month", "--format", "csv")[1].splitlines()[1].startswith(
        "2031-03-01,1,1.0,0.0,9.0,-9.0"
    )  # fmt: skip
    assert run("series", str(store), *pair)[1].split()[-7:] == [
        "2031-03-04", "1", "0.0", "9.0", "-9.0", "-1.0", "-9.0",
    ]  # fmt: skip
    assert run("turns", str(store), *pair)[2].startswith("1 event, 0 turns, from merged events. Turns:")
    with Store(store) as opened:
        late = raid("2031-03-20", outlet="Mail")
        opened.add(make_coding(report_of(late), (late,)))
    assert (
        "1 event in 1 day, from merged events; 1 mention not merged yet"
        in run("series", str(store), *pair)[2]
    )
    assert run("series", str(store), "--pair", "Rur", "Nobodyland")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "fault"),
    [
        (["link", "{folder}/none.db"], 1, "there is no such store"),
        (["judge", "{store}", "same", "nothing", "never"], 1, "holds no mention or event 'nothing'"),
        (["judge", "{store}", "--take-back", "nothing"], 1, "holds no judgement 'nothing'"),
        (["judge", "{store}"], 2, "no verdict is given"),
    ],
)
def test_faults(
    store: Path, arguments: list[str], code: int, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [a.format(store=store, folder=store.parent) for a in arguments]
    assert run_command(given) == code
    assert fault in capsys.readouterr().err
    assert not (store.parent / "none.db").exists()


def test_taking_back_nothing_is_refused(store: Path) -> None:
    with Store(store) as opened, pytest.raises(StoreError, match="holds no judgement"):
        opened.take_back("nothing")


# measures


def test_scores_of_a_known_grouping() -> None:
    gold = dict(zip("abcdefg", "1111122", strict=True))
    found = dict(zip("abcdefg", "1122333", strict=True))  # worked out by hand
    b_cubed = score_b_cubed(gold, found)
    assert b_cubed.precision == pytest.approx(100 * (4 * 1 + 1 / 3 + 2 * 2 / 3) / 7)
    assert b_cubed.recall == pytest.approx(100 * (4 * 2 / 5 + 1 / 5 + 2 * 1) / 7)
    muc = score_muc(gold, found)
    assert (muc.precision, muc.recall) == (pytest.approx(75), pytest.approx(60))
    ceaf = score_ceaf(gold, found)
    assert ceaf.precision == pytest.approx(100 * (4 / 7 + 4 / 5) / 3)
    assert ceaf.recall == pytest.approx(100 * (4 / 7 + 4 / 5) / 2)
    assert score_groupings(gold, gold).conll == 100


def test_faulty_marks_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## 2031-03-05 Wire\nThey {raided a camp.\n")
    with pytest.raises(DataError, match=r"a\.md:3: a mark can't be read"):
        list(read_groups(tmp_path))


def test_groups_are_as_many_as_promised() -> None:
    groups = list(read_groups(GROUPS))
    assert len(groups) >= 12
    assert all(len(g.reports) >= 3 for g in groups)
    assert sum(len(g.marks) for g in groups) >= 350
    assert 0.25 <= sum(g.kept for g in groups) / len(groups) <= 0.4


def test_merging_keeps_above_its_floors() -> None:
    ours, plain = Figures(), Figures()
    for group in (g for g in read_groups(GROUPS) if g.kept):
        mentions = [m for report in group.reports for m in code_report(report)]
        labels = label_mentions(mentions, group.marks)
        assert len(labels) >= len(group.marks) / 2
        ours += score_groupings(labels, group_mentions(mentions))
        plain += score_groupings(labels, group_plainly(mentions))
    assert ours.b_cubed.f1 >= FLOORS["merge_b_cubed"]
    assert ours.conll >= FLOORS["merge_conll"]
    assert ours.b_cubed.f1 - plain.b_cubed.f1 >= FLOORS["merge_gain"]
