from django.urls import path

from operations.views import restored, status

urlpatterns = [
    path("status/", status.status, name="status"),
    path("restored/", restored.restored, name="restored"),
    path("restored/<id:group_id>/", restored.restored_group, name="restored_group"),
    path("restored/<id:group_id>/<int:restored>/", restored.restored_row, name="restored_row"),
]
