"""What a share link shows: one versioned object, and the allow-list that is applied before any template sees a record.

A record is built anew from the fields that are allowed, never stripped of the others: a field that the API adds later,
or that a record gets, is not shown until somebody lists it here.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from audiences.api.fields import usable_id
from audiences.api.records import Company, Page, Prospect

VERSION = 1
_ADDRESS = re.compile(r"/prospects/([\w-]+)/?(?:[?#]|$)|#prospect-([\w-]+)$", re.ASCII)
TITLE, NOTE, SENDER = 120, 2000, 120  # letters
HIDDEN = 500  # people left out at most


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of a person that are shown or not as one. `is_default`: shown unless somebody says otherwise."""

    name: str
    label: str
    hint: str
    is_default: bool


PERSON = "person"
GROUPS = (
    Group(PERSON, "Person and headline", "Name, title, headline. Always shown.", True),
    Group("company", "Company", "Name, industry, size, website and what else is known of it.", True),
    Group("place", "Place", "Where they are.", True),
    Group("about", "About", "What they write of themselves.", False),
    Group("linkedin", "LinkedIn", "Their profile, photo and the company's profile, as links.", False),
    Group("emails", "E-mails", "Every address, with what is known of it.", False),
    Group("status", "Status", "Premium, open profile, connection and chat.", False),
)
EVERYTHING = frozenset(group.name for group in GROUPS)
DEFAULT = frozenset(group.name for group in GROUPS if group.is_default)

_PERSON = ("id", "first_name", "last_name", "name", "headline", "title")
_OF_GROUP = {
    "place": ("location",),
    "about": ("about",),
    "linkedin": ("linkedin_url", "public_identifier", "photo_url"),
    "emails": ("emails",),
    "status": ("premium", "is_open_profile", "connection_status", "chat_status"),
}
_COMPANY = (
    *("name", "industry", "website", "size", "location", "about", "logo_url", "founded", "type", "specialties"),
    *("follower_count", "tagline"),
)
_COMPANY_LINKEDIN = ("linkedin_identifier", "linkedin_url")


@dataclass(frozen=True, slots=True)
class View:
    """What outsiders see of an audience. `sender` is the "From" line; `hidden` are ids of people left out."""

    title: str
    note: str = ""
    sender: str = ""
    fields: frozenset[str] = DEFAULT
    hidden: frozenset[str] = frozenset()

    def as_stored(self) -> dict[str, Any]:
        """For the database: plain, and saying of which version it is."""
        return {
            "version": VERSION,
            "title": self.title,
            "note": self.note,
            "from": self.sender,
            "fields": sorted(self.fields),
            "hidden": sorted(self.hidden),
        }

    @classmethod
    def stored(cls, value: Any) -> "View | None":
        """What the database holds; None for anything that this version does not fully understand: it shows nothing."""
        if not isinstance(value, dict) or value.get("version") != VERSION:
            return None
        match [value.get(name) for name in ("title", "note", "from", "fields", "hidden")]:
            case [str(title), str(note), str(sender), list(fields), list(hidden)] if _are_words(*fields, *hidden):
                if not EVERYTHING.issuperset(fields):
                    return None
                return cls(title, note, sender, frozenset(fields) | {PERSON}, frozenset(hidden))
        return None

    def page(self, page: Page[Prospect]) -> Page[Prospect]:
        """A page of people as outsiders may see it."""
        shown = tuple(self.person(person) for person in page.items if person.id not in self.hidden)
        return replace(page, items=shown, left_out=0)

    def person(self, person: Prospect) -> Prospect:
        """A person with the fields that are allowed, and no others."""
        names = [*_PERSON, *(name for group in self.fields for name in _OF_GROUP.get(group, ()))]
        made: dict[str, Any] = {name: getattr(person, name) for name in names}
        return Prospect(**made, company=self._company(person.company))

    def _company(self, company: Company) -> Company:
        if "company" not in self.fields:
            return Company()
        names = (*_COMPANY, *(_COMPANY_LINKEDIN if "linkedin" in self.fields else ()))
        return Company(**{name: getattr(company, name) for name in names})


def _are_words(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def person_id(word: str) -> str:
    """The id that somebody typed or pasted: as it is, or in the address of a person's page or row; "" for neither."""
    found = _ADDRESS.search(word)
    return usable_id(found[1] or found[2]) if found else usable_id(word)
