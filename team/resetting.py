"""A new password for somebody who has forgotten theirs: by a letter, where mail is set up."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audiences.states import State
from team import letters, network
from team.account import enter, keep
from team.forms import EmailForm, NewPasswordForm
from team.models import Session, SignInLink, User
from team.onetime import Purpose

OVER = State(
    "not-found",
    404,
    "This link is over",
    "It works once, within an hour after it was asked for.",
    "Ask for another one.",
    "Ask again",
    "/password/reset/",
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address. What is said, and done, does not depend on whether anybody has it."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if settings.EMAIL_URL and form.is_valid():
        letters.ask_for_reset(form.cleaned_data["email"], network.counted_as(request))
        return redirect("/password/reset/?asked=1")
    is_wrong = form.is_bound and bool(settings.EMAIL_URL)
    context = {
        "form": form,
        "has_mail": bool(settings.EMAIL_URL),
        "asked": "asked" in request.GET and not form.is_bound,
    }
    return render(request, "team/reset.html", context, status=422 if is_wrong else 200)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password. Looking uses nothing up; choosing ends the link, and every session of this person."""
    user = SignInLink.objects.whose(token, Purpose.RESET)
    if user is None:
        return _over(request)
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "user_email": user.email}
        return render(request, "team/choose.html", context, status=422 if form.is_bound else 200)
    user.set_password(form.cleaned_data["new"])
    return redirect("home") if _chosen(request, user, token) else _over(request)


def _chosen(request: HttpRequest, user: User, token: str) -> bool:
    with transaction.atomic():
        if SignInLink.objects.redeem(token, Purpose.RESET) is None:
            return False  # somebody else was faster
        keep(user)
        Session.objects.filter(user=user).delete()
    enter(request, user)
    return True


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "states/page.html", {"state": OVER}, status=OVER.status)
