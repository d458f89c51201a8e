"""Somebody without the right asks an admin."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audiences import access, asking
from audiences.api.checks import checked_audience_id
from audiences.states import State
from audiences.views import shell
from team.network import address


def ask(request: HttpRequest, group_id: str) -> HttpResponse:
    """`what` is wanted ("share" or "export"), of which `audience`; the answer says that an admin was told."""
    entry = access.enter(request, group_id)
    if request.method != "POST":
        return redirect("group", group_id)
    what, audience_id = request.POST.get("what", ""), _audience_id(request)
    if what not in asking.WISHES:
        raise Http404("nothing that could be asked for")
    back = reverse("audience", args=[group_id, audience_id]) if audience_id else reverse("group", args=[group_id])
    if entry.may_share if what == "share" else entry.may_export:
        return redirect(back)
    asking.ask(entry.group, entry.user, what, audience_id, address(request))
    state = State(
        "empty",
        200,
        "An admin was told",
        "The admins of this account group have your question in their notices.",
        "Asking again tells them once a day at most.",
        "Back",
        back,
    )
    return shell.show_state(request, entry, state)


def _audience_id(request: HttpRequest) -> str:
    given = request.POST.get("audience", "")
    try:
        return given and checked_audience_id(given)
    except ValueError:
        raise Http404("no such audience") from None
