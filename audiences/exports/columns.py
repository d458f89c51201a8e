"""What may stand in a file: every leaf of the API's prospects, under which heading, and as what.

docs/exports.md lists them; a test holds the two, and the reference's leaves, together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from audiences.api.records import Email, Prospect

Cell = str | int | bool | None

PERSON, WORK, COMPANY, EMAILS, STATUS = "Person", "Work", "Company", "E-mails", "Status"
GROUPS = (PERSON, WORK, COMPANY, EMAILS, STATUS)


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or for one of a list (EMAILS) as many as the person with the most of them needs.

    `key` is the leaf's path in the API's answer. A number or a yes/no stays one in the file, None where there is none.
    """

    key: str
    header: str
    group: str
    is_default: bool
    kind: Literal["text", "number", "flag"]
    read: Callable[[Prospect], Cell]


@dataclass(frozen=True, slots=True)
class EmailColumn:
    """One of the columns that each e-mail has; `header` has its number in place of {}."""

    key: str
    header: str
    is_default: bool
    read: Callable[[Email], str]
    group: str = EMAILS
    kind: Literal["text"] = "text"


AnyColumn = Column | EmailColumn


def _text(key: str, header: str, group: str, read: Callable[[Prospect], str], is_default: bool = False) -> Column:
    return Column(key, header, group, is_default, "text", read)


# "Prospect id" and not "ID": Excel takes a file that begins with these two letters for one of another kind
COLUMNS: tuple[AnyColumn, ...] = (
    _text("id", "Prospect id", PERSON, lambda one: one.id, True),
    _text("name", "Name", PERSON, lambda one: one.name, True),
    _text("firstName", "First name", PERSON, lambda one: one.first_name, True),
    _text("lastName", "Last name", PERSON, lambda one: one.last_name, True),
    _text("headline", "Headline", PERSON, lambda one: one.headline),
    _text("about", "About", PERSON, lambda one: one.about),
    _text("location.text", "Location", PERSON, lambda one: one.location.text, True),
    _text("location.countryCode", "Country code", PERSON, lambda one: one.location.country_code, True),
    _text("linkedinUrl", "LinkedIn", PERSON, lambda one: one.linkedin_url, True),
    _text("publicIdentifier", "LinkedIn name", PERSON, lambda one: one.public_identifier),
    _text("photoUrl", "Photo", PERSON, lambda one: one.photo_url),
    _text("title", "Title", WORK, lambda one: one.title, True),
    _text("company.name", "Company", WORK, lambda one: one.company.name, True),
    _text("company.industry", "Industry", COMPANY, lambda one: one.company.industry, True),
    _text("company.size", "Company size", COMPANY, lambda one: one.company.size, True),
    _text("company.website", "Company website", COMPANY, lambda one: one.company.website, True),
    _text("company.location", "Company location", COMPANY, lambda one: one.company.location),
    _text("company.founded", "Company founded", COMPANY, lambda one: one.company.founded),
    _text("company.type", "Company type", COMPANY, lambda one: one.company.type),
    _text("company.specialties", "Company specialties", COMPANY, lambda one: one.company.specialties),
    Column(
        "company.followerCount", "Company followers", COMPANY, False, "number", lambda one: one.company.follower_count
    ),
    _text("company.tagline", "Company tagline", COMPANY, lambda one: one.company.tagline),
    _text("company.about", "About the company", COMPANY, lambda one: one.company.about),
    _text("company.linkedinUrl", "Company LinkedIn", COMPANY, lambda one: one.company.linkedin_url),
    _text("company.linkedinIdentifier", "Company LinkedIn id", COMPANY, lambda one: one.company.linkedin_identifier),
    _text("company.logoUrl", "Company logo", COMPANY, lambda one: one.company.logo_url),
    EmailColumn("emails[].email", "E-mail {}", True, lambda email: email.address),
    EmailColumn("emails[].deliverable", "E-mail {} deliverable", True, lambda email: email.deliverable),
    EmailColumn("emails[].qualityScore", "E-mail {} quality", False, lambda email: email.quality_score),
    Column("premium", "Premium", STATUS, False, "flag", lambda one: one.premium),
    Column("isOpenProfile", "Open profile", STATUS, False, "flag", lambda one: one.is_open_profile),
    _text("connectionStatus", "Connection", STATUS, lambda one: one.connection_status),
    _text("chatStatus", "Chat", STATUS, lambda one: one.chat_status),
)
KEYS = tuple(column.key for column in COLUMNS)
DEFAULT = tuple(column.key for column in COLUMNS if column.is_default)


def chosen(keys: Iterable[str]) -> tuple[AnyColumn, ...]:
    """The columns of these keys, in the order of COLUMNS whatever order the keys have; unknown keys are left out."""
    wanted = set(keys)
    return tuple(column for column in COLUMNS if column.key in wanted)
