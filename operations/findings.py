"""What is wrong with the deployment at this moment, in words for whoever runs it.

The status page shows it to admins, and `manage.py check --deploy` to operators (operations.checks). Nothing here asks
the API: what its last calls have shown counts, so that reading a page costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from audiences import calls
from audiences.refusal import key_refusal
from dashboard import health
from operations import backed_up, confirming, heartbeat
from team.models import User

_READING = ("audiences:read", "prospects:read")


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is that of the check, and of the paragraph in docs/operate.md; `is_error`: something does not work."""

    code: str
    what: str
    todo: str
    is_error: bool = False


def all_for(admin: User) -> list[Finding]:
    """Everything that an admin may know, what is worst first. Raises DatabaseError."""
    found = [*of_deployment(), *_service(), *_restored(confirming.waiting(admin))]
    return sorted(found, key=lambda one: not one.is_error)


def all_here() -> list[Finding]:
    """What is wrong here, in any account group, whatever the API does. Raises DatabaseError."""
    return [*of_deployment(), *_restored(confirming.still_open().count())]


def of_deployment() -> list[Finding]:
    """What is wrong with its parts. Raises DatabaseError."""
    return [*_parts(), *_processes(), *_backups()]


def _parts() -> Iterator[Finding]:
    if not health.has_cache():
        yield Finding("W101", "The cache does not answer.", "Start Redis again; it needs no data back.")
    if settings.BROKER_URL and not health.has_broker():
        todo = "Start the broker again; it needs no data back. Until then nothing is looked at behind the scenes."
        yield Finding("E102", "The broker does not answer.", todo, is_error=True)


def _processes() -> Iterator[Finding]:
    # both are written by the processes themselves, so that a clock that stands still does not hide a worker that lives
    if heartbeat.is_late(heartbeat.Kind.WORKER):
        todo = "Start a worker: audiences are not followed, nothing is exported, and no letters are sent."
        yield Finding("E103", _missed("No worker", heartbeat.Kind.WORKER), todo, is_error=True)
    if heartbeat.is_late(heartbeat.Kind.BEAT):
        name = "beat" if settings.BROKER_URL else "the worker, which is its own clock"
        todo = f"Start {name}: it rings for everything that workers do."
        yield Finding("E104", _missed("The clock is late: no beat", heartbeat.Kind.BEAT), todo, is_error=True)


def _missed(who: str, kind: heartbeat.Kind) -> str:
    at = heartbeat.seen(kind)
    return f"{who} has been seen since {at:%d %b %H:%M:%S} UTC." if at else f"{who} has ever been seen."


def _service() -> Iterator[Finding]:
    if refusal := key_refusal():
        what = f"The service has refused this key since {refusal.read_at:%d %b %H:%M} UTC{_trace(refusal.trace_id)}."
        yield Finding("E105", what, "Put a key that is valid into AUDIENCES_API_KEY (or its file).", is_error=True)
    reached = calls.known("reached")
    if reached and not reached.well:
        what = f"The service could not be reached at {reached.at:%d %b %H:%M} UTC."
        yield Finding("W106", what, "Pages show what was last read. Nothing to do, unless it lasts: ask the service.")
    for permission in _READING:
        shown = calls.known(permission)
        if shown and not shown.well:
            yield lacking(permission, shown.trace_id)


def lacking(permission: str, trace_id: str) -> Finding:
    """That the key has no permission for something that pages read."""
    what = f"The key lacks the permission {permission}{_trace(trace_id)}."
    return Finding("E107", what, "Give it to the key in Sonarly, or use another key.", is_error=True)


def _trace(trace_id: str) -> str:
    return f" (trace id {trace_id})" if trace_id else ""


def _backups() -> Iterator[Finding]:
    if not backed_up.is_on():
        if not settings.SAMPLE_DATA:
            todo = "Set it to a public key (docs/backup.md), or take backups of the database in another way."
            yield Finding("W108", "No backups are taken: BACKUP_RECIPIENTS is not set.", todo)
    elif trouble := backed_up.trouble():
        yield Finding("W109", trouble, "docs/backup.md says what to look at.")


def _restored(waiting: int) -> Iterator[Finding]:
    if waiting:
        what = f"After a restore {waiting} {'things wait' if waiting > 1 else 'thing waits'} to be confirmed."
        yield Finding("W110", what, "An admin goes through them on the page Restored (/restored/).")
