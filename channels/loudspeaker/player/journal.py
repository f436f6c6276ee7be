"""What happened, on disk until the server has acknowledged it; and the few facts that must outlive a power cut."""

from __future__ import annotations

import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, open INTEGER NOT NULL,
    refused TEXT
);
"""


class Journal:
    """Events with a UUID and a sequence that only grows, in an SQLite file of our own."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        """Release the file."""
        self.db.close()

    def begin(self, body: dict[str, Any]) -> int:
        """Note that something starts; the sequence number of the event."""
        cursor = self.db.execute(
            "INSERT INTO event (id, body, open) VALUES (?, ?, 1)", (str(uuid.uuid4()), json.dumps(body))
        )
        return int(cursor.lastrowid or 0)

    def finish(self, sequence: int, **changes: Any) -> None:
        """Complete an event so that it may be sent."""
        (text,) = self.db.execute("SELECT body FROM event WHERE sequence = ?", (sequence,)).fetchone()
        body = {**json.loads(text), **changes}
        self.db.execute("UPDATE event SET body = ?, open = 0 WHERE sequence = ?", (json.dumps(body), sequence))

    def add(self, body: dict[str, Any]) -> int:
        """Note something complete."""
        sequence = self.begin(body)
        self.finish(sequence)
        return sequence

    def close_interrupted(self) -> int:
        """After a start: what was still playing when the power went is reported as broken off. How many there were."""
        rows = self.db.execute("SELECT sequence FROM event WHERE open = 1").fetchall()
        for (sequence,) in rows:
            self.finish(sequence, kind="partial", reason="power_lost")
        return len(rows)

    def pending(self, limit: int) -> list[dict[str, Any]]:
        """The oldest complete events that the server has not acknowledged."""
        rows = self.db.execute(
            "SELECT sequence, id, body FROM event WHERE open = 0 AND refused IS NULL ORDER BY sequence LIMIT ?",
            (limit,),
        )
        return [{"id": uid, "sequence": sequence, **json.loads(body)} for sequence, uid, body in rows]

    def acknowledge(self, ids: list[str]) -> None:
        """Forget what the server has."""
        self.db.executemany("DELETE FROM event WHERE id = ?", [(uid,) for uid in ids])

    def refuse(self, uid: str, code: str) -> None:
        """Keep what the server will never take, without sending it again."""
        self.db.execute("UPDATE event SET refused = ? WHERE id = ?", (code, uid))

    def go_on_from(self, last: int) -> None:
        """Number new events after `last`: the server knows numbers that a new disk does not."""
        row = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
        if row is None:
            self.db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('event', ?)", (last,))
        elif row[0] < last:
            self.db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (last,))

    def waiting(self) -> int:
        """How many events are still to be acknowledged."""
        return int(self.db.execute("SELECT count(*) FROM event WHERE refused IS NULL").fetchone()[0])

    def fact(self, name: str, default: Any = None) -> Any:
        """A remembered fact."""
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def remember(self, name: str, value: Any) -> None:
        """Remember a fact over restarts."""
        self.db.execute(
            "INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )
