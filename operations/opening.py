"""Opening a dump, and knowing before anything is touched that it is whole, ours, and not of a newer version."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from operations import dumps, postgres
from operations.pipes import Pipeline, Process, Refused

Migrations = frozenset[tuple[str, str]]

POSTGRESQL, SQLITE = "PostgreSQL", "SQLite"
_BEGINS = {b"PGDMP": POSTGRESQL, b"SQLite format 3\x00": SQLITE}
_BLOCK = 1 << 20
# all that age and pg_restore need while they only read and write
ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
# what a dump of the dashboard has, of whatever version
_OURS = ("django_migrations", "team_user")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A dump and what opens it. `schema`: PostgreSQL's, of its tables."""

    path: Path
    identity: Path
    kind: str = ""
    schema: str = ""
    migrations: Migrations = frozenset()

    def decrypting(self, line: Pipeline, stdout: int = subprocess.PIPE) -> Process:
        """The process that gives the dump in the clear; a passphrase of the identity it asks the terminal for."""
        command = [dumps.age(), "--decrypt", "--identity", str(self.identity), "--", str(self.path)]
        return line.start(command, ENVIRON, stdout=stdout)


def check(path: Path, identity: Path) -> Sealed:
    """Read all of it. Raises Refused for a file that is damaged, cut short, not opened by the identity or not ours."""
    for given, what in ((path, "dump"), (identity, "identity")):
        if not given.is_file():
            raise Refused(f"There is no {what} at {given}.")
    sealed = Sealed(path, identity)
    sealed = replace(sealed, kind=_kind(sealed))
    ours = POSTGRESQL if postgres.is_it() else SQLITE
    if sealed.kind != ours:
        raise Refused(f"This is a dump of {sealed.kind}, and DATABASE_URL names {ours}: one cannot become the other.")
    return _with_contents(sealed) if sealed.kind == POSTGRESQL else sealed


def _kind(sealed: Sealed) -> str:
    """Whose dump it is, once it has been read to its end."""
    with Pipeline() as line:
        process = sealed.decrypting(line)
        begins = process.out.read(16)
        while process.out.read(_BLOCK):
            line.beat()
        line.wait()
        if line.failed():
            raise Refused(_why_closed(process, sealed))
    kind = next((kind for start, kind in _BEGINS.items() if begins.startswith(start)), "")
    return kind or _not_ours(sealed)


def _why_closed(process: Process, sealed: Sealed) -> str:
    said = process.said()
    if "no identity matched" in said:
        return f"The identity in {sealed.identity} does not open this dump: it was encrypted to another key."
    if "identit" in said or str(sealed.identity) in said:
        return f"{sealed.identity} cannot be used as an identity: {said.rstrip('.')}."
    return f"The dump is damaged or cut short, and nothing was touched: {said.rstrip('.')}."


def _not_ours(sealed: Sealed) -> str:
    raise Refused(f"{sealed.path} holds something else than a dump of the dashboard's database.")


def _with_contents(sealed: Sealed) -> Sealed:
    """What a dump of PostgreSQL says of itself."""
    listed = _read(sealed, "--list").splitlines()
    words = [line.split() for line in listed if not line.startswith(";")]
    # "217; 1259 16390 TABLE public team_user owner"
    tables = {entry[5]: entry[4] for entry in words if len(entry) > 5 and entry[3] == "TABLE"}
    if not set(_OURS) <= tables.keys():
        _not_ours(sealed)
    rows = _read(sealed, "--data-only", "--table=django_migrations", "--file=-").splitlines()
    columns = [row.split("\t") for row in rows]
    found = frozenset((row[1], row[2]) for row in columns if len(row) == 4)
    return replace(sealed, schema=tables["django_migrations"], migrations=known_to_us(found))


def _read(sealed: Sealed, *options: str) -> str:
    """What pg_restore makes of the dump."""
    with Pipeline() as line:
        source = sealed.decrypting(line)
        command = [postgres.program("pg_restore", postgres.server_version()), *options]
        process = line.start(command, ENVIRON, stdin=source.out)
        text = process.out.read().decode(errors="replace")
        process.running.wait()
        if process.running.returncode:
            raise Refused(f"pg_restore cannot read this dump, and nothing was touched: {process.said().rstrip('.')}.")
        return text


def known_to_us(applied: Iterable[tuple[str, str]]) -> Migrations:
    """The migrations of a dump. Raises Refused when it is of a newer version than this code."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = loader.disk_migrations or {}
    found = frozenset(applied)
    newer = sorted(f"{app}.{name}" for app, name in found if app in loader.migrated_apps and (app, name) not in ours)
    if newer:
        raise Refused(f"The dump is of a newer version of the dashboard, and has {newer[0]}: take that version first.")
    return found


def decrypt_into(sealed: Sealed, handle: int) -> None:
    """Write it in the clear into a file that is open. Raises Refused when it does not come whole."""
    with Pipeline() as line:
        process = sealed.decrypting(line, handle)
        line.wait()
        if line.failed():
            raise Refused(_why_closed(process, sealed))
