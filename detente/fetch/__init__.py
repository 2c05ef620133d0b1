"""Addresses on the network → what stands there, within limits and with manners.

`fetcher.Fetcher` fetches; nothing in detente asks the network for a report but by one that the caller made.
It is loaded where it is needed, as the libraries under it take a while.
"""

from detente.fetch.limits import Limits
from detente.fetch.memory import Memory, Validator
from detente.fetch.names import is_address, show_address

__all__ = ["Limits", "Memory", "Validator", "is_address", "show_address"]
