"""A coder: the built-in one, of whose acts only those of one type are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detente.coders import BuiltinCoder, Coder, Found
from detente.errors import UsageError
from detente.ontology import load_ontology
from detente.parse import Passage
from detente.records import Party, Report


@dataclass(frozen=True)
class OnlyCoder:
    """Keeps acts of one type; its name in records says which."""

    type: str
    copies: bool = True

    @property
    def name(self) -> str:
        """'only:' and the type."""
        return f"only:{self.type}"

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """What the built-in coder finds, without acts of other types."""
        found = BuiltinCoder().find_acts(report, passages, parties)
        return replace(found, acts=[act for act in found.acts if act.type == self.type])

    def summary(self) -> str | None:
        """Nothing to say at the end."""
        return None


def make_only_coder(model: str | None) -> Coder:
    """The coder for the type named with --model. Raises UsageError where it is none."""
    types = load_ontology().types
    if model not in types:
        raise UsageError("coder only", "needs a type", f"Name one with --model: {', '.join(types)}")
    return OnlyCoder(model)
