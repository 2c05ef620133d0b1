"""The ledger of forecasts as rows, and for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from detente.export.flat import Row, join_cells
from detente.export.terminal import Line, print_lines
from detente.ledger import CalibrationBin, Forecast, Resolution, Scorecard
from detente.records import Party
from detente.serial import to_dict

Entry = tuple[Forecast, Resolution | None]
LEDGER_COLUMNS = {
    "id": "t", "report_id": "t", "published": "t", "start": "i", "end": "i", "quote": "t",
    "says_text": "t", "says_kind": "t", "says_name": "t", "says_code": "t", "type": "t",
    "mode": "t", "quad": "t", "actor_code": "t", "actor_name": "t", "recipient_code": "t",
    "recipient_name": "t", "happens": "b", "chance_low": "f", "chance_high": "f",
    "chance": "t", "window": "t", "earliest": "t", "latest": "t", "basis": "t",
    "condition": "t", "mention": "t", "outcome": "t", "as_of": "t", "day": "t", "brier": "f",
    "baseline_chance": "f", "baseline_events": "i", "baseline_days": "i",
    "baseline_brier": "f", "events": "t", "mentions": "t", "reason": "t",
}  # fmt: skip
SCORE_COLUMNS = {
    "forecaster": "t", "forecasts": "i", "came_true": "i", "did_not": "i", "open": "i",
    "untold": "i", "scored": "i", "brier": "f", "compared": "i", "brier_compared": "f",
    "baseline_brier": "f", "skill": "f", "note": "t", "calibration": "t",
}  # fmt: skip
STYLES = {"came true": "green", "did not": "red", "open": "cyan", "can't be told": "yellow"}


def ledger_record(entry: Entry) -> Row:
    """A forecast with what came of it (`resolution`, or None), whole."""
    forecast, resolution = entry
    return {**to_dict(forecast), "resolution": to_dict(resolution) if resolution else None}


def flatten_entry(entry: Entry) -> Row:
    """A forecast with what came of it as one row of LEDGER_COLUMNS."""
    f, r = entry
    says, chance, base = f.says, f.chance, r.baseline if r else None
    return {
        "id": f.id, "report_id": f.report_id, "published": f.published, "start": f.start, "end": f.end,
        "quote": f.quote, "says_text": says and says.text, "says_kind": says and says.kind,
        "says_name": says and says.name, "says_code": says and says.code, "type": f.type, "mode": f.mode,
        "quad": f.quad, **_flatten_side("actor", f.actor), **_flatten_side("recipient", f.recipient),
        "happens": f.happens, "chance_low": chance and chance.low, "chance_high": chance and chance.high,
        "chance": chance and chance.phrase, "window": f.window.text, "earliest": f.window.earliest,
        "latest": f.window.latest, "basis": f.window.basis, "condition": f.condition and f.condition.text,
        "mention": f.mention, "outcome": r and r.outcome, "as_of": r and r.as_of, "day": r and r.day,
        "brier": r and r.brier, "baseline_chance": base and base.chance,
        "baseline_events": base and base.events, "baseline_days": base and base.days,
        "baseline_brier": r and r.baseline_brier, "events": r and join_cells(r.events),
        "mentions": r and join_cells(r.mentions), "reason": r and r.reason,
    }  # fmt: skip


def flatten_score(score: Scorecard) -> Row:
    """A scorecard as one row of SCORE_COLUMNS."""
    row: dict[str, Any] = {name: getattr(score, name) for name in SCORE_COLUMNS}
    return row | {"calibration": join_cells(map(tell_bin, score.calibration))}


def show_ledger(entries: Iterable[Entry], stream: IO[str]) -> int:
    """Print forecasts for people, and give back how many there were."""
    heads = ("Made", "Forecaster", "Who", "To whom", "Act", "Chance", "By", "Outcome", "Words")
    return print_lines(heads, [_entry_line(*e) for e in entries], "No forecast fits.", stream)


def show_scores(scores: Iterable[Scorecard], stream: IO[str]) -> int:
    """Print scorecards for people, and give back how many there were."""
    heads = ("Forecaster", "Made", "True", "Not", "Open", "Untold", "Brier", "Base rate", "Calibration")
    return print_lines(heads, [_score_line(s) for s in scores], "No forecast is resolved.", stream)


def tell_bin(b: CalibrationBin) -> str:
    """'60-80 %: 3 of 4 (30-95 %)': what took place of what was given such a chance, with its interval."""
    given, share = (f"{100 * x:.0f}-{100 * y:.0f} %" for x, y in ((b.low, b.high), (b.least, b.most)))
    return f"{given}: {b.happened} of {b.forecasts} ({share})"


def _entry_line(f: Forecast, r: Resolution | None) -> Line:
    who, whom = (", ".join(p.code or p.name or p.text for p in side) for side in (f.actor, f.recipient))
    says = (f.says.name if f.says.kind == "person" else None) or f.says.text if f.says else ""
    act = (
        f"{'' if f.happens else 'no '}{f.type}-{f.mode}"
        if f.mode
        else f"{'' if f.happens else 'no '}{f.type}"
    )
    low, high = (f"{100 * x:.0f}" for x in (f.chance.low, f.chance.high)) if f.chance else ("", "")
    chance = low if low == high else f"{low}-{high}"
    outcome = r.outcome if r else ""
    cells = [
        (f.published or "", ""), (says, ""), (who, ""), (whom, ""), (act, ""), (chance and f"{chance} %", ""),
        (f.window.latest or "", ""), (outcome, STYLES.get(outcome, "")),
    ]  # fmt: skip
    both = f"{who or '?'} → {whom}" if whom else who
    brief = [cells[0], cells[1], (both, "bold"), *cells[4:]]
    condition = f" [{f.condition.text}]" if f.condition and f.condition.text not in f.quote else ""
    reason = f" — {r.reason}" if r else ""
    return Line(tuple(cells), tuple(brief), f"{f.quote}{condition}{reason}")


def _score_line(s: Scorecard) -> Line:
    brier = "" if s.brier is None else f"{s.brier:.2f} ({s.scored})"
    base = "" if s.baseline_brier is None else f"{s.baseline_brier:.2f} ({s.compared})"
    counts = [(str(n), "") for n in (s.forecasts, s.came_true, s.did_not, s.open, s.untold)]
    cells = ((s.forecaster, "bold"), *counts, (brier, ""), (base, ""))
    named = zip(("made", "true", "not", "open", "untold"), counts, strict=True)
    brief = (cells[0], *((f"{n} {name}", "") for name, (n, _) in named),
             (brier and f"Brier {brier}", ""), (base and f"base rate {base}", ""))  # fmt: skip
    words = "; ".join(map(tell_bin, s.calibration))
    return Line(cells, brief, "; ".join(filter(None, (words, s.note))))


def _flatten_side(side: str, parties: Iterable[Party]) -> Row:
    found = list(parties)
    return {f"{side}_{field}": join_cells(getattr(p, field) for p in found) for field in ("code", "name")}
