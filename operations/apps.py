from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from audiences.states import State
    from team.models import User


class OperationsConfig(AppConfig):
    """Keeps the deployment well: what lives, what is wrong, backups and what follows a restore."""

    name = "operations"

    def ready(self) -> None:
        """Register the system checks; say why somebody is in no account group, where a restore is the reason."""
        from audiences import failures
        from operations import checks  # noqa: F401

        failures.REASONS.append(_restored)


def _restored(user: "User") -> "State | None":
    from operations import confirming  # with all that it needs, where somebody asks for it

    return confirming.why_outside(user)
