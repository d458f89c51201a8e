"""Where a page of prospects stands in its audience: the API's cursors do not say, so whoever scrolls there notes it."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from audiences import kept
from audiences.kept import Kept
from team.models import AccountGroup

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of prospects stands: after `offset` people, behind the page at `previous` ("" is the first)."""

    previous: str
    offset: int


_PLACE: msgspec.json.Decoder[Kept[Place]] = msgspec.json.Decoder(Kept[Place])


def at(group: AccountGroup, audience_id: str, cursor: str, scope: str = "") -> Place | None:
    """Where the page at `cursor` stands, if somebody scrolled there from the top within a day.

    `scope` names readers who count otherwise than everybody, because some people are hidden from them.
    """
    if not cursor:
        return Place("", 0)
    found = kept.load(_name(group, audience_id, cursor, scope), _PLACE, "places")
    return found.value if found else None


def note_next(group: AccountGroup, audience_id: str, cursor: str, shown: int, following: str, scope: str = "") -> None:
    """Note where the page at `following` stands: behind the one at `cursor`, of which so many people were shown."""
    here = at(group, audience_id, cursor, scope)
    if here is not None and following and following != cursor:
        note(group, audience_id, following, Place(cursor, here.offset + shown), scope)


def note(group: AccountGroup, audience_id: str, cursor: str, place: Place, scope: str = "") -> None:
    """Note where the page at `cursor` stands."""
    kept.save(_name(group, audience_id, cursor, scope), place, "", KEPT, "places")


def _name(group: AccountGroup, audience_id: str, cursor: str, scope: str) -> str:
    return kept.key(group, "place", (audience_id, cursor, scope) if scope else (audience_id, cursor))
