"""The best way to reach a person, as far as the API says: one badge, decided by the literal values of six fields.

The first line that fits decides:

| badge | when |
|---|---|
| E-mail | a plain address whose `deliverable` is a good word, and whose `qualityScore` is not below 0.5 |
| Chat | `chatStatus` is a word for on; or `connectionStatus` is one and `chatStatus` doesn't say that the chat is over |
| Open | `isOpenProfile` is true |
| Maybe | a plain address that is not known to be bad; connected, but the chat is over; `chatStatus` or `connectionStatus` is a word we don't know; `premium` is true and `isOpenProfile` is not given |
| None | nothing of that |

`qualityScore` is read as 0 … 1, or as percent ("91%", or a number above 1 up to 100). Anything else counts as not
given, and a score never makes an address good by itself: only a word we know does.
"""  # noqa: E501 - a table

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audiences.api.records import Email, Prospect
from audiences.links import mailto

# how `deliverable` is commonly spelt; the API documents no set
GOOD = frozenset({"true", "yes", "deliverable", "valid", "verified", "safe", "ok", "good"})
UNSURE = frozenset(
    {"risky", "unknown", "uncertain", "catch_all", "catch-all", "accept_all", "accept-all", "unverified"}
)
BAD = frozenset({"false", "no", "undeliverable", "invalid", "bad", "bounced", "bounce"})
# connectionStatus and chatStatus: "active" is the reference's own example
ON = frozenset({"active", "connected", "accepted", "open", "true", "yes"})
OFF = frozenset({"inactive", "none", "not_connected", "disconnected", "closed", "false", "no"})
# nothing has been said yet: to somebody connected, one can
NOT_YET = frozenset({"none", "not_connected"})

LOW = 0.5  # a quality below it takes an address's good word back
VALUE = 80  # characters of a value that an explanation shows
# in the order in which they are looked for, and stand in the bar
WORDS = {"mail": "E-mail", "chat": "Chat", "open": "Open", "maybe": "Maybe", "none": "None"}
NEEDS = frozenset({"emails", "status"})  # who does not see both of them cannot be told that there is no way
_SCORE = re.compile(r"\s*(\d{1,3}(?:\.\d{0,12})?|\.\d{1,12})\s*(%?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reach:
    """The best way: `kind` is a key of WORDS, `why` names the fields that decided, with their literal values."""

    kind: str
    why: str

    @property
    def word(self) -> str:
        """The badge's own word."""
        return WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the bar over many people, `start` people from its beginning."""

    kind: str
    label: str
    count: int
    start: int


def best(person: Prospect) -> Reach:
    """The best way to reach somebody; the module's table."""
    addresses = [email for email in person.emails if mailto(email.address)]
    if email := next((one for one in addresses if _is_good(one)), None):
        return Reach("mail", _of_email(email))
    chat, connection = _switch(person.chat_status), _switch(person.connection_status)
    if chat == "on":
        return Reach("chat", _told("chat status", person.chat_status))
    if connection == "on" and (chat != "off" or _plain(person.chat_status) in NOT_YET):
        return Reach("chat", _told("connection status", person.connection_status))
    if person.is_open_profile is True:
        return Reach("open", _flags(person))
    if email := next((one for one in addresses if email_mark(one.deliverable) != "bad"), None):
        return Reach("maybe", _of_email(email))
    if connection == "on" or "other" in (chat, connection):
        return Reach("maybe", _statuses(person))
    if person.premium is True and person.is_open_profile is None:
        return Reach("maybe", _flags(person))
    return Reach("none", ", ".join((_emails(person.emails), _statuses(person), _flags(person))))


def tally(people: Iterable[Prospect]) -> dict[str, int]:
    """How many people are reached best by each way; ways of nobody are left out."""
    return dict(Counter(best(person).kind for person in people))


def parts(counts: Mapping[str, int]) -> list[Part]:
    """The bar of these numbers, all its pieces in their order, also the empty ones."""
    labels = ("by e-mail", "by chat", "open profile", "maybe", "none")
    made: list[Part] = []
    for kind, label in zip(WORDS, labels, strict=True):
        start = made[-1].start + made[-1].count if made else 0
        made.append(Part(kind, label, counts.get(kind, 0), start))
    return made


def email_mark(deliverable: str) -> str:
    """ "good", "unsure" or "bad" for a word we know, "other" for one we don't, "" for none."""
    word = _plain(deliverable)
    known = (("good", GOOD), ("unsure", UNSURE), ("bad", BAD))
    return next((mark for mark, words in known if word in words), "other" if word else "")


def score(quality: str) -> float | None:
    """A quality as 0 … 1; None for what is no such number."""
    found = _SCORE.fullmatch(quality[:40])
    if found is None:
        return None
    value = float(found[1])
    value = value / 100 if found[2] or value > 1 else value
    return value if math.isfinite(value) and value <= 1 else None


def _is_good(email: Email) -> bool:
    quality = score(email.quality_score)
    return email_mark(email.deliverable) == "good" and (quality is None or quality >= LOW)


def _switch(word: str) -> str:
    """ "on" or "off" for a word we know, "other" for one we don't, "" for none."""
    plain = _plain(word)
    return "on" if plain in ON else "off" if plain in OFF else "other" if plain else ""


def _plain(word: str) -> str:
    return word.strip().casefold()


# --- Explaining -----------------------------------------------------------------------------------------


def _of_email(email: Email) -> str:
    known = (f"deliverable: {_short(email.deliverable)}" if email.deliverable else "deliverable not given",)
    quality = (f"quality {_short(email.quality_score)}",) if email.quality_score else ()
    return ", ".join((_short(email.address), *known, *quality))


def _emails(emails: tuple[Email, ...]) -> str:
    return _of_email(emails[0]) if emails else "no e-mail address"


def _statuses(person: Prospect) -> str:
    return f"{_told('connection status', person.connection_status)}, {_told('chat status', person.chat_status)}"


def _flags(person: Prospect) -> str:
    return f"{_told('open profile', _flag(person.is_open_profile))}, {_told('premium', _flag(person.premium))}"


def _flag(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _told(field: str, value: str) -> str:
    return f"{field}: {_short(value)}" if value.strip() else f"{field} not given"


def _short(value: str) -> str:
    return value if len(value) <= VALUE else value[: VALUE - 1].rstrip() + "…"
