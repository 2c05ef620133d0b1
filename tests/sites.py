"""A web site on this machine, for tests of what fetches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"
Answer = tuple[int, dict[str, str], bytes]
Page = str | bytes | Answer | Callable[[BaseHTTPRequestHandler], Answer | None]

ARTICLE = """<html><head><title>{title}</title><meta property="article:published_time" content="2013-07-05">
<meta property="og:site_name" content="Courier"></head><body><article><h1>{title}</h1>
<p>{lead} The ministry in the capital said so on Friday, after a week in which little else was spoken of.</p>
<p>Officials of both sides had met three times since the spring without coming to terms on the border.</p>
</article></body></html>"""


def make_article(title: str, lead: str = "Ruritania rejected Strelsau's offer of talks.") -> Answer:
    """An answer with a page that holds an article."""
    return 200, {"Content-Type": "text/html; charset=utf-8"}, ARTICLE.format(title=title, lead=lead).encode()


@dataclass
class Site:
    """Pages by path; `asked` has the requests in their order, as paths, and `headers` what came with each."""

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self.asked.count(path)


@contextmanager
def serve_site() -> Iterator[Site]:
    """A site that answers on a free port until the end; what it hasn't is 404."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            page = site.pages.get(self.path, (404, {}, b""))
            answer = page(self) if callable(page) else page
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer if isinstance(answer, tuple) else (200, {}, as_bytes(answer))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    site.address = f"http://{HOST}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def as_bytes(page: str | bytes) -> bytes:
    """A page's bytes."""
    return page.encode() if isinstance(page, str) else page
