"""Which people of an audience somebody has opened: ids only, theirs alone, and forgotten after OPENED_DAYS."""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from team.models import AccountGroup, User

ID = 128  # letters of an id of the API


class Opened(models.Model):
    """That somebody opened a person of an audience."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    prospect_id = models.CharField(max_length=ID)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("user", "group", "audience_id", "prospect_id"), name="opened_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} opened {self.prospect_id}"


def note(user: User, group: AccountGroup, audience_id: str, prospect_id: str) -> bool:
    """That they open this person now; whether for the first time. Nothing with OPENED_DAYS=0."""
    if not settings.OPENED_DAYS:
        return False
    mine = {"user": user, "group": group, "audience_id": audience_id, "prospect_id": prospect_id}
    if Opened.objects.filter(**mine).update(at=timezone.now()):
        return False
    Opened.objects.bulk_create([Opened(**mine)], update_conflicts=True, update_fields=["at"], unique_fields=list(mine))
    return True


def among(user: User, group: AccountGroup, audience_id: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of these people whom they have opened."""
    if not settings.OPENED_DAYS:
        return frozenset()
    rows = Opened.objects.filter(user=user, group=group, audience_id=audience_id, prospect_id__in=list(ids))
    return frozenset(rows.values_list("prospect_id", flat=True))


def clear_old() -> None:
    """Forget what is older than OPENED_DAYS."""
    Opened.objects.filter(at__lt=timezone.now() - timedelta(days=settings.OPENED_DAYS)).delete()
