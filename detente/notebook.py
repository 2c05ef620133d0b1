"""How records show themselves in notebooks: small tables; text from reports is escaped.

Jupyter and its kin call `_repr_html_` of what a cell ends with. The functions here become that method of
the records, so that these need to know nothing of HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from detente.ledger import Forecast
from detente.records import Coding, Event, EventMention, Participant, Party, Thread, When

MOST_ROWS = 50
LONGEST = 160
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under their heads, all with the same; shown in a notebook as a table."""

    rows: tuple[Cells, ...]
    total: int

    def _repr_html_(self) -> str:
        if not self.rows:
            return "<p>Nothing.</p>"
        heads = "".join(f"<th style='text-align:left'>{escape(head)}</th>" for head in self.rows[0])
        body = "".join(f"<tr>{''.join(map(_draw_cell, row.values()))}</tr>" for row in self.rows)
        more = f"<p>… and {self.total - len(self.rows):,} more</p>" if self.total > len(self.rows) else ""
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"


def show_records(records: Iterable[Any], most: int = MOST_ROWS) -> Table:
    """Records of one kind (mentions, events, threads, forecasts) as a table of at most `most` rows."""
    found = list(records)
    return Table(tuple(_TELLERS[type(record)](record) for record in found[:most]), len(found))


def _draw_cell(words: str) -> str:
    return f"<td style='text-align:left; vertical-align:top' dir='auto'>{escape(_shorten(words))}</td>"


def _shorten(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def _tell_when(when: When) -> str:
    ends = [day for day in (when.earliest, when.latest) if day]
    return " – ".join(dict.fromkeys(ends)) or "no date"


def _tell_sides(actor: Sequence[Party | Participant], recipient: Sequence[Party | Participant]) -> str:
    sides = (", ".join(p.code or p.name or "?" for p in side) for side in (actor, recipient))
    return " → ".join(filter(None, sides))


def _tell_act(record: EventMention | Event | Forecast) -> str:
    return record.type + (f"-{record.mode}" if record.mode else "")


def _tell_mention(m: EventMention) -> Cells:
    says = (m.says.name or m.says.text) if m.says else "the report"
    return {
        "when": _tell_when(m.when), "who": _tell_sides(m.actor, m.recipient), "act": _tell_act(m),
        "status": m.status, "says": says, "quote": m.quote,
    }  # fmt: skip


def _tell_event(e: Event) -> Cells:
    return {
        "when": _tell_when(e.when), "who": _tell_sides(e.actor, e.recipient), "act": _tell_act(e),
        "status": e.status, "mentions": str(len(e.mentions)), "outlets": str(len(e.outlets)), "id": e.id,
    }  # fmt: skip


def _tell_thread(t: Thread) -> Cells:
    return {
        "days": " – ".join(dict.fromkeys(day for day in (t.opened, t.last) if day)), "topic": t.topic.text,
        "parties": ", ".join(p.code or p.name for p in t.parties), "state": t.state,
        "turn": ", ".join(t.ball), "steps": str(len(t.steps)), "id": t.id,
    }  # fmt: skip


def _tell_forecast(f: Forecast) -> Cells:
    chance = f"{f.chance.low:.0%} – {f.chance.high:.0%}" if f.chance else ""
    return {
        "made": f.published or "", "says": (f.says.name or f.says.text) if f.says else "the report",
        "who": _tell_sides(f.actor, f.recipient), "act": _tell_act(f) if f.happens else f"no {_tell_act(f)}",
        "chance": chance, "by": f.window.latest or "", "quote": f.quote,
    }  # fmt: skip


_TELLERS: dict[type, Callable[[Any], Cells]] = {
    EventMention: _tell_mention, Event: _tell_event, Thread: _tell_thread, Forecast: _tell_forecast,
}  # fmt: skip


def _show_one(record: Any) -> str:
    """One record; of a mention its reasons too, of a thread its steps."""
    html = show_records([record])._repr_html_()
    if isinstance(record, Thread):
        steps = (
            {"day": s.day or "", "who": ", ".join(s.actor), "move": s.move, "quote": s.quote}
            for s in record.steps
        )
        html += Table(tuple(steps), len(record.steps))._repr_html_()
    if isinstance(record, EventMention):
        html += f"<ul>{''.join(f'<li>{escape(reason)}</li>' for reason in record.reasons)}</ul>"
    return html


def _show_coding(coding: Coding) -> str:
    report = coding.report
    name = report.title or report.given_id or report.path or report.id
    day = f", {report.published}" if report.published else ""
    html = f"<p dir='auto'><b>{escape(_shorten(name))}</b>{escape(day)}: "
    html += f"{len(coding)} mentions, {len(coding.passed_over)} passages passed over</p>"
    return html + show_records(coding)._repr_html_()


def teach_records() -> None:
    """Give the records `_repr_html_`."""
    for kind in _TELLERS:
        kind._repr_html_ = _show_one  # type: ignore[attr-defined]
    Coding._repr_html_ = _show_coding  # type: ignore[attr-defined]
