"""What hangs together across reports: events, negotiations, predictions; from a store or made anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detente.ledger import Forecast, Resolution
from detente.records import Coding, Event, Thread
from detente.store import Store

MOST_LINKED = 20_000  # mentions up to which they are merged in memory
MOST_READ = 300  # reports up to which they are read for predictions in memory
Entry = tuple[Forecast, Resolution | None]


@dataclass(frozen=True, slots=True)
class Findings:
    """Events, the threads that they make, and forecasts with what came of them."""

    events: tuple[Event, ...] = ()
    threads: tuple[Thread, ...] = ()
    ledger: tuple[Entry, ...] = ()


def read_findings(store: Store) -> Findings:
    """What a store holds; nothing where its mentions aren't merged."""
    events = tuple(event for event, _ in store.events())
    return Findings(events, tuple(store.threads()), tuple(store.forecasts()))


def make_findings(codings: Sequence[Coding]) -> Findings:
    """The same from codings alone. What would take long is left out: more than `MOST_LINKED` mentions, or
    predictions of more than `MOST_READ` reports; make a store for these.
    """
    from detente.forecasts import read_forecasts, resolve_forecasts
    from detente.link import link_events
    from detente.threads import find_threads

    mentions = [mention for coding in codings for mention in coding]
    if len(mentions) > MOST_LINKED:
        return Findings()
    reports = [coding.report for coding in codings]
    events = link_events(mentions, reports)
    found = Findings(tuple(events), tuple(find_threads(events, mentions)))
    if len(reports) > MOST_READ:
        return found
    forecasts = [forecast for coding in codings for forecast in read_forecasts(coding)]
    resolved = {r.forecast: r for r in resolve_forecasts(forecasts, events, None, mentions, reports)}
    return replace(found, ledger=tuple((f, resolved.get(f.id)) for f in forecasts))
