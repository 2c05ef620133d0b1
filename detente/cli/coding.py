"""The options that choose a coder, and what it says of itself at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from detente.export import print_safe

if TYPE_CHECKING:
    from detente.coders import Coder

coder_option = click.option(
    "--coder", metavar="NAME", default="builtin", show_default=True,
    help="What reads the acts: builtin (word frames), nli (an entailment model), llm (a language model), "
    "or a plugin's. See docs/coders.md.",
)  # fmt: skip
model_option = click.option(
    "--model",
    help="For nli: a model on huggingface.co or a folder. For llm: its name at the endpoint, or a GGUF file. "
    "For a plugin's: as it says.",
)
endpoint_option = click.option(
    "--endpoint",
    metavar="ADDRESS",
    help="OpenAI-compatible server for llm, which is sent the reports. Its key is read from DETENTE_API_KEY.",
)
price_option = click.option(
    "--price", nargs=2, type=click.FloatRange(min=0), metavar="IN OUT",
    help="Price of a million tokens read and written, to count the cost.",
)  # fmt: skip


def coder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose a coder; the command gets them as `coder`, `model`, `endpoint`, `price`."""
    for option in (price_option, endpoint_option, model_option, coder_option):
        command = option(command)
    return command


@contextmanager
def chosen_coder(
    coder: str,
    model: str | None = None,
    endpoint: str | None = None,
    price: tuple[float, float] | None = None,
    workers: int = 1,
) -> Iterator[Coder]:
    """The coder that the options name; however the work ends, what it used is told on stderr."""
    from detente.coders import load_coder

    loaded = load_coder(coder, model, endpoint, price, workers)
    try:
        yield loaded
    finally:
        summary = loaded.summary()
        if summary:
            click.echo(print_safe(summary), err=True)
