"""The star that somebody gives an audience, and forgetting all that is remembered of what they did and chose."""

from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audiences import access, catalog, visits
from audiences.access import Entry
from audiences.models import KnownAudience, Opened, Visit, Watch
from audiences.states import State
from audiences.views import shell
from team.models import User
from team.returning import back


@require_POST
def star(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Give an audience one's star, or take it away (`star=0`). A script gets the sidebar's lines."""
    entry = access.enter(request, group_id)
    _need_there(request, entry, audience_id)
    if request.POST.get("star") == "0":
        visits.unstar(entry.user, entry.group, audience_id)
    elif not visits.star(entry.user, entry.group, audience_id):
        return _no_more(request, entry, audience_id)
    if shell.is_fragment(request):
        return HttpResponse(shell.mine(request, entry, audience_id))
    return redirect(back(request, reverse("audience", args=[group_id, audience_id])))


def _need_there(request: HttpRequest, entry: Entry, audience_id: str) -> None:
    """Pass for an audience of this group that is known here, and for one that the API knows. Raises ApiError."""
    here = {"group": entry.group, "audience_id": audience_id}
    if any(model.objects.filter(**here).exists() for model in (Visit, KnownAudience, Watch)):
        return
    catalog.audience(entry.group, audience_id, shell.within(request))


def _no_more(request: HttpRequest, entry: Entry, audience_id: str) -> HttpResponse:
    what = f"{visits.STARS} audiences have your star, and more would be too many to find one."
    state = State("limit", 409, "No star is left", what, "Take it away from one of them first.")
    if not shell.is_fragment(request):
        here = reverse("audience", args=[entry.group.id, audience_id])
        return shell.show_state(request, entry, state.leading_to("Back to the audience", here))
    answer = render(request, "states/_told.html", {"state": state}, status=409)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#notice", "innerHTML"
    return answer


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget whom and what this person has opened, their stars, and what they chose, in every group."""
    user = cast(User, request.user)
    with transaction.atomic():
        Opened.objects.filter(user=user).delete()
        Visit.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(preferences={})
    return redirect("/account/?done=forgotten")
