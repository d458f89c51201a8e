"""Creating an audience without idempotency: never two, never one lost (RELIABILITY section 2, "Creating").

The attempt is a row before anything is sent, *sent* is committed before the first byte leaves, and there is one POST,
which no machine repeats. An outcome that is not clear is settled by looking (unconfirmed.py). Whatever a crash leaves
is one of the row's states.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audiences import behind, catalog, known, notices, readiness, reasons, samename
from audiences.api.client import Answer
from audiences.api.errors import ApiError, NotSent, RateLimited, Unavailable
from audiences.api.records import Audience
from audiences.models import NAME, Attempt
from audiences.samename import SameName, name_key
from audiences.waiting import release_connection
from team import audit
from team.models import AccountGroup, User

State = Attempt.State

PAGE_WAITS = 4.0  # seconds
# a POST that began has ended by then; one that did not begin never will
OVERDUE = timedelta(seconds=45)
_UNCLEAR = frozenset({408, 409, 425})
_log = logging.getLogger(__name__)


def write(
    group: AccountGroup, by: User, form_key: str, fields: dict[str, str], *, same_name: bool, network: str = ""
) -> Attempt:
    """Write the attempt of a form, before anything is sent; the one there is, for a form that was sent before.

    `fields`: name, type, description. `same_name`: the person knows that there is an audience of that name, and wants
    another. Raises SameName.
    """
    for _ in range(2):
        if found := of(group, form_key):
            return found
        try:
            return _written(group, by, form_key, fields, same_name, network)
        except IntegrityError:
            # the same form once more, or another attempt of this name; neither any more, when that has just ended
            others = Attempt.objects.select_related("by").filter(group=group, name_key=name_key(fields["name"]))
            if not of(group, form_key) and (first := others.filter(state__in=Attempt.UNDER_WAY).first()):
                raise SameName(first) from None
    return of(group, form_key) or _written(group, by, form_key, fields, same_name, network)


def _written(
    group: AccountGroup, by: User, form_key: str, fields: dict[str, str], same_name: bool, network: str
) -> Attempt:
    key, short = name_key(fields["name"]), name_key(fields["name"][:NAME])
    attempt = Attempt(group=group, by=by, form_key=form_key, name_key=key, **fields)
    attempt.known_ids = known.ids_named(group, lambda name: name_key(name) == short)
    attempt.next_check_at = timezone.now() + OVERDUE
    listed = None if same_name else samename.listed(attempt)  # before the write lock: it reads the cache
    with transaction.atomic():
        attempt.save(force_insert=True)
        # asked after our row stands: whoever was quicker is seen now, and whoever is slower will see us
        if not same_name and (other := samename.on_its_way(attempt) or listed):
            raise other
        note_sent(attempt, by, network)
    return attempt


def note_sent(attempt: Attempt, by: User, network: str) -> None:
    """Have the audit log say who wished for it."""
    subject = f"attempt:{attempt.form_key}"
    audit.note(attempt.group, "created", by=by, about=attempt.name, subject=subject, network=network)


def of(group: AccountGroup, form_key: str) -> Attempt | None:
    """The attempt of a form."""
    return Attempt.objects.select_related("by", "group").filter(group=group, form_key=form_key).first()


def made(group: AccountGroup, audience_id: str) -> Attempt | None:
    """The attempt that has become this audience."""
    return Attempt.objects.filter(group=group, audience_id=audience_id, state=State.CREATED).first()


def under_way(group: AccountGroup) -> list[Attempt]:
    """Attempts of which nobody knows yet what becomes of them, the latest first."""
    attempts = Attempt.objects.select_related("by").filter(group=group, state__in=Attempt.UNDER_WAY)
    return list(attempts.order_by("-written_at"))


def begin(attempt: Attempt) -> "Future[None]":
    """Send it in a thread of its own. The page waits on the future for a moment and then goes on without it."""
    return behind.send(lambda: _send_and_leave(attempt.pk))


def _send_and_leave(pk: int) -> None:
    try:
        send(Attempt.objects.select_related("group", "by").get(pk=pk))
    except Exception:
        # the row says how far it came, and the tick goes on from there
        _log.exception("An attempt to create an audience was left in the middle.")
    finally:
        connection.close()  # a thread that rests must not keep one of the pool's


def send(attempt: Attempt) -> None:
    """The one POST, if nobody has sent it yet."""
    now = timezone.now()
    first = attempt.first_sent_at if attempt.may_exist else now
    values = {"sent_at": now, "first_sent_at": first, "sends": attempt.sends + 1, "next_check_at": now + OVERDUE}
    if not _move(attempt, (State.WRITTEN,), State.SENT, **values):
        return
    release_connection()
    try:
        answer = catalog.create_audience(attempt.group, attempt.name, attempt.type, attempt.description)
    except ApiError as error:
        _settle(attempt, error)
    else:
        _created(attempt, answer)


def _created(attempt: Attempt, answer: Answer[Audience]) -> None:
    audience_id = answer.value.id
    # also one that was given up meanwhile: it exists, and nobody may lose it
    states = (State.SENT, State.UNCONFIRMED, State.GIVEN_UP)
    if not adopt(attempt, audience_id, states, trace_id=answer.trace_id):
        readiness.created(attempt.group, audience_id, attempt.name, attempt.by)


def adopt(attempt: Attempt, audience_id: str, states: Sequence[str], *, trace_id: str = "") -> bool:
    """The attempt has become this audience, watched from now on, in one transaction; False when it was not in `states`
    any more.
    """
    values = {"audience_id": audience_id, "problem": "", "details": [], "trace_id": trace_id, "candidates": []}
    with transaction.atomic():
        if not _move(attempt, states, State.CREATED, **values):
            return False
        readiness.created(attempt.group, audience_id, attempt.name, attempt.by)
    return True


def _move(attempt: Attempt, states: Sequence[str], state: Attempt.State, **values: Any) -> bool:
    """From one of the states to another, once; what is settled is due no more."""
    if state in (State.CREATED, State.REFUSED, State.UNSENT, State.GIVEN_UP):
        values |= {"settled_at": timezone.now(), "next_check_at": None}
    if not Attempt.objects.filter(pk=attempt.pk, state__in=states).update(state=state, **values):
        return False
    attempt.state = state
    for name, value in values.items():
        setattr(attempt, name, value)
    return True


def outcome(error: ApiError) -> Attempt.State:
    """What an error says about the audience: surely not created, not even sent, or nobody knows."""
    if isinstance(error, NotSent | RateLimited):
        return State.UNSENT
    if isinstance(error, Unavailable) or error.status in _UNCLEAR or error.status is None:
        return State.UNCONFIRMED
    return State.REFUSED


def _settle(attempt: Attempt, error: ApiError) -> None:
    state = outcome(error)
    words = error.message if state == State.REFUSED else reasons.why(error)
    values: dict[str, Any] = {"problem": words, "details": reasons.details(error), "trace_id": error.trace_id}
    states = (State.SENT,) if state == State.UNCONFIRMED else (State.SENT, State.UNCONFIRMED)
    if attempt.may_exist or state == State.UNCONFIRMED:
        # what an earlier send has made does not go away because this one was refused
        unsettle(attempt, states, **values)
        return
    waited = (timezone.now() - attempt.written_at).total_seconds() > PAGE_WAITS
    with transaction.atomic():
        if _move(attempt, states, state, **values) and waited:
            tell(attempt)


def unsettle(attempt: Attempt, states: Sequence[str], **values: Any) -> None:
    """Nobody knows whether it was created: look for it from now on, and say so."""
    now = timezone.now()
    values |= {"may_exist": True, "next_check_at": max(now, (attempt.sent_at or now) + timedelta(seconds=10))}
    with transaction.atomic():
        if _move(attempt, states, State.UNCONFIRMED, **values):
            tell(attempt)


def leave_unsent(attempt: Attempt, words: str) -> None:
    """It was written and nobody sent it."""
    with transaction.atomic():
        if _move(attempt, (State.WRITTEN,), State.UNSENT, problem=words):
            tell(attempt)


def tell(attempt: Attempt) -> None:
    """Tell whoever made the attempt how it stands."""
    if attempt.by is not None:
        who, words = [attempt.by], attempt.problem
        notices.tell(who, attempt.group, attempt.state, attempt.name, attempt=attempt, words=words, mail_to=attempt.by)


def send_again(attempt: Attempt, by: User, network: str) -> bool:
    """Make it ready to be sent once more, at a person's wish; False when that is not (or no longer) what it needs."""
    mine = Attempt.objects.filter(pk=attempt.pk, sends=attempt.sends, state__in=(State.UNSENT, State.UNCONFIRMED))
    values: dict[str, Any] = {
        "next_check_at": timezone.now() + OVERDUE,
        "settled_at": None,
        "problem": "",
        "details": [],
    }
    try:
        with transaction.atomic():
            if not mine.update(state=State.WRITTEN, **values):
                return False
            note_sent(attempt, by, network)
    except IntegrityError:  # another one of this name is under way by now
        return False
    return True


def give_up(attempt: Attempt) -> bool:
    """Look no more. Should it exist, it turns up among the others once it is ready."""
    return _move(attempt, (State.UNSENT, State.UNCONFIRMED), State.GIVEN_UP)
