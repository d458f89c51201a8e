"""What the deployment knows of itself."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """That a process of this kind lived at that moment, by the clock of its machine (operations.heartbeat)."""

    class Kind(models.TextChoices):
        WORKER = "worker", "Worker"
        BEAT = "beat", "Beat"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)  # of the process, as "worker@7c1e5f"
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("kind", "name"), name="one_heartbeat_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
