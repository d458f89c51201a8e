"""What people are told: kept in the database for each of them, read or not, and mailed where mail is set up."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from audiences.api.client import Deadline
from audiences.models import NAME, Attempt, Notice
from team.models import AccountGroup, User

SHOWN = 20
KEPT = timedelta(days=90)
MAIL_TRIES = 5
MAIL_IS_NEWS = timedelta(days=1)
_log = logging.getLogger(__name__)

_SENTENCES = {
    "ready": "{name} is ready",
    "stalled": "{name} has been filling for a day and goes on",
    "gone": "{name} is gone",
    "failed": "{name} cannot be read",
    "refused": "{name} was not created",
    "unsent": "{name} was not sent",
    "ending": "The link “{name}” ends in less than three days",
    "unconfirmed": "{name}: not known yet whether it was created",
    # `name` is who asks
    "exported": "The export of {name} is ready",
    "export-early": "The export of {name} ended early",
    "asked-share": "{name} asks for a link to an audience",
    "asked-export": "{name} asks to export an audience",
}
_ABOUT_EXPORTS = frozenset({"exported", "export-early"})
_ABOUT_LINKS = frozenset({"ending", "asked-share"})


def sentence(notice: Notice) -> str:
    """What it says, in one line."""
    return _SENTENCES.get(notice.kind, "{name}").format(name=notice.name or "An audience")


def address(notice: Notice) -> str:
    """Where it leads: the audience, or the attempt to create it; a question, to where it can be granted."""
    if notice.kind in _ABOUT_LINKS and notice.audience_id:
        return reverse("share", args=[notice.group_id, notice.audience_id])
    if notice.kind.startswith("asked-"):
        return reverse("team", args=[notice.group_id])
    if notice.kind in _ABOUT_EXPORTS and notice.audience_id:
        return reverse("exports", args=[notice.group_id, notice.audience_id]) + "#exports"
    if notice.audience_id:
        return reverse("audience", args=[notice.group_id, notice.audience_id])
    if notice.attempt is not None:
        return reverse("attempt", args=[notice.group_id, notice.attempt.form_key])
    return reverse("group", args=[notice.group_id])


def tell(
    people: Iterable[User],
    group: AccountGroup,
    kind: str,
    name: str,
    *,
    audience_id: str = "",
    attempt: Attempt | None = None,
    words: str = "",
    mail_to: User | None = None,
) -> None:
    """Tell people who still belong to the group, and mail `mail_to`. Call it in the transaction that makes it true."""
    now = timezone.now()
    here = Q(is_superuser=True) | Q(groups=group)
    told = User.objects.filter(here, pk__in=[person.pk for person in people], is_active=True).distinct()
    Notice.objects.bulk_create(
        Notice(
            user=person,
            group=group,
            kind=kind,
            name=name[:NAME],
            audience_id=audience_id,
            attempt=attempt,
            words=words,
            made_at=now,
            mail_at=now if settings.EMAIL_URL and mail_to == person else None,
        )
        for person in told
    )


def told(user: User, group_id: str = "", here_id: str = "") -> dict[str, Any]:
    """For templates: what a person is told, and how much of it they have not read. What they are told of the audience
    or the attempt that they look at now is read.
    """
    mine = Notice.objects.filter(user=user)
    if not user.is_superuser:
        mine = mine.filter(group__members=user)
    found = list(mine.select_related("attempt", "group")[:SHOWN])
    here = [notice for notice in found if notice.read_at is None and _is_about(notice, group_id, here_id)]
    if here:
        _read(here)
    lines = [{"notice": notice, "says": sentence(notice), "url": address(notice)} for notice in found]
    unread = sum(notice.read_at is None for notice in found)
    # there may be more than are shown
    return {"notices": lines, "unread": mine.filter(read_at=None).count() if len(found) == SHOWN else unread}


def _is_about(notice: Notice, group_id: str, here_id: str) -> bool:
    if notice.kind.startswith("asked-") or notice.kind in _ABOUT_EXPORTS:
        return False  # who looks at the audience has not answered the question, nor seen its exports
    about = notice.audience_id or (notice.attempt.form_key if notice.attempt else "")
    return bool(here_id) and (group_id, here_id) == (notice.group_id, about)


def _read(notices: list[Notice]) -> None:
    now = timezone.now()
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(read_at=now)
    for notice in notices:
        notice.read_at = now


def saw_exports(user: User, group: AccountGroup, audience_id: str) -> None:
    """This person has seen what came of the exports of an audience."""
    mine = Notice.objects.filter(user=user, group=group, audience_id=audience_id)
    found = list(mine.filter(kind__in=_ABOUT_EXPORTS, read_at=None)[:SHOWN])
    if found:
        _read(found)


def read_all(user: User) -> None:
    """This person has read everything."""
    Notice.objects.filter(user=user, read_at=None).update(read_at=timezone.now())


def send_mail(until: Deadline) -> None:
    """Mail what is due, each letter once: whoever takes it is the only one to send it. A server that fails is left
    alone until the next time. Nobody who has left the group gets one, and nobody one of yesterday.
    """
    now = timezone.now()
    here = Q(user__is_superuser=True) | Q(group__members=F("user"))
    due = Notice.objects.filter(here, mail_at__lte=now, made_at__gt=now - MAIL_IS_NEWS, user__is_active=True).distinct()
    goes_on = bool(settings.EMAIL_URL)
    while goes_on and until.left() and (notice := due.select_related("user", "group", "attempt").first()):
        goes_on = _mail(notice)


def _mail(notice: Notice) -> bool:
    """Send one, if nobody else does; False when it could not be sent."""
    taken = Notice.objects.filter(pk=notice.pk, mail_at=notice.mail_at)
    if not taken.update(mail_at=None, mail_tries=notice.mail_tries + 1):
        return True
    try:
        _letter(notice).send()
    except Exception as error:  # the task's time may be over in the midst of it
        _log.warning("A notice could not be mailed: %s", type(error).__name__)
        _try_later(notice)
        return False
    return True


def _try_later(notice: Notice) -> None:
    if notice.mail_tries + 1 < MAIL_TRIES:
        later = timezone.now() + timedelta(minutes=4**notice.mail_tries)
        Notice.objects.filter(pk=notice.pk).update(mail_at=later)


def _letter(notice: Notice) -> EmailMessage:
    # a header is one line, whatever a stranger called the audience
    subject = " ".join(sentence(notice).split())[:150]
    where = settings.PUBLIC_URL + address(notice)
    body = "\n\n".join(filter(None, [f"{sentence(notice)}.", notice.words, where, f"Account group: {notice.group}"]))
    return EmailMessage(subject, body, to=[notice.user.email])


def clear_old() -> None:
    """Forget what was told long ago."""
    Notice.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
