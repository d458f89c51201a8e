"""What probes ask: is the process up, and can it work."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database and the cache answer, else 503 with which does not."""
    parts = {"database": _database(), "cache": _cache()}
    well = all(parts.values())
    words = {name: "ok" if up else "down" for name, up in parts.items()}
    return JsonResponse({"status": "ready" if well else "down", **words}, status=200 if well else 503)


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
