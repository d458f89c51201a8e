"""How long a call may take, how much it may bring, and when it is tried again (RELIABILITY.md section 2)."""

import random
import time
from dataclasses import dataclass

from audiences.api.errors import ApiError, ConnectionLost, NotSent

WORTH_ANOTHER = 3.0
"""Seconds that must remain of the deadline for another attempt."""

PAGE_SECONDS = 8.0
"""For all calls of the API that one page makes."""

_PASSING_STATUSES = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds to connect, between two bytes, and for all attempts; decoded bytes; attempts of a read."""

    connect: float
    read: float
    total: float
    max_bytes: int
    attempts: int
    backoff: bool

    def pause_before(self, attempt: int) -> float:
        """Seconds to wait before this attempt (2, 3 …): none in a web thread, else rand(0, min(60, 2ⁿ))."""
        return random.uniform(0, min(60.0, 2.0 ** (attempt - 1))) if self.backoff else 0.0  # noqa: S311


WEB = Policy(connect=3.05, read=5, total=6, max_bytes=5_000_000, attempts=2, backoff=False)
WORKER = Policy(connect=3.05, read=10, total=15, max_bytes=20_000_000, attempts=3, backoff=True)
CREATE = Policy(connect=3.05, read=30, total=30, max_bytes=5_000_000, attempts=1, backoff=False)
"""For the one POST, which no machine repeats."""


def may_pass(error: ApiError) -> bool:
    """Whether another attempt of the same read may end differently: no connection, or 502–504."""
    return isinstance(error, NotSent | ConnectionLost) or error.status in _PASSING_STATUSES


class Deadline:
    """A moment that several calls share (8 s for all calls of a page)."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, never negative."""
        return max(0.0, self._end - time.monotonic())

    def within(self, seconds: float) -> "Deadline":
        """This deadline, or the one in `seconds` where that is sooner."""
        return Deadline(min(seconds, self.left()))
