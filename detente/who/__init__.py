"""Who acts and who is acted on: names, titles, groups and pronouns → parties with codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from detente.checks import check_day
from detente.parse import Passage, parse_text
from detente.records import Party
from detente.who.meaning import as_identity, choose_name
from detente.who.names import load_names
from detente.who.resolve import Resolver

_NO_TOPIC: Counter[str] = Counter()
__all__ = ["actors_in", "find_actors", "state_of"]


def find_actors(text: str, on: str | date | None = None) -> list[Party]:
    """Every party that `text` names, describes or points back to, in the order of the text.

    `on` is the day of the report, a date or an ISO day: offices are read as held on it. A description of two
    parties ('both sides') gives one Party each with the same span.
    """
    return actors_in(parse_text(text), check_day(on, "on"))


def actors_in(passages: Sequence[Passage], on: str | None = None) -> list[Party]:
    """As `find_actors`, of a report that is parsed already; offsets count from the report's start."""
    report = Resolver(passages, on)
    return [party for passage in passages for party in report.read(passage)]


def state_of(text: str) -> Party | None:
    """The state, organisation or group that one name means (country, capital, demonym, city), or None."""
    stripped = text.strip()
    index = load_names()
    for hit in index.find(stripped):
        names = [n for n in hit.names if n.means != "none"]
        name = choose_name(names, None, _NO_TOPIC) if names else None
        if name is not None and name.code:
            who = as_identity(name)
            start, end = (text.index(stripped) + offset for offset in (hit.start, hit.end))
            return Party(text[start:end], start, end, who.name, who.code, who.kind, who.sector)
    return None
