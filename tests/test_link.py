"""Merging: which mentions become one event, what the event says, and how well it goes on marked groups."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detente import code_report, link_events, make_judgement
from detente.cli import run_command
from detente.errors import DataError, StoreError, UsageError
from detente.link import group_mentions, settle
from detente.link.accounts import find_contradictions, read_counts
from detente.link.candidates import find_candidates
from detente.link.cluster import cluster
from detente.link.compare import compare, compare_days, compare_parties, compare_status, load_weights
from detente.link.copies import Copies
from detente.link.measure import (
    Figures,
    group_plainly,
    label_mentions,
    read_groups,
    score_b_cubed,
    score_ceaf,
    score_groupings,
    score_muc,
)
from detente.link.merge import settle_status
from detente.link.sketch import sketch, stems
from detente.records import (
    Event,
    EventMention,
    Party,
    Report,
    StatusStep,
    When,
    Where,
    event_from_dict,
    to_dict,
)
from detente.store import Store
from detente.tables import read_yaml
from tests.factories import make_coding, make_mention, make_report

GROUPS = Path(__file__).parents[1] / "corpus" / "merge"
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
    pairs = {(p[0], p[1]): value for p, value in likeness.items()}
    got = cluster("abcd", pairs, 0.5, [(p[0], p[1]) for p in together], [(p[0], p[1]) for p in apart])
    assert ["".join(c) for c in got] == found


def test_clusters_do_not_hang_on_the_order_of_pairs() -> None:
    rng = random.Random(7)
    ids = [f"{n:02}" for n in range(30)]
    pairs = {pair: round(rng.random(), 1) for pair in itertools.combinations(ids, 2) if rng.random() < 0.3}
    wanted = cluster(ids, pairs, 0.4)
    for _ in range(5):
        shuffled = rng.sample(sorted(pairs.items()), len(pairs))
        assert cluster(rng.sample(ids, len(ids)), dict(shuffled), 0.4) == wanted
    assert 1 < len(wanted) < len(ids)


# comparing


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
        ({}, {"actor": (party("SYL"),), "recipient": (party("OST"),)}, "no party in common"),
    ],
)
def test_parties_are_compared_by_side(a: dict[str, Any], b: dict[str, Any], level: str) -> None:
    assert compare_parties(sketch(raid(**a)), sketch(raid(**b))) == level


@pytest.mark.parametrize(
    ("day", "when", "level"),
    [
        ("2031-03-04", When("x", "2031-03-04", "2031-03-04", "stated"), "stated days: same"),
        ("2031-03-05", When("x", "2031-03-05", "2031-03-05", "stated"), "stated days: 1 apart"),
        ("2031-03-09", When("x", "2031-03-09", "2031-03-09", "stated"), "stated days: more apart"),
        ("2031-03-04", When(None, "2031-02-26", "2031-03-05", "tense"), "day fits, told at once"),
        ("2031-03-07", When(None, "2031-03-01", "2031-03-08", "tense"), "day fits"),
        ("2031-03-20", When(None, "2031-03-14", "2031-03-21", "tense"), "days apart"),
        ("2031-03-04", When(None, None, None, "unknown"), "a day unknown"),
    ],
)
def test_days_are_compared(day: str, when: When, level: str) -> None:
    assert compare_days(sketch(raid()), sketch(raid(day, when=when))) == level


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
    assert compare_status(sketch(raid(status=one)), sketch(raid(status=other))) == level


def test_words_are_cut_and_empty_ones_left_out() -> None:
    assert stems("It proposed the proposals on Tuesday, 44 in all") == {"propo", "44"}


def test_reasons_tell_the_weights() -> None:
    alike = compare(sketch(raid()), sketch(raid(outlet="Post", dead="six soldiers")))
    assert alike.probability > 0.8
    weight = load_weights()["act", "same type"]
    assert f"same type ({weight:+.1f})" in alike.reasons


@pytest.mark.parametrize(
    ("other", "compared"),
    [
        (raid(outlet="Post"), True),
        (raid("2031-03-07", outlet="Post"), True),
        (raid("2031-03-09", outlet="Post"), False),  # two stated days of past acts, five days apart
        (raid("2031-03-09", outlet="Post", status="planned"), True),
        (thanks(), False),
    ],
)
def test_candidates(other: EventMention, compared: bool) -> None:
    found = list(find_candidates([sketch(raid()), sketch(other)]))
    assert bool(found) == compared
    assert all(a.mention.id < b.mention.id for a, b in found)


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
    assert event_from_dict(json.loads(json.dumps(to_dict(event)))) == event


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
        assert opened.put_events(events) == {"new": 2, "gone": 0}
        assert [e for e, _ in opened.events()] == events
        assert opened.put_events(events) == {"as before": 2, "gone": 0}
        late = raid(outlet="Mail")
        opened.add(make_coding(report_of(late), (late,)))
        again = link_events(opened.mentions(), opened.reports())
        assert opened.put_events(again) == {"as before": 1, "changed": 1, "gone": 0}
        assert opened.put_events([]) == {"gone": 2}
        assert opened.put_events(again) == {"new": 2, "gone": 0}
        assert [e.id for e, _ in opened.events()] == [e.id for e in events]


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
