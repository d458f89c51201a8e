"""What probes ask: is the process up, and can it work."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database and the cache answer, else 503 with which does not."""
    parts = {"database": _database(), "cache": _cache()}
    well = all(parts.values())
    words = {name: "ok" if up else "down" for name, up in parts.items()}
    return JsonResponse({"status": "ready" if well else "down", **words}, status=200 if well else 503)


_PROBES = {"/health/live": live, "/health/ready": ready}


def probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer probes before anything that they may not depend on: the Host they name, a session, its database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return _PROBES.get(request.path, get_response)(request)

    return middleware


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache() -> bool:
    # the steady cache swallows failures, so only a value that comes back proves that it works
    cache.set("health", b"ok", 30)
    return cache.get("health") == b"ok"
