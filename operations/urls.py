from django.urls import path

from operations.views import status

urlpatterns = [
    path("status/", status.status, name="status"),
]
