from django.urls import path

from audiences.views import audiences, components, groups, prospects, status

_AUDIENCE = "g/<id:group_id>/audiences/<audience:audience_id>/"

urlpatterns = [
    path("", groups.home, name="home"),
    path("groups/refresh/", groups.refresh, name="refresh_groups"),
    path("g/<id:group_id>/", audiences.listing_page, name="group"),
    path("g/<id:group_id>/navigation/", groups.navigation, name="navigation"),
    path(_AUDIENCE, audiences.detail, name="audience"),
    path(f"{_AUDIENCE}prospects/", prospects.page, name="prospects"),
    path(f"{_AUDIENCE}prospects/<id:prospect_id>/", prospects.person, name="prospect"),
    path("status/", status.status, name="status"),
    path("components/", components.components, name="components"),
]
