"""The database is the schedule: rows say when they are due, and whoever claims one has it for a minute.

A claim is a compare-and-swap (RELIABILITY fact 6): the lease makes a row free again when its worker died, the fence
keeps a worker that was only slow from writing over what another has done since.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils import timezone

LEASE = timedelta(seconds=60)
NOT_LEASED = datetime(1970, 1, 1, tzinfo=UTC)
STALLED_AFTER = timedelta(hours=24)
_AMONG = 8  # of the rows due first: workers that all wanted the very first would wait for each other

# until so long after the beginning: every so often
_POLL = (
    (timedelta(seconds=5), timedelta(seconds=5)),
    (timedelta(seconds=15), timedelta(seconds=10)),
    (timedelta(minutes=10), timedelta(seconds=20)),
    (timedelta(hours=2), timedelta(seconds=60)),
    (STALLED_AFTER, timedelta(minutes=5)),
)
_HOURLY = timedelta(hours=1)


class Scheduled(models.Model):
    """A row that is due at `next_check_at`; never, when that is null."""

    next_check_at = models.DateTimeField(null=True, db_index=True)
    lease_until = models.DateTimeField(default=NOT_LEASED)
    fence = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True

    objects: ClassVar[models.Manager[Any]]


S = TypeVar("S", bound=Scheduled)


def claim(rows: models.QuerySet[S], *, among: int = _AMONG, lease: timedelta = LEASE) -> S | None:
    """One of the rows that are due, leased to the caller; None when none is. `among`=1: the one due first."""
    while True:
        now = timezone.now()
        due = list(rows.filter(next_check_at__lte=now, lease_until__lte=now).order_by("next_check_at", "pk")[:among])
        if not due:
            return None
        row = random.choice(due)  # noqa: S311 - spreads workers, guards nothing
        if hold(row, lease):
            return row


def hold(row: Scheduled, lease: timedelta = LEASE) -> bool:
    """Lease this row as it was read, due or not; False when somebody else has it or has changed it."""
    now = timezone.now()
    taken = type(row).objects.filter(pk=row.pk, fence=row.fence, lease_until__lte=now)
    if not taken.update(fence=row.fence + 1, lease_until=now + lease):
        return False
    row.fence += 1
    row.lease_until = now + lease
    return True


def keep(row: Scheduled, lease: timedelta = LEASE, **values: Any) -> bool:
    """Write how far the work has come and hold the row for another while; False, and nothing written, when it has
    become somebody else's.
    """
    until = timezone.now() + lease
    if not type(row).objects.filter(pk=row.pk, fence=row.fence).update(lease_until=until, **values):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.lease_until = until
    return True


def release(row: Scheduled, *, still: str = "", **values: Any) -> bool:
    """Write what a claim led to and end it; False, and nothing written, when the lease has become somebody else's, or
    when the row is not in the state `still` any more, where one is given.
    """
    held = type(row).objects.filter(pk=row.pk, fence=row.fence)
    if still:
        held = held.filter(state=still)
    # whoever read the row before this was written must not hold it: they would judge by how it was then
    if not held.update(lease_until=NOT_LEASED, fence=row.fence + 1, **values):
        return False
    row.fence += 1
    for name, value in values.items():
        setattr(row, name, value)
    row.lease_until = NOT_LEASED
    return True


def pause(age: timedelta) -> timedelta:
    """How long to wait before looking again at an audience that has been populating for so long."""
    return next((every for until, every in _POLL if age < until), _HOURLY)


def spread(span: timedelta) -> timedelta:
    """The span × 0.8 … 1.2, so that what began together does not stay together."""
    return span * random.uniform(0.8, 1.2)  # noqa: S311 - spreads calls, guards nothing
