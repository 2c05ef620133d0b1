"""What a coder is, and the one that comes with detente: frames over parsed sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from detente.classifier import load_classifier
from detente.events import Act, Rejected, find_acts
from detente.lexicon import load_lexicon
from detente.parse import Passage
from detente.records import Party, PassedOver, Report

NO_WORD = "no word in it tells an act"


@dataclass(frozen=True, slots=True)
class Found:
    """What a coder found in one report.

    `acts` become mentions; `rejected` are words that tell no act after all, and `notes` passages or clauses
    passed over for another reason. `silent` is the reason noted for each sentence that none of them touches.
    """

    acts: list[Act]
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[PassedOver] = field(default_factory=list)
    silent: str = NO_WORD


@runtime_checkable
class Coder(Protocol):
    """Finds the acts of a report; the rest of the path dates and places them and finds who says so.

    `name` goes into `EventMention.coder` and into stores; it names the back end and its model. `copies` says
    whether each of several processes may have a copy (by pickling); a coder without works in one process.
    """

    @property
    def name(self) -> str:
        """The back end and its model, such as 'builtin' or 'nli:my-model'."""

    @property
    def copies(self) -> bool:
        """Whether it may be copied into several processes."""

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """The acts of a report, given its parsed passages and the parties named in it.

        Raises InputError where this report can't be coded (it is set aside, the others go on) and
        CoderError where no report can (the batch ends).
        """

    def summary(self) -> str | None:
        """What the coder used so far, in one line for the user; None where there is nothing to say."""


@runtime_checkable
class PairCoder(Protocol):
    """A coder that can also label what one given mention does to another."""

    @property
    def name(self) -> str:
        """The back end and its model."""

    def share_types(self, sentence: str, actor: str | None, recipient: str | None) -> dict[str, float]:
        """Each act type's share of the evidence that the first named does it to the second; they sum to 1."""


@dataclass(frozen=True, slots=True)
class BuiltinCoder:
    """The default: word frames over a dependency parse. Needs neither network nor key."""

    name: str = "builtin"
    copies: bool = True

    def find_acts(self, report: Report, passages: Sequence[Passage], parties: Sequence[Party]) -> Found:
        """The acts that the frames of languages/ find."""
        return Found(*find_acts(passages, parties, load_lexicon(), load_classifier()))

    def summary(self) -> str | None:
        """Nothing: it uses nothing but time."""
        return None
