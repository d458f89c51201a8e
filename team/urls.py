from django.urls import path

from team import account, choosing, joining, resetting, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("join/<str:token>/", joining.join, name="join"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/reset/", resetting.ask, name="ask_for_reset"),
    path("password/reset/<str:token>/", resetting.choose, name="reset"),
    path("account/", account.account, name="account"),
    path("account/name/", account.change_name, name="change_name"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/sessions/", account.end_sessions, name="end_sessions"),
    path("account/preferences/", choosing.choose, name="preferences"),
]
