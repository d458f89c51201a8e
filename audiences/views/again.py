"""Asking the API again at a reader's wish: an address with `again` in it asks, then leads back and says what came."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from audiences.api.errors import ApiError

ASK, FOUND = "again", "checked"


def wanted(request: HttpRequest) -> bool:
    """Whether the reader wants the API to be asked now."""
    return ASK in request.GET


def look(request: HttpRequest, *checks: Callable[[], bool]) -> HttpResponse:
    """Make the checks (each asks, and tells whether the answer is a new one), then lead back to the page.

    A check that fails is told by the page itself: the failure is remembered for a moment.
    """
    try:
        news = [check() for check in checks]
        found = "new" if any(news) else "same"
    except ApiError:
        found = ""
    parameters = request.GET.copy()
    for name in (ASK, FOUND):
        parameters.pop(name, None)
    if found:
        parameters[FOUND] = found
    return redirect(f"{request.path}?{parameters.urlencode()}" if parameters else request.path)


def addresses(request: HttpRequest) -> dict[str, str]:
    """For templates: the address that asks again, and what the last asking found ("new", "same" or "")."""
    found = request.GET.get(FOUND, "")
    return {"again_url": address(request), "checked": found if found in ("new", "same") else ""}


def address(request: HttpRequest) -> str:
    """This very address, asking."""
    parameters = request.GET.copy()
    parameters.pop(FOUND, None)
    parameters[ASK] = "1"
    return f"{request.path}?{parameters.urlencode()}"
