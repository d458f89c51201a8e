"""What the deployment knows of itself."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from audiences.models import Attempt, ShareLink
from team.models import AccountGroup, User


class Heartbeat(models.Model):
    """That a process of this kind lived at that moment, by the clock of its machine (operations.heartbeat)."""

    class Kind(models.TextChoices):
        WORKER = "worker", "Worker"
        BEAT = "beat", "Beat"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)  # its machine (or container) and its number there: "7c1e5f-12"
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("kind", "name"), name="one_heartbeat_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


class Backup(models.Model):
    """A try to take a dump of the database, and what came of it (operations.backups).

    `is_running`: somebody takes it or copies it now, and is heard of until `lease_until`. The database lets only one be
    so. Good is one that has ended and has a file.
    """

    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    is_running = models.BooleanField(default=True)
    lease_until = models.DateTimeField()
    file = models.CharField(max_length=120, blank=True)  # its name in BACKUP_DIR
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)  # why there is no file, as a sentence
    copied_at = models.DateTimeField(null=True)  # by BACKUP_COPY_COMMAND
    copy_tried_at = models.DateTimeField(null=True)
    copy_problem = models.TextField(blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=("is_running",), condition=models.Q(is_running=True), name="one_backup_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.file or f"backup of {self.started_at}"


class Restored(models.Model):
    """Something that a restored dump would have opened again; it waits for an admin's word (operations.confirming).

    A member: their membership is not there; this row has its role. A link sleeps. An attempt is unconfirmed.
    """

    class Kind(models.TextChoices):
        MEMBER = "member", "Member"
        LINK = "link", "Link"
        ATTEMPT = "attempt", "Attempt"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=10, blank=True)
    link = models.ForeignKey(ShareLink, null=True, on_delete=models.CASCADE)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.CASCADE)
    dumped_at = models.DateTimeField()  # when the dump was taken
    restored_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("group",), condition=models.Q(settled_at=None), name="restored_and_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.group}"
