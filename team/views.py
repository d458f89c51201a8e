"""Signing in and out."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from team import drafts, slowing
from team.account import enter, leave, waiting
from team.forms import SignInForm
from team.models import SignInLink, User
from team.onetime import Purpose
from team.previews import is_preview
from team.returning import back

LINK_IS_OVER = "This sign-in link was used already or is too old. Sign in below, or ask for a new link."


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a person who is signed in already goes on."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(back(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    draft = request.POST.get("draft", "")
    if form.is_valid() and form.user is not None:
        enter(request, form.user)
        drafts.restore(request, draft)
        return HttpResponseRedirect(back(request))
    seconds = slowing.wait(request)
    status = 429 if seconds else 422 if form.is_bound else 200
    context = {"form": form, "next": back(request), "draft": draft}
    return waiting(render(request, "team/sign_in.html", context, status=status), seconds)


def _is_opened(request: HttpRequest) -> bool:
    """By somebody who wants that, and neither by what only looks at addresses, as mail scanners that say who they are
    do, nor by a page of somebody else's that sent them here. A program that says nothing of itself is believed.
    """
    is_navigation = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    is_own = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    return is_navigation and is_own and not is_preview(request)


def _swapped(request: HttpRequest, token: str) -> User | None:
    """Whom the link signs in, where somebody else is signed in here: they are not to find themselves another person."""
    if not request.user.is_authenticated:
        return None
    whose = SignInLink.objects.whose(token, Purpose.SIGN_IN)
    return whose if whose != request.user else None


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link; one that is over shows the form and says so. Where opening it is not surely what its
    reader wants, there is a button first.
    """
    swapped = _swapped(request, token)
    if request.method != "POST" and (swapped or not _is_opened(request)):
        return render(request, "team/link.html", {"whose": swapped})
    user = SignInLink.objects.redeem(token)
    if user is not None:
        enter(request, user, by_link=True)
        return HttpResponseRedirect("/")
    context = {"form": SignInForm(request), "next": "/", "notice": LINK_IS_OVER}
    return render(request, "team/sign_in.html", context, status=404)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser forget what it kept."""
    return leave(request)
