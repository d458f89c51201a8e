"""Removing somebody from an account group, or leaving it: first what is left behind, then the deed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from audiences import access, legacies
from audiences.access import Entry
from audiences.views import shell, team
from team import membership
from team.membership import NotPossible
from team.models import Membership
from team.network import address


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, group_id: str, person: int) -> HttpResponse:
    """For admins, and for everybody about themselves."""
    entry = access.enter(request, group_id)
    if person != entry.user.pk:
        entry.need_admin()
    try:
        return _act(request, entry, person) if request.method == "POST" else _ask(request, entry, person)
    except NotPossible as problem:
        return team.show(request, entry, 409, problem=str(problem))


def _ask(request: HttpRequest, entry: Entry, person: int) -> HttpResponse:
    found: Membership = membership.find(entry.group, person)
    membership.keep_an_admin(found)
    context = {
        "who": found.user,
        "leaves": person == entry.user.pk,
        "legacies": legacies.of(entry.group, found.user),
        "is_mailed": bool(settings.EMAIL_URL),
    }
    return shell.show(request, entry, "team/remove.html", context)


def _act(request: HttpRequest, entry: Entry, person: int) -> HttpResponse:
    legacies.remove(entry.group, person, entry.user, request.POST.dict(), address(request))
    return redirect("home") if person == entry.user.pk else team.done(entry, "removed")
