"""Answers of language models, kept so that asking the same again costs nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente.errors import CoderError
from detente.records import content_id

BUSY_SECONDS = 30.0


class AnswerCache:
    """Answers by model and question, in one SQLite file that several processes may use at once.

    A question is known by a hash of everything that was asked; the answers stand in the file as they are.
    Safe to use from several threads. Raises CoderError where the file can't be read or written.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock = threading.Lock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(
                file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute(
                "CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, answer TEXT NOT NULL)"
            )
        except (OSError, sqlite3.Error) as e:
            raise self.fault(e) from e

    def get(self, question: str) -> str | None:
        """The answer that was kept for a question."""
        try:
            with self.lock:
                row = self.db.execute("SELECT answer FROM answers WHERE question = ?", [question]).fetchone()
        except sqlite3.Error as e:
            raise self.fault(e) from e
        return row and str(row[0])

    def put(self, question: str, answer: str) -> None:
        """Keeps an answer."""
        try:
            with self.lock:
                self.db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", [question, answer])
        except sqlite3.Error as e:
            raise self.fault(e) from e

    def fault(self, error: Exception) -> CoderError:
        """The error that says what is wrong with the file."""
        cure = "Remove that file, or set DETENTE_CACHE to a folder that can be written to"
        return CoderError(str(self.file), f"can't hold answers ({error})", cure)


def question_id(model: str, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> str:
    """The hash by which a question to a model is known."""
    return content_id(model, list(messages), json.dumps(schema, sort_keys=True))
