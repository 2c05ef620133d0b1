"""The forecasts of a store: those of new reports are read, and what came of all is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from detente.forecasts.reading import read_forecasts
from detente.forecasts.resolving import resolve_forecasts
from detente.ledger import Forecast, Resolution
from detente.store import Store


def read_store(store: Store) -> Iterator[int]:
    """Read the forecasts of a store's reports that were not read yet; gives how many were, after each."""
    for number, (coding, mark) in enumerate(store.unread_codings(), 1):
        store.put_forecasts(coding.report.id, read_forecasts(coding), mark)
        yield number


def resolve_store(store: Store, as_of: str | date | None = None) -> tuple[list[Forecast], list[Resolution]]:
    """All forecasts of a store, and what came of them by `as_of`, which is kept.

    They are matched with the store's events, or with its mentions where nothing was merged. Raises UsageError
    as `resolve_forecasts` does, StoreError as the store's methods do.
    """
    mentions, events = list(store.mentions()), [event for event, _ in store.events()]
    forecasts = [forecast for forecast, _ in store.forecasts()]
    resolved = resolve_forecasts(forecasts, events or mentions, as_of, mentions, store.reports())
    store.put_resolutions(resolved)
    return forecasts, resolved
