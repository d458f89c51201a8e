"""What the status page tells: calls of the API by how they ended, cache hits and misses, the last errors' trace ids.

Counted by the minute, gathered in the process and handed to the cache about once a second: a hit costs a memory add.
"""

import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
from django.core.cache import cache

from audiences.api.errors import ApiError
from audiences.kept import shared

MINUTES = 10
NAMES = ("hit", "stale", "miss", "answered", "failed", "limited", "held", "rested")
LAST_ERRORS = 10
_FLUSH_EVERY = 1.0

_gathered: Counter[str] = Counter()
_lock = threading.Lock()
_flushed = time.monotonic()
_errors = threading.Lock()


def count(name: str) -> None:
    """One more of `name` (NAMES) in this minute."""
    global _flushed
    with _lock:
        _gathered[name] += 1
        if time.monotonic() - _flushed < _FLUSH_EVERY:
            return
        _flushed = time.monotonic()
        due = dict(_gathered)
        _gathered.clear()
    _hand_over(due)


def _hand_over(due: dict[str, int]) -> None:
    for name, amount in due.items():
        shared.tally(_name(name, _minute()), amount, (MINUTES + 2) * 60)


def recent() -> dict[str, int]:
    """The sums of the last ten minutes, over all processes."""
    with _lock:
        due = dict(_gathered)
        _gathered.clear()
    _hand_over(due)
    now = _minute()
    names = {name: [_name(name, now - back) for back in range(MINUTES)] for name in NAMES}
    found = cache.get_many([key for keys in names.values() for key in keys])
    return {name: sum(_whole(found.get(key)) for key in keys) for name, keys in names.items()}


def remember(error: ApiError) -> None:
    """Keep an error's line for the status page: when, what, status, path and trace id; never its details."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    line = (when, type(error).__name__, error.status, error.path, error.trace_id)
    with _errors:  # two processes may lose a line to each other; it is a list for reading
        lines = [line, *last_errors()][:LAST_ERRORS]
        cache.set("errors", msgspec.json.encode(lines), MINUTES * 60)


def last_errors() -> list[tuple[str, str, int | None, str, str]]:
    """The lines of the last errors, newest first."""
    raw = cache.get("errors")
    if isinstance(raw, bytes):
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(raw, type=list[tuple[str, str, int | None, str, str]])
    return []


def _minute() -> int:
    return int(time.time()) // 60


def _name(name: str, minute: int) -> str:
    return f"count-{name}-{minute}"


def _whole(raw: object) -> int:
    with suppress(ValueError):
        return int(raw) if isinstance(raw, bytes) else 0
    return 0
