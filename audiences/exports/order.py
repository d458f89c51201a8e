"""The row of an export: what was asked for, how far it came, what came of it."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from audiences.schedule import Scheduled
from team.models import AccountGroup, User

FOLDER = re.compile(r"[0-9a-f]{32}")
ID = 128  # letters of an id of the API
NAME = 200


def new_folder() -> str:
    """A name that no export has had, and that nobody else would think of: FOLDER."""
    return secrets.token_hex(16)


class Export(Scheduled):
    """Somebody's wish for an audience as a file.

    walking → closing → whole or partial; cancelled at any time before. A crash leaves it in one of these. `form_key`
    came with the form, so that the same form makes one export, and is the export's address.
    """

    class State(models.TextChoices):
        WALKING = "walking", "Being read"
        CLOSING = "closing", "Being written"
        WHOLE = "whole", "Whole"
        PARTIAL = "partial", "Ended early"
        CANCELLED = "cancelled", "Cancelled"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"

    UNDER_WAY = (State.WALKING, State.CLOSING)

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    name = models.CharField(max_length=NAME, blank=True)  # the audience's, when it was asked for
    form_key = models.CharField(max_length=32)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    format = models.CharField(max_length=4, choices=Format.choices, default=Format.CSV)
    columns = models.JSONField()  # keys of columns.py, in its order
    state = models.CharField(max_length=12, choices=State.choices, default=State.WALKING)
    folder = models.CharField(max_length=32, unique=True, default=new_folder)

    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)  # null: it waits for its first turn
    moved_at = models.DateTimeField(default=timezone.now)  # when it last got on
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, db_index=True)  # when the row goes, and all files with it

    # how far it came; written after every page
    expected = models.PositiveBigIntegerField(null=True)  # people, by the API's own count
    cursor = models.TextField(blank=True)  # of the page to ask for next
    pages = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    twice = models.PositiveIntegerField(default=0)  # people that came again, and were left out
    nameless = models.PositiveIntegerField(default=0)  # entries without a usable id, which are left out
    segments = models.JSONField(default=list)  # of the spool: [name, bytes that count]
    restarts = models.PositiveSmallIntegerField(default=0)  # that the API refused the cursor, and it began again
    closed_rows = models.PositiveIntegerField(default=0)

    # since when (waits_since) and why it waits (problem), or why it ended before its end (early)
    waits_since = models.DateTimeField(null=True)  # the first failure in a row
    tries = models.PositiveSmallIntegerField(default=0)  # failures in a row
    noes = models.PositiveSmallIntegerField(default=0)  # answers in a row that there is no such audience
    problem = models.TextField(blank=True)
    trace_id = models.CharField(max_length=NAME, blank=True)
    early = models.TextField(blank=True)

    # the archive, once it is closed
    archive = models.CharField(max_length=64, blank=True)  # its name in the folder; "": there is none
    size = models.PositiveBigIntegerField(default=0)  # bytes of the file in it
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "form_key"), name="one_export_per_form")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("group", "audience_id"), name="exports_of_an_audience")
        ]

    def __str__(self) -> str:
        return f"{self.name or self.audience_id} as {self.format} ({self.state})"

    @property
    def is_under_way(self) -> bool:
        """Whether it may still become whole by itself."""
        return self.state in self.UNDER_WAY

    @property
    def is_queued(self) -> bool:
        """Whether it waits for its first turn."""
        return self.state == self.State.WALKING and self.started_at is None

    @property
    def has_file(self) -> bool:
        """Whether there is something to fetch."""
        return bool(self.archive)

    def path(self) -> Path:
        """Its folder, which may not be there (yet, or any more)."""
        return Path(settings.EXPORTS_DIR) / self.folder


def kept_for() -> str:
    """How long files are kept, in words: "24 hours", not "1 day"."""
    units = (("days", 24 * 3600), ("hours", 3600), ("minutes", 60), ("seconds", 1))
    kept = round(settings.EXPORTS_MAX_AGE)
    name, seconds = next(unit for unit in units if kept >= 2 * unit[1] and kept % unit[1] == 0)
    return f"{kept // seconds} {name}"


def kept_until(ended: datetime) -> datetime:
    """When an export that ended then is deleted."""
    return ended + timedelta(seconds=settings.EXPORTS_MAX_AGE)


def not_expired() -> models.Q:
    """Those that are to be seen: what has expired goes within seconds."""
    return models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
