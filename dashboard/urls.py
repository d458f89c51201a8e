"""Every address of the dashboard."""

from django.urls import include, path, register_converter

from dashboard import health
from dashboard.converters import ApiId, AudienceId

register_converter(ApiId, "id")
register_converter(AudienceId, "audience")

urlpatterns = [
    path("", include("team.urls")),
    path("", include("audiences.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]

handler400 = "audiences.views.last_resort.bad_request"
handler403 = "audiences.views.last_resort.forbidden"
handler404 = "audiences.views.last_resort.not_found"
handler500 = "audiences.views.last_resort.server_error"
