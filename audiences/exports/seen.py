"""Who was written already, and at which cursors the walk has been: a file to look them up in, however many they are.

It is worth nothing by itself: whoever doubts it makes it anew from the spool. Only a turn that ended in good order
leaves it to the next one, with the segments that it knows.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

LEFT = "left.seen"  # by the last turn
SUFFIX = ".seen"
_TABLES = (
    "CREATE TABLE people (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE places (cursor TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE knows (segments TEXT)",
)
# nobody else opens it, and half of it is as good as nothing; a megabyte of it is held in memory
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -1024")


class Seen:
    """The file of one turn, of which no other turn knows. Raises OSError and sqlite3.Error when the disk is full."""

    def __init__(self, folder: Path, own: str) -> None:
        self._left = folder / LEFT
        self._path = folder / f"{own}{SUFFIX}"
        self._database: sqlite3.Connection | None = None

    def take(self, segments: list[Any]) -> bool:
        """Go on with what the last turn left; False when it left nothing that knows these segments, no more, no less.

        Then there is an empty one.
        """
        with suppress(FileNotFoundError):
            self._left.rename(self._path)
            with suppress(sqlite3.Error):
                self._open()
                if self._knows() == _name(segments):
                    self._sql.execute("DELETE FROM knows")
                    return True
        self._begin()
        return not segments

    def add_place(self, cursor: str) -> None:
        """The page at this cursor is written."""
        self._sql.execute("INSERT OR IGNORE INTO places VALUES (?)", (cursor,))

    def add_person(self, prospect_id: str) -> bool:
        """Whether they are new; from now on they are not."""
        return self._sql.execute("INSERT OR IGNORE INTO people VALUES (?)", (prospect_id,)).rowcount == 1

    def has_place(self, cursor: str) -> bool:
        """Whether the page at this cursor was written."""
        return self._sql.execute("SELECT 1 FROM places WHERE cursor = ?", (cursor,)).fetchone() is not None

    def leave(self, segments: list[Any]) -> None:
        """Leave it to the next turn."""
        self._sql.execute("INSERT INTO knows VALUES (?)", (_name(segments),))
        self._sql.execute("COMMIT")
        self._close()
        with self._path.open("rb+") as file:
            os.fsync(file.fileno())
        self._path.rename(self._left)

    def drop(self) -> None:
        """Forget it; after `leave` nothing."""
        self._close()
        self._path.unlink(missing_ok=True)

    @property
    def _sql(self) -> sqlite3.Connection:
        assert self._database is not None
        return self._database

    def _begin(self) -> None:
        self.drop()
        self._open()
        for table in _TABLES:
            self._sql.execute(table)

    def _open(self) -> None:
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in _PRAGMAS:
            self._sql.execute(f"PRAGMA {pragma}")
        self._sql.execute("BEGIN")  # until it is left: a page costs no writing of its own

    def _knows(self) -> str:
        found = self._sql.execute("SELECT segments FROM knows").fetchone()
        return str(found[0]) if found else ""

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _name(segments: list[Any]) -> str:
    return msgspec.json.encode(segments).decode()
