"""How many threads may wait for the API at once: fewer than the server has (dashboard.server), so that pages that need
no API answer at once however slow it is.

While the API answers, whoever finds all places taken waits a moment for one. While it hangs they are told so at once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache

from django.conf import settings
from django.db import connection

from audiences import budget
from audiences.api.errors import Crowded

PATIENCE = 1.0  # seconds to wait for a place
HANGS = 1.5  # an API on which somebody has waited for so many seconds will not free one soon
COME_AGAIN = 3.0  # seconds


class Places:
    """`count` places for threads that wait for the API."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._change = threading.Condition()
        self._since: dict[object, float] = {}  # in the order they came

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place. Raises Crowded when there is none."""
        mine = self._enter()
        try:
            yield
        finally:
            with self._change:
                del self._since[mine]
                self._change.notify()

    def _enter(self) -> object:
        end, mine = time.monotonic() + PATIENCE, object()
        with self._change:
            while len(self._since) >= self._count:
                now = time.monotonic()
                first = next(iter(self._since.values()), now)
                if now >= end or now - first > HANGS:
                    self._change.notify()  # whom we were woken instead of
                    raise Crowded("Too many readers of this dashboard wait for the API.", retry_after=COME_AGAIN)
                self._change.wait(end - now)
            self._since[mine] = time.monotonic()
        return mine


@cache
def _places() -> Places:
    return Places(settings.WEB_THREADS)


@cache
def _places_of_visitors() -> Places:
    """Half of them: however many links are read, members find a place."""
    return Places(max(1, settings.WEB_THREADS // 2))


@contextmanager
def place() -> Iterator[None]:
    """Whatever waits for the API in a web thread does so in here, without a database connection (RELIABILITY fact 14).

    Raises Crowded.
    """
    release_connection()
    with _places_of_visitors().one() if budget.is_visitor() else nullcontext(), _places().one():
        yield


def release_connection() -> None:
    """Give the database connection back to the pool; the next query takes one again."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
