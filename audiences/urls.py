from django.urls import include, path

from audiences.views import (
    audiences,
    components,
    creating,
    groups,
    keys,
    links,
    progress,
    prospects,
    public,
    pulse,
    shares,
    status,
)

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
    path(f"{_AUDIENCE}share/", shares.share, name="share"),
    path(f"{_AUDIENCE}share/preview/", shares.preview, name="share_preview"),
    path(f"{_AUDIENCE}share/preview/prospects/", shares.preview_rows, name="share_preview_rows"),
    path(f"{_AUDIENCE}share/preview/prospects/<id:prospect_id>/", shares.preview_person, name="share_preview_person"),
    path("g/<id:group_id>/links/", links.register, name="links"),
    path("g/<id:group_id>/links/<row:link_id>/", links.change, name="link"),
    path("s/<slug:token>/", public.page, name="shared"),
    path("s/<slug:token>/prospects/", public.rows, name="shared_rows"),
    path("s/<slug:token>/prospects/<id:prospect_id>/", public.person, name="shared_person"),
    path("s/<slug:token>/pulse/", public.pulse, name="shared_pulse"),
    path("s/<slug:token>", public.with_slash),
    path("s/<path:rest>", public.nowhere),
    path("notices/read/", pulse.read_notices, name="read_notices"),
    path("keys/", keys.keys, name="keys"),
    path("status/", status.status, name="status"),
    path("g/<id:group_id>/", include("audiences.team_urls")),
    path("components/", components.components, name="components"),
]
