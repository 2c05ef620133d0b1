"""An exporter: each mention as a plain sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from detente.records import EventMention, Party


def write_sentences(mentions: Iterable[EventMention], stream: IO[str]) -> int:
    """Write one line a mention, and give back how many there were."""
    number = 0
    for number, m in enumerate(mentions, 1):  # noqa: B007 - the count is what is given back
        day = m.when.earliest or "some day"
        stream.write(f"{day}: {name_all(m.actor)} to {name_all(m.recipient)}: {m.type} ({m.status})\n")
    return number


def name_all(parties: tuple[Party, ...]) -> str:
    """The names of the parties, 'nobody' where there is none."""
    return ", ".join(party.name or party.text for party in parties) or "nobody"
