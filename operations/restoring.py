"""Restoring a dump: all of it is looked at before anything is touched, and a crash at any step opens nothing.

PostgreSQL: the mark stands before the old rows go, and goes with the transaction that closes what the dump would have
opened. SQLite: the file is made ready beside the live one.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.utils import OperationalError
from django.utils import timezone

from operations import backed_up, company, dumps, marker, opening, postgres, refilling, swapping, voiding
from operations.models import Backup
from operations.opening import Sealed
from operations.pipes import Refused
from team.models import User

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restore:
    """What came of it, and what was closed."""

    dumped_at: datetime
    closed: voiding.Closed


@dataclass(frozen=True, slots=True)
class Wish:
    """`replace`: the people who are there may go. `trust`: nothing has changed since the dump, so nothing is closed."""

    path: Path
    identity: Path
    replace: bool = False
    trust: bool = False


def restore(wish: Wish, say: Say) -> Restore:
    """Do it. Raises Refused, with nothing changed unless it says so."""
    connection.settings_dict.get("OPTIONS", {}).pop("pool", None)  # one connection is enough, and it can be closed
    connection.close()
    sealed = opening.check(wish.path, wish.identity)
    with marker.passed():
        return _into_postgresql(sealed, wish, say) if postgres.is_it() else _into_sqlite(sealed, wish, say)


def _into_postgresql(sealed: Sealed, wish: Wish, say: Say) -> Restore:
    begun = marker.stands()
    try:
        # held to the end: a second restore finds it, and is refused
        with closing(postgres.connect()) as there:
            company.need_none(there)
            company.need_silence()
            drops = refilling.leftovers(there, sealed).as_string(there)
            # what a restore has left that died is of a dump, or has been dumped by it
            if not begun:
                _keep_what_is_there(wish, say)
            connection.close()
            marker.make()
            _refill(sealed, drops, there, begun=begun)
        return _finish(sealed, wish, say)
    except (psycopg.Error, DatabaseError) as error:
        left = f" {marker.SENTENCE}" if marker.stands() else ""
        raise Refused(f"The database failed: {postgres.first_line(error)}.{left}") from None


def _refill(sealed: Sealed, drops: str, there: psycopg.Connection, *, begun: bool) -> None:
    try:
        company.need_none(there)  # whoever came before the mark stood
        refilling.refill(sealed, drops)
    except refilling.Unclear as problem:
        raise Refused(f"{problem} {marker.SENTENCE}") from None
    except (Refused, KeyboardInterrupt):
        if not begun:  # nothing has changed
            there.execute(f"DROP TABLE IF EXISTS {marker.TABLE}")
        raise


def _into_sqlite(sealed: Sealed, wish: Wish, say: Say) -> Restore:
    with swapping.beside(sealed) as (path, checked):
        swapping.need_quiet()
        company.need_silence()
        _keep_what_is_there(wish, say)
        connection.close()
        with swapping.as_ours(path):
            done = _finish(checked, wish, say)
        try:
            swapping.swap(path)
        except OSError as error:
            raise Refused(f"The file could not be put in its place, and nothing has changed: {error}.") from None
        return done


def _keep_what_is_there(wish: Wish, say: Say) -> None:
    """Refuse to replace people unasked; what is replaced is dumped first, where somebody could read it again."""
    if not _has_people():
        return
    if not wish.replace:
        raise Refused("The database holds people. With --replace they go, and what the dump has comes in their place.")
    if not backed_up.is_on():
        say("What is there is not kept: BACKUP_RECIPIENTS is not set.")
        return
    dump = dumps.write(timezone.now(), lambda: None, start=dumps.BEFORE_RESTORE)
    say(f"What was there is kept in {dump.path}.")


def _has_people() -> bool:
    try:
        return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()
    except OperationalError as error:
        raise Refused(f"The database does not answer: {postgres.first_line(error)}.") from None
    except DatabaseError:  # SQLite: what is there is no database any more, so that it holds nobody
        return False


def _finish(sealed: Sealed, wish: Wish, say: Say) -> Restore:
    """The rows are there: bring them up to date, then close what has to be closed."""
    say("The dump is in the database." if postgres.is_it() else "The dump is open beside the database.")
    call_command("migrate", interactive=False, verbosity=0)
    dumped_at = _dumped_at(sealed.path)
    return Restore(dumped_at, voiding.apply(dumped_at, trust=wish.trust))


def _dumped_at(path: Path) -> datetime:
    """When it was taken: as its own row of it says, else as its name does, else as its file does."""
    row = Backup.objects.filter(is_running=True).first()
    return row.started_at if row else dumps.taken_at(path.name) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
