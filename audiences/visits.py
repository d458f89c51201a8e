"""Which audiences somebody comes back to: those they opened last, those they starred, and where they were in each.

By id: what the API no longer names stays here, and its name as navigation last had it (known.py).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone

from audiences.opened import ID, Opened
from team.models import AccountGroup, User

RECENT = 8  # audiences in the sidebar

Trail = list[tuple[str, int]]


class Visit(models.Model):
    """That somebody was at an audience. `starred_at`: since when it has their star; null: it has none.

    `row` is the number of the person they were at last (`person`, on the page at cursor `at`), null: at the top.
    `trail` has the cursors of that page and of those before it, each with how many people stand before the page.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    visited_at = models.DateTimeField(null=True)
    starred_at = models.DateTimeField(null=True)
    row = models.PositiveIntegerField(null=True)
    person = models.CharField(max_length=ID, blank=True)
    at = models.TextField(blank=True)
    trail = models.JSONField(default=list, db_default=[])

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


@dataclass(frozen=True, slots=True)
class Here:
    """What somebody has left in an audience: how many people they opened (None: nothing is remembered), and their place
    as in Visit.
    """

    opened: int | None = None
    row: int | None = None
    person: str = ""
    at: str = ""
    trail: Trail = field(default_factory=list)


def here(user: User, group: AccountGroup, audience_id: str) -> Here:
    """What they have left in the audience, in one query."""
    if not settings.OPENED_DAYS:
        return Here()
    opened = Opened.objects.filter(user=OuterRef("pk"), group=group, audience_id=audience_id)
    count = opened.values("user").annotate(rows=Count("pk")).values("rows")
    visit = FilteredRelation("visit", condition=Q(visit__group=group, visit__audience_id=audience_id))
    asked = User.objects.filter(pk=user.pk).annotate(was=visit, people=Subquery(count))
    found = asked.values_list("people", "was__row", "was__person", "was__at", "was__trail").first()
    people, row, person, at, trail = found or (0, None, "", "", [])
    return Here(people or 0, row, person or "", at or "", [(cursor, offset) for cursor, offset in trail or []])


def keep_place(user: User, group: AccountGroup, audience_id: str, place: Here) -> None:
    """That this is where they are in the audience; nothing with OPENED_DAYS=0."""
    if not settings.OPENED_DAYS:
        return
    mine = {"row": place.row, "person": place.person, "at": place.at, "trail": place.trail}
    visit = Visit(user=user, group=group, audience_id=audience_id, visited_at=timezone.now(), **mine)
    key = ["user", "group", "audience_id"]
    Visit.objects.bulk_create([visit], update_conflicts=True, update_fields=list(mine), unique_fields=key)


_TOP: dict[str, Any] = {"row": None, "person": "", "at": "", "trail": []}


def leave_place(user: User, group: AccountGroup, audience_id: str) -> None:
    """They are at the top of the audience."""
    Visit.objects.filter(user=user, group=group, audience_id=audience_id).update(**_TOP)


def clear_old() -> None:
    """Forget visits older than OPENED_DAYS; a star keeps its audience, not the place in it."""
    old = Visit.objects.filter(visited_at__lt=timezone.now() - timedelta(days=settings.OPENED_DAYS))
    old.filter(starred_at=None).delete()
    old.update(visited_at=None, **_TOP)
