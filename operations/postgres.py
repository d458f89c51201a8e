"""PostgreSQL's own programs: which of them fit the server, and how they are told where it is.

The password, and whatever else DATABASE_URL says, reaches them by their environment: a command line is anybody's to
read.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from operations.pipes import Refused

_DEBIANS = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# what these programs need of ours beside what DATABASE_URL says; messages are read, so they are in English
_KEPT = ("PATH", "HOME", "TMPDIR", "TZ")


def is_it() -> bool:
    """Whether the dashboard's database is PostgreSQL; else it is SQLite."""
    return connection.vendor == "postgresql"


def parameters() -> dict[str, Any]:
    """How to connect, by libpq's own names."""
    given: Mapping[str, Any] = connection.get_connection_params()
    ours = {"cursor_factory", "context", "prepare_threshold", "client_encoding"}
    return {name: value for name, value in given.items() if name not in ours}


def connect() -> psycopg.Connection[Any]:
    """A connection of its own, without the pool; each statement is a transaction. Raises psycopg.OperationalError."""
    told = {"connect_timeout": 5} | parameters()
    return psycopg.connect(**told, autocommit=True)


def environment() -> dict[str, str]:
    """For a program that is to connect as the dashboard does. Raises Refused for an option that only fits a command
    line.
    """
    by_name = {option.keyword.decode(): option.envvar for option in psycopg.pq.Conninfo.get_defaults()}
    told = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C"}
    for name, value in ({"connect_timeout": 5} | parameters()).items():
        variable = by_name.get(name)
        if variable is None:
            raise Refused(f"DATABASE_URL has the option {name}, which pg_dump and pg_restore cannot be told.")
        told[variable.decode()] = str(value)
    return told


def program(name: str, server: int) -> str:
    """The path of pg_dump, pg_restore or psql that goes with a server of this major version: its own, where there is
    one, else the newest. Raises Refused when there is none, or only an older one.
    """
    found = {version: path for path in _paths(name) if (version := _version(path))}
    if not found:
        raise Refused(f"{name} is missing here. On Debian: apt-get install postgresql-client.")
    if server in found:
        return found[server]
    newest = max(found)
    if newest < server:
        raise Refused(f"{name} is of version {newest}, older than the server ({server}): install that version's.")
    return found[newest]


def _paths(name: str) -> list[str]:
    on_path = shutil.which(name)
    debians = [str(path) for path in _DEBIANS.glob(f"*/bin/{name}")]
    return [*([on_path] if on_path else []), *debians]  # Debian's own last: what is on PATH chooses among them anew


@lru_cache(maxsize=16)
def _version(path: str) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10)  # noqa: S603 - found above
    except (OSError, subprocess.SubprocessError):
        return 0
    told = _VERSION.search(said.stdout)
    return int(told[1]) if told else 0


def server_version() -> int:
    """The server's major version. Raises Refused when it does not answer."""
    try:
        with closing(connect()) as open_connection:
            return open_connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise Refused(f"The database does not answer: {first_line(error)}.") from None


def first_line(error: Exception) -> str:
    """What an error says, in one line without its full stop."""
    return " ".join(str(error).strip().partition("\n")[0].split()).rstrip(".")
