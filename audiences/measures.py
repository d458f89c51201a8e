"""What the status page and the metrics tell: calls of the API by how they ended, cache hits and misses, requests, the
last errors' trace ids.

Counted by the minute, and since ever, gathered in the process and handed to the cache once a second by a thread of its
own: a hit costs a memory add.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
from django.conf import settings
from django.core.cache import cache

from audiences.api.errors import ApiError
from audiences.kept import shared

MINUTES = 10
NAMES = ("hit", "stale", "miss", "answered", "failed", "limited", "held", "rested")
LAST_ERRORS = 10
FLUSH_EVERY = 1.0
_TOTALS_KEPT = 30 * 86400.0  # since they were last added to

_gathered: Counter[str] = Counter()
_totals: Counter[str] = Counter()
_lock = threading.Lock()
_awaited: list[threading.Timer] = []  # the one that will hand over what was gathered, if there is something
_errors = threading.Lock()


def count(name: str) -> None:
    """One more of `name` (NAMES): in this minute, and since ever."""
    with _lock:
        _gathered[name] += 1
        _totals[name] += 1
        _await_flush()


def add(amounts: dict[str, int]) -> None:
    """So much more of each since ever, for the metrics alone: without Redis there are none."""
    if not settings.REDIS_URL:
        return
    with _lock:
        _totals.update(amounts)
        _await_flush()


def _await_flush() -> None:
    if _awaited and _awaited[0].is_alive():  # a thread does not outlive a fork
        return
    timer = threading.Timer(FLUSH_EVERY, flush)
    timer.daemon = True
    _awaited[:] = [timer]
    timer.start()


def flush() -> None:
    """Hand to the cache what this process has counted."""
    with _lock:
        lately, ever = dict(_gathered), dict(_totals)
        _gathered.clear()
        _totals.clear()
        _awaited.clear()
    if lately:
        minute = _minute()
        shared.tally_many({_name(name, minute): many for name, many in lately.items()}, (MINUTES + 2) * 60)
    if ever and settings.REDIS_URL:
        shared.tally_many({_total(name): many for name, many in ever.items()}, _TOTALS_KEPT)


def totals(names: Iterable[str]) -> dict[str, int]:
    """What all processes have counted since ever (or since the cache was emptied) of these names; 0 is left out."""
    keys = {_total(name): name for name in names}
    return {keys[key]: _whole(raw) for key, raw in cache.get_many(list(keys)).items()}


def recent() -> dict[str, int]:
    """The sums of the last ten minutes, over all processes."""
    flush()
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


def _total(name: str) -> str:
    return f"total-{name}"


def _name(name: str, minute: int) -> str:
    return f"count-{name}-{minute}"


def _whole(raw: object) -> int:
    with suppress(ValueError):
        return int(raw) if isinstance(raw, bytes) else 0
    return 0
