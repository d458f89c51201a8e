from django.urls import path

from audiences.views import (
    asking,
    audiences,
    audit,
    components,
    creating,
    groups,
    invitations,
    progress,
    prospects,
    pulse,
    removing,
    status,
    team,
)

_AUDIENCE = "g/<id:group_id>/audiences/<audience:audience_id>/"
_TEAM = "g/<id:group_id>/team/"
_INVITATION = f"{_TEAM}invitations/<row:pk>/"

urlpatterns = [
    path("", groups.home, name="home"),
    path("groups/refresh/", groups.refresh, name="refresh_groups"),
    path("g/<id:group_id>/", audiences.listing_page, name="group"),
    path("g/<id:group_id>/navigation/", groups.navigation, name="navigation"),
    path("g/<id:group_id>/pulse/", pulse.pulse, name="pulse"),
    path("g/<id:group_id>/audiences/new/", creating.create, name="create"),
    path("g/<id:group_id>/audiences/new/<id:form_key>/", creating.attempt, name="attempt"),
    path(_AUDIENCE, audiences.detail, name="audience"),
    path(f"{_AUDIENCE}look/", progress.look, name="look"),
    path(f"{_AUDIENCE}prospects/", prospects.page, name="prospects"),
    path(f"{_AUDIENCE}prospects/<id:prospect_id>/", prospects.person, name="prospect"),
    path(_TEAM, team.page, name="team"),
    path(f"{_TEAM}settings/", team.settings, name="group_settings"),
    path(f"{_TEAM}invite/", invitations.invite, name="invite"),
    path(f"{_INVITATION}renew/", invitations.renew, name="renew_invitation"),
    path(f"{_INVITATION}keep/", invitations.keep, name="keep_invitation"),
    path(f"{_INVITATION}withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path(f"{_TEAM}<row:person>/role/", team.role, name="change_role"),
    path(f"{_TEAM}<row:person>/sign-in-link/", invitations.sign_in_link, name="make_sign_in_link"),
    path(f"{_TEAM}<row:person>/remove/", removing.remove, name="remove_person"),
    path("g/<id:group_id>/audit/", audit.page, name="audit"),
    path("g/<id:group_id>/ask/", asking.ask, name="ask_admin"),
    path("notices/read/", pulse.read_notices, name="read_notices"),
    path("status/", status.status, name="status"),
    path("components/", components.components, name="components"),
]
