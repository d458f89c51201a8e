"""One call of the API for everyone: several web processes, a real Redis, and one that fails (RELIABILITY section 3)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.dashboard.running import wait
from tests.shared.conftest import another_port

PAGE = "/g/grp/audiences/aud1/"
ROWS = PAGE + "prospects/"
WORKERS = 3


def ok(answers: list[requests.Response]) -> int:
    assert {answer.status_code for answer in answers} <= {200, 503}
    return sum(answer.status_code == 200 for answer in answers)


def test_200_identical_cold_views_over_several_processes_cost_one_call(site, redis_url, counting_api):
    here = site(REDIS_URL=f"{redis_url[:-1]}3", WEB_WORKERS=WORKERS)
    counting_api.does.delay = 0.3
    assert ok(here.get_many([PAGE] * 200)) == 200
    assert counting_api.does.calls["prospects"] == 1
    assert counting_api.does.calls["navigation"] == 1


def test_without_redis_it_is_one_call_a_process(site, counting_api):
    here = site(WEB_WORKERS=WORKERS)
    counting_api.does.delay = 0.3
    assert ok(here.get_many([PAGE] * 200)) == 200
    assert 1 <= counting_api.does.calls["prospects"] <= WORKERS


@pytest.mark.parametrize("harm", ["kill", "freeze"])
def test_pages_stay_up_when_redis_goes(site, own_redis, free_port, counting_api, harm):
    redis = own_redis(another_port())
    here = site(REDIS_URL=redis.url, WEB_WORKERS=2)
    assert here.get(PAGE).status_code == 200
    getattr(redis, harm)()
    for _ in range(6):
        began = time.monotonic()
        assert here.get(PAGE).status_code == 200
        assert time.monotonic() - began < 2.5  # the page's own time and one short wait
    assert ok(here.get_many([PAGE] * 60)) == 60
    if harm == "freeze":
        redis.thaw()


def test_an_api_that_is_down_is_left_alone(site, redis_url, counting_api):
    here = site(REDIS_URL=f"{redis_url[:-1]}4", WEB_WORKERS=2)
    counting_api.does.status = 503
    views = [f"/g/grp/audiences/aud{number}/prospects/" for number in range(60)]
    answers = [here.get(path) for path in views]
    assert {answer.status_code for answer in answers} == {503}
    assert all("trace id" in answer.text.lower() for answer in answers)
    assert sum(counting_api.does.calls.values()) <= 1.1 * len(views) + 10


def test_what_was_read_stays_up_with_its_age_while_the_api_is_down(site, counting_api):
    here = site(PROSPECTS_MAX_AGE="900")
    assert here.get(PAGE).status_code == 200
    counting_api.does.status = 502
    assert here.get(PAGE + "?again=1").status_code == 302
    answer = here.get(PAGE)
    assert answer.status_code == 200
    assert "Person 0" in answer.text


@pytest.mark.soak  # tests/shared/test_harm.py has it short
def test_pages_that_need_no_api_answer_at_once_however_slow_it_is(site, counting_api):
    here = site()
    here.get("/g/grp/")
    counting_api.does.manner = "hangs"
    with ThreadPoolExecutor(80) as readers:
        waiting = [readers.submit(here.get, f"/g/grp/audiences/aud{number}/prospects/") for number in range(80)]
        time.sleep(0.5)
        took = []
        for _ in range(20):
            began = time.monotonic()
            assert here.get("/g/grp/").status_code == 200
            took.append(time.monotonic() - began)
        assert sorted(took)[18] < 0.5
        assert {task.result().status_code for task in waiting} == {503}


@pytest.mark.parametrize("readers", [50, pytest.param(100, marks=pytest.mark.soak)])
def test_a_limited_api_is_asked_at_its_rate_and_everybody_is_served(site, redis_url, counting_api, readers):
    here = site(REDIS_URL=f"{redis_url[:-1]}5", WEB_WORKERS=2, AUDIENCES_API_RATE="20")
    here.get("/g/grp/")
    time.sleep(1)
    counting_api.does.rate = 20.0
    counting_api.tokens = 20.0
    counting_api.does.answered.clear()
    waiting = [f"/g/grp/audiences/aud{number}/prospects/" for number in range(readers)]
    began = time.monotonic()
    while waiting:
        answers = here.get_many(waiting)
        ok(answers)
        waiting = [path for path, answer in zip(waiting, answers, strict=True) if answer.status_code != 200]
        assert time.monotonic() - began < 30
        time.sleep(min(3.0, max([0.0, *(float(a.headers.get("Refresh", 0)) for a in answers)])) if waiting else 0)
    calls = counting_api.does.answered
    assert calls[429] <= 0.02 * sum(calls.values()) + 1


@pytest.mark.soak
def test_a_changed_key_file_counts_without_a_restart(site, tmp_path, counting_api, monkeypatch):
    key = tmp_path / "key"
    key.write_text("sk_first_key\n")
    here = site(AUDIENCES_API_KEY="", AUDIENCES_API_KEY_FILE=key)
    here.get(PAGE)
    before = counting_api.does.calls["prospects"]
    key.write_text("sk_second_key\n")
    wait(lambda: here.get(PAGE).status_code == 200 and counting_api.does.calls["prospects"] > before, 60)
