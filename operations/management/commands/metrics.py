"""`manage.py metrics`: the process that Prometheus asks, where METRICS_ADDRESS is set."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.db import connection

from dashboard import env

_PATIENCE = 5  # seconds for a database that does not answer, as the pool has


class Command(BaseCommand):
    """Listens until it is ended."""

    help = "Serve metrics of the whole deployment to Prometheus at METRICS_ADDRESS, until it is ended."

    def handle(self, **options: Any) -> None:
        """Ends with a sentence when METRICS_ADDRESS is not set or cannot be used."""
        from operations import metrics

        if settings.METRICS_ADDRESS is None:
            env.refuse("METRICS_ADDRESS", "is not set; it says where to listen, as 127.0.0.1:9464.")
        # connected while it is asked and no longer: a pool would stay connected, and keep a restore from beginning
        options = connection.settings_dict.get("OPTIONS", {})
        if options.pop("pool", None):
            options.setdefault("connect_timeout", _PATIENCE)
        try:
            metrics.serve(*settings.METRICS_ADDRESS).join()
        except OSError as error:
            env.refuse("METRICS_ADDRESS", f"cannot be used: {error.strerror}.")
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
