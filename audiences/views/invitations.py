"""Inviting people, and helping those in who have lost their way: links that are shown once, on the answer itself."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audiences.access import Entry
from audiences.views import shell, team
from audiences.views.team import deed, done
from team import invitations
from team.group_forms import InviteForm
from team.models import Invitation
from team.network import address


@deed
def invite(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Invite an address; the link stands on the answer, and nowhere else."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return team.show(request, entry, 422, form=form)
    given = form.cleaned_data
    made, token = invitations.invite(entry.group, given["email"], given["role"], entry.user, address(request))
    return _show_invitation(request, entry, made, token)


@deed
def renew(request: HttpRequest, entry: Entry, pk: int) -> HttpResponse:
    """Make its link anew; the old one ends."""
    found = _find(entry, pk)
    token = invitations.renew(found, entry.user, address(request))
    return _show_invitation(request, entry, found, token) if token else redirect("team", entry.group.id)


@deed
def keep(request: HttpRequest, entry: Entry, pk: int) -> HttpResponse:
    """Take over what somebody who left, or was an admin, had sent out. They may hold its link: it gets another."""
    found = _find(entry, pk)
    token = invitations.take_over(found, entry.user, address(request))
    return _show_invitation(request, entry, found, token) if token else redirect("team", entry.group.id)


@deed
def withdraw(request: HttpRequest, entry: Entry, pk: int) -> HttpResponse:
    """End it."""
    invitations.withdraw(_find(entry, pk), entry.user, address(request))
    return done(entry, "withdrawn")


@deed
def sign_in_link(request: HttpRequest, entry: Entry, person: int) -> HttpResponse:
    """A one-time link that signs somebody of the team in."""
    who, token, until = invitations.sign_in_link(entry.group, person, entry.user, address(request))
    return _show(request, entry, "sign_in_link", token, {"who": who, "until": until})


def _find(entry: Entry, pk: int) -> Invitation:
    found = Invitation.objects.select_related("group").filter(group=entry.group, pk=pk).first()
    if found is None:
        raise Http404("no such invitation")
    return found


def _show_invitation(request: HttpRequest, entry: Entry, made: Invitation, token: str) -> HttpResponse:
    context = {"invitation": made, "until": made.expires_at, "is_mailed": bool(settings.EMAIL_URL)}
    return _show(request, entry, "join", token, context)


def _show(request: HttpRequest, entry: Entry, name: str, token: str, context: dict[str, Any]) -> HttpResponse:
    link = request.build_absolute_uri(reverse(name, args=[token]))
    return shell.show(request, entry, "team/made_link.html", context | {"link": link})
