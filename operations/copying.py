"""BACKUP_COPY_COMMAND: takes a dump off the machine. Whatever becomes of it, the dump stays."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from operations.pipes import Pipeline, Refused

SECONDS = 30 * 60.0
# the command gets our environment, which may say how it reaches its place, but nothing that opens the dashboard
SECRETS = (
    *("AUDIENCES_API_KEY", "SECRET_KEY", "DJANGO_SUPERUSER_PASSWORD", "DASHBOARD_MEMBER_PASSWORD"),
    *("DATABASE_URL", "REDIS_URL", "BROKER_URL", "EMAIL_URL", "SENTRY_DSN"),
)


def command(path: Path) -> list[str]:
    """The words to run for this file: it stands where they say {}, or at their end."""
    words: list[str] = settings.BACKUP_COPY_COMMAND
    if not any("{}" in word for word in words):
        return [*words, str(path)]
    return [word.replace("{}", str(path)) for word in words]


def copy(path: Path, alive: Callable[[], None]) -> None:
    """Run it for this file, to its end. Raises Refused with a sentence."""
    environ = {name: value for name, value in os.environ.items() if name not in SECRETS}
    with tempfile.TemporaryFile() as ignored, Pipeline(alive, SECONDS) as line:
        process = line.start(command(path), environ, stdout=ignored.fileno())
        line.wait()
        if code := process.running.returncode:
            ended = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
            raise Refused(f"{process.name} {ended}: {process.said().rstrip('.')}.")
