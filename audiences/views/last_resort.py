"""The pages of last resort. They make no call and read no database, so they cannot fail in turn."""

import logging
import sys
import time
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import escape_leading_slashes

from audiences import states
from audiences.states import State
from audiences.views import creating, public, shell
from dashboard import requestid
from team.middleware import ask_to_sign_in

_log = logging.getLogger(__name__)
_TOLD_EVERY = 10.0  # seconds: an outage is news once, not at every page
_told = [float("-inf")]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is broken. Below `/s/` it must not tell that there is a list."""
    if request.path.startswith(public.BELOW):
        return public.ended(request)
    return _show(request, states.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the role."""
    return _show(request, states.NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for what does not exist and for what is not yours."""
    if request.path.startswith(public.BELOW):
        return public.ended(request)
    return _show(request, states.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """403: the form was too old, or came from somewhere else. What was typed into a form of ours is not lost."""
    match = request.resolver_match
    if match is not None and request.path.startswith(public.BELOW):
        return public.too_old(request, match.kwargs.get("token", ""))
    if match is None or match.url_name != "create" or not _is_from_here(request):
        return _show(request, states.FORM_TOO_OLD)
    if not request.user.is_authenticated:
        return ask_to_sign_in(request, match.func)
    try:
        return creating.typed_again(request, match.kwargs["group_id"])
    except Http404:
        return not_found(request)
    except PermissionDenied:
        return forbidden(request)


def _is_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Origin") in (None, f"{request.scheme}://{request.get_host()}")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own mistake; 503 where the database is away. As good as static: whatever failed may be broken still."""
    error = sys.exc_info()[1]  # Django asks for this page while it handles the error
    if not isinstance(error, OperationalError | InterfaceError):
        return _last_page(request, states.OUR_FAULT)
    _tell(error)
    if shell.is_fragment(request):
        return shell.show_fragment(request, states.DATABASE_AWAY)
    by_itself = request.method in ("GET", "HEAD")
    # two slashes at the beginning would lead to another site
    again = escape_leading_slashes(request.get_full_path()) if by_itself else "/"
    state = replace(states.DATABASE_AWAY, asks_again=by_itself, action_url=again)
    return shell.with_retry_after(_last_page(request, state), state)


def _last_page(request: HttpRequest, state: State) -> HttpResponse:
    context = {"state": state, "request_id": requestid.current()}
    return render(request, "500.html", context, status=state.status)


def _tell(error: Exception) -> None:
    if time.monotonic() - _told[0] >= _TOLD_EVERY:
        _told[0] = time.monotonic()
        _log.error("The database cannot be used: %s", str(error).partition("\n")[0])


def _show(request: HttpRequest, state: State) -> HttpResponse:
    if shell.is_fragment(request):
        return shell.show_fragment(request, state)
    return render(request, "states/page.html", {"state": state}, status=state.status)
