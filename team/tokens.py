"""Tokens of one-time links, of which only a hash is stored, and the invitations that hold such hashes."""

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from team.models import AccountGroup, Invitation, User

INVITATION_LIFETIME = timedelta(days=7)
INVITATION_SHOWN = timedelta(days=30)  # after its end, for whoever wants to make it anew


def digest(token: str) -> str:
    """What is stored of a token: the token cannot be had from it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new() -> str:
    """256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


class InvitationManager(models.Manager["Invitation"]):
    """Makes and opens invitations. One has two tokens: one that an admin copies, one that a letter holds."""

    def issue(self, group: "AccountGroup", email: str, role: str, by: "User") -> str:
        """A token for this address, good once and for 7 days; what was sent to it before ends."""
        token = new()
        values = {"role": role, "by": by, **_fresh(token)}
        self.update_or_create(group=group, email=email.strip().lower(), defaults=values)
        return token

    def renew(self, invitation: "Invitation", by: "User | None" = None) -> str:
        """Another token for the same invitation, from now on `by`'s; those it had end. "" when it is gone by now."""
        token = new()
        values = _fresh(token) | ({"by": by} if by else {})
        return token if self.filter(pk=invitation.pk).update(**values) else ""

    def token_for_letter(self, invitation: "Invitation") -> str:
        """A token for a letter; the one that was copied stays good. "" when the invitation is over by now."""
        token = new()
        return token if self.live().filter(pk=invitation.pk).update(mail_token_hash=digest(token)) else ""

    def live(self) -> "models.QuerySet[Invitation]":
        """Those that can be taken now."""
        return self.filter(expires_at__gt=timezone.now(), is_asleep=False)

    def by_token(self, token: str) -> "Invitation | None":
        """The invitation that the token opens; None when it is unknown, used, withdrawn, expired or asleep."""
        return self.live().filter(_opened_by(token)).select_related("group", "by").first()

    def redeem(self, token: str) -> bool:
        """Use it up; False when somebody was quicker. Call it in the transaction that lets the person in."""
        # deleting decides who was first, also between processes
        _, deleted = self.live().filter(_opened_by(token)).delete()
        return bool(deleted.get(self.model._meta.label))

    def clear_old(self) -> None:
        """Forget those that ended long ago."""
        self.filter(expires_at__lt=timezone.now() - INVITATION_SHOWN).delete()


def _opened_by(token: str) -> Q:
    hashed = digest(token)
    return Q(token_hash=hashed) | Q(mail_token_hash=hashed)


def _fresh(token: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        "token_hash": digest(token),
        "mail_token_hash": None,
        "made_at": now,
        "expires_at": now + INVITATION_LIFETIME,
        "is_asleep": False,
    }
