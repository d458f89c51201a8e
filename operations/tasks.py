"""What the worker does to keep the deployment well, when beat rings."""

from celery import shared_task

from operations import backups, heartbeat

LIMIT = 95 * 60  # seconds: a dump has 55 minutes and its copy 30


@shared_task
def clear_old() -> None:
    """Rung every hour: forgets processes that ended long ago."""
    heartbeat.clear_old()


@shared_task(acks_late=False, soft_time_limit=LIMIT, time_limit=LIMIT + 15)
def backup() -> None:
    """Rung every few minutes: takes the daily backup when its time has come. A ring that is lost is worth nothing."""
    backups.due()
