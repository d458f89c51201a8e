"""After a restore: what it would have opened again, for admins to confirm or to end, one by one or all at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audiences import access, known, sharing
from operations import confirming
from operations.models import Restored
from team.models import AccountGroup, Membership, User
from team.network import address

SHOWN = 200  # of each kind and group; the others come up as these are decided
_DONE = {
    "confirmed": "Confirmed.",
    "removed": "Removed.",
    "all": "Everything was confirmed.",
    "already": "That has been decided already, by you or by another admin.",
}


@dataclass
class Waiting:
    """What waits in one account group."""

    group: AccountGroup
    members: list[Restored] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[Restored] = field(default_factory=list)
    more: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
def restored(request: HttpRequest) -> HttpResponse:
    """The page; a POST confirms everything on it."""
    user = cast(User, request.user)
    need_admin_somewhere(user)
    if request.method == "POST":
        for group in AccountGroup.objects.filter(restored__in=_mine(user).values("pk")).distinct():
            confirming.confirm_all(group, user, address(request))
        return _back("all")
    rows = list(_mine(user).select_related("group", "user", "link", "link__by", "attempt", "attempt__by"))
    context = {
        "waiting": _by_group(rows),
        "total": len(rows),
        "dumped_at": max((row.dumped_at for row in rows), default=None),
        "restored_at": max((row.restored_at for row in rows), default=None),
        "done": _DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "restored/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restored_group(request: HttpRequest, group_id: str) -> HttpResponse:
    """Confirm everything that waits in a group."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    if request.method == "POST":
        confirming.confirm_all(entry.group, entry.user, address(request))
    return _back("all" if request.method == "POST" else "")


@require_http_methods(["GET", "HEAD", "POST"])
def restored_row(request: HttpRequest, group_id: str, restored: int) -> HttpResponse:
    """Confirm one thing, or end it."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    row = Restored.objects.select_related("group", "user", "link", "link__by", "attempt")
    found = row.filter(group=entry.group, pk=restored).first()
    if found is None:
        raise Http404("nothing of that kind")
    if request.method != "POST":
        return _back("")
    wish = request.POST.get("wish", "")
    deed = {"confirm": confirming.confirm, "remove": confirming.remove}.get(wish)
    if deed is None:
        raise PermissionDenied("nothing of that kind can be done")
    done = "confirmed" if wish == "confirm" else "removed"
    return _back(done if deed(found, entry.user, address(request)) else "already")


def need_admin_somewhere(user: User) -> None:
    """Raise the 403 of somebody who is admin nowhere."""
    if not (user.is_superuser or Membership.objects.filter(user=user, role=Membership.Role.ADMIN).exists()):
        raise PermissionDenied("Only admins see what a restore has left to confirm.")


def _mine(user: User) -> "confirming.QuerySet[Restored]":
    return confirming.still_open() & confirming.of(user)


def _back(done: str) -> HttpResponse:
    return redirect(reverse("restored") + (f"?done={done}" if done else ""))


def _by_group(rows: Iterable[Restored]) -> list[Waiting]:
    found: dict[str, Waiting] = {}
    count: dict[tuple[str, str], int] = defaultdict(int)
    now = timezone.now()
    for row in rows:
        here = found.setdefault(row.group_id, Waiting(row.group))
        count[row.group_id, row.kind] += 1
        if count[row.group_id, row.kind] > SHOWN:
            here.more += 1
        elif row.kind == Restored.Kind.MEMBER:
            here.members.append(row)
        elif row.kind == Restored.Kind.ATTEMPT:
            here.attempts.append(row)
        else:
            here.links.append(_link(row, now))
    for here in found.values():
        names = known.names(here.group, {line["link"].audience_id for line in here.links})
        for line in here.links:
            line["audience"] = names.get(line["link"].audience_id, "")
    return sorted(found.values(), key=lambda here: (here.group.position, here.group.id))


def _link(row: Restored, now: datetime) -> dict[str, Any]:
    assert row.link is not None
    return {"row": row, "link": row.link, "title": sharing.title(row.link), "is_over": row.link.expires_at <= now}
