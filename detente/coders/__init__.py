"""The coder back ends behind one protocol: built-in frames, an NLI model, a language model, plugins.

docs/coders.md says how to use them and how to add one.
"""

from __future__ import annotations

from detente.coders.base import BuiltinCoder, Coder, Found, PairCoder
from detente.errors import DetenteError, PluginError, UsageError
from detente.plugins import Part, find_parts

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
    """The coder of that name, one of CODERS or a plugin's, ready for use.

    `model` is, for nli, a Hugging Face model or folder; for llm, the model's name at the `endpoint` (the
    address of an OpenAI-compatible server, such as http://localhost:11434/v1) or a local GGUF file. `prices`
    are for a million tokens read and a million written, in any currency; `at_once` is the number of requests
    that an endpoint is sent side by side. A plugin's coder is given `model` to make of it what it will.

    Raises UsageError where the parts don't fit together CoderError where the model can't be
    loaded, and PluginError where a plugin gives no coder.
    """
    added = {} if name in CODERS else find_parts("coders", CODERS)
    if name not in (*CODERS, *added):
        raise UsageError(f"coder {name!r}", "there is no such coder", f"Use {', '.join((*CODERS, *added))}")
    if name != "llm" and (endpoint or prices):
        given = "an endpoint" if endpoint else "prices"
        raise UsageError(
            f"coder {name}", f"takes no {given.split()[-1]}", "Leave it out, or use the coder llm"
        )
    if name in added:
        return _make_coder(added[name], name, model)
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


def _make_coder(part: Part, name: str, model: str | None) -> Coder:
    subject, cure = f"plugin {part.plugin!r}", "Report this to whoever made the plugin"
    try:
        coder = part.value(model)
    except DetenteError:
        raise
    except Exception as e:
        fault = f"its coder {name!r} can't be made ({type(e).__name__}: {e})"
        raise PluginError(subject, fault, cure) from e
    if not isinstance(coder, Coder):
        raise PluginError(subject, f"its coder {name!r} is a {type(coder).__name__} and no Coder", cure)
    return coder
