from __future__ import annotations

import dataclasses
import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from detente.errors import InputError, StoreError, UsageError
from detente.records import Certainty, Coding, Report, Says, Skipped, When, Where
from detente.store import Filter, Pair, Store, is_database
from detente.store.schema import APPLICATION_ID, MIGRATIONS
from tests.factories import TEXT, make_coding, make_mention, make_party, make_report

DAY = "2013-07-05"
LATEST = len(MIGRATIONS)  # the version of a store made now
TALKS = "Envoys of Ruritania and Freedonia held talks, and Sylvania didn't agree."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def filled(path: Path) -> Iterator[Store]:
    """A rejection on 1 July, an offer on 3 July by an official, talks without a day in an undated report."""
    report, talks = make_report(), make_report(TALKS, title="Talks", published=None)
    offer = make_mention(
        report,
        "recall",
        type="SANCTION",
        mode="withdraw",
        status="planned",
        actor=(make_party(TEXT, "Freedonia", "FRE"),),
        recipient=(),
        when=When("this week", "2013-07-03", "2013-07-07", "stated"),
        says=Says("Freedonia", 0, 9, "official", "Rufus Firefly", "FRE"),
    )
    meeting = make_mention(
        talks,
        "held",
        type="CONSULT",
        actor=(make_party(TALKS, "Ruritania", "RUR"), make_party(TALKS, "Freedonia", "FRE")),
        when=When(None, None, None, "unknown"),
    )
    with Store(path) as store:
        store.add(make_coding(report, (offer, make_mention(report))))
        store.add(make_coding(talks, (meeting,)))
        yield store


def full_coding() -> Coding:
    """A coding whose every field is filled."""
    report = make_report(
        TEXT + " “Ça suffit” – 够了.\x00",
        url="https://example.org/1",
        author="A. Writer",
        given_id="row 7",
        path="reports/a.txt",
        encoding="cp1252",
        skipped=(Skipped(0, 3, "Rur", "a credit"),),
        notes=("read as cp1252",),
    )
    mention = make_mention(
        report,
        mode="meet",
        theme="0123456789abcdef",
        actor=(make_party(report.text, "Ruritania", "RUR", sector="GOV", role="president"),),
        certainty=Certainty(0.1 + 0.2, 0.9, "likely"),
        where=Where("Strelsau", "Strelsau", "RUR", 50.1, 14.25, 17, "city"),
        says=Says("Freedonia", 0, 9, "official"),
    )
    return make_coding(report, (mention,))


def test_what_is_stored_comes_back_exactly(path: Path) -> None:
    coding = full_coding()
    with Store(path) as store:
        assert store.add(coding) == "added"
    with Store(path, readonly=True) as store:
        assert list(store.codings()) == [coding]
        assert list(store.reports()) == [coding.report]
        assert list(store.mentions()) == list(coding.mentions)


def test_adding_again_changes_nothing(path: Path) -> None:
    with Store(path) as store:
        store.add(full_coding())
        before = list(store._db.iterdump())
        assert store.add(full_coding()) == "unchanged"
        assert list(store._db.iterdump()) == before


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"path": "elsewhere/b.txt", "encoding": "utf-8", "notes": ()}, "unchanged"),
        ({"published": "2013-07-06"}, "updated"),
        ({"given_id": "row 8"}, "updated"),
    ],
)
def test_other_metadata_replace_but_a_copy_does_not(path: Path, change: dict[str, str], outcome: str) -> None:
    coding = full_coding()
    other = dataclasses.replace(coding, report=dataclasses.replace(coding.report, **change))
    with Store(path) as store:
        store.add(coding)
        assert store.is_coded(other.report) == (outcome == "unchanged")
        assert store.add(other) == outcome
        kept = coding if outcome == "unchanged" else other
        joined = dataclasses.replace(kept.mentions[0], report_given_id=kept.report.given_id)
        assert list(store.codings()) == [dataclasses.replace(kept, mentions=(joined,))]


def test_a_newer_coding_replaces_the_old_one_in_place(filled: Store) -> None:
    report = make_report()
    newer = make_coding(report, (make_mention(report, type="ACCUSE", quote="Ruritania accused"),))
    assert filled.add(newer) == "updated"
    assert [len(c) for c in filled.codings()] == [1, 1]
    assert next(filled.codings()) == newer
    assert [m.type for m in filled.mentions(Filter(search="accused"))] == ["ACCUSE"]
    assert list(filled.mentions(Filter(search="rejected"))) == []
    assert filled.counts().passed_over == 2


def test_resuming_skips_only_what_the_same_coder_did(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coding = make_coding()
    with Store(path) as store:
        assert not store.has(coding.report.id)
        store.add(coding)
        assert store.has(coding.report.id)
        assert store.is_coded(coding.report)
        assert not store.is_coded(coding.report, coder="other")
        monkeypatch.setattr("detente.store.rows.__version__", "99.0")
        monkeypatch.setattr("detente.store.writing.__version__", "99.0")
        assert not store.is_coded(coding.report)
        assert store.add(coding) == "updated"
        assert store.is_coded(coding.report)


@pytest.mark.parametrize(
    ("chosen", "types"),
    [
        (Filter(), ["REJECT", "SANCTION", "CONSULT"]),
        (Filter(limit=2), ["REJECT", "SANCTION"]),
        (Filter(between=("RUR", "FRE")), ["REJECT", "CONSULT"]),
        (Filter(between=("Freedonia", "rur")), ["REJECT", "CONSULT"]),
        (Filter(between=("RUR", "RUR")), []),
        (Filter(between=("RUR", "PRK")), []),
        (Filter(actor="Kremlin"), []),
        (Filter(says="Rufus Firefly", until=date(2013, 7, 3)), ["SANCTION"]),
        (Filter(actor="FRE"), ["SANCTION", "CONSULT"]),
        (Filter(actor="ruritania"), ["REJECT", "CONSULT"]),
        (Filter(recipient="fre"), ["REJECT"]),
        (Filter(actor="RUR", recipient="FRE"), ["REJECT"]),
        (Filter(type="reject"), ["REJECT"]),
        (Filter(type=("REJECT", "CONSULT")), ["REJECT", "CONSULT"]),
        (Filter(status="planned"), ["SANCTION"]),
        (Filter(status=("planned", "happened"), type="CONSULT"), ["CONSULT"]),
        (Filter(since="2013-07-02"), ["SANCTION"]),
        (Filter(since="2013-07-07"), ["SANCTION"]),
        (Filter(since="2013-07-08"), []),
        (Filter(until="2013-07-03"), ["REJECT", "SANCTION"]),
        (Filter(until="2013-07-02"), ["REJECT"]),
        (Filter(says="official"), ["SANCTION"]),
        (Filter(says="rufus firefly"), ["SANCTION"]),
        (Filter(says="fre"), ["SANCTION"]),
        (Filter(says="expert"), []),
        (Filter(report_id=make_report(TALKS, title="Talks").id), ["CONSULT"]),
        (Filter(search="PROPOSAL"), ["REJECT"]),
        (Filter(search="propose"), ["REJECT"]),
        (Filter(search='"its envoy"'), ["SANCTION"]),
        (Filter(search='"envoy its"'), []),
        (Filter(search="envo*"), ["SANCTION", "CONSULT"]),
        (Filter(search="didn't agree"), ["CONSULT"]),
        (Filter(search='quote" OR ) NEAR'), []),
        (Filter(search="..."), []),
        (Filter(search='"'), []),
        (Filter(search='""'), []),
        (Filter(search="*"), []),
        (Filter(search=" "), []),
        (Filter(search="\0"), []),
        (Filter(search="pro\0posal"), []),
        (Filter(search="\0proposal"), ["REJECT"]),
        (Filter(search='"its envoy'), ["SANCTION"]),
        (Filter(search='"envoy its'), []),
        (Filter(search='envoy "'), ["SANCTION", "CONSULT"]),
    ],
    ids=str,
)
def test_filters(filled: Store, chosen: Filter, types: list[str]) -> None:
    assert [m.type for m in filled.mentions(chosen)] == types


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Filter(status="rumoured"), "there is no such status"),
        (Filter(since="last week"), "is not a day"),
        (Filter(until="2013-02-30"), "is not a day"),
        (Filter(actor="Ruritanai"), r"party 'Ruritanai': is nobody .* know. Did you mean Ruritania"),
        (Filter(between=("RUR", "Irann")), r"party 'Irann': .* Did you mean Iran \(IRN\)"),
        (Filter(recipient="Korea"), r"Did you mean .*South Korea \(KOR\)"),
        (Filter(says="oficial"), r"party 'oficial': .* Did you mean official"),
        (Filter(actor="South China Sea"), "is nobody"),
        (Filter(between="RUR"), "names no two parties"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(filled: Store, chosen: Filter, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        filled.mentions(chosen)


def test_counts_and_pairs(filled: Store) -> None:
    counts = filled.counts()
    assert (counts.reports, counts.mentions, counts.passed_over) == (2, 3, 2)
    assert counts.by_status == {"happened": 2, "planned": 1}
    assert counts.by_type == {"CONSULT": 1, "REJECT": 1, "SANCTION": 1}
    assert filled.pairs() == [Pair(("FRE", "RUR"), ("Freedonia", "Ruritania"), 2)]


def test_a_reader_sees_what_is_there_while_another_writes(filled: Store) -> None:
    reading = filled.mentions()
    next(reading)
    with Store(filled.path) as other:
        other.add(make_coding(make_report(TALKS, title="again"), ()))
    assert len(list(reading)) == 2
    assert filled.counts().reports == 3


def test_the_file_tells_what_it_is(path: Path, tmp_path: Path) -> None:
    Store(path).close()
    (tmp_path / "a.txt").write_text("SQLite format, a report")
    assert is_database(path)
    assert not is_database(tmp_path / "a.txt")
    assert not is_database(tmp_path / "none.db")
    assert not is_database(tmp_path)


def add_migration(patch: pytest.MonkeyPatch, statements: tuple[str, ...]) -> None:
    for module in ("schema", "opening"):
        patch.setattr(f"detente.store.{module}.MIGRATIONS", [*MIGRATIONS, statements])


def test_an_old_store_is_brought_up_to_date(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    second = ("ALTER TABLE reports ADD COLUMN wire TEXT", "UPDATE reports SET wire = 'none'")
    kept = list(filled.codings())
    filled.close()
    add_migration(monkeypatch, second)
    with pytest.raises(StoreError, match=rf"older detente \(schema {LATEST}, this one reads {LATEST + 1}\)"):
        Store(filled.path, readonly=True)
    with Store(filled.path) as store:
        assert list(store.codings()) == kept
        assert store._one("SELECT DISTINCT wire FROM reports") == ("none",)
    with Store(filled.path, readonly=True) as store:
        assert store._one("PRAGMA user_version") == (LATEST + 1,)


def test_a_store_that_is_to_be_changed_is_migrated_but_never_made(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="there is no such store"):
        Store(tmp_path / "none.db", make=False)
    with pytest.raises(StoreError, match="is not a detente store"):
        Store(tmp_path / "empty.db", make=False)
    assert not (tmp_path / "none.db").exists()
    assert (tmp_path / "empty.db").read_bytes() == b""
    add_migration(monkeypatch, ("ALTER TABLE reports ADD COLUMN wire TEXT",))
    with Store(filled.path, make=False) as store:
        assert store._one("PRAGMA user_version") == (LATEST + 1,)


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list(filled.codings())
    filled.close()
    with monkeypatch.context() as patch:
        bad = ("CREATE TABLE half (a)", "ALTER TABLE none ADD COLUMN a")
        add_migration(patch, bad)
        with pytest.raises(StoreError, match="no such table: none"):
            Store(filled.path)
    with Store(filled.path) as store:
        assert list(store.codings()) == kept
        assert store._one("SELECT 1 FROM sqlite_master WHERE name = 'half'") is None


def test_a_store_of_a_newer_detente_is_left_alone(filled: Store) -> None:
    filled._db.execute(f"PRAGMA user_version = {LATEST + 4}")
    filled.close()
    before = filled.path.read_bytes()
    with pytest.raises(
        StoreError, match=rf"newer detente \(schema {LATEST + 4}, this one knows {LATEST}\)\. Upgrade"
    ):
        Store(filled.path)
    assert filled.path.read_bytes() == before


def make_other_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")


def make_damaged_store(path: Path) -> None:
    with Store(path) as store:
        for i in range(40):
            store.add(make_coding(make_report(f"{TEXT} {i}")))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xaa" * (len(whole) - 8192))


FAULTY = [
    (lambda path: path.mkdir(), "is a folder"),
    (lambda path: path.write_text("Ruritania rejected a proposal. " * 100), "is not a detente store"),
    (make_other_database, "is not a detente store"),
    (make_damaged_store, "the file is damaged"),
]


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize(("spoil", "words"), FAULTY)
def test_what_is_no_store_is_named_and_left_alone(path: Path, spoil, words: str, readonly: bool) -> None:
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=words) as caught, Store(path, readonly) as store:
        list(store.mentions())
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert not path.is_file() or path.read_bytes() == before


def test_reading_makes_no_file(path: Path) -> None:
    with pytest.raises(StoreError, match=r"no such store. Make one with 'detente add'"):
        Store(path, readonly=True)
    assert list(path.parent.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"Make the folder .*nowhere"):
        Store(tmp_path / "nowhere" / "events.db")


def test_an_empty_file_becomes_a_store_but_is_none_to_read(path: Path) -> None:
    path.touch()
    with pytest.raises(StoreError, match="is not a detente store"):
        Store(path, readonly=True)
    with Store(path) as store:
        assert store.add(make_coding()) == "added"


def test_a_path_with_signs_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é.db"
    with Store(path) as store:
        store.add(make_coding())
    with Store(path, readonly=True) as store:
        assert store.counts().reports == 1
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_full_disk_keeps_what_was_stored(path: Path) -> None:
    with Store(path) as store:
        store.add(make_coding())
        (pages,) = store._one("PRAGMA page_count")
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match=r"the disk is full\. Free some space"):
            store.add(make_coding(make_report(TEXT * 1000), ()))
        assert store.counts().reports == 1
    with Store(path) as store:
        assert list(store.codings()) == [make_coding()]


def test_a_store_locked_by_another_writer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.store.opening.BUSY_SECONDS", 0.05)
    with Store(path) as one, Store(path) as two:
        one._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is writing to it"):
            two.add(make_coding())
        one._db.execute("ROLLBACK")
        assert two.add(make_coding()) == "added"


def test_a_store_that_can_not_be_written_to(path: Path) -> None:
    with Store(path) as store:
        store._db.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="can't be written to"):
            store.add(make_coding())


def test_a_report_that_can_not_be_stored_is_refused_whole(path: Path) -> None:
    cut = make_coding(make_report("Ruritania \ud800 rejected it.", path="cut.txt"))
    twice = make_coding(mentions=(make_mention(), make_mention()))
    with Store(path) as store:
        with pytest.raises(InputError, match=r"^cut\.txt: holds half a character"):
            store.add(cut)
        with pytest.raises(InputError, match=r"UNIQUE constraint failed: mentions\.id"):
            store.add(twice)
        assert store.counts().reports == 0


def test_an_interrupt_leaves_no_half_report(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with Store(path) as store:
        monkeypatch.setattr(store, "_put_mention", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.add(make_coding())
        assert not store.has(make_report().id)


READ_AS_NOBODY = """
import os, sys
from detente.errors import StoreError
from detente.store import Store
from tests.factories import make_coding, make_report
os.setgid(65534); os.setuid(65534)
with Store(sys.argv[1], readonly=True) as store:
    print(store.counts().reports)
try:
    Store(sys.argv[1]).add(make_coding(make_report("Other words.")))
except StoreError as e:
    print(e.fault)
"""


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="needs root to become another user")
def test_a_store_in_a_folder_that_only_can_be_read() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.db"
        with Store(path) as store:
            store.add(make_coding())
        Path(folder).chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        done = subprocess.run(
            [sys.executable, "-c", READ_AS_NOBODY, str(path)], capture_output=True, text=True, check=False
        )
    assert done.stdout.splitlines() == ["1", "can't be written to"], done.stderr


def add_reports(path: Path, first: int) -> None:
    with Store(path) as store:
        for i in range(first, first + 20):
            store.add(make_coding(make_report(f"{TEXT} {i}")))


def test_two_writers_make_and_fill_one_store(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add_reports, args=(path, first)) for first in (0, 10)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [w.exitcode for w in writers] == [0, 0]
    with Store(path, readonly=True) as store:
        assert store.counts().reports == store.counts().mentions == 30


def test_a_report_without_mentions(path: Path) -> None:
    coding = Coding(Report("0" * 16, "Nothing happened."), (), ())
    with Store(path) as store:
        store.add(coding)
        assert list(store.codings()) == [coding]
        assert store.pairs() == []


USUAL = [
    ("EU", "IGO:EU"), ("eu", "IGO:EU"), ("the European Union", "IGO:EU"), ("igo:eu", "IGO:EU"),
    ("Washington", "USA"), ("the Kremlin", "RUS"), ("kremlin", "RUS"), ("Russian", "RUS"),
    ("North Korea", "PRK"), ("prk", "PRK"), ("Pyongyang", "PRK"), ("hamas", "NSA:HAMAS"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), USUAL)
@pytest.mark.parametrize("field", ["actor", "recipient", "says"])
def test_filters_read_names_as_the_coder_does(path: Path, words: str, code: str, field: str) -> None:
    report = make_report()
    party = (make_party(TEXT, "Ruritania", code),)
    told = {"actor": (), "recipient": (), "says": None}
    told[field] = Says("it", 0, 2, "official", None, code) if field == "says" else party
    meant = make_mention(report, **told)
    other = make_mention(report, actor=(make_party(TEXT, "Freedonia", "FRA"),), recipient=())
    with Store(path) as store:
        store.add(make_coding(report, (meant, other)))
        assert list(store.mentions(Filter(**{field: words}))) == [meant]


def test_a_person_is_meant_by_name_and_not_by_state(path: Path) -> None:
    report = make_report()
    person = dataclasses.replace(make_party(TEXT, "Ruritania", "RUS"), name="Vladimir Putin", kind="person")
    meant = make_mention(report, actor=(person,))
    other = make_mention(report, actor=(make_party(TEXT, "Freedonia", "RUS"),))
    with Store(path) as store:
        store.add(make_coding(report, (meant, other)))
        for words in ("Putin", "vladimir putin"):
            assert list(store.mentions(Filter(actor=words))) == [meant]
        assert len(list(store.mentions(Filter(actor="Moscow")))) == 2


OLD = "Ruritania rejected a plan by Freedonia on Monday, a spokesman for the king said in Strelsau."
MENDED = OLD.replace("Monday", "Tuesday")
OTHER = "Sylvania opened its border to all who fled from the flood, and sent bread and blankets."


def make_version(text: str = OLD, path: str | None = "a.txt", **fields: str | None) -> Coding:
    report = make_report(text, path=path, **{"title": None, "source": None, "published": None} | fields)
    return make_coding(report, ())


def kept(store: Store) -> list[tuple[str, str | None]]:
    return [(r.text, r.published) for r in store.reports()]


# what is added first, what then, what comes of it, and the texts and days that the store then holds
VERSIONS = [
    # the same text: a day that is known stays, one that is given holds
    ({"published": DAY}, {}, "unchanged", [(OLD, DAY)]),
    ({}, {"published": DAY}, "updated", [(OLD, DAY)]),
    ({"published": DAY}, {"published": "2013-07-06"}, "updated", [(OLD, "2013-07-06")]),
    ({"published": DAY}, {"path": "b.txt"}, "unchanged", [(OLD, DAY)]),
    # the same text, other words about it: from the same file it is corrected, from another it is another
    ({"published": DAY}, {"title": "Plan"}, "replaced", [(OLD, DAY)]),
    ({}, {"title": "Plan", "path": "b.txt"}, "added", [(OLD, None), (OLD, None)]),
    # the same file, other words
    ({"published": DAY}, {"text": MENDED}, "replaced", [(MENDED, DAY)]),
    ({"published": DAY}, {"text": MENDED, "published": "2013-07-06"}, "replaced", [(MENDED, "2013-07-06")]),
    ({"published": DAY}, {"text": OTHER}, "replaced", [(OTHER, None)]),
    ({"path": "b.txt"}, {"text": MENDED}, "added", [(OLD, None), (MENDED, None)]),
    ({"path": "-"}, {"text": MENDED, "path": "-"}, "added", [(OLD, None), (MENDED, None)]),
    ({"path": None}, {"text": MENDED, "path": None}, "added", [(OLD, None), (MENDED, None)]),
    # rows of a table: their own id tells them apart
    ({"path": "t.csv"}, {"text": MENDED, "path": "t.csv"}, "added", [(OLD, None), (MENDED, None)]),
    (
        {"path": "t.csv", "given_id": "1", "published": DAY},
        {"text": MENDED, "path": "t.csv", "given_id": "1"},
        "replaced",
        [(MENDED, DAY)],
    ),
    ({"path": "t.csv", "given_id": "1"}, {"text": MENDED, "path": "t.csv", "given_id": "2"}, "added", None),
    ({"path": "t.csv", "given_id": "1"}, {"text": OTHER, "path": "t.csv", "given_id": "1"}, "replaced", None),
    (
        {"path": "t.csv", "given_id": "1"},
        {"text": MENDED, "path": "u.csv", "given_id": "1"},
        "replaced",
        None,
    ),
    ({"path": "t.csv", "given_id": "1"}, {"text": OTHER, "path": "u.csv", "given_id": "1"}, "added", None),
]


@pytest.mark.parametrize(("first", "then", "outcome", "holds"), VERSIONS)
def test_versions_of_a_report(
    path: Path,
    first: dict[str, str | None],
    then: dict[str, str | None],
    outcome: str,
    holds: list[tuple[str, str | None]] | None,
) -> None:
    with Store(path) as store:
        store.add(make_version(**first))
    with Store(path) as store:
        coding = make_version(**then)
        report = store.fill_known(coding.report)
        assert store.is_coded(report) == (outcome == "unchanged")
        assert store.add(dataclasses.replace(coding, report=report)) == outcome
        assert holds is None or kept(store) == holds
        assert store.counts().reports == 1 + (outcome == "added")


def test_a_coding_without_a_day_never_takes_the_place_of_one_with_a_day(path: Path) -> None:
    with Store(path) as store:
        store.add(make_version(published=DAY))
        assert store.add(make_version()) == "unchanged"
        assert kept(store) == [(OLD, DAY)]


def test_author_and_own_id_stay_known_too(path: Path) -> None:
    with Store(path) as store:
        store.add(make_version(author="A. Writer", given_id="17"))
        filled = store.fill_known(make_version().report)
        assert (filled.author, filled.given_id) == ("A. Writer", "17")
        assert store.fill_known(make_version(author="B. Writer").report).author == "B. Writer"


def test_two_rows_with_one_id_are_both_kept(path: Path) -> None:
    rows = [make_version(text, "t.csv", given_id="1") for text in (OLD, MENDED)]
    for _ in range(2):
        with Store(path) as store:
            for row in rows:
                store.fill_known(row.report)
                store.add(row)
            assert [text for text, _ in kept(store)] == [OLD, MENDED]
    mended = make_version(MENDED + " Again.", "t.csv", given_id="1")
    with Store(path) as store:
        assert [store.add(row) for row in (rows[0], mended)] == ["unchanged", "replaced"]
        assert [text for text, _ in kept(store)] == [OLD, MENDED + " Again."]


def test_a_file_that_now_holds_what_another_holds_loses_what_it_held(path: Path) -> None:
    with Store(path) as store:
        store.add(make_version(OLD, "a.txt"))
        store.add(make_version(OTHER, "b.txt"))
    with Store(path) as store:
        copied = make_version(OTHER, "a.txt")
        assert not store.is_coded(copied.report)
        assert store.add(copied) == "replaced"
        assert [text for text, _ in kept(store)] == [OTHER]


def test_a_file_may_be_corrected_while_the_store_is_open(path: Path) -> None:
    with Store(path) as store:
        found = [store.add(make_version(text)) for text in (OLD, MENDED, OTHER)]
        assert found == ["added", "replaced", "replaced"]
        assert [text for text, _ in kept(store)] == [OTHER]


def test_a_copy_that_was_met_outlives_the_correction_of_the_other(path: Path) -> None:
    with Store(path) as store:
        store.add(make_version(OLD, "a.txt"))
    with Store(path) as store:
        assert store.is_coded(
            store.fill_known(make_version(OLD, "b.txt").report)
        )  # read ahead of a.txt's coding
        assert store.add(make_version(MENDED, "a.txt")) == "added"
        assert [text for text, _ in kept(store)] == [OLD, MENDED]


def test_files_are_told_apart_by_their_whole_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        for folder, text in (("2012", OLD), ("2013", OTHER)):
            (path.parent / folder).mkdir()
            monkeypatch.chdir(path.parent / folder)
            assert store.add(make_version(text)) == "added"


@pytest.mark.parametrize("by", ["id", "given_id", "path", "full path"])
def test_remove_takes_all_that_hangs_on_a_report(filled: Store, by: str) -> None:
    filled.close()
    gone = full_coding()
    names = {"id": gone.report.id, "given_id": "row 7", "path": "reports/a.txt"}
    names["full path"] = os.path.abspath("reports/a.txt")  # noqa: PTH100
    with Store(filled.path) as store:
        before = list(store.codings())
        store.add(gone)
        assert store.remove([names[by]]) == [(gone.report, 1)]
        assert list(store.codings()) == before
        assert (
            store._one("SELECT count(*) FROM parties WHERE mention NOT IN (SELECT number FROM mentions)")[0]
            == 0
        )
        assert store._one("SELECT count(*) FROM passed_over")[0] == len(before)
        store._db.execute("INSERT INTO quotes (quotes) VALUES ('integrity-check')")


def test_a_file_stands_for_all_its_reports(path: Path) -> None:
    with Store(path) as store:
        for given, text in (("1", OLD), ("2", OTHER)):
            store.add(make_version(text, "t.csv", given_id=given))
        assert [r.given_id for r, _ in store.remove(["t.csv"])] == ["1", "2"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nothing"], "holds no report with the id or file 'nothing'. List them with 'detente reports"),
        (["2", "nothing"], "holds no report with the id or file 'nothing'"),
        (["1"], "2 reports have the id '1'. Name one by detente's own id: "),
    ],
)
def test_remove_is_all_or_nothing(path: Path, names: list[str], words: str) -> None:
    with Store(path) as store:
        for given, text, file in (("1", OLD, "t.csv"), ("2", MENDED, "t.csv"), ("1", OTHER, "u.csv")):
            store.add(make_version(text, file, given_id=given))
        with pytest.raises(StoreError, match=words):
            store.remove(names)
        assert store.counts().reports == 3


def test_mentions_tell_their_report(path: Path) -> None:
    coding = full_coding()
    with Store(path) as store:
        store.add(coding)
        (mention,) = store.mentions()
        (record,) = store._one("SELECT record FROM mentions")
    told = (mention.report_given_id, mention.report_source, mention.report_author, mention.report_path)
    assert told == ("row 7", "The Strelsau Courier", "A. Writer", "reports/a.txt")
    assert "report_given_id" not in record  # it stands once, with the report


def test_a_store_of_the_first_version_tells_the_reports_of_mentions(path: Path) -> None:
    """A store made before mentions told their report, and before files were told by their whole path."""
    with sqlite3.connect(path) as db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
    coding = full_coding()
    with Store(path) as store:
        assert store.add(coding) == "added"
        assert list(store.codings()) == [coding]
