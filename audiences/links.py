"""Strangers' addresses: which of them may become links, and what the links are called."""

import re
from urllib.parse import quote, urlsplit

NAME_LENGTH = 60  # characters of an address that its link shows

# white space, control characters, quotes and brackets have no place in an address
_ODD = re.compile(r"[\s\x00-\x1f\x7f<>\"'`\\{}|^]")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


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


def link_name(url: str) -> str:
    """What the link to a safe address is called: no scheme, no "www.", and "in/zoe" for a profile on LinkedIn."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    is_profile = host.endswith("linkedin.com") and path.count("/") > 1
    name = path.lstrip("/") if is_profile else host + path
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def mailto(address: str) -> str:
    """The `mailto:` link of a plain, whole e-mail address; "" for any other text."""
    plain = address.strip()
    if len(plain) > 254 or not _PLAIN_ADDRESS.fullmatch(plain):
        return ""
    return f"mailto:{quote(plain, safe='@')}"
