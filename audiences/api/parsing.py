"""JSON values into records, field by field: what cannot be used costs itself alone. Nothing here raises."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from audiences.api.fields import count, flag, number, text, usable_audience_id, usable_cursor, usable_id
from audiences.api.records import (
    AccountGroup,
    Audience,
    Company,
    Email,
    Folder,
    Location,
    Navigation,
    Page,
    Prospect,
    Unread,
)


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Identified)


def account_group(raw: object) -> AccountGroup | None:
    """The account group in a JSON value; None without a usable id."""
    if not isinstance(raw, dict) or not (group_id := usable_id(raw.get("id"))):
        return None
    return AccountGroup(group_id, text(raw.get("name")), text(raw.get("createdAt")))


def audience(raw: object, known_id: str = "") -> Audience | None:
    """The audience in a JSON value; None without a usable id, unless the caller knows which it asked for."""
    if not isinstance(raw, dict) or not (audience_id := known_id or usable_audience_id(raw.get("id"))):
        return None
    get = raw.get
    return Audience(
        id=audience_id,
        name=text(get("name")),
        type=text(get("type")),
        description=text(get("description")),
        folder_id=usable_id(get("folderId")),
        prospect_count=count(get("prospectCount")),
        created_at=text(get("createdAt")),
    )


def prospect(raw: object) -> Prospect | None:
    """The prospect in a JSON value; None without a usable id."""
    if not isinstance(raw, dict) or not (prospect_id := usable_id(raw.get("id"))):
        return None
    get = raw.get
    first, last = text(get("firstName")), text(get("lastName"))
    return Prospect(
        id=prospect_id,
        first_name=first,
        last_name=last,
        name=text(get("name")) or f"{first} {last}".strip(),
        headline=text(get("headline")),
        about=text(get("about")),
        photo_url=text(get("photoUrl")),
        linkedin_url=text(get("linkedinUrl")),
        public_identifier=text(get("publicIdentifier")),
        company=_company(get("company")),
        title=text(get("title")),
        location=_location(get("location")),
        emails=_emails(get("emails")),
        premium=flag(get("premium")),
        is_open_profile=flag(get("isOpenProfile")),
        connection_status=text(get("connectionStatus")),
        chat_status=text(get("chatStatus")),
    )


def _company(raw: object) -> Company:
    if not isinstance(raw, dict):
        return Company(name=text(raw))
    get = raw.get
    return Company(
        name=text(get("name")),
        linkedin_identifier=text(get("linkedinIdentifier")),
        linkedin_url=text(get("linkedinUrl")),
        industry=text(get("industry")),
        website=text(get("website")),
        size=text(get("size")),
        location=text(get("location")),
        about=text(get("about")),
        logo_url=text(get("logoUrl")),
        founded=text(get("founded")),
        type=text(get("type")),
        specialties=text(get("specialties")),
        follower_count=count(get("followerCount")),
        tagline=text(get("tagline")),
    )


def _location(raw: object) -> Location:
    if not isinstance(raw, dict):
        return Location(text(raw))
    return Location(text(raw.get("text")), text(raw.get("countryCode")))


def _emails(raw: object) -> tuple[Email, ...]:
    entries = raw if isinstance(raw, list) else [raw]
    return tuple(email for entry in entries if (email := _email(entry)).address)


def _email(raw: object) -> Email:
    if not isinstance(raw, dict):
        return Email(text(raw))
    return Email(text(raw.get("email")), text(raw.get("deliverable")), text(raw.get("qualityScore")))


def page(data: object, read: Callable[[object], R | None]) -> Page[R] | None:
    """A page of a list; None where `data` is none.

    A bare list counts as a page without more, `items: null` as empty. There is a next page iff `nextCursor`
    is usable and `hasMore` is not false: the two can disagree.
    """
    found = unread(data, read)
    return found.read() if found else None


def unread(data: object, read: Callable[[object], R | None]) -> Unread[R] | None:
    """The same, its items still to be read."""
    body = {"items": data} if isinstance(data, list) else data
    if not isinstance(body, dict) or not isinstance(raw := body.get("items", 0), list | None):
        return None
    more, following = flag(body.get("hasMore")), body.get("nextCursor", False)
    cursor = usable_cursor(following) if more is not False else ""
    is_clear = more is False or cursor != ""
    breaks_off = not is_clear and (more is True or raw is None or following not in (None, "", False))

    def items() -> Page[R]:
        found, left_out = _distinct(raw or (), read)
        return Page(found, cursor, left_out, breaks_off, trails_off=not is_clear and following is False)

    return Unread(cursor, items)


def navigation(data: object) -> Navigation | None:
    """Folders and ungrouped audiences; None where `data` is no object or has neither list.

    A folder without a usable id is left out; its audiences aren't its fault and stand among the ungrouped.
    """
    if not isinstance(data, dict) or not {"folders", "ungroupedAudiences"} & data.keys():
        return None
    folders, left_out = _distinct(_list(data.get("folders")), _bare_folder)
    inside: dict[str, list[object]] = {folder.id: [] for folder in folders}
    loose: list[object] = []
    for raw in _list(data.get("folders")):
        if isinstance(raw, dict):
            inside.get(usable_id(raw.get("id")), loose).extend(_list(raw.get("audiences")))
    ungrouped, lost = _distinct([*_list(data.get("ungroupedAudiences")), *loose], audience)
    left_out += lost
    filled = []
    for folder in folders:
        members, lost = _distinct(inside[folder.id], audience)
        left_out += lost
        filled.append(replace(folder, audiences=members))
    return Navigation(tuple(sorted(filled, key=_place)), ungrouped, left_out)


def _bare_folder(raw: object) -> Folder | None:
    if not isinstance(raw, dict) or not (folder_id := usable_id(raw.get("id"))):
        return None
    get = raw.get
    return Folder(
        id=folder_id,
        name=text(get("name")),
        audience_type=text(get("audienceType")),
        is_pinned=flag(get("isPinned")) or False,
        position=number(get("position")),
        created_at=text(get("createdAt")),
        updated_at=text(get("updatedAt")),
    )


def _place(folder: Folder) -> tuple[bool, bool, float, str, str]:
    return (
        not folder.is_pinned,
        folder.position is None,
        folder.position or 0.0,
        folder.name.casefold(),
        folder.id,
    )


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []


def _distinct(raw: Iterable[object], read: Callable[[object], R | None]) -> tuple[tuple[R, ...], int]:
    """What `read` could use, each id once, and how many entries it could not use."""
    found: dict[str, R] = {}
    left_out = 0
    for entry in raw:
        item = read(entry)
        if item is None:
            left_out += 1
        else:
            found.setdefault(item.id, item)
    return tuple(found.values()), left_out
