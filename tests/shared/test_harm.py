"""What may happen to the cache and to the API while pages are read: several processes, a real Redis, real sockets."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from redis import Redis

from tests.conftest import start_redis
from tests.shared.conftest import another_port

PAGE = "/g/grp/audiences/aud1/"
ROWS = PAGE + "prospects/"
FRAGMENT = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def redis(redis_url):
    """A database of the tests' Redis that is ours."""
    with Redis.from_url(f"{redis_url[:-1]}6") as redis:
        redis.flushdb()
        yield redis


@pytest.fixture
def shared_site(site, redis, redis_url):
    """Two processes that share that Redis."""
    return site(REDIS_URL=f"{redis_url[:-1]}6", WEB_WORKERS=2)


def answers(redis):
    """What is kept: the values by their keys."""
    found = {name: redis.get(name) for name in redis.scan_iter("default:*") if redis.type(name) == b"string"}
    return {name: value for name, value in found.items() if value and value.startswith(b"{")}


def timed(get, *args):
    start = time.monotonic()
    answer = get(*args)
    return answer, time.monotonic() - start


def test_nobody_waits_when_what_is_kept_expires(shared_site, redis, counting_api):
    assert shared_site.get(PAGE).status_code == 200
    old = (datetime.now(UTC) - timedelta(seconds=90)).isoformat()
    for name, raw in answers(redis).items():
        redis.set(name, json.dumps(json.loads(raw) | {"read_at": old}), keepttl=True)
    counting_api.does.calls.clear()
    counting_api.does.delay = 3.0
    with ThreadPoolExecutor(20) as readers:
        seen = list(readers.map(lambda path: timed(shared_site.get, path), [PAGE] * 200))
    assert {answer.status_code for answer, _ in seen} == {200}
    assert max(took for _, took in seen) < 2.5
    assert counting_api.does.calls["prospects"] == counting_api.does.calls["navigation"] == 1


def test_who_dies_while_asking_costs_the_others_a_bounded_time(shared_site, counting_api):
    assert shared_site.get("/g/grp/").status_code == 200
    counting_api.does.manner = "hangs"
    with ThreadPoolExecutor(1) as reader:
        lost = reader.submit(shared_site.get, ROWS, **FRAGMENT)
        time.sleep(0.7)
        for worker in shared_site.workers():
            worker.kill()
        assert lost.exception(10) is not None
    counting_api.does.manner = ""
    answer, took = timed(lambda: shared_site.get(ROWS, **FRAGMENT))
    assert answer.status_code == 200
    assert took < 9


def test_pages_stay_up_while_redis_is_stopped_and_started_again(site, tmp_path, counting_api):
    port = another_port()
    first = start_redis(tmp_path, port)
    here = site(REDIS_URL=first.url, WEB_WORKERS=2)
    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(_read_for, here, 4.0) for _ in range(4)]
        time.sleep(0.5)
        first.kill()
        time.sleep(1.5)
        second = start_redis(tmp_path, port)
        seen = [one for task in reading for one in task.result()]
    try:
        assert {answer.status_code for answer, _ in seen} == {200}
        assert max(took for _, took in seen) < 2
        again = time.monotonic() + 10
        while time.monotonic() < again and not answers(Redis.from_url(second.url)):
            here.get(PAGE)
        assert answers(Redis.from_url(second.url))
    finally:
        second.kill()


def _read_for(here, seconds):
    end = time.monotonic() + seconds
    seen = []
    while time.monotonic() < end:
        seen.append(timed(here.get, PAGE))
    return seen


def test_tenants_who_read_at_the_same_time_see_their_own(shared_site, redis):
    def own(group):
        answer = shared_site.get(f"/g/{group}/audiences/aud1/")
        other = "oth" if group == "grp" else "grp"
        return f"Person 0 of {group}" in answer.text and f"of {other}" not in answer.text

    with ThreadPoolExecutor(16) as readers:
        assert all(readers.map(own, ["grp", "oth"] * 60))
    # somebody moves every value to the key of another one, by hand
    kept = answers(redis)
    assert len(kept) >= 6
    for (one, _), (_, value) in pairwise([*kept.items(), *kept.items()]):
        redis.set(one, value, keepttl=True)
    with ThreadPoolExecutor(16) as readers:
        assert all(readers.map(own, ["grp", "oth"] * 30))


HARM = {
    "down": {"status": 503},
    "resets": {"manner": "resets"},
    "hangs": {"manner": "hangs"},
    "trickles": {"manner": "trickles"},
    "floods": {"manner": "floods"},
    "limits": {"status": 429},
    "refuses the key": {"status": 401},
}


# tests/api/test_hostile_servers.py has what trickles short
@pytest.mark.parametrize(
    "harms",
    [[name for name in HARM if name != "trickles"], pytest.param(list(HARM), marks=pytest.mark.soak)],
    ids=["short", "long"],
)
def test_every_page_answers_whatever_the_api_does(shared_site, redis, counting_api, harms):
    assert shared_site.get("/").status_code == 302
    pages = [
        "/g/grp/",
        "/g/grp/?q=x",
        "/g/grp/navigation/",
        PAGE,
        PAGE + "?at=3",
        ROWS,
        ROWS + "p1/",
        ROWS + "?open=first",
        "/g/grp/audiences/new/",
        "/g/grp/pulse/?audience=aud1",
    ]
    asked = [(path, headers) for path in pages for headers in ({}, {"HX-Request": "true"})]
    for name in harms:
        redis.flushdb()
        for what, value in {"status": 200, "manner": "", **HARM[name]}.items():
            setattr(counting_api.does, what, value)
        with ThreadPoolExecutor(16) as readers:
            seen = list(readers.map(lambda one: timed(lambda: shared_site.get(one[0], headers=one[1])), asked))
        for (path, _), (answer, took) in zip(asked, seen, strict=True):
            assert answer.status_code in (200, 503), (name, path, answer.status_code)
            assert took < 9, (name, path, took)
            assert answer.status_code == 200 or "trace id" in answer.text.lower(), (name, path, answer.text)


def test_more_readers_of_a_hanging_api_than_there_are_places_are_told_so(site, counting_api):
    here = site(WEB_THREADS=8)
    assert here.get("/g/grp/").status_code == 200
    counting_api.does.manner = "hangs"
    paths = [f"/g/grp/audiences/aud{number}/prospects/" for number in range(60)]
    with ThreadPoolExecutor(60) as readers:
        waiting = [readers.submit(timed, here.get, path) for path in paths]
        time.sleep(1)
        free = [timed(here.get, path) for path in ["/sign-in/", "/g/grp/"] * 10]
        seen = [task.result() for task in waiting]
    assert sorted(took for _, took in free)[18] < 0.5
    assert {answer.status_code for answer, _ in seen} == {503}
    assert max(took for _, took in seen) < 9
    told = [answer for answer, _ in seen if "many" in answer.text]
    assert len(told) > 30
    assert all(answer.headers["Refresh"] for answer in told)


def test_each_process_keeps_to_the_rules_by_itself_while_redis_is_gone(site, own_redis, counting_api):
    redis = own_redis(another_port())
    here = site(REDIS_URL=redis.url, WEB_WORKERS=2)
    assert here.get("/g/grp/").status_code == 200
    redis.kill()
    counting_api.does.status = 503
    counting_api.does.calls.clear()
    for number in range(100):
        here.get(f"/g/grp/audiences/aud{number}/prospects/", **FRAGMENT)
    assert counting_api.does.calls["prospects"] <= 2 * 2 * 10  # two processes, ten calls each, each tried twice
