"""The audit log of a group: who created, invited, changed, shared, revoked, and every opening of a link.

Write it in the transaction that makes it true. No token, key, password or prospect goes in.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from team.models import AccountGroup, Event, User

SAME = timedelta(minutes=1)
_LONGEST = 254

KINDS = {
    "created": "created an audience",
    "invited": "invited",
    "uninvited": "withdrew the invitation of",
    "joined": "joined",
    "role": "changed the role of",
    "removed": "removed",
    "settings": "changed who may",
    "sign-in-link": "made a one-time sign-in link for",
    "link-made": "made a link",
    "link-extended": "extended a link",
    "link-revoked": "revoked a link",
    "link-woken": "woke a link",
    "link-taken": "took over a link",
    "link-opened": "opened a link",
    "link-refused": "gave a link a wrong password",
}


def note(
    group: AccountGroup, kind: str, *, by: User | None = None, about: str = "", subject: str = "", network: str = ""
) -> None:
    """Write that it happened. `about` is a name people know, `subject` the row ("link:7"), `network` from where."""
    who = (by.name or by.email) if by else ""
    Event.objects.create(
        group=group,
        kind=kind,
        by=by,
        who=who[:_LONGEST],
        about=about[:_LONGEST],
        subject=subject,
        network=network,
    )


def note_often(group: AccountGroup, kind: str, *, about: str, subject: str, network: str) -> None:
    """Write something nobody signed in does, perhaps a thousand times: once a minute and address, with how often."""
    same = Event.objects.filter(
        group=group, kind=kind, subject=subject, network=network, at__gt=timezone.now() - SAME
    ).order_by("-at")[:1]
    if not Event.objects.filter(pk__in=list(same.values_list("pk", flat=True))).update(times=F("times") + 1):
        note(group, kind, about=about, subject=subject, network=network)


def clear_old() -> None:
    """Forget what is older than AUDIT_DAYS."""
    Event.objects.filter(at__lt=timezone.now() - timedelta(days=settings.AUDIT_DAYS)).delete()
