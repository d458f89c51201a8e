from django.urls import path

from team import joining, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("join/<str:token>/", joining.join, name="join"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
