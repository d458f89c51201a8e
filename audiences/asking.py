"""Asking an admin: for what the settings of the account group keep to admins."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audiences import known, notices
from team import audit, membership
from team.models import AccountGroup, Event, User

# what may be asked for, as the audit log says it
WISHES = {"share": "for a link to", "export": "for an export of"}
ONCE = timedelta(days=1)
AT_MOST = 20  # wishes of a person in that time


def ask(group: AccountGroup, by: User, what: str, audience_id: str, network: str) -> None:
    """Tell the group's admins, once a person, wish, audience and day."""
    name = known.name_of(group, audience_id) if audience_id else ""
    subject = f"{what}:{audience_id}"
    with transaction.atomic():
        # of two clicks at once the second waits here, and then finds the first
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        asked = Event.objects.filter(group=group, by=by, kind="asked", at__gt=timezone.now() - ONCE)
        if asked.filter(subject=subject).exists() or asked.count() >= AT_MOST:
            return
        about = f"{WISHES[what]} {name or 'an audience'}"
        audit.note(group, "asked", by=by, about=about, subject=subject, network=network)
        for admin in membership.admins(group):
            notices.tell(
                [admin], group, f"asked-{what}", by.short_name, audience_id=audience_id, words=name, mail_to=admin
            )
