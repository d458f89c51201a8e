"""The team of an account group, for its admins: who belongs to it, as what, and who may do what."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audiences import access
from audiences.access import Entry
from audiences.people import initials
from audiences.views import shell
from team import audit, membership
from team.group_forms import GroupSettingsForm, InviteForm
from team.membership import NotPossible, Person
from team.models import AccountGroup, Allowed, Invitation, Membership
from team.network import address

_DONE = {
    "role": "The role was changed. It counts from their next click on.",
    "demoted": "They are a member from their next click on. Sign-in links that they made for others have ended, and "
    "their invitations are suspended until you keep or withdraw them.",
    "removed": "Removed. No page of this account group opens for them any more.",
    "withdrawn": "The invitation was withdrawn. Its link opens nothing any more.",
    "settings": "Saved. It counts from everybody’s next click on.",
}
_SETTINGS = {"sharing": "make links", "exporting": "export"}
_HUES = 8


def deed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST by an admin. Whoever comes by another way is led to the page that has the button; what the team cannot
    bear is said there.
    """

    @wraps(view)
    def act(request: HttpRequest, group_id: str, **ids: int) -> HttpResponse:
        entry = access.enter(request, group_id)
        entry.need_admin()
        if request.method != "POST":
            return redirect("team", group_id)
        try:
            return view(request, entry, **ids)
        except NotPossible as problem:
            return show(request, entry, 409, problem=str(problem))

    return act


def done(entry: Entry, what: str) -> HttpResponse:
    """Back to the page, which says what was done."""
    return redirect(f"{reverse('team', args=[entry.group.id])}?done={what}")


@require_safe
def page(request: HttpRequest, group_id: str) -> HttpResponse:
    """The people, the invitations, the settings."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    return show(request, entry)


def show(
    request: HttpRequest, entry: Entry, status: int = 200, *, form: InviteForm | None = None, problem: str = ""
) -> HttpResponse:
    """The page, with what went wrong."""
    invitations = Invitation.objects.select_related("by").filter(group=entry.group)
    context: dict[str, Any] = {
        "team": [_line(person, entry) for person in membership.people(entry.group)],
        "invitations": list(invitations),
        "form": form or InviteForm(),
        "roles": Membership.Role.choices,
        "allowed": Allowed.choices,
        "problem": problem,
        "done": _DONE.get(request.GET.get("done", ""), ""),
        "now": timezone.now(),
    }
    return shell.show(request, entry, "team/page.html", context, status=status)


def _line(person: Person, entry: Entry) -> dict[str, Any]:
    is_self = person.user.pk == entry.user.pk
    return {
        "person": person,
        "user": person.user,
        "is_self": is_self,
        "initials": initials(person.user.short_name),
        "hue": person.user.pk % _HUES,
        "needs_link": not is_self and (entry.user.is_superuser or not person.is_everywhere),
    }


@deed
def role(request: HttpRequest, entry: Entry, person: int) -> HttpResponse:
    """Make somebody an admin, or a member."""
    wanted = request.POST.get("role", "")
    if wanted not in Membership.Role.values:
        raise NotPossible("There is no such role.")
    membership.change_role(entry.group, person, wanted, entry.user, address(request))
    if person == entry.user.pk:
        return redirect("group", entry.group.id)  # whoever is an admin no more has no such page
    return done(entry, "role" if wanted == membership.ADMIN else "demoted")


@deed
def settings(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Change who may make links, and who may export."""
    with transaction.atomic():
        group = AccountGroup.objects.select_for_update(no_key=True).get(pk=entry.group.pk)
        form = GroupSettingsForm(request.POST, instance=group)
        if not form.is_valid():
            raise NotPossible("Choose who may make links, and who may export.")
        for name in form.changed_data:
            about = f"{_SETTINGS[name]}: {Allowed(form.cleaned_data[name]).label.lower()}"
            audit.note(entry.group, "settings", by=entry.user, about=about, network=address(request))
        # only these: the group's generation may have been raised meanwhile
        group.save(update_fields=["sharing", "exporting"])
    return done(entry, "settings")
