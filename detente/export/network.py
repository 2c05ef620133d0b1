"""Events as a network of parties, for NetworkX and as GraphML."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from detente.errors import UsageError
from detente.export.codes import find_state
from detente.export.flat import flatten_event
from detente.export.selection import Selection, pair_parties
from detente.store import ToldEvent

if TYPE_CHECKING:
    import networkx

# columns of an event that its edge has; those of the parties are the nodes' own
ON_EDGES = (
    "id", "type", "mode", "quad", "score", "status", "earliest", "latest", "basis", "place", "country", "lat",
    "lon", "mentions", "reports", "outlets", "quote",
)  # fmt: skip


def to_networkx(told: Iterable[ToldEvent]) -> networkx.MultiDiGraph[str]:
    """The events as a directed multigraph: parties are nodes, by code or else name, with their `name`: a
    state's own, else that by which most events know them.

    Each event is an edge from each actor to each recipient, keyed by its id; of those who act together on
    nobody there is one from each to each other. Edges hold the flat fields of the event that are known, its
    `status` always. Events without two parties are left out. Needs networkx (extra `network`).
    Raises UsageError where that isn't installed.
    """
    graph: networkx.MultiDiGraph[str] = _load_networkx().MultiDiGraph()
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        row = flatten_event(one.event, one.lead.quote)
        edge = {name: _clean(row[name]) for name in ON_EDGES if row[name] is not None}
        for actor, recipient in pair_parties(one.event):
            if actor is not None and recipient is not None:
                ends = [_clean(p.code or p.name) for p in (actor, recipient)]
                graph.add_edge(*ends, key=one.event.id, **edge)
                for node, party in zip(ends, (actor, recipient), strict=True):
                    names[node][_clean(party.name)] += 1
    for node, found in names.items():
        graph.nodes[node]["name"] = find_state(node).name or found.most_common(1)[0][0]
    return graph


def write_graphml(chosen: Selection, stream: IO[Any]) -> None:
    """Write the network of `to_networkx` as GraphML."""
    lines = _load_networkx().generate_graphml(to_networkx(chosen.told))
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    stream.writelines(f"{line}\n" for line in lines)


def has_both_sides(told: ToldEvent) -> bool:
    """Whether an event holds between two parties."""
    return any(actor and recipient for actor, recipient in pair_parties(told.event))


def _load_networkx() -> Any:
    try:
        import networkx
    except ImportError as e:
        cure = "Install it with: pip install 'detente[network]'"
        raise UsageError("format 'graphml'", "needs networkx, which isn't installed", cure) from e
    return networkx


def _clean(value: Any) -> Any:
    """A value without the characters that XML can't hold."""
    return "".join(c if c.isprintable() else " " for c in value) if isinstance(value, str) else value
