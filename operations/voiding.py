"""What a dump would open again after it was restored is closed: nobody who was removed since is back in by it.

All of it in one transaction. What an admin has to say a word about becomes a row (Restored); the rest is made anew by
whoever needs it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from redis.exceptions import RedisError

from audiences.creation import State
from audiences.exports.order import Export
from audiences.models import Attempt, Notice, ShareLink
from audiences.schedule import NOT_LEASED
from operations import marker
from operations.models import Backup, Heartbeat, Restored
from team import audit
from team.models import AccountGroup, Invitation, Letter, Membership, ResetRequest, Session, SignInLink, User

Counts = Counter[str]
# by far more than anybody raises it between a dump and its restore
_GENERATIONS = 1000
_PROBLEM = "the dashboard was restored from a backup of {when:%Y-%m-%d %H:%M} UTC, and it may have been sent after that"


@dataclass(frozen=True, slots=True)
class Closed:
    """How much of each kind was closed, by its name; and the addresses of those who are admins everywhere no more."""

    counts: Counts = field(default_factory=Counts)
    demoted: list[str] = field(default_factory=list)


def apply(dumped_at: datetime, *, trust: bool) -> Closed:
    """Close what has to be closed and take the mark of the restore away; `trust`: only the latter."""
    closed = Closed()
    with transaction.atomic():
        # of the deployment that the dump was taken of: nobody of it lives, and where its dumps lie is not here
        Heartbeat.objects.all().delete()
        Backup.objects.all().delete()
        if not trust:
            demoted = _leave_one_admin_everywhere()  # before members are set aside: of the others none is an exception
            closed = Closed(_close(dumped_at), demoted)
        marker.remove()
    _forget_answers()
    return closed


def _leave_one_admin_everywhere() -> list[str]:
    """Only whom the settings name is admin everywhere, whatever they were in the dump: of the others nobody here knows
    who has been so until now, and their old passwords are back. Gives who is it no more.
    """
    User.objects.filter(email=settings.FIRST_ADMIN).update(is_superuser=True, is_active=True)
    others = User.objects.filter(is_superuser=True).exclude(email=settings.FIRST_ADMIN)
    demoted = list(others.order_by("email").values_list("email", flat=True))
    others.update(is_superuser=False)
    return demoted


def _close(dumped_at: datetime) -> Counts:
    counts = Counts()
    counts["sessions"] = Session.objects.all().delete()[0]
    counts["one-time links"] = SignInLink.objects.all().delete()[0] + ResetRequest.objects.all().delete()[0]
    counts["letters"] = Letter.objects.all().delete()[0]
    counts["invitations"] = Invitation.objects.all().delete()[0]
    counts["notices that would have been mailed"] = Notice.objects.exclude(mail_at=None).update(mail_at=None)
    counts["exports"] = Export.objects.all().delete()[0]
    counts["members set aside"] = _set_members_aside(dumped_at)
    counts["share links asleep"] = _put_links_to_sleep(dumped_at)
    counts["attempts to look for"] = _unsettle_attempts(dumped_at)
    AccountGroup.objects.update(generation=F("generation") + _GENERATIONS)
    for group in AccountGroup.objects.all():
        audit.note(group, "restored", about=f"a backup of {dumped_at:%Y-%m-%d %H:%M} UTC")
    return counts


def _set_members_aside(dumped_at: datetime) -> int:
    """Nobody is a member any more but whoever is admin everywhere; each waits with their role."""
    kept = Membership.objects.filter(user__is_superuser=True, user__is_active=True)
    rows = list(Membership.objects.exclude(pk__in=kept.values("pk")))
    Restored.objects.bulk_create(
        Restored(kind="member", group_id=row.group_id, user_id=row.user_id, role=row.role, dumped_at=dumped_at)
        for row in rows
    )
    Membership.objects.filter(pk__in=[row.pk for row in rows]).delete()
    # the first member would be let in again when the account groups are next read
    User.objects.filter(joins_first_group=True).update(joins_first_group=False)
    return len(rows)


def _put_links_to_sleep(dumped_at: datetime) -> int:
    """Those that slept before go on sleeping, and wait for nobody here: their register has them."""
    links = list(ShareLink.objects.filter(revoked_at=None, is_asleep=False))
    Restored.objects.bulk_create(
        Restored(kind="link", group_id=link.group_id, link=link, dumped_at=dumped_at) for link in links
    )
    ShareLink.objects.filter(revoked_at=None).update(is_asleep=True)
    return len(links)


def _unsettle_attempts(dumped_at: datetime) -> int:
    """Whatever was not sent, or not settled, may have been since."""
    taken = set(Attempt.objects.filter(state=State.UNCONFIRMED).values_list("group_id", "name_key"))
    now, looked_for = timezone.now(), list(Attempt.objects.filter(state=State.UNCONFIRMED))
    for attempt in Attempt.objects.filter(state__in=(State.SENT, State.WRITTEN, State.UNSENT)).order_by("-written_at"):
        name = attempt.group_id, attempt.name_key
        if name in taken:  # one look for this name finds what any of them has made
            Attempt.objects.filter(pk=attempt.pk).update(
                state=State.GIVEN_UP, next_check_at=None, lease_until=NOT_LEASED, fence=F("fence") + 1, settled_at=now
            )
            continue
        taken.add(name)
        looked_for.append(attempt)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in looked_for]).update(
        state=State.UNCONFIRMED,
        may_exist=True,
        next_check_at=now,
        lease_until=NOT_LEASED,
        fence=F("fence") + 1,
        settled_at=None,
        # nothing of its name that is older can be it
        first_sent_at=Coalesce("first_sent_at", "written_at"),
        sent_at=Coalesce("sent_at", "written_at"),
        problem=_PROBLEM.format(when=dumped_at),
    )
    Restored.objects.bulk_create(
        Restored(kind="attempt", group_id=attempt.group_id, attempt=attempt, dumped_at=dumped_at)
        for attempt in looked_for
    )
    return len(looked_for)


def _forget_answers() -> None:
    """Empty the caches, and nothing else that may be in the same Redis: the broker's messages are there, too."""
    for cache in caches.all():
        client = getattr(cache, "_cache", None)
        if client is None or not hasattr(client, "get_client"):
            cache.clear()
            continue
        try:
            redis = client.get_client(None, write=True)
            for key in redis.scan_iter(match=f"{cache.key_prefix}:*", count=1000):
                redis.delete(key)
        except (RedisError, OSError):
            return  # what is in it is of older generations, and is not read any more
