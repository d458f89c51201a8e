"""Attempts whose outcome nobody knows: what a crash has left behind, and what is settled by looking.

Exactly one new audience of the attempt's name is taken to be ours; between two nobody guesses. Finding none proves
nothing: the API hides audiences while they fill.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audiences import catalog, creation, schedule
from audiences.api.client import Deadline
from audiences.api.errors import ApiError, HeldBack, Resting
from audiences.api.records import Audience, Navigation
from audiences.creation import State
from audiences.models import Attempt
from audiences.refusal import is_key_refused
from audiences.samename import name_key

_log = logging.getLogger(__name__)
LOOKS = (timedelta(seconds=10), timedelta(seconds=40), timedelta(seconds=130))  # after it was sent
THEN = timedelta(seconds=100)  # × 1.2 and a tick: adopted within 150 s of being listed
LOOK_CLOSELY = timedelta(hours=24)
AFTERWARDS = timedelta(hours=1)
SKEW = timedelta(minutes=2)  # between the API's clock and ours


def due(until: Deadline) -> int:
    """Settle what is due, one after the other, until nothing is or the time is over; gives how many."""
    looked = 0
    under_way = Attempt.objects.select_related("group", "by").filter(state__in=Attempt.UNDER_WAY)
    while until.left() and not is_key_refused():
        attempt = schedule.claim(under_way)
        if attempt is None:
            break
        try:
            with catalog.as_worker() as deadline:
                _step(attempt, deadline)
        except Exception:
            # one row that nobody foresaw must not keep the others waiting; its lease ends by itself
            _log.exception("An attempt to create an audience could not be settled.")
        looked += 1
    return looked


def _step(attempt: Attempt, deadline: Deadline) -> None:
    """What comes next for an attempt whose row is leased to us."""
    if attempt.state == State.UNCONFIRMED:
        look(attempt, deadline)
    elif not schedule.release(attempt):
        return
    elif attempt.state == State.SENT:
        # whoever sent it is gone, or slow beyond the deadline of any POST
        creation.unsettle(attempt, (State.SENT,), problem="the dashboard stopped before an answer came")
    elif attempt.may_exist:
        creation.unsettle(attempt, (State.WRITTEN,), problem="it could not be sent again in time")
    else:
        creation.leave_unsent(attempt, "it could not be sent in time")


def look(attempt: Attempt, deadline: Deadline) -> None:
    """Look whether the API lists it by now, and write what was found; the row is leased to us."""
    now = timezone.now()
    following = next_look(attempt.sent_at or now, now)
    try:
        found = fitting(attempt, catalog.ask_navigation(attempt.group, deadline).value)
    except ApiError as error:
        # nobody has looked: what was known of it stays
        if isinstance(error, HeldBack | Resting):
            following = now + timedelta(seconds=error.retry_after or 1.0)
        schedule.release(attempt, still=State.UNCONFIRMED, next_check_at=following)
        return
    several = [audience.id for audience in found] if len(found) > 1 else []
    values: dict[str, Any] = {"last_look_at": now, "next_check_at": following, "candidates": several}
    if schedule.release(attempt, still=State.UNCONFIRMED, **values) and len(found) == 1:
        creation.adopt(attempt, found[0].id, (State.UNCONFIRMED,))


def next_look(sent_at: datetime, now: datetime) -> datetime:
    """When to look next for what was sent then."""
    coming = next((sent_at + look for look in LOOKS if sent_at + look > now), None)
    if coming:
        return coming
    return now + schedule.spread(THEN if now - sent_at < LOOK_CLOSELY else AFTERWARDS)


def fitting(attempt: Attempt, navigation: Navigation) -> list[Audience]:
    """The audiences that this attempt may have made: its name, an id that was not there, made after it was sent.

    Never by type: one created as `on_demand` is shown as `linkedin_search`.
    """
    others = Attempt.objects.filter(group=attempt.group, state=State.CREATED).exclude(pk=attempt.pk)
    taken = {*attempt.known_ids, *others.values_list("audience_id", flat=True)}
    fits = {
        audience.id: audience
        for _, audience in navigation.every()
        if audience.id not in taken and name_key(audience.name) == attempt.name_key and _is_after(audience, attempt)
    }
    return list(fits.values())


def _is_after(audience: Audience, attempt: Attempt) -> bool:
    """A date that cannot be read excludes nothing: name and id speak for it."""
    try:
        made = parse_datetime(audience.created_at)
    except ValueError:
        made = None
    if made is None or attempt.first_sent_at is None:
        return True
    return (made if timezone.is_aware(made) else timezone.make_aware(made)) >= attempt.first_sent_at - SKEW


def look_now(attempt: Attempt, deadline: Deadline) -> None:
    """Look at once, for somebody who asks for it."""
    if attempt.state == State.UNCONFIRMED and schedule.hold(attempt):
        look(attempt, deadline)


def choose(attempt: Attempt, audience_id: str) -> bool:
    """A person says which of those that fit is the one."""
    return audience_id in attempt.candidates and creation.adopt(attempt, audience_id, (State.UNCONFIRMED,))
