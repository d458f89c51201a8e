"""Who lives: every worker and every beat writes a row now and then, the clock of the machine it runs on in it.

Written over a connection of its own that lasts a moment. The process that writes is one that forks: a pool's
connections and threads would be inherited by its children.
"""

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime, timedelta

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max
from django.utils import timezone

from operations.models import Heartbeat

Kind = Heartbeat.Kind

EVERY = 15.0  # seconds
LATE = timedelta(seconds=60)
_FORGOTTEN = timedelta(days=1)
_PATIENCE = 3  # seconds to wait for a database that does not accept connections
_WRITE = (
    "INSERT INTO operations_heartbeat (kind, name, at) VALUES (%s, %s, %s)"
    " ON CONFLICT (kind, name) DO UPDATE SET at = excluded.at"
)
_log = logging.getLogger(__name__)
_began = time.monotonic()


def own_name() -> str:
    """What this process is called: the machine (or container) and its number there."""
    return f"{socket.gethostname()[:100]}-{os.getpid()}"


def write(kind: Kind) -> None:
    """This process lives. A database that is away is no news here: that the row grows old says so to everybody."""
    try:
        with momentary_connection() as own, own.cursor() as cursor:
            cursor.execute(_WRITE, [kind.value, own_name(), own.ops.adapt_datetimefield_value(timezone.now())])
    except DatabaseError as error:
        _log.debug("A heartbeat could not be written: %s", type(error).__name__)


def end(kind: Kind) -> None:
    """This process ends as it should: nobody need wait for its row to grow old."""
    try:
        with momentary_connection() as own, own.cursor() as cursor:
            cursor.execute("DELETE FROM operations_heartbeat WHERE kind = %s AND name = %s", [kind.value, own_name()])
    except DatabaseError as error:
        _log.debug("A heartbeat could not be removed: %s", type(error).__name__)


@contextmanager
def momentary_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection to the database, outside of the pool and of Django's list, closed at the block's end."""
    own = connections.create_connection("default")
    own.settings_dict = deepcopy(own.settings_dict)
    if own.vendor == "postgresql":
        own.settings_dict["OPTIONS"].pop("pool", None)
        own.settings_dict["OPTIONS"].setdefault("connect_timeout", _PATIENCE)
    try:
        yield own
    finally:
        own.close()


def seen(kind: Kind) -> datetime | None:
    """When one of these processes last lived; None when there never was one. Raises DatabaseError."""
    found: datetime | None = Heartbeat.objects.filter(kind=kind).aggregate(at=Max("at"))["at"]
    return found


def alive(kind: Kind) -> int:
    """How many of them there are."""
    return Heartbeat.objects.filter(kind=kind, at__gt=timezone.now() - LATE).count()


def is_late(kind: Kind) -> bool:
    """Whether none has been seen for a minute. Raises DatabaseError."""
    at = seen(kind)
    return at is None or timezone.now() - at >= LATE


def has_just_begun() -> bool:
    """Whether this process is so young that the others of its deployment may still be starting."""
    return time.monotonic() - _began < LATE.total_seconds()


def clear_old() -> None:
    """Forget processes that ended long ago, and without a farewell."""
    Heartbeat.objects.filter(at__lt=timezone.now() - _FORGOTTEN).delete()
