from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Keeps the deployment well: what lives, what is wrong, backups and what follows a restore."""

    name = "operations"

    def ready(self) -> None:
        """Register the system checks."""
        from operations import checks  # noqa: F401
