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
from django.shortcuts import render, resolve_url
from django.utils.http import MAX_URL_LENGTH, url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from team import drafts, sessions
from team.forms import SignInForm

Answer = Callable[[HttpRequest], HttpResponse]

# writing the time at every request would cost a database write each
_SEEN_EVERY = 300.0
# the address an open page asks on and on, and what a page without scripts adds to its own: they keep no session alive
ASKS_BY_ITSELF, REFRESHED = "/pulse/", "refreshed"
SIGNED_OUT = "You were signed out meanwhile, and nothing was sent. Sign in again: what you typed is kept."


def session_limits(get_response: Answer) -> Answer:
    """End a session after SESSION_IDLE without a request, and after SESSION_ABSOLUTE whatever happens."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and not key.isalnum():
            # nobody was given such a key, and PostgreSQL refuses to look up one that holds a zero byte
            request.session = type(request.session)()
        elif key and "_auth_user_id" in request.session:
            _keep_or_end(request)
        return get_response(request)

    return middleware


def _keep_or_end(request: HttpRequest) -> None:
    now = time.time()
    seen = request.session.get("seen_at", now)
    since = request.session.setdefault("since", now)
    if now - seen > settings.SESSION_IDLE or now - since > settings.SESSION_ABSOLUTE:
        logout(request)
    elif request.path.endswith(ASKS_BY_ITSELF) or is_unattended(request):
        return  # nobody need be there
    elif "seen_at" in request.session and now - seen <= min(_SEEN_EVERY, settings.SESSION_IDLE / 4):
        return
    elif request.user.is_authenticated:
        sessions.note(request, request.user)


def is_unattended(request: HttpRequest) -> bool:
    """Whether a page was asked for by itself, without anybody who need be there."""
    return bool(request.headers.get("Unattended")) or REFRESHED in request.GET


class SignInRequired(LoginRequiredMiddleware):
    """Django's rule (every view, unless it says otherwise), with an answer that htmx understands."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: object
    ) -> HttpResponseBase:
        """As ask_to_sign_in says."""
        return ask_to_sign_in(request, view_func)


def ask_to_sign_in(request: HttpRequest, view_func: object) -> HttpResponseBase:
    """Send the browser to sign in and back; a fragment request takes the whole page there. A form that somebody has
    filled in meanwhile waits in the sign-in form.
    """
    if draft := drafts.of(request, view_func):
        context = {"form": SignInForm(request), "next": _bearable(request.path), "draft": draft, "notice": SIGNED_OUT}
        return render(request, "team/sign_in.html", context, status=403)
    is_page = not getattr(request, "htmx", False)
    answer = redirect_to_login(_place(request) if is_page else _page_of(request), resolve_url(settings.LOGIN_URL))
    return answer if is_page else HttpResponseClientRedirect(answer["Location"])


def _place(request: HttpRequest) -> str:
    """Where to go on after signing in: here, unless here takes a form."""
    return _bearable(request.get_full_path()) if request.method in ("GET", "HEAD") else "/"


def _bearable(address: str) -> str:
    """The address, without its query when Django would refuse to lead there: a long cursor is a hint, no more."""
    return address if len(address) <= MAX_URL_LENGTH else address.partition("?")[0]


def _page_of(request: HttpRequest) -> str:
    """The page a fragment request came from, if it is one of ours."""
    page = _bearable(request.headers.get("HX-Current-URL", ""))
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return parts.path + (f"?{parts.query}" if parts.query else "")
