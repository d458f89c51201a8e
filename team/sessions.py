"""Sessions in a table of our own, which knows whose each is: people can look at theirs, and end them."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import InterfaceError, OperationalError, models
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from team import agents, network

if TYPE_CHECKING:
    from team.models import User

AGENT, NETWORK = 60, 45


class Session(AbstractBaseSession):
    """A session. All but the key is written again with what it holds, whenever that is saved.

    `since`, `seen_at`: as team.middleware notes them; `agent` is in words of ours, `network` the last address.
    """

    user = models.ForeignKey("team.User", null=True, on_delete=models.CASCADE)
    agent = models.CharField(max_length=AGENT, blank=True)
    network = models.CharField(max_length=NETWORK, blank=True)
    since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        """As Django's."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's, in that table. A row ends with its session: so long unused, or so old, it is not found any more."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """As Django's."""
        return Session

    def save(self, must_create: bool = False) -> None:
        """As Django's, but for a database that is away: that is no session which somebody has ended meanwhile (400)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """As Django's, with what people want to know of it."""
        row = cast(Session, super().create_model_instance(data))
        row.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        row.agent, row.network = data.get("agent", "")[:AGENT], data.get("network", "")[:NETWORK]
        row.since, row.seen_at = _moment(data.get("since")), _moment(data.get("seen_at"))
        ends = [row.expire_date]
        if row.since and row.seen_at:
            ends.append(row.since + timedelta(seconds=settings.SESSION_ABSOLUTE))
            ends.append(row.seen_at + timedelta(seconds=settings.SESSION_IDLE))
        row.expire_date = min(ends)
        return row


def note(request: HttpRequest, user: "User") -> None:
    """Write down that somebody was there, and into their session with what, and from where."""
    now = timezone.now()
    get_user_model().objects.filter(pk=user.pk).update(seen_at=now)
    request.session["seen_at"] = now.timestamp()
    request.session["agent"] = agents.words(request.headers.get("User-Agent", ""))
    request.session["network"] = network.address(request)


@receiver(user_logged_in)
def begin(request: HttpRequest, user: "User", **_: object) -> None:
    """However somebody signs in: their time begins."""
    request.session["since"] = timezone.now().timestamp()
    note(request, user)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
