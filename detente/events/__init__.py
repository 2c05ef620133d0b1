"""Sentences → acts with their parties and status."""

from detente.events.acts import Act, Rejected
from detente.events.finder import ActFinder, find_acts
from detente.events.parties import PartyIndex, same_party
from detente.events.status import judge_status

__all__ = ["Act", "ActFinder", "PartyIndex", "Rejected", "find_acts", "judge_status", "same_party"]
