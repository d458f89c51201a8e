"""What the holder of a share link sees. Every address below `/s/` passes one guard."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from audiences import budget, readiness, sharing
from audiences.api.errors import ApiError, NotFound, NotReady
from audiences.models import ShareLink, Watch
from audiences.shareview import View
from audiences.states import State
from audiences.views import people, progress, prospects, shell
from audiences.views.outsider import Outsider, StartAtTheTop, Visitor
from team import network
from team.previews import is_preview

Page = Callable[..., HttpResponse]

BELOW = "/s/"
UNLOCKED = 12 * 3600  # seconds that a password is good for in one browser
_SALT = "audiences.share"
ENDED = State("not-found", 404, "This list is not here", "It may have ended or been withdrawn.", "Ask whoever sent it.")


def guarded(view: Page) -> Callable[..., HttpResponseBase]:
    """Let a live link's holder in, with its password where it has one; everybody else gets one and the same 404."""

    @login_not_required
    @sensitive_post_parameters("password")
    @wraps(view)
    def guard(request: HttpRequest, token: str, **parts: str) -> HttpResponseBase:
        link = sharing.find(token)
        shows = View.stored(link.view) if link else None
        if link is None or shows is None:
            return ended(request)
        if link.password and not _is_unlocked(request, link):
            return _ask_password(request, link, shows, token)
        return _answer(request, view, Visitor(link, shows, token, shell.within(request)), parts)

    return guard


def _answer(request: HttpRequest, view: Page, visitor: Visitor, parts: dict[str, str]) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseRedirect(visitor.base)  # the password was right before, and its form is sent again
    if is_preview(request):
        return render(request, "shared/cover.html", {"outsider": True})
    try:
        with budget.visit(str(visitor.link.pk)):
            answer = view(request, visitor, **parts)
        if answer.status_code == 200 and visitor.reads:
            sharing.note_opening(visitor.link, network.address(request), always=visitor.opens)
        return answer
    except (NotFound, Http404):
        return ended(request)
    except StartAtTheTop:
        return HttpResponseClientRedirect(visitor.base) if shell.is_fragment(request) else _see(visitor.base)
    except NotReady:
        readiness.met(visitor.group, visitor.audience_id, None)
        return HttpResponseClientRefresh() if shell.is_fragment(request) else _see(visitor.base)
    except ApiError as error:
        return visitor.show_state(request, visitor.state_of(error, "", request.get_full_path()))


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address)


def ended(request: HttpRequest) -> HttpResponse:
    """The 404 of whatever is not shown, and says not why. An open page of the list goes, too."""
    if shell.is_fragment(request):
        answer = shell.show_fragment(request, ENDED)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "states/page.html", {"state": ENDED, "outsider": True}, status=404)


@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever else stands below `/s/`."""
    return ended(request)


@login_not_required
def with_slash(request: HttpRequest, token: str) -> HttpResponse:
    """An address that lost its last sign on the way, whether or not it leads anywhere."""
    return HttpResponseRedirect(reverse("shared", args=[token]))


# --- The password -------------------------------------------------------------------------------------


def _ask_password(request: HttpRequest, link: ShareLink, shows: View, token: str) -> HttpResponseBase:
    home = reverse("shared", args=[token])
    if shell.is_fragment(request):
        return HttpResponseClientRedirect(home)
    if request.method != "POST" or "password" not in request.POST:
        return _password_page(request, shows, home)
    try:
        right = sharing.try_password(link, request.POST["password"][:1024], network.counted_as(request))
    except sharing.TooManyTries as error:
        return _too_many(request, shows, home, error.seconds)
    if not right:
        return _password_page(request, shows, home, 422, "That is not the password. Check it, then try again.")
    answer = HttpResponseRedirect(home)
    _unlock(answer, link)
    return answer


def _password_page(request: HttpRequest, shows: View, home: str, status: int = 200, wrong: str = "") -> HttpResponse:
    context = {"outsider": True, "view": shows, "home": home, "wrong": wrong}
    return render(request, "shared/password.html", context, status=status)


def _too_many(request: HttpRequest, shows: View, home: str, seconds: float) -> HttpResponse:
    minutes = max(1, round(seconds / 60))
    wrong = f"Too many passwords were tried, so none is looked at for now. Try again in {minutes} min."
    answer = _password_page(request, shows, home, 429, wrong)
    answer["Retry-After"] = str(max(1, round(seconds)))
    return answer


def too_old(request: HttpRequest, token: str) -> HttpResponse:
    """The password form came without its CSRF token, or with an old one."""
    link = sharing.find(token)
    shows = View.stored(link.view) if link else None
    if link is None or shows is None:
        return ended(request)
    wrong = "This form had become too old, or cookies are switched off. Type the password once more."
    return _password_page(request, shows, reverse("shared", args=[token]), 403, wrong)


def _unlock(answer: HttpResponse, link: ShareLink) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    options = {"max_age": UNLOCKED, "httponly": True, "samesite": "Lax", "secure": secure}
    answer.set_signed_cookie(_cookie(link), _mark(link), salt=_SALT, **options)


def _cookie(link: ShareLink) -> str:
    name = f"link-{link.token_hash[:16]}"
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def _mark(link: ShareLink) -> str:
    """What the cookie says: of this link, and of the password that it has now."""
    return salted_hmac(_SALT, link.token_hash + link.password, algorithm="sha256").hexdigest()


def _is_unlocked(request: HttpRequest, link: ShareLink) -> bool:
    try:
        given = request.get_signed_cookie(_cookie(link), "", salt=_SALT, max_age=UNLOCKED)
    except signing.BadSignature:
        return False
    return constant_time_compare(given or "", _mark(link))


# --- The pages ----------------------------------------------------------------------------------------


@guarded
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The list, opened at `at`; while its audience fills, that it is being prepared."""
    is_looked_at = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    visitor.opens = is_looked_at and "refreshed" not in request.GET  # a list that is being prepared, without scripts
    return shown(request, visitor, visitor.cursor_of(request, "at"), {"link": visitor.link})


def shown(request: HttpRequest, outsider: Outsider, cursor: str, frame: dict[str, Any]) -> HttpResponse:
    """The whole page of a link, or of its preview: the same code. Raises ApiError."""
    frame = {"pulse_url": f"{outsider.base}pulse/"} | frame
    if _is_being_prepared(outsider):
        return outsider.show(request, "shared/page.html", frame | {"filling": True})
    try:
        context = people.context(outsider, outsider.total(), cursor, shell.within(request))
    except NotReady:
        readiness.met(outsider.group, outsider.audience_id, None)
        return outsider.show(request, "shared/page.html", frame | {"filling": True})
    except NotFound:
        raise
    except ApiError as error:
        return outsider.show_state(request, outsider.state_of(error, cursor, request.get_full_path()))
    return outsider.show(request, "shared/page.html", frame | context)


def _is_being_prepared(outsider: Outsider) -> bool:
    watch = readiness.of(outsider.group, outsider.audience_id)
    return watch is not None and progress.is_known(watch)


@guarded
def rows(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The next rows for htmx; the whole page without it; `open=first|last` goes to a person of that page."""
    cursor = visitor.cursor_of(request, "cursor")
    if "open" in request.GET:
        return prospects.step(request, visitor, cursor)
    if not shell.is_fragment(request):
        return shown(request, visitor, cursor, {"link": visitor.link})
    return prospects.rows(request, visitor, cursor)


@guarded
def person(request: HttpRequest, visitor: Visitor, prospect_id: str) -> HttpResponse:
    """One person: the panel for htmx, else a page of their own."""
    return prospects.one(request, visitor, prospect_id)


@guarded
def pulse(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What an open page asks on and on; it reads our database alone. 404 once the link has ended."""
    visitor.reads = False
    watch = readiness.of(visitor.group, visitor.audience_id)
    fills = watch is not None and watch.state in Watch.SHOWN
    return render(request, "shared/_pulse.html", {"page_state": "populating" if fills else "ready"})
