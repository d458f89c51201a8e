"""Audiences that are not ready: each is a row that the tick asks for until it is (RELIABILITY section 2, "Poll").

A row comes of an audience created here, of a 409 that anybody met, or of one that navigation has stopped naming. Pages
read the rows and never the API for them. Losing the broker, the clock or a worker loses nothing: what is due stays due.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audiences import catalog, known, notices, reasons, schedule
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.models import NAME, Watch
from audiences.reading import JUST_NOW
from audiences.refusal import KEY_REFUSED, is_key_refused
from team.models import AccountGroup, User

State = Watch.State

AT_FIRST = timedelta(seconds=2)  # after creating: it may be ready at once
A_MOMENT = timedelta(seconds=10)
NOES = 2  # answers in a row that it is not there, before we believe it
NO_AGAIN = timedelta(seconds=20)
_log = logging.getLogger(__name__)
OPEN = (State.MISSED, *Watch.SHOWN)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found: the state that follows, and when to look next (None: not any more)."""

    state: Watch.State
    after: timedelta | None
    problem: str = ""
    trace_id: str = ""
    noes: int = 0


def created(group: AccountGroup, audience_id: str, name: str, by: User | None) -> Watch:
    """Watch an audience that was created here. Call it in the transaction that says so."""
    return _watch(group, audience_id, name[:NAME], by)


def met(group: AccountGroup, audience_id: str, reader: User | None) -> Watch:
    """Watch an audience that answered somebody's page with 409; they are told when it is ready, unless a stranger."""
    watch = of(group, audience_id)
    if watch is None or (watch.state not in Watch.SHOWN and not _is_just_ready(watch)):
        watch = _watch(group, audience_id, known.name_of(group, audience_id), None)
    if reader:
        looks_on(watch, reader)
    return watch


def _is_just_ready(watch: Watch) -> bool:
    """Then the 409 that somebody met may be one that was remembered for a moment."""
    return watch.state == State.READY and watch.settled_at is not None and timezone.now() - watch.settled_at < A_MOMENT


def looks_on(watch: Watch, reader: User) -> None:
    """Remember who opened an audience while it filled."""
    if not watch.onlookers.filter(pk=reader.pk).exists():
        watch.onlookers.add(reader)


def of(group: AccountGroup, audience_id: str) -> Watch | None:
    """The row of an audience, in whatever state."""
    return Watch.objects.select_related("by").filter(group=group, audience_id=audience_id).first()


def populating(group: AccountGroup) -> list[Watch]:
    """Those of a group that people are told of, the latest first."""
    return list(Watch.objects.select_related("by").filter(group=group, state__in=Watch.SHOWN).order_by("-since", "-pk"))


def _watch(group: AccountGroup, audience_id: str, name: str, by: User | None) -> Watch:
    now = timezone.now()
    values = {"state": State.POPULATING, "since": now, "next_check_at": now + AT_FIRST, "settled_at": None}
    values |= {"noes": 0, "problem": "", "trace_id": ""}
    try:
        with transaction.atomic():
            return Watch.objects.create(group=group, audience_id=audience_id, name=name, by=by, **values)
    except IntegrityError:
        pass  # there is a row: of an earlier time, or just made by somebody else
    there = Watch.objects.filter(group=group, audience_id=audience_id)
    # a look that is under way began in an earlier life of this row: the fence keeps it from writing
    there.exclude(state__in=Watch.SHOWN).update(**values, fence=F("fence") + 1)
    if by is not None:
        there.update(by=by, name=name)
    return there.select_related("by").get()


def due(until: Deadline) -> int:
    """Look at what is due, one after the other, until nothing is or the time is over; gives how many."""
    looked = 0
    while until.left() and not is_key_refused():
        watch = schedule.claim(Watch.objects.select_related("group", "by"))
        if watch is None:
            break
        may_ask = True
        try:
            with catalog.as_worker() as deadline:
                may_ask = look(watch, deadline)
        except Exception:
            # one row that nobody foresaw must not keep the others waiting; its lease ends by itself
            _log.exception("An audience that fills could not be looked at.")
        looked += 1
        if not may_ask:
            break  # nor may the next one
    return looked


def look(watch: Watch, deadline: Deadline) -> bool:
    """Ask for an audience whose row is leased to us, and write what came; False when the budget did not let us ask."""
    try:
        answer = catalog.ask_audience(watch.group, watch.audience_id, deadline)
        _ask_people(watch, deadline)
    except (errors.HeldBack, errors.Resting) as error:
        schedule.release(watch, next_check_at=timezone.now() + timedelta(seconds=error.retry_after or 1.0))
        return False
    except errors.ApiError as error:
        seen = _seen(watch, error, deadline)
    else:
        seen = Seen(State.READY, None, trace_id=answer.trace_id)
        watch.name = (answer.value.name or watch.name)[:NAME]
    _write(watch, seen)
    return True


def _ask_people(watch: Watch, deadline: Deadline) -> None:
    """It is ready when its people are, too: were the two to differ, it would be told as ready again and again. Whatever
    else keeps us from its people is another matter.
    """
    try:
        catalog.ask_prospects(watch.group, watch.audience_id, deadline)
    except (errors.NotReady, errors.HeldBack, errors.Resting):
        raise
    except errors.ApiError:
        return


def _seen(watch: Watch, error: errors.ApiError, deadline: Deadline) -> Seen:
    after = schedule.spread(schedule.pause(watch.age()))
    here = State.STALLED if watch.age() > schedule.STALLED_AFTER else State.POPULATING
    if isinstance(error, errors.NotReady):
        return Seen(here, after, trace_id=error.trace_id)
    # nothing is known about the audience itself
    stays = State(watch.state) if watch.state == State.MISSED else here
    if isinstance(error, errors.RateLimited):
        after = max(after, timedelta(seconds=error.retry_after or 0))
    if isinstance(error, errors.Unauthorized):
        after = min(after, KEY_REFUSED)
    if isinstance(error, errors.Unavailable | errors.RateLimited | errors.Unauthorized | errors.Forbidden):
        return Seen(stays, after, reasons.why(error), error.trace_id, watch.noes)
    return _no(watch, error, stays, deadline)


def _no(watch: Watch, error: errors.ApiError, stays: Watch.State, deadline: Deadline) -> Seen:
    """It says that there is no such audience, or that it cannot give it: believed when it says so again."""
    noes = watch.noes + 1
    if noes < NOES:
        return Seen(stays, NO_AGAIN, error.message, error.trace_id, noes)
    if not isinstance(error, errors.NotFound):
        return Seen(State.FAILED, None, error.message, error.trace_id, noes)
    try:
        # a key that lost the group gets the same 404 for all of its audiences
        catalog.ask_navigation(watch.group, deadline)
    except errors.ApiError as why:
        return Seen(stays, schedule.pause(watch.age()), reasons.why(why), why.trace_id, watch.noes)
    return Seen(State.GONE, None, error.message, error.trace_id, noes)


def _write(watch: Watch, seen: Seen) -> None:
    now = timezone.now()
    was = watch.state
    values: dict[str, Any] = {
        "state": seen.state,
        "name": watch.name,
        "last_check_at": now,
        "next_check_at": None if seen.after is None else now + seen.after,
        "settled_at": now if seen.after is None else None,
        "problem": seen.problem,
        "trace_id": seen.trace_id,
        "noes": seen.noes,
    }
    if was == State.MISSED and seen.state in Watch.SHOWN:
        values["since"] = now
    with transaction.atomic():
        if not schedule.release(watch, **values):
            return  # another has it by now
        if was in Watch.SHOWN and seen.state != was:
            _tell(watch)
        if _changes_the_list(was, seen.state):
            AccountGroup.objects.filter(pk=watch.group_id).update(names_changed_at=now)


def _changes_the_list(was: str, now: Watch.State) -> bool:
    """Whether what is kept of the group's audiences is old news. Missed and there after all, it is not."""
    if was == State.MISSED:
        return now in (*Watch.SHOWN, State.GONE)
    return now in (State.READY, State.GONE)


def _tell(watch: Watch) -> None:
    if watch.state not in (State.READY, State.GONE, State.FAILED, State.STALLED):
        return
    people: Iterable[User] = {*watch.onlookers.all(), *([watch.by] if watch.by else [])}
    notices.tell(
        people,
        watch.group,
        watch.state,
        watch.name,
        audience_id=watch.audience_id,
        words=watch.problem,
        mail_to=watch.by,
    )
    if watch.state != State.STALLED:
        watch.onlookers.clear()


def ask_now(watch: Watch, deadline: Deadline) -> None:
    """Look at once, for somebody who asks for it; not when another looks already, or did a moment ago."""
    just_now = watch.last_check_at is not None and timezone.now() - watch.last_check_at < JUST_NOW
    if not just_now and watch.state in OPEN and schedule.hold(watch):
        look(watch, deadline)
