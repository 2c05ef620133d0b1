"""The ledger of predictions in words: what was foreseen, by whom, how likely, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from detente.draw import draw_calibration, parse_day
from detente.ledger import Forecast, Resolution, Scorecard
from detente.records import Party
from detente.report.wording import count_things, format_day, load_words, name_act, name_state, shorten

Entry = tuple[Forecast, Resolution | None]
UNRESOLVED = "not resolved yet"
MARKS = {"came true": "✓", "did not": "×", "open": "…", "can't be told": "?", UNRESOLVED: "–"}
LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class ForecastView:
    """A forecast in words, with what came of it; `href` leads to its report."""

    forecast: Forecast
    made: str
    who: str
    kind: str
    act: str
    sides: str
    chance: str
    by: str
    outcome: str
    mark: str
    reason: str
    quote: str
    condition: str
    href: str | None


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How well those who foresaw did: everybody's card, each one's, and the plot of chances given."""

    everybody: Scorecard
    cards: tuple[Scorecard, ...]
    summary: str
    picture: Markup | None


def view_forecast(entry: Entry, link: Callable[[Forecast], str | None]) -> ForecastView:
    """A forecast with its resolution in words."""
    f, r = entry
    outcome = r.outcome if r else UNRESOLVED
    condition = f.condition.text if f.condition else ""
    return ForecastView(
        forecast=f, made=_name_day(f.published, "no date"), who=name_speaker(f),
        kind=str(load_words()["says"].get(f.says.kind, f.says.kind)) if f.says else "",
        act=name_act(f.type, f.mode) if f.happens else f"won’t: {name_act(f.type, f.mode)}",
        sides=" → ".join(filter(None, (name_all(f.actor) or "somebody", name_all(f.recipient)))),
        chance=format_chance(f), by=_name_day(f.window.latest, "no last day"), outcome=outcome,
        mark=MARKS[outcome], reason=r.reason if r else "", quote=shorten(f.quote, LONGEST_QUOTE),
        condition=condition if condition not in f.quote else "", href=link(f),
    )  # fmt: skip


def name_speaker(forecast: Forecast) -> str:
    """Who foresees, in the report's words, with the name where these are no more than a pronoun."""
    from detente.forecasts.scoring import NOBODY, name_forecaster  # its package loads the parser's words

    name = name_forecaster(forecast)
    return "the report itself" if name == NOBODY and forecast.says is None else shorten(name, 80)


def name_all(parties: Sequence[Party]) -> str:
    """Parties by the names of their states, else their own."""
    found = ((p.code and name_state(p.code)) or p.name or shorten(p.text, 60) for p in parties)
    return " and ".join(dict.fromkeys(found))


def format_chance(forecast: Forecast) -> str:
    """The chance that words give, as '60–90 %'; nothing where they give none."""
    if forecast.chance is None:
        return ""
    low, high = f"{forecast.chance.low * 100:.0f}", f"{forecast.chance.high * 100:.0f}"
    return f"{low} %" if low == high else f"{low}–{high} %"


def view_ledger(entries: Sequence[Entry], prefix: str = "calibration") -> LedgerView | None:
    """The scores of the forecasts that were resolved; None where none was."""
    from detente.forecasts import score_forecasters

    resolved = [(f, r) for f, r in entries if r]
    if not resolved:
        return None
    everybody, *cards = score_forecasters([f for f, _ in resolved], [r for _, r in resolved])
    summary = summarise_card(everybody)
    picture = (
        draw_calibration(
            everybody.calibration,
            title="Chances given, and how often that took place",
            desc=summary,
            prefix=prefix,
        )
        if everybody.calibration
        else None
    )
    return LedgerView(everybody, tuple(cards), summary, picture)


def summarise_card(card: Scorecard) -> str:
    """How many forecasts came out how, in words."""
    found = count_things(card.forecasts, "prediction")
    told = (
        f"{card.came_true} came true, {card.did_not} did not, {card.open} open, {card.untold} can’t be told"
    )
    return f"{found}: {told}"


def _name_day(day: str | None, missing: str) -> str:
    return format_day(parse_day(day)) if day else missing
