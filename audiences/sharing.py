"""Share links: make, find, open, end. A token and a password are stored as hashes alone; whoever holds the token holds
the link.

Nothing here reads the API or knows of pages: what a link shows is shareview.py's, how it is shown views/public.py's.
"""

import logging
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audiences import notices
from audiences.models import PasswordTry, ShareLink
from audiences.shareview import View
from team import audit, membership
from team.models import AccountGroup, User, digest

TRIES, TRIES_SPAN = 10, timedelta(minutes=15)  # passwords that are looked at for a link, whoever gives them
TRIES_OF_ONE = 5  # of these for one network address: nobody alone can keep everybody else out
TOLD_BEFORE = timedelta(days=3)
OPENING = timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_log = logging.getLogger(__name__)


class TooManyTries(Exception):
    """The password is not even looked at; `seconds` until one is again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many tries")
        self.seconds = seconds


def live() -> QuerySet[ShareLink]:
    """The links that open now."""
    return ShareLink.objects.filter(revoked_at=None, is_asleep=False, expires_at__gt=timezone.now())


def state(link: ShareLink) -> str:
    """ "live", "expired", "revoked" or "asleep"."""
    if link.revoked_at:
        return "revoked"
    if link.expires_at <= timezone.now():
        return "expired"
    return "asleep" if link.is_asleep else "live"


def title(link: ShareLink) -> str:
    """What its maker called it."""
    view = View.stored(link.view)
    return view.title if view else "A link of another version"


def make(
    group: AccountGroup,
    audience_id: str,
    view: View,
    by: User,
    *,
    form_key: str,
    days: int,
    password: str = "",
    network: str = "",
) -> str | None:
    """A new link; gives its token, the only time anybody gets it. None when this form has made one before."""
    token = secrets.token_urlsafe(32)
    link = ShareLink(
        group=group,
        audience_id=audience_id,
        view=view.as_stored(),
        by=by,
        form_key=form_key,
        token_hash=digest(token),
        password=make_password(password) if password else "",
        expires_at=timezone.now() + timedelta(days=days),
    )
    try:
        with transaction.atomic():
            # whoever is removed in this very moment leaves no link behind that nobody was asked about
            membership.hold(group, by, is_own=True)
            if not User.objects.filter(membership.in_team(group), pk=by.pk).exists():
                raise PermissionDenied("Only members of this account group make links.")
            link.save(force_insert=True)
            _note(link, "link-made", by, network)
    except IntegrityError:
        return None
    return token


def find(token: str) -> ShareLink | None:
    """The live link of a token; None for any other, whatever the reason."""
    if not _TOKEN.fullmatch(token):
        return None
    return live().select_related("group").filter(token_hash=digest(token)).first()


def try_password(link: ShareLink, password: str, network: str) -> bool:
    """Whether it is the link's password. Raises TooManyTries before anything is hashed: a hash costs 100 MiB."""
    made = _count_try(link, network)
    if check_password(password, link.password):
        made.delete()  # who knows it uses up nobody's tries
        return True
    audit.note_often(link.group, "link-refused", about=title(link), subject=f"link:{link.pk}", network=network)
    return False


def _count_try(link: ShareLink, network: str) -> PasswordTry:
    now = timezone.now()
    with transaction.atomic():
        # all tries of a link stand in one line, so that none slips through between counting and writing
        ShareLink.objects.select_for_update().get(pk=link.pk)
        recent = PasswordTry.objects.filter(link=link, at__gt=now - TRIES_SPAN).order_by("at")
        _refuse_beyond(TRIES, recent, now)
        _refuse_beyond(TRIES_OF_ONE, recent.filter(network=network), now)
        return PasswordTry.objects.create(link=link, at=now, network=network)


def _refuse_beyond(most: int, tries: QuerySet[PasswordTry], now: datetime) -> None:
    times = list(tries.values_list("at", flat=True)[: most + 1])
    if len(times) >= most:
        raise TooManyTries((times[-most] + TRIES_SPAN - now).total_seconds())


def note_opening(link: ShareLink, network: str, *, always: bool = True) -> None:
    """Somebody has opened it; unless `always`, only when nobody at this address has within the hour: then it is part of
    that. A database that is busy costs nobody their page.
    """
    subject = f"link:{link.pk}"
    try:
        if not always and audit.was_noted(link.group, "link-opened", subject, network, OPENING):
            return
        with transaction.atomic():
            ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())
            audit.note_often(link.group, "link-opened", about=title(link), subject=subject, network=network)
    except DatabaseError as error:
        _log.warning("An opening of link %s could not be noted: %s", link.pk, type(error).__name__)


def revoke(link: ShareLink, by: User, network: str = "") -> bool:
    """End it, from the next request on; False when it had been revoked before."""
    return _change(link, "link-revoked", by, network, revoked_at=timezone.now())


def extend(link: ShareLink, days: int, by: User, network: str = "") -> bool:
    """Let it last `days` more, SHARE_DAYS_MOST from now at most, also when it has expired; False when revoked."""
    now = timezone.now()
    longest = now + timedelta(days=settings.SHARE_DAYS_MOST)
    expires_at = max(link.expires_at, min(max(link.expires_at, now) + timedelta(days=days), longest))
    return _change(link, "link-extended", by, network, expires_at=expires_at, told_at=None)


def take_over(link: ShareLink, by: User, network: str = "") -> bool:
    """It is `by`'s from now on, and opens again if it fell asleep when its maker left; False when it was revoked."""
    return _change(link, "link-taken", by, network, is_asleep=False, by=by)


def wake(link: ShareLink, by: User, network: str = "", *, heir: User | None = None) -> bool:
    """An admin confirms, after a restore, that it still counts: it opens again, as its maker's, or its heir's where
    there is one; False when it was revoked.
    """
    return _change(link, "link-confirmed", by, network, is_asleep=False, **({"by": heir} if heir else {}))


def put_to_sleep(link: ShareLink, by: User, network: str = "") -> bool:
    """Its maker has left, and nobody has decided yet: it opens nothing until an admin does."""
    return _change(link, "link-asleep", by, network, is_asleep=True)


def _change(link: ShareLink, kind: str, who: User, network: str, **fields: Any) -> bool:
    with transaction.atomic():
        changed = ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(**fields)
        if changed:
            _note(link, kind, who, network)
    return bool(changed)


def _note(link: ShareLink, kind: str, by: User, network: str) -> None:
    audit.note(link.group, kind, by=by, about=title(link), subject=f"link:{link.pk}", network=network)


def shared_ids(group: AccountGroup) -> frozenset[str]:
    """The audiences of a group that a live link leads to."""
    return frozenset(live().filter(group=group).values_list("audience_id", flat=True))


def tell_of_ends() -> None:
    """Tell owners of links that end within three days, once each; not of those that were made for no longer."""
    soon = live().filter(told_at=None, by__isnull=False, expires_at__lt=timezone.now() + TOLD_BEFORE)
    for link in soon.filter(expires_at__gt=F("made_at") + TOLD_BEFORE).select_related("by", "group")[:500]:
        with transaction.atomic():
            if link.by and ShareLink.objects.filter(pk=link.pk, told_at=None).update(told_at=timezone.now()):
                name = title(link)
                notices.tell([link.by], link.group, "ending", name, audience_id=link.audience_id, mail_to=link.by)


def clear_old() -> None:
    """Forget tries that count no more."""
    PasswordTry.objects.filter(at__lt=timezone.now() - TRIES_SPAN).delete()
