"""One asks, the others wait for the answer: among the threads of a process, and among processes by a lock in the cache.

The lock lives a few seconds, so that a holder that died costs that much and not more (RELIABILITY fact 7).
"""

import copy
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Any, TypeVar

from django.core.cache import cache

from audiences.api.client import Deadline
from audiences.api.errors import ApiError, TimedOut

R = TypeVar("R")

LOCK_SECONDS = 7  # a call of the API takes 6 at most; a page, which may still ask after that, waits for 8
LOOK_EVERY = 0.02

_flying: dict[str, Future[Any]] = {}
_joining = threading.Lock()


def once(key: str, deadline: Deadline, ready: Callable[[], R | None], ask: Callable[[], R]) -> R:
    """The answer to the question under `key`: `ask` is called by one of all who want it now.

    `ready` looks whether another process has left the answer in the cache. Raises what `ask` raised, for everyone
    who waited for it, and TimedOut when the deadline passes first.
    """
    with _joining:
        future = _flying.get(key)
        leads = future is None
        if future is None:
            future = _flying[key] = Future()
    if not leads:
        return _joined(future, deadline)
    try:
        future.set_result(_lead(key, deadline, ready, ask))
    except BaseException as error:
        future.set_exception(error)
        raise
    finally:
        with _joining:
            del _flying[key]
    result: R = future.result()
    return result


def _joined(future: Future[R], deadline: Deadline) -> R:
    try:
        return future.result(timeout=deadline.left())
    except WaitedTooLong:
        raise _too_long() from None
    except ApiError as error:
        # each thread raises an error of its own: tracebacks grow with every raise
        raise copy.copy(error) from None


def _lead(key: str, deadline: Deadline, ready: Callable[[], R | None], ask: Callable[[], R]) -> R:
    while True:
        found = ready()
        if found is not None:
            return found
        holder = acquire(key)
        if holder:
            try:
                # the one who asked may have finished between the look and the lock
                return ready() or ask()
            finally:
                release(key, holder)
        if not deadline.left():
            raise _too_long()
        time.sleep(min(LOOK_EVERY, deadline.left()))


def acquire(key: str) -> bytes:
    """Become the one process that asks; the proof of it, or b"" when another one is."""
    mine = secrets.token_bytes(8)
    return mine if cache.add(f"lock-{key}", mine, LOCK_SECONDS) else b""


def release(key: str, holder: bytes) -> None:
    """Let others ask. A lock that was outlived is somebody else's by now and stays."""
    if cache.get(f"lock-{key}") == holder:
        cache.delete(f"lock-{key}")


def _too_long() -> TimedOut:
    return TimedOut("Another request for the same did not get an answer in time.", method="GET")
