"""How well forecasts are read and resolved: reads the marked files of corpus/forecasts and compares.

A file is like those of corpus/merge (see detente/link/measure.py): '## DAY OUTLET' opens a report, and
`{test|f1}` marks the word that carries a predicted act. Lines '= f1 | who: ... | ...' at its end tell the
rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from detente.errors import DataError
from detente.forecasts.reading import read_forecasts
from detente.forecasts.resolving import resolve_forecasts
from detente.ledger import Forecast, Resolution
from detente.link import link_events
from detente.link.measure import Mark, is_kept, read_reports
from detente.pipeline import code_report
from detente.records import EventMention, Report
from detente.scores import Score

FIELDS = ("who", "type", "actor", "recipient", "happens", "chance", "by", "if", "outcome", "as of")
TOLERANCE = 0.005  # of a probability that was rounded to per cents
ASPECTS = ("who", "type", "parties", "happens", "chance", "by", "if", "outcome")


@dataclass(frozen=True, slots=True)
class Gold:
    """A marked prediction: its word, and what its line tells; None where a field has '-'."""

    mark: Mark
    who: str | None
    type: str
    actor: frozenset[str]
    recipient: frozenset[str]
    happens: bool
    chance: tuple[float, float] | None
    by: str | None
    condition: str | None
    outcome: str
    as_of: str


@dataclass(frozen=True, slots=True)
class File:
    """Reports on one relationship with their predictions; `kept` from tuning or not, by its name's hash."""

    name: str
    reports: tuple[Report, ...]
    predictions: tuple[Gold, ...]

    @property
    def kept(self) -> bool:
        """Whether the file is kept from tuning: about a third are."""
        return is_kept(self.name)


def read_files(folder: Path) -> Iterator[File]:
    """The marked files of a folder, in the order of their names. Raises DataError naming file and line."""
    for file in sorted(folder.glob("*.md")):
        if file.name == "README.md":
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        told = {
            line.split("|")[0].strip("= "): (n, line) for n, line in enumerate(lines, 1) if line[:2] == "= "
        }
        reports, marks = read_reports(file)
        known = {m.label for m in marks}
        if missing := known ^ set(told):
            fault = f"{sorted(missing)[0]!r} is marked or told, not both"
            raise DataError(f"{file}:1", fault, "Give each mark one line '= f1 | who: ...'")
        yield File(file.stem, reports, tuple(_read_line(file, m, *told[m.label]) for m in marks))


def _read_line(file: Path, mark: Mark, number: int, line: str) -> Gold:
    cells = dict(cell.strip().split(": ", 1) for cell in line.split("|")[1:] if ": " in cell)
    if tuple(cells) != FIELDS:
        raise DataError(f"{file}:{number}", "fields are missing or unknown", "Write " + " | ".join(FIELDS))
    values: dict[str, str | None] = {k: None if v.strip() == "-" else v.strip() for k, v in cells.items()}
    low, _, high = (values["chance"] or "").partition("-")
    return Gold(
        mark, values["who"], values["type"] or "", _codes(values["actor"]), _codes(values["recipient"]),
        values["happens"] == "yes", (int(low) / 100, int(high) / 100) if low else None, values["by"],
        values["if"], values["outcome"] or "", values["as of"] or "",
    )  # fmt: skip


def _codes(cell: str | None) -> frozenset[str]:
    return frozenset(filter(None, re.split(r"[;\s]+", cell or "")))


def pair_up(gold: Iterable[Gold], found: Iterable[Forecast]) -> list[tuple[Gold, Forecast]]:
    """Each marked prediction with the forecast whose word overlaps its mark, else whose quote holds it."""
    left, free = list(gold), list(found)
    pairs = []
    for narrow in (True, False):
        for g in tuple(left):
            for f in free:
                start, end = (f.trigger.start, f.trigger.end) if narrow else (f.start, f.end)
                if f.report_id == g.mark.report_id and start < g.mark.end and g.mark.start < end:
                    pairs.append((g, f))
                    free.remove(f)
                    left.remove(g)
                    break
    return pairs


def compare(gold: Gold, found: Forecast, resolution: Resolution | None) -> dict[str, bool]:
    """Which aspects of a forecast are right."""
    who = found.says.text.casefold() if found.says else None
    wanted = gold.who.casefold() if gold.who else None
    same_who = who == wanted or bool(who and wanted and (who in wanted or wanted in who))
    chance = (found.chance.low, found.chance.high) if found.chance else None
    near = chance is None or gold.chance is None or all(
        abs(a - b) <= TOLERANCE for a, b in zip(chance, gold.chance, strict=True)
    )  # fmt: skip
    return {
        "who": same_who,
        "type": found.type == gold.type,
        "parties": _same_sides(gold, found),
        "happens": found.happens == gold.happens,
        "chance": (chance is None) == (gold.chance is None) and near,
        "by": found.window.latest == gold.by,
        "if": _same_words(found.condition.text if found.condition else None, gold.condition),
        "outcome": resolution is not None and resolution.outcome == gold.outcome,
    }


def _same_sides(gold: Gold, found: Forecast) -> bool:
    """The same codes on each side; of two that act together either may stand on either side."""
    actor = frozenset(p.code for p in found.actor if p.code)
    recipient = frozenset(p.code for p in found.recipient if p.code)
    together = len(gold.actor) > 1 or not gold.recipient
    if together and gold.type in {"CONSULT", "AGREE", "COOPERATE"}:
        return actor | recipient == gold.actor | gold.recipient
    return (actor, recipient) == (gold.actor, gold.recipient)


def _same_words(found: str | None, wanted: str | None) -> bool:
    """Whether two conditions are the same, but for a word or two at their ends: 0.7 of them, by judgement."""
    if found is None or wanted is None:
        return found is wanted
    a, b = (set(re.findall(r"\w+", words.casefold())) for words in (found, wanted))
    return len(a & b) >= 0.7 * max(len(a), len(b))


@dataclass
class Tally:
    """Counts over files: predictions found, and of those how many are right by aspect."""

    found: Score = field(default_factory=Score)
    right: Counter[str] = field(default_factory=Counter)

    def add(self, file: File, found: Sequence[Forecast], resolutions: Mapping[str, Resolution]) -> None:
        """Count one file; `resolutions` are by the id of their forecast."""
        pairs = pair_up(file.predictions, found)
        self.found += Score.of(len(pairs), len(found), len(file.predictions))
        for gold, forecast in pairs:
            right = compare(gold, forecast, resolutions.get(forecast.id))
            self.right.update(aspect for aspect, ok in right.items() if ok)

    def share(self, aspect: str, of_all: bool = False) -> float:
        """Per cent of the found predictions, or `of_all` marked ones, of which an aspect is right."""
        total = self.found.gold if of_all else self.found.found
        return 100 * self.right[aspect] / total if total else 0.0


def code_file(file: File) -> tuple[list[Forecast], list[EventMention]]:
    """The forecasts and the mentions of a file's reports."""
    codings = [code_report(report) for report in file.reports]
    mentions = [mention for coding in codings for mention in coding]
    return [forecast for coding in codings for forecast in read_forecasts(coding)], mentions


def resolve_file(
    file: File, forecasts: Sequence[Forecast], mentions: Sequence[EventMention]
) -> dict[str, Resolution]:
    """What came of forecasts by the day of a file, by these mentions and its reports, by forecast id."""
    as_of = max(gold.as_of for gold in file.predictions)
    events = link_events(mentions, file.reports)
    resolved = resolve_forecasts(forecasts, events, as_of, mentions, file.reports)
    return {r.forecast: r for r in resolved}


def measure_files(files: Iterable[File]) -> Tally:
    """How well the forecasts of marked files are read and resolved."""
    tally = Tally()
    for file in files:
        found, mentions = code_file(file)
        tally.add(file, found, resolve_file(file, found, mentions))
    return tally
