"""What the API does not remember for us: what was seen, asked for, watched, shared, and who is to be told."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

# Django looks for models here
from audiences.exports.order import Export as Export
from audiences.opened import Opened as Opened
from audiences.schedule import Scheduled
from audiences.visits import Visit as Visit
from team.models import AccountGroup, User

ID = 128  # letters of an id of the API
NAME = 200


class KnownAudience(models.Model):
    """An audience that navigation has named. `is_missed`: no longer, and nobody has asked yet why."""

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    name = models.CharField(max_length=NAME, blank=True)
    is_listed = models.BooleanField(default=True)
    is_missed = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "audience_id"), name="known_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("group",), condition=models.Q(is_missed=True), name="missed_audiences")
        ]

    def __str__(self) -> str:
        return self.name or self.audience_id


class Attempt(Scheduled):
    """Somebody's wish for a new audience, and what became of the one POST (RELIABILITY section 2, "Creating").

    written → sent → created, refused, unsent or unconfirmed; a crash leaves it in one of these. `form_key` came with
    the form, so that the same form makes one attempt, and is the attempt's address.
    """

    class State(models.TextChoices):
        WRITTEN = "written", "About to be sent"
        SENT = "sent", "Sent, no answer yet"
        CREATED = "created", "Created"
        REFUSED = "refused", "Refused"
        UNSENT = "unsent", "Not sent"
        UNCONFIRMED = "unconfirmed", "Unconfirmed"
        GIVEN_UP = "given_up", "Given up"

    # one of these with a name keeps a second one with it from being sent
    UNDER_WAY = (State.WRITTEN, State.SENT, State.UNCONFIRMED)

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    form_key = models.CharField(max_length=32)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WRITTEN)
    name = models.TextField()
    name_key = models.CharField(max_length=64)
    type = models.CharField(max_length=20)
    description = models.TextField(blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    first_sent_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    last_look_at = models.DateTimeField(null=True)
    sends = models.PositiveIntegerField(default=0)
    may_exist = models.BooleanField(default=False)  # of one of the sends nobody knows what came of it
    known_ids = models.JSONField(default=list)
    candidates = models.JSONField(default=list)  # ids that fit equally well: a person chooses
    audience_id = models.CharField(max_length=ID, blank=True)
    problem = models.TextField(blank=True)
    details = models.JSONField(default=list)
    trace_id = models.CharField(max_length=NAME, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "form_key"), name="one_attempt_per_form"),
            models.UniqueConstraint(
                fields=("group", "name_key"),
                condition=models.Q(state__in=("written", "sent", "unconfirmed")),
                name="one_attempt_under_way_per_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Watch(Scheduled):
    """An audience that is not ready, asked for by the tick until it is. One row an audience; used again later."""

    class State(models.TextChoices):
        MISSED = "missed", "Vanished from the navigation"
        POPULATING = "populating", "Being populated"
        STALLED = "stalled", "Still being populated"
        READY = "ready", "Ready"
        GONE = "gone", "Gone"
        FAILED = "failed", "Failed"

    SHOWN = (State.POPULATING, State.STALLED)

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    name = models.CharField(max_length=NAME, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)  # who created it here
    state = models.CharField(max_length=12, choices=State.choices, default=State.POPULATING)
    since = models.DateTimeField(default=timezone.now)
    last_check_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    noes = models.PositiveSmallIntegerField(default=0)  # answers in a row that say it is not there
    problem = models.TextField(blank=True)
    trace_id = models.CharField(max_length=NAME, blank=True)
    onlookers: models.ManyToManyField = models.ManyToManyField(User, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "audience_id"), name="watched_once")
        ]

    def __str__(self) -> str:
        return f"{self.name or self.audience_id} ({self.state})"

    def age(self) -> timedelta:
        """How long it has been populating."""
        return timezone.now() - self.since

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been looked at by now: no worker is about, so a page looks itself."""
        return self.next_check_at is not None and now - self.next_check_at > _PATIENCE


_PATIENCE = timedelta(seconds=90)  # a lease, and some ticks


class Notice(models.Model):
    """Something that one person is told, once. `mail_at`: when it is to be mailed, null when it is not (any more)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=NAME, blank=True)
    audience_id = models.CharField(max_length=ID, blank=True)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.CASCADE)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True, db_index=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-made_at", "-pk")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("user", "-made_at"), name="notices_of_a_person")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class ShareLink(models.Model):
    """A link that shows one audience to whoever holds it, as `view` says (shareview.View). Only a hash of it is stored.

    `is_asleep`: who made it has left the group, and an admin has not decided yet. `form_key` came with the form, so
    that the same form makes one link.
    """

    group = models.ForeignKey(AccountGroup, on_delete=models.CASCADE)
    audience_id = models.CharField(max_length=ID)
    view = models.JSONField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    form_key = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, blank=True)  # hashed; "": none is asked for
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    is_asleep = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)  # that its owner was told of its end
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("group", "form_key"), name="one_link_per_form")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("group", "audience_id"), name="links_of_an_audience"),
            models.Index(fields=("expires_at",), condition=models.Q(revoked_at=None), name="links_by_their_end"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk} to {self.audience_id}"


class PasswordTry(models.Model):
    """That somebody tried a password on a link; written before the password is looked at."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=45)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("link", "at"), name="tries_of_a_link")]

    def __str__(self) -> str:
        return f"try on link {self.link_id}"
