"""SQLite: the dump becomes a file beside the live one, is made ready there, and takes its place in one step.

Until then the live file is as it was, and from then on it is whole, up to date and closed to whom it has to be: there
is no moment in between.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from django.db import connection

from operations import opening, postgres
from operations.opening import Sealed
from operations.pipes import Refused

_BUSY = "Something still has the database open: stop web, worker, beat and metrics first."


def live() -> Path:
    """The dashboard's database."""
    return Path(str(connection.settings_dict["NAME"])).resolve()


@contextmanager
def beside(sealed: Sealed) -> Iterator[tuple[Path, Sealed]]:
    """The dump in the clear, for its owner alone, checked, beside the live file; gone afterwards if it is still there.

    Raises Refused when it is damaged, or another restore is at it.
    """
    path = live().with_name(f".{live().name}.restoring")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("Another restore is at work.") from None
        try:
            os.fchmod(handle, 0o600)
            os.ftruncate(handle, 0)
            _forget_log(path)  # of a restore that died
            opening.decrypt_into(sealed, handle)
            yield path, replace(sealed, migrations=_checked(path))
        finally:
            path.unlink(missing_ok=True)
            _forget_log(path)
    finally:
        os.close(handle)


def _checked(path: Path) -> opening.Migrations:
    try:
        with closing(sqlite3.connect(path)) as copy:
            well = copy.execute("PRAGMA integrity_check").fetchall()
            if well != [("ok",)]:
                raise Refused("The dump is damaged, and nothing was touched.")
            copy.execute("SELECT count(*) FROM team_user")
            applied = copy.execute("SELECT app, name FROM django_migrations").fetchall()
    except sqlite3.Error as error:
        raise Refused(
            f"This is not a dump of the dashboard's database, or damaged: {postgres.first_line(error)}."
        ) from None
    return opening.known_to_us((str(app), str(name)) for app, name in applied)


def need_quiet() -> None:
    """Raise Refused when somebody has the live file open, as far as SQLite can tell."""
    if live().is_file() and live().stat().st_size:
        with closing(_alone()):
            return


def _alone() -> sqlite3.Connection:
    """The live file, open to us alone, all of it in the one file."""
    there = sqlite3.connect(live(), timeout=3, isolation_level=None)
    try:
        # leaving the write-ahead log takes that nobody else is connected
        mode = there.execute("PRAGMA journal_mode=DELETE").fetchone()
        there.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        there.close()
        raise Refused(_BUSY) from None
    except sqlite3.DatabaseError:  # it is no database any more: then nobody loses it
        there.close()
        return sqlite3.connect(":memory:")
    if mode != ("delete",):
        there.close()
        raise Refused(_BUSY)
    return there


@contextmanager
def as_ours(path: Path) -> Iterator[None]:
    """Django's connection works on this file instead of the live one."""
    kept = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept


def swap(path: Path) -> None:
    """Put the file in the place of the live one, for good."""
    with closing(sqlite3.connect(path, isolation_level=None)) as ready:
        ready.execute("PRAGMA journal_mode=DELETE")
    _as_the_live_one(path)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    if live().is_file() and live().stat().st_size:
        with closing(_alone()):
            _replace_live(path)
    else:
        _replace_live(path)
    folder = os.open(live().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _replace_live(path: Path) -> None:
    # before the step: a log that is there after it belongs to whoever writes to the new file already
    _forget_log(live())
    path.replace(live())


def _as_the_live_one(path: Path) -> None:
    """Whoever could use the live file can use this one."""
    if live().is_file():
        shutil.copymode(live(), path)
        there = live().stat()
        with suppress(PermissionError):  # only root gives files away
            os.chown(path, there.st_uid, there.st_gid)


def _forget_log(path: Path) -> None:
    # of a file that is not there any more it would be read into the one that is
    for end in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)
