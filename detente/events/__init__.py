"""Sentences → acts with their parties and status."""

from detente.events.acts import Act, ActFinder, PartyIndex, Rejected, find_acts, same_party
from detente.events.status import judge_status

__all__ = ["Act", "ActFinder", "PartyIndex", "Rejected", "find_acts", "judge_status", "same_party"]
