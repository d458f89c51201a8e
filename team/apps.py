from django.apps import AppConfig


class TeamConfig(AppConfig):
    """Who people are."""

    name = "team"
