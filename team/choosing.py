"""What somebody chooses of how the dashboard looks and behaves (preferences.py), by form or as they go."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from team import preferences
from team.models import User
from team.preferences import COLUMNS, DENSITIES, FOLDS, THEMES
from team.returning import back


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what is given, leave the rest. A script gets 204, a form leads back to `next`."""
    user = cast(User, request.user)
    if chosen := _chosen(request.POST):
        preferences.change(user, **chosen)
    closed, opened = (request.POST.getlist(name)[:FOLDS] for name in ("fold", "unfold"))
    if closed or opened:
        preferences.fold(user, closed, opened)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect(back(request, "/account/"))


def _chosen(given: QueryDict) -> dict[str, Any]:
    """As preferences.change takes it. `columns` are those that show, beside an empty one of the form itself; of a box
    and the hidden field before it (a box that is not ticked sends nothing) the last one counts.
    """
    words = (("theme", THEMES), ("density", DENSITIES))
    chosen: dict[str, Any] = {name: given[name] for name, known in words if given.get(name) in known}
    chosen |= {name: given[name] == "1" for name in ("keys", "folded") if name in given}
    if "columns" in given:
        shown = given.getlist("columns")
        chosen["hidden"] = [column for column in COLUMNS if column not in shown]
    return chosen
