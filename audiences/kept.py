"""What lies in the cache: versioned JSON under keys that say whose it is and what was asked.

Never pickle: reading a value runs nothing. The key holds the API's base address, a fingerprint of the key, the account
group, the call and its parameters, and the value repeats it: a corrupt, foreign or old value is a miss.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec
from django.conf import settings
from django.core.cache import caches

from audiences.api import errors
from audiences.api.errors import ApiError, RateLimited
from audiences.apikey import fingerprint
from team.models import AccountGroup

T = TypeVar("T")

VERSION = 2


class Shared(Protocol):
    """What dashboard.cache adds to Django's caches: operations that no two processes may tear apart."""

    def tally(self, key: str, delta: int, lifetime: float) -> int:
        """Add to a count, forgotten `lifetime` seconds after the last addition; gives the new count."""

    def tally_many(self, amounts: dict[str, int], lifetime: float) -> None:
        """Add to several counts at once."""

    def take_token(self, key: str, rate: float, burst: float, reserve: float) -> float:
        """0 when a token was there and is taken now, else the seconds until it would be one's turn."""


shared = cast(Shared, caches["default"])


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A value, when it was read, and the API's trace id of it."""

    version: int
    key: str
    read_at: datetime
    trace_id: str
    value: T

    def age(self) -> timedelta:
        """How long ago it was read."""
        return datetime.now(UTC) - self.read_at


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the API gave no value: an ApiError, as it can be kept. Its details are left out: they may hold anything."""

    kind: str
    message: str
    status: int | None
    code: str
    method: str
    path: str
    retry_after: float | None = None

    @classmethod
    def of(cls, error: ApiError) -> "Trouble":
        """The error, ready to be kept."""
        wait = error.retry_after if isinstance(error, RateLimited) else None
        name = type(error).__name__
        return cls(name, error.message[:500], error.status, error.code[:100], error.method, error.path, wait)

    def error(self, trace_id: str) -> ApiError:
        """The error again, to be raised or shown."""
        known: dict[str, Any] = {"status": self.status, "code": self.code, "details": None, "trace_id": trace_id}
        known |= {"method": self.method, "path": self.path}
        kind = getattr(errors, self.kind, errors.InternalError)
        if issubclass(kind, RateLimited):
            known["retry_after"] = self.retry_after
        made: ApiError = kind(self.message, **known)
        return made


TROUBLE: msgspec.json.Decoder[Kept[Trouble]] = msgspec.json.Decoder(Kept[Trouble])


def key(group: AccountGroup | None, call: str, parameters: tuple[str, ...] = ()) -> str:
    """Whose question it is and what was asked, as one word of hex: no cursor's length or sign can break it."""
    whose = [group.id, str(group.generation)] if group else []
    parts = [settings.AUDIENCES_API_URL, fingerprint(), *whose, call, *parameters]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def load(name: str, decoder: msgspec.json.Decoder[Kept[T]], where: str = "default") -> Kept[T] | None:
    """The value under a key; None when there is none that can be trusted."""
    return opened(name, caches[where].get(name), decoder)


def opened(name: str, raw: object, decoder: msgspec.json.Decoder[Kept[T]]) -> Kept[T] | None:
    """What the cache gave for a key, as a value; None when it is none that can be trusted."""
    if not isinstance(raw, bytes):
        return None
    try:
        found = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found.version == VERSION and found.key == name else None


def save(
    name: str,
    value: T,
    trace_id: str,
    lifetime: timedelta,
    where: str = "default",
    read_at: datetime | None = None,
) -> Kept[T]:
    """Keep a value read now (or at `read_at`) for at most `lifetime`; zero keeps nothing. Gives it as it was kept."""
    made = Kept(VERSION, name, read_at or datetime.now(UTC), trace_id, value)
    if lifetime > timedelta(0):
        caches[where].set(name, msgspec.json.encode(made), lifetime.total_seconds())
    return made
