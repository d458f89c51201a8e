"""The API's objects, typed and tolerant.

Any field may be null, missing, unknown or of another type: that costs the field and nothing beside it. Text
is `str` ("" where there is none), dates stay the literal text. Items without a usable id are left out and
counted, an id that stands twice is kept once. The names are those of the API's reference pages, in Python's
spelling; parsing.py fills them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """An account group the key can reach (GET /v1/accounts)."""

    id: str
    name: str = ""
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience; `type` is an open set."""

    id: str
    name: str = ""
    type: str = ""
    description: str = ""
    folder_id: str = ""
    prospect_count: int | None = None
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its audiences; `audience_type` is an open set."""

    id: str
    name: str = ""
    audience_type: str = ""
    is_pinned: bool = False
    position: float | None = None
    created_at: str = ""
    updated_at: str = ""
    audiences: tuple[Audience, ...] = ()


@dataclass(frozen=True, slots=True)
class Navigation:
    """Folders (pinned first, then by position, then by name) and the audiences outside of any."""

    folders: tuple[Folder, ...] = ()
    ungrouped: tuple[Audience, ...] = ()
    left_out: int = 0

    def every(self) -> Iterator[tuple[Folder | None, Audience]]:
        """Each audience with the folder it stands in, None outside of any."""
        for folder in self.folders:
            for audience in folder.audiences:
                yield folder, audience
        for audience in self.ungrouped:
            yield None, audience

    def find(self, audience_id: str) -> tuple[Folder | None, Audience] | None:
        """The audience of this id and its folder; None where navigation doesn't have it."""
        return next((found for found in self.every() if found[1].id == audience_id), None)

    @property
    def count(self) -> int:
        """How many audiences `every` yields."""
        return sum(len(folder.audiences) for folder in self.folders) + len(self.ungrouped)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a prospect is."""

    text: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True)
class Email:
    """An address; `deliverable` and `quality_score` are the API's literal words."""

    address: str
    deliverable: str = ""
    quality_score: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Where a prospect works."""

    name: str = ""
    linkedin_identifier: str = ""
    linkedin_url: str = ""
    industry: str = ""
    website: str = ""
    size: str = ""
    location: str = ""
    about: str = ""
    logo_url: str = ""
    founded: str = ""
    type: str = ""
    specialties: str = ""
    follower_count: int | None = None
    tagline: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person in an audience. `name` falls back to first and last name; URLs are as given, unchecked."""

    id: str
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    headline: str = ""
    about: str = ""
    photo_url: str = ""
    linkedin_url: str = ""
    public_identifier: str = ""
    company: Company = Company()
    title: str = ""
    location: Location = Location()
    emails: tuple[Email, ...] = ()
    premium: bool | None = None
    is_open_profile: bool | None = None
    connection_status: str = ""
    chat_status: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_cursor` is "" at the end; `left_out` counts the items without a usable id.

    Where it is "", `breaks_off`: the API says that there is more, or gives no items or no usable cursor, and so no way
    on. `trails_off`: it does not say, in one way or another, that this is the end.
    """

    items: tuple[T, ...] = ()
    next_cursor: str = ""
    left_out: int = 0
    breaks_off: bool = False
    trails_off: bool = False


@dataclass(frozen=True, slots=True)
class Unread(Generic[T]):
    """A page whose items nobody has looked at yet: whoever walks a list asks for the next one first, then reads."""

    next_cursor: str
    read: Callable[[], Page[T]]
