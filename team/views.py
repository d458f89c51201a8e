"""Signing in and out."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from team import drafts
from team.forms import SignInForm
from team.models import SignInLink, User

LINK_IS_OVER = "This sign-in link was used already or is too old. Sign in below, or ask for a new link."


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: an address of ours, or the start."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


def _enter(request: HttpRequest, user: User, address: str) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(address)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a person who is signed in already goes on."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    draft = request.POST.get("draft", "")
    if form.is_valid() and form.user is not None:
        answer = _enter(request, form.user, _next(request))
        drafts.restore(request, draft)
        return answer
    status = 422 if form.is_bound else 200
    return render(request, "team/sign_in.html", {"form": form, "next": _next(request), "draft": draft}, status=status)


@login_not_required
@require_GET
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by the one-time link of the terminal; a link that is over shows the form and says so."""
    user = SignInLink.objects.redeem(token)
    if user is not None:
        return _enter(request, user, "/")
    context = {"form": SignInForm(request), "next": "/", "notice": LINK_IS_OVER}
    return render(request, "team/sign_in.html", context, status=404)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and have the browser forget what it kept."""
    logout(request)
    answer = redirect("sign_in")
    answer["Clear-Site-Data"] = '"cache"'
    return answer
