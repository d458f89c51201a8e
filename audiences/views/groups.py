"""Account groups: where to begin, which there are, and the sidebar of one."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audiences import access, catalog, failures
from audiences.api.errors import ApiError
from audiences.views import shell
from team.models import AccountGroup, User

LAST_GROUP = "last_group"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the last account group, or the first; when none is known yet, ask the API which there are."""
    user = cast(User, request.user)
    groups = access.groups_of(user)
    error = None
    if not groups and not AccountGroup.objects.exists():
        error = catalog.refresh_account_groups()
        groups = access.groups_of(user)
    if groups:
        return redirect("group", _last_or_first(request, groups).id)
    return _no_groups(request, user, error)


def _last_or_first(request: HttpRequest, groups: list[AccountGroup]) -> AccountGroup:
    last = request.session.get(LAST_GROUP)
    return next((group for group in groups if group.id == last and group.is_reachable), groups[0])


def _no_groups(request: HttpRequest, user: User, error: ApiError | None) -> HttpResponse:
    special = next((state for reason in failures.REASONS if (state := reason(user))), None)
    state = special or failures.no_groups(error, user.is_superuser)
    answer = render(request, "states/page.html", {"state": state, "can_refresh": True}, status=state.status)
    return shell.with_retry_after(answer, state)


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Ask the API again which account groups the key reaches."""
    user = cast(User, request.user)
    error = catalog.refresh_account_groups()
    if error is not None and not access.groups_of(user):
        return _no_groups(request, user, error)
    return redirect("home")


@require_safe
def navigation(request: HttpRequest, group_id: str) -> HttpResponse:
    """The sidebar alone, as htmx takes it; `current` is the id of the audience that is open."""
    entry = access.enter(request, group_id)
    current = request.GET.get("current", shell.NO_CURRENT)
    markup = shell.sidebar(request, entry, access.groups_of(entry.user), current)
    try:
        shell.navigation(request, entry)
    except ApiError as error:
        state = failures.of_error(error, "")
        return shell.with_retry_after(HttpResponse(markup, status=state.status), state)
    return HttpResponse(markup)
