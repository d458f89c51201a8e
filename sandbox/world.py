"""The account groups with their folders and audiences: read from data/, kept in memory, the same at every start."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

from sandbox import states
from sandbox.answers import not_found, unprocessable
from sandbox.people import Crowd
from sandbox.themes import theme, theme_names


@dataclass(frozen=True, slots=True)
class Audience:
    """One audience. `count` is what it says, `crowd_size` what its pages hold; `kind` as in sandbox.states."""

    id: str
    name: str
    type: str
    description: str | None
    folder_id: str | None
    count: int
    created_at: str
    crowd: Crowd
    crowd_size: int
    kind: str = ""
    ready_at: float = 0.0

    def shown(self) -> dict[str, object]:
        """Its fields in the order of the reference pages."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "folderId": self.folder_id,
            "prospectCount": self.count,
            "createdAt": self.created_at,
        }


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder; its audiences name it by `folder_id`."""

    id: str
    name: str
    audience_type: str
    is_pinned: bool
    position: int
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Group:
    """An account group. `audiences` is newest first and replaced, never changed, so readers need no lock."""

    id: str
    name: str
    created_at: str
    folders: tuple[Folder, ...]
    audiences: tuple[Audience, ...]
    by_id: dict[str, Audience] = field(init=False)

    def __post_init__(self) -> None:
        self.keep(self.audiences)

    def keep(self, audiences: tuple[Audience, ...]) -> None:
        """Make these the audiences of the group."""
        self.by_id = {audience.id: audience for audience in audiences}
        self.audiences = tuple(sorted(audiences, key=age, reverse=True))

    def audience(self, audience_id: str) -> Audience:
        """Raises the 404 Problem for an unknown id."""
        if audience_id not in self.by_id:
            raise not_found("Audience")
        return self.by_id[audience_id]


def age(audience: Audience) -> tuple[str, str]:
    """What lists are ordered by."""
    return audience.created_at, audience.id


class World:
    """All groups, who is ready, and what was created since the start. `clock` in seconds since the epoch."""

    def __init__(
        self, groups: list[Group], populate_seconds: float = 45.0, clock: Callable[[], float] = time.time
    ) -> None:
        self.groups = {group.id: group for group in groups}
        self._populate_seconds = populate_seconds
        self._clock = clock
        self._started = clock()
        self._lock = threading.Lock()
        self._tries = 0

    def now(self) -> float:
        """The time by this world's clock."""
        return self._clock()

    def group(self, group_id: str) -> Group:
        """Raises the 404 Problem for an unknown id."""
        if group_id not in self.groups:
            raise not_found("Account group")
        return self.groups[group_id]

    def is_ready(self, audience: Audience) -> bool:
        """False while the audience is being populated."""
        now = self.now()
        if audience.kind == states.FLIPPING:
            return int((now - self._started) / states.FLIP_SECONDS) % 2 == 0
        return audience.kind != states.NOT_READY and audience.ready_at <= now

    def ready(self, group: Group) -> list[Audience]:
        """The audiences that lists show, newest first."""
        # Most have neither a kind nor a time to wait for: 2,000 of them need no look at the clock.
        return [one for one in group.audiences if not (one.kind or one.ready_at) or self.is_ready(one)]

    def is_odd_try(self) -> bool:
        """Counts the tries at the page that fails every second time: True at the first, third, fifth …"""
        with self._lock:
            self._tries += 1
            return self._tries % 2 == 1

    def create(self, group: Group, name: str, kind: str, description: str | None) -> Audience:
        """A new audience, hidden until it is populated. Raises the 422 Problem for a name the group has already."""
        with self._lock:
            if any(name.casefold() == audience.name.casefold() for audience in group.audiences):
                raise unprocessable("An audience with this name exists already.")
            audience = self._new(group, name, kind, description)
            group.keep((audience, *group.audiences))
        return audience

    def _new(self, group: Group, name: str, kind: str, description: str | None) -> Audience:
        now = self.now()
        digest = blake2b(f"{group.id}/{name}/{now}".encode(), digest_size=8)
        size = 200 + int(digest.hexdigest()[:4], 16) % 400
        drawn = theme(theme_names()[size % len(theme_names())])
        identity = f"{int(now):08x}{digest.hexdigest()}"
        return Audience(
            id=identity,
            name=name,
            type="linkedin_search" if kind == "on_demand" else kind,
            description=description,
            folder_id=None,
            count=size,
            created_at=stamp(datetime.fromtimestamp(now, UTC)),
            crowd=Crowd(identity, drawn, "World"),
            crowd_size=size,
            ready_at=now + self._populate_seconds,
        )


def stamp(moment: datetime) -> str:
    """`2026-04-28T15:30:00.000Z`"""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
