"""Who may ask, and what a page may do: hosts, origins, the token, sizes, and the headers of each answer."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_BYTES = 32 * 2**20  # of what is sent to the server at once
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
COOKIE = "detente-token"
SAFE = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # 'no-referrer' would send forms with the origin 'null'
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Lets through what comes from this server's own pages, or from a program on this machine.

    A page elsewhere could send requests here by a name of its own that leads to this machine (DNS
    rebinding) or by a form (CSRF); so the host must be one of `hosts` ('*' is any, for use with a token) and
    the origin, where told, the server's own. With a `token`, every request must hold it: in the address
    once, then in a cookie, or as 'Authorization: Bearer'.
    """

    def __init__(self, app: App, hosts: tuple[str, ...] = LOOPBACK, token: str | None = None) -> None:
        self.app, self.hosts, self.token = app, {host.lower() for host in hosts}, token

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refuse(scope, headers)
        sending = _with_headers(send)
        if refusal:
            await PlainTextResponse(refusal[1] + "\n", refusal[0])(scope, receive, sending)
        elif self.token and self._given_in_address(scope):
            await self._remember(scope)(scope, receive, sending)
        else:
            await self.app(scope, _limit(receive), sending)

    def _refuse(self, scope: Message, headers: Headers) -> tuple[int, str] | None:
        if not self.hosts & {_name_of(headers.get("host", "")), "*"}:
            return 421, "This server doesn't answer to that host name. Use the address that it printed."
        if scope["method"] not in SAFE and not _is_own(headers, scope["scheme"]):
            return 403, "This request came from a page of another site."
        if (
            headers.get("content-length", "0").isdecimal()
            and int(headers.get("content-length", "0")) > MOST_BYTES
        ):
            return (
                413,
                f"More than {MOST_BYTES // 2**20} MB were sent at once. Use 'detente add' for so much.",
            )
        if self.token and not (self._holds(headers) or self._given_in_address(scope)):
            return 401, "This server asks for its token. Open the address that it printed when it started."
        return None

    def _holds(self, headers: Headers) -> bool:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return self._is_token(bearer) or self._is_token(cookie)

    def _given_in_address(self, scope: Message) -> bool:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        return self._is_token(query.get("token", ""))

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), (self.token or "").encode())

    def _remember(self, scope: Message) -> RedirectResponse:
        """The same address without the token, which stays in a cookie."""
        query = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"]
        path = "/" + scope["path"].lstrip("/\\")
        answer = RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)
        answer.set_cookie(COOKIE, self.token or "", httponly=True, samesite="strict")
        return answer


def _name_of(host: str) -> str:
    return re.sub(r":\d*$", "", host.strip().lower())


def _is_own(headers: Headers, scheme: str) -> bool:
    """Whether a request that changes something comes from a page of this server, or from no page at all."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme == scheme and parts.netloc.lower() == headers.get("host", "").lower()


def _limit(receive: Receive) -> Receive:
    """Ends what goes on for longer than it said."""
    total = 0

    async def limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return message if total <= MOST_BYTES else {"type": "http.disconnect"}

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
