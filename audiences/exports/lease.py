"""A worker's hold of an export: every write goes through here, and fails once the row has become somebody else's."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from audiences import schedule
from audiences.exports.order import Export

LEASE = timedelta(seconds=20)  # longer than a call of the API may take
_RENEW_EVERY = 1.0  # seconds; so soon a cancelled one is noticed, too


class Lost(Exception):
    """The row is somebody else's: whoever raised its fence decides now, and this worker writes nothing more."""


def keep(export: Export, **values: Any) -> None:
    """Write how far it came, and hold it further. Raises Lost."""
    if not schedule.keep(export, LEASE, **values):
        raise Lost


def release(export: Export, **values: Any) -> None:
    """Write what the turn led to, and end it. Raises Lost."""
    if not schedule.release(export, **values):
        raise Lost


def renewal(export: Export) -> Callable[..., None]:
    """What long work without a page calls often, with what has changed of the row; it writes once in a second.

    Raises Lost.
    """
    due = time.monotonic() + _RENEW_EVERY

    def alive(**values: Any) -> None:
        nonlocal due
        if time.monotonic() >= due:
            keep(export, **values)
            due = time.monotonic() + _RENEW_EVERY

    return alive
