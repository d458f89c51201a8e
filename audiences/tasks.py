"""What the worker does when beat rings. Every task takes ids at most, may run twice, and may not run at all."""

from celery import shared_task
from django.utils import timezone

from audiences import catalog, missed, notices, opened, readiness, sharing, unconfirmed, visits
from audiences.api.client import Deadline
from audiences.exports import closing, desk, turns
from team import audit, letters, slowing
from team.models import Invitation, Session, SignInLink

TICK_SECONDS = 25.0  # the soft limit is 45, and the last look may take 15

MAIL_SECONDS = 8.0

EXPORT_SECONDS = 60.0  # then the next ring goes on, within a second
EXPORT_LIMIT = 15 * 60  # closing a large file cannot be cut in turns; its lease is renewed meanwhile


@shared_task
def tick() -> None:
    """Rung every 2 seconds: does what the database says is due."""
    _clear_expired()
    until = Deadline(TICK_SECONDS)
    missed.notice()
    unconfirmed.due(until)
    readiness.due(until)
    desk.clear_expired()  # the last: a network folder that hangs must not keep the others from their turn


def _clear_expired() -> None:
    overdue = Session.objects.filter(expire_date__lt=timezone.now())
    if overdue.exists():  # reading is free; on SQLite a DELETE takes the one write lock, even for no row
        overdue.delete()
    if SignInLink.objects.filter(expires_at__lte=timezone.now()).exists():
        SignInLink.objects.clear_expired()


@shared_task(acks_late=False, soft_time_limit=EXPORT_LIMIT, time_limit=EXPORT_LIMIT + 15)
def export() -> None:
    """Rung every second: goes on with the exports whose turn it is. A ring that is lost is worth nothing."""
    turns.due(Deadline(EXPORT_SECONDS))


@shared_task
def send_mail() -> None:
    """Rung every 10 seconds: a task of its own, so that a mail server that is slow holds up nothing else."""
    until = Deadline(MAIL_SECONDS)
    letters.send(until)  # somebody waits in front of a form for it
    notices.send_mail(until)


@shared_task
def clear_old() -> None:
    """Rung every hour: forgets what counts no more, and tells of links that end soon."""
    sharing.tell_of_ends()
    sharing.clear_old()
    notices.clear_old()
    audit.clear_old()
    desk.clear_old()
    closing.clear_old()
    opened.clear_old()
    visits.clear_old()
    letters.clear_old()
    slowing.clear_old()
    Invitation.objects.clear_old()


@shared_task
def refresh_account_groups() -> None:
    """Rung every 10 minutes: account groups may come and go at the API. When it is down, those last known stay."""
    catalog.refresh_account_groups()
