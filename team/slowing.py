"""Signing in is slowed, never for ever: tries are counted by account and by network address, and before a password is
hashed, so that a hundred at once are no more than five.

django-axes keeps the counts and asks before each try; what is counted, and when, is ours.
"""

import math
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import F, Min, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from team import network
from team.models import User

# tries within SIGN_IN_COOL_OFF: of one account from one address; from one address; of one account from addresses where
# it has not signed in lately, so that strangers cannot keep anybody out of where they usually are
PAIR, ADDRESS, ACCOUNT = 5, 50, 20
KNOWN = timedelta(days=30)
_WAIT = "sign_in_wait"


class CountedFirst(AxesDatabaseHandler):
    """axes' own, but for when it counts."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Count this try. False when it is one too many; it then counts nowhere, so that trying on delays nothing."""
        account = get_client_username(request, credentials)
        wait = _count(account, network.counted_as(request), timezone.now())
        setattr(request, _WAIT, wait)
        return not wait

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: object
    ) -> None:
        """It is counted already."""

    def user_logged_in(self, sender: object, request: HttpRequest, user: User, **_: object) -> None:
        """Whoever gets in begins anew, and is known at this address."""
        forgive(request, user)
        here = {"username": user.email, "ip_address": network.counted_as(request)}
        if not AccessLog.objects.filter(**here).update(attempt_time=timezone.now()):
            AccessLog.objects.create(**here)

    def user_logged_out(self, sender: object, request: HttpRequest, user: User | None, **_: object) -> None:
        """Nothing to count."""


def wait(request: HttpRequest) -> int:
    """After a try that was refused: in how many seconds another one counts. 0 when it was not for that."""
    seconds: int = getattr(request, _WAIT, 0)
    return seconds


def forgive(request: HttpRequest, user: User) -> None:
    """The password was right: what this person tried from here counts no more."""
    AccessAttempt.objects.filter(username=user.email, ip_address=network.counted_as(request)).delete()


def the_views_own_answer(request: HttpRequest, answer: HttpResponse, _credentials: object) -> HttpResponse:
    """For axes, which would answer with a page of its own."""
    return answer


def clear_old() -> None:
    """Forget tries that count no more, and where people were long ago."""
    now = timezone.now()
    AccessAttempt.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME).delete()
    AccessLog.objects.filter(attempt_time__lte=now - KNOWN).delete()


def _count(account: str, address: str, now: datetime) -> int:
    """Count a try; gives the seconds to wait when there is no room for it."""
    if wait := _full(account, address, now, spare=0):
        return wait
    mine, _ = AccessAttempt.objects.get_or_create(
        username=account, ip_address=address, user_agent="", defaults={"failures_since_start": 0}
    )
    row = AccessAttempt.objects.filter(pk=mine.pk)
    if row.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME).update(failures_since_start=1, attempt_time=now):
        return 0
    # only the database knows who of many at once was the fifth
    if not row.filter(failures_since_start__lt=PAIR).update(
        failures_since_start=F("failures_since_start") + 1, attempt_time=now
    ):
        return max(1, _full(account, address, now, spare=0))
    if wait := _full(account, address, now, spare=1):
        row.update(failures_since_start=F("failures_since_start") - 1)
    return wait


def _full(account: str, address: str, now: datetime, *, spare: int) -> int:
    recent = AccessAttempt.objects.filter(attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    counts = [(recent.filter(username=account, ip_address=address), PAIR), (recent.filter(ip_address=address), ADDRESS)]
    if not AccessLog.objects.filter(username=account, ip_address=address, attempt_time__gt=now - KNOWN).exists():
        counts.append((recent.filter(username=account), ACCOUNT))
    return max(_until_room(rows, most + spare, now) for rows, most in counts)


def _until_room(rows: QuerySet[AccessAttempt], most: int, now: datetime) -> int:
    """0 when there are fewer tries than `most`, else the seconds until the oldest of them count no more."""
    found = rows.aggregate(tries=Sum("failures_since_start"), oldest=Min("attempt_time"))
    if (found["tries"] or 0) < most:
        return 0
    return max(1, math.ceil((found["oldest"] + settings.AXES_COOLOFF_TIME - now).total_seconds()))
