"""The page of all keys and signs; beside other pages the same in a dialog."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audiences.views import shell


@login_not_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """For everybody, also who reads a shared list, as a member too: it tells nothing of anybody."""
    template = "keys/_keys.html" if shell.is_fragment(request) else "keys/page.html"
    is_outside = "outside" in request.GET or not request.user.is_authenticated
    return render(request, template, {"outsider": is_outside})
