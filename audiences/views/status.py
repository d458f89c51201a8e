"""How the dashboard and the API get on: for admins, on one page."""

from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audiences import apikey, measures, support
from audiences.budget import Budget
from audiences.refusal import key_refusal
from team.models import Membership, User


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Calls and how they ended, the cache, what is held back and why; for admins of any account group."""
    user = cast(User, request.user)
    if not (user.is_superuser or Membership.objects.filter(user=user, role=Membership.Role.ADMIN).exists()):
        raise PermissionDenied("Only admins see the status.")
    counts = measures.recent()
    asked = counts["hit"] + counts["stale"] + counts["miss"]
    budget = Budget()
    context = {
        "api_url": settings.AUDIENCES_API_URL,
        "key": apikey.fingerprint()[:8],
        "cache": getattr(caches["default"], "shown_as", "unknown"),
        "rate": settings.AUDIENCES_API_RATE,
        "minutes": measures.MINUTES,
        "counts": counts,
        "served_from_cache": round(100 * (counts["hit"] + counts["stale"]) / asked) if asked else None,
        "held_until": _moment(budget.held_until()),
        "resting_until": _moment(budget.resting_until()),
        "refusal": key_refusal(),
        "errors": [(*line, support.code(line[4])) for line in measures.last_errors()],
        "now": datetime.now(UTC),
    }
    return render(request, "status/page.html", context)


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
