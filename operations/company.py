"""Who else is at the database: nothing is restored under somebody's hands."""

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
from django.db import DatabaseError
from django.utils import timezone

from operations.models import Heartbeat
from operations.pipes import Refused

_ALIVE = timedelta(minutes=1)
_LEAVING = 5.0  # seconds in which somebody who has just been stopped is gone
_NAMED = 5
_OTHERS = """
SELECT pid, usename, coalesce(nullif(application_name, ''), 'unnamed'), coalesce(host(client_addr), 'this machine')
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY pid
"""


def need_none(there: psycopg.Connection[Any]) -> None:
    """Raise Refused, naming them, when others stay connected to this PostgreSQL database."""
    until = time.monotonic() + _LEAVING
    while found := there.execute(_OTHERS).fetchall():
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    else:
        return
    names = [f"{program} of {user} at {address} (process {pid})" for pid, user, program, address in found[:_NAMED]]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    raise Refused(
        f"Others are connected to the database: {', '.join(names)}{more}. Stop web, worker, beat and metrics first."
    )


def need_silence() -> None:
    """Raise Refused, naming them, when a worker or the clock was heard of within a minute."""
    lately = timezone.now() - _ALIVE
    with suppress(DatabaseError):  # there is no such table yet, or none any more
        alive = [f"{one.get_kind_display()} {one.name}" for one in Heartbeat.objects.filter(at__gt=lately)[:_NAMED]]
        if alive:
            raise Refused(
                f"The dashboard runs, or did a minute ago: {', '.join(alive)}. Stop web, worker, beat and "
                "metrics, wait a minute, then try again."
            )
