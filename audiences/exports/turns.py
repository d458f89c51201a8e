"""Whose turn it is: exports take turns, person by person, behind everybody who browses.

At most MOST have one at once, in all workers together, so that what people wait for always finds a place. A turn lasts
while nobody else waits for one, and moments otherwise.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from audiences import access, schedule
from audiences.api.client import Deadline
from audiences.exports import closing, desk, lease, setbacks, walking
from audiences.exports.order import Export
from audiences.exports.spool import SEGMENT

State = Export.State

MOST = 2
TURN = 5.0  # seconds, where others wait
IN_VAIN = timedelta(seconds=2)  # who has been due for so long found no worker free
_LOOK_EVERY = 1.0
_NEVER = datetime.min.replace(tzinfo=UTC)
_MAY_NOT = "Who asked for it may not export from this account group any more."
_log = logging.getLogger(__name__)


def due(until: Deadline) -> int:
    """Go on with the exports that are due until nothing is or the time is over; gives how many turns that were."""
    turns = 0
    while until.left() and (export := _claim()):
        _take(export, until)
        turns += 1
    return turns


def _claim() -> Export | None:
    """The one whose turn it is, held; None when there is none, or no place for one more."""
    # of those there are few
    under_way = _under_way().select_related("group", "by")
    for export in _in_order(list(under_way.all())):
        if not schedule.hold(export, lease.LEASE):
            continue
        if under_way.filter(lease_until__gt=timezone.now()).count() <= MOST:
            return export
        # others have claimed one this very moment
        schedule.release(export)
        return None
    return None


def _under_way() -> QuerySet[Export]:
    """What has ended is never looked at again, whatever its row says of when it is due."""
    return Export.objects.filter(state__in=Export.UNDER_WAY, next_check_at__isnull=False)


def _in_order(under_way: list[Export]) -> list[Export]:
    """Those that are due, the one whose turn it is first; none while MOST have their turns.

    First whoever has no other that is being read, then whoever waited longest for anything; of a person's own those
    that are due for longest.
    """
    now = timezone.now()
    held = [export for export in under_way if export.lease_until > now]
    if len(held) >= MOST:
        return []
    busy = {export.by_id for export in held}
    served: dict[int | None, datetime] = {}
    for export in under_way:
        if export.started_at is not None:
            served[export.by_id] = max(served.get(export.by_id, _NEVER), export.moved_at)
    waiting = [one for one in under_way if one.lease_until <= now and one.next_check_at and one.next_check_at <= now]
    waiting.sort(key=lambda one: (one.by_id in busy, served.get(one.by_id, _NEVER), one.next_check_at, one.pk))
    return waiting


def _take(export: Export, until: Deadline) -> None:
    """Give it its turn, whatever comes of it."""
    try:
        _go_on(export, until)
    except lease.Lost:
        _take_back(export)
    except Exception:
        # one row that nobody foresaw must not keep the others waiting
        _log.exception("An export could not go on.")
        _put_off(export)


def _take_back(export: Export) -> None:
    """Delete what was written after it had become somebody else's."""
    row = Export.objects.filter(pk=export.pk).exclude(state=State.CANCELLED).first()
    if row is None:
        desk.clear_folder(export)
        return
    own = f"{export.fence}{SEGMENT}"
    if own not in [name for name, _ in row.segments]:
        with suppress(OSError):
            (export.path() / own).unlink(missing_ok=True)


def _put_off(export: Export) -> None:
    """Try it again later, unless it has ended."""
    values = setbacks.unforeseen(export)
    try:
        if export.state == State.CLOSING:
            closing.put_off(export, values)
        elif export.state == State.WALKING:
            lease.release(export, still=State.WALKING, **values)
    except lease.Lost:
        return
    except Exception:
        # its lease ends by itself
        _log.exception("An export could not be put off.")


def _go_on(export: Export, until: Deadline) -> None:
    entry = access.of(export.by, export.group_id) if export.by else None
    if entry is None or not entry.may_export:
        desk.cancel(export, None, early=_MAY_NOT)
        return
    if export.state == State.WALKING:
        walking.go_on(export, _end_of_turn(until))
    if export.state == State.CLOSING:
        closing.close(export)


def _end_of_turn(until: Deadline) -> Callable[[], bool]:
    """Whether the turn is over, asked before every page."""
    look = time.monotonic() + TURN

    def is_over() -> bool:
        nonlocal look
        if not until.left():
            return True
        if time.monotonic() < look:
            return False
        look = time.monotonic() + _LOOK_EVERY
        return _somebody_waits()

    return is_over


def _somebody_waits() -> bool:
    now = timezone.now()
    return _under_way().filter(next_check_at__lte=now - IN_VAIN, lease_until__lte=now).exists()
