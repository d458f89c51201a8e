"""A person's own account: their name, their password, and where they are signed in."""

import time
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from team import preferences, slowing
from team.forms import NameForm, PasswordForm
from team.models import Membership, Session, SignInLink, User, digest

LINK_COUNTS = 3600  # seconds after signing in by a one-time link, in which a new password takes no old one
_BY_LINK = "by_link"
BACKEND = "django.contrib.auth.backends.ModelBackend"
DONE = {
    "name": "Your name is changed.",
    "password": "Your password is changed. You are signed out everywhere but here.",
    "session": "That session has ended.",
    "preferences": "It is kept, for every browser that you sign in with.",
    "forgotten": "Everything that was remembered of you is forgotten.",
    "sessions": "Every session has ended but this one, and every one-time link that you had not used.",
}


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    return _show(request)


@require_POST
def change_name(request: HttpRequest) -> HttpResponse:
    """What others call this person; without a name it is what stands before the @."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, 422, name_form=form)
    User.objects.filter(pk=cast(User, request.user).pk).update(name=form.cleaned_data["name"])
    return _done("name")


def came_by_link(request: HttpRequest) -> bool:
    """Whether this person signed in by a one-time link just now: they may have forgotten the password they have."""
    return time.time() - request.session.get(_BY_LINK, 0.0) < LINK_COUNTS


@sensitive_post_parameters()
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Another password. Every other session ends; this one goes on under a new key."""
    user = cast(User, request.user)
    form = _password_form(request, user, request.POST)
    if not form.is_valid():
        seconds = slowing.wait(request)
        return waiting(_show(request, 429 if seconds else 422, password_form=form), seconds)
    user.set_password(form.cleaned_data["new"])
    with transaction.atomic():
        keep_only_here(request, user)
    return _done("password")


def _password_form(request: HttpRequest, user: User, given: Any = None) -> PasswordForm:
    asks_current = user.has_usable_password() and not came_by_link(request)
    return PasswordForm(request, user, given, asks_current=asks_current)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session; or every one but this, and the one-time links that would begin another."""
    mine = Session.objects.filter(user=cast(User, request.user))
    here = request.session.session_key
    if "session" not in request.POST:
        with transaction.atomic():
            SignInLink.objects.filter(user=cast(User, request.user)).delete()
            mine.exclude(session_key=here).delete()
        return _done("sessions")
    keys = [key for key in mine.values_list("pk", flat=True) if digest(key) == request.POST["session"]]
    if here in keys:
        return leave(request)
    mine.filter(pk__in=keys).delete()
    return _done("session")


def keep(user: User) -> None:
    """Store the password that was set. No link that was made before it lets anybody in."""
    user.save(update_fields=["password"])
    SignInLink.objects.filter(user=user).delete()


def keep_only_here(request: HttpRequest, user: User) -> None:
    """Store it, and end every other session; this one goes on under a new key. Call it in a transaction."""
    keep(user)
    update_session_auth_hash(request, user)
    request.session.pop(_BY_LINK, None)
    Session.objects.filter(user=user).exclude(session_key=request.session.session_key).delete()


def enter(request: HttpRequest, user: User, *, by_link: bool = False) -> None:
    """Sign somebody in, under a new session key."""
    login(request, user, backend=BACKEND)
    if by_link:
        request.session[_BY_LINK] = time.time()


def leave(request: HttpRequest) -> HttpResponse:
    """End this session, and have the browser forget what it kept."""
    logout(request)
    answer = redirect("sign_in")
    answer["Clear-Site-Data"] = '"cache"'
    return answer


def waiting(answer: HttpResponse, seconds: int) -> HttpResponse:
    """The answer, saying to programs, too, when to try again."""
    if seconds:
        answer["Retry-After"] = str(seconds)
    return answer


def _done(what: str) -> HttpResponse:
    return redirect(f"/account/?done={what}")


def _show(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    user = cast(User, request.user)
    lately = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at")
    here = request.session.session_key
    shown = [{"row": row, "id": digest(row.session_key), "is_this": row.session_key == here} for row in lately]
    context = {
        "name_form": NameForm(initial={"name": user.name}),
        "password_form": _password_form(request, user),
        "came_by_link": came_by_link(request) and user.has_usable_password(),
        "memberships": Membership.objects.filter(user=user).select_related("group"),
        "sessions": sorted(shown, key=lambda session: not session["is_this"]),
        "themes": preferences.THEMES.items(),
        "densities": preferences.DENSITIES.items(),
        "remembered": _remembered(user),
        "days": settings.OPENED_DAYS,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "team/account.html", context | forms, status=status)


def _remembered(user: User) -> dict[str, int]:
    """How much is remembered of what they did: people opened, audiences visited, stars."""
    counts = user.visit_set.aggregate(visits=Count("visited_at"), stars=Count("starred_at"))
    return counts | {"opened": user.opened_set.count()}
