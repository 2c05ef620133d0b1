"""Plugins: readers, coders, ontologies, languages and exporters that other packages add to detente.

A package names a module under the entry-point group `detente`; the module implements any of the hooks below
(https://pluggy.readthedocs.io). docs/extend.md shows how, docs/sample_plugin/ is a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, get_args

import pluggy

from detente.errors import PluginError

GROUP = "detente"
Kind = Literal["readers", "coders", "ontologies", "languages", "exporters"]
KINDS: tuple[Kind, ...] = get_args(Kind)
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format to read: `read` is a detente.read.build.Reader, from an open Source and a Dating to reports.

    `starts` are the bytes, in any case, with which data of the format may begin where it has no name.
    """

    read: Callable[..., Iterator[Any]]
    starts: tuple[bytes, ...] = ()


class Hooks:
    """The hooks. Each takes nothing and gives back what is added, by the name under which it is asked for."""

    @hookspec
    def add_readers(self) -> Mapping[str, FileFormat]:
        """Formats to read, by suffix in small letters ('.note', or two together: '.note.gz')."""
        raise NotImplementedError

    @hookspec
    def add_coders(self) -> Mapping[str, Callable[[str | None], Any]]:
        """By name for --coder: functions from the text of --model, or None, to a detente.coders.Coder."""
        raise NotImplementedError

    @hookspec
    def add_ontologies(self) -> Mapping[str, Path]:
        """By name for --ontology: YAML files like detente/ontologies/cameo-roots.yaml."""
        raise NotImplementedError

    @hookspec
    def add_languages(self) -> Mapping[str, Path]:
        """By code ('de'): folders with tables like those in detente/languages/en."""
        raise NotImplementedError

    @hookspec
    def add_exporters(self) -> Mapping[str, Callable[..., int]]:
        """By name for every --format that takes events or mentions: functions that write mentions to a text
        stream and give back how many there were."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was found: its name, the package it came in, and what it adds, by kind and name."""

    name: str
    package: str
    parts: Mapping[Kind, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """What a plugin adds under one name."""

    plugin: str
    value: Any


def is_file(value: object) -> bool:
    """Whether it is a path to a file that is there."""
    return isinstance(value, Path | Traversable) and value.is_file()


def is_folder(value: object) -> bool:
    """Whether it is a path to a folder that is there."""
    return isinstance(value, Path | Traversable) and value.is_dir()


CHECKS: dict[Kind, tuple[Callable[[Any], bool], str]] = {
    "readers": (lambda value: isinstance(value, FileFormat), "a FileFormat"),
    "coders": (callable, "a function that makes a coder"),
    "ontologies": (is_file, "the path of a file that is there"),
    "languages": (is_folder, "the path of a folder that is there"),
    "exporters": (callable, "a function that writes mentions"),
}


@cache
def scan_plugins() -> tuple[Plugin | PluginError, ...]:
    """The plugins of all installed packages, by name; in place of a faulty one, what is wrong with it."""
    found: list[Plugin | PluginError] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            found.append(_load_plugin(entry))
        except PluginError as e:
            found.append(e)
    return tuple(found)


def find_parts(kind: Kind, taken: tuple[str, ...] = ()) -> dict[str, Part]:
    """What plugins add of a kind, by name; `taken` are the names that detente itself gives.

    Raises PluginError, naming the plugin, where one is faulty or takes the name of something else.
    """
    found: dict[str, Part] = {}
    for plugin in scan_plugins():
        if isinstance(plugin, PluginError):
            raise plugin
        for name, value in plugin.parts.get(kind, {}).items():
            if name in taken or name in found:
                holder = f"the plugin {found[name].plugin!r}" if name in found else "detente itself"
                fault = f"its {kind} hold {name!r}, which {holder} has already"
                raise PluginError(f"plugin {plugin.name!r}", fault, "Rename one, or uninstall the plugin")
            found[name] = Part(plugin.name, value)
    return found


def _load_plugin(entry: EntryPoint) -> Plugin:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
    subject = f"plugin {entry.name!r} of {package}"
    cure = "Mend it, or uninstall its package"
    try:
        parts = _call_hooks(entry.load(), entry.name)
    except Exception as e:
        raise PluginError(subject, f"can't be loaded ({type(e).__name__}: {e})", cure) from e
    for kind, named in parts.items():
        fits, wanted = CHECKS[kind]
        for name, value in named.items():
            if not fits(value):
                raise PluginError(subject, f"add_{kind} gives {value!r} for {name!r}, not {wanted}", cure)
    return Plugin(entry.name, package, parts)


def _call_hooks(module: object, name: str) -> dict[Kind, dict[str, Any]]:
    """What the hooks of a module give. Raises what they raise, and pluggy's errors for wrong hooks."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    manager.register(module, name=name)
    manager.check_pending()
    called = {kind: getattr(manager.hook, f"add_{kind}")() for kind in KINDS}
    return {kind: dict(given[0]) for kind, given in called.items() if given}
