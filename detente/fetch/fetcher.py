"""One address → what stands there, in a file without a name."""

from __future__ import annotations

import gzip
import io
import ssl
import tempfile
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import IO

import httpcore
import httpx

from detente import __version__
from detente.errors import InputError
from detente.fetch.addresses import ForbiddenAddressError, UnknownHostError, read_address
from detente.fetch.connection import CheckedBackend, Clock, OutOfTimeError
from detente.fetch.limits import Limits
from detente.fetch.manners import AGENT, LATER, Pace, ReplyError, Robots
from detente.fetch.memory import Memory, Validator
from detente.fetch.names import show_address

Readable = io.RawIOBase | gzip.GzipFile
BLOCK = 1 << 16
ROBOTS_SIZE = 512_000  # bytes; RFC 9309, 2.5 wants no fewer
REDIRECTS = (301, 302, 303, 307, 308)
CHECK = "Check the address"
HEADERS = {
    "User-Agent": f"{AGENT}/{__version__}",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip",
}
REPLIES = {
    401: ("asks for a password", "Save the page and give the file's name"),
    403: ("may not be fetched", "Save the page by hand, or ask the publisher"),
    404: ("there is no such page", CHECK),
    410: ("the page was taken away", "Leave it out"),
    429: ("its host is asked too often", LATER),
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address: `address` is where it was found, after redirects. Close it after use."""

    address: str
    stream: io.BufferedReader
    media_type: str
    validator: Validator

    def __enter__(self) -> Fetched:
        return self

    def __exit__(self, *error: object) -> None:
        self.stream.close()


class Fetcher:
    """Fetches pages and files over http and https, one at a time; keeps no cookies and uses no proxy.

    `private_hosts` names hosts that may have addresses that aren't public ('intranet.example', '127.0.0.1').
    `memory` knows what earlier fetchers did, see `Memory`. Use as a context manager; not for several threads.
    """

    def __init__(
        self, limits: Limits | None = None, private_hosts: Collection[str] = (), memory: Memory | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.memory = memory or Memory()
        self._clock = Clock(self.limits.silence)
        self._pace = Pace(self.limits.pause)
        self._robots = Robots(self._read_robots)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            keepalive_expiry=30.0,
            network_backend=CheckedBackend(self._clock, frozenset(h.lower() for h in private_hosts)),
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.close()

    def fetch(self, address: str, limits: Limits | None = None, page: bool = False) -> Fetched | None:
        """What stands at an address, or None where that hasn't changed since the memory last heard of it.

        `page` says that a list named the address; then it is fetched whether it has changed or not. Of
        `limits`, `seconds` and `size` may differ from the fetcher's. Raises InputError, which names the
        address, the fault and what to do.
        """
        validator = None if page else self.memory.recall(address)
        try:
            found = self._follow(read_address(address), validator, limits or self.limits)
        except InputError as e:
            self.memory.note(address, e, page)
            raise
        fetched = found if isinstance(found, Fetched) else None
        self.memory.note(address, fetched.validator if fetched else validator or Validator(), page)
        return fetched

    def _read_robots(self, url: httpx.URL) -> str:
        found = self._follow(url, None, replace(self.limits, size=ROBOTS_SIZE), robots=False)
        assert isinstance(found, Fetched)
        with found:
            return found.stream.read().decode("utf-8", "replace")

    def _follow(
        self, url: httpx.URL, validator: Validator | None, limits: Limits, robots: bool = True
    ) -> Fetched | Validator:
        """What stands at `url` or where that sends on to; each place is checked as the first one."""
        asked = subject = show_address(url)
        left = limits.seconds
        for _ in range(limits.redirects + 1):
            self._pace.wait(url, subject, self._robots.check(url, subject) if robots else 0.0)
            started = time.monotonic()
            with self._ask(url, subject, validator, left) as response:
                if response.status not in REDIRECTS:
                    return self._take(url, subject, response, limits.size, validator)
                url = _find_target(url, subject, response)
            subject = f"{asked} (sends on to {show_address(url)})"
            left -= time.monotonic() - started
        raise ReplyError(asked, f"sends on more than {limits.redirects} times", CHECK)

    @contextmanager
    def _ask(
        self, url: httpx.URL, subject: str, validator: Validator | None, seconds: float
    ) -> Iterator[httpcore.Response]:
        """The server's answer while it comes in; what goes wrong is an InputError."""
        headers = HEADERS | (validator.headers() if validator else {})
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        self._clock.start(seconds)
        try:
            with self._pool.stream("GET", target, headers=list(headers.items())) as response:
                yield response
        except (OutOfTimeError, httpcore.TimeoutException) as e:
            fault = (
                "took longer than its time limit" if self._clock.is_over() else "sent nothing for too long"
            )
            raise InputError(subject, fault, LATER) from e
        except ForbiddenAddressError as e:
            fault = f"is at {e}, which is not an address of the public network"
            raise InputError(subject, fault, f"If you trust it, allow it with --private {url.host}") from e
        except UnknownHostError as e:
            raise InputError(subject, f"its host is not known ({e})", CHECK) from e
        except (httpcore.NetworkError, httpcore.ProtocolError) as e:
            raise InputError(subject, *_explain(e)) from e
        except (gzip.BadGzipFile, EOFError, zlib.error) as e:
            raise ReplyError(subject, f"came damaged ({e})", LATER) from e

    def _take(
        self,
        url: httpx.URL,
        subject: str,
        response: httpcore.Response,
        size: int,
        known: Validator | None,
    ) -> Fetched | Validator:
        """The body of an answer, unpacked, in a temporary file; `known` where nothing has changed since."""
        headers = httpx.Headers(response.headers)
        if response.status == 304 and known is not None:
            return known
        if not 200 <= response.status < 300:
            self._refuse(url, subject, response.status, headers)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with what holds it
        try:
            _copy(_unpack(response, headers, subject), file, size, subject)
        except BaseException:
            file.close()
            raise
        validator = Validator(headers.get("etag"), headers.get("last-modified"))
        return Fetched(str(url), io.BufferedReader(file), headers.get("content-type", ""), validator)

    def _refuse(self, url: httpx.URL, subject: str, status: int, headers: httpx.Headers) -> None:
        """Raise what a status stands for, and leave the host alone for as long as it asks."""
        if seconds := _read_wait(headers.get("retry-after", "")):
            self._pace.rest(url, seconds)
        usual = ("its server failed", LATER) if status >= 500 else ("is not given out", CHECK)
        fault, cure = REPLIES.get(status, usual)
        raise ReplyError(subject, f"{fault} ({status})", cure, status)


class _Body(io.RawIOBase):
    """The bytes of an answer, as a file to read from."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._held = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._held:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._held = part
        taken, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _unpack(response: httpcore.Response, headers: httpx.Headers, subject: str) -> Readable:
    body = _Body(iter(response.iter_stream()))
    packed = headers.get("content-encoding", "identity").strip().lower()
    if packed in ("gzip", "x-gzip"):
        return gzip.GzipFile(fileobj=body)
    if packed != "identity":
        raise ReplyError(subject, f"came packed as {packed[:20]!r}, which was not asked for", LATER)
    return body


def _copy(source: Readable, file: IO[bytes], size: int, subject: str) -> None:
    """Copy all to `file`, block by block. Raises InputError where it is more than `size` bytes."""
    taken = 0
    while block := source.read(BLOCK):
        taken += len(block)
        if taken > size:
            raise ReplyError(subject, f"is over {size / 1_000_000:,g} MB", "Save it and give the file's name")
        file.write(block)
    file.seek(0)


def _find_target(url: httpx.URL, subject: str, response: httpcore.Response) -> httpx.URL:
    target = httpx.Headers(response.headers).get("location", "")
    try:
        joined = read_address(str(url.join(target)))
    except (httpx.InvalidURL, ValueError) as e:
        raise ReplyError(subject, f"sends on to no web address ({e})", CHECK) from e
    except InputError as e:
        raise ReplyError(subject, f"sends on to {e.subject}, which {e.fault}", CHECK) from e
    if joined == url:
        raise ReplyError(subject, "sends on to itself", "Save the page and give the file's name")
    return joined


def _explain(error: Exception) -> tuple[str, str]:
    """The fault and the cure of a connection that fails."""
    cause = error.args[0] if error.args else None  # httpcore wraps the error of the system
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({cause.verify_message})", "Don't trust it; check the address"
    if isinstance(error, httpcore.ConnectError):
        return f"can't be reached ({getattr(cause, 'strerror', None) or error})", CHECK
    return f"broke off ({error or type(error).__name__})", LATER


def _read_wait(stated: str) -> float:
    """The seconds that a Retry-After header names (RFC 9110, 10.2.3); 0 where there is none."""
    if stated.strip().isdecimal():
        return float(stated)
    try:
        return max(0.0, parsedate_to_datetime(stated).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
