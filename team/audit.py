"""The audit log of a group: who created, invited, changed, shared, revoked, and every opening of a link.

Write it in the transaction that makes it true. No token, key, password or prospect goes in.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from team.models import AccountGroup, Event, User

SAME = timedelta(minutes=1)
_LONGEST = 254

KINDS = {
    "created": "sent a new audience",
    "asked": "asked an admin",
    "watch-taken": "took over following",
    "watch-dropped": "has nobody told any more of",
    "invited": "invited",
    "reinvited": "made a new link for the invitation of",
    "uninvited": "withdrew the invitation of",
    "invitation-taken": "took over the invitation of",
    "invitation-asleep": "suspended the invitation of",
    "joined": "joined",
    "role": "changed the role of",
    "removed": "removed",
    "settings": "changed who may",
    "sign-in-link": "made a one-time sign-in link for",
    "export-started": "began an export of",
    "export-fetched": "fetched an export of",
    "export-resumed": "took up an export of",
    "export-stopped": "stopped an export of",
    "export-cancelled": "cancelled an export of",
    "export-deleted": "deleted an export of",
    "link-made": "made a link",
    "link-extended": "extended a link",
    "link-revoked": "revoked a link",
    "link-taken": "took over a link",
    "link-asleep": "suspended a link",
    "link-opened": "opened a link",
    "link-refused": "gave a link a wrong password",
    "restored": "restored",
    "member-confirmed": "confirmed, after a restore,",
    "link-confirmed": "confirmed, after a restore, a link",
    "attempt-confirmed": "confirmed, after a restore, the attempt to create",
    "attempt-dismissed": "gave up, after a restore, the attempt to create",
}

_AUDIENCES = ("created", "asked", "watch-taken", "watch-dropped", "attempt-confirmed", "attempt-dismissed")
# what one may want to see alone
CHAPTERS = {
    "people": tuple(kind for kind in KINDS if kind not in _AUDIENCES and not kind.startswith(("link-", "export-"))),
    "exports": tuple(kind for kind in KINDS if kind.startswith("export-")),
    "links": tuple(kind for kind in KINDS if kind.startswith("link-")),
    "audiences": _AUDIENCES,
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


def page(group: AccountGroup, chapter: str = "", before: int = 0, length: int = 100) -> tuple[list[Event], int]:
    """The newest first, or those older than the event `before`; and the last one's number if there are older ones."""
    events = Event.objects.filter(group=group)
    found = events.filter(pk=before).first() if before else None
    if found:
        events = events.filter(Q(at__lt=found.at) | Q(at=found.at, pk__lt=found.pk))
    if chapter in CHAPTERS:
        events = events.filter(kind__in=CHAPTERS[chapter])
    rows = list(events.select_related("by")[: length + 1])
    return rows[:length], rows[length - 1].pk if len(rows) > length else 0


def was_noted(group: AccountGroup, kind: str, subject: str, network: str, within: timedelta) -> bool:
    """Whether the same thing was written down lately, from the same address."""
    since = timezone.now() - within
    return Event.objects.filter(group=group, kind=kind, subject=subject, network=network, at__gt=since).exists()


def clear_old() -> None:
    """Forget what is older than AUDIT_DAYS."""
    Event.objects.filter(at__lt=timezone.now() - timedelta(days=settings.AUDIT_DAYS)).delete()
