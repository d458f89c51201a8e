"""The page of an invitation: looked at as often as one likes, used once, and never a way into somebody's account."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from team import invitations
from team.account import keep_only_here
from team.forms import SignInForm
from team.group_forms import JoinAgainForm, JoinForm
from team.models import Invitation, User
from team.network import address

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_TAKEN = "This address has an account by now. Sign in with it, then join."


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to which group, and the way in: a new account, or, for whoever is signed in as the address, another
    password.
    """
    invitation = Invitation.objects.by_token(token)
    answer = _open(request, invitation, token) if invitation else _over(request)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _open(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    person = invitations.account_of(invitation)
    if request.user.is_authenticated and request.user != person:
        return _show(request, invitation, status=403 if request.method == "POST" else 200)
    if request.user.is_authenticated and person:
        return _join(request, invitation, token, person)
    if person:
        # signing in is one thing and joining another: whoever made the invitation must not get into the account
        return _show(request, invitation, sign_in=SignInForm(request), status=403 if request.method == "POST" else 200)
    return _join_as_new(request, invitation, token)


def _join(request: HttpRequest, invitation: Invitation, token: str, person: User) -> HttpResponse:
    form = JoinAgainForm(person, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, invitation, form=form, person=person, status=422 if form.is_bound else 200)
    person.set_password(form.cleaned_data["new"])
    with transaction.atomic():
        if not invitations.join(invitation, token, person, address(request)):
            return _over(request)
        keep_only_here(request, person)
    return redirect("group", invitation.group_id)


def _join_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(invitation.email, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, invitation, form=form, status=422 if form.is_bound else 200)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    try:
        person = invitations.join_as_new(invitation, token, name, password, address(request))
    except IntegrityError:
        if Invitation.objects.by_token(token) is None:
            return _over(request)  # this very form, sent twice
        return _show(request, invitation, sign_in=SignInForm(request), notice=_TAKEN, status=409)
    if person is None:
        return _over(request)
    login(request, person, backend=_BACKEND)
    return redirect("group", invitation.group_id)


def _show(request: HttpRequest, invitation: Invitation, status: int = 200, **ways: object) -> HttpResponse:
    context = {"invitation": invitation, "here": request.path} | ways
    return render(request, "team/join.html", context, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    """Used, expired, withdrawn, suspended, never made: nobody can tell which."""
    return render(request, "team/join_over.html", status=404)
