"""Records as plain values and as JSON, and back: for every frozen dataclass that holds plain values, tuples
and other such dataclasses.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")
Build = Callable[[Any], Any]  # a plain value → what a field holds


def to_dict(record: Any) -> dict[str, Any]:
    """A record as plain dicts, lists, strings and numbers, ready for JSON."""
    return {name: _to_plain(getattr(record, name)) for name in record.__dataclass_fields__}


def to_json(value: Any) -> str:
    """A record, or a dict or list that holds records, as JSON on one line without spaces between."""
    return json.dumps(_to_plain(value), ensure_ascii=False, separators=(",", ":"))


def from_dict(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """The record of class `kind` that `to_dict` wrote. Keys that it doesn't know are left out.

    Raises TypeError where a field without a default is missing.
    """
    builds = _field_builds(kind)
    return kind(**{name: build(values[name]) for name, build in builds.items() if name in values})


def from_json(kind: type[Record], text: str) -> Record:
    """The record of class `kind` that `to_json` wrote; see `from_dict`. Raises ValueError for other text."""
    return from_dict(kind, json.loads(text))


def _to_plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _to_plain(item) for key, item in value.items()}
    simple = isinstance(value, str | int | float | None)
    return value if simple or not dataclasses.is_dataclass(value) else to_dict(value)


@cache
def _field_builds(kind: type[DataclassInstance]) -> Mapping[str, Build]:
    hints = get_type_hints(kind)
    return {f.name: _find_build(hints[f.name]) for f in dataclasses.fields(kind)}


def _find_build(hint: Any) -> Build:
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (_find_build(part) for part in get_args(hint) if part is not type(None))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        build = _find_build(get_args(hint)[0])
        return lambda values: tuple(map(build, values))
    is_record = isinstance(hint, type) and dataclasses.is_dataclass(hint)
    return partial(from_dict, hint) if is_record else lambda value: value
