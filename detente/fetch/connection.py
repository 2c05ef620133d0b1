"""Connections to checked addresses alone, every wait on them cut at one deadline (for httpcore)."""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore

from detente.fetch.addresses import find_hosts


class OutOfTimeError(Exception):
    """The deadline has passed."""


class Clock:
    """The moment by which a request has to be done; `silence` is the longest wait for one part of it."""

    def __init__(self, silence: float) -> None:
        self.silence = silence
        self.end = float("inf")

    def start(self, seconds: float) -> None:
        """Give the next request so many seconds."""
        self.end = time.monotonic() + seconds

    def is_over(self) -> bool:
        """Whether the moment has come."""
        return time.monotonic() >= self.end

    def left(self) -> float:
        """The seconds that the next wait may take. Raises OutOfTimeError where none are left."""
        if self.is_over():
            raise OutOfTimeError
        return min(max(self.end - time.monotonic(), 0.001), self.silence)


class TimedStream(httpcore.NetworkStream):
    """A connection on which a server that sends a byte now and then gains no time."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._clock.left())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted, once the server has proved to be `server_hostname`."""
        inner = self._stream.start_tls(ssl_context, server_hostname, self._clock.left())
        return TimedStream(inner, self._clock)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the connection."""
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to public addresses, and to whatever the `private_hosts` have; see `find_hosts`."""

    def __init__(self, clock: Clock, private_hosts: Collection[str]) -> None:
        self._clock, self._private = clock, private_hosts
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that answers. Raises what `find_hosts` does."""
        failed: Exception | None = None
        for address in find_hosts(host, port, self._private):
            try:
                left = self._clock.left()
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as e:
                failed = e
            else:
                return TimedStream(stream, self._clock)
        raise failed or httpcore.ConnectError("no address")
