"""A bounded set of threads for calls of the API, each with a session of its own.

Not a ThreadPoolExecutor: that one waits for its threads when the interpreter ends (a DNS lookup may hang for
a minute), has no threads left after a fork, and cannot give a thread its own session.
"""

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar

import requests

IDLE_SECONDS = 30.0
"""A thread without work ends after this, and its connection with it."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Task(Generic[R]):
    job: Callable[[requests.Session], R]
    future: Future[R]

    def run(self, session: requests.Session) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.job(session))
        except BaseException as error:
            self.future.set_exception(error)


_Mailbox: TypeAlias = SimpleQueue[_Task[R] | None]


class Bulkhead(Generic[R]):
    """At most `size` daemon threads, made when needed; the one busy last is taken first, its line is warm."""

    def __init__(self, size: int, new_session: Callable[[], requests.Session]) -> None:
        self._size = size
        self._new_session = new_session
        self._closed = False
        self._start_over()
        _ALL.add(self)

    def _start_over(self) -> None:
        self._lock = threading.RLock()  # the client's finalizer may close within any of the lines below
        self._idle: list[_Mailbox[R]] = []
        self._waiting: deque[_Task[R]] = deque()
        self._threads = 0

    def submit(self, job: Callable[[requests.Session], R]) -> Future[R]:
        """Run `job` as soon as a thread is free; cancelling the future until then keeps it from running."""
        task = _Task(job, Future[R]())
        with self._lock:
            if self._closed:
                raise RuntimeError("This client has been closed.")
            if self._idle:
                self._idle.pop().put(task)
            elif not self._add_thread(task):
                self._waiting.append(task)
        return task.future

    def _add_thread(self, task: _Task[R]) -> bool:
        if self._threads >= self._size:
            return False
        try:
            threading.Thread(target=self._work, args=(task,), name="api-call", daemon=True).start()
        except RuntimeError:  # the system gives no more threads: wait for one of those there are
            return False
        self._threads += 1
        return True

    def _work(self, first: _Task[R]) -> None:
        mailbox: _Mailbox[R] = SimpleQueue()
        task: _Task[R] | None = first
        del first
        with self._new_session() as session:
            while task is not None:
                task.run(session)
                task = None  # a thread that waits must not keep the last answer
                task = self._next(mailbox)

    def _next(self, mailbox: _Mailbox[R]) -> _Task[R] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._closed:
                return None
            self._idle.append(mailbox)
        try:
            return mailbox.get(timeout=IDLE_SECONDS)
        except Empty:
            return self._retire(mailbox)

    def _retire(self, mailbox: _Mailbox[R]) -> _Task[R] | None:
        with self._lock:
            if mailbox in self._idle:
                self._idle.remove(mailbox)
                self._threads -= 1
                return None
        return mailbox.get()  # chosen in the very moment

    def close(self) -> None:
        """Let the threads end: the idle ones now, the busy ones after their call."""
        with self._lock:
            self._closed = True
            for mailbox in self._idle:
                mailbox.put(None)
            self._idle.clear()


_ALL: weakref.WeakSet[Bulkhead[Any]] = weakref.WeakSet()


def _after_fork() -> None:
    # The child has none of the threads, and a lock that one of them held would stay held for ever.
    for bulkhead in list(_ALL):
        bulkhead._start_over()


os.register_at_fork(after_in_child=_after_fork)
