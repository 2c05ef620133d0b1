"""The ledger of forecasts: what was foreseen, what came of it, and how well each forecaster did."""

from detente.forecasts.reading import read_forecasts
from detente.forecasts.resolving import resolve_forecasts
from detente.forecasts.scoring import score_forecasters

__all__ = ["read_forecasts", "resolve_forecasts", "score_forecasters"]
