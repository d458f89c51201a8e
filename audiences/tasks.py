"""What the worker does when beat rings. Every task takes ids at most, may run twice, and may not run at all."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from audiences import catalog
from team.models import SignInLink


@shared_task
def tick() -> None:
    """Rung every 2 seconds: does what the database says is due."""
    overdue = Session.objects.filter(expire_date__lt=timezone.now())
    if overdue.exists():  # reading is free; on SQLite a DELETE takes the one write lock, even for no row
        overdue.delete()
    if SignInLink.objects.filter(expires_at__lte=timezone.now()).exists():
        SignInLink.objects.clear_expired()


@shared_task
def refresh_account_groups() -> None:
    """Rung every 10 minutes: account groups may come and go at the API. When it is down, those last known stay."""
    catalog.refresh_account_groups()
