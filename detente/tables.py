"""Reads the data tables (YAML, TSV) with errors that name file, line and cure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from detente.errors import DataError, UsageError
from detente.plugins import find_parts

Source = Traversable | Path


class _LineLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe YAML loader that notes each mapping's line under the key `__line__`.

    Only true and false are booleans, as in YAML 1.2: 'on', 'off' and 'no' are words here.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, regexp) for tag, regexp in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping_with_line(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(k, deep=True) for k, _ in node.value]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", node.value[i][0].start_mark
            )
    values = (loader.construct_object(v, deep=True) for _, v in node.value)
    return {**dict(zip(keys, values, strict=True)), "__line__": node.start_mark.line + 1}


_LineLoader.add_constructor("tag:yaml.org,2002:map", _mapping_with_line)


def data_file(*parts: str) -> Traversable:
    """The table at detente/`parts`, wherever the package is installed."""
    return files("detente").joinpath(*parts)


def language_file(language: str, name: str) -> Traversable:
    """The table `name` of a language, which detente or a plugin has. Raises UsageError where none has it."""
    folder = data_file("languages", language)
    if not folder.is_dir():
        own = tuple(f.name for f in data_file("languages").iterdir() if f.is_dir())
        added = find_parts("languages", own)
        if language not in added:
            known = ", ".join((*own, *added))
            raise UsageError(f"language {language!r}", "there are no tables for it", f"Use {known}")
        folder = added[language].value
    if not folder.joinpath(name).is_file():
        raise UsageError(
            f"language {language!r}", f"has no {name}", "Use another language, or add that table"
        )
    return folder.joinpath(name)


def read_yaml(source: Source) -> dict[str, Any]:
    """The mapping in a YAML file; each mapping in it has its line number under `__line__`.

    Raises DataError when the file isn't YAML or holds no mapping.
    """
    try:
        found = yaml.load(source.read_text(encoding="utf-8"), Loader=_LineLoader)
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 1
        raise DataError(f"{source}:{line}", f"not valid YAML: {e.problem}", "Mend that line") from e
    if not isinstance(found, dict):
        raise DataError(f"{source}:1", "holds no mapping", "Start it with 'key: value' lines")
    return found


def drop_lines(value: Any) -> Any:
    """What `read_yaml` gave, without the line numbers."""
    if isinstance(value, dict):
        return {k: drop_lines(v) for k, v in value.items() if k != "__line__"}
    return value


def read_tsv(source: Source, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a tab-separated table with their line numbers.

    Lines that start with '#' are comments; the first other line must name at least `columns`.
    Raises DataError when a column is missing or a row has more or fewer cells than the header.
    """
    header: list[str] = []
    with source.open("r", encoding="utf-8") as lines:
        for number, raw in enumerate(lines, 1):
            line = raw.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
            if not header:
                header = cells
                missing = [c for c in columns if c not in header]
                if missing:
                    fault = f"lacks the columns {', '.join(missing)}"
                    raise DataError(f"{source}:{number}", fault, "Add them")
                continue
            if len(cells) != len(header):
                raise DataError(
                    f"{source}:{number}",
                    f"has {len(cells)} cells where the header has {len(header)}",
                    "Put one tab between cells, and none at the end",
                )
            yield number, dict(zip(header, cells, strict=True))
