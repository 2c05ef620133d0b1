"""The coder back ends behind one protocol: built-in frames, an NLI model, a language model.

docs/coders.md says how to use them and how to add one.
"""

from __future__ import annotations

from detente.coders.base import BuiltinCoder, Coder, Found, PairCoder
from detente.errors import UsageError

__all__ = ["CODERS", "BuiltinCoder", "Coder", "Found", "PairCoder", "load_coder"]

CODERS = ("builtin", "nli", "llm")
Prices = tuple[float, float]  # for a million tokens read, and for a million written


def load_coder(
    name: str = "builtin",
    model: str | None = None,
    endpoint: str | None = None,
    prices: Prices | None = None,
    at_once: int = 1,
) -> Coder:
    """The coder of that name, ready for use.

    `model` is, for nli, a Hugging Face model or folder; for llm, the model's name at the `endpoint` (the
    address of an OpenAI-compatible server, such as http://localhost:11434/v1) or a local GGUF file. `prices`
    are for a million tokens read and a million written, in any currency; `at_once` is the number of requests
    that an endpoint is sent side by side.

    Raises UsageError where the parts don't fit together and CoderError where the model can't be loaded.
    """
    if name not in CODERS:
        raise UsageError(f"coder {name!r}", "there is no such coder", f"Use {', '.join(CODERS)}")
    if name != "llm" and (endpoint or prices):
        given = "an endpoint" if endpoint else "prices"
        raise UsageError(
            f"coder {name}", f"takes no {given.split()[-1]}", "Leave it out, or use the coder llm"
        )
    if name == "builtin":
        if model:
            raise UsageError("coder builtin", "takes no model", "Name the coder too: nli or llm")
        return BuiltinCoder()
    if not model:
        raise UsageError(f"coder {name}", "needs a model", "Name one with --model")
    if name == "nli":
        from detente.coders.nli import NliCoder, load_scorer

        return NliCoder(load_scorer(model))
    from detente.coders.llm import LlmCoder, load_chat_model

    return LlmCoder(load_chat_model(model, endpoint), prices=prices, at_once=at_once if endpoint else 1)
