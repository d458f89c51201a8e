"""How many threads may wait for the API."""

import threading
import time

import pytest

from audiences import waiting
from audiences.api.errors import Crowded
from audiences.waiting import Places


@pytest.fixture
def hold():
    """Keeps a place taken until the test is over."""
    over = threading.Event()
    threads = []

    def take(places):
        inside = threading.Event()

        def stay():
            with places.one():
                inside.set()
                over.wait(10)

        threads.append(threading.Thread(target=stay))
        threads[-1].start()
        assert inside.wait(5)

    yield take
    over.set()
    for thread in threads:
        thread.join(5)


def test_who_finds_no_place_on_a_hanging_api_is_told_at_once(monkeypatch, hold):
    monkeypatch.setattr(waiting, "HANGS", 0.0)
    places = Places(1)
    hold(places)
    start = time.monotonic()
    with pytest.raises(Crowded) as told, places.one():
        pass
    assert time.monotonic() - start < 0.2
    assert told.value.retry_after == waiting.COME_AGAIN


def test_who_finds_no_place_waits_a_moment_for_one(monkeypatch, hold):
    monkeypatch.setattr(waiting, "HANGS", 60.0)
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    places = Places(1)
    hold(places)
    start = time.monotonic()
    with pytest.raises(Crowded), places.one():
        pass
    assert 0.1 <= time.monotonic() - start < 1


def test_a_place_that_comes_free_is_taken_by_who_waits():
    places, entered = Places(1), threading.Event()

    def come():
        with places.one():
            entered.set()

    with places.one():
        late = threading.Thread(target=come)
        late.start()
        assert not entered.wait(0.05)
    assert entered.wait(0.4)
    late.join()


def test_an_error_inside_frees_the_place():
    places = Places(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="inside"), places.one():
            raise ValueError("inside")
