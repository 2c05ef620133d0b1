from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from detente import find_turns, make_series, score_forecasters
from detente.export import mentions_frame
from detente.notebook import MOST_ROWS, show_records
from detente.store import Browser
from tests.factories import make_coding, make_mention

HOSTILE = "<script>alert(1)</script>"
NOTEBOOK = Path(__file__).parents[1] / "docs" / "example.ipynb"


@pytest.fixture(scope="module")
def records(korea: Path) -> dict[str, Any]:
    with Browser(korea) as store:
        return {
            "coding": next(store.codings()), "mention": next(store.mentions()),
            "event": next(store.events())[0], "thread": next(store.threads()),
            "forecast": next(store.forecasts())[0], "mentions": list(store.mentions()),
            "rows": list(store.tabulate_events(parties=("KOR", "PRK"))), "ledger": list(store.forecasts()),
        }  # fmt: skip


@pytest.mark.parametrize("kind", ["coding", "mention", "event", "thread", "forecast"])
def test_records_show_themselves(records: dict[str, Any], kind: str) -> None:
    page = html.fragment_fromstring(records[kind]._repr_html_(), create_parent=True)
    assert page.xpath(".//table/tbody/tr")
    if kind not in ("coding", "thread"):
        assert records[kind].type in page.text_content()


def test_many_are_cut_and_none_is_told(records: dict[str, Any]) -> None:
    shown = show_records(records["mentions"])._repr_html_()
    assert shown.count("<tr>") == MOST_ROWS + 1
    assert f"and {len(records['mentions']) - MOST_ROWS} more" in shown
    assert show_records([])._repr_html_() == "<p>Nothing.</p>"


def test_hostile_words_stay_words() -> None:
    for record in (make_mention(quote=HOSTILE, reasons=(HOSTILE,)), make_coding()):
        assert "<script" not in record._repr_html_()  # type: ignore[attr-defined]
    assert (
        HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
        in show_records([make_mention(quote=HOSTILE)])._repr_html_()
    )


def test_charts_hold_what_was_given(records: dict[str, Any]) -> None:
    plot = pytest.importorskip(
        "detente.plot", reason="Altair is not installed: pip install 'detente[notebook]'"
    )
    mentions = records["mentions"]
    dated = sum(bool(m.when.earliest) for m in mentions)
    for chart in (plot.plot_timeline(mentions), plot.plot_map(mentions), plot.plot_thread(records["thread"])):
        chart.to_dict()  # checks it by the schema of Vega-Lite
    assert len(plot.plot_timeline(mentions).data.values) == dated
    assert (
        plot.plot_timeline(mentions_frame(mentions)).data.values == plot.plot_timeline(mentions).data.values
    )
    pair = ("KOR", "PRK")
    series = make_series(records["rows"], pair, "month")
    bars = plot.plot_series(series, find_turns(records["rows"], pair)).layer[1]
    assert len(bars.data.values) == 2 * len(series.periods)
    thread = records["thread"]
    marks = plot.plot_thread(thread).layer[1]
    assert [row["move"] for row in marks.data.values] == [step.move for step in thread.steps]
    card = score_forecasters([f for f, _ in records["ledger"]], [r for _, r in records["ledger"]])[0]
    points = plot.plot_calibration(card).layer[1]
    assert len(points.data.values) == len(card.calibration)
    circles = plot.plot_map(mentions).layer[1].data.values
    assert sum(row["acts"] for row in circles) == sum(
        bool(m.where and m.where.lat is not None) for m in mentions
    )


def test_charts_refuse_what_is_no_act() -> None:
    plot = pytest.importorskip(
        "detente.plot", reason="Altair is not installed: pip install 'detente[notebook]'"
    )
    from detente.errors import UsageError

    with pytest.raises(UsageError, match="a str: is no act"):
        plot.plot_timeline("Korea")


def test_the_example_notebook_runs() -> None:
    pytest.importorskip("altair", reason="Altair is not installed: pip install 'detente[notebook]'")
    nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed: pip install 'detente[dev]'")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install 'detente[dev]'")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install 'detente[dev]'")
    book = nbformat.read(NOTEBOOK, as_version=4)
    path = {"metadata": {"path": str(NOTEBOOK.parents[1])}}
    nbclient.NotebookClient(book, timeout=240, kernel_name="python3", resources=path).execute()
    shown = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    assert sum("text/html" in out.get("data", {}) for out in shown) >= 6
