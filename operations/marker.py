"""That a restore has begun and is not finished: what is in the database may open to people who must not get in.

The mark is a table of its own, which no dump has. It goes in the transaction that closes everything; until then
nothing starts, and no connection is made (dashboard.postgresql). SQLite needs none: there the file is put in its place
when all is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from operations import postgres

TABLE = "restore_in_progress"
SENTENCE = (
    "A restore was not finished, and until it is, people might get in who must not: run the same `manage.py restore …` "
    "again."
)


def stands() -> bool:
    """Whether a restore was begun and not finished. One query over a connection of its own, so that it can be asked
    before a process forks; a database that does not answer says nothing, and is asked again by each new connection.
    """
    if not postgres.is_it():
        return False
    try:
        with postgres.connect() as asked:
            return is_at(asked)
    except psycopg.Error:
        return False


def is_at(there: psycopg.Connection[Any]) -> bool:
    """Whether the mark stands in the database of this connection. Raises psycopg.Error when it does not answer."""
    found = there.execute("SELECT to_regclass(%s)", [TABLE]).fetchone()
    return bool(found and found[0])


@contextmanager
def passed() -> Iterator[None]:
    """In the block this thread's connection of Django works in spite of the mark: it is the restore's own."""
    own: Any = connection
    own.minds_restores = False
    try:
        yield
    finally:
        own.minds_restores = True


def make() -> None:
    """Make the mark. From here on nothing starts."""
    with postgres.connect() as asked:
        asked.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (since timestamptz NOT NULL DEFAULT now())")


def remove() -> None:
    """Take it away, in the transaction that Django's connection is in."""
    if postgres.is_it():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
