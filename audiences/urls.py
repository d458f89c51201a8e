from django.urls import include, path

from audiences.views import audiences, components, creating, groups, progress, prospects, pulse, status

_AUDIENCE = "g/<id:group_id>/audiences/<audience:audience_id>/"

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
    path("notices/read/", pulse.read_notices, name="read_notices"),
    path("status/", status.status, name="status"),
    path("g/<id:group_id>/", include("audiences.team_urls")),
    path("components/", components.components, name="components"),
]
