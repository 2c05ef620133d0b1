"""Every error that detente raises on purpose: the input, the fault, the next step."""

from __future__ import annotations


class DetenteError(Exception):
    """An error a user can act on.

    `subject` names the input, `fault` says what is wrong with it and `cure` what to do next;
    `str()` joins them into the one line that the command line prints.
    """

    exit_code = 1

    def __init__(self, subject: str, fault: str, cure: str) -> None:
        self.subject, self.fault, self.cure = str(subject), fault, cure
        super().__init__(f"{subject}: {fault}. {cure}")

    def __reduce__(self) -> tuple[type[DetenteError], tuple[str, str, str]]:
        return type(self), (self.subject, self.fault, self.cure)


class InputError(DetenteError):
    """A report or table that can't be read."""


class UsageError(DetenteError):
    """A command or function called with a value it can't take."""

    exit_code = 2


class StoreError(DetenteError):
    """A store that can't be opened, read or written."""


class CoderError(DetenteError):
    """A coder's back end that can't work at all: no server, a wrong key, no such model."""


class DataError(DetenteError):
    """One of the data tables (ontology, language, gazetteer, actors) is faulty.

    `subject` is `file:line`.
    """


class PluginError(DetenteError):
    """A plugin that can't be loaded, or that gives what it mustn't. `subject` names it."""
