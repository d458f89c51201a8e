"""Which audiences somebody comes back to: those they opened last, those they starred, and where they were in each.

By id: what the API no longer names stays here, and its name as navigation last had it (known.py).
"""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from audiences.opened import ID
from team.models import AccountGroup, User

RECENT = 8  # audiences in the sidebar


class Visit(models.Model):
    """That somebody was at an audience. `starred_at`: since when it has their star; null: it has none.

    `row` is the number of the person they were at last (`person`, on the page at cursor `at`), null: at the top.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    visited_at = models.DateTimeField(null=True)
    starred_at = models.DateTimeField(null=True)
    row = models.PositiveIntegerField(null=True)
    person = models.CharField(max_length=ID, blank=True)
    at = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("user", "group", "audience_id"), name="visited_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("user", "group", "-visited_at"), name="visits_of_a_person"),
            models.Index(fields=("visited_at",), name="visits_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.audience_id}"


def clear_old() -> None:
    """Forget visits older than OPENED_DAYS; a star keeps its audience, not the place in it."""
    old = Visit.objects.filter(visited_at__lt=timezone.now() - timedelta(days=settings.OPENED_DAYS))
    old.filter(starred_at=None).delete()
    old.update(visited_at=None, row=None, person="", at="")
