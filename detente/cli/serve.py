"""The command that serves a store to a browser."""

from __future__ import annotations

import os

import click

from detente.errors import UsageError

TOKEN = "DETENTE_TOKEN"


@click.command(short_help="Look at a store in the browser.")
@click.argument("store")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True,
    help="Port to listen on; 0 takes any that is free.",
)  # fmt: skip
@click.option(
    "--host", metavar="ADDRESS",
    help="Address of this machine to answer others on, who then need a token. [default: this machine alone]",
)  # fmt: skip
@click.option(
    "--token", is_flag=True,
    help=f"Ask for a token: that in {TOKEN}, else one made up. Needed with --host.",
)  # fmt: skip
def serve(store: str, port: int, host: str | None, token: bool) -> None:
    """Serve STORE as a web app on this machine, with a REST API under /api, until Ctrl-C.

    Pages show pairs over time with their turns, each event with its words, places on a map, and whole
    reports; they take judgements and reports, and save what they show. Nothing is loaded from elsewhere.

    \b
    Example:
      detente serve events.db
      DETENTE_TOKEN=long-secret detente serve events.db --host 192.0.2.7 --token
    """
    from detente.web import serve as run

    if host and not token:
        fault = "would show the store to all who reach this machine"
        raise UsageError(f"--host {host}", fault, "Add --token: then only those who know it are answered")
    run(store, port, host, _choose_token() if token else None, tell=lambda words: click.echo(words, err=True))


def _choose_token() -> str:
    import secrets

    return os.environ.get(TOKEN) or secrets.token_urlsafe(24)
