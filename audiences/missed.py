"""Audiences that navigation has stopped naming, or names again: asked for at once, whatever has become of them."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from audiences.models import KnownAudience, Watch
from audiences.readiness import OPEN


def notice() -> None:
    """Bring the rows in step with what navigation has named or stopped naming."""
    missed = KnownAudience.objects.select_related("group").filter(is_missed=True)
    for row in missed[:200]:
        _ask_about(row)
    newly_listed = KnownAudience.objects.filter(
        group=OuterRef("group"),
        audience_id=OuterRef("audience_id"),
        is_listed=True,
        changed_at__gt=OuterRef("last_check_at"),
    )
    now = timezone.now()
    worth_a_look = Watch.objects.filter(Exists(newly_listed), state__in=OPEN, next_check_at__gt=now)
    if worth_a_look.exists():  # reading is free; on SQLite an UPDATE takes the one write lock, even for no row
        worth_a_look.update(next_check_at=now)


def _ask_about(row: KnownAudience) -> None:
    with transaction.atomic():
        if not KnownAudience.objects.filter(pk=row.pk, is_missed=True).update(is_missed=False):
            return
        now = timezone.now()
        values = {"name": row.name, "state": Watch.State.MISSED, "since": now, "next_check_at": now, "noes": 0}
        watch, is_new = Watch.objects.get_or_create(group=row.group, audience_id=row.audience_id, defaults=values)
        if not is_new:
            Watch.objects.filter(pk=watch.pk).exclude(state__in=OPEN).update(**values, fence=F("fence") + 1)
