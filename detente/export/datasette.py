"""What Datasette (datasette.io) needs to show a store well: its metadata, as JSON."""

from __future__ import annotations

import json
from typing import IO, Any

from detente.export.selection import Selection
from detente.tables import data_file, drop_lines, read_yaml

MADE_BY = {"source": "detente"}


def write_datasette(chosen: Selection, stream: IO[Any]) -> None:
    """Write the metadata of the database that is the whole store, whichever events are chosen.

    Use as `datasette events.db --metadata metadata.json`; the file has to be named as the store was.
    """
    table = drop_lines(read_yaml(data_file("export", "datasette.yaml")))
    hidden = {name: {"hidden": True} for name in table["hidden"]}
    database = {"tables": table["tables"] | hidden, "queries": table["queries"]}
    metadata = {"title": chosen.name, "description": table["description"], **MADE_BY,
                "databases": {chosen.name: database}}  # fmt: skip
    stream.write(json.dumps(metadata, ensure_ascii=False, indent=2) + "\n")
