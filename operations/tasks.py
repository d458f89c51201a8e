"""What the worker does for the deployment itself when beat rings."""

from celery import shared_task

from operations import heartbeat


@shared_task
def clear_old() -> None:
    """Rung every hour."""
    heartbeat.clear_old()
