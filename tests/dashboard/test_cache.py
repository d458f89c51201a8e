"""Against a real Redis: alive, frozen and dead."""

import logging
import time

import pytest

from dashboard import cache as module
from dashboard.cache import Outage, PlainBytes, SteadyRedisCache

OPTIONS = {"serializer": "dashboard.cache.PlainBytes", "socket_timeout": 0.25, "socket_connect_timeout": 0.25}
ONE_FAILURE = 0.6  # seconds


def steady(url):
    return SteadyRedisCache(url, {"OPTIONS": OPTIONS, "KEY_PREFIX": "test"})


def seconds(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@pytest.fixture
def redis(own_redis, free_port):
    SteadyRedisCache._clients.clear()  # one of an earlier test may have lost a server at this very port
    return own_redis(free_port)


@pytest.fixture
def cache(redis):
    cache = steady(redis.url)
    cache.set("known", b"value")
    return cache


def test_keeps_bytes_as_they_are(redis_url):
    cache, value = steady(redis_url), bytes(range(256))
    cache.set("bytes", value, 60)
    cache.set_many({"one": b"1", "two": b"2"})
    assert cache.get("bytes") == value
    assert cache.get_many(["one", "two", "three"]) == {"one": b"1", "two": b"2"}
    assert cache.get("unset", "default") == "default"


@pytest.mark.parametrize("value", [None, 1, "text", {"a": 1}])
def test_takes_nothing_but_bytes(redis_url, value):
    with pytest.raises(TypeError, match="keeps bytes"):
        steady(redis_url).set("key", value)


def test_reads_a_pickle_as_plain_bytes():
    assert PlainBytes().loads(b"cos\nsystem\n(S'exit 1'\ntR.") == b"cos\nsystem\n(S'exit 1'\ntR."


def test_add_is_yes_for_one(redis_url):
    cache = steady(redis_url)
    assert [cache.add("once", b"1", 60) for _ in range(3)] == [True, False, False]


WITHOUT_REDIS = [
    (lambda cache: cache.get("known"), None),
    (lambda cache: cache.get("known", b"default"), b"default"),
    (lambda cache: cache.get_many(["known"]), {}),
    (lambda cache: cache.has_key("known"), False),
    (lambda cache: cache.add("known", b"other"), True),
    (lambda cache: cache.set("known", b"other"), None),
    (lambda cache: cache.set_many({"known": b"other"}), []),
    (lambda cache: cache.touch("known"), False),
    (lambda cache: cache.delete("known"), False),
    (lambda cache: cache.delete_many(["known"]), None),
    (lambda cache: cache.clear(), False),
]


@pytest.mark.parametrize(("call", "answer"), WITHOUT_REDIS)
def test_each_call_has_an_answer_without_redis(free_port, call, answer):
    assert call(steady(f"redis://127.0.0.1:{free_port}/0")) == answer


def test_counting_without_redis_finds_no_key(free_port):
    with pytest.raises(ValueError, match="not found"):
        steady(f"redis://127.0.0.1:{free_port}/0").incr("known")


@pytest.mark.parametrize("harm", ["freeze", "kill"])
def test_an_outage_costs_one_short_wait(redis, cache, harm):
    getattr(redis, harm)()
    assert seconds(lambda: cache.get("known")) < ONE_FAILURE
    assert seconds(lambda: [cache.get("known") for _ in range(200)]) < 0.05
    # what another thread uses: it has a cache object of its own
    assert seconds(lambda: steady(redis.url).set("known", b"")) < 0.01


def test_comes_back_after_the_rest(redis, cache, monkeypatch):
    monkeypatch.setattr(module, "REST_SECONDS", 0.1)
    redis.freeze()
    assert cache.get("known") is None
    redis.thaw()
    time.sleep(0.15)
    assert cache.get("known") == b"value"


def test_comes_back_empty_after_a_restart(redis, cache, own_redis, monkeypatch):
    monkeypatch.setattr(module, "REST_SECONDS", 0.1)
    redis.kill()
    cache.set("known", b"lost")
    own_redis(redis.port)
    time.sleep(0.15)
    assert cache.get("known") is None
    cache.set("known", b"new")
    assert cache.get("known") == b"new"


def test_one_line_in_the_log_for_an_outage(redis, cache, monkeypatch, caplog):
    monkeypatch.setattr(module, "REST_SECONDS", 0.0)
    redis.kill()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            cache.get("known")
    assert [record.getMessage()[:21] for record in caplog.records] == ["Redis does not answer"]


def test_one_caller_at_a_time_tries_again(monkeypatch):
    monkeypatch.setattr(module, "REST_SECONDS", 0.0)
    outage = Outage()
    outage.begin(OSError())
    assert [outage.lasts() for _ in range(3)] == [False, True, True]
    outage.end()
    assert not outage.lasts()


def test_what_must_not_be_lost_with_redis_is_kept_by_each_process_meanwhile(redis):
    alone = SteadyRedisCache(redis.url, {"OPTIONS": OPTIONS | {"alone": True}, "KEY_PREFIX": "test-alone"})
    alone.set("held", b"before", 60)
    redis.kill()
    assert alone.get("held") is None
    alone.set("held", b"1", 60)
    assert alone.get("held") == b"1"
    assert alone.get_many(["held", "other"]) == {"held": b"1"}
    assert [alone.add("probe", b"1", 60) for _ in range(2)] == [True, False]
    assert [alone.tally("calls", 1, 60) for _ in range(2)] == [1, 2]
    assert [alone.take_token("bucket", 1.0, 1.0, 0.0) == 0 for _ in range(2)] == [True, False]
    alone.delete_many(["held"])
    assert alone.get("held") is None
