"""What pages read. In front of `audiences.api` it is the project's service module: views never see HTTP.

Answers are kept in the cache (Redis where REDIS_URL is set, else the process) as versioned JSON, never pickle. A key
holds the API's base address, a fingerprint of the key, the account group, the call and its parameters, and the
value repeats it, so that a foreign or old value is a miss. People are personal data: a page of them is kept for
PROSPECTS_MAX_AGE at most.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache as memoize
from typing import Generic, TypeVar

import msgspec
from django.conf import settings
from django.core.cache import caches
from django.db import connection

from audiences.api.client import WEB, Answer, AudiencesClient, Deadline
from audiences.api.errors import ApiError, RateLimited, Unavailable
from audiences.api.records import AccountGroup, Audience, Navigation, Page, Prospect
from team.models import AccountGroup as GroupRow

T = TypeVar("T")

VERSION = 1
NAVIGATION_FRESH = timedelta(seconds=60)
NAVIGATION_KEPT = timedelta(days=1)
PEOPLE_FRESH = timedelta(seconds=60)
PLACES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """An answer of the API with its age. `problem` says why it is not a newer one; None when it is fresh."""

    value: T
    read_at: datetime
    trace_id: str
    problem: ApiError | None = None


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A reading as it lies in the cache."""

    version: int
    key: str
    read_at: datetime
    trace_id: str
    value: T


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of prospects stands: after `offset` people, behind the page at `previous` ("" is the first)."""

    previous: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    """One question to the API, and how long its answer is good."""

    name: str
    parameters: tuple[str, ...]
    decoder: msgspec.json.Decoder[Kept[T]]
    fresh: timedelta
    kept: timedelta
    ask: Callable[[], Answer[T]]


_NAVIGATION: msgspec.json.Decoder[Kept[Navigation]] = msgspec.json.Decoder(Kept[Navigation])
_AUDIENCE: msgspec.json.Decoder[Kept[Audience]] = msgspec.json.Decoder(Kept[Audience])
_AUDIENCES: msgspec.json.Decoder[Kept[Page[Audience]]] = msgspec.json.Decoder(Kept[Page[Audience]])
_PEOPLE: msgspec.json.Decoder[Kept[Page[Prospect]]] = msgspec.json.Decoder(Kept[Page[Prospect]])
_PLACE: msgspec.json.Decoder[Kept[Place]] = msgspec.json.Decoder(Kept[Place])


@memoize
def client() -> AudiencesClient:
    """The one client of this process."""
    return AudiencesClient(
        settings.AUDIENCES_API_URL,
        settings.AUDIENCES_API_KEY,
        policy=WEB,
        page_size=settings.AUDIENCES_PAGE_SIZE,
    )


def navigation(group: GroupRow, deadline: Deadline, *, afresh: bool = False) -> Reading[Navigation]:
    """Folders and audiences of a group, at most a minute old; the last good ones, marked, while the API is down.

    `afresh` asks the API in any case. Raises ApiError when there is nothing to show.
    """
    call = _Call(
        "navigation",
        (),
        _NAVIGATION,
        NAVIGATION_FRESH,
        NAVIGATION_KEPT,
        lambda: client().navigation(group.id, deadline=deadline),
    )
    return _read(group, call, afresh)


def kept_navigation(group: GroupRow) -> Navigation | None:
    """The navigation as last read, whatever its age, without asking the API."""
    kept = _stored(_key(group, "navigation", ()), _NAVIGATION)
    return kept.value if kept else None


def audiences(group: GroupRow, cursor: str, deadline: Deadline) -> Reading[Page[Audience]]:
    """One page of the audiences that are ready, in the API's own order."""
    call = _Call(
        "audiences",
        (cursor,),
        _AUDIENCES,
        NAVIGATION_FRESH,
        NAVIGATION_KEPT,
        lambda: client().audiences(group.id, cursor, deadline=deadline),
    )
    return _read(group, call)


def audience(group: GroupRow, audience_id: str, deadline: Deadline) -> Reading[Audience]:
    """One audience, also one that the navigation does not name; NotReady while it is being populated."""
    call = _Call(
        "audience",
        (audience_id,),
        _AUDIENCE,
        NAVIGATION_FRESH,
        NAVIGATION_KEPT,
        lambda: client().audience(group.id, audience_id, deadline=deadline),
    )
    return _read(group, call)


def prospects(group: GroupRow, audience_id: str, cursor: str, deadline: Deadline) -> Reading[Page[Prospect]]:
    """One page of an audience's people, kept no longer than PROSPECTS_MAX_AGE."""
    longest = timedelta(seconds=settings.PROSPECTS_MAX_AGE)
    call = _Call(
        "prospects",
        (audience_id, cursor),
        _PEOPLE,
        min(PEOPLE_FRESH, longest),
        longest,
        lambda: client().prospects(group.id, audience_id, cursor, deadline=deadline),
    )
    reading = _read(group, call)
    _note_next_place(group, audience_id, cursor, reading.value)
    return reading


def place(group: GroupRow, audience_id: str, cursor: str) -> Place | None:
    """Where the page at `cursor` stands, if somebody scrolled there from the top within a day."""
    if not cursor:
        return Place("", 0)
    kept = _stored(_key(group, "place", (audience_id, cursor)), _PLACE, "places")
    return kept.value if kept else None


def refresh_account_groups() -> ApiError | None:
    """Bring the account groups up to date: AUDIENCES_ACCOUNT_GROUPS where set, else `GET /v1/accounts`.

    Gives the error when the API would not say; the groups last known stay then.
    """
    named = settings.AUDIENCES_ACCOUNT_GROUPS
    if named:
        GroupRow.objects.note(tuple(AccountGroup(id, name, "") for id, name in named.items()))
        return None
    try:
        answer = client().account_groups()
    except ApiError as error:
        return error
    GroupRow.objects.note(answer.value)
    return None


def _read(group: GroupRow, call: _Call[T], afresh: bool = False) -> Reading[T]:
    key = _key(group, call.name, call.parameters)
    kept = _stored(key, call.decoder) if call.kept else None
    if kept and not afresh and _age(kept) < call.fresh:
        return Reading(kept.value, kept.read_at, kept.trace_id)
    _release_connection()
    try:
        answer = call.ask()
    except (Unavailable, RateLimited) as error:
        # an answer that says no (401, 403, 404, 409) is news, not an outage: nothing old is shown in its place
        if kept is None or _age(kept) >= call.kept:
            raise
        return Reading(kept.value, kept.read_at, kept.trace_id, problem=error)
    fetched = Kept(VERSION, key, datetime.now(UTC), answer.trace_id, answer.value)
    _store(fetched, call.kept)
    return Reading(fetched.value, fetched.read_at, fetched.trace_id)


def _note_next_place(group: GroupRow, audience_id: str, cursor: str, page: Page[Prospect]) -> None:
    here = place(group, audience_id, cursor)
    if here is None or not page.next_cursor or page.next_cursor == cursor:
        return
    key = _key(group, "place", (audience_id, page.next_cursor))
    following = Place(cursor, here.offset + len(page.items))
    _store(Kept(VERSION, key, datetime.now(UTC), "", following), PLACES_KEPT, "places")


def _key(group: GroupRow, call: str, parameters: tuple[str, ...]) -> str:
    """Whose question it is and what was asked, as one word of hex: no cursor's length or sign can break it."""
    secret = hashlib.sha256(settings.AUDIENCES_API_KEY.encode("utf-8", "replace")).hexdigest()
    parts = [settings.AUDIENCES_API_URL, secret, group.id, str(group.generation), call, *parameters]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stored(key: str, decoder: msgspec.json.Decoder[Kept[T]], where: str = "default") -> Kept[T] | None:
    raw = caches[where].get(key)
    if not isinstance(raw, bytes):
        return None
    try:
        kept = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return kept if kept.version == VERSION and kept.key == key else None


def _store(kept: Kept[T], lifetime: timedelta, where: str = "default") -> None:
    if lifetime:
        caches[where].set(kept.key, msgspec.json.encode(kept), lifetime.total_seconds())


def _age(kept: Kept[T]) -> timedelta:
    return datetime.now(UTC) - kept.read_at


def _release_connection() -> None:
    """Give the database connection back while waiting for the API (RELIABILITY fact 14)."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
