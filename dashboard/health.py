"""What probes ask: is the process up, and can the deployment work."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from operations import heartbeat

_PATIENCE = 0.5  # seconds: a broker that is frozen is down


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers: what a proxy asks."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when all parts work, else 503 with which does not: what watches the deployment asks.

    Pages go on without cache, broker and clock: whoever sends people to servers by this takes away what still works.
    """
    words = parts()
    well = not {"down", "late", "unknown"} & set(words.values())
    return JsonResponse({"status": "ready" if well else "down", **words}, status=200 if well else 503)


def parts() -> dict[str, str]:
    """Database, cache, broker and clock, each "ok", "down" or "late"; "none" where the deployment has no such part."""
    database = has_database()
    clock = "unknown"
    if database:
        try:
            late = heartbeat.is_late(heartbeat.Kind.BEAT) and not heartbeat.has_just_begun()
            clock = "late" if late else "ok"
        except DatabaseError:
            database = False
    broker = "none" if not settings.BROKER_URL else "ok" if has_broker() else "down"
    return {
        "database": "ok" if database else "down",
        "cache": "ok" if has_cache() else "down",
        "broker": broker,
        "clock": clock,
    }


_PROBES = {"/health/live": live, "/health/ready": ready}


def probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer probes before anything that they may not depend on: the Host they name, a session, its database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return _PROBES.get(request.path, get_response)(request)

    return middleware


def has_database() -> bool:
    """Whether it answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def has_cache() -> bool:
    """Whether what it is given comes back: the steady cache swallows failures, so nothing less proves that it works."""
    cache.set("health", b"ok", 30)
    return cache.get("health") == b"ok"


def has_broker() -> bool:
    """Whether the broker answers, where there is one."""
    try:
        return bool(_broker(settings.BROKER_URL).ping())
    except (RedisError, OSError):
        return False


@lru_cache(maxsize=2)
def _broker(address: str) -> Redis:
    return Redis.from_url(
        address, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0)
    )
