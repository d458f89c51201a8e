"""Letters with one-time links. Pages write a row; the worker makes the link when it sends the letter, and knows it no
longer than that.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audiences.api.client import Deadline
from team.models import Invitation, Letter, ResetRequest, SignInLink, User, digest
from team.onetime import Purpose

# how often somebody may ask for a new password within the hour; more is neither refused nor said
AN_ADDRESS, A_NETWORK, WITHIN = 3, 10, timedelta(hours=1)
KEPT = timedelta(days=1)
_log = logging.getLogger(__name__)


def ask_for_reset(email: str, network: str) -> None:
    """Have a letter written to whoever has this address. The same when nobody has: that is found out later."""
    now, whose = timezone.now(), digest(email)
    with transaction.atomic():
        lately = ResetRequest.objects.filter(at__gt=now - WITHIN)
        if lately.filter(email_hash=whose).count() >= AN_ADDRESS or lately.filter(network=network).count() >= A_NETWORK:
            return
        ResetRequest.objects.create(email_hash=whose, network=network, at=now)
        Letter.objects.create(kind=Letter.Kind.RESET, email=email)


def send(until: Deadline) -> None:
    """Send what is due, each letter by one worker. A mail server that fails is left alone until the next time."""
    now = timezone.now()
    due = Letter.objects.filter(mail_at__lte=now, asked_at__gt=now - KEPT).order_by("mail_at")
    goes_on = bool(settings.EMAIL_URL)
    while goes_on and until.left() and (letter := due.select_related("invitation__group", "invitation__by").first()):
        goes_on = _send(letter)


def clear_old() -> None:
    """Give up letters that could not be sent for a day; forget who asked for one."""
    now = timezone.now()
    Letter.objects.filter(asked_at__lte=now - KEPT).delete()
    ResetRequest.objects.filter(at__lte=now - WITHIN).delete()


def _send(letter: Letter) -> bool:
    """Send one, if nobody else does; False when it could not be sent. Taking it says when it is tried again."""
    later = timezone.now() + timedelta(minutes=min(60, 4**letter.tries))
    taken = Letter.objects.filter(pk=letter.pk, mail_at=letter.mail_at).update(mail_at=later, tries=letter.tries + 1)
    if not taken:
        return True
    try:
        if message := _written(letter):
            message.send()
    except Exception as error:  # the task's time may be over in the midst of it
        _log.warning("A letter could not be mailed: %s", type(error).__name__)
        return False
    Letter.objects.filter(pk=letter.pk).delete()
    return True


def _written(letter: Letter) -> EmailMessage | None:
    """The letter, with a new link in it; None when it is for nobody."""
    if letter.kind == Letter.Kind.RESET:
        user = User.objects.filter(email=letter.email, is_active=True).first()
        return _reset(user) if user else None
    invitation = letter.invitation
    if invitation is None or invitation.is_asleep or invitation.expires_at <= timezone.now():
        return None
    # no token: it was taken or withdrawn in this moment
    token = Invitation.objects.token_for_letter(invitation)
    return _invitation(invitation, token) if token else None


def _reset(user: User) -> EmailMessage:
    where = settings.PUBLIC_URL + reverse("reset", args=[SignInLink.objects.issue(user, Purpose.RESET)])
    body = (
        "Somebody, probably you, asked for a new password for the Audience Dashboard. Choose one here:\n\n"
        f"{where}\n\n"
        "The link works once, within an hour. If you did not ask for it, do nothing: your password stays as it is."
    )
    return EmailMessage("Choose a new password", body, to=[user.email])


def _invitation(invitation: Invitation, token: str) -> EmailMessage:
    # a header is one line, whatever a stranger called the group
    group = " ".join(invitation.group.name.split())[:100]
    who = f"{invitation.by.name or invitation.by.email} invites you" if invitation.by else "You are invited"
    body = (
        f"{who} to the account group {group} in the Audience Dashboard. Join it here:\n\n"
        f"{settings.PUBLIC_URL}/join/{token}/\n\n"
        f"The link works once, until {invitation.expires_at:%-d %b %Y, %H:%M} UTC. If you expected none, do nothing."
    )
    return EmailMessage(f"Join {group} in the Audience Dashboard", body, to=[invitation.email])
