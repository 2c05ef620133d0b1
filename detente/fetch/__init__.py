"""Addresses on the network → what stands there, within limits and with manners.

`Fetcher` fetches; nothing in detente asks the network for a report but by one that the caller made.
"""

from detente.fetch.addresses import is_address, show_address
from detente.fetch.fetcher import Fetched, Fetcher, Limits
from detente.fetch.memory import Memory, Validator

__all__ = ["Fetched", "Fetcher", "Limits", "Memory", "Validator", "is_address", "show_address"]
