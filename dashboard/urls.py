"""Every address of the dashboard but the probes, which health.py answers before addresses are looked at."""

from django.urls import include, path, register_converter

from dashboard.converters import ApiId, AudienceId, RowNumber

register_converter(ApiId, "id")
register_converter(AudienceId, "audience")
register_converter(RowNumber, "row")

urlpatterns = [
    path("", include("team.urls")),
    path("", include("audiences.urls")),
    path("", include("operations.urls")),
]

handler400 = "audiences.views.last_resort.bad_request"
handler403 = "audiences.views.last_resort.forbidden"
handler404 = "audiences.views.last_resort.not_found"
handler500 = "audiences.views.last_resort.server_error"
