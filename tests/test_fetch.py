"""What fetching refuses, and what it gives: against a site on this machine."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.fetch import Limits, Memory, Validator, is_address, show_address
from detente.fetch.addresses import is_public
from detente.fetch.fetcher import Fetched, Fetcher
from tests.sites import HOST, Answer, Page, Site, serve_site

QUICK = Limits(seconds=1.0, silence=0.5, size=100_000, redirects=3, pause=0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(QUICK, private_hosts=[HOST]) as fetcher:
        yield fetcher


def fetch(fetcher: Fetcher, address: str) -> bytes:
    found = fetcher.fetch(address)
    assert isinstance(found, Fetched)
    with found:
        return found.stream.read()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send the head at once and then a byte now and then."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    send_slowly(handler, b"x" * 100)


def drip_head(handler: BaseHTTPRequestHandler) -> None:
    send_slowly(handler, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100)


def send_slowly(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    with suppress(OSError):
        for byte in data:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.1)


def stay_silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.9)


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


def redirect(target: str, status: int = 302) -> Answer:
    return status, {"Location": target}, b""


BOMB = gzip.compress(bytes(10_000_000))
GZIP = {"Content-Encoding": "gzip"}


def test_a_page_is_fetched_with_what_was_said_of_it(site: Site, fetcher: Fetcher) -> None:
    site.pages["/page"] = 200, {"Content-Type": "text/html", "ETag": '"1"', "Set-Cookie": "a=b"}, b"words"
    found = fetcher.fetch(f"{site.address}/page#part")
    assert isinstance(found, Fetched)
    with found:
        assert found.stream.read() == b"words"
    assert (found.address, found.media_type) == (f"{site.address}/page", "text/html")
    assert found.validator == Validator('"1"')
    fetch(fetcher, f"{site.address}/page")
    assert site.asked == ["/robots.txt", "/page", "/page"]
    assert site.headers[1]["user-agent"].startswith("detente/")
    assert "cookie" not in site.headers[2]


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ((200, GZIP, gzip.compress(b"one ") + gzip.compress(b"two")), b"one two"),
        ((200, {"Content-Encoding": "x-gzip"}, gzip.compress(b"words")), b"words"),
        ((203, {}, b"words"), b"words"),
        ("", b""),
    ],
)
def test_bodies(site: Site, fetcher: Fetcher, page: Page, body: bytes) -> None:
    site.pages["/page"] = page
    assert fetch(fetcher, f"{site.address}/page") == body


FAULTS: list[tuple[Page, str]] = [
    ((404, {}, b""), r"/page: there is no such page \(404\)\. Check the address"),
    ((410, {}, b""), r"/page: the page was taken away \(410\)"),
    ((403, {}, b""), r"/page: may not be fetched \(403\)"),
    ((500, {}, b""), r"/page: its server failed \(500\)\. Try again later"),
    ((304, {}, b""), r"/page: is not given out \(304\)"),
    ((418, {}, b""), r"/page: is not given out \(418\)"),
    ("x" * 100_001, r"/page: is over 0\.1 MB"),
    ((200, GZIP, BOMB), r"/page: is over 0\.1 MB"),
    ((200, GZIP, gzip.compress(b"words" * 100)[:-20]), r"/page: came damaged"),
    ((200, GZIP, b"words"), r"/page: came damaged"),
    ((200, {"Content-Encoding": "br"}, b"words"), r"/page: came packed as 'br', which was not asked for"),
    (drip, r"/page: took longer than its time limit"),
    (drip_head, r"/page: took longer than its time limit"),
    (stay_silent, r"/page: sent nothing for too long"),
    (break_off, r"/page: broke off \("),
    (redirect("/page"), r"/page: sends on to itself"),
    (redirect("http://[::1"), r"/page: sends on to "),
    (redirect("file:///etc/passwd"), r"/page: sends on to file:/+etc/passwd, which is no address"),
    (redirect("http://me:secret@a.example/"), r"to http://a\.example/, which holds a name or password"),
    (redirect("http://10.0.0.1/"), r"/page \(sends on to http://10\.0\.0\.1/\): is at 10\.0\.0\.1, which"),
    (redirect("http://127.0.0.2/"), r"is at 127\.0\.0\.2, which is not an address of the public network"),
    (redirect("http://169.254.169.254/x"), r"is at 169\.254\.169\.254, which"),
    (redirect("http://[::ffff:127.0.0.1]/"), r"is at ::ffff:127\.0\.0\.1, which"),
    (redirect("http://2130706433/"), r"is at 127\.0\.0\.1, which"),
    (redirect("http://localhost/"), r"localhost/\): is at (127|::)"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "message"), FAULTS)
def test_faults(site: Site, fetcher: Fetcher, page: Page, message: str) -> None:
    site.pages["/page"] = page
    began = time.monotonic()
    with pytest.raises(InputError, match=message) as raised:
        fetcher.fetch(f"{site.address}/page")
    assert raised.value.subject.startswith(site.address)
    assert "secret" not in str(raised.value)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://a.example/x", "is no address of the web"),
        ("https:///x", "is no address of the web|is no web address"),
        ("http://me:secret@a.example/", "http://a.example/: holds a name or password"),
        ("http://a.example:99999/", "is no address of the web"),
        ("http://nosuch.invalid/", "its host is not known"),
        ("http://127.0.0.1/", "is at 127.0.0.1, which is not .* allow it with --private 127.0.0.1"),
        ("http://0.0.0.0/", "is at 0.0.0.0, which is not"),
        ("http://[::1]/", "is at ::1, which is not"),
        ("http://224.0.0.1/", "is at 224.0.0.1, which is not"),
    ],
)
def test_addresses_that_are_refused(address: str, message: str) -> None:
    with Fetcher(QUICK) as fetcher, pytest.raises(InputError, match=message):
        fetcher.fetch(address)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("100.64.0.1", False),
        ("127.8.8.8", False), ("169.254.1.1", False), ("0.0.0.0", False), ("255.255.255.255", False),
        ("239.255.255.250", False), ("::", False), ("fe80::1", False), ("fc00::1", False), ("ff02::1", False),
        ("::ffff:10.0.0.1", False), ("::127.0.0.1", False), ("::10.0.0.1", False), ("fec0::1", False),
        ("64:ff9b:1::a00:1", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2002:808:808::", True),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_is_looked_up_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that points to a public address first and to this machine then gains nothing."""
    looked_up: list[str] = []
    connected: list[tuple[str, int]] = []

    def look_up(host: str, port: int, *given: object, **named: object) -> list[object]:
        looked_up.append(host)
        found = "8.8.8.8" if len(looked_up) == 1 else HOST
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    def connect(address: tuple[str, int], *given: object, **named: object) -> socket.socket:
        connected.append(address)
        raise OSError("unreachable")

    monkeypatch.setattr("detente.fetch.addresses.getaddrinfo", look_up)
    monkeypatch.setattr("socket.create_connection", connect)
    with Fetcher(QUICK) as fetcher, pytest.raises(InputError, match="can't be reached"):
        fetcher.fetch("http://rebind.example/")
    assert connected == [("8.8.8.8", 80)]
    assert looked_up == ["rebind.example"]


def test_redirects(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/a": redirect("/b", 301),
        "/b": redirect(f"{site.address}/c?x=1#y", 308),
        "/c?x=1": "words",
    }
    found = fetcher.fetch(f"{site.address}/a")
    assert isinstance(found, Fetched)
    with found:
        assert (found.address, found.stream.read()) == (f"{site.address}/c?x=1", b"words")
    site.pages |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(InputError, match=r"/a: sends on more than 3 times"):
        fetcher.fetch(f"{site.address}/a")


ROBOTS = "User-agent: *\nDisallow: /x\n\nUser-agent: detente\nDisallow: /private\nDisallow: /*.pdf$\n"


@pytest.mark.parametrize(
    ("robots", "path", "message"),
    [
        (ROBOTS, "/x", None),
        (ROBOTS, "/private/a", "its robots.txt asks programs to leave it alone"),
        (ROBOTS, "/a.pdf", "its robots.txt asks programs"),
        ("User-agent: *\nDisallow: /", "/x", "its robots.txt asks programs"),
        ((403, {}, b""), "/x", None),
        ((500, {}, b""), "/x", r"its robots.txt can't be read \(its server failed \(500\)\)"),
        ((304, {}, b""), "/x", r"its robots.txt can't be read"),
        ((429, {}, b""), "/x", r"its robots.txt can't be read \(its host is asked too often \(429\)\)"),
        ("#" * 512_001, "/x", r"its robots.txt can't be read \(is over 0\.512 MB\)"),
        ((200, GZIP, b"words"), "/x", r"its robots.txt can't be read \(came damaged"),
        (redirect("/robots.txt"), "/x", r"its robots.txt can't be read \(sends on to itself\)"),
        (redirect("/rules"), "/x", "its robots.txt asks programs"),
        (stay_silent, "/x", "sent nothing for too long"),
    ],
)
def test_robots(site: Site, fetcher: Fetcher, robots: Page, path: str, message: str | None) -> None:
    site.pages |= {"/robots.txt": robots, "/rules": "User-agent: *\nDisallow: /x", path: "words"}
    for _ in range(2):
        if message is None:
            assert fetch(fetcher, site.address + path) == b"words"
        else:
            with pytest.raises(InputError, match=message):
                fetcher.fetch(site.address + path)
    assert site.count("/robots.txt") == 1
    assert site.count(path) == (0 if message else 2)


def test_a_redirect_is_held_to_robots_too(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /b", "/a": redirect("/b"), "/b": "words"}
    with pytest.raises(InputError, match=r"/a \(sends on to .*/b\): its robots.txt"):
        fetcher.fetch(f"{site.address}/a")


@pytest.mark.parametrize(
    ("pause", "robots", "least"),
    [(0.1, "", 0.25), (0.0, "User-agent: *\nCrawl-delay: 0.2", 0.2), (0.0, "", 0.0)],
)
def test_requests_to_a_host_are_kept_apart(site: Site, pause: float, robots: str, least: float) -> None:
    site.pages |= {"/robots.txt": robots, "/a": "a", "/b": "b"}
    with Fetcher(Limits(pause=pause), private_hosts=[HOST]) as fetcher:
        began = time.monotonic()
        fetch(fetcher, f"{site.address}/a")
        fetch(fetcher, f"{site.address}/b")
        assert least - 0.06 <= time.monotonic() - began < least + 1


def test_a_host_that_asks_for_it_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/a": (429, {"Retry-After": "3600"}, b""), "/b": "words"}
    with pytest.raises(InputError, match=r"is asked too often \(429\)"):
        fetcher.fetch(f"{site.address}/a")
    with pytest.raises(InputError, match=r"/b: its host asks to be left alone for 3,\d\d\d seconds more"):
        fetcher.fetch(f"{site.address}/b")
    assert site.count("/b") == 0


@pytest.mark.parametrize("stated", ["soon", "²", "-5", "Fri, 99 Jul 2013 00:00:00 GMT"])
def test_a_wait_that_is_none_is_passed_over(site: Site, fetcher: Fetcher, stated: str) -> None:
    site.pages |= {"/a": (503, {"Retry-After": stated}, b""), "/b": "words"}
    with pytest.raises(InputError, match=r"its server failed \(503\)"):
        fetcher.fetch(f"{site.address}/a")
    assert fetch(fetcher, f"{site.address}/b") == b"words"


class Known(Memory):
    def __init__(self, validator: Validator | None) -> None:
        self.validator = validator
        self.noted: list[object] = []

    def recall(self, address: str) -> Validator | None:
        return self.validator

    def note(self, address: str, outcome: Validator | InputError, page: bool) -> None:
        self.noted.append(outcome)


def answer_if_changed(handler: BaseHTTPRequestHandler) -> Answer:
    known = handler.headers.get("If-None-Match") == '"1"'
    return (304, {"ETag": '"1"'}, b"") if known else (200, {"ETag": '"1"'}, b"words")


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.pages["/feed"] = answer_if_changed
    for validator, changed in ((None, True), (Validator('"1"'), False), (Validator('"é"', "Fri"), True)):
        memory = Known(validator)
        with Fetcher(QUICK, [HOST], memory) as fetcher:
            found = fetcher.fetch(f"{site.address}/feed")
            assert (found is not None) is changed
            assert memory.noted == [Validator('"1"')]
            page = fetcher.fetch(f"{site.address}/feed", page=True)
            assert page is not None
            for opened in (found, page):
                if opened:
                    opened.stream.close()
    assert site.headers[-2]["if-modified-since"] == "Fri"


def test_a_closed_port_is_named(fetcher: Fetcher) -> None:
    with socket.socket() as held:
        held.bind((HOST, 0))
        port = held.getsockname()[1]
    with pytest.raises(InputError, match="can't be reached"):
        fetcher.fetch(f"http://{HOST}:{port}/")


@contextmanager
def serve_encrypted(folder: Path, name: str) -> Iterator[str]:
    """The address of a site that shows a certificate made out to `name`, which is in cert.pem."""
    made = (
        "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=a -keyout key.pem -out cert.pem -addext".split()
    )
    done = ["openssl", *made, f"subjectAltName={name}"]
    subprocess.run(done, cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_server((HOST, 0)) as server:

        def answer() -> None:
            with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True) as stream:
                stream.recv(10_000)
                stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwords")

        for _ in range(2):  # robots.txt and a page
            threading.Thread(target=answer, daemon=True).start()
        yield f"https://{HOST}:{server.getsockname()[1]}/"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")
@pytest.mark.parametrize(
    ("name", "trusted", "message"),
    [
        (f"IP:{HOST}", True, None),
        ("DNS:other.example", True, r"its certificate is not valid \(IP address mismatch"),
        (f"IP:{HOST}", False, r"its certificate is not valid \(self.signed"),
    ],
)
def test_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool, message: str | None
) -> None:
    with serve_encrypted(tmp_path, name) as address:
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        with Fetcher(QUICK, private_hosts=[HOST]) as fetcher:
            if message is None:
                assert fetch(fetcher, address) == b"words"
            else:
                with pytest.raises(InputError, match=message):
                    fetcher.fetch(address)


@pytest.mark.parametrize(
    ("words", "found"),
    [("https://a.example", True), ("FTP://a", True), ("a/b.txt", False), ("-", False), ("http:a", False)],
)
def test_addresses_are_told_from_paths(words: str, found: bool) -> None:
    assert is_address(words) is found


@pytest.mark.parametrize(
    ("words", "shown"),
    [("http://a:b@c.example/@x", "http://c.example/@x"), ("http://a\n.example", "http://a\\n.example")],
)
def test_addresses_are_shown_on_one_line_without_passwords(words: str, shown: str) -> None:
    assert show_address(words) == shown
