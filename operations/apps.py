from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Keeps the deployment well: what lives, what is wrong, backups and what follows a restore."""

    name = "operations"

    def ready(self) -> None:
        """Say why somebody is in no account group, where a restore is the reason."""
        from audiences.views import groups
        from operations import confirming

        groups.REASONS.append(confirming.why_outside)
