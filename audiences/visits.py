"""Which audiences somebody comes back to: those they opened last, those they starred, and where they were in each.

By id: what the API no longer names stays here, and its name as navigation last had it (known.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone

from audiences.opened import ID, Opened
from team.models import AccountGroup, User

RECENT = 8  # audiences in the sidebar
STARS = 100  # of one person in one group
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)

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


def of(user: User, group: AccountGroup) -> list[Visit]:
    """Their RECENT latest visits of the group, and whatever has their star, in one query."""
    mine = Visit.objects.filter(user=user, group=group)
    latest = mine.filter(visited_at__gt=_kept_since()).order_by("-visited_at", "-pk").values("pk")[:RECENT]
    return list(mine.filter(Q(starred_at__isnull=False) | Q(pk__in=latest)))


def recent(visits: Iterable[Visit]) -> list[Visit]:
    """Of those, the latest first."""
    since = _kept_since()
    found = [(visit.visited_at, visit.pk, visit) for visit in visits if visit.visited_at and visit.visited_at > since]
    return [visit for *_, visit in sorted(found, reverse=True)][:RECENT]


def starred(visits: Iterable[Visit]) -> list[Visit]:
    """Of those, the ones with a star, in the order in which they got it."""
    found = [(visit.starred_at, visit.pk, visit) for visit in visits if visit.starred_at]
    return [visit for *_, visit in sorted(found)]


def note(user: User, group: AccountGroup, audience_id: str, known: Iterable[Visit]) -> bool:
    """That they open this audience now, beside the visits that are `known`; whether it had to be written.

    Nothing is with OPENED_DAYS=0, and little else: not when it is the latest one already (once a day it is, or it would
    be forgotten under their eyes), nor twice within a minute.
    """
    latest = recent(known)
    at = next((visit.visited_at for visit in latest if visit.audience_id == audience_id), None)
    rest = _DAY if latest and latest[0].audience_id == audience_id else _MINUTE
    now = timezone.now()
    if not settings.OPENED_DAYS or (at and now - at < rest):
        return False
    row = Visit(user=user, group=group, audience_id=audience_id, visited_at=now)
    key = ["user", "group", "audience_id"]
    Visit.objects.bulk_create([row], update_conflicts=True, update_fields=["visited_at"], unique_fields=key)
    return True


def star(user: User, group: AccountGroup, audience_id: str) -> bool:
    """Give it their star; whether it has it now: STARS are the most there are."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs would give one too many
        mine = Visit.objects.filter(user=user, group=group)
        others = mine.exclude(starred_at=None).exclude(audience_id=audience_id)
        if others.count() >= STARS:
            return False
        row, _ = Visit.objects.get_or_create(user=user, group=group, audience_id=audience_id)
        mine.filter(pk=row.pk, starred_at=None).update(starred_at=timezone.now())
    return True


def unstar(user: User, group: AccountGroup, audience_id: str) -> None:
    """Take their star from it."""
    here = Visit.objects.filter(user=user, group=group, audience_id=audience_id)
    here.filter(visited_at=None).delete()
    here.update(starred_at=None)


def _kept_since() -> datetime:
    return timezone.now() - timedelta(days=settings.OPENED_DAYS)


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
    Visit.objects.bulk_create([visit], update_conflicts=True, update_fields=[*mine, "visited_at"], unique_fields=key)


_TOP: dict[str, Any] = {"row": None, "person": "", "at": "", "trail": []}


def leave_place(user: User, group: AccountGroup, audience_id: str) -> None:
    """Forget where they were in the audience."""
    Visit.objects.filter(user=user, group=group, audience_id=audience_id).update(**_TOP)


def clear_old() -> None:
    """Forget visits older than OPENED_DAYS; a star keeps its audience, not the place in it."""
    old = Visit.objects.filter(visited_at__lt=_kept_since())
    old.filter(starred_at=None).delete()
    old.update(visited_at=None, **_TOP)
