"""Who people are: users, the account groups they belong to, how they get in, and what they did."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from audiences.api.records import AccountGroup as GroupRecord
from team import preferences

# Django looks for models here
from team.onetime import ResetRequest as ResetRequest
from team.onetime import SignInLink as SignInLink
from team.preferences import Preferences
from team.sessions import Session as Session
from team.tokens import InvitationManager
from team.tokens import digest as digest

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address. Without a password only a one-time link signs them in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An admin of every account group."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """A team member; the e-mail address, in lower case, is the name they sign in with."""

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody has this address already."})
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField("admin everywhere", default=False)
    # the first member is made before the account groups are known: joins the first of them later
    joins_first_group = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)  # give or take five minutes
    preferences = models.JSONField(default=dict, db_default={})  # also for code that knows none of them yet

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email

    @property
    def short_name(self) -> str:
        """What the sidebar calls this person."""
        return self.name or self.email.partition("@")[0]

    @property
    def chosen(self) -> Preferences:
        """How this person likes the dashboard to look and behave."""
        return preferences.read(self.preferences)


class AccountGroupManager(models.Manager["AccountGroup"]):
    """Keeps the rows in step with what the API key can reach."""

    def note(self, records: tuple[GroupRecord, ...]) -> None:
        """Store the groups that the API names now; the others stay, with their members, as not reachable."""
        for position, record in enumerate(records):
            fields = {"name": record.name[:200] or record.id, "position": position, "is_reachable": True}
            self.update_or_create(id=record.id, defaults=fields)
        self.exclude(id__in=[record.id for record in records]).update(is_reachable=False)
        self.welcome_first_members()

    def welcome_first_members(self) -> None:
        """Let the first member into the first group, where they are in none that the key reaches."""
        first = self.filter(is_reachable=True).first()
        if first is None:
            return
        homeless = User.objects.filter(joins_first_group=True).exclude(membership__group__is_reachable=True)
        for user in homeless:
            Membership.objects.get_or_create(user=user, group=first)


class Allowed(models.TextChoices):
    """Who in an account group may do a thing."""

    ADMINS = "admins", "Admins only"
    EVERYONE = "everyone", "Everyone in the group"


class AccountGroup(models.Model):
    """A tenant: one account group of the API, known by the API's own id."""

    id = models.CharField(primary_key=True, max_length=128)
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    is_reachable = models.BooleanField(default=True)
    generation = models.PositiveIntegerField(default=0)  # raised to make every kept answer of the group old
    names_changed_at = models.DateTimeField(default=LONG_AGO)  # what was read before that of its audiences is old news
    sharing = models.CharField("may make links", max_length=8, choices=Allowed.choices, default=Allowed.ADMINS)
    exporting = models.CharField("may export", max_length=8, choices=Allowed.choices, default=Allowed.EVERYONE)
    members: models.ManyToManyField = models.ManyToManyField(User, through="Membership", related_name="groups")

    objects: ClassVar[AccountGroupManager] = AccountGroupManager()

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """That a person belongs to an account group, and as what."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        MEMBER = "member", "Member"

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("user", "group"), name="one_membership_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.group} as {self.role}"


class Invitation(models.Model):
    """That whoever holds its one-time link may join a group; it ends by being taken. Only a hash of the link is stored.

    `is_asleep`: who made it has left the group, or is no admin of it any more, and an admin has not decided yet.
    """

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Membership.Role.choices, default=Membership.Role.MEMBER)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    token_hash = models.CharField(max_length=64, unique=True)
    mail_token_hash = models.CharField(max_length=64, null=True, unique=True)  # of the link in its letter
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    is_asleep = models.BooleanField(default=False)

    objects: ClassVar[InvitationManager] = InvitationManager()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "email"), name="one_invitation_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.group} as {self.role}"


class Letter(models.Model):
    """A letter that holds a one-time link, and so is not written before it is sent: the worker makes the link then."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "Password reset"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    email = models.EmailField()  # for a reset: as it was typed, whether or not anybody has it
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE)
    asked_at = models.DateTimeField(default=timezone.now)
    mail_at = models.DateTimeField(default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} for {self.email}"


class Event(models.Model):
    """Something that somebody did, for the group's admins to read. It holds no token, no key and no password.

    `by` may be nobody (an opened link); `who` is what they were called then. `times`: the same thing again and again
    from one address within a minute is one row.
    """

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=24)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    who = models.CharField(max_length=254, blank=True)
    about = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=160, blank=True)  # whatever it is about, as "link:7"
    network = models.CharField(max_length=45, blank=True)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-at", "-pk")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("group", "-at"), name="events_of_a_group")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
