from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    """What the dashboard does."""

    name = "audiences"
