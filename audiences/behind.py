"""Threads that ask the API behind a page: a bounded number, made at the first use, so that each fork has its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from threading import BoundedSemaphore

from dashboard import requestid

THREADS = 12
WAITING = 32
AT_ONCE = 8  # of the threads, for what is only worth doing now
SENDERS = 8  # threads for the POSTs that create: each may take half a minute, and none waits behind a read


@lru_cache(maxsize=1)
def _threads() -> tuple[ThreadPoolExecutor, BoundedSemaphore, BoundedSemaphore]:
    return (
        ThreadPoolExecutor(THREADS, thread_name_prefix="behind"),
        BoundedSemaphore(WAITING),
        BoundedSemaphore(AT_ONCE),
    )


@lru_cache(maxsize=1)
def _senders() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SENDERS, thread_name_prefix="sends")


def send(job: Callable[[], None]) -> "Future[None]":
    """Do it in a thread of those that send; the page waits on what this gives, as long as it likes."""
    return _senders().submit(requestid.carried(job))


def soon(job: Callable[[], None]) -> bool:
    """Do it when a thread is free; False when too much waits already."""
    threads, room, _ = _threads()
    return _submit(threads, room, job)


def now(job: Callable[[], None]) -> bool:
    """Do it at once; False when no thread is left for that."""
    threads, _, room = _threads()
    return _submit(threads, room, job)


def _submit(threads: ThreadPoolExecutor, room: BoundedSemaphore, job: Callable[[], None]) -> bool:
    if not room.acquire(blocking=False):
        return False

    def work() -> None:
        try:
            job()
        finally:
            room.release()

    threads.submit(requestid.carried(work))
    return True
