"""Tokens that work once: links that sign somebody in, or let them choose a password. Only a hash of each is stored."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from team import tokens
from team.tokens import digest

if TYPE_CHECKING:
    from team.models import User


class Purpose(models.TextChoices):
    """What a link is good for, and for nothing else."""

    SIGN_IN = "sign-in", "Signs in"
    RESET = "reset", "Chooses a password"


LIFETIMES = {Purpose.SIGN_IN: timedelta(hours=24), Purpose.RESET: timedelta(hours=1)}


class SignInLinkManager(models.Manager["SignInLink"]):
    """Makes, opens and clears one-time links."""

    def issue(self, user: "User", purpose: Purpose = Purpose.SIGN_IN, by: "User | None" = None) -> str:
        """A new token for `user`, good once: for 24 hours to sign in, for one to choose a password. `by`: the admin who
        makes it, and may know it.
        """
        token = tokens.new()
        ends = timezone.now() + LIFETIMES[purpose]
        self.create(user=user, purpose=purpose, by=by, token_hash=digest(token), expires_at=ends)
        return token

    def whose(self, token: str, purpose: Purpose) -> "User | None":
        """The person whom the token would let in. It stays good."""
        link = self._live(token, purpose).select_related("user").first()
        return link.user if link else None

    def redeem(self, token: str, purpose: Purpose = Purpose.SIGN_IN) -> "User | None":
        """The person whom the token lets in, once; None when it is unknown, used, expired or for something else."""
        user = self.whose(token, purpose)
        # deleting decides who was first, also between processes
        deleted = self._live(token, purpose).delete()[0] if user else 0
        return user if deleted else None

    def clear_expired(self) -> int:
        """Delete links past their time; gives how many."""
        return self.filter(expires_at__lte=timezone.now()).delete()[0]

    def _live(self, token: str, purpose: Purpose) -> "models.QuerySet[SignInLink]":
        now = timezone.now()
        found = self.filter(token_hash=digest(token), purpose=purpose, expires_at__gt=now, user__is_active=True)
        return found.exclude(by__is_active=False)


class SignInLink(models.Model):
    """A one-time link that lets a person in without a password, or lets them choose one.

    `by`: the admin who made it, who could keep a copy; nobody for the terminal's and a letter's. It ends with them:
    without its maker it would look like the terminal's.
    """

    user = models.ForeignKey("team.User", on_delete=models.CASCADE)
    by = models.ForeignKey("team.User", null=True, on_delete=models.CASCADE, related_name="links_for_others")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.SIGN_IN)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[SignInLinkManager] = SignInLinkManager()

    def __str__(self) -> str:
        return f"{self.purpose} link for {self.user}"


class ResetRequest(models.Model):
    """That somebody asked for a new password, so that it can be counted: a hash of the address they typed, if it is
    anybody's or not, and from where they asked.
    """

    email_hash = models.CharField(max_length=64, db_index=True)
    network = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"asked from {self.network}"
