"""Backups as rows: one is taken a day, by one worker at a time, and what came of each try is remembered.

The claim is a row that the database lets exist once. Whoever has it is heard of while they work; when they are not any
more, the next one ends the row and begins anew. What they had written never had the name of a dump.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from operations import backed_up, copying, dumps
from operations.dumps import Dump
from operations.models import Backup
from operations.pipes import Refused

AGAIN = timedelta(minutes=30)  # after a failure
_LEASE = timedelta(minutes=2)
_RENEWED = 10.0  # seconds
_KEPT = timedelta(days=400)
_STOPPED = "Whoever took it stopped in the midst of it."
_RIGHT_NOW = "A backup is being taken right now."
_log = logging.getLogger(__name__)


class Lost(Exception):
    """The row has become somebody else's."""


class _Busy(Refused):
    """Somebody takes one right now."""


def due() -> None:
    """Take a backup, or copy the last one, if it is time to and nobody else is at it. Never raises Refused: what went
    wrong is in the row, and in the log.
    """
    if not backed_up.is_on():
        return
    now = timezone.now()
    if Backup.objects.filter(is_running=True).exclude(_dead(now)).exists():
        return
    backed_up.look_for_files()
    good = backed_up.last_good()
    tried = backed_up.until_now().filter(ended_at__isnull=False, started_at__gt=now - AGAIN).exclude(problem="")
    if good and good.started_at > now - backed_up.EVERY:
        _copy_again(good, now)
    elif not tried.exists() and not backed_up.vanishes():
        try:
            take()
        except _Busy:  # somebody was quicker by a moment
            return
        except Refused as problem:
            _log.error("No backup was taken: %s", problem)
        _forget_old(now)


def take(*, by_hand: bool = False) -> tuple[Dump, str]:
    """Take a backup now: written, rotated, copied. Gives the dump, and why it could not be copied ("" when it was).
    One `by_hand` is called so, and does not push a daily one out.

    Raises Refused, also when another one is being taken.
    """
    row = _claim() if _has_rows() else None
    alive = _Lease(row).renew if row else _nobody_waits
    try:
        dump = _written(row, alive, dumps.BY_HAND if by_hand else "")
        dumps.rotate()
        return dump, _copied(row, dump.path, alive)
    finally:
        _end(row)


def _written(row: Backup | None, alive: Callable[[], None], note: str) -> Dump:
    try:
        dump = dumps.write(row.started_at if row else timezone.now(), alive, note=note)
    except Lost:
        raise Refused("It took so long to be heard of that somebody else has begun anew.") from None
    except Refused as problem:
        _save(row, problem=str(problem), ended_at=timezone.now())
        raise
    _save(row, file=dump.path.name, size=dump.size, sha256=dump.sha256, ended_at=timezone.now())
    return dump


def _nobody_waits() -> None:
    """Without rows nobody asks whether we live."""


def _has_rows() -> bool:
    """A database from before there were rows of backups can be backed up, too: that is when it is wanted most."""
    return Backup._meta.db_table in connection.introspection.table_names()


def _claim() -> Backup:
    """A row that is ours alone. Raises Refused when somebody else has one."""
    now = timezone.now()
    dead = Backup.objects.filter(_dead(now), is_running=True)
    dead.filter(ended_at=None).update(is_running=False, ended_at=now, problem=_STOPPED)
    dead.update(is_running=False)  # it died copying: the dump is whole
    try:
        with transaction.atomic():
            return Backup.objects.create(started_at=now, lease_until=now + _LEASE)
    except IntegrityError:
        raise _Busy(_RIGHT_NOW) from None


def _dead(now: datetime) -> Q:
    """Not heard of for too long; nor does a clock that was ahead keep anybody alive."""
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + _LEASE + dumps.AHEAD)


class _Lease:
    """Renews the hold of a row now and then."""

    def __init__(self, row: Backup) -> None:
        self._row, self._next = row, 0.0

    def renew(self) -> None:
        """Be heard of. Raises Lost when the row is not ours any more."""
        if time.monotonic() < self._next:
            return
        held = Backup.objects.filter(pk=self._row.pk, is_running=True)
        if not held.update(lease_until=timezone.now() + _LEASE):
            raise Lost
        self._next = time.monotonic() + _RENEWED


def _save(row: Backup | None, **values: object) -> None:
    if row:
        Backup.objects.filter(pk=row.pk).update(**values)


def _end(row: Backup | None) -> None:
    """Let go of it, whatever became of it: the next one need not wait until it is too long unheard of."""
    if row:
        held = Backup.objects.filter(pk=row.pk, is_running=True)
        held.filter(ended_at=None).update(ended_at=timezone.now(), problem=_STOPPED)
        held.update(is_running=False)


def _copied(row: Backup | None, path: Path, alive: Callable[[], None]) -> str:
    """Copy it elsewhere, where that is wanted; gives why it could not be."""
    if not settings.BACKUP_COPY_COMMAND:
        return ""
    try:
        copying.copy(path, alive)
    except (Refused, Lost) as problem:
        words = str(problem) or "it was not heard of for too long."
        _log.error("A backup could not be copied elsewhere: %s", words)
        _save(row, copy_problem=words, copy_tried_at=timezone.now())
        return words
    now = timezone.now()
    _save(row, copy_problem="", copied_at=now, copy_tried_at=now)
    return ""


def _copy_again(newest: Backup, now: datetime) -> None:
    """Where the last dump could not be copied, or whoever copied it died: once more, half an hour later."""
    waits = Backup.objects.filter(pk=newest.pk, copied_at=None).filter(
        Q(copy_tried_at__lt=now - AGAIN) | Q(copy_tried_at=None, ended_at__lt=now - AGAIN)
    )
    path = dumps.folder() / newest.file
    if not (settings.BACKUP_COPY_COMMAND and waits.exists() and path.is_file()):
        return
    Backup.objects.filter(_dead(now), is_running=True).update(is_running=False)
    try:
        with transaction.atomic():
            if not waits.filter(is_running=False).update(is_running=True, lease_until=now + _LEASE):
                return
    except IntegrityError:  # somebody takes one by hand
        return
    try:
        _copied(newest, path, _Lease(newest).renew)
    finally:
        _end(newest)


def _forget_old(now: datetime) -> None:
    old = Backup.objects.filter(started_at__lt=now - _KEPT)
    if good := backed_up.last_good():
        old = old.exclude(pk=good.pk)
    old.delete()
