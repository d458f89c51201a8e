"""PostgreSQL: what is there goes and what the dump has comes, in one transaction.

The dump's SQL is handed to psql behind a BEGIN. The COMMIT is written when everybody before it has ended well: psql by
itself would take half of a script for a whole one. Whatever dies on the way, the server takes all of it back.
"""

import subprocess
from typing import Any

import psycopg
from django.apps import apps
from psycopg import sql

from operations import marker, opening, postgres
from operations.opening import Sealed
from operations.pipes import Pipeline, Process, Refused

_BLOCK = 1 << 20
_KINDS = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}
# pg_restore since 17 writes it, and servers before 17 do not know it
_TOO_NEW, _KNOWN_SINCE = b"SET transaction_timeout = 0;\n", 17
_SECONDS = 6 * 3600.0
_SCRIPT_FAILED = 3  # psql's code with ON_ERROR_STOP


class Unclear(Exception):
    """Nobody knows whether the transaction was committed."""


def leftovers(there: psycopg.Connection[Any], sealed: Sealed) -> sql.Composed:
    """The statements that drop what is there. Raises Refused when some of it is not the dashboard's."""
    schema = _schema(there)
    if schema != sealed.schema:
        raise Refused(f"The dump's tables are in the schema {sealed.schema}, and those of this database in {schema}.")
    found = there.execute(
        "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s))"
        " AND relkind = ANY(%s) ORDER BY relkind DESC, relname",
        [schema, list(_KINDS)],
    ).fetchall()
    ours = ("django_", *(f"{app.label}_" for app in apps.get_app_configs()))
    named = [(name, _KINDS[kind]) for name, kind in found if name != marker.TABLE]
    foreign = [name for name, _ in named if not name.startswith(ours)]
    if foreign:
        raise Refused(
            f"The database holds what is not the dashboard's, such as {foreign[0]}: restore into a database of its own."
        )
    drop = "DROP {} IF EXISTS {} CASCADE;\n"
    return sql.Composed([sql.SQL(drop).format(sql.SQL(kind), sql.Identifier(schema, name)) for name, kind in named])


def _schema(there: psycopg.Connection[Any]) -> str:
    found = there.execute("SELECT current_schema()").fetchone()
    return str(found[0]) if found and found[0] else ""


def refill(sealed: Sealed, drops: str) -> None:
    """Do it. Raises Refused when nothing has changed, and Unclear when nobody knows."""
    server = postgres.server_version()
    with Pipeline(seconds=_SECONDS) as line:
        source = sealed.decrypting(line)
        command = [postgres.program("pg_restore", server), "--no-owner", "--no-privileges", "--file=-"]
        script = line.start(command, opening.ENVIRON, stdin=source.out)
        command = [postgres.program("psql", server), "--no-psqlrc", "--quiet", "--no-password", "--file=-"]
        command += ["--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        psql = line.start(command, postgres.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            _tell(psql, f"BEGIN;\nSET LOCAL lock_timeout = '10s';\n{drops}".encode())
            _hand_on(line, script, psql, server)
            _all_came(source, script)
        except BrokenPipeError:
            psql.running.wait()
            raise Refused(_words(psql)) from None
        try:
            _tell(psql, b"\nCOMMIT;\n")
            psql.running.stdin.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            psql.running.wait()
            raise Refused(_words(psql)) from None
        line.wait()
        if psql.running.returncode == _SCRIPT_FAILED:  # a statement, or the COMMIT itself
            raise Refused(_words(psql))
        if psql.running.returncode:
            raise Unclear(f"The database was lost in the midst of it: {psql.said().rstrip('.')}.")


def _hand_on(line: Pipeline, script: Process, psql: Process, server: int) -> None:
    block = script.out.read(_BLOCK)
    if server < _KNOWN_SINCE:
        block = block.replace(_TOO_NEW, b"", 1)
    while block:
        line.beat()
        _tell(psql, block)
        block = script.out.read(_BLOCK)


def _tell(psql: Process, words: bytes) -> None:
    assert psql.running.stdin is not None
    psql.running.stdin.write(words)
    psql.running.stdin.flush()


def _all_came(source: Process, script: Process) -> None:
    for process in (script, source):
        if process.running.wait():
            raise Refused(f"{process.name} failed, and nothing has changed: {process.said().rstrip('.')}.")


def _words(psql: Process) -> str:
    # what stands behind the first sentence may be a line of somebody's data
    return f"The database did not take the dump, and nothing has changed: {psql.said().rstrip('.')}."
