"""What is known of addresses from earlier on; the Memory here knows nothing."""

from __future__ import annotations

from dataclasses import dataclass

from detente.errors import InputError


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server says of the state of a page (RFC 9110, 8.8), to be sent back when asking again."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers that ask for the page only if it has changed."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value and value.isascii()}


class Memory:
    """Remembers nothing: every page is wanted and every list read anew. To be overridden."""

    def wants(self, address: str) -> bool:
        """Whether a page that a list names is to be fetched."""
        return True

    def put_off(self, address: str) -> None:
        """Take down that a page that a list names was left for another time."""

    def recall(self, address: str) -> Validator | None:
        """What the server said of a source when it was last read."""
        return None

    def note(self, address: str, outcome: Validator | InputError, page: bool) -> None:
        """Take down that an address was fetched, or why not; `page` says that a list named it."""
