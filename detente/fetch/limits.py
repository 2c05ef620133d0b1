"""How long, how much and how often a fetcher asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a fetcher.

    `seconds` for an address in all, with redirects, without pauses; `silence`, the seconds for which a server
    may send nothing; `size` in bytes, as unpacked; `redirects`, how many in a row; `pause`, the seconds
    between two requests to one host, unless that asks for more; `pages`, how many of those that lists name.
    """

    seconds: float = 60.0
    silence: float = 20.0
    size: int = 50_000_000
    redirects: int = 5
    pause: float = 1.0
    pages: int = 1000
