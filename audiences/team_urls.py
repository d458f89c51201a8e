"""The addresses of a group that are about its people; the group is named before them."""

from django.urls import path

from audiences.views import asking, audit, invitations, removing, team

_INVITATION = "team/invitations/<row:pk>/"
_PERSON = "team/<row:person>/"

urlpatterns = [
    path("team/", team.page, name="team"),
    path("team/settings/", team.settings, name="group_settings"),
    path("team/invite/", invitations.invite, name="invite"),
    path(f"{_INVITATION}renew/", invitations.renew, name="renew_invitation"),
    path(f"{_INVITATION}keep/", invitations.keep, name="keep_invitation"),
    path(f"{_INVITATION}withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path(f"{_PERSON}role/", team.role, name="change_role"),
    path(f"{_PERSON}sign-in-link/", invitations.sign_in_link, name="make_sign_in_link"),
    path(f"{_PERSON}remove/", removing.remove, name="remove_person"),
    path("audit/", audit.page, name="audit"),
    path("ask/", asking.ask, name="ask_admin"),
]
