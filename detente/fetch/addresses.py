"""Which addresses may be fetched from: those of the public network, over http and https."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM, gaierror, getaddrinfo

import httpx

from detente.errors import InputError
from detente.fetch.names import show_address

MAX_PORT = 65_535
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address behind a translator


class ForbiddenAddressError(OSError):
    """A host none of whose addresses is one of the public network."""


class UnknownHostError(OSError):
    """A host without an address."""


def read_address(address: str) -> httpx.URL:
    """The parts of an address that may be asked for; its fragment goes, as servers never see it.

    Raises InputError where it is none, is of another scheme than http and https, or holds credentials.
    """
    subject = show_address(address)
    try:
        url = httpx.URL(address.strip()).copy_with(fragment=None)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError, TypeError) as e:
        raise InputError(subject, f"is no web address ({e})", "Check the address") from e
    if url.scheme not in ("http", "https") or not host or (url.port or 0) > MAX_PORT:
        cure = "Write it as https://example.org/page, or save the file and give its name"
        raise InputError(subject, "is no address of the web (http or https)", cure)
    if url.userinfo:
        cure = "Take name and password out, save the page and give the file's name"
        raise InputError(subject, "holds a name or password, which would be sent and kept", cure)
    return url


def find_hosts(host: str, port: int, private_hosts: Collection[str]) -> Iterator[str]:
    """The numeric addresses of a host to connect to, each looked up and checked once.

    Connecting to what this gives, and to nothing looked up anew, leaves no room for a name that points
    elsewhere the second time (DNS rebinding). Raises UnknownHostError and ForbiddenAddressError.
    """
    try:
        found = list(dict.fromkeys(str(info[4][0]) for info in getaddrinfo(host, port, type=SOCK_STREAM)))
    except (gaierror, UnicodeError) as e:
        raise UnknownHostError(getattr(e, "strerror", None) or str(e)) from e
    allowed = found if host.lower() in private_hosts else [words for words in found if is_public(words)]
    if not allowed:
        raise ForbiddenAddressError(found[0])
    yield from allowed


def is_public(words: str) -> bool:
    """Whether a numeric address, or the IPv4 address that it wraps, is one of the public network.

    Goes by IANA's registries of special-purpose addresses, as Python's ipaddress has them.
    """
    address = _unwrap(ip_address(words))
    if isinstance(address, IPv6Address) and address.is_site_local:  # withdrawn by RFC 3879, so in no registry
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrap(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for: behind NAT64, mapped or 6to4; any other as it is."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
