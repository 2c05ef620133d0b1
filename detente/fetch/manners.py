"""What a host asks of programs: which pages to leave alone (robots.txt, RFC 9309), and how often to come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from protego import Protego

from detente.errors import InputError

AGENT = "detente"  # the name by which robots.txt may address it
KEPT = 86_400.0  # seconds for which rules hold (RFC 9309, 2.4), and a fault for KEPT_FAULT
KEPT_FAULT = 600.0
LONGEST_WAIT = 60.0  # seconds; who asks for more is left alone
LATER = "Try again later"


class ReplyError(InputError):
    """An answer of a server that isn't the page; `status` is its number (RFC 9110, 15) where that says so."""

    def __init__(self, subject: str, fault: str, cure: str, status: int = 0) -> None:
        super().__init__(subject, fault, cure)
        self.status = status


class Pace:
    """Keeps requests to one host apart."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self._next: dict[str, float] = {}  # host → when it may be asked again

    def wait(self, url: httpx.URL, subject: str, asked: float = 0.0) -> None:
        """Wait until the host may be asked; `asked` is the pause that it asks for.

        Raises InputError where that takes longer than LONGEST_WAIT.
        """
        left = self._next.get(url.host, 0.0) - time.monotonic()
        if left > LONGEST_WAIT:
            fault = f"its host asks to be left alone for {left:,.0f} seconds more"
            raise InputError(subject, fault, LATER)
        time.sleep(max(0.0, left))
        self.rest(url, max(self.pause, min(asked, LONGEST_WAIT)))

    def rest(self, url: httpx.URL, seconds: float) -> None:
        """Leave a host alone for some seconds."""
        self._next[url.host] = time.monotonic() + seconds


@dataclass(slots=True)
class Rules:
    """The robots.txt of a host, or why it can't be read."""

    found: Protego | InputError
    until: float


class Robots:
    """The rules of each host, read once a day; `read` gives the text of a robots.txt."""

    def __init__(self, read: Callable[[httpx.URL], str]) -> None:
        self._read = read
        self._rules: dict[httpx.URL, Rules] = {}

    def check(self, url: httpx.URL, subject: str) -> float:
        """The pause in seconds that the host asks for. Raises InputError where it asks to be left alone."""
        found = self._find_rules(url.copy_with(raw_path=b"/robots.txt"))
        if isinstance(found, ReplyError):
            fault = f"its robots.txt can't be read ({found.fault}), so nothing there is asked for"
            raise InputError(subject, fault, LATER)
        if isinstance(found, InputError):
            raise InputError(subject, found.fault, found.cure)
        if not found.can_fetch(str(url), AGENT):
            cure = "Save the page by hand, or ask the publisher"
            raise InputError(subject, "its robots.txt asks programs to leave it alone", cure)
        return float(found.crawl_delay(AGENT) or 0.0)

    def _find_rules(self, url: httpx.URL) -> Protego | InputError:
        known = self._rules.get(url)
        if known is None or known.until < time.monotonic():
            found = self._read_rules(url)
            kept = KEPT_FAULT if isinstance(found, InputError) else KEPT
            known = self._rules[url] = Rules(found, time.monotonic() + kept)
        return known.found

    def _read_rules(self, url: httpx.URL) -> Protego | InputError:
        """What is not there (4xx) forbids nothing; what can't be asked for forbids all (RFC 9309, 2.3.1)."""
        try:
            return Protego.parse(self._read(url))
        except ReplyError as e:
            return Protego.parse("") if 400 <= e.status < 500 and e.status != 429 else e
        except InputError as e:
            return e
