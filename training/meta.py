"""Where the model that is shipped lies, and its description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TARGET = Path("detente/model")


def read_meta() -> dict[str, Any]:
    """What meta.json says."""
    found: dict[str, Any] = json.loads((TARGET / "meta.json").read_text(encoding="utf-8"))
    return found


def write_meta(meta: dict[str, Any]) -> None:
    """Writes meta.json."""
    (TARGET / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
