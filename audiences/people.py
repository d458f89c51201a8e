"""People as they are shown: an API record becomes the ready strings of a row, or of the panel beside the list.

Pure functions. Only words we know are given a meaning (`good`, `on`, …); every other word is shown as it is.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from audiences.api.records import Company, Email, Prospect

ROW_TEXT = 160  # characters of a field that a row shows; the panel has all of them
ABOUT_TEXT = 600  # characters from which a text is folded

# how `deliverable` is commonly spelt; the API documents no set
GOOD = frozenset({"true", "yes", "deliverable", "valid", "verified", "safe", "ok", "good"})
UNSURE = frozenset(
    {"risky", "unknown", "uncertain", "catch_all", "catch-all", "accept_all", "accept-all", "unverified"}
)
BAD = frozenset({"false", "no", "undeliverable", "invalid", "bad", "bounced", "bounce"})
# connectionStatus and chatStatus: "active" is the reference's own example
ON = frozenset({"active", "connected", "accepted", "open", "true", "yes"})
OFF = frozenset({"inactive", "none", "not_connected", "disconnected", "closed", "false", "no"})

# white space, control characters, quotes and brackets have no place in an address
_ODD = re.compile(r"[\s\x00-\x1f\x7f<>\"'`\\{}|^]")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row shows, flat and ready: a template looks up plain names fastest.

    `mail`, `open`, `connection` and `chat` are the places of the Reach column: "on", "off" or "unknown".
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


@dataclass(frozen=True, slots=True)
class EmailLine:
    """One address in the panel: `link` is "" when it is no plain address, `mark` and `note` tell what the API says of it."""

    address: str
    link: str
    mark: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address the API gave: `url` is "" when it is not safe to follow, then only `text` is shown."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """What the panel shows beside the record's own fields."""

    at_company: str
    place: str
    emails: tuple[EmailLine, ...]
    mail: str
    linkedin: Link
    photo: Link
    company_linkedin: Link
    website: Link
    logo: Link
    followers: str
    premium: str
    open_profile: str
    other_names: bool
    long_about: bool
    long_company_about: bool
    has_company: bool


def person_row(prospect: Prospect, url: str) -> PersonRow:
    """The row of `prospect`; `url` is the person's own address."""
    company = prospect.company
    first = prospect.emails[0] if prospect.emails else Email("")
    mark = email_mark(first.deliverable)
    mail, mail_title = _mail_slot(prospect.emails)
    connection, connection_title = _status_slot("Connection", prospect.connection_status)
    chat, chat_title = _status_slot("Chat", prospect.chat_status)
    opened, open_title = _flag_slot("Open profile", prospect.is_open_profile)
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
        place=_cut(place(prospect)),
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
    )


def person_detail(prospect: Prospect) -> PersonDetail:
    """The panel of `prospect`."""
    company = prospect.company
    emails = tuple(
        EmailLine(email.address, mailto(email.address), email_mark(email.deliverable), email_note(email))
        for email in prospect.emails
    )
    return PersonDetail(
        at_company=" at ".join(part for part in (prospect.title, company.name) if part),
        place=place(prospect),
        emails=emails,
        mail=next((line.link for line in emails if line.link), ""),
        linkedin=_link(prospect.linkedin_url),
        photo=_link(prospect.photo_url),
        company_linkedin=_link(company.linkedin_url),
        website=_link(company.website),
        logo=_link(company.logo_url),
        followers=counted(company.follower_count),
        premium=_yes_or_no(prospect.premium),
        open_profile=_yes_or_no(prospect.is_open_profile),
        other_names=bool(prospect.first_name or prospect.last_name),
        long_about=_is_long(prospect.about),
        long_company_about=_is_long(company.about),
        has_company=company != Company(),
    )


def initials(name: str) -> str:
    """One or two letters for the face: of the first and the last word that begin with a letter or digit; "" if none."""
    letters = [letter for word in name[:ROW_TEXT].split() if (letter := _first_letter(word))]
    return "".join(letters[:1] + letters[1:][-1:])


def _first_letter(word: str) -> str:
    composed = unicodedata.normalize("NFC", word)
    letter = next((sign for sign in composed if sign.isalnum()), "")
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def place(prospect: Prospect) -> str:
    """ "Stockholm, SE": the place and its country code, which is left out where the text ends with it already."""
    text, code = prospect.location.text.strip(), prospect.location.country_code.strip()
    if not code or text.rpartition(",")[2].strip().casefold() == code.casefold():
        return text
    return f"{text}, {code}" if text else code


def email_mark(deliverable: str) -> str:
    """The shape of the mark for the API's word: "good", "unsure", "bad", "other" (a word we don't know), "" (none)."""
    word = deliverable.strip().casefold()
    if not word:
        return ""
    return "good" if word in GOOD else "unsure" if word in UNSURE else "bad" if word in BAD else "other"


def email_note(email: Email) -> str:
    """ "deliverable: risky · quality 0.61", as far as the API says so."""
    deliverable = f"deliverable: {_cut(email.deliverable)}" if email.deliverable else ""
    quality = f"quality {_cut(email.quality_score)}" if email.quality_score else ""
    return " · ".join(part for part in (deliverable, quality) if part)


def counted(value: object) -> str:
    """A whole number with its thousands separated; anything else as it is, None as ""."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)


def safe_url(text: str) -> str:
    """The address when a link may lead there: http or https, a host, no user name, nothing odd in it; else ""."""
    address = text.strip()
    if len(address) > 2000 or _ODD.search(address):
        return ""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return address if usable else ""


def link_text(url: str) -> str:
    """What a link is called: the address without scheme and "www.", "in/zoe" for a LinkedIn profile."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    is_profile = host.endswith("linkedin.com") and path.count("/") >= 2
    return _cut(path.lstrip("/") if is_profile else host + path, 60)


def mailto(address: str) -> str:
    """ "mailto:…" when the address is plain and whole; else ""."""
    plain = address.strip()
    return f"mailto:{quote(plain, safe='@')}" if len(plain) <= 254 and _PLAIN_ADDRESS.fullmatch(plain) else ""


def _mail_slot(emails: tuple[Email, ...]) -> tuple[str, str]:
    if not emails:
        return "off", "E-mail: none"
    marks = {email_mark(email.deliverable) for email in emails}
    note = email_note(emails[0]) or "nothing known of it"
    number = "1 address" if len(emails) == 1 else f"{len(emails)} addresses"
    return ("unknown" if marks == {"bad"} else "on"), f"E-mail: {number}, {note}"


def _status_slot(field: str, word: str) -> tuple[str, str]:
    plain = word.strip().casefold()
    state = "off" if not plain or plain in OFF else "on" if plain in ON else "unknown"
    return state, f"{field}: {_cut(word) or 'not given'}"


def _flag_slot(field: str, value: bool | None) -> tuple[str, str]:
    return ("on" if value else "off"), f"{field}: {_yes_or_no(value) or 'not given'}"


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _link(text: str) -> Link:
    url = safe_url(text)
    return Link(link_text(url) if url else text, url)


def _is_long(text: str) -> bool:
    return len(text) > ABOUT_TEXT or text.count("\n") > 7


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _cut(text: str, most: int = ROW_TEXT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
