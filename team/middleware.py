"""Sessions end when they are idle or old, and whoever is not signed in is sent to sign in."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

Answer = Callable[[HttpRequest], HttpResponse]

# writing the time at every request would cost a database write each
_SEEN_EVERY = 300.0


def session_limits(get_response: Answer) -> Answer:
    """End a session after SESSION_IDLE without a request, and after SESSION_ABSOLUTE whatever happens."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and "_auth_user_id" in request.session:
            _keep_or_end(request)
        return get_response(request)

    return middleware


def _keep_or_end(request: HttpRequest) -> None:
    now = time.time()
    seen = request.session.get("seen_at", now)
    since = request.session.setdefault("since", now)
    if now - seen > settings.SESSION_IDLE or now - since > settings.SESSION_ABSOLUTE:
        logout(request)
    elif "seen_at" not in request.session or now - seen > min(_SEEN_EVERY, settings.SESSION_IDLE / 4):
        request.session["seen_at"] = now


class SignInRequired(LoginRequiredMiddleware):
    """Django's rule (every view, unless it says otherwise), with an answer that htmx understands."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: object
    ) -> HttpResponseBase:
        """Send the browser to sign in and back; a fragment request takes the whole page there."""
        if not getattr(request, "htmx", False):
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        address = redirect_to_login(_page_of(request), resolve_url(settings.LOGIN_URL))["Location"]
        return HttpResponseClientRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """The page a fragment request came from, if it is one of ours."""
    page = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return parts.path + (f"?{parts.query}" if parts.query else "")
