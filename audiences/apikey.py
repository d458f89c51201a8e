"""The API key as it stands now: from the environment, or from a file whose change is picked up without a restart."""

import hashlib
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from audiences.api.checks import checked_base_url, checked_key

LOOK_EVERY = 20.0  # seconds; RELIABILITY asks for a changed file to count within 60
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Seen:
    """What was read last, and when it is worth looking again."""

    path: str = ""
    key: str = ""
    look_again: float = 0.0


_seen = _Seen()


def current() -> str:
    """The key to use now. A file that is gone or wrong leaves the last good key in use, and says so in the log."""
    path = settings.AUDIENCES_API_KEY_FILE
    if not path:
        return str(settings.AUDIENCES_API_KEY)
    now = time.monotonic()
    if _seen.path != path or now >= _seen.look_again:
        _seen.key = _read(path) or (_seen.key if _seen.path == path else str(settings.AUDIENCES_API_KEY))
        _seen.path, _seen.look_again = path, now + LOOK_EVERY
    return _seen.key


def _read(path: str) -> str:
    try:
        key = checked_key(Path(path).read_text().strip())
        checked_base_url(settings.AUDIENCES_API_URL, key)  # another key may not go where the sandbox's may
    except (OSError, UnicodeDecodeError, ValueError) as error:
        _log.warning("AUDIENCES_API_KEY_FILE cannot be used now; the last key stays: %s", type(error).__name__)
        return ""
    return key


def fingerprint() -> str:
    """Tells keys apart without giving one away."""
    return hashlib.sha256(current().encode("utf-8", "replace")).hexdigest()
