"""What is known of backups: which is the last good one, where its file is, what is wrong with them."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from operations import dumps
from operations.models import Backup

EVERY = timedelta(hours=24)
LATE = timedelta(hours=26)
_log = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether backups are taken daily."""
    return bool(settings.BACKUP_RECIPIENTS)


def last_good() -> Backup | None:
    """The newest dump that is whole. One of a moment that has not come yet is of a clock that was ahead: nobody knows
    how old it is, and it must not keep the next one from being taken.
    """
    return until_now().exclude(file="").filter(ended_at__isnull=False).first()


def until_now() -> QuerySet[Backup]:
    """All tries but those of a clock that was ahead."""
    return Backup.objects.filter(started_at__lte=timezone.now() + dumps.AHEAD)


def _ahead() -> QuerySet[Backup]:
    return Backup.objects.filter(started_at__gt=timezone.now() + dumps.AHEAD).exclude(file="")


def trouble() -> str:
    """What is wrong with backups, as sentences for admins; "" when all is well, or where none are taken."""
    if not is_on():
        return ""
    good, last = last_good(), until_now().filter(ended_at__isnull=False).first()
    problems = []
    if good is None:
        problems.append("No backup has been taken yet.")
    elif timezone.now() - good.started_at > LATE:
        problems.append(f"The last backup is older than 26 hours: it is of {_when(good.started_at)}.")
    if last and last.problem:
        problems.append(f"The last try to take one failed at {_when(last.started_at)}: {last.problem}")
    if good and good.copy_problem:
        problems.append(f"The copy of {good.file} elsewhere failed: {good.copy_problem}")
    if early := _ahead().first():
        problems.append(f"The clock was ahead when {early.file} was taken: it counts as no backup, and can be deleted.")
    if vanishes():
        problems.append(
            "Dumps vanish from BACKUP_DIR, so that no more are taken today: workers on several machines need the same "
            "folder, or BACKUP_COPY_COMMAND."
        )
    return " ".join(problems)


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def vanishes() -> bool:
    """Whether more than one of the last day was whole and is not where it was: to take more would push older ones out
    of two folders at once.
    """
    lately = until_now().filter(started_at__gt=timezone.now() - EVERY)
    return lately.filter(file="", size__gt=0).count() > 1


def look_for_files() -> None:
    """Whether the newest dumps are still in BACKUP_DIR, as only a worker sees it: those that are not are good no more.
    Where they are copied elsewhere that is no news, and workers on several machines may have a folder each.
    """
    for early in _ahead():
        _is_there(early)
    while not settings.BACKUP_COPY_COMMAND and (good := last_good()) and not _is_there(good):
        _log.error("A backup is missing: %s is not in BACKUP_DIR any more.", good.file)


def _is_there(row: Backup) -> bool:
    if (dumps.folder() / row.file).is_file():
        return True
    problem = f"It was whole, but {row.file} is not in BACKUP_DIR any more."
    Backup.objects.filter(pk=row.pk).update(file="", problem=problem)
    return False
