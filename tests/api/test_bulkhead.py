"""The bounded threads: never more than allowed, ended when idle or closed, and the sockets with them."""

import gc
import threading
import time

import pytest

from audiences.api import bulkhead
from audiences.api.bulkhead import Bulkhead
from audiences.api.client import AudiencesClient
from tests.api.conftest import KEY
from tests.api.hostile import answer, envelope, serving


class Session:
    """Counts how many there are."""

    alive = 0

    def __enter__(self):
        Session.alive += 1
        return self

    def __exit__(self, *exc_info):
        Session.alive -= 1


@pytest.fixture
def pool():
    made = Bulkhead(3, Session)
    yield made
    made.close()
    _wait_until(lambda: Session.alive == 0)


def _wait_until(condition):
    end = time.monotonic() + 3
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_no_more_threads_than_allowed(pool):
    release = threading.Event()
    tasks = [pool.submit(lambda session: release.wait(3)) for _ in range(10)]
    _wait_until(lambda: sum(task.running() for task in tasks) == 3)
    release.set()
    assert all(task.result(timeout=3) for task in tasks)
    assert Session.alive == 3


def test_a_warm_thread_is_used_again(pool):
    names = set()
    for _ in range(5):
        names.add(pool.submit(lambda session: threading.current_thread().ident).result(timeout=3))
        _wait_until(lambda: pool._idle)
    assert len(names) == 1


def test_what_is_cancelled_in_the_queue_never_runs(pool):
    release, ran = threading.Event(), []
    busy = [pool.submit(lambda session: release.wait(3)) for _ in range(3)]
    waiting = pool.submit(ran.append)
    assert waiting.cancel()
    release.set()
    assert all(task.result(timeout=3) for task in busy)
    pool.submit(lambda session: None).result(timeout=3)
    assert ran == []


def test_a_job_that_fails_costs_nobody_a_thread(pool):
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            pool.submit(lambda session: 1 / 0).result(timeout=3)
        _wait_until(lambda: pool._idle)
    assert Session.alive == 1


def test_idle_threads_end(pool, monkeypatch):
    monkeypatch.setattr(bulkhead, "IDLE_SECONDS", 0.05)
    pool.submit(lambda session: None).result(timeout=3)
    _wait_until(lambda: Session.alive == 0)
    assert pool.submit(lambda session: "again").result(timeout=3) == "again"


def test_where_the_system_gives_no_more_threads_those_there_are_do_the_work(pool, monkeypatch):
    release = threading.Event()
    busy = pool.submit(lambda session: release.wait(3))

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    waiting = pool.submit(lambda session: "done")
    release.set()
    assert busy.result(timeout=3)
    assert waiting.result(timeout=3) == "done"


def _api_threads():
    return [thread for thread in threading.enumerate() if thread.name == "api-call"]


def test_a_forgotten_client_ends_its_threads():
    before = len(_api_threads())
    with serving(answer(envelope({"items": []}))) as server:
        client = AudiencesClient(server.url, KEY)
        client.account_groups()
        assert len(_api_threads()) == before + 1
        del client
        gc.collect()
        _wait_until(lambda: len(_api_threads()) <= before)
