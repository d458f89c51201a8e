"""What may enter a request. Refusals are ValueErrors of one sentence; none repeats a secret."""

import ipaddress
import re
from urllib.parse import urlsplit

from audiences.api.fields import NOT_AUDIENCES, usable_cursor, usable_id

_KEY = re.compile(r"[\x21-\x7e]{1,1000}")
_URL = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:/[a-z0-9._~/-]*)?", re.I)


# what the sandbox's own keys begin with: they open made-up people alone, wherever they are sent
_NOTHING_REAL = "sk_sandbox_"


def checked_base_url(url: str, key: str = "") -> str:
    """The URL without a final slash; https, or http to this very machine, or with a key that opens nothing real."""
    if not isinstance(url, str) or not _URL.fullmatch(url):
        raise ValueError(
            "The API's base URL must look like https://host or https://host:port/path, without a user name, "
            "query or fragment."
        )
    parts = urlsplit(url)
    try:
        port_is_wrong = parts.port == 0
    except ValueError:
        port_is_wrong = True
    if port_is_wrong:
        raise ValueError("The port in the API's base URL must be between 1 and 65535.")
    if ".." in parts.path or parts.path.rstrip("/").endswith("/v1"):
        raise ValueError('The API\'s base URL must be given without "/v1" (it is added) and without "..".')
    in_the_clear = parts.scheme.lower() == "http" and not _is_loopback(parts.hostname or "")
    if in_the_clear and not key.startswith(_NOTHING_REAL):
        raise ValueError(
            "The API's base URL must use https; plain http is for this machine only, and for the sandbox's own keys."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_key(key: str) -> str:
    """The key, fit for a header: printable ASCII without blanks."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("The API key must be printable ASCII without blanks or line breaks.")
    return key


def checked_id(value: str) -> str:
    """An id for a path: `[A-Za-z0-9_-]{1,128}`."""
    if not isinstance(value, str) or not usable_id(value):
        raise ValueError("An id must be 1 to 128 letters, digits, _ or -.")
    return value


def checked_audience_id(value: str) -> str:
    """An id for a path below `/audiences/`."""
    if value in NOT_AUDIENCES:
        raise ValueError("This word is an address of the API, and no audience's id.")
    return checked_id(value)


def checked_cursor(value: str) -> str:
    """A cursor, or "" for the first page."""
    if value != "" and not usable_cursor(value):
        raise ValueError("A cursor must be 1 to 4,096 characters, none of them a control character.")
    return value
