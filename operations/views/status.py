"""How the deployment is, and how it gets on with the API: for admins, on one page."""

from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audiences import apikey, calls, measures, support
from audiences.budget import Budget
from operations import backed_up, findings, heartbeat, queues
from team.models import Membership, User


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What needs attention, calls and how they ended, processes, backups; for admins of any account group."""
    user = cast(User, request.user)
    own = set(Membership.objects.filter(user=user, role=Membership.Role.ADMIN).values_list("group_id", flat=True))
    if not (user.is_superuser or own):
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
        "errors": _errors(None if user.is_superuser else own),
        "now": datetime.now(UTC),
        "findings": findings.all_for(user),
        "permissions": [(name, calls.known(name)) for name in calls.PERMISSIONS],
        "workers": heartbeat.alive(heartbeat.Kind.WORKER),
        "rung": heartbeat.seen(heartbeat.Kind.BEAT),
        "waiting": [queue for queue in queues.queues() if queue.waiting],
        "filling": queues.filling(),
        "takes_backups": backed_up.is_on(),
        "backup": backed_up.last_good(),
    }
    return render(request, "status/page.html", context)


def _errors(own: set[str] | None) -> list[tuple[str | int | None, ...]]:
    """The last errors with their support codes; None: of every account group."""
    found = measures.last_errors()
    return [(when, kind, code, _path(path, own), trace, support.code(trace)) for when, kind, code, path, trace in found]


def _path(path: str, own: set[str] | None) -> str:
    """A path as an admin of these groups may see it: "/v1/accounts/…" where it names any other."""
    parts = path.split("/")
    if own is None or len(parts) < 4 or parts[3] in own:
        return path
    return "/".join([*parts[:3], "…"])


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
