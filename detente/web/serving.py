"""Runs the app: on this machine alone, unless a host is named and a token asked for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from detente.errors import UsageError
from detente.web.app import make_app
from detente.web.safety import LOOPBACK

LOCAL = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")


def serve(
    store: str | Path, port: int = 8765, host: str | None = None, token: str | None = None,
    tell: Callable[[str], None] = print,
) -> None:  # fmt: skip
    """Serve the store until it is interrupted; `tell` is given the address to open.

    Without `host` only this machine is answered. Every request must hold the `token`, where there is one.
    Raises StoreError where there is no store, UsageError where the port is taken, the host isn't this
    machine's, or is given without a token.
    """
    import uvicorn

    if host and not token:
        raise UsageError(f"host {host}", "needs a token", "Give one, or leave the host out")
    names = ("*",) if host in EVERYWHERE else (*LOOPBACK, *((host, f"[{host}]") if host else ()))
    app = make_app(store, names, token)
    listening = _listen(host or LOCAL, port)
    shown = f"[{host}]" if host and ":" in host else host or LOCAL
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    tell(f"{store} is at {address}" + (f"?token={token}" if token else "") + " (Ctrl-C ends it)")
    if not app.state.library.is_linked():
        tell(
            "Its mentions are being merged into events; pages show what there is, and more when that is done"
        )
    config = uvicorn.Config(app, log_level="warning", server_header=False, access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who comes before the app is ready waits
    except OSError as e:
        listening.close()
        cure = "Choose another with --port; 0 takes any that is free"
        raise UsageError(f"{host}:{port}", f"can't be listened on ({e.strerror or e})", cure) from e
    return listening
