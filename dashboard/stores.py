"""Where things are kept, as Django's settings take it: the database's options, and the caches with or without Redis."""

import sys
from typing import Any

from dashboard import processes
from dashboard.postgresql import POOL

# RELIABILITY fact 8: without these, 8 writers get "database is locked"
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# answers of at most about 150 kB; places of some 300 bytes; the gate of the API, which outlives Redis in each process
_ENTRIES = {"default": 600, "places": 20_000, "budget": 1_000}


def database(parsed: dict[str, Any]) -> dict[str, Any]:
    """The database of an address, set up so that many threads and processes may use it."""
    if parsed["ENGINE"].endswith("sqlite3"):
        return parsed | {"OPTIONS": _SQLITE}
    # a restore that finds somebody connected says who it is; options of the address (sslmode) stay
    options = {"application_name": processes.name(sys.argv)} | parsed.get("OPTIONS", {}) | {"pool": POOL}
    return parsed | {"ENGINE": "dashboard.postgresql", "OPTIONS": options}


def caches(redis_url: str) -> dict[str, dict[str, Any]]:
    """One for each kind of thing: in Redis, shared by all processes, or in each process for itself."""
    return {name: _in_redis(name, redis_url) if redis_url else _in_process(name) for name in _ENTRIES}


def _in_process(name: str) -> dict[str, Any]:
    return {
        "BACKEND": "dashboard.cache.ProcessCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": _ENTRIES[name]},
    }


def _in_redis(name: str, address: str) -> dict[str, Any]:
    return {
        "BACKEND": "dashboard.cache.SteadyRedisCache",
        "LOCATION": address,
        "KEY_PREFIX": name,
        "OPTIONS": {
            "serializer": "dashboard.cache.PlainBytes",
            "socket_timeout": 0.25,  # RELIABILITY fact 5: a frozen Redis must not hold a page
            "socket_connect_timeout": 0.25,
            "alone": name == "budget",
        },
    }
