"""People as they are shown: an API record becomes the ready strings of a row, or of the panel beside the list.

Pure functions. Only words we know are given a meaning (`good`, `on`, …); every other word is shown as it is.
"""

import unicodedata
import zlib
from dataclasses import dataclass

from audiences.api.records import Company, Email, Location, Prospect
from audiences.links import link_name, mailto, safe_url
from audiences.reach import OFF, ON, best, email_mark

ROW_TEXT = 160  # characters of a field that a row shows; the panel has all of them
ABOUT_TEXT = 600  # characters, or lines, from which the panel folds a text
ABOUT_LINES = 8


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row shows, flat and ready: a template looks up plain names fastest.

    `email_mark` is "good", "unsure", "bad", "other" (a word we don't know: it stands in `email_word`) or "" (no word).
    `mail`, `open`, `connection` and `chat` are the places of the Reach column: "on", "off" or "unknown"; `best` is the
    badge before them (reach.py).
    """

    id: str
    url: str
    initials: str
    hue: int
    name: str
    premium: bool
    headline: str
    role: str
    company_line: str
    place: str
    email: str
    email_mark: str
    email_word: str
    email_title: str
    more_emails: str
    mail: str
    mail_title: str
    open: str
    open_title: str
    connection: str
    connection_title: str
    chat: str
    chat_title: str
    best: str
    best_word: str
    best_title: str


@dataclass(frozen=True, slots=True)
class EmailLine:
    """One address in the panel; `link` is "" when it is no plain address, `note` is what the API says of it."""

    address: str
    link: str
    mark: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address the API gave; `url` is "" when it is not safe to follow: then only `text` is shown."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """What the panel shows beside the record's own fields."""

    at_company: str
    headline: str
    place: str
    emails: tuple[EmailLine, ...]
    mail: str
    linkedin: Link
    photo: Link
    company_linkedin: Link
    website: Link
    logo: Link
    premium: str
    open_profile: str
    long_about: bool
    long_company_about: bool
    has_company: bool


def person_row(prospect: Prospect, url: str) -> PersonRow:
    """The row of `prospect`; `url` is the person's own address."""
    company = prospect.company
    first = prospect.emails[0] if prospect.emails else Email("")
    mark = email_mark(first.deliverable)
    mail, mail_title = _mail_place(prospect.emails)
    opened, open_title = _flag_place("Open profile", prospect.is_open_profile)
    connection, connection_title = _status_place("Connection", prospect.connection_status)
    chat, chat_title = _status_place("Chat", prospect.chat_status)
    way = best(prospect)
    return PersonRow(
        id=prospect.id,
        url=url,
        initials=initials(prospect.name),
        hue=zlib.crc32(prospect.id.encode("utf-8", "replace")) % 8,
        name=_cut(prospect.name) or "No name",
        premium=prospect.premium is True,
        headline="" if _same(prospect.headline, prospect.title) else _cut(prospect.headline),
        role=_cut(prospect.title),
        company_line=_cut(" · ".join(part for part in (company.name, company.industry) if part)),
        place=_cut(short_place(prospect.location)),
        email=_cut(first.address),
        email_mark=mark,
        email_word=_cut(first.deliverable, 24) if mark == "other" else "",
        email_title=email_note(first),
        more_emails=f"+{len(prospect.emails) - 1}" if len(prospect.emails) > 1 else "",
        mail=mail,
        mail_title=mail_title,
        open=opened,
        open_title=open_title,
        connection=connection,
        connection_title=connection_title,
        chat=chat,
        chat_title=chat_title,
        best=way.kind,
        best_word=way.word,
        best_title=f"{way.word}: {way.why}",
    )


def person_detail(prospect: Prospect) -> PersonDetail:
    """The panel of `prospect`."""
    company = prospect.company
    at_company = " at ".join(part for part in (prospect.title, company.name) if part)
    said = any(_same(prospect.headline, told) for told in (prospect.title, at_company))
    emails = tuple(
        EmailLine(email.address, mailto(email.address), email_mark(email.deliverable), email_note(email))
        for email in prospect.emails
    )
    return PersonDetail(
        at_company=at_company,
        headline="" if said else prospect.headline,
        place=full_place(prospect.location),
        emails=emails,
        mail=next((line.link for line in emails if line.link), ""),
        linkedin=_link(prospect.linkedin_url),
        photo=_link(prospect.photo_url),
        company_linkedin=_link(company.linkedin_url),
        website=_link(company.website),
        logo=_link(company.logo_url),
        premium=_yes_or_no(prospect.premium),
        open_profile=_yes_or_no(prospect.is_open_profile),
        long_about=_is_long(prospect.about),
        long_company_about=_is_long(company.about),
        has_company=company != Company(),
    )


def initials(name: str) -> str:
    """For the face: the first letters of the first and the last word that have one; "" where there is none."""
    letters = [letter for word in name[:ROW_TEXT].split() if (letter := _first_letter(word))]
    return "".join(letters[:1] + letters[1:][-1:])


def _first_letter(word: str) -> str:
    composed = unicodedata.normalize("NFC", word)
    letter = next((sign for sign in composed if sign.isalnum()), "")
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def full_place(location: Location) -> str:
    """ "Stockholm, Sweden, SE"; the country code is left out where the text ends with it already."""
    text, code = location.text.strip(), location.country_code.strip()
    is_told = text.rpartition(",")[2].strip().casefold() == code.casefold()
    return text if is_told else ", ".join(part for part in (text, code) if part)


def short_place(location: Location) -> str:
    """ "Stockholm, SE": a row has no room for the parts between."""
    code = location.country_code.strip()
    return full_place(Location(location.text.partition(",")[0], code)) if code else location.text.strip()


def email_note(email: Email) -> str:
    """ "deliverable: risky · quality 0.61", as far as the API says so."""
    deliverable = f"deliverable: {_cut(email.deliverable)}" if email.deliverable else ""
    quality = f"quality {_cut(email.quality_score)}" if email.quality_score else ""
    return " · ".join(part for part in (deliverable, quality) if part)


def _mail_place(emails: tuple[Email, ...]) -> tuple[str, str]:
    if not emails:
        return "off", "E-mail: none"
    only_bad = all(email_mark(email.deliverable) == "bad" for email in emails)
    number = "1 address" if len(emails) == 1 else f"{len(emails)} addresses"
    return ("unknown" if only_bad else "on"), f"E-mail: {number}, {email_note(emails[0]) or 'nothing more known'}"


def _status_place(field: str, word: str) -> tuple[str, str]:
    plain = word.strip().casefold()
    state = "on" if plain in ON else "off" if plain in OFF or not plain else "unknown"
    return state, f"{field}: {_cut(word) or 'not given'}"


def _flag_place(field: str, value: bool | None) -> tuple[str, str]:
    return ("on" if value else "off"), f"{field}: {_yes_or_no(value) or 'not given'}"


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _link(text: str) -> Link:
    url = safe_url(text)
    return Link(link_name(url) if url else text, url)


def _is_long(text: str) -> bool:
    return len(text) > ABOUT_TEXT or text.count("\n") >= ABOUT_LINES


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _cut(text: str, most: int = ROW_TEXT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
