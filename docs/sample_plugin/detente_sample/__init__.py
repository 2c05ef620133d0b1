"""A plugin for detente that adds one of each: a reader, a coder, an ontology, a language, an exporter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from detente.coders import Coder
from detente.plugins import FileFormat, hookimpl
from detente_sample.coding import make_only_coder
from detente_sample.notes import read_notes
from detente_sample.sentences import write_sentences

HERE = Path(__file__).parent


@hookimpl
def add_readers() -> Mapping[str, FileFormat]:
    """Files of notes; data without a name is taken for one that begins with 'NOTE '."""
    return {".note": FileFormat(read_notes, starts=(b"note ",))}


@hookimpl
def add_coders() -> Mapping[str, Callable[[str | None], Coder]]:
    """`--coder only --model REJECT` keeps acts of one type."""
    return {"only": make_only_coder}


@hookimpl
def add_ontologies() -> Mapping[str, Path]:
    """`--ontology two-sides` shows acts as COOPERATION or CONFLICT."""
    return {"two-sides": HERE / "two-sides.yaml"}


@hookimpl
def add_languages() -> Mapping[str, Path]:
    """`detente dates --language de` reads German calendar dates."""
    return {"de": HERE / "de"}


@hookimpl
def add_exporters() -> Mapping[str, Callable[..., int]]:
    """`--format sentences` (`detente code`, `events`, `export`) writes each mention as a plain sentence."""
    return {"sentences": write_sentences}
