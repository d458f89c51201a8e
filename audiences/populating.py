"""What is on its way, for sidebar and list: attempts nobody knows the outcome of, and audiences being populated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audiences.models import Attempt, Watch
from audiences.refusal import key_refusal


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """One line. `key`: the audience's id, or the attempt's key; `next_at`: when it is looked at next, None: paused."""

    key: str
    name: str
    url: str
    since: datetime
    by: str
    next_at: datetime | None
    words: str
    is_attempt: bool = False
    is_stalled: bool = False


_WORDS = {
    Attempt.State.WRITTEN: "about to be sent",
    Attempt.State.SENT: "sent, no answer yet",
    Attempt.State.UNCONFIRMED: "unconfirmed",
}


def of(attempts: Iterable[Attempt], watches: Iterable[Watch]) -> list[OnItsWay]:
    """What is on its way in a group: first that of which nobody knows yet what becomes of it."""
    attempts, watches = list(attempts), list(watches)
    paused = bool(attempts or watches) and key_refusal() is not None
    return [_of_attempt(one, paused) for one in attempts] + [of_watch(one, paused) for one in watches]


def _of_attempt(attempt: Attempt, paused: bool) -> OnItsWay:
    looks = attempt.state == Attempt.State.UNCONFIRMED and not paused
    return OnItsWay(
        key=attempt.form_key,
        name=attempt.name,
        url=reverse("attempt", args=[attempt.group_id, attempt.form_key]),
        since=attempt.sent_at or attempt.written_at,
        by=attempt.by.short_name if attempt.by else "",
        next_at=attempt.next_check_at if looks else None,
        words=_WORDS[Attempt.State(attempt.state)],
        is_attempt=True,
    )


def of_watch(watch: Watch, paused: bool) -> OnItsWay:
    """One audience being populated."""
    is_stalled = watch.state == Watch.State.STALLED
    return OnItsWay(
        key=watch.audience_id,
        name=watch.name,
        url=reverse("audience", args=[watch.group_id, watch.audience_id]),
        since=watch.since,
        by=watch.by.short_name if watch.by else "",
        next_at=None if paused else watch.next_check_at,
        words="taking long" if is_stalled else "being populated",
        is_stalled=is_stalled,
    )
